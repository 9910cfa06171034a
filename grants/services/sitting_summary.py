"""What a closed sitting came to: opinions, euros, teams, works, and where they are.

From the items of its agenda and the opinions given on them (references/grants.md, B 22).
These are opinions: a decision is signed later (B 5), and every page says so. Whoever
stands back from files reads sums without them, whatever the dimension, and no rest of an
envelope from which one of theirs could be worked out (I6).
"""

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agency.documents.charts import segments
from grants.choices import Outcome
from grants.models import Point
from grants.services import balance, sitting_reach
from grants.states import SittingState

CLOSED = (SittingState.DELIBERATED, SittingState.VALIDATED)
NOTHING, HUNDRED = Decimal(0), Decimal(100)
WAITING = "waiting"
# How each opinion is drawn (templates/grants/_balance_fill).
FILLS = {
    Outcome.FAVOURABLE: "ink",
    Outcome.RESERVED: "soft",
    Outcome.ADJOURNED: "hatch",
    Outcome.UNFAVOURABLE: "red",
    Outcome.INADMISSIBLE: "paper",
    WAITING: "hair",
}


def is_closed(sitting):
    return sitting.state in CLOSED


# --- Rows ------------------------------------------------------------------------------
class File(NamedTuple):
    """An item of the agenda, as it is counted and listed."""

    point: Point
    outcome: str
    recommended: Decimal | None

    @property
    def application(self):
        return self.point.application

    @property
    def key(self):
        return self.point.application_id

    @property
    def is_aided(self):
        return self.recommended is not None

    @property
    def name(self):
        show = self.application.show
        return show.title if show else self.application.title

    @property
    def said(self):
        return _said(self.outcome)


class Line(NamedTuple):
    """A row of a dimension; ``share`` is that of the euros recommended."""

    label: str
    files: int
    aided: int
    requested: Decimal
    recommended: Decimal
    share: Decimal
    target: int | None = None
    gap_said: str = ""
    fill: str = "ink"


@dataclass(frozen=True)
class Dimension:
    title: str
    lines: list
    total: Line
    has_targets: bool = False


class Envelope(NamedTuple):
    """A scheme: ``envelope`` is None where none was set, ``left`` where it is not told."""

    scheme: object
    files: int
    aided: int
    requested: Decimal
    computed: Decimal
    proposed: Decimal
    recommended: Decimal
    envelope: Decimal | None
    left: Decimal | None


@dataclass(frozen=True)
class Summary:
    """Of ``sitting`` for one reader; ``shut``: how many files are not counted for them."""

    sitting: object
    files: list
    shut: int
    known: dict
    zones: balance.Table
    dimensions: list
    schemes: list

    @property
    def examined(self):
        """The files on which an opinion was given."""
        return [one for one in self.files if one.outcome != WAITING]

    @property
    def aided(self):
        return [one for one in self.files if one.is_aided]

    @property
    def outcomes(self):
        """(code, label, files, fill) of each opinion, then of what was not examined."""
        counts = Counter(one.outcome for one in self.files)
        codes = [code for code in FILLS if code != WAITING or counts[WAITING]]
        return [(code, _said(code), counts[code], FILLS[code]) for code in codes]

    @property
    def outcome_parts(self):
        """One bar: the percents that each opinion makes of the files."""
        rows = self.outcomes
        shares = balance.percents([count for _code, _label, count, _fill in rows])
        return segments(
            (label, int(share), fill)
            for (_code, label, _count, fill), share in zip(rows, shares, strict=True)
        )

    @property
    def rate(self):
        """Favourable opinions, in percents of those given; None when none was given."""
        if not self.examined:
            return None
        exact = HUNDRED * len(self.aided) / len(self.examined)
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def average(self):
        """Euros of a favourable opinion, to the euro; None when there is none."""
        if not self.aided:
            return None
        exact = self.recommended / len(self.aided)
        return exact.quantize(Decimal(1), ROUND_HALF_UP)

    @property
    def requested(self):
        return added(one.application.requested for one in self.files)

    @property
    def computed(self):
        return added(one.application.computed for one in self.files)

    @property
    def proposed(self):
        return added(one.application.proposed for one in self.files)

    @property
    def recommended(self):
        return added(one.recommended for one in self.files)

    @property
    def envelope(self):
        """Of all schemes; None when none has one."""
        known = [one.envelope for one in self.schemes if one.envelope is not None]
        return added(known) if known else None

    @property
    def left(self):
        """What is left of them; None when one is not told, or when there is none."""
        known = [one for one in self.schemes if one.envelope is not None]
        if not known or any(one.left is None for one in known):
            return None
        return added(one.left for one in known)

    @property
    def teams(self):
        return len({one.application.organisation_id for one in self.aided})

    @property
    def works(self):
        return len({one.application.show_id for one in self.aided} - {None})

    @property
    def performances(self):
        return sum(sum(self.known[one.key].zones.values()) for one in self.aided)

    @property
    def reached(self):
        """Teams, works and performances aided by discipline, departement, zone, scheme."""
        return sitting_reach.reached(self)

    @property
    def newcomers(self):
        """Aided teams that never sent an application for an earlier sitting."""
        new = [one for one in self.aided if self.known[one.key].is_new]
        return len({one.application.organisation_id for one in new})


