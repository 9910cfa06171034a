"""What it would cost to forbid a pair: the objective with it minus that without."""

from dataclasses import dataclass

from mentoring.matching.engine import Result
from mentoring.matching.inputs import MAX_PAIRS, Pair


class LockedPair(ValueError):
    """A lock says that there is no objective without the pair: unlock it first."""


@dataclass(frozen=True)
class Cost:
    """What the optimum loses: ``pairs`` and ``points`` of the total.

    As the objective counts, never less than nothing. The figure that comes second may
    be negative where the first is not zero: one pair less can leave more points.
    """

    pairs: int
    points: int
    objective: str

    @property
    def order(self) -> tuple[int, int]:
        """By what matters first: costs compare by it, and none is below (0, 0)."""
        if self.objective == MAX_PAIRS:
            return self.pairs, self.points
        return self.points, self.pairs


def cost_of_ban(result: Result, pair: Pair) -> Cost:
    """The optimum of ``result`` minus the optimum once ``pair`` is forbidden.

    Nothing, for a pair that is not among those of some optimum. ``KeyError`` when
    nobody is called that.
    """
    grid = result.grid
    columns = {mentor.key: c for c, mentor in enumerate(grid.mentors)}
    rows = {mentee.key: r for r, mentee in enumerate(grid.mentees)}
    row, column = rows[pair[1]], columns[pair[0]]
    if grid.locked.get(row) == column:
        raise LockedPair(pair)
    pairs, total = grid.optimum(without=(row, column))
    return Cost(
        len(result.pairs) - pairs, result.total - total, grid.settings.objective
    )
