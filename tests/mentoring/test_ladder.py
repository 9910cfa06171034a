"""The ladder of nudges: each step on its day, once, and none after an answer (27)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.health.colours import Facts, Help
from mentoring.health.days import Span
from mentoring.health.ladder import Sent, Step, due
from tests.mentoring import pairs
from tests.mentoring.pairs import day, ended_span, numbers, pair, some_day, span

ASK, ASK_AGAIN, CALL, DISCUSS_END = Step
AUGUST = Span.through(date(2027, 8, 1), date(2027, 8, 31))


def step_on(number, facts=None, quiet=(), sent=(), **more):
    """The step that leaves on that day."""
    sent = tuple(Sent(step, day(on)) for step, on in sent)
    found = due(facts or pair(), quiet, day(number), sent=sent, **more)
    return found and found.step


def played(facts, quiet=(), days=range(200), sent=(), **more):
    """What leaves when beat runs on each of ``days``: {day: step}."""
    sent, left = list(sent), {}
    for number in days:
        if found := due(facts, quiet, day(number), sent=sent, **more):
            sent.append(Sent(found.step, day(number)))
            left[number] = found.step
    return left


# --- The days --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("since", "sent", "expected"),
    [
        (36, [], None),
        (37, [], ASK),
        (38, [(ASK, 37)], None),
        (43, [(ASK, 37)], None),
        (44, [(ASK, 37)], ASK_AGAIN),
        (50, [(ASK, 37), (ASK_AGAIN, 44)], None),
        (51, [(ASK, 37), (ASK_AGAIN, 44)], CALL),
        (74, [(ASK, 37), (ASK_AGAIN, 44), (CALL, 51)], None),
        (75, [(ASK, 37), (ASK_AGAIN, 44), (CALL, 51)], DISCUSS_END),
        (300, [(DISCUSS_END, 75)], None),
    ],
)
def test_step_leaves_on_its_day(since, sent, expected):
    assert step_on(since, sent=sent) == expected


@pytest.mark.parametrize("held", [(), (20, 3)])
@pytest.mark.parametrize("interval", [1, 14, 30, 60])
def test_silence_climbs_the_four_steps(interval, held):
    since = max(held, default=0)

    left = played(pair(held=held, interval_days=interval), days=range(21, 300))

    expected = {
        since + interval + after: step
        for step, after in ((ASK, 7), (ASK_AGAIN, 14), (CALL, 21), (DISCUSS_END, 45))
    }
    if interval > 1 or held:
        assert left == expected
    else:
        # Beat began on day 21: the newest step alone.
        assert left == {21: ASK_AGAIN, 22: CALL, 46: DISCUSS_END}


def test_letters_go_to_both_and_tasks_to_the_officer():
    assert [step for step in Step if step.is_task] == [CALL, DISCUSS_END]


def test_key_is_the_same_at_each_run_of_a_silence():
    facts = pair(held=[3])
    first, late = (due(facts, (), day(n)) for n in (40, 43))

    assert first == replace(late, days=37)
    assert first.key == late.key == "2027-01-15-1"
    assert due(facts, (), day(47)).key == "2027-01-15-2"


# --- Answers ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("answer", "more", "again"),
    [
        ({"held": [40]}, {}, 77),
        ({"missed": [40]}, {}, 77),
        ({}, {"answered_on": day(40)}, 77),
        # Nothing is asked until the date that is set, and then it begins anew.
        ({"planned": [60]}, {}, 97),
        ({"helps": (Help(day(40), day(50)),)}, {}, 87),
        # Met before the letter, told after it.
        ({"held": [30]}, {"answered_on": day(40)}, 77),
    ],
)
def test_answer_stops_the_ladder_until_the_next_silence(answer, more, again):
    left = played(
        pair(**answer), days=range(40, 200), sent=[Sent(ASK, day(37))], **more
    )

    assert left == {
        again: ASK,
        again + 7: ASK_AGAIN,
        again + 14: CALL,
        again + 38: DISCUSS_END,
    }


def test_answer_on_the_day_of_the_letter_answers_it():
    sent = [Sent(ASK, day(37))]

    left = played(pair(), days=range(37, 75), sent=sent, answered_on=day(37))

    assert left == {74: ASK}


@pytest.mark.parametrize("on", [40, 44, 51, 75, 200])
def test_open_request_for_help_leaves_nothing_to_ask(on):
    assert step_on(on, pair(helps=(Help(day(38)),))) is None


def test_date_that_was_cancelled_is_an_answer_too():
    """The day was set, then taken back: its gesture is younger than the silence."""
    sent = [(ASK, 37)]

    assert step_on(60, sent=sent, answered_on=day(55)) is None
    assert step_on(92, sent=sent, answered_on=day(55)) == ASK


def test_meeting_told_late_sends_no_step_again():
    sent = [(ASK, 37)]

    assert step_on(42, pair(held=[4]), sent=sent) is None
    assert step_on(48, pair(held=[4]), sent=sent) == ASK_AGAIN


# --- Putting off -----------------------------------------------------------------
def test_put_off_reminder_takes_up_where_it_was():
    assert played(pair(), snoozes=[span(40, 50)]) == {
        37: ASK,
        54: ASK_AGAIN,
        61: CALL,
        85: DISCUSS_END,
    }


@pytest.mark.parametrize("end", [day(67), day(150), None])
def test_reminder_is_put_off_for_thirty_days_at_most(end):
    snoozes = [Span(day(37), end)]

    assert step_on(66, snoozes=snoozes) is None
    assert step_on(67, snoozes=snoozes) == ASK


# --- Rests, ends, outages ----------------------------------------------------------
def test_step_that_comes_due_in_a_quiet_period_waits_for_its_end():
    quiet = [span(37, 60)]

    assert played(pair(), quiet) == {
        60: ASK,
        67: ASK_AGAIN,
        74: CALL,
        98: DISCUSS_END,
    }


def test_august_moves_the_steps_of_an_edition_by_31_days():
    facts = Facts(launched_on=date(2027, 1, 12), held=(date(2027, 7, 1),))
    left = played(facts, [AUGUST], days=range(170, 400))

    assert {day(number): step for number, step in left.items()} == {
        date(2027, 9, 7): ASK,
        date(2027, 9, 14): ASK_AGAIN,
        date(2027, 9, 21): CALL,
        date(2027, 10, 15): DISCUSS_END,
    }


@pytest.mark.parametrize(
    ("facts", "on"),
    [
        (pair(pauses=(span(30, 38),)), 37),
        (pair(pauses=(Span(day(37)),)), 37),
        (pair(ends_on=day(37)), 37),
        (pair(ends_on=day(20)), 37),
        (pair(launched_on=None), 37),
        (pair(launched_on=day(38)), 37),
        (pair(planned=[37]), 37),
        (pair(planned=[300]), 120),
    ],
)
def test_nothing_leaves_to_a_pair_that_is_paused_ended_or_has_a_date(facts, on):
    assert step_on(on, facts) is None


def test_pair_that_ends_tomorrow_is_still_asked():
    assert step_on(37, pair(ends_on=day(38))) == ASK


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        # A late letter keeps its week before the next, and the officer's task its day.
        (43, {43: ASK, 50: ASK_AGAIN, 51: CALL, 75: DISCUSS_END}),
        (44, {44: ASK_AGAIN, 51: CALL, 75: DISCUSS_END}),
        (60, {60: CALL, 75: DISCUSS_END}),
        (90, {90: DISCUSS_END}),
    ],
)
def test_newest_step_leaves_alone_after_an_outage(back, expected):
    assert played(pair(), days=range(back, 200)) == expected


# --- Whatever happens ----------------------------------------------------------------
runs = st.lists(numbers, max_size=60).map(lambda found: sorted(set(found)))
rests = st.lists(ended_span, max_size=3)


@given(pairs.facts(), rests, runs, rests)
def test_no_step_leaves_twice_in_a_silence_nor_in_a_rest(facts, quiet, days, snoozes):
    sent, seen = [], set()
    for number in (*days, *days):
        found = due(facts, quiet, day(number), sent=sent, snoozes=snoozes)
        if found is None:
            continue
        assert found.key not in seen
        assert not any(s.holds(day(number)) for s in (*quiet, *facts.pauses))
        assert not facts.has_ended(day(number))
        seen.add(found.key)
        sent.append(Sent(found.step, day(number)))


@given(pairs.facts(), rests, rests)
def test_steps_of_a_silence_only_climb(facts, quiet, snoozes):
    sent, climbed = [], {}
    for number in range(200):
        if found := due(facts, quiet, day(number), sent=sent, snoozes=snoozes):
            assert found.step > climbed.get(found.since, 0)
            climbed[found.since] = found.step
            sent.append(Sent(found.step, day(number)))


@given(pairs.facts(), rests, some_day, st.integers(0, 36))
def test_answer_stops_it_for_an_interval_and_a_week(facts, quiet, answered, later):
    facts = replace(facts, interval_days=30)
    today = answered + timedelta(days=later)

    assert due(facts, quiet, today, answered_on=answered) is None


@given(pairs.facts(), some_day, st.randoms(use_true_random=False))
def test_order_of_the_facts_is_indifferent(facts, today, chance):
    names = ("held", "planned", "missed", "helps", "pauses")
    lists = {name: list(getattr(facts, name)) for name in names}
    for rows in lists.values():
        chance.shuffle(rows)
    shuffled = replace(facts, **{name: tuple(rows) for name, rows in lists.items()})

    assert due(shuffled, (), today) == due(facts, (), today)
