"""Days that count: exact, whatever the spans."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.health.days import DAY, Span, days_inside, days_outside, first_outside

START = date(2027, 1, 1)
AUGUST = Span.through(date(2027, 8, 1), date(2027, 8, 31))

days = st.integers(min_value=0, max_value=90).map(lambda n: START + timedelta(days=n))
spans = st.lists(st.builds(Span, days, st.none() | days), max_size=5)


def each_day(start, end):
    while start < end:
        yield start
        start += DAY


@given(spans, days, days)
def test_days_outside_are_those_that_a_loop_counts(spans, start, end):
    looped = [
        day for day in each_day(start, end) if not any(s.holds(day) for s in spans)
    ]

    assert days_outside(spans, start, end) == len(looped)
    assert days_inside(spans, start, end) == len([*each_day(start, end)]) - len(looped)


@given(spans, spans, days, days)
def test_more_spans_never_leave_more_days(spans, more, start, end):
    assert days_outside(spans + more, start, end) <= days_outside(spans, start, end)


@given(spans, days)
def test_first_day_outside_is_the_one_that_a_loop_finds(spans, day):
    within = each_day(day, START + timedelta(days=120))
    free = (one for one in within if not any(s.holds(one) for s in spans))

    assert first_outside(spans, day) == next(free, None)


@pytest.mark.parametrize(
    ("start", "end", "counted"),
    [
        (date(2027, 7, 31), date(2027, 8, 1), 1),
        (date(2027, 7, 31), date(2027, 9, 1), 1),
        (date(2027, 8, 1), date(2027, 9, 1), 0),
        (date(2027, 8, 31), date(2027, 9, 2), 1),
        (date(2027, 9, 1), date(2027, 9, 2), 1),
        (date(2027, 9, 2), date(2027, 9, 1), 0),
    ],
)
def test_last_day_of_a_quiet_period_is_in_it(start, end, counted):
    assert days_outside([AUGUST], start, end) == counted


def test_period_without_an_end_goes_on():
    assert Span.through(START, None) == Span.through(START, date.max) == Span(START)
    assert days_outside([Span(START)], START - DAY, date.max) == 1
    assert first_outside([Span(START)], START) is None


@pytest.mark.parametrize("month", [3, 10])
def test_month_in_which_clocks_change_has_its_31_days(month):
    assert days_outside([], date(2027, month, 1), date(2027, month + 1, 1)) == 31
