"""The best assignment of rows to columns, and always the same one among equals.

scipy finds an optimum; which one of several depends on its release, and we run on more
than one. So all of them are kept in view as the cells that an optimum may use (those
whose reduced cost is zero: complementary slackness), and the first in order of keys is
taken: the first row has the first column that any optimum gives it, then the second.
Everything is an integer below 2**53, which scipy's floats hold exactly.
"""

EXACT = 2**53


def best_total(values) -> int:
    """The greatest sum of ``values`` (rows, columns; 0 or more), one cell a line."""
    if not values or not values[0]:
        return 0
    rows, columns = _optimum(values)
    return sum(values[r][c] for r, c in zip(rows, columns, strict=True))


def assign(values) -> list[int | None]:
    """The column of each row in the canonical optimum; None where its cell is 0.

    ``values`` is a list of rows of integers; 0 is a cell that may not be used, or
    nobody. Columns of the same seat owner are told apart by nothing: put them together.
    """
    if not values or not values[0]:
        return [None] * len(values)
    # numpy and scipy take half a second to import, in every process that starts.
    import numpy as np

    # Square, with zeros: a row or a column that is added is "nobody".
    size = max(len(values), len(values[0]))
    square = np.zeros((size, size), dtype=np.int64)
    square[: len(values), : len(values[0])] = values
    _rows, columns = _optimum(square)
    column_of = [int(column) for column in columns]
    tight = _tight(square, column_of)
    for row in range(len(values)):
        _prefer(row, square, tight, column_of)
        # Its mind is made up: this column, or any that is nobody's for it.
        chosen = square[row] == 0
        if square[row, column_of[row]]:
            chosen[:] = False
            chosen[column_of[row]] = True
        tight[row] &= chosen
    return [c if square[r, c] else None for r, c in enumerate(column_of[: len(values)])]


def _optimum(values):
    # As above: only who matches waits for scipy.
    import numpy as np
    from scipy.optimize import linear_sum_assignment  # as above

    matrix = np.asarray(values, dtype=np.int64)
    if int(matrix.max()) * min(matrix.shape) >= EXACT:
        raise OverflowError("values beyond what a float holds exactly")
    return linear_sum_assignment(matrix, maximize=True)


def _tight(square, column_of):
    """Whether an optimum may use each cell (rows, columns).

    Potentials by Bellman and Ford over "row i takes the column of row k"; no cycle of
    such moves gains anything, for ``column_of`` is an optimum.
    """
    # As above: only who matches waits for numpy.
    import numpy as np

    held = square[np.arange(len(square)), column_of]
    loss = held[:, None] - square[:, column_of]  # [i, k]
    potential = np.zeros(len(square), dtype=np.int64)
    while True:
        shorter = np.minimum(potential, (potential[:, None] + loss).min(axis=0))
        if (shorter == potential).all():
            break
        potential = shorter
    of_column = np.empty_like(potential)
    of_column[column_of] = potential
    return square + of_column[None, :] == (held + potential)[:, None]


def _prefer(row, square, tight, column_of):
    """Give ``row`` the first column that some optimum gives it, and shift the others."""
    current = column_of[row]
    limit = current if square[row, current] else len(square)
    wanted = [c for c in range(limit) if tight[row, c] and square[row, c]]
    if not wanted:
        return
    row_of = {column: r for r, column in enumerate(column_of)}
    towards = _ways_to(row, tight, column_of)
    column = next((c for c in wanted if row_of[c] in towards), None)
    if column is None:
        return
    # Each takes the column of the next on the way back to ``row``.
    before = list(column_of)
    column_of[row], moved = column, row_of[column]
    while moved != row:
        column_of[moved], moved = before[towards[moved]], towards[moved]


def _ways_to(row, tight, column_of):
    """For each row that may end up freeing ``row``'s column: whose column it takes."""
    # As above: only who matches waits for numpy.
    import numpy as np

    towards, queue = {row: row}, [row]
    unseen = np.ones(len(tight), dtype=bool)
    unseen[row] = False
    for target in queue:
        found = np.flatnonzero(tight[:, column_of[target]] & unseen)
        unseen[found] = False
        for other in found.tolist():
            towards[other] = target
            queue.append(other)
    return towards
