"""The waiting list where something else ends: an activity, a line, an account, a day."""

import pytest

from agency.activities.models import Activity
from agency.activities.services import activities, calling, enrolments, waiting
from agency.activities.states import EnrolmentState
from agency.core.clock import travel
from agency.mail.models import OutgoingEmail
from agency.people.services import erasure
from tests.activities.factories import ActivityFactory
from tests.activities.queued import HOUR, NOON, full, leave, seated, states
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db

E = EnrolmentState


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


def test_nobody_waits_for_what_is_over():
    activity, (one,) = full(line=1)
    activity.sessions.all().delete()
    activities.start(activity, by=activity.officer)

    activities.complete(activity, by=activity.officer)

    assert states(one) == [E.CANCELLED]


def test_a_seat_freed_once_it_runs_is_given_by_hand():
    activity, (one,) = full(line=1)
    activities.start(activity, by=activity.officer)
    leave(seated(activity))
    rows = Activity.objects.with_seats().with_dates().with_line()

    assert [a.pk for a in calling.to_call(rows)] == [activity.pk]
    waiting.admit(one, by=activity.officer)

    assert states(one) == [E.CONFIRMED]


def test_a_line_that_was_closed_with_people_in_it_is_called():
    activity, (one,) = full(line=1)
    activity.waiting_list = False
    activity.save(update_fields=["waiting_list"])
    leave(seated(activity))
    rows = Activity.objects.with_seats().with_dates().with_line()

    assert states(one) == [E.WAITLISTED]
    assert [a.pk for a in calling.to_call(rows)] == [activity.pk]


def test_one_activity_in_trouble_stops_no_other(monkeypatch, caplog):
    lines = [full(line=2) for _n in range(2)]
    for activity, _waits in lines:
        leave(seated(activity))
    real = waiting.settle

    def broken(activity):
        if activity.pk == lines[0][0].pk:
            raise RuntimeError("in trouble")
        real(activity)

    monkeypatch.setattr(waiting, "settle", broken)
    with travel(NOON + 72 * HOUR):
        waiting.turn()

    assert states(lines[0][1][0], lines[1][1][0]) == [E.OFFERED, E.EXPIRED]
    assert "in trouble" in caplog.text


def test_erasure_frees_every_seat_that_is_offered():
    person = PersonFactory()
    rows = []
    for _activity in range(2):
        activity, _none = full()
        rows.append(enrolments.register(activity, person=person))
        leave(seated(activity))
        rows.append(enrolments.register(activity, person=PersonFactory()))

    erasure.erase(person, by=person)

    assert states(*rows) == [E.WITHDRAWN, E.OFFERED] * 2


def test_a_colleague_reads_why_they_wait_although_seats_are_free():
    activity = ActivityFactory(capacity=3, sessions=1, max_per_organisation=1)
    house = AffiliationFactory().organisation
    for one in AffiliationFactory.create_batch(2, organisation=house):
        enrolments.register(activity, person=one.person)

    email = OutgoingEmail.objects.get(subject__startswith="Liste d’attente")

    assert "Une personne de l’une de vos structures a déjà une place" in email.text
    assert "Toutes les places" not in email.text
