"""Convening: one letter and one message each, whatever happens on the way."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from agency.activities.models import Convening, Convocation, Participation
from agency.activities.services import convenings, enrolments, sessions
from agency.activities.services.expected import expect
from agency.activities.states import ConveningState, ConvocationState, SessionState
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

C = ConvocationState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


@pytest.fixture
def session():
    return session_with(3)


def session_with(people, **fields):
    session = SessionFactory(activity=ActivityFactory(), starts_in=15, **fields)
    for _one in range(people):
        enrolment = EnrolmentFactory(activity=session.activity, confirmed=True)
        expect(enrolment, sessions=[session])
    return session


def convened(session, by, **fields):
    """Convene, and do what the workers would, in this thread."""
    convening = convenings.convene(session, by=by, **fields)
    ids = list(convening.convocations.values_list("pk", flat=True))
    convenings.make(convening.pk, ids)
    convening.refresh_from_db()
    return convening


@pytest.fixture
def sweep_later(django_capture_on_commit_callbacks):
    """Run the sweeper as beat would three minutes from now, and the tasks it rings."""

    def sweep():
        with (
            travel(now() + timedelta(minutes=3)),
            django_capture_on_commit_callbacks(execute=True),
        ):
            return convenings.sweep()

    return sweep


def test_everybody_expected_gets_one_letter_and_one_message(session, officer):
    convening = convened(session, officer, paragraph="Prenez un parapluie.")

    assert convening.state == ConveningState.DONE
    assert IssuedDocument.objects.count() == 3
    assert OutgoingEmail.objects.count() == 3
    email = OutgoingEmail.objects.first()
    assert email.subject.startswith("Convocation")
    assert "Prenez un parapluie." in email.text
    kinds = sorted(a.mimetype.split(";")[0] for a in email.attachments.all())
    assert kinds == ["application/pdf", "text/calendar"]


def test_letters_are_numbered_without_a_double(session, officer):
    convened(session, officer)

    references = list(IssuedDocument.objects.values_list("reference", flat=True))
    assert len(set(references)) == 3


def test_pressing_twice_convenes_nobody_twice(session, officer):
    convened(session, officer)

    with pytest.raises(MoveBlocked, match="déjà"):
        convenings.convene(session, by=officer)


def test_somebody_who_came_later_is_convened_alone(session, officer):
    convened(session, officer)
    late = EnrolmentFactory(activity=session.activity, confirmed=True)
    expect(late, sessions=[session])

    convening = convened(session, officer)

    assert [c.participation.person for c in convening.convocations.all()] == [
        late.person
    ]
    assert OutgoingEmail.objects.count() == 4


def test_task_run_twice_makes_nothing_twice(session, officer, sweep_later):
    convening = convened(session, officer)
    ids = list(convening.convocations.values_list("pk", flat=True))

    convenings.make(convening.pk, ids)
    sweep_later()

    assert IssuedDocument.objects.count() == 3
    assert OutgoingEmail.objects.count() == 3


def test_worker_that_died_after_the_letter_uses_the_same_letter(
    session, officer, sweep_later
):
    convening = convenings.convene(session, by=officer)
    first = convening.convocations.first()
    convenings.make_one(first)
    Convocation.objects.filter(pk=first.pk).update(
        state=C.WAITING, document=None, email=None, settled_at=None
    )

    assert sweep_later() == 1

    convening.refresh_from_db()
    assert convening.state == ConveningState.DONE
    assert IssuedDocument.objects.count() == 3
    assert OutgoingEmail.objects.count() == 3


def test_person_without_an_address_has_a_letter_to_print(officer):
    session = session_with(0)
    enrolment = EnrolmentFactory(
        activity=session.activity, confirmed=True, person=PersonFactory(email=None)
    )
    expect(enrolment, sessions=[session])

    convening = convened(session, officer)

    row = convening.convocations.get()
    assert (row.state, row.email) == (C.PAPER, None)
    assert row.document.recipient == enrolment.person


def test_one_letter_that_fails_stops_nobody_and_is_tried_again(
    session, officer, monkeypatch, sweep_later
):
    issue = convenings.documents.session_convocation
    unlucky = session.participations.first().person_id

    def fail_for_one(convocation):
        if convocation.participation.person_id == unlucky:
            raise ValueError("a font is missing")
        return issue(convocation)

    monkeypatch.setattr(convenings.documents, "session_convocation", fail_for_one)
    convening = convened(session, officer)
    monkeypatch.undo()

    failed = convening.convocations.get(state=C.FAILED)
    assert "a font is missing" in failed.error
    assert convening.state == ConveningState.DONE

    convenings.resume(convening, by=officer)
    sweep_later()

    failed.refresh_from_db()
    assert failed.state == C.MADE
    assert OutgoingEmail.objects.count() == 3


def test_nobody_is_convened_to_a_cancelled_or_past_session(officer):
    cancelled = session_with(1, state=SessionState.CANCELLED)
    with pytest.raises(MoveBlocked):
        convenings.convene(cancelled, by=officer)
    past = SessionFactory(starts_in=-5)
    with pytest.raises(MoveBlocked):
        convenings.convene(past, by=officer)


def test_those_who_withdrew_are_not_convened(session, officer):
    gone = session.activity.enrolments.first()
    enrolments.withdraw(gone, by=gone.person)

    convening = convenings.convene(session, by=officer)

    people = {c.participation.person for c in convening.convocations.all()}
    assert len(people) == 2
    assert gone.person not in people


def test_agenda_of_a_sealed_session_is_not_in_the_message(officer):
    session = session_with(1)
    session.activity.confidentiality = "sealed"
    session.activity.save()
    session.agenda_items.create(title="SUJET-SCELLE")

    convened(session, officer)

    assert "SUJET-SCELLE" not in OutgoingEmail.objects.get().text


def test_batch_at_work_is_left_alone(session, officer):
    convenings.convene(session, by=officer)

    assert convenings.sweep() == 0


def test_broker_away_leaves_the_batch_to_the_sweeper(session, officer, sweep_later):
    convening = convenings.convene(session, by=officer)

    assert sweep_later() == 1

    convening.refresh_from_db()
    assert convening.state == ConveningState.DONE
    assert OutgoingEmail.objects.count() == 3


def test_disk_full_leaves_the_batch_to_the_sweeper(
    session, officer, monkeypatch, sweep_later
):
    convening = convenings.convene(session, by=officer)
    ids = list(convening.convocations.values_list("pk", flat=True))

    def full(convocation):
        raise OSError("no space left on device")

    monkeypatch.setattr(convenings.documents, "session_convocation", full)
    with pytest.raises(OSError, match="no space"):
        convenings.make(convening.pk, ids)
    monkeypatch.undo()
    assert set(convening.convocations.values_list("state", flat=True)) == {C.WAITING}

    sweep_later()

    assert set(convening.convocations.values_list("state", flat=True)) == {C.MADE}
    assert OutgoingEmail.objects.count() == 3


def test_somebody_who_left_before_the_worker_came_gets_no_letter(session, officer):
    convening = convenings.convene(session, by=officer)
    gone = session.activity.enrolments.first()
    enrolments.withdraw(gone, by=gone.person)

    ids = list(convening.convocations.values_list("pk", flat=True))
    convenings.make(convening.pk, ids)

    states = sorted(convening.convocations.values_list("state", flat=True))
    assert states == [C.DROPPED, C.MADE, C.MADE]
    assert not gone.person.emails.filter(template__contains="convocation").exists()


def test_failures_of_a_session_cancelled_since_are_not_tried_again(
    session, officer, monkeypatch
):
    monkeypatch.setattr(
        convenings.documents, "session_convocation", lambda c: 1 / 0, raising=True
    )
    convening = convened(session, officer)
    monkeypatch.undo()
    sessions.cancel_session(session, by=officer)

    with pytest.raises(MoveBlocked):
        convenings.resume(Convening.objects.get(pk=convening.pk), by=officer)


def test_person_who_withdrew_after_the_letter_and_came_back_is_served(session, officer):
    convened(session, officer)
    one = session.activity.enrolments.first()
    enrolments.withdraw(one, by=one.person)
    enrolments.register(session.activity, person=one.person)

    assert not convenings.recipients(session).exists()


def test_late_registrant_is_to_convene(session, officer):
    convened(session, officer)
    assert not Participation.objects.to_convene().exists()

    late = EnrolmentFactory(activity=session.activity, confirmed=True)
    expect(late, sessions=[session])

    assert Participation.objects.to_convene().get().person == late.person


def test_letter_counts_the_sessions_that_take_place(officer):
    session = session_with(1, number=4)
    SessionFactory(activity=session.activity, number=1, starts_in=2)
    SessionFactory(activity=session.activity, number=3, starts_in=9, cancelled=True)

    assert session.place_in_activity() == (2, 2)
    convened(session, officer)
    assert "séance 2 sur 2" in OutgoingEmail.objects.get().text


def test_title_and_agenda_of_a_sealed_session_are_not_in_the_letter(officer):
    session = session_with(1, title="TITRE-SCELLE")
    session.activity.confidentiality = "sealed"
    session.activity.save()
    session.agenda_items.create(title="SUJET-SCELLE")

    convened(session, officer)

    with IssuedDocument.objects.get().file.open() as stored:
        reader = PdfReader(BytesIO(stored.read()))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "SCELLE" not in text
    assert "Programme" in text
