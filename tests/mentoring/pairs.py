"""A pair launched on day 0, told in days, for the rules that know only dates."""

from datetime import date, timedelta

from hypothesis import strategies as st

from mentoring.health.colours import Facts, Fit, Help, Pulse, Side
from mentoring.health.days import Span

LAUNCH = date(2027, 1, 12)
# Further than any test looks.
FAR = 400


def day(number):
    return LAUNCH + timedelta(days=number)


def span(first, end):
    return Span(day(first), day(end))


def pair(*, held=(), planned=(), missed=(), **more):
    """Facts whose meetings are numbers of days."""
    return Facts(
        launched_on=more.pop("launched_on", LAUNCH),
        held=tuple(map(day, held)),
        planned=tuple(map(day, planned)),
        missed=tuple(map(day, missed)),
        **more,
    )


# --- Anything at all -------------------------------------------------------------
numbers = st.integers(min_value=-5, max_value=200)
some_day = numbers.map(day)
some_days = st.lists(some_day, max_size=4).map(tuple)
# Some go on without an end, some end before they begin.
some_span = st.builds(Span, some_day, st.none() | some_day)
ended_span = st.builds(
    lambda first, length: span(first, first + length), numbers, st.integers(1, 40)
)
some_pulse = st.builds(
    Pulse, some_day, st.integers(1, 5), st.sampled_from(Fit), st.sampled_from(Side)
)
some_help = st.builds(Help, some_day, st.none() | some_day)


def facts(spans=some_span):
    return st.builds(
        Facts,
        launched_on=st.none() | some_day,
        interval_days=st.integers(min_value=1, max_value=90),
        held=some_days,
        planned=some_days,
        missed=some_days,
        agreement_since=st.none() | some_day,
        agreement_signed_on=st.none() | some_day,
        pulses=st.lists(some_pulse, max_size=3).map(tuple),
        helps=st.lists(some_help, max_size=2).map(tuple),
        pauses=st.lists(spans, max_size=2).map(tuple),
        ends_on=st.none() | some_day,
    )
