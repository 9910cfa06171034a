"""A house with a marker in every sealed field, and where one looks for it."""

import base64
import io
import os
import subprocess
import zipfile
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.urls import reverse

from agency.activities.services import feeds
from agency.core.admin import site
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now
from mentoring.services import alerts, pairs, tending
from tests.activities.factories import ParticipationFactory, SessionFactory
from tests.documents.reading import words
from tests.mentoring.factories import (
    AgencyNoteFactory,
    GoalFactory,
    NudgeSentFactory,
    PairMeetingFactory,
    PrivateNoteFactory,
    PulseCheckFactory,
    SharedReviewFactory,
)
from tests.people.factories import PersonFactory

MARK = "zibeline"
SHARED, MENTOR, MENTEE = f"{MARK}-partagee", f"{MARK}-guide", f"{MARK}-novice"
GOAL, SIGN = f"{MARK}-objectif", f"{MARK}-indicateur"
TO_NOVICE, TO_GUIDE = f"{MARK}-au-novice", f"{MARK}-au-guide"
WISH = f"{MARK}-souhait"
TEAM = ("officer", "secretary", "direction", "accountant", "decider", "superuser")
NAMES = ("Ondine", "Perceval")
# Of each room of the desk so many rows are opened: the newest, which are the marked ones.
ROWS = 5


class House:
    """A pair of an edition with a session, its words marked; nobody has opened a page."""

    def __init__(self):
        self.meeting = PairMeetingFactory(
            shared_note=SHARED,
            pair__mentor=PersonFactory(given_name="Perceval"),
            pair__mentee=PersonFactory(given_name="Ondine"),
        )
        self.pair = self.meeting.pair
        self.edition = self.pair.activity
        self.officer = self.edition.officer
        PrivateNoteFactory(meeting=self.meeting, side="mentor", text=MENTOR)
        PrivateNoteFactory(meeting=self.meeting, side="mentee", text=MENTEE)
        self.goal = GoalFactory(pair=self.pair, text=GOAL, indicator=SIGN)
        self.word = AgencyNoteFactory(pair=self.pair, text="Pour l\u2019agence.")
        for side, text in (("mentor", TO_NOVICE), ("mentee", TO_GUIDE)):
            SharedReviewFactory(
                review__pair=self.pair,
                review__side=side,
                review__comment="Pour l\u2019agence aussi.",
                review__exchanged_at=now(),
                gained=text,
                wished=WISH,
            )
        self.session = SessionFactory(activity=self.edition)
        ParticipationFactory(session=self.session, person=self.pair.mentee)
        PulseCheckFactory(pair=self.pair, side="mentor", answered=True, level=1)
        alerts.ask_help(self.pair, by=self.pair.mentee, words="Pour l\u2019agence.")
        NudgeSentFactory(pair=self.pair)
        tending.tend()
        pairs.pause(self.pair, by=self.officer)

    def team(self):
        """Whoever works at the desk: in charge of the edition, of nothing, of all."""
        yield self.officer
        yield from (PersonFactory(**{trait: True}) for trait in TEAM)

    def outsiders(self):
        yield PersonFactory()
        yield from self.team()


# --- To find a marker ------------------------------------------------------------
def _written():
    """The marker as a file may hold it: as it is, in hexadecimal, in base 64."""
    raw = MARK.encode()
    yield raw
    yield raw.hex().encode()
    # Only the signs that do not depend on what stands around it.
    for before, first in ((0, 0), (1, 2), (2, 3)):
        coded = base64.b64encode(b"\0" * before + raw + b"\0" * 3)
        yield coded[first : (before + len(raw)) * 8 // 6]


WRITTEN = tuple(set(_written()))


def holds(data):
    """Whether ``data``, a text or the bytes of a file, holds a marker: unpacked first."""
    if isinstance(data, str):
        data = data.encode(errors="ignore")
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(holds(archive.read(name)) for name in archive.namelist())
    if data[:5] == b"%PDF-" and MARK in words(data).lower():
        return True
    return any(one in data or one in data.lower() for one in WRITTEN)


def body(response):
    return b"".join(response) if response.streaming else response.content


def cells(row):
    """A row of the database as one piece, its binary cells as they lie."""
    return b" ".join(
        bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
        for cell in row
    )


# --- Where one looks ----------------------------------------------------------------
def desk(person, models=None):
    """Every list of the desk, its exports, and the pages of the rows one may see."""
    yield reverse("admin:index")
    for model in models or site._registry:
        room = site._registry[model]
        yield room.url("changelist")
        for kind in ("csv", "xlsx") if room.exports else ():
            yield room.url("export", kind)
        for row in visible_rows(model, person).order_by("-pk")[:ROWS]:
            for page in ("change", "history", "delete"):
                yield room.url(page, row.pk)


def searches(models=None):
    """The lists of the desk that one may search, asked for the marker."""
    for model in models or site._registry:
        room = site._registry[model]
        if room.search_fields:
            yield f"{room.url('changelist')}?q={MARK}"


def feeds_of(house):
    """What calendars and readers fetch: public, of the edition, and one's own."""
    yield from map(reverse, ("pages:agenda-ics", "pages:agenda-rss"))
    yield reverse("activities:activity-calendar", args=[house.edition.slug])
    yield reverse("activities:session-calendar", args=[house.session.uuid])
    yield feeds.address(feeds.of(house.pair.mentee)).removeprefix(settings.SITE_URL)


def cached():
    """Every value of the cache as it is stored, whichever cache it is."""
    cache = caches["default"]
    if hasattr(cache, "_expire_info"):  # in memory
        return list(cache._cache.values())
    client = cache._cache.get_client()
    keys = client.scan_iter(match=f"*{cache.key_prefix}*")
    return [value for key in keys if (value := client.get(key)) is not None]


def files(folder, since):
    """(path, bytes) of what was written under ``folder`` and ``var/`` since then."""
    for top in (Path(folder), Path(settings.VAR_DIR)):
        for path in top.rglob("*"):
            if path.is_file() and path.stat().st_mtime >= since:
                yield path, path.read_bytes()


def rows():
    """(table, row) of the whole database, as its tables hold it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            yield from ((table, cells(row)) for row in cursor.fetchall())


def dump():
    """The database as whoever takes a copy away would hold it."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return "\n".join(connection.connection.iterdump()).encode(errors="ignore")
    said = connection.settings_dict
    where = {"PGHOST": said["HOST"], "PGPORT": str(said["PORT"] or "")}
    who = {"PGUSER": said["USER"], "PGPASSWORD": said["PASSWORD"]}
    env = os.environ | {
        name: value for name, value in {**where, **who}.items() if value
    }
    command = ["pg_dump", "--data-only", said["NAME"]]
    return subprocess.run(command, env=env, check=True, capture_output=True).stdout
