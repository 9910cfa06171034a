"""A session changes: what each person receives."""

from datetime import timedelta

import pytest

from agency.activities.models import Convening, Convocation, Session
from agency.activities.services import (
    announcing,
    convenings,
    enrolments,
)
from agency.activities.states import ConvocationState
from agency.core.clock import now, travel
from agency.documents.models import IssuedDocument
from agency.people.services import erasure
from tests.activities.announced import (
    convene,
    edit,
    edit_agenda,
    event,
    join,
    session_of,
    text_of,
    told,
    versions,
)
from tests.activities.factories import (
    AgendaItemFactory,
    FacilitatorFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

C = ConvocationState
MINUTE = timedelta(minutes=1)


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


# --- What they receive ----------------------------------------------------------------
def test_letter_is_the_next_version_and_says_what_changed(officer, sweep):
    session = session_of(1)
    convene(session, officer)
    first = IssuedDocument.objects.get()
    edit(session, room="salle Navette")

    sweep()

    second = first.superseded_by
    assert (second.reference, second.version) == (first.reference, 2)
    said = text_of(second)
    assert "annule et remplace la version 1 du" in said
    assert "Ce qui change Avant Maintenant" in said
    assert "salle Navette" in said
    email = told().get()
    assert email.attachments.filter(document=second).exists()
    assert (
        f"({second.reference}, version 2) annule et remplace la version 1" in email.text
    )


def test_calendar_file_keeps_its_uid_and_its_sequence_grows(officer, sweep):
    session = session_of(1)
    convene(session, officer)
    edit(session, later=1)

    sweep()

    [file] = event(told().get())
    [vevent] = file.walk("VEVENT")
    assert str(file["method"]) == "REQUEST"
    assert str(session.uuid) in vevent["uid"]
    assert vevent["sequence"] == 1


def test_second_change_makes_a_third_version(officer, sweep):
    session = session_of(1)
    convene(session, officer)
    edit(session, later=1)
    sweep()
    edit(session, later=1)
    sweep()

    person = session.participations.get().person
    assert versions(person) == [1, 2, 3]
    current = IssuedDocument.objects.current().get(recipient=person)
    assert current.version == 3
    assert current.supersedes.version == 2


def test_agenda_alone_makes_a_letter_and_no_new_sequence(officer, sweep):
    session = session_of(1)
    AgendaItemFactory(session=session, title="Tour de table")
    convene(session, officer)
    edit_agenda(session, "Les tournées", "Les contrats")

    sweep()

    email = told().get()
    assert "- Les tournées" in email.text
    assert event(email)[0].walk("VEVENT")[0]["sequence"] == 0
    assert versions(email.person) == [1, 2]
    letter = IssuedDocument.objects.get(version=2)
    assert "L’ordre du jour a changé" in text_of(letter)


def test_agenda_is_no_news_for_who_was_not_convened(sweep):
    session = session_of(1)

    edit_agenda(session, "Les tournées")

    assert not announcing.scheduled(session)


def test_registered_but_not_convened_is_told_without_a_letter(officer, sweep):
    session = session_of(1)
    edit(session, later=1)

    sweep()

    row = Convocation.objects.get()
    assert (row.state, row.document) == (C.TOLD, None)
    assert "Votre convocation vous parviendra" in told().get().text
    # They are still to be convened.
    assert convenings.recipients(session).count() == 1


def test_who_registered_since_reads_nothing_of_what_they_never_knew(officer, sweep):
    session = session_of(1)
    convene(session, officer)
    edit(session, later=1)
    late = join(Session.objects.get(pk=session.pk))

    sweep()

    assert late.person not in {email.person for email in told()}
    assert told().count() == 1


def test_who_registered_between_two_edits_knows_the_first(sweep):
    session = session_of(1)
    edit(session, later=1)
    between = join(Session.objects.get(pk=session.pk))
    edit(session, later=-1)

    sweep()

    assert [email.person for email in told()] == [between.person]


def test_who_withdrew_or_was_erased_is_not_told(officer, sweep):
    session = session_of(3)
    convene(session, officer)
    edit(session, later=1)
    gone, erased, left = session.participations.order_by("pk")
    enrolments.withdraw(gone.enrolment, by=gone.person)
    erasure.erase(erased.person, by=erased.person)

    sweep()

    assert [email.person for email in told()] == [left.person]


def test_who_withdraws_once_the_batch_runs_is_dropped(officer):
    session = session_of(1)
    convene(session, officer)
    edit(session, later=1)
    with travel(now() + 11 * MINUTE):
        announcing.start_due()
    notice = Convening.objects.get(purpose="change")
    one = session.participations.get()
    enrolments.withdraw(one.enrolment, by=one.person)

    convenings.make(notice.pk, list(notice.convocations.values_list("pk", flat=True)))

    assert notice.convocations.get().state == C.DROPPED
    assert not told().exists()


def test_who_has_no_address_gets_the_next_version_on_paper(officer, sweep):
    session = session_of(0)
    join(session, PersonFactory(email=None))
    convene(session, officer)
    edit(session, later=1)

    sweep()

    row = Convocation.objects.get(convening__purpose="change")
    assert (row.state, row.document.version) == (C.PAPER, 2)
    assert row.document.kind == "convocation"


def test_who_has_neither_address_nor_letter_gets_a_notice_on_paper(sweep):
    session = session_of(0)
    join(session, PersonFactory(email=None))
    edit(session, later=1)
    sweep()
    edit(session, later=1)
    sweep()

    papers = IssuedDocument.objects.order_by("version")
    assert [p.reference[:5] for p in papers] == ["AVIS-", "AVIS-"]
    assert [p.version for p in papers] == [1, 2]
    assert convenings.recipients(session).count() == 1


def test_who_comes_again_is_told_that_their_letter_is_out_of_date(officer, sweep):
    session = session_of(1)
    convene(session, officer)
    one = session.participations.get()
    enrolments.withdraw(one.enrolment, by=one.person)
    edit(session, later=1)
    assert not announcing.scheduled(session)

    enrolments.register(session.activity, person=one.person)
    sweep()

    assert versions(one.person) == [1, 2]


def test_facilitator_reads_the_change_and_no_letter(officer, sweep):
    session = session_of(1)
    leader = FacilitatorFactory(activity=session.activity).person
    edit(session, later=1)

    sweep()

    email = told().get(person=leader)
    assert "que vous animez" in email.text
    assert "/animation/" in email.text
    assert "inscription" not in email.text
    assert [a.filename for a in email.attachments.all()] == ["seance.ics"]
