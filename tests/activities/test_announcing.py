"""A session that people know about changes: told once, ten minutes after the last edit."""

from datetime import timedelta

import pytest

from agency.activities.models import Convening
from agency.activities.services import (
    announcing,
)
from agency.activities.states import ConveningState
from agency.core.clock import now, travel
from agency.documents.models import IssuedDocument
from tests.activities.announced import (
    convene,
    edit,
    session_of,
    told,
    versions,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
V = ConveningState
MINUTE = timedelta(minutes=1)


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


# --- Ten minutes -------------------------------------------------------------------
def test_several_edits_make_one_message_ten_minutes_after_the_last(officer, sweep):
    session = session_of(2)
    convene(session, officer)
    start = now()
    with travel(start):
        edit(session, later=1)
    with travel(start + 8 * MINUTE):
        edit(session, room="salle Navette")
        notice = Convening.objects.get(state=V.SCHEDULED)
        assert notice.due_at == start + 18 * MINUTE

    with travel(start):
        sweep(17)
        assert not told().exists()
        sweep(18)

    assert told().count() == 2
    message = told().first()
    assert "Salle, avant" in message.text or "salle Navette" in message.text
    assert message.text.count("Horaires, maintenant") == 1


def test_edits_that_end_where_they_began_tell_nobody(officer, sweep):
    session = session_of(2)
    convene(session, officer)
    edit(session, later=1)
    edit(session, later=-1)

    assert not announcing.scheduled(session)
    sweep()
    assert not told().exists()
    assert versions(session.participations.first().person) == [1]


def test_what_is_said_nowhere_tells_nobody(officer):
    session = session_of(1)
    convene(session, officer)

    edit(session, documents_text="le compte rendu", capacity=12)

    assert not announcing.scheduled(session)


def test_nobody_was_told_so_nobody_is_told_again():
    session = session_of(1, told=False)

    edit(session, later=1)

    assert not Convening.objects.exists()


def test_sweeping_twice_writes_once(officer, sweep):
    session = session_of(2)
    convene(session, officer)
    edit(session, later=1)

    sweep(times=3)

    assert told().count() == 2
    assert IssuedDocument.objects.count() == 4
