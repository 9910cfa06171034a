"""How far an envelope goes: four ways, none of which changes anything until applied."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from grants.models import Point, Scenario
from grants.services import (
    deliberation,
    opinions,
    scenarios,
)
from grants.services.scenarios import Line, plan, ranked
from tests.grants.live_scene import (
    FAVOURABLE,
    again,
    envelope,
    on_the_agenda,
    opened,
    read,
    seats,
    taken_up,
    there,
)

METHODS = ("waterline", "proportional", "by_grade")


def line(key, mean, foreseen, **more):
    mean = None if mean is None else Decimal(str(mean))
    return Line(key, mean, Decimal(foreseen), **more)


def amounts(made):
    return [int(one) for one in made.amounts.values()]


THREE = [line(1, 4.5, 1000), line(2, 3.5, 800), line(3, 2.5, 600)]


def test_the_best_mean_comes_first_and_what_nobody_scored_last():
    rows = ranked([line(1, None, 10), line(2, 3, 10), line(3, 4, 10)])

    assert [one.key for one in rows] == [3, 2, 1]


def test_the_waterline_stops_at_the_first_file_that_does_not_fit():
    made = plan("waterline", THREE, Decimal(1700))

    assert amounts(made) == [1000, 0, 0]
    assert (made.above, made.left) == (1, 700)


def test_an_envelope_of_zero_has_every_file_under_the_line():
    for method in METHODS:
        made = plan(method, THREE, Decimal(0))
        assert made.above == 0 or method == "by_grade"

    assert amounts(plan("waterline", THREE, Decimal(0))) == [0, 0, 0]
    assert amounts(plan("proportional", THREE, Decimal(0))) == [0, 0, 0]


def test_without_an_envelope_every_file_stands_above():
    made = plan("waterline", THREE, None)

    assert amounts(made) == [1000, 800, 600]
    assert (made.above, made.left, made.fits) == (3, None, True)


def test_proportional_cuts_everybody_from_the_floor_on_alike():
    made = plan("proportional", THREE, Decimal(900))

    assert amounts(made) == [500, 400, 0]
    assert made.rate == 50


def test_proportional_gives_no_more_than_what_is_foreseen():
    made = plan("proportional", THREE, Decimal(10_000))

    assert amounts(made) == [1000, 800, 0]


def test_by_grade_gives_a_share_for_each_grade():
    made = plan("by_grade", THREE, Decimal(2000))

    assert amounts(made) == [1000, 560, 0]


def test_by_grade_may_go_beyond_the_envelope_and_says_so():
    made = plan("by_grade", THREE, Decimal(1200))

    assert (made.fits, made.over, made.above) == (False, 360, 1)


def test_by_hand_the_line_follows():
    given_amounts = {"amounts": {1: Decimal(700), 2: Decimal(700)}}

    made = plan("manual", THREE, Decimal(1000), given_amounts)

    assert (amounts(made), made.above, made.over) == ([700, 700, 0], 1, 400)


def test_what_is_recorded_does_not_move():
    rows = [line(1, 4.5, 1000, fixed=Decimal(300)), *THREE[1:]]

    for method in METHODS:
        assert plan(method, rows, Decimal(1100)).amounts[1] == 300
    assert amounts(plan("waterline", rows, Decimal(1100))) == [300, 800, 0]


def test_an_amount_is_rounded_down_and_nothing_stands_under_the_least():
    one = line(1, 4, 1237, rounding=50, least=Decimal(500))

    assert one.cut(Decimal(1237)) == 1200
    assert one.cut(Decimal(549)) == 500
    assert one.cut(Decimal(499)) == 0


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(10, 50)), st.integers(0, 20_000)),
        max_size=12,
    ),
    st.integers(0, 60_000),
)
def test_no_scenario_that_fits_itself_exceeds_the_envelope(files, most):
    rows = ranked(
        [
            line(key, None if mean is None else mean / 10, foreseen)
            for key, (mean, foreseen) in enumerate(files)
        ]
    )
    for method in ("waterline", "proportional"):
        made = plan(method, rows, Decimal(most))
        assert made.fits
        assert all(made.amounts[one.key] <= one.foreseen for one in rows)


# --- Applied ---------------------------------------------------------------------------


@pytest.fixture
def point(sitting):
    return on_the_agenda(sitting)


def apply(sitting, point, method, by, **more):
    scheme, fresh = point.application.scheme, read(sitting)
    turn = more.pop("turn", fresh.turn)
    return scenarios.apply(
        fresh,
        scheme,
        method,
        lambda: deliberation.everything(fresh, scheme),
        by=by,
        turn=turn,
        parameters=more,
    )


def test_to_look_at_a_scenario_changes_nothing(sitting, point, by):
    ranking = deliberation.Ranking.whole(sitting, point.application.scheme)
    before = list(Point.objects.values())

    for method in METHODS:
        ranking.plan(method)

    assert list(Point.objects.values()) == before


def test_applied_it_sets_what_is_put_to_the_vote(sitting, point, by):
    row = apply(sitting, point, "manual", by, amounts={point.pk: Decimal(900)})

    assert again(point).amount == 900
    assert row.lines == {str(point.pk): ["1500.00", "900"]} or row.lines == {
        point.pk: ["1500.00", "900"]
    }
    assert JournalEntry.objects.about(sitting).filter(action="apply_scenario").exists()


def test_applied_on_an_old_page_it_is_refused(sitting, point, by):
    old = read(sitting).turn
    apply(sitting, point, "manual", by, amounts={point.pk: Decimal(900)})

    with pytest.raises(MoveBlocked):
        apply(sitting, point, "manual", by, amounts={point.pk: Decimal(10)}, turn=old)

    assert again(point).amount == 900


def test_beyond_the_envelope_nothing_is_applied(sitting, point, by):
    envelope(sitting, point, 500)

    with pytest.raises(MoveBlocked):
        apply(sitting, point, "manual", by, amounts={point.pk: Decimal(501)})

    assert again(point).amount == 1500


def test_more_than_what_is_asked_for_is_not_applied(sitting, point, by):
    with pytest.raises(MoveBlocked):
        apply(sitting, point, "manual", by, amounts={point.pk: Decimal(2001)})


def test_undone_within_thirty_seconds_the_amounts_are_back(sitting, point, by):
    row = apply(sitting, point, "manual", by, amounts={point.pk: Decimal(900)})

    scenarios.undo(row, by=by)

    assert again(point).amount == 1500
    assert JournalEntry.objects.about(sitting).filter(action="undo_scenario").exists()
    with pytest.raises(MoveBlocked):
        scenarios.undo(Scenario.objects.get(), by=by)


def test_after_thirty_seconds_it_is_not_undone(sitting, point, by):
    row = apply(sitting, point, "manual", by, amounts={point.pk: Decimal(900)})

    with time_machine.travel(now() + timedelta(seconds=31)), pytest.raises(MoveBlocked):
        scenarios.undo(row, by=by)

    assert again(point).amount == 900


def test_what_was_recorded_is_neither_changed_nor_undone(sitting, point, by):
    there(sitting, *seats(sitting, 1), by=by)
    opened(sitting, by)
    taken_up(point, by)
    opinions.record(again(point), FAVOURABLE, by=by)

    row = apply(sitting, point, "manual", by, amounts={point.pk: Decimal(10)})

    assert (again(point).amount, row.lines) == (1500, {})
