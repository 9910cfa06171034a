"""Everybody beside everybody: what is forbidden, what it scores, what it is worth.

Rows are mentees, columns are mentors, both in order of keys.
"""

from mentoring.matching.assignment import assign, best_total
from mentoring.matching.constraints import forbidden
from mentoring.matching.inputs import MAX_PAIRS, MAX_SCORE, BadLock, Inputs
from mentoring.matching.scoring import score

TWICE, FULL = "locked_twice", "over_capacity"


class Grid:
    """``reasons[row][column]`` forbid; ``scores[row][column]`` is None where they do."""

    def __init__(self, inputs: Inputs):
        self.mentors, self.mentees = inputs.mentors, inputs.mentees
        self.settings = settings = inputs.settings
        maxima = settings.weights.maxima()
        self.reasons = [
            [forbidden(mentor, mentee, settings) for mentor in self.mentors]
            for mentee in self.mentees
        ]
        self.scores = [
            [
                None if reasons else score(mentor, mentee, settings, maxima)
                for mentor, reasons in zip(self.mentors, row, strict=True)
            ]
            for mentee, row in zip(self.mentees, self.reasons, strict=True)
        ]
        self.locked = self._locked()
        self.rows = [r for r in range(len(self.mentees)) if r not in self.locked]
        self.seats = self._seats()
        self._price()

    def allowed(self, row: int, column: int) -> bool:
        """Whether the matching may make this pair: possible, and not below the floor."""
        points = self.scores[row][column]
        floor = self.settings.floor if self.settings.objective == MAX_SCORE else 0
        return points is not None and points >= floor

    def solve(self) -> dict[int, int]:
        """The column of each row that has a pair, locked ones included."""
        columns = assign(self.values())
        found = {
            row: self.seats[seat]
            for row, seat in zip(self.rows, columns, strict=True)
            if seat is not None
        }
        return self.locked | found

    def optimum(self, *, without=None) -> tuple[int, int]:
        """(pairs, total score) of the optimum, a cell (row, column) left out of it."""
        pairs, total = self._counted(best_total(self.values(without=without)))
        held = sum(self.scores[row][column] for row, column in self.locked.items())
        return pairs + len(self.locked), total + held

    def values(self, *, without=None):
        """(rows that are free, seats) in one integer each: 0 may not be."""
        return [
            [
                0 if (row, column) == without else self._value(row, column)
                for column in self.seats
            ]
            for row in self.rows
        ]

    # --- Two figures in one: the first of the objective outweighs all of the second
    def _price(self):
        most = min(len(self.rows), len(self.seats))
        if self.settings.objective == MAX_PAIRS:
            self.base = 100 * most + 1
        else:
            self.base = most + 1

    def _value(self, row, column):
        if not self.allowed(row, column):
            return 0
        points = self.scores[row][column]
        if self.settings.objective == MAX_PAIRS:
            return self.base + points
        return points * self.base + 1

    def _counted(self, value):
        first, second = divmod(value, self.base)
        return (
            (first, second) if self.settings.objective == MAX_PAIRS else (second, first)
        )

    # --- What is settled by hand
    def _locked(self):
        """{row: column}; a lock that cannot be honoured is told, never dropped."""
        columns = {mentor.key: c for c, mentor in enumerate(self.mentors)}
        rows = {mentee.key: r for r, mentee in enumerate(self.mentees)}
        locked = {}
        for pair in sorted(self.settings.locks):
            row, column = rows[pair[1]], columns[pair[0]]
            taken = list(locked.values()).count(column)
            if self.reasons[row][column]:
                raise BadLock(pair, self.reasons[row][column])
            if row in locked:
                raise BadLock(pair, (TWICE,))
            if taken >= self.mentors[column].capacity:
                raise BadLock(pair, (FULL,))
            locked[row] = column
        return locked

    def _seats(self):
        """The column of each seat: a mentor as often as they may accompany somebody."""
        taken = list(self.locked.values())
        return [
            column
            for column, mentor in enumerate(self.mentors)
            for _ in range(min(mentor.capacity - taken.count(column), len(self.rows)))
        ]
