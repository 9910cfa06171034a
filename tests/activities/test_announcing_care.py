"""A change told on a bad day, held back by the desk, or of a sealed group."""

from importlib import import_module

import pytest
from django.apps import apps

from agency.activities.models import Convening, Convocation, Session
from agency.activities.services import (
    announcing,
    convenings,
    postponing,
    sessions,
)
from agency.activities.states import ConveningState, ConvocationState
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from tests.activities.announced import (
    convene,
    edit,
    edit_agenda,
    session_of,
    text_of,
    told,
    versions,
)
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    FacilitatorFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

C, V = ConvocationState, ConveningState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


# --- Faults ------------------------------------------------------------------------
def test_change_while_the_letters_are_made(officer, sweep):
    session = session_of(3)
    batch = convenings.convene(session, by=officer)
    first, *others = batch.convocations.order_by("pk")
    convenings.make(batch.pk, [first.pk])
    edit(session, later=1)
    convenings.make(batch.pk, [one.pk for one in others])

    sweep()

    # One letter was wrong; the others were made after the change.
    assert [email.person for email in told()] == [first.participation.person]
    assert IssuedDocument.objects.filter(version=2).count() == 1


def test_letter_made_of_what_was_read_before_the_change_is_replaced(officer, sweep):
    session = session_of(1)
    batch = convenings.convene(session, by=officer)
    read_before = list(convenings.documents.load(batch.convocations.all()))
    edit(session, later=1)
    session.participations.update(told=None)  # nobody knew of it before the letter
    announcing.drop(session)
    for row in read_before:
        convenings.make_one(row)
    convenings.finish(batch.pk)

    sweep()

    assert versions(session.participations.get().person) == [1, 2]


def test_worker_that_died_after_the_letter_makes_the_same_one(officer, sweep):
    session = session_of(1)
    convene(session, officer)
    before = session.participations.get().told
    edit(session, later=1)
    sweep()
    row = Convocation.objects.get(convening__purpose="change")
    Convocation.objects.filter(pk=row.pk).update(
        state=C.WAITING, document=None, email=None, settled_at=None
    )
    session.participations.update(told=before)

    convenings.make_one(
        convenings.documents.load(Convocation.objects.filter(pk=row.pk))[0]
    )

    assert versions(row.participation.person) == [1, 2]
    assert told().count() == 1
    row.refresh_from_db()
    assert (row.state, row.document.version) == (C.MADE, 2)


# --- The desk decides ---------------------------------------------------------------
def test_held_back_tells_nobody_and_the_next_change_tells_of_both(officer, sweep):
    session = session_of(1)
    leader = FacilitatorFactory(activity=session.activity).person
    edit(session, later=1)
    notice = announcing.scheduled(session)
    with pytest.raises(MoveBlocked):
        announcing.hold_back(notice, by=officer)
    announcing.hold_back(notice, by=officer, reason="faute de frappe")
    entry = JournalEntry.objects.about(notice).get()
    assert (entry.action, entry.data["reason"]) == ("hold_back", "faute de frappe")
    sweep()
    assert not told().exists()

    edit(session, room="salle Navette")
    sweep()

    for email in told():
        assert "Horaires, avant" in email.text
        assert "salle Navette" in email.text
    assert {email.person for email in told()} == {
        leader,
        session.participations.get().person,
    }


def test_sent_now_does_not_wait(officer, django_capture_on_commit_callbacks, sweep):
    session = session_of(1)
    edit(session, later=1)
    with django_capture_on_commit_callbacks(execute=True):
        announcing.send_now(announcing.scheduled(session), by=officer)
    assert told().count() == 1
    sweep()
    assert told().count() == 1


def test_cancelled_meanwhile_says_that_alone(officer, sweep):
    session = session_of(1)
    edit(session, later=1)
    sessions.cancel_session(Session.objects.get(pk=session.pk), by=officer)

    sweep()

    assert Convening.objects.get(purpose="change").state == V.DROPPED
    assert not told().exists()


def test_past_meanwhile_says_nothing(sweep):
    session = session_of(1)
    edit(session, later=1)

    sweep(minutes=60 * 24 * 16)

    assert Convening.objects.get().state == V.DROPPED
    assert not told().exists()


def test_postponed_meanwhile_says_that_alone(officer, sweep):
    session = session_of(1)
    edit(session, later=1)
    postponing.postpone(Session.objects.get(pk=session.pk), by=officer)

    sweep()

    assert not told().exists()


# --- Sealed --------------------------------------------------------------------------
def test_sealed_session_says_neither_title_nor_agenda(officer, sweep):
    activity = ActivityFactory(confidentiality="sealed", officer=officer)
    session = session_of(1, activity=activity, title="SECRET ancien")
    AgendaItemFactory(session=session, title="SECRET point")
    convene(session, officer)
    edit_agenda(session, "SECRET autre")
    edit(session, title="SECRET nouveau")
    assert not announcing.scheduled(session)

    edit(session, later=1)
    sweep()

    email = told().get()
    files = b"".join(bytes(a.content) for a in email.attachments.all() if a.content)
    letter = text_of(IssuedDocument.objects.get(version=2))
    kept = str(list(Convening.objects.values("before")))
    kept += str(list(session.participations.values("told")))
    for place in (email.subject, email.text, email.html, files.decode(), letter, kept):
        assert "SECRET" not in place


# --- Those who were there before ------------------------------------------------------
def test_those_expected_before_all_this_are_held_to_know():
    session = session_of(1, told=False, title="Annoncer")
    module = import_module("agency.activities.migrations.0013_told_of_sessions")

    module.fill(apps, None)

    known = session.participations.get().told
    assert known == announcing.facts.calendar(Session.objects.get())
