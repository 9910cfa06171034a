"""Seats and the line for them, as a machine plays them: whatever people do, in any order.

Never more held than there are seats; nobody overtaken: no free seat is given to a
newcomer, nor offered, while somebody before in line may take it; each offer holds one
seat until it is answered or lapses; nobody is confirmed whose charter is not signed.
Played where registration is open, where a charter is to be signed, and where the agency
decides on each request.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agency.activities.models import Enrolment
from agency.activities.services import (
    activities,
    charters,
    enrolments,
    moments,
    review,
    seats,
    waiting,
)
from agency.activities.states import HOLDING, EnrolmentState
from agency.core.clock import PARIS, now, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from tests.activities.factories import (
    ActivityFactory,
    CharterFactory,
    SessionFactory,
)
from tests.conftest import SOME
from tests.people.factories import PersonFactory

CAPACITY, PEOPLE = 2, 6
START = datetime(2027, 1, 12, 12, tzinfo=PARIS)

# What can happen everywhere, and what a mode of registration or a charter adds.
EVERYWHERE = ("register", "withdraw", "cancel", "accept", "decline", "requeue")
REVIEWING = ("retain", "shelve", "refuse")
ROOMS = ("open", "open, with a charter", "approval, with a charter")
# A signature and its checks make an example three times as long.
SHARE_OF_A_CHARTER = 3


def gestures_in(activity):
    """What may be tried in this room, each with who or how much."""
    verbs = [
        *EVERYWHERE,
        *(("sign",) if activity.charter_id else ()),
        *(REVIEWING if activity.registration_mode == "approval" else ()),
    ]
    who = st.integers(min_value=0, max_value=PEOPLE - 1)
    gesture = st.one_of(
        st.tuples(st.sampled_from(verbs), who),
        st.tuples(st.just("resize"), st.integers(min_value=1, max_value=4)),
        st.tuples(st.just("pass"), st.sampled_from([1, 9, 80, 170])),
    )
    return st.lists(gesture, max_size=25)


def examples(activity):
    """How many games are played: as many as the profile says, where they are short."""
    whole = settings.default.max_examples
    return max(SOME, whole // SHARE_OF_A_CHARTER) if activity.charter_id else whole


@pytest.fixture(
    params=[ROOMS[0], pytest.param(ROOMS[1], marks=pytest.mark.slow), ROOMS[2]]
)
def room(db, request):
    mode, _comma, charter = request.param.partition(", ")
    with travel(START):
        activity = ActivityFactory(
            capacity=CAPACITY,
            closes_at=None,
            opens_at=None,
            registration_mode=mode,
            charter=CharterFactory() if charter else None,
        )
        SessionFactory(activity=activity, starts_in=300)
        return activity, PersonFactory.create_batch(PEOPLE), PersonFactory(officer=True)


@pytest.mark.hypothesis
@pytest.mark.django_db
def test_seats_never_run_over_and_nobody_is_overtaken(room):
    activity, people, officer = room

    @settings(max_examples=examples(activity))
    @given(gestures_in(activity))
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
    if before is None and activity.registration_mode == "approval":
        assert enrolment.state == EnrolmentState.UNDER_REVIEW
    elif before is None:
        seated = enrolment.state in (EnrolmentState.CONFIRMED, EnrolmentState.ACCEPTED)
        assert seated == (first is None and free > 0)


def answer(verb, activity, person, officer):
    row = activity.enrolments.filter(person=person).order_by("-pk").first()
    if row is None:
        return
    if verb == "sign":
        sign(activity, row, person)
    elif verb == "refuse":
        review.refuse(row, by=officer, reason="Une autre fois.")
    else:
        verbs = {
            "accept": (waiting.accept, person),
            "decline": (waiting.decline, person),
            "requeue": (waiting.requeue, person),
            "withdraw": (enrolments.withdraw, person),
            "cancel": (enrolments.cancel, officer),
            "retain": (review.retain, officer),
            "shelve": (review.shelve, officer),
        }
        service, by = verbs[verb]
        service(row, by=by)


def sign(activity, row, person):
    """Put one's name under the text that is in force."""
    if activity.charter is None:
        return
    version = activity.charter.in_force()
    charters.sign(
        row,
        version=version,
        sha256=version.sha256,
        typed_name=person.full_name,
        address="192.0.2.1",
        by=person,
    )


def check(activity):
    activity.refresh_from_db()
    held = activity.enrolments.filter(state__in=HOLDING)
    unsigned = activity.enrolments.filter(state=EnrolmentState.ACCEPTED)
    assert not unsigned.filter(signature_due_at=None).exists()
    confirmed = activity.enrolments.confirmed()
    expected = activity.sessions.get().participations.expected()
    assert held.count() <= activity.capacity
    assert set(expected.values_list("person", flat=True)) == set(
        confirmed.values_list("person", flat=True)
    )
    if activity.charter_id:
        assert not confirmed.filter(signatures=None).exists()
    # Whoever was offered a seat came before everybody who waits, unless they came back.
    if not moments.is_night(now()):
        free = activity.capacity - held.count()
        over = activity.enrolments.lapsed() | activity.enrolments.unsigned()
        lapsed = over.count()
        assert free == 0 or lapsed or waiting.first_eligible(activity) is None
    line = [one.pk for one in activity.enrolments.in_line()]
    assert [
        one.place_in_line() for one in Enrolment.objects.in_line().filter(pk__in=line)
    ] == list(range(1, len(line) + 1))
