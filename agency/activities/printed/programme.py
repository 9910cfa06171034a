"""The programme of a season: a cover, a calendar sheet, every public activity, the house.

The same for everybody: what no visitor may see is not in it, nor what changes by itself
(seats left, today), so that one file serves until somebody edits something.
"""

import re
from dataclasses import dataclass, field
from itertools import groupby

import qrcode
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from agency.activities import kinds
from agency.activities.choices import SessionFormat
from agency.activities.models import Activity, Session
from agency.activities.states import OFF, ActivityState
from agency.core import dates
from agency.core.clock import paris
from agency.documents import engine

TEMPLATE = "activities/documents/season_programme"
# Stands in the page until it is made: the day itself is no change of the programme.
MADE_ON = f"0{dates.NBSP}jour{dates.NBSP}0000"
# So many dates are set in two columns, larger.
FEW = 24
BETWEEN_YEARS = re.compile(r"\s*[-/\u2013]\s*")


@dataclass
class Entry:
    """One activity, and its sessions that take place."""

    activity: Activity
    sessions: list = field(default_factory=list)

    @property
    def opening(self):
        """Its first session, or None."""
        return next(iter(self.sessions), None)

    @property
    def rows(self):
        """Its dates by hours and place: (sessions, what they share), the first ahead."""
        found = {}
        for session in self.sessions:
            found.setdefault(_where_and_when(session), []).append(session)
        return list(found.values())

    @property
    def trades(self):
        """For which professions, where nobody wrote for whom it is."""
        if self.activity.audience_text:
            return ""
        return ", ".join(str(one) for one in self.activity.professions.all())


def _where_and_when(session):
    start, end = paris(session.starts_at), paris(session.ends_at)
    alone = session.pk if dates.as_day(start) != dates.as_day(end) else None
    place = (session.format, session.venue_id, session.room)
    return start.time(), end.time(), place, alone


def load(season):
    """Every public ``Entry`` of a season, by first date; a constant number of queries."""
    shown = Activity.objects.visible_to(AnonymousUser()).in_catalogue()
    shown = shown.filter(season=season).exclude(state=ActivityState.CANCELLED)
    entries = {
        one.pk: Entry(one)
        for one in shown.prefetch_related("professions").order_by("title", "pk")
    }
    held = Session.objects.filter(activity__in=shown.values("pk")).exclude(
        state__in=OFF
    )
    for session in held.select_related("venue").order_by("starts_at", "pk"):
        entry = entries[session.activity_id]
        session.activity = entry.activity
        entry.sessions.append(session)
    for entry in entries.values():
        # What runs for years shows this season's dates, where it has any.
        entry.sessions = _within(season, entry.sessions) or entry.sessions
    return sorted(entries.values(), key=_by_date)


def _within(season, sessions):
    first, last = season.starts_on, season.ends_on
    return [one for one in sessions if first <= dates.as_day(one.starts_at) <= last]


def _by_date(entry):
    first = entry.sessions[0].starts_at if entry.sessions else None
    return first is None, first, entry.activity.title


def context(season, entries):
    sessions = sorted(
        (one for entry in entries for one in _within(season, entry.sessions)),
        key=lambda one: (one.starts_at, one.pk),
    )
    catalogue = settings.SITE_URL + reverse("pages:activity-list")
    return {
        "agency": settings.AGENCY,
        "foot": f"saison {season.name}",
        "season": season,
        "name": BETWEEN_YEARS.split(season.name),
        "first": next(iter(sessions), None),
        "total": len(entries),
        "few": len(sessions) <= FEW,
        "months": [
            (some[0], some)
            for some in map(list, (rows for _key, rows in groupby(sessions, _month_of)))
        ],
        "chapters": [
            (kind, some)
            for kind in kinds.in_catalogue()
            if (some := [one for one in entries if one.activity.kind == kind.code])
        ],
        "online": SessionFormat.REMOTE,
        "site_url": settings.SITE_URL,
        "site": settings.SITE_URL.split("://", 1)[-1],
        "catalogue": catalogue,
        "drawing": _drawn(catalogue),
        "made_on": MADE_ON,
    }


def _month_of(session):
    start = paris(session.starts_at)
    return start.year, start.month


def _drawn(address):
    """The squares of a QR code: its size in squares, and the path of those that are dark."""
    code = qrcode.QRCode(border=0)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = [(x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on]
    return {"size": len(rows), "path": "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)}


def source(season):
    """The HTML of the programme, its day left open: the same until something changes."""
    return engine.source(TEMPLATE, context(season, load(season)))


def pdf(html, day):
    """The programme as it was made on ``day``."""
    return engine.pdf(html.replace(MADE_ON, dates.day_year(day)))
