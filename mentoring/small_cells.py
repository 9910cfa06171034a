"""Counts that leave the room: none under five, nor the next smallest that gives it back.

DESIGN 4 and references/people.md, c5. Whoever reads the shares, and knows how they are
made, finds out none of those that are kept (a test tries every table).
"""

from dataclasses import dataclass

FEWEST = 5


@dataclass(frozen=True)
class Cell:
    """One line of a table; ``count`` None: told with the others, see ``Shares.rest``."""

    key: str
    label: str
    count: int | None

    @property
    def is_kept(self):
        return self.count is None


@dataclass(frozen=True)
class Shares:
    """``rest``: what the kept ones come to together; None when even that is kept.

    ``total``: of all of them, None under five.
    """

    cells: tuple[Cell, ...]
    total: int | None
    rest: int | None = None

    @property
    def kept(self):
        return tuple(one for one in self.cells if one.is_kept)

    @property
    def most(self):
        """The longest bar, at least one."""
        told = (one.count or 0 for one in self.cells)
        return max(1, self.rest or 0, *told)


def told(count):
    """``count`` as one may tell it, or None: nobody is a figure under five."""
    return None if 0 < count < FEWEST else count


def shares(rows, *, whole=False):
    """``rows``: (key, label, count) as ``Shares``; ``whole``: for the reader who knows all."""
    rows = list(rows)
    total = sum(count for _key, _label, count in rows)
    kept = frozenset() if whole else _kept([count for _key, _label, count in rows])
    cells = tuple(
        Cell(key, label, None if rank in kept else count)
        for rank, (key, label, count) in enumerate(rows)
    )
    together = [rows[rank][2] for rank in kept]
    if kept and not _hides(together):
        return Shares(cells, None)  # their sum would give them away
    return Shares(cells, total, sum(together) if kept else None)


def _kept(counts):
    """The ranks of those that are kept: the small ones, then the smallest of the others.

    All those of one size go together: which of two fives was taken would tell.
    """
    sizes = sorted({count for count in counts if count})
    if not sizes or sizes[0] >= FEWEST:
        return frozenset()
    for size in sizes:
        kept = [rank for rank, count in enumerate(counts) if 0 < count <= size]
        beyond = size >= FEWEST or not any(size < one < FEWEST for one in sizes)
        if beyond and _hides([counts[rank] for rank in kept]):
            break
    return frozenset(kept)


def _hides(counts):
    """Whether their sum gives none of them away: one may be more, and another less."""
    total = sum(counts)
    at_the_edge = total in (len(counts), (FEWEST - 1) * len(counts))
    return len(counts) > 1 and total >= FEWEST and not at_the_edge
