"""A calendar that is not ours reads our files: khal, from the files as they leave."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agency.activities import calendar
from agency.activities.models import Session
from agency.activities.services import feeds, sessions
from agency.activities.services.expected import expect
from agency.core.clock import PARIS
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
CONFIG = """\
[calendars]
[[plateau]]
path = {home}/plateau
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = plateau
"""
LINE = "{start-date} {start-time} {end-time} {title} [{status}]"


class Khal:
    """Somebody's calendar, in a home of its own, in some time zone."""

    def __init__(self, home, zone="Europe/Paris"):
        self.home, self.zone = home, zone
        (home / "plateau").mkdir()
        self.config = home / "khal.conf"
        self.config.write_text(CONFIG.format(home=home, zone=zone), "utf-8")

    def __call__(self, *arguments):
        command = [Path(sys.executable).parent / "khal", "-c", self.config]
        folders = {"XDG_DATA_HOME": self.home, "XDG_CACHE_HOME": self.home}
        done = subprocess.run(
            [*command, *arguments],
            env={"HOME": str(self.home), "LC_ALL": "C.UTF-8", **folders},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def take(self, content):
        """Import a file, as whoever opens the attachment of a message does."""
        path = self.home / "received.ics"
        path.write_bytes(content)
        self("import", "--batch", path)

    def subscribe(self, content):
        """Hold what the feed says now, and nothing else: one file for each event."""
        for old in (self.home / "plateau").iterdir():
            old.unlink()
        self.take(content)

    def lists(self, first, days=400):
        """What it shows from that day on, a line for each."""
        said = self("list", "--format", LINE, "--day-format", "", first, f"{days}d")
        rows = (line.strip().replace(" ]", "]") for line in said.splitlines())
        return [row for row in rows if row]


@pytest.fixture
def khal(tmp_path):
    return Khal(tmp_path)


def at(month, day, hour=9, minute=30):
    return datetime(2027, month, day, hour, minute, tzinfo=PARIS)


def around_the_clock_changes(activity):
    """Sessions of three hours at half past nine, the eve and the day of both changes."""
    return [
        SessionFactory(
            activity=activity,
            starts_at=at(month, day),
            ends_at=at(month, day, 12),
        )
        for month, day in ((3, 27), (3, 28), (10, 30), (10, 31))
    ]


def test_hours_are_those_of_paris_on_both_sides_of_the_changes(khal):
    activity = ActivityFactory(title="Rencontre")
    khal.take(calendar.file(around_the_clock_changes(activity)))

    assert khal.lists("2027-01-01") == [
        f"2027-{day} 09:30 12:30 Rencontre [CONFIRMED]"
        for day in ("03-27", "03-28", "10-30", "10-31")
    ]


def test_hours_are_right_from_another_time_zone(tmp_path):
    khal = Khal(tmp_path, "America/Martinique")
    activity = ActivityFactory(title="Rencontre")
    khal.take(calendar.file(around_the_clock_changes(activity)))

    hours = [line.split()[1] for line in khal.lists("2027-01-01")]
    # Four hours behind Greenwich all the year.
    assert hours == ["04:30", "03:30", "03:30", "04:30"]


def test_session_across_the_hour_that_comes_twice(khal):
    starts = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    session = SessionFactory(
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        activity=ActivityFactory(title="Nuit"),
    )
    khal.take(calendar.file([session]))

    # From half past two in summer to half past three in winter: two hours.
    assert khal.lists("2027-10-30", 3) == ["2027-10-31 02:30 03:30 Nuit [CONFIRMED]"]


def test_file_with_a_higher_sequence_replaces(khal, officer):
    session = SessionFactory(
        starts_at=at(5, 4), ends_at=at(5, 4, 12), activity__title="Rencontre"
    )
    person = PersonFactory()
    khal.take(calendar.file([session], attendee=person))

    session.starts_at, session.ends_at = at(5, 11, 14), at(5, 11, 17)
    sessions.save_session(session)
    khal.take(calendar.file([session], attendee=person))
    assert khal.lists("2027-01-01") == ["2027-05-11 14:30 17:30 Rencontre [CONFIRMED]"]

    sessions.cancel_session(session, by=officer)
    khal.take(calendar.file([session], attendee=person, method="CANCEL"))
    assert khal.lists("2027-01-01") == [
        "2027-05-11 14:30 17:30 Annulée\u202f: Rencontre [CANCELLED]"
    ]


def test_feed_follows_what_becomes_of_the_sessions(khal, officer, client):
    activity = ActivityFactory(title="Cycle")
    rows = around_the_clock_changes(activity)
    enrolment = EnrolmentFactory(activity=activity, confirmed=True)
    expect(enrolment, sessions=rows)
    feeds.open_feed(enrolment.person)
    address = feeds.address(feeds.of(enrolment.person))
    path = address[address.index("/agenda/") :]
    khal.subscribe(client.get(path).content)
    assert len(khal.lists("2027-01-01")) == 4

    rows[0].room = "Salle 2"
    sessions.save_session(rows[0])
    sessions.cancel_session(rows[1], by=officer)
    Session.objects.filter(pk=rows[2].pk).delete()
    khal.subscribe(client.get(path).content)

    assert khal.lists("2027-01-01") == [
        "2027-03-27 09:30 12:30 Cycle [CONFIRMED]",
        "2027-03-28 09:30 12:30 Annulée\u202f: Cycle [CANCELLED]",
        "2027-10-31 09:30 12:30 Cycle [CONFIRMED]",
    ]


def test_public_feed_is_read_whole(khal, client):
    title = "Écrire, produire ; diffuser " + "\N{PERFORMING ARTS}é" * 40
    SessionFactory(starts_at=at(5, 4), ends_at=at(5, 4, 12), activity__title=title)
    khal.subscribe(client.get("/agenda.ics").content)

    assert khal.lists("2027-01-01") == [f"2027-05-04 09:30 12:30 {title} [CONFIRMED]"]
