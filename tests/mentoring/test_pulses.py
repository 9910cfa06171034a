"""The barometer: day 30, then every 60 days, out of the quiet weeks, each once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.health.colours import Facts
from mentoring.health.days import Span
from mentoring.health.pulses import due, schedule
from tests.mentoring import pairs
from tests.mentoring.pairs import LAUNCH, day, ended_span, pair, span

rests = st.lists(ended_span, max_size=3)


def days_of(facts, quiet=(), until=365):
    return [
        (one.number, (one.day - LAUNCH).days)
        for one in schedule(facts, quiet, day(until))
    ]


def number_on(on, facts=None, quiet=(), asked=()):
    found = due(facts or pair(), quiet, day(on), asked=asked)
    return found and found.number


def test_year_of_a_pair_has_six():
    assert days_of(pair()) == [
        (1, 30),
        (2, 90),
        (3, 150),
        (4, 210),
        (5, 270),
        (6, 330),
    ]


@pytest.mark.parametrize(
    ("quiet", "second"),
    [
        (span(91, 120), 90),
        (span(90, 91), 91),
        (span(70, 90), 90),
        (span(70, 111), 111),
        # The next one is on day 150.
        (span(70, 136), 136),
        (span(70, 137), None),
    ],
)
def test_quiet_period_shifts_one_and_no_other(quiet, second):
    expected = [(1, 30), *([(2, second)] if second else []), (3, 150)]

    assert days_of(pair(), [quiet], 150) == expected
    assert days_of(pair(pauses=(quiet,)), until=150) == expected


def test_rest_longer_than_two_of_them_leaves_the_newest():
    assert days_of(pair(), [span(20, 155)], 220) == [(3, 155), (4, 210)]


def test_august_of_an_edition_is_left_in_peace():
    facts = Facts(launched_on=date(2027, 7, 10))
    august = Span.through(date(2027, 8, 1), date(2027, 8, 31))

    days = [one.day for one in schedule(facts, [august], date(2027, 12, 31))]

    assert days == [date(2027, 9, 1), date(2027, 10, 8), date(2027, 12, 7)]


@pytest.mark.parametrize(("ends", "count"), [(30, 0), (31, 1), (90, 1), (91, 2)])
def test_none_on_the_day_of_the_end_or_after(ends, count):
    assert len(days_of(pair(ends_on=day(ends)))) == count


def test_one_shifted_past_the_end_is_not_asked():
    assert days_of(pair(ends_on=day(100)), [span(90, 101)]) == [(1, 30)]


def test_none_for_a_pair_that_is_not_launched():
    assert days_of(pair(launched_on=None)) == []
    assert number_on(30, pair(launched_on=None)) is None


def test_pause_without_an_end_asks_nothing():
    assert days_of(pair(pauses=(Span(day(40)),))) == [(1, 30)]


@pytest.mark.parametrize(
    ("on", "asked", "expected"),
    [
        (29, (), None),
        (30, (), 1),
        (31, (1,), None),
        # After an outage: late, but not just before the next.
        (76, (), 1),
        (77, (), None),
        (90, (), 2),
        (90, (1,), 2),
        (151, (1,), 3),
        (151, (3,), None),
    ],
)
def test_newest_one_is_asked_once(on, asked, expected):
    assert number_on(on, asked=asked) == expected


@pytest.mark.parametrize(
    "facts", [pair(ends_on=day(33)), pair(pauses=(Span(day(33)),))]
)
def test_none_is_asked_late_of_a_pair_at_rest(facts):
    assert number_on(32, facts) == 1
    assert number_on(33, facts) is None


def test_key_outlives_a_change_of_the_calendar():
    first = due(pair(), [], day(30))
    moved = due(pair(), [span(28, 40)], day(40))

    assert first.key == moved.key == "pulse-1"


@given(pairs.facts(ended_span), rests)
def test_each_is_asked_once_and_never_in_a_rest(facts, quiet):
    asked, last = [], None
    for number in range(-5, 250):
        found = due(facts, quiet, day(number), asked=asked)
        if found is None:
            continue
        assert found.day <= day(number)
        assert not any(s.holds(day(number)) for s in (*quiet, *facts.pauses))
        assert not facts.has_ended(day(number))
        assert found.number > max(asked, default=0)
        assert last is None or number - last >= 14
        asked.append(found.number)
        last = number


@given(pairs.facts(ended_span), rests)
def test_beat_asks_on_the_days_of_the_schedule(facts, quiet):
    asked, days = [], []
    for number in range(-5, 250):
        if found := due(facts, quiet, day(number), asked=asked):
            asked.append(found.number)
            days.append(day(number))

    assert days == [one.day for one in schedule(facts, quiet, day(249))]
