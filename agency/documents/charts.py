"""Charts drawn on the server: whole numbers for a template, whose table stands beside.

Told apart by outline and fill, so that they are read in black and white.
"""

from dataclasses import dataclass

HEIGHT, FOOT, HEAD, LEFT = 220, 26, 22, 34
STEP, WIDE, NARROW = 54, 34, 18
# As many columns have their place, so that three are not drawn as towers.
YEAR = 12
# Of a bar in segments.
WHOLE = 1000


@dataclass(frozen=True)
class Column:
    """One column: what was wanted as an outline, what was done as a fill inside it."""

    label: str
    done: int
    wanted: int
    middle: int
    outline: str
    fill: str
    above: int

    @property
    def said(self):
        return f"{self.done}/{self.wanted}"


@dataclass(frozen=True)
class Columns:
    columns: tuple[Column, ...]
    lines: tuple[tuple[int, int], ...]
    width: int
    height: int = HEIGHT
    left: int = LEFT

    @property
    def base(self):
        return self.height - FOOT


def columns(rows):
    """``rows``: (label, done, wanted), none of them negative, as ``Columns``."""
    rows = list(rows)
    most = max((max(done, wanted) for _label, done, wanted in rows), default=0)
    top, step = _scale(most)
    base, room = HEIGHT - FOOT, HEIGHT - FOOT - HEAD

    def at(value):
        return base - value * room // top

    drawn = []
    for rank, (label, done, wanted) in enumerate(rows):
        middle = LEFT + STEP * rank + STEP // 2
        drawn.append(
            Column(
                str(label),
                done,
                wanted,
                middle,
                _box(middle, WIDE, at(wanted), base),
                _box(middle, NARROW, at(done), base),
                min(at(wanted), at(done)) - 6,
            )
        )
    lines = tuple((value, at(value)) for value in range(0, top + 1, step))
    return Columns(tuple(drawn), lines, LEFT + STEP * max(YEAR, len(rows)))


def _box(middle, width, top, base):
    """The outline of a box; nothing where it has no height."""
    if top >= base:
        return ""
    left = middle - width // 2
    return f"M{left} {top}h{width}v{base - top}h-{width}z"


def _scale(most):
    """(the top of the scale, its step): a round one, with four lines or so."""
    step = 1
    for wanted in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000):
        step = wanted
        if most <= wanted * 5:
            break
    return max(step, -(-most // step) * step), step


def segments(rows):
    """``rows``: (label, count, fill) as the segments of one bar of ``WHOLE``.

    Empty ones have no segment; rounding leaves no hole at the end.
    """
    rows = [(label, count, fill) for label, count, fill in rows if count]
    total = sum(count for _label, count, _fill in rows)
    parts, before = [], 0
    for label, count, fill in rows:
        start = before * WHOLE // total
        before += count
        width = before * WHOLE // total - start
        said = {"label": str(label), "count": count, "fill": fill}
        parts.append({**said, "x": start, "width": width})
    return parts
