"""Where the money of a sitting goes: zones, departements, disciplines, newcomers.

References/grants.md, B 22, and the targets that the rules set (60-20-10-10). Nothing is
refused for it: it is shown beside what a sitting does. ``lines`` are (key of an
application, euros), as a waterline or the opinions have them; whoever calls leaves out the
files that are shut to the reader.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agency.core.figures import number
from agency.documents.charts import segments
from agency.people.choices import TerritoryKind
from agency.people.models import Territory
from grants.choices import Discipline, PerformanceStatus, ZoneCode
from grants.models import Application, Performance, Zone

NOTHING, CENT = Decimal(0), Decimal("0.01")
UNKNOWN = ""
NEW, KNOWN = "new", "known"
MINUS, NARROW = "\u2212", "\u202f"
# How each zone is drawn: told apart in black and white (templates/grants/_balance_fill).
FILLS = {
    ZoneCode.REGIONS: "ink",
    ZoneCode.ILE_DE_FRANCE: "soft",
    ZoneCode.EUROPE: "hatch",
    ZoneCode.INTERNATIONAL: "red",
    ZoneCode.HOME: "paper",
}
CORSICA = "20"
OVERSEAS = ("97", "98")


# --- Sharing exactly -------------------------------------------------------------------
def split(whole, weights, step=CENT):
    """``whole`` shared along ``weights`` in multiples of ``step``, nothing lost.

    By the largest remainder; between equal ones, the first. All zero where no weight is.
    """
    total = sum(weights)
    if not total:
        return [NOTHING for _one in weights]
    units = int(whole / step)
    exact = [Decimal(units) * weight / total for weight in weights]
    parts = [int(one) for one in exact]
    left = units - sum(parts)
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[:left]:
        parts[at] += 1
    return [part * step for part in parts]


def percents(amounts):
    """Whole percents of their sum: they make 100, or 0 when there is nothing to share."""
    return split(Decimal(100), amounts, Decimal(1))


# --- What is known of the files --------------------------------------------------------
class Fact(NamedTuple):
    """``zones``: {code: performances}; ``departement``: (its code, its name)."""

    zones: dict
    departement: tuple
    discipline: str
    is_new: bool


def facts(keys):
    """{key of an application: its ``Fact``}; four queries whatever their number."""
    files = Application.objects.filter(pk__in=list(keys)).order_by()
    return facts_of(files.select_related("show", "organisation__territory"))


def facts_of(files):
    """The same of ``files``, which come with their show, organisation and its territory;
    three queries, two where the directory knows every departement.
    """
    rows = [_row(one) for one in files]
    keys = [row["pk"] for row in rows]
    zones, names, earlier = _zones(keys), _names(rows), _earlier(rows)
    return {
        row["pk"]: Fact(
            zones.get(row["pk"], {}),
            _departement(row, names),
            row["discipline"] or UNKNOWN,
            not any(_before(row, one) for one in earlier[row["organisation"]]),
        )
        for row in rows
    }


def _row(one):
    house, show = one.organisation, one.show
    place = house.territory
    return {
        "pk": one.pk,
        "sitting": one.sitting_id,
        "submitted_at": one.submitted_at,
        "organisation": house.pk,
        "discipline": show.discipline if show else "",
        "postal_code": house.postal_code,
        "place": (place.code, place.name) if _is_departement(place) else None,
    }


def _is_departement(territory):
    return territory is not None and territory.kind == TerritoryKind.DEPARTEMENT


def _zones(keys):
    """{file: {zone: performances}}; those that were called off move no team."""
    found = defaultdict(lambda: defaultdict(int))
    rows = Performance.objects.filter(application__in=keys).order_by()
    rows = rows.exclude(status=PerformanceStatus.CANCELLED)
    for key, zone, count in rows.values_list("application", "zone", "count"):
        found[key][zone] += count
    return found


def _departement(row, names):
    """Of the directory when it says one, else what the postal code tells."""
    if row["place"]:
        return row["place"]
    code = departement_code(row["postal_code"])
    return code, names.get(code) or _("Departement %(code)s") % {"code": code}


def departement_code(postal_code):
    """31, 2A, 974: of a French postal code; "" when it is none."""
    digits = "".join(postal_code.split())
    if len(digits) != 5 or not (digits.isascii() and digits.isdecimal()):
        return UNKNOWN
    if digits.startswith(CORSICA):  # 200 and 201 are the south (La Poste)
        return "2A" if digits < "20200" else "2B"
    return digits[: 3 if digits.startswith(OVERSEAS) else 2]


def _names(rows):
    wanted = {departement_code(row["postal_code"]) for row in rows if not row["place"]}
    if not wanted - {UNKNOWN}:
        return {}
    known = Territory.objects.filter(kind=TerritoryKind.DEPARTEMENT, code__in=wanted)
    return dict(known.order_by().values_list("code", "name"))


def _earlier(rows):
    """{organisation: what else it ever sent}, as (sitting, moment)."""
    found = defaultdict(list)
    sent = Application.objects.filter(
        organisation__in={row["organisation"] for row in rows},
        submitted_at__isnull=False,
    )
    sent = sent.exclude(pk__in=[row["pk"] for row in rows]).order_by()
    for house, sitting, at in sent.values_list(
        "organisation", "sitting", "submitted_at"
    ):
        found[house].append((sitting, at))
    return found


def _before(row, other):
    """Whether ``other`` was sent before, and for another sitting than this file."""
    sitting, at = other
    return sitting != row["sitting"] and (
        row["submitted_at"] is None or at < row["submitted_at"]
    )


# --- Tables ----------------------------------------------------------------------------
class Row(NamedTuple):
    """``share`` and ``target`` in whole percents; ``gap``: the first less the second."""

    key: str
    label: str
    files: int
    amount: Decimal
    share: Decimal
    target: int | None = None
    gap: Decimal | None = None
    fill: str = "ink"

    @property
    def gap_said(self):
        """+3, \u22124, 0; nothing where nothing is aimed at."""
        if self.gap is None:
            return ""
        sign = {-1: MINUS, 0: "", 1: "+"}[(self.gap > 0) - (self.gap < 0)]
        return f"{sign}{number(abs(self.gap))}"


@dataclass(frozen=True)
class Table:
    """The rows of a dimension. ``files`` counts each file once, in however many rows."""

    title: str
    rows: list
    files: int
    amount: Decimal

    @property
    def has_targets(self):
        return any(row.target is not None for row in self.rows)

    @property
    def share(self):
        return sum((row.share for row in self.rows), NOTHING)

    @property
    def target(self):
        """What the targets come to: 100, unless the rules say otherwise."""
        return sum(row.target or 0 for row in self.rows)

    @property
    def aim(self):
        """60-20-10-10, and of what: in the order of the rows."""
        aimed = [row for row in self.rows if row.target is not None]
        return {
            "figures": "-".join(str(row.target) for row in aimed),
            "words": ", ".join(row.label for row in aimed),
        }

    @property
    def done_parts(self):
        """The segments of the bar \u00ab S\u00e9ance \u00bb (agency.documents.charts)."""
        return segments((row.label, int(row.share), row.fill) for row in self.rows)

    @property
    def aimed_parts(self):
        """Those of the bar \u00ab Cible \u00bb; none without a target."""
        return segments((row.label, row.target or 0, row.fill) for row in self.rows)


@dataclass(frozen=True)
class Balance:
    """The four tables of a sitting, or of one of its schemes."""

    zones: Table
    departements: Table
    disciplines: Table
    newcomers: Table

    @property
    def others(self):
        """Those that are shown as plain tables, below the bars."""
        return [self.departements, self.disciplines, self.newcomers]


def of(lines, rules=None):
    """The ``Balance`` of ``lines``; targets are those of ``rules``, a version, if given.

    Five queries at most.
    """
    lines = list(lines)
    return tables(lines, facts([key for key, _amount in lines]), targets(rules))


def tables(lines, known, aimed=None):
    """The same from the ``known`` facts of these files and the targets; no query."""
    lines = [(key, amount or NOTHING) for key, amount in lines]
    return Balance(
        zones(lines, known, aimed),
        departements(lines, known),
        disciplines(lines, known),
        newcomers(lines, known),
    )


def targets(rules):
    """{zone: its target or None} of a version, or of None."""
    return {} if rules is None else targets_of([rules.pk])[rules.pk]


def targets_of(versions):
    """{key of a version of rules: {zone, in their order: its target or None}}; one query.

    A zone that is there twice, near and far, has one target: the first that is written.
    """
    found = {key: {} for key in versions}
    rows = Zone.objects.filter(rules__in=found).order_by("rules", "order", "pk")
    for key, code, target in rows.values_list("rules", "code", "target"):
        if found[key].get(code) is None:
            found[key][code] = target
    return found


def zones(lines, known, aimed=None):
    """A file that plays in several zones is counted in each; its euros are split."""
    aimed, spread = aimed or {}, []
    for key, amount in lines:
        where = known[key].zones or {UNKNOWN: 1}
        parts = split(amount, list(where.values()))
        spread += [(code, key, part) for code, part in zip(where, parts, strict=True)]
    said = {code: str(code.label) for code in ZoneCode}
    wanted = [code for code, target in aimed.items() if target is not None]
    played = {code for code, _key, _part in spread}
    order = [code.value for code in ZoneCode if code in played or code in wanted]
    # The home region is a zone like another: after those that one travels to.
    order.sort(key=lambda code: code == ZoneCode.HOME)
    if UNKNOWN in played:
        order.append(UNKNOWN)
    said[UNKNOWN] = _("No zone")
    title = pgettext("balance", "Zones")
    return _table(title, spread, order, said, len(lines), aimed)


def departements(lines, known):
    """Where the applicants are, the most aided first."""
    spread = [(known[key].departement[0], key, amount) for key, amount in lines]
    said = dict(one.departement for one in known.values())
    said[UNKNOWN] = _("Departement not known")
    return _ranked(pgettext("balance", "Departements"), spread, said, len(lines))


def disciplines(lines, known):
    """Of the shows; a file that tours none has none."""
    spread = [(known[key].discipline, key, amount) for key, amount in lines]
    said = {code: str(label) for code, label in Discipline.choices}
    said[UNKNOWN] = _("No discipline")
    return _ranked(pgettext("balance", "Disciplines"), spread, said, len(lines))


def newcomers(lines, known):
    """First applications: their organisation never sent one for an earlier sitting."""
    spread = [
        (NEW if known[key].is_new else KNOWN, key, amount) for key, amount in lines
    ]
    said = {NEW: _("First application"), KNOWN: _("Applied before")}
    title = pgettext("balance", "First applications")
    return _table(title, spread, [NEW, KNOWN], said, len(lines))


def _ranked(title, spread, said, files):
    sums = defaultdict(Decimal)
    for code, _key, amount in spread:
        sums[code] += amount
    order = sorted(sums, key=lambda one: (one == UNKNOWN, -sums[one], said[one]))
    return _table(title, spread, order, said, files)


def _table(title, spread, order, said, files, aimed=None):
    """``spread``: (code, file, euros); ``order``: the codes that have a row."""
    sums, there = defaultdict(Decimal), defaultdict(set)
    for code, key, amount in spread:
        sums[code] += amount
        there[code].add(key)
    total = sum(sums.values(), NOTHING)
    shares = percents([sums[code] for code in order])
    rows = []
    for code, share in zip(order, shares, strict=True):
        target = (aimed or {}).get(code)
        gap = share - target if target is not None and total else None
        fill = FILLS.get(code, "hair")
        row = Row(
            code, said[code], len(there[code]), sums[code], share, target, gap, fill
        )
        rows.append(row)
    return Table(title, rows, files, total)
