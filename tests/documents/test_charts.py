"""Charts as whole numbers: what is drawn stands on the page, and nothing is lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.documents.charts import HEIGHT, WHOLE, columns, segments

counts = st.integers(0, 5000)


@given(st.lists(st.tuples(st.just("janv."), counts, counts), max_size=24))
def test_columns_stand_inside_their_drawing(rows):
    chart = columns(rows)

    assert len(chart.columns) == len(rows)
    for one in chart.columns:
        assert 0 <= one.above < HEIGHT
        assert 0 < one.middle < chart.width
        assert bool(one.fill) <= bool(one.done)
    assert all(0 < y <= chart.base for _value, y in chart.lines)
    assert len(chart.lines) <= 8 or max(done for _l, done, _w in rows) > 2000


def test_a_chart_without_rows_is_an_empty_axis():
    chart = columns([])

    assert chart.columns == ()
    assert chart.lines[0] == (0, chart.base)


@pytest.mark.parametrize(
    ("most", "lines"), [(3, 4), (11, 4), (28, 4), (130, 4), (0, 2)]
)
def test_the_scale_is_round(most, lines):
    values = [value for value, _y in columns([("a", most, 0)]).lines]

    assert values[-1] >= most
    assert len(values) <= lines + 3


@given(st.lists(counts, max_size=8))
def test_segments_fill_the_bar_and_keep_their_counts(many):
    parts = segments((str(rank), count, "#fff") for rank, count in enumerate(many))

    assert [part["count"] for part in parts] == [count for count in many if count]
    if parts:
        assert parts[0]["x"] == 0
        assert parts[-1]["x"] + parts[-1]["width"] == WHOLE
    for part, following in pairwise(parts):
        assert part["x"] + part["width"] == following["x"]
