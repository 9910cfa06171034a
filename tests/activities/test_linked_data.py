"""What the page of an activity says to search engines, and nothing else."""

import json
import re
from datetime import datetime

import pytest

from agency.core.clock import PARIS
from tests.activities.factories import (
    ActivityFactory,
    PracticeCycleFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def events_of(client, activity):
    """The events that the public page of ``activity`` tells of."""
    (block,) = BLOCK.findall(client.get(activity.get_absolute_url()).text)
    said = json.loads(block)
    assert said["@context"] == "https://schema.org"
    return said["@graph"]


def test_session_is_an_event_with_its_place(client):
    starts = datetime(2027, 7, 2, 9, 30, tzinfo=PARIS)
    session = SessionFactory(
        starts_at=starts, ends_at=starts.replace(hour=12, minute=0), title="Ouverture"
    )
    activity = session.activity

    (event,) = events_of(client, activity)

    assert event["@type"] == "Event"
    assert event["name"] == f"{activity.title} \u2013 Ouverture"
    assert event["startDate"] == "2027-07-02T09:30+02:00"
    assert event["endDate"] == "2027-07-02T12:00+02:00"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["eventAttendanceMode"].endswith("/OfflineEventAttendanceMode")
    assert event["location"]["name"] == session.venue.name
    assert event["location"]["address"]["addressLocality"] == "Dijon"
    assert event["url"].endswith(activity.get_absolute_url())
    assert "offers" not in event


@pytest.mark.parametrize(
    ("how", "mode", "places"),
    [
        ({"remote": True}, "OnlineEventAttendanceMode", ["VirtualLocation"]),
        (
            {"format": "hybrid", "remote_url": "https://visio.example/salle"},
            "MixedEventAttendanceMode",
            ["Place", "VirtualLocation"],
        ),
    ],
)
def test_online_session_leads_to_the_page_and_not_to_the_room(
    client, how, mode, places
):
    session = SessionFactory(**how)

    (event,) = events_of(client, session.activity)

    found = event["location"]
    found = found if isinstance(found, list) else [found]
    assert event["eventAttendanceMode"].endswith(mode)
    assert [one["@type"] for one in found] == places
    assert found[-1]["url"].endswith(session.activity.get_absolute_url())
    assert "visio.example" not in json.dumps(event)


def test_session_without_a_place_says_none(client):
    session = SessionFactory(venue=None)

    assert "location" not in events_of(client, session.activity)[0]


def test_cancelled_is_told(client):
    session = SessionFactory(cancelled=True)

    (event,) = events_of(client, session.activity)

    assert event["eventStatus"] == "https://schema.org/EventCancelled"


def test_sealed_session_is_its_activity(client):
    cycle = PracticeCycleFactory(title="Cycle")
    SessionFactory(activity=cycle, title="SUJET")

    (event,) = events_of(client, cycle)

    assert event["name"] == "Cycle"


def test_title_cannot_end_the_block(client):
    evil = "</script><script>alert(1)</script><!-- & \u2028"
    activity = ActivityFactory(title=evil, summary=evil)
    SessionFactory(activity=activity)

    (event,) = events_of(client, activity)

    assert event["name"] == evil.replace("\u2028", "").strip()


def test_activity_without_dates_tells_nothing(client):
    activity = ActivityFactory()
    SessionFactory(activity=activity, starts_in=-60)

    assert not BLOCK.findall(client.get(activity.get_absolute_url()).text)
