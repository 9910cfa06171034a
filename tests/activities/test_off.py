"""A session that does not take place: everybody concerned is told at once, each once."""

import pytest

from agency.activities.choices import Part
from agency.activities.models import Convening
from agency.activities.services import (
    activities,
    enrolments,
    sessions,
)
from agency.activities.states import (
    ConveningState,
    ConvocationState,
    EnrolmentState,
)
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people.services import erasure
from tests.activities.announced import (
    convene,
    edit,
    event,
    join,
    session_of,
    text_of,
)
from tests.activities.called_off import cancel, written
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
C = ConvocationState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


# --- A session is cancelled ----------------------------------------------------------
def test_everybody_concerned_is_told_at_once_and_why(officer, work):
    session = session_of(2)
    waits = EnrolmentFactory(activity=session.activity, waitlisted=True)
    offered = EnrolmentFactory(activity=session.activity, offered=True)
    leader = FacilitatorFactory(activity=session.activity).person

    work(
        cancel,
        session,
        officer,
        reason="désaccord avec le lieu",
        told_reason="La Filature ferme pour travaux.",
    )

    batch = Convening.objects.get()
    assert (batch.purpose, batch.state) == ("cancellation", ConveningState.DONE)
    mails = written("session_cancelled")
    people = [one.person for one in session.participations.all()]
    everybody = {*people, waits.person, offered.person, leader}
    assert {mail.person for mail in mails} == everybody
    assert mails.count() == 5
    for mail in mails:
        assert "La raison\u202f: La Filature ferme pour travaux." in mail.text
        assert "désaccord" not in mail.text + mail.html
    entry = JournalEntry.objects.about(session).get(action="cancel")
    assert entry.data["reason"] == "désaccord avec le lieu"
    assert "Filature" not in str(list(JournalEntry.objects.values("data")))
    parts = set(batch.convocations.values_list("part", flat=True))
    assert parts == set(Part)


def test_calendars_take_it_back_but_of_who_had_it(officer, work):
    session = session_of(1)
    waits = EnrolmentFactory(activity=session.activity, waitlisted=True)

    work(cancel, session, officer)

    [file] = event(written("session_cancelled").exclude(person=waits.person).get())
    [vevent] = file.walk("VEVENT")
    assert str(file["method"]) == "CANCEL"
    assert (vevent["status"], vevent["sequence"]) == ("CANCELLED", 1)
    assert str(session.uuid) in vevent["uid"]
    assert {"organizer", "attendee"} <= {name.lower() for name in vevent}
    assert not vevent.walk("VALARM")
    assert (
        not written("session_cancelled").get(person=waits.person).attachments.exists()
    )


def test_cancelled_after_a_second_version_takes_back_the_later_sequence(
    officer, sweep, work
):
    session = session_of(1)
    convene(session, officer)
    edit(session, later=1)
    sweep()

    work(cancel, session, officer)

    [file] = event(written("session_cancelled").get())
    assert file.walk("VEVENT")[0]["sequence"] == 2


def test_who_withdrew_or_was_erased_is_not_told(officer, work):
    session = session_of(3)
    gone, erased, left = session.participations.order_by("pk")
    enrolments.withdraw(gone.enrolment, by=gone.person)
    erasure.erase(erased.person, by=erased.person)

    work(cancel, session, officer)

    assert [mail.person for mail in written("session_cancelled")] == [left.person]


def test_erased_between_the_decision_and_the_worker_gets_nothing(officer):
    session = session_of(1)
    cancel(session, officer)
    one = session.participations.get()
    erasure.erase(one.person, by=one.person)
    batch = Convening.objects.get()

    from agency.activities.services import convenings  # the worker

    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))

    assert batch.convocations.get().state == C.DROPPED
    assert not written("session_cancelled").exists()


def test_who_has_no_address_has_a_notice_to_be_printed(officer, work):
    session = session_of(0)
    join(session, PersonFactory(email=None))

    work(cancel, session, officer, told_reason="Le lieu ferme.")

    row = Convening.objects.get().convocations.get()
    assert (row.state, row.document.reference[:5]) == (C.PAPER, "AVIS-")
    said = text_of(row.document)
    assert "Annulation d’une séance" in said
    assert "La raison. Le lieu ferme." in said


def test_workers_twice_write_once(officer, work, sweep):
    session = session_of(2)
    work(cancel, session, officer)

    sweep(times=2)

    assert written("session_cancelled").count() == 2


def test_past_session_is_cancelled_without_a_word(officer, work):
    session = SessionFactory(past=True)
    join(session)

    work(cancel, session, officer)

    assert not Convening.objects.exists()


def test_session_of_a_draft_is_cancelled_without_a_word(officer, work):
    session = SessionFactory(activity=ActivityFactory(draft=True))
    FacilitatorFactory(activity=session.activity)

    work(cancel, session, officer)

    assert not Convening.objects.exists()


# --- A whole activity ------------------------------------------------------------------
def test_six_dates_make_one_message_with_the_list(officer, work):
    activity = ActivityFactory(sessions=6)
    every = list(activity.sessions.order_by("starts_at"))
    inside = EnrolmentFactory(activity=activity, confirmed=True)
    for session in every:
        sessions.fan_out(session)
    waits = EnrolmentFactory(activity=activity, waitlisted=True)
    leader = FacilitatorFactory(activity=activity).person

    work(activities.cancel, activity, by=officer, told_reason="Faute de budget.")

    mails = written("activity_cancelled")
    assert {mail.person for mail in mails} == {inside.person, waits.person, leader}
    assert OutgoingEmail.objects.count() == 3
    mail = mails.get(person=inside.person)
    assert mail.text.count("\n- ") == 6
    files = event(mail)
    assert [str(file["method"]) for file in files] == ["CANCEL"] * 6
    uids = {file.walk("VEVENT")[0]["uid"] for file in files}
    assert len(uids) == 6
    assert "Votre demande de place prend fin" in mails.get(person=waits.person).text
    waits.refresh_from_db()
    assert waits.state == EnrolmentState.CANCELLED
    for session in activity.sessions.all():
        assert session.told_reason == "Faute de budget."
        assert Convening.objects.about(session).count() == 1


def test_who_is_in_an_activity_without_a_date_is_told_too(officer, work):
    activity = ActivityFactory()
    EnrolmentFactory(
        activity=activity, confirmed=True, person=PersonFactory(email=None)
    )

    work(activities.cancel, activity, by=officer)

    row = Convening.objects.get().convocations.get()
    assert row.state == C.PAPER
    assert "Annulation de" in text_of(row.document)


def test_of_a_draft_nobody_is_told(officer, work):
    activity = ActivityFactory(draft=True, sessions=1)
    FacilitatorFactory(activity=activity)

    work(activities.cancel, activity, by=officer)

    assert not Convening.objects.exists()


def test_one_date_cancelled_before_is_not_listed_again(officer, work):
    activity = ActivityFactory(sessions=2)
    EnrolmentFactory(activity=activity, confirmed=True)
    for session in activity.sessions.all():
        sessions.fan_out(session)
    work(cancel, activity.sessions.first(), officer)

    work(activities.cancel, activity, by=officer)

    assert written("activity_cancelled").get().text.count("\n- ") == 1
