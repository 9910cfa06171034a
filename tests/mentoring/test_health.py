"""The table of colours (c4), each limit on both sides of its day; invariant 26."""

from dataclasses import replace
from datetime import date
from typing import get_args, get_type_hints

import pytest

from mentoring.health.colours import (
    Action,
    Code,
    Colour,
    Facts,
    Fit,
    Health,
    Help,
    Pulse,
    Reason,
    Side,
    colour,
)
from mentoring.health.days import Span
from tests.mentoring.pairs import day, pair, span

RED, ORANGE, GREEN, GREY = Colour
AUGUST = Span.through(date(2027, 8, 1), date(2027, 8, 31))


def seen(facts, on, quiet=()):
    return colour(facts, quiet, day(on))


def told(health):
    return health.colour, {reason.code for reason in health.reasons}


# --- Silence ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("interval", "since", "expected"),
    [
        (30, 0, GREEN),
        (30, 45, GREEN),
        (30, 46, ORANGE),
        (30, 75, ORANGE),
        (30, 76, RED),
        # A shorter interval leaves no gap before the 45 days of the table.
        (14, 29, GREEN),
        (14, 30, ORANGE),
        (14, 75, ORANGE),
        (14, 76, RED),
        # A longer one is in its rhythm longer, and orange before it is red.
        (60, 75, GREEN),
        (60, 76, ORANGE),
        (60, 105, ORANGE),
        (60, 106, RED),
    ],
)
def test_silence_since_the_last_meeting(interval, since, expected):
    facts = pair(held=[10, 40], interval_days=interval)

    assert seen(facts, 40 + since).colour == expected


@pytest.mark.parametrize(
    ("since", "ahead", "expected"),
    [
        (46, 0, GREEN),
        (46, 15, GREEN),
        (46, 16, ORANGE),
        (76, 15, GREEN),
        (76, 16, ORANGE),
        (76, 45, ORANGE),
        (76, 46, RED),
        (76, -1, RED),
    ],
)
def test_planned_meeting_is_no_silence_when_it_is_near(since, ahead, expected):
    facts = pair(held=[10], planned=[10 + since + ahead])

    assert seen(facts, 10 + since).colour == expected


@pytest.mark.parametrize(
    ("on", "more", "expected"),
    [
        (0, {}, (GREEN, {Code.LAUNCHED})),
        (30, {}, (GREEN, {Code.LAUNCHED})),
        (31, {}, (ORANGE, {Code.FIRST})),
        (75, {}, (ORANGE, {Code.FIRST})),
        (76, {}, (RED, {Code.FIRST, Code.LONG_SILENT})),
        (31, {"planned": [33]}, (ORANGE, {Code.FIRST})),
        (76, {"planned": [78]}, (ORANGE, {Code.FIRST})),
        (31, {"held": [31]}, (GREEN, {Code.MET})),
        (31, {"held": [32]}, (ORANGE, {Code.FIRST})),
        # Who met before the launch has met; silence begins with the launch.
        (45, {"held": [-3]}, (GREEN, {Code.MET})),
        (46, {"held": [-3]}, (ORANGE, {Code.SILENT})),
        # A meeting every ten days: a first one is late before the thirtieth.
        (25, {"interval_days": 10}, (GREEN, {Code.LAUNCHED})),
        (26, {"interval_days": 10}, (ORANGE, {Code.SILENT})),
    ],
)
def test_first_meeting_is_waited_for_thirty_days(on, more, expected):
    assert told(seen(pair(**more), on)) == expected


@pytest.mark.parametrize("launched_on", [None, day(11)])
def test_pair_not_launched_is_not_silent(launched_on):
    health = seen(pair(launched_on=launched_on), 10)

    assert told(health) == (GREEN, {Code.TO_LAUNCH})


# --- Agreement, barometer, help, missed meetings -----------------------------------
@pytest.mark.parametrize(
    ("on", "signed_on", "expected"),
    [
        (15, None, GREEN),
        (16, None, ORANGE),
        (16, day(17), ORANGE),
        (16, day(16), GREEN),
        (40, day(3), GREEN),
    ],
)
def test_agreement_is_waited_for_fifteen_days(on, signed_on, expected):
    facts = pair(held=[on], agreement_since=day(0), agreement_signed_on=signed_on)

    assert seen(facts, on).colour == expected


