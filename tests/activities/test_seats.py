"""Seats and the line for them, as a machine plays them: whatever people do, in any order.

Never more held than there are seats; nobody overtaken: no free seat is given to a
newcomer, nor offered, while somebody before in line may take it; each offer holds one
seat until it is answered or lapses.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.activities.models import Enrolment
from agency.activities.services import (
    activities,
    enrolments,
    moments,
    seats,
    waiting,
)
from agency.activities.states import HOLDING, EnrolmentState
from agency.core.clock import PARIS, now, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.people.factories import PersonFactory

CAPACITY, PEOPLE = 2, 6
START = datetime(2027, 1, 12, 12, tzinfo=PARIS)

who = st.integers(min_value=0, max_value=PEOPLE - 1)
gestures = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(
                ["register", "withdraw", "cancel", "accept", "decline", "requeue"]
            ),
            who,
        ),
        st.tuples(st.just("resize"), st.integers(min_value=1, max_value=4)),
        st.tuples(st.just("pass"), st.sampled_from([1, 9, 80])),
    ),
    max_size=25,
)


@pytest.fixture
def room(db):
    with travel(START):
        activity = ActivityFactory(capacity=CAPACITY, closes_at=None, opens_at=None)
        SessionFactory(activity=activity, starts_in=300)
        return activity, PersonFactory.create_batch(PEOPLE), PersonFactory(officer=True)


@pytest.mark.django_db
def test_seats_never_run_over_and_nobody_is_overtaken(room):
    activity, people, officer = room

    @given(gestures)
    def play(moves):
        Enrolment.objects.all().delete()
        activities.resize(activity, capacity=CAPACITY, by=officer)
        moment = START
        for verb, value in moves:
            if verb == "pass":
                moment += timedelta(hours=value)
            with travel(moment):
                gesture(verb, value, activity, people, officer)
                check(activity)

    play()


def gesture(verb, value, activity, people, officer):
    """Do it for real; what a rule refuses is refused, and nothing else."""
    try:
        if verb == "resize":
            activities.resize(activity, capacity=value, by=officer)
        elif verb == "pass":
            waiting.turn()
        elif verb == "register":
            newcomer(activity, people[value])
        else:
            answer(verb, activity, people[value], officer)
    except (MoveBlocked, MoveRefused):
        pass


def newcomer(activity, person):
    """A seat at once is one that nobody in line could have taken."""
    waiting.catch_up(activity)
    before = Enrolment.objects.running().filter(person=person).first()
    first = waiting.first_eligible(activity)
    free = seats.free(activity)
    enrolment = enrolments.register(activity, person=person)
    if before is None:
        seated = enrolment.state == EnrolmentState.CONFIRMED
        assert seated == (first is None and free > 0)


def answer(verb, activity, person, officer):
    row = activity.enrolments.filter(person=person).order_by("-pk").first()
    if row is None:
        return
    service = getattr(
        waiting if verb in ("accept", "decline", "requeue") else enrolments, verb
    )
    service(row, by=officer if verb == "cancel" else person)


def check(activity):
    activity.refresh_from_db()
    held = activity.enrolments.filter(state__in=HOLDING)
    confirmed = activity.enrolments.confirmed()
    expected = activity.sessions.get().participations.expected()
    assert held.count() <= activity.capacity
    assert set(expected.values_list("person", flat=True)) == set(
        confirmed.values_list("person", flat=True)
    )
    # Whoever was offered a seat came before everybody who waits, unless they came back.
    if not moments.is_night(now()):
        free = activity.capacity - held.count()
        lapsed = activity.enrolments.lapsed().count()
        assert free == 0 or lapsed or waiting.first_eligible(activity) is None
    line = [one.pk for one in activity.enrolments.in_line()]
    assert [
        one.place_in_line() for one in Enrolment.objects.in_line().filter(pk__in=line)
    ] == list(range(1, len(line) + 1))
