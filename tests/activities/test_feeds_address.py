"""The address of a feed: its secret, its page, what closes it."""

import logging
from types import SimpleNamespace

import pytest
from django.urls import reverse
from icalendar import Calendar

from agency.activities.models import CalendarFeed
from agency.activities.services import (
    enrolments,
    excuses,
    feeds,
    retention,
)
from agency.core.clock import now, today, travel
from agency.core.logs import MaskFilter, masked
from agency.people.services import erasure, merging
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.activities.subscribed import YEAR, awaited, events, path_of, read
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """Somebody who has an address, and no date yet."""
    somebody = PersonFactory()
    feeds.open_feed(somebody)
    return somebody


PAGE = "/mon-espace/agenda/"


# -- the address ----------------------------------------------------------------------
def test_calendar_that_has_it_already_is_told_so(client, person):
    awaited(person)
    first = read(client, person)

    again = read(client, person, if_none_match=first["ETag"])
    excuses.excuse(person.participations.get(), by=person)
    changed = read(client, person, if_none_match=first["ETag"])

    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "private, no-cache"
    assert changed.status_code == 200


def test_feed_travels_compressed_where_one_reads_it(client, person):
    for _n in range(3):
        awaited(person)

    response = read(client, person, accept_encoding="gzip")
    again = read(client, person, accept_encoding="gzip", if_none_match=response["ETag"])

    assert response["Content-Encoding"] == "gzip"
    assert again.status_code == 304


def test_renewed_address_kills_the_old_one_at_once(client, person):
    old = path_of(person)

    feeds.renew(person)

    assert client.get(old).status_code == 404
    assert read(client, person).status_code == 200


@pytest.mark.parametrize(
    "ending",
    ["x", "/", "%00", "%0A", "..%2f", "\N{SNOWMAN}", "?", "=" * 300],
)
def test_secret_with_something_added_is_another_secret(client, person, ending):
    path = path_of(person)
    spoilt = path.replace(".ics", f"{ending}.ics")
    if ending == "?":
        spoilt = path.replace(".ics", "?.ics")

    assert client.get(spoilt).status_code == 404


def test_guessed_renewed_and_closed_answer_alike(client, person):
    old = path_of(person)
    guessed = client.get("/agenda/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq.ics")
    feeds.renew(person)
    renewed = client.get(old)
    latest = path_of(person)
    feeds.close(person)
    closed = client.get(latest)

    assert guessed.status_code == renewed.status_code == closed.status_code == 404
    pages = [
        page.text.replace(page.wsgi_request.path, "")
        for page in (guessed, renewed, closed)
    ]
    assert len(set(pages)) == 1


def test_digest_is_no_key(client, person):
    assert client.get(f"/agenda/{feeds.of(person).digest}.ics").status_code == 404


def test_erased_person_has_no_feed(client, person):
    path = path_of(person)

    erasure.erase(person, by=person)

    assert client.get(path).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_closed_account_has_no_feed(client, person):
    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert read(client, person).status_code == 404


def test_feed_of_a_record_set_aside_is_closed_and_that_of_the_other_stays(
    client, person, officer
):
    twin = PersonFactory(unclaimed=True)
    feeds.open_feed(twin)
    awaited(twin, "Du doublon")
    old = path_of(twin)

    merging.merge(person, twin, by=officer)

    assert client.get(old).status_code == 404
    assert list(events(client, person)) == ["Du doublon"]


def test_only_a_reading_is_answered(client, person):
    assert client.head(path_of(person)).status_code == 200
    assert client.post(path_of(person)).status_code == 405


def test_secret_is_stored_sealed_and_shown_to_its_owner_again(person):
    feed = feeds.of(person)
    secret = path_of(person).split("/")[-1].removesuffix(".ics")

    assert len(secret) >= 43
    assert secret.encode() not in bytes(feed.sealed_secret)
    assert secret not in (feed.digest, str(feed))
    assert feeds.found(secret) == feed


def test_address_sealed_with_a_lost_key_can_be_made_anew(client, person, settings):
    settings.SEALED_TEXT_KEYS = ["YW5vdGhlci1rZXktb2YtdGhpcnR5LXR3by1ieXRlcyE="]
    client.force_login(person)

    assert "ne peut plus être affichée" in client.get(PAGE).text
    client.post(PAGE, {"action": "renew"})
    assert path_of(person) in client.get(PAGE).text


# -- idle ---------------------------------------------------------------------------
def test_day_of_use_is_noted_once(client, person, django_assert_num_queries):
    read(client, person)
    assert feeds.of(person).used_on == today()

    path = path_of(person)
    with django_assert_num_queries(4):
        client.get(path)