def test_agreement_is_waited_for_before_the_launch_too():
    facts = pair(launched_on=None, agreement_since=day(0))

    assert told(seen(facts, 16)) == (ORANGE, {Code.UNSIGNED})


MENTOR, MENTEE = Side.MENTOR, Side.MENTEE


@pytest.mark.parametrize(
    ("pulses", "expected"),
    [
        ([(30, 5, Fit.WORKS, MENTEE)], GREEN),
        ([(30, 4, Fit.UNSURE, MENTEE)], GREEN),
        ([(30, 3, Fit.WORKS, MENTEE)], ORANGE),
        ([(30, 2, Fit.WORKS, MENTEE)], RED),
        ([(30, 1, Fit.WORKS, MENTOR)], RED),
        ([(30, 5, Fit.FAILS, MENTOR)], RED),
        # The last answer of each side counts, and neither side answers for the other.
        ([(30, 1, Fit.FAILS, MENTEE), (35, 4, Fit.WORKS, MENTEE)], GREEN),
        ([(30, 1, Fit.WORKS, MENTEE), (35, 4, Fit.WORKS, MENTOR)], RED),
        ([(30, 4, Fit.WORKS, MENTEE), (30, 2, Fit.WORKS, MENTEE)], RED),
        # Not answered yet.
        ([(41, 1, Fit.WORKS, MENTEE)], GREEN),
    ],
)
def test_last_answer_to_the_barometer_counts(pulses, expected):
    pulses = tuple(Pulse(day(on), *rest) for on, *rest in pulses)

    assert seen(pair(held=[38], pulses=pulses), 40).colour == expected


@pytest.mark.parametrize(
    ("asked", "settled", "expected"),
    [
        (40, None, RED),
        (2, None, RED),
        (41, None, GREEN),
        (30, 41, RED),
        (30, 40, GREEN),
    ],
)
def test_help_is_red_until_it_is_settled(asked, settled, expected):
    help_asked = Help(day(asked), None if settled is None else day(settled))

    assert seen(pair(held=[38], helps=(help_asked,)), 40).colour == expected


@pytest.mark.parametrize(
    ("missed", "held", "expected"),
    [
        ([20], [10], GREEN),
        ([20, 25], [10], RED),
        ([20, 25], [], RED),
        ([20, 25], [10, 22], GREEN),
        ([20, 25], [10, 26], GREEN),
        ([20, 31], [10], GREEN),
        # Logged by both.
        ([20, 20], [10], GREEN),
    ],
)
def test_two_missed_in_a_row_are_red(missed, held, expected):
    facts = pair(held=held, missed=missed, planned=[32])

    assert seen(facts, 30).colour == expected


# --- Rests: invariant 26 -------------------------------------------------------------
def test_colours_stand_still_in_august():
    """Held on 1 July: the 45 days of a quiet summer end on 15 September."""
    facts = Facts(launched_on=date(2027, 6, 1), held=(date(2027, 7, 1),))
    colours = {
        on: colour(facts, [AUGUST], on).colour
        for on in (
            *(date(2027, 7, 31), date(2027, 8, 1), date(2027, 8, 31)),
            *(date(2027, 9, 1), date(2027, 9, 15), date(2027, 9, 16)),
            *(date(2027, 10, 15), date(2027, 10, 16)),
        )
    }

    assert [*colours.values()] == [
        *(GREEN, GREY, GREY),
        *(GREEN, GREEN, ORANGE),
        *(ORANGE, RED),
    ]
    health = colour(facts, [AUGUST], date(2027, 9, 16))
    assert health.reasons == (Reason(Code.SILENT, 46, 31),)


def test_meeting_planned_after_the_quiet_weeks_is_near():
    quiet = [span(50, 81)]
    facts = pair(held=[0], planned=[94])

    assert seen(facts, 49, quiet).colour == GREEN
    assert told(seen(facts, 49)) == (ORANGE, {Code.SILENT})


@pytest.mark.parametrize(
    ("pauses", "quiet", "codes"),
    [
        ([span(80, 101)], [], {Code.PAUSED}),
        ([Span(day(80))], [], {Code.PAUSED}),
        ([], [span(80, 101)], {Code.QUIET}),
        ([span(100, 101)], [span(80, 101)], {Code.PAUSED, Code.QUIET}),
    ],
)
def test_rest_covers_what_time_did(pauses, quiet, codes):
    facts = pair(
        held=[5],
        missed=[60, 70],
        agreement_since=day(0),
        pulses=(Pulse(day(70), 3),),
        pauses=tuple(pauses),
    )

    assert told(seen(facts, 100, quiet)) == (GREY, codes)
    assert seen(facts, 79, quiet).colour == RED
    if pauses != [Span(day(80))]:
        assert seen(facts, 101, quiet).colour == RED


