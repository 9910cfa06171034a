"""Seats: whatever people do and in whichever order, never more held than there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.activities.models import Enrolment
from agency.activities.services import enrolments, seats
from agency.activities.states import HOLDING
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.people.factories import PersonFactory

CAPACITY, PEOPLE = 3, 6

gestures = st.lists(
    st.tuples(
        st.sampled_from(["register", "withdraw", "cancel"]),
        st.integers(min_value=0, max_value=PEOPLE - 1),
    ),
    max_size=25,
)


@pytest.fixture
def room(db):
    activity = ActivityFactory(capacity=CAPACITY)
    SessionFactory(activity=activity)
    return activity, PersonFactory.create_batch(PEOPLE), PersonFactory(officer=True)


@pytest.mark.django_db
def test_seats_never_run_over(room):
    activity, people, officer = room

    @given(gestures)
    def play(moves):
        Enrolment.objects.all().delete()
        held = set()
        for verb, index in moves:
            gesture(verb, activity, people[index], officer, held)
            check(activity, held)

    play()


def gesture(verb, activity, person, officer, held):
    """Do it for real, and keep in ``held`` who should have a seat."""
    running = Enrolment.objects.running().filter(activity=activity, person=person)
    if verb == "register":
        try:
            enrolments.register(activity, person=person)
        except enrolments.RegistrationRefused:
            assert len(held) == CAPACITY
            assert person.pk not in held
        else:
            held.add(person.pk)
    elif one := running.first():
        by = person if verb == "withdraw" else officer
        getattr(enrolments, verb)(one, by=by)
        held.discard(person.pk)


def check(activity, held):
    assert seats.taken(activity) == len(held) <= CAPACITY
    seated = Enrolment.objects.filter(activity=activity, state__in=HOLDING)
    assert set(seated.values_list("person", flat=True)) == held
    expected = activity.sessions.get().participations.expected()
    assert set(expected.values_list("person", flat=True)) == held