def added(amounts):
    return sum((one or NOTHING for one in amounts), NOTHING)


def _said(outcome):
    if outcome == WAITING:
        return pgettext("opinion", "Not examined")
    return str(Outcome(outcome).label)


# --- Reading ---------------------------------------------------------------------------
def summary(sitting, reader):
    """The ``Summary`` of ``sitting`` as ``reader`` may have it; eight queries."""
    points = Point.objects.filter(sitting=sitting)
    open_rows = points.open_to(reader).select_related(
        *("opinion", "application__organisation", "application__show"),
        *("application__scheme", "application__rules"),
    )
    files = [_file(point) for point in open_rows.order_by("position", "pk")]
    everything = points.order_by().values_list("application", "application__scheme")
    hidden = dict(everything)
    for one in files:
        hidden.pop(one.key, None)
    known = balance.facts([one.key for one in files])
    aimed = _targets(files)
    return Summary(
        sitting=sitting,
        files=files,
        shut=len(hidden),
        known=known,
        zones=balance.zones(_recommended(files), known, aimed),
        dimensions=_dimensions(files, known, aimed),
        schemes=_schemes(sitting, files, set(hidden.values())),
    )


def _file(point):
    opinion = getattr(point, "opinion", None)
    if opinion is None or not point.is_done:
        return File(point, WAITING, None)
    return File(point, opinion.outcome, opinion.amount if opinion.is_aided else None)


def _recommended(files):
    return [(one.key, one.recommended or NOTHING) for one in files]


def _targets(files):
    """Those of the rules, when all the schemes there aim at the same; else none.

    Of a scheme whose files were begun under two versions: the newer one.
    """
    newest = {}
    for one in files:
        rules = one.application.rules
        held = newest.get(rules.scheme_id)
        if held is None or held.number < rules.number:
            newest[rules.scheme_id] = rules
    found = list(balance.targets_of([one.pk for one in newest.values()]).values())
    return found[0] if found and all(one == found[0] for one in found) else {}


def _dimensions(files, known, aimed):
    """Zones, departements, disciplines, first applications: as ``Dimension``."""
    given = balance.tables(_recommended(files), known, aimed)
    asked = balance.tables(
        [(one.key, one.application.requested) for one in files], known
    )
    aided = balance.tables(_recommended([f for f in files if f.is_aided]), known)
    every = ("zones", "departements", "disciplines", "newcomers")
    return [
        _dimension(*(getattr(one, name) for one in (given, asked, aided)))
        for name in every
    ]


def _dimension(given, asked, aided):
    requested = {row.key: row.amount for row in asked.rows}
    counts = {row.key: row.files for row in aided.rows}
    lines = [
        Line(
            row.label,
            row.files,
            counts.get(row.key, 0),
            requested.get(row.key, NOTHING),
            row.amount,
            row.share,
            row.target,
            row.gap_said,
            row.fill,
        )
        for row in given.rows
    ]
    total = Line(
        _("All together"),
        given.files,
        aided.files,
        asked.amount,
        given.amount,
        given.share,
        given.target if given.has_targets else None,
    )
    return Dimension(given.title, lines, total, given.has_targets)


def _schemes(sitting, files, hidden):
    """A row for each scheme; of one with a file shut to the reader, nothing is left."""
    set_aside = {one.scheme_id: one for one in _envelopes(sitting)}
    schemes = {one.scheme_id: one.scheme for one in set_aside.values()}
    schemes |= {one.application.scheme_id: one.application.scheme for one in files}
    rows = []
    for key in sorted(schemes, key=lambda key: (schemes[key].name, key)):
        own = [one for one in files if one.application.scheme_id == key]
        given = added(one.recommended for one in own)
        whole = set_aside[key].amount if key in set_aside else None
        told = whole is not None and key not in hidden
        rows.append(
            Envelope(
                schemes[key],
                len(own),
                sum(one.is_aided for one in own),
                added(one.application.requested for one in own),
                added(one.application.computed for one in own),
                added(one.application.proposed for one in own),
                given,
                whole,
                whole - given if told else None,
            )
        )
    return rows


def _envelopes(sitting):
    return sitting.envelopes.select_related("scheme").order_by("pk")
