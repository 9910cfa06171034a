"""Meetings: noted by one, confirmed by the other, and all that cannot be."""

from datetime import time, timedelta

import pytest

from agency.core.clock import now, today, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry, Stale
from mentoring.models import PairMeeting
from mentoring.services import goals, meetings
from mentoring.services.meetings import Facts, Unfit
from tests.mentoring.factories import PairFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return PairFactory(active=True)


def facts(days=0, minutes=60, way="remote", topics=(), hour=None):
    return Facts(today() + timedelta(days=days), minutes, way, topics, hour)


def test_noted_by_one_confirmed_by_the_other(pair):
    meeting, became = meetings.log(pair, facts(topics=["budget"]), by=pair.mentee)
    assert (became, meeting.state, meeting.is_confirmed) == ("noted", "held", False)
    assert list(PairMeeting.objects.to_confirm("mentor")) == [meeting]

    meetings.confirm(meeting, by=pair.mentor)
    meetings.confirm(meeting, by=pair.mentor)

    assert meeting.is_confirmed
    assert JournalEntry.objects.about(meeting).filter(action="confirm").count() == 1


def test_whoever_noted_it_does_not_confirm_it(pair):
    meeting, _became = meetings.log(pair, facts(), by=pair.mentee)

    with pytest.raises(MoveBlocked):
        meetings.confirm(meeting, by=pair.mentee)


def test_a_week_of_silence_confirms(pair):
    meeting, _became = meetings.log(pair, facts(), by=pair.mentee)

    with travel(meeting.logged_at + timedelta(days=7)):
        assert meeting.is_confirmed
        assert not PairMeeting.objects.to_confirm("mentor").exists()


def test_noted_by_both_it_is_one_meeting_that_both_confirm(pair):
    first, _became = meetings.log(pair, facts(minutes=90), by=pair.mentor)
    second, became = meetings.log(pair, facts(minutes=60), by=pair.mentee)

    assert (first, became, second.minutes) == (second, "confirmed", 90)
    assert second.confirmed_at is not None


def test_pressed_twice_it_is_noted_once(pair):
    meetings.log(pair, facts(), by=pair.mentor)
    meeting, became = meetings.log(pair, facts(), by=pair.mentor)

    assert (became, meeting.confirmed_at, pair.meetings.count()) == ("known", None, 1)


BAD = {
    "in the future": ("day", facts, {"days": 1}),
    "before the pair began": ("day", facts, {"days": -91}),
    "of no minutes": ("minutes", facts, {"minutes": 0}),
    "of five minutes": ("minutes", facts, {"minutes": 5}),
    "of three days": ("minutes", facts, {"minutes": 3 * 24 * 60}),
    "without a length": ("minutes", facts, {"minutes": None}),
    "by an unknown way": ("way", facts, {"way": "pigeon"}),
    "on an unknown topic": ("topics", facts, {"topics": ["meteo"]}),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_have_been(pair, case):
    field, make, said = BAD[case]

    with pytest.raises(Unfit) as refused:
        meetings.log(pair, make(**said), by=pair.mentor)

    assert refused.value.field == field
    assert str(refused.value)
    assert not pair.meetings.exists()


def test_outside_the_year_give_or_take_thirty_days(pair):
    details = pair.activity.mentoring
    details.ends_on = today() - timedelta(days=40)
    details.save()

    with pytest.raises(Unfit) as refused:
        meetings.log(pair, facts(), by=pair.mentor)
    assert refused.value.field == "day"
    meetings.log(pair, facts(days=-10), by=pair.mentor)


@pytest.mark.parametrize("minutes", [15, 480])
def test_the_shortest_and_the_longest(pair, minutes):
    assert meetings.log(pair, facts(minutes=minutes), by=pair.mentor)


@pytest.mark.parametrize("trait", ["accepted", "completed", "ended_early", "notified"])
def test_only_a_pair_that_meets_notes(trait):
    pair = PairFactory(**{trait: True})

    with pytest.raises(MoveBlocked):
        meetings.log(pair, facts(), by=pair.mentor)


def test_nobody_else_notes(pair):
    for by in (PersonFactory(), pair.activity.officer, PersonFactory(superuser=True)):
        with pytest.raises(MoveBlocked):
            meetings.log(pair, facts(), by=by)


def test_planned_then_held_on_another_day(pair):
    plan = facts(days=3, minutes=None, hour=time(18, 0))
    meeting = meetings.plan(pair, plan, by=pair.mentee)
    assert meetings.plan(pair, plan, by=pair.mentor) == meeting

    with travel(now() + timedelta(days=5)):
        meetings.log_planned(meeting, facts(days=-1), by=pair.mentor)

    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes, meeting.logged_by) == ("held", 60, "mentor")