@pytest.mark.parametrize(
    ("rest", "code"), [("quiet", Code.QUIET), ("pause", Code.PAUSED)]
)
def test_rest_never_hides_who_asked_for_help(rest, code):
    spans = (span(50, 80),)
    facts = pair(helps=(Help(day(40)),), pauses=spans if rest == "pause" else ())

    health = seen(facts, 60, spans if rest == "quiet" else ())

    assert told(health) == (RED, {Code.HELP, code})
    assert health.reasons[0] == Reason(Code.HELP, 20)
    assert health.action == Action.ANSWER


@pytest.mark.parametrize("pulse", [(2, Fit.WORKS), (5, Fit.FAILS)])
def test_quiet_period_does_not_hide_a_low_answer_and_a_pause_answers_it(pulse):
    facts = pair(held=[45], pulses=(Pulse(day(48), *pulse),))
    paused = replace(facts, pauses=(Span(day(50)),))
    later = replace(paused, pulses=(*facts.pulses, Pulse(day(55), *pulse)))

    assert seen(facts, 60, [span(50, 80)]).colour == RED
    assert seen(paused, 60).colour == GREY
    assert seen(later, 60).colour == RED


@pytest.mark.parametrize(("on", "expected"), [(99, RED), (100, GREY), (300, GREY)])
def test_pair_that_ended_is_left_in_peace(on, expected):
    facts = pair(held=[5], ends_on=day(100), pulses=(Pulse(day(80), 1),))

    assert seen(facts, on).colour == expected


def test_end_settles_no_request_for_help():
    facts = pair(ends_on=day(50), helps=(Help(day(40)),))

    assert told(seen(facts, 60)) == (RED, {Code.HELP, Code.ENDED})


# --- Order, reasons, what to do --------------------------------------------------------
def test_red_goes_first_and_orange_is_still_said():
    facts = pair(held=[4], agreement_since=day(0), helps=(Help(day(55)),))

    assert seen(facts, 60) == Health(
        RED,
        (Reason(Code.HELP, 5), Reason(Code.SILENT, 56), Reason(Code.UNSIGNED, 60)),
        Action.ANSWER,
    )


@pytest.mark.parametrize(
    ("facts", "on", "action"),
    [
        (pair(held=[5], pulses=(Pulse(day(30), 2),)), 40, Action.LISTEN),
        (pair(held=[5], pulses=(Pulse(day(30), 3),)), 40, Action.NEWS),
        (pair(held=[5], missed=[20, 30]), 40, Action.CALL),
        (pair(held=[5]), 90, Action.CALL),
        (pair(held=[5]), 60, Action.REMIND),
        (pair(held=[5], planned=[80]), 60, Action.WAIT),
        (pair(), 40, Action.MEET),
        (pair(planned=[42]), 40, Action.WAIT),
        (pair(held=[40], agreement_since=day(0)), 40, Action.SIGN),
        (pair(held=[40], pauses=(Span(day(30)),)), 40, Action.REST),
        (pair(ends_on=day(30)), 40, Action.NOTHING),
        (pair(held=[40], planned=[60]), 40, Action.NOTHING),
    ],
)
def test_action_answers_the_weightiest_reason(facts, on, action):
    assert seen(facts, on).action == action


def test_green_says_what_is_well():
    health = seen(pair(held=[30], planned=[50]), 40)

    assert health.reasons == (Reason(Code.MET, 10), Reason(Code.PLANNED, 10))


def leaves(kind):
    """The types that an annotation is made of."""
    inner = get_args(kind)
    return {one for part in inner for one in leaves(part)} if inner else {kind}


@pytest.mark.parametrize("model", [Facts, Pulse, Help, Span])
def test_no_word_of_theirs_enters(model):
    """A field for a text would be a door: dates, figures and choices are all there is."""
    types = {one for kind in get_type_hints(model).values() for one in leaves(kind)}

    plain = {date, int, Fit, Side, Span, Pulse, Help, type(None), ...}
    assert types - plain == set()
