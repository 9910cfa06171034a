"""Who and what a sitting aids: teams, works and performances, dimension by dimension."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.choices import Discipline, ZoneCode


class Reach(NamedTuple):
    """Who and what is aided in a row: teams, works, performances."""

    label: str
    teams: int
    works: int
    performances: int


@dataclass(frozen=True)
class Reached:
    """A dimension of what is aided; a team of two rows is one in their ``total``."""

    title: str
    lines: list
    total: Reach


def reached(told):
    """The ``Reached`` of ``told``, a ``sitting_summary.Summary``: by discipline,
    departement, zone and scheme; no query.
    """
    zones, departements, disciplines, _new = told.dimensions
    ways = (
        (disciplines.title, _by_discipline),
        (departements.title, _by_departement),
        (zones.title, _by_zone),
        (pgettext("balance", "Schemes"), _by_scheme),
    )
    return [_reached(told, title, way) for title, way in ways]


def _reached(told, title, way):
    held, whole = {}, []
    for one in told.aided:
        fact = told.known[one.key]
        whole.append((one.application, _played(fact)))
        for label, played in way(one, fact):
            held.setdefault(label, []).append((one.application, played))
    lines = [_reach(label, rows) for label, rows in held.items()]
    return Reached(
        title,
        sorted(lines, key=lambda row: (-row.performances, row.label)),
        _reach(_("All together"), whole),
    )


def _played(fact):
    return sum(fact.zones.values())


def _by_discipline(_one, fact):
    code = fact.discipline
    label = Discipline(code).label if code else _("No discipline")
    return [(str(label), _played(fact))]


def _by_departement(_one, fact):
    code, name = fact.departement
    return [(str(name if code else _("Departement not known")), _played(fact))]


def _by_zone(_one, fact):
    rows = fact.zones.items()
    found = [(str(ZoneCode(zone).label), count) for zone, count in rows]
    return found or [(_("No zone"), 0)]


def _by_scheme(one, fact):
    return [(one.application.scheme.name, _played(fact))]


def _reach(label, rows):
    """``rows``: (application, performances) of what is aided there."""
    return Reach(
        label,
        len({one.organisation_id for one, _played in rows}),
        len({one.show_id for one, _played in rows} - {None}),
        sum(played for _one, played in rows),
    )
