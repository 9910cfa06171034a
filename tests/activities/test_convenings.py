"""Convening: one letter and one message each, whatever happens on the way."""

from datetime import timedelta

import pytest

from agency.activities.models import Convocation
from agency.activities.services import convenings, enrolments
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
        enrolments.expect(enrolment, sessions=[session])
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
    enrolments.expect(late, sessions=[session])

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
    enrolments.expect(enrolment, sessions=[session])

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
            raise OSError("no space left on device")
        return issue(convocation)

    monkeypatch.setattr(convenings.documents, "session_convocation", fail_for_one)
    convening = convened(session, officer)
    monkeypatch.undo()

    failed = convening.convocations.get(state=C.FAILED)
    assert "no space left" in failed.error
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