def test_address_that_nobody_read_for_a_year_closes(client):
    never, lately, used = PersonFactory.create_batch(3)
    with travel(now() - YEAR):
        feeds.open_feed(never)
        feeds.open_feed(used)
    feeds.open_feed(lately)
    CalendarFeed.objects.filter(person=used).update(used_on=today())

    retention.forget()
    retention.forget()

    left = CalendarFeed.objects.order_by("pk").values_list("person", flat=True)
    assert set(left) == {used.pk, lately.pk}


# -- never told ----------------------------------------------------------------------
def test_no_log_bears_the_secret(person):
    path = path_of(person)
    record = logging.makeLogRecord({"msg": '"GET %s HTTP/1.1" 404', "args": (path,)})
    MaskFilter().filter(record)

    assert record.getMessage() == '"GET /agenda/*** HTTP/1.1" 404'
    assert masked(f"webcal://plateau.example{path}") == (
        "webcal://plateau.example/agenda/***"
    )
    assert masked("GET /agenda/?mois=2026-12") == "GET /agenda/?mois=2026-12"


def test_not_found_is_logged_without_the_secret(client, person, caplog):
    path = path_of(person)
    feeds.renew(person)
    for handler in (caplog.handler,):
        handler.addFilter(MaskFilter())

    client.get(path)

    assert "/agenda/***" in caplog.text
    assert path not in caplog.text


# -- the page -------------------------------------------------------------------------
def test_page_gives_the_address_once_it_is_made(client):
    somebody = PersonFactory()
    client.force_login(somebody)
    assert "Créer mon adresse" in client.get(PAGE).text

    client.post(PAGE, {"action": "open"})
    client.post(PAGE, {"action": "open"})

    page = client.get(PAGE)
    address = feeds.address(feeds.of(somebody))
    assert CalendarFeed.objects.count() == 1
    assert f'value="{address}"' in page.text
    assert f'href="{address.replace("http:", "webcal:")}"' in page.text
    assert page["Cache-Control"] == "private, no-store"


def test_page_renews_rings_and_closes(client, person):
    client.force_login(person)
    before = path_of(person)

    client.post(PAGE, {"action": "renew"})
    client.post(PAGE, {"action": "alarm", "alarm": "on"})
    assert (path_of(person) == before, feeds.of(person).alarm) == (False, True)
    client.post(PAGE, {"action": "alarm"})
    assert feeds.of(person).alarm is False

    client.post(PAGE, {"action": "close"})
    client.post(PAGE, {"action": "renew"})
    assert feeds.of(person) is None


def test_another_action_is_no_action(client, person):
    client.force_login(person)

    assert client.post(PAGE, {"action": "erase"}).status_code == 400


def test_page_is_found_from_the_own_space_and_from_the_mail(client, mailoutbox):
    somebody = PersonFactory()
    activity = ActivityFactory(sessions=1)
    enrolments.register(activity, person=somebody)
    feeds.open_feed(somebody)
    client.force_login(somebody)

    assert f'href="{PAGE}"' in client.get(reverse("pages:own-space")).text
    mail = (
        somebody.emails.get()
        if hasattr(somebody, "emails")
        else SimpleNamespace(text=mailoutbox[0].body)
    )
    assert PAGE in mail.text
    assert path_of(somebody).removeprefix("/agenda/") not in mail.text


# -- the file of one enrolment -----------------------------------------------------------
def test_enrolment_has_a_file_of_one_s_own_dates(client, person):
    participation = awaited(person, "Ici")
    awaited(person, "Ailleurs")
    SessionFactory(activity=participation.session.activity, title="pas attendu·e")
    url = reverse("activities:enrolment-calendar", args=[participation.enrolment.uuid])
    client.force_login(person)

    found = Calendar.from_ical(client.get(url).content)

    assert [event["summary"] for event in found.walk("VEVENT")] == ["Ici"]
    assert found["method"] == "PUBLISH"
    assert url in client.get(participation.enrolment.get_absolute_url()).text


def test_enrolment_without_a_seat_has_no_file(client, person):
    enrolment = EnrolmentFactory(
        activity=ActivityFactory(sessions=2), person=person, waitlisted=True
    )
    url = reverse("activities:enrolment-calendar", args=[enrolment.uuid])
    client.force_login(person)

    assert client.get(url).status_code == 404
    assert url not in client.get(enrolment.get_absolute_url()).text


def test_file_of_somebody_else_is_not_found(client, person):
    other = awaited(PersonFactory()).enrolment
    client.force_login(person)

    url = reverse("activities:enrolment-calendar", args=[other.uuid])
    assert client.get(url).status_code == 404