def test_noting_the_day_that_was_planned_holds_that_meeting(pair):
    meeting = meetings.plan(pair, facts(minutes=None), by=pair.mentee)

    held, became = meetings.log(pair, facts(), by=pair.mentee)

    assert (held, became, held.state) == (meeting, "noted", "held")


def test_a_plan_is_not_for_yesterday(pair):
    with pytest.raises(Unfit):
        meetings.plan(pair, facts(days=-1, minutes=None), by=pair.mentor)


def test_missed_only_once_the_day_has_come(pair):
    meeting = meetings.plan(pair, facts(days=1, minutes=None), by=pair.mentor)
    with pytest.raises(MoveBlocked):
        meetings.miss(meeting, by=pair.mentor)

    with travel(now() + timedelta(days=1)):
        meetings.miss(meeting, by=pair.mentor)
    assert meeting.state == "missed"


def test_cancelled_it_leaves_its_day_free(pair):
    meeting = meetings.plan(pair, facts(days=1, minutes=None), by=pair.mentor)
    meetings.cancel(meeting, by=pair.mentee)

    assert meetings.plan(pair, facts(days=1, minutes=None), by=pair.mentor) != meeting
    with pytest.raises(MoveRefused):
        meetings.cancel(meeting, by=pair.mentee)


def test_noted_by_mistake_until_both_have_confirmed(pair):
    meeting, _became = meetings.log(pair, facts(), by=pair.mentor)
    other, _became = meetings.log(pair, facts(days=-1), by=pair.mentor)
    meetings.confirm(other, by=pair.mentee)

    meetings.retract(meeting, by=pair.mentor)
    assert meeting.state == "cancelled"
    with pytest.raises(MoveBlocked):
        meetings.retract(other, by=pair.mentor)


def test_corrected_the_other_half_is_asked_again(pair):
    meeting, _became = meetings.log(pair, facts(), by=pair.mentor)
    meetings.confirm(meeting, by=pair.mentee)

    meetings.correct(meeting, facts(minutes=120), by=pair.mentee)

    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.logged_by) == (120, "mentee")
    assert meeting.confirmed_at is None


def test_two_who_correct_at_once(pair):
    meeting, _became = meetings.log(pair, facts(), by=pair.mentor)
    mine, theirs = (PairMeeting.objects.get(pk=meeting.pk) for _side in range(2))

    meetings.correct(mine, facts(minutes=120), by=pair.mentor)
    with pytest.raises(Stale):
        meetings.correct(theirs, facts(minutes=30), by=pair.mentee)

    meeting.refresh_from_db()
    assert meeting.minutes == 120


def test_corrected_it_does_not_fall_on_another_one(pair):
    meetings.log(pair, facts(), by=pair.mentor)
    other, _became = meetings.log(pair, facts(days=-1), by=pair.mentor)

    with pytest.raises(Unfit):
        meetings.correct(other, facts(), by=pair.mentor)


def test_goals_are_reached_set_aside_and_taken_up_again(pair):
    goal = goals.begin(pair, by=pair.mentor)

    goals.turn(goal, "reach", by=pair.mentee)
    goals.turn(goal, "reopen", by=pair.mentor)
    goals.turn(goal, "drop", by=pair.mentor)

    assert goal.state == "dropped"
    for _number in range(goals.MOST - 1):
        goals.begin(pair, by=pair.mentor)
    with pytest.raises(MoveBlocked):
        goals.begin(pair, by=pair.mentor)
