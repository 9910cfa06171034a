"""The public dates, for calendars and readers that subscribe to them."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from agency.activities.services import activities, sessions
from agency.core.clock import now, travel
from tests.activities.factories import (
    ActivityFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory, TerritoryFactory

pytestmark = pytest.mark.django_db
ICS, RSS = "/agenda.ics", "/agenda.rss"
HOUSE = "http://localhost:8000"


def dates(client, query=""):
    """{title: event} of the calendar."""
    response = client.get(f"{ICS}{query}")
    assert response.status_code == 200
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return {str(event["summary"]): event for event in found}


def channel_of(response):
    # Our own writing, a moment ago.
    return ElementTree.fromstring(response.content).find("channel")  # noqa: S314


def items(client, query=""):
    """The items of the RSS, in its order."""
    return channel_of(client.get(f"{RSS}{query}")).findall("item")


def told(client, query=""):
    """The titles in both feeds, which hold the same dates."""
    calendar = set(dates(client, query))
    reader = {
        item.findtext("title").split("\u202f: ", 1)[1] for item in items(client, query)
    }
    assert calendar == reader
    return calendar


def dated(title, **how):
    activity = ActivityFactory(title=title, **how.pop("activity", {}))
    return SessionFactory(activity=activity, **how)


def test_dates_to_come_and_of_the_last_month(client):
    dated("À venir")
    dated("Le mois dernier", starts_in=-29)
    dated("Plus ancien", starts_in=-31)

    assert told(client) == {"À venir", "Le mois dernier"}


def test_feeds_lead_to_the_public_page(client):
    session = dated("Rencontre")
    page = f"{HOUSE}{session.activity.get_absolute_url()}"

    (item,) = items(client)
    assert dates(client)["Rencontre"]["url"] == page
    assert item.findtext("link") == page
    assert item.find("guid").get("isPermaLink") == "false"
    assert str(session.uuid) in item.findtext("guid")


@pytest.mark.parametrize("role", ["anonymous", "officer", "superuser"])
def test_draft_is_in_no_feed_whoever_asks(client, role):
    dated("Brouillon", activity={"draft": True})
    dated("Publié")
    if role != "anonymous":
        client.sign_in(PersonFactory(**{role: True}))

    assert told(client) == {"Publié"}


def test_cancelled_is_told_as_such(client, officer):
    session = dated("Rencontre")
    sessions.cancel_session(session, by=officer)

    (event,) = dates(client).values()
    (item,) = items(client)
    assert event["status"] == "CANCELLED"
    assert event["summary"] == "Annulée\u202f: Rencontre"
    assert item.findtext("title").startswith("Annulée\u202f: ")


def test_cancelled_activity_stays_while_its_dates_do(client, direction):
    session = dated("Rencontre")
    activities.cancel(session.activity, by=direction)

    assert list(dates(client)) == ["Annulée\u202f: Rencontre"]


def test_sealed_session_says_its_activity_alone(client):
    cycle = PracticeCycleFactory(title="Cycle")
    SessionFactory(activity=cycle, title="SUJET", remote=True)

    both = client.get(ICS).text + client.get(RSS).text

    assert told(client) == {"Cycle"}
    assert "SUJET" not in both
    assert "visio.example" not in both


# -- filtered as the catalogue is -------------------------------------------------------
def test_feeds_are_filtered_as_the_catalogue(client):
    land = TerritoryFactory()
    here = dated("Ici")
    here.activity.territories.add(land)
    SessionFactory(activity=PracticeCycleFactory(title="Cycle"))

    assert told(client, "?genre=practice_cycle") == {"Cycle"}
    assert told(client, f"?territoire={land.code}") == {"Ici"}
    assert told(client, "?q=cycle") == {"Cycle"}
    assert told(client, "?genre=inconnu&territoire=%00&q=%00&mois=9999-99") == {
        "Ici",
        "Cycle",
    }


def test_page_of_the_catalogue_leads_to_its_own_feed(client):
    dated("Rencontre")

    page = client.get("/activites/?genre=peer_group").text

    assert 'href="/agenda.ics?genre=peer_group"' in page
    assert 'href="/agenda.rss?genre=peer_group"' in page


@pytest.mark.parametrize("path", ["/", "/agenda/", "/activites/"])
def test_pages_announce_the_feeds(client, path):
    page = client.get(path).text

    assert 'type="application/rss+xml"' in page
    assert 'type="text/calendar"' in page


# -- as readers want it ------------------------------------------------------------------
def test_rss_is_french_dated_and_absolute(client, officer):
    activity = ActivityFactory(
        draft=True, title="Rencontre <b> & co", summary="On s’y retrouve."
    )
    SessionFactory(activity=activity)
    moment = now().replace(microsecond=0) - timedelta(days=2)
    with travel(moment):
        activities.announce(activity, by=officer)

    response = client.get(RSS)
    channel = channel_of(response)
    item = channel.find("item")

    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert channel.findtext("language") == "fr"
    assert channel.findtext("link") == f"{HOUSE}/agenda/"
    assert item.findtext("title").endswith("\u202f: Rencontre <b> & co")
    assert "9\u00a0h\u00a030" in item.findtext("description")
    assert item.findtext("description").endswith("On s’y retrouve.")
    assert parsedate_to_datetime(item.findtext("pubDate")) == moment


def test_text_that_no_xml_can_hold_breaks_no_feed(client):
    session = dated("Rencontre")
    type(session.activity).objects.update(title="A\x0b\x1f B", summary="C\x01 D")

    assert told(client) == {"A B"}


def test_feeds_are_the_same_until_something_changes(client):
    session = dated("Rencontre")
    for path in (ICS, RSS):
        first = client.get(path)
        with travel(now() + timedelta(minutes=5)):
            again = client.get(path, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
        assert first["Cache-Control"] == "public, max-age=900"

        session.title = f"Autre, {path}"
        sessions.save_session(session)
        changed = client.get(path, headers={"if-none-match": first["ETag"]})
        assert changed.status_code == 200


def test_nothing_to_tell_is_told(client):
    assert dates(client) == {}
    assert items(client) == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [(ICS, 3), (RSS, 4)])
def test_queries_do_not_grow(client, path, queries, count, django_assert_num_queries):
    for n in range(count):
        dated(f"Rencontre {n}")
    client.get(path)

    with django_assert_num_queries(queries):
        client.get(path)
