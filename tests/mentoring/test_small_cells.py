"""No count under five leaves the room, and none can be worked out from those that do."""

from collections import defaultdict
from itertools import product

import pytest

from mentoring.small_cells import FEWEST, shares, told


def table(*counts):
    return [(str(rank), f"Ligne {rank}", count) for rank, count in enumerate(counts)]


def read(counts):
    made = shares(table(*counts))
    return tuple(one.count for one in made.cells), made.rest, made.total


@pytest.mark.parametrize(
    ("counts", "cells", "rest", "total"),
    [
        ((6, 5, 0), (6, 5, 0), None, 11),
        # The small one takes the next smallest with it.
        ((7, 5, 2), (7, None, None), 7, 14),
        ((8, 3, 2), (8, None, None), 5, 13),
        # Two fours would be read off their sum: a third goes with them.
        ((9, 4, 4), (None, None, None), 17, 17),
        ((3, 0, 0), (None, 0, 0), None, None),
        ((0, 0, 0), (0, 0, 0), None, 0),
    ],
)
def test_the_small_and_the_next_are_told_together(counts, cells, rest, total):
    assert read(counts) == (cells, rest, total)


def test_every_table_of_three_gives_nothing_back():
    """Whoever knows the rule cannot tell a kept count under five from another one."""
    by_reading = defaultdict(list)
    for counts in product(range(9), repeat=3):
        by_reading[read(counts)].append(counts)
    for (cells, _rest, _total), possible in by_reading.items():
        for rank, count in enumerate(cells):
            assert count is None or not 0 < count < FEWEST
            values = {counts[rank] for counts in possible}
            if count is None and min(values) < FEWEST:
                assert len(values) > 1


def test_who_knows_all_reads_all():
    made = shares(table(9, 1, 0), whole=True)

    assert [one.count for one in made.cells] == [9, 1, 0]
    assert (made.rest, made.total) == (None, 10)


def test_a_lone_count():
    assert [told(one) for one in (0, 1, 4, 5)] == [0, None, None, 5]
