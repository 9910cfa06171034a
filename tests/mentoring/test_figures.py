"""What an edition comes to: meetings held against expected, months, topics, attendance."""

from datetime import date, timedelta

import pytest

from agency.core.clock import today
from agency.mail.models import QuietPeriod
from mentoring.health.days import Span
from mentoring.services.figures import expected, figures
from tests.activities.factories import (
    AttendanceFactory,
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.mentoring.factories import (
    MentoringApplicationFactory,
    PairFactory,
    PairMeetingFactory,
    RunningEditionFactory,
)
from tests.mentoring.pairs import day, pair, span

# --- Expected, by the rules that know only dates --------------------------------


@pytest.mark.parametrize(
    ("facts", "quiet", "at", "count"),
    [
        (pair(), (), 29, 0),
        (pair(), (), 30, 1),
        (pair(), (), 95, 3),
        (pair(interval_days=20), (), 95, 4),
        # Thirty days of quiet period, then of pause, are not counted.
        (pair(), (span(10, 40),), 95, 2),
        (pair(pauses=(span(10, 40),)), (), 95, 2),
        # Over one another they count once.
        (pair(pauses=(span(10, 40),)), (span(10, 40),), 95, 2),
        (pair(ends_on=day(61)), (), 300, 2),
        (pair(launched_on=None), (), 95, 0),
        (pair(), (), -10, 0),
        # A pause that goes on: nothing more is expected.
        (pair(pauses=(Span(day(31)),)), (), 300, 1),
    ],
)
def test_meetings_are_expected_by_whole_intervals_outside_rests(
    facts, quiet, at, count
):
    assert expected(facts, quiet, day(at)) == count


def test_no_more_meetings_are_expected_than_the_edition_asks_for():
    assert expected(pair(), (), day(390), 10) == 10


# --- Of an edition -----------------------------------------------------------------
pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return RunningEditionFactory(confidentiality="sealed")


def met(edition, *ago, topics=(), **more):
    pair = PairFactory(activity=edition, active=True, **more)
    for days in ago:
        day_of = today() - timedelta(days=days)
        PairMeetingFactory(pair=pair, day=day_of, topics=list(topics))
    return pair


def test_held_and_expected_add_up_by_month(edition):
    met(edition, 80, 50, 20)
    met(edition, 60)
    met(edition, ended_early=True)

    found = figures(edition)

    assert (found.held, found.expected) == (4, 8)
    assert sum(month.held for month in found.months) == 4
    assert sum(month.expected for month in found.months) == 8
    assert found.months[0].first == (today() - timedelta(days=90)).replace(day=1)
    assert found.months[-1].first == today().replace(day=1)


def test_a_quiet_period_of_the_house_expects_nothing(edition):
    met(edition)
    QuietPeriod.objects.create(
        label="Ét\u00e9",
        starts_on=today() - timedelta(days=60),
        ends_on=today() - timedelta(days=31),
    )

    assert figures(edition).expected == 2


def test_topics_are_counted_by_meeting_and_by_pair(edition):
    met(edition, 50, 20, topics=["budget", "touring"])
    met(edition, 30, topics=["budget"])

    budget, touring, *others = figures(edition).topics

    assert (budget.key, budget.meetings, budget.pairs) == ("budget", 3, 2)
    assert (touring.key, touring.meetings, touring.pairs) == ("touring", 2, 1)
    assert not any(one.meetings for one in others)


def test_attendance_is_that_of_the_people_of_the_pairs(edition):
    one = met(edition)
    session = SessionFactory(activity=edition, held=True)
    SessionFactory(activity=edition)  # to come: not counted yet
    for person, status in ((one.mentor, "present"), (one.mentee, "absent")):
        came = ParticipationFactory(
            session=session,
            person=person,
            enrolment=EnrolmentFactory(activity=edition, person=person, confirmed=True),
        )
        AttendanceFactory(participation=came, status=status)
    AttendanceFactory(participation__session=session, status="present")

    [gathering] = figures(edition).gatherings

    assert (gathering.awaited, gathering.there) == (2, 1)


def test_who_was_retained_and_is_alone(edition):
    alone = MentoringApplicationFactory(edition=edition, retained=True)
    paired = MentoringApplicationFactory(edition=edition, retained=True, mentor=True)
    MentoringApplicationFactory(edition=edition)  # a draft is nobody's business
    met(edition, mentor=paired.person)

    found = figures(edition).call

    assert found.of("mentee") == found.of("mentor") == 1
    assert dict(found.alone) == {alone.side: 1}


def test_an_edition_without_anything(edition):
    found = figures(edition)

    assert found.is_empty
    assert (found.held, found.expected, found.months) == (0, 0, [])


@pytest.mark.parametrize("first", [date(2027, 1, 31), date(2027, 12, 1)])
def test_months_follow_one_another(first):
    from mentoring.services.figures import _edges

    edges = list(_edges(first, first + timedelta(days=40)))

    assert edges == sorted({one.replace(day=1) for one in edges})
    assert edges[0] == first.replace(day=1)
