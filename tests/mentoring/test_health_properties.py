"""What holds of the colours whatever happened to a pair."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mentoring.health.colours import Code, Colour, colour
from tests.mentoring import pairs
from tests.mentoring.pairs import some_day, some_span

# A rest is no worse than anything: nobody is called because of it.
BADNESS = {Colour.GREY: 0, Colour.GREEN: 0, Colour.ORANGE: 1, Colour.RED: 2}

quiet_spans = st.lists(some_span, max_size=3)


def badness(*facts):
    return BADNESS[colour(*facts).colour]


@given(pairs.facts(), quiet_spans, some_day, some_day)
def test_held_meeting_never_worsens_the_colour(facts, quiet, today, held):
    better = replace(facts, held=(*facts.held, held))

    assert badness(better, quiet, today) <= badness(facts, quiet, today)


@given(pairs.facts(), quiet_spans, some_day, some_day)
def test_planned_meeting_never_worsens_the_colour(facts, quiet, today, planned):
    better = replace(facts, planned=(*facts.planned, planned))

    assert badness(better, quiet, today) <= badness(facts, quiet, today)


@given(pairs.facts(), quiet_spans, some_day, some_span)
def test_rest_never_worsens_the_colour(facts, quiet, today, rest):
    paused = replace(facts, pauses=(*facts.pauses, rest))
    before = badness(facts, quiet, today)

    assert badness(facts, [*quiet, rest], today) <= before
    assert badness(paused, quiet, today) <= before


@given(pairs.facts(), quiet_spans, some_day, st.randoms(use_true_random=False))
def test_order_of_the_facts_is_indifferent(facts, quiet, today, chance):
    names = ("held", "planned", "missed", "pulses", "helps", "pauses")
    lists = {name: list(getattr(facts, name)) for name in names}
    mixed = list(quiet)
    for one in (mixed, *lists.values()):
        chance.shuffle(one)
    shuffled = replace(facts, **{name: tuple(rows) for name, rows in lists.items()})

    assert colour(shuffled, mixed, today) == colour(facts, quiet, today)


@given(pairs.facts(), quiet_spans, some_day)
def test_open_request_for_help_is_always_red(facts, quiet, today):
    health = colour(facts, quiet, today)
    asked = any(one.is_open(today) for one in facts.helps)

    assert (Code.HELP in {reason.code for reason in health.reasons}) == asked
    assert health.colour == Colour.RED or not asked


@given(pairs.facts(), quiet_spans, some_day)
def test_colour_always_has_a_reason_and_an_action(facts, quiet, today):
    health = colour(facts, quiet, today)

    assert health.reasons
    assert health.action.label


@given(pairs.facts(), quiet_spans, some_day, some_day)
def test_what_is_still_to_come_is_not_counted(facts, quiet, today, later):
    known = replace(
        facts,
        held=tuple(day for day in facts.held if day <= today),
        missed=tuple(day for day in facts.missed if day <= today),
        pulses=tuple(one for one in facts.pulses if one.day <= today),
        helps=tuple(one for one in facts.helps if one.asked_on <= today),
    )

    assert colour(known, quiet, today) == colour(facts, quiet, today)
