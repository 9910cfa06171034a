"""One's own dates in a calendar, from the page that gives the address."""

import json

from playwright.sync_api import expect

from agency.activities.models import Activity, Participation, Session
from agency.core.clock import now
from tests.e2e.barriers import PHONE, barriers

PAGE = "/mon-espace/agenda/"


def test_member_subscribes_renews_and_closes(visit, site):
    page = visit(site.demo("pro"), viewport=PHONE, permissions=["clipboard-write"])

    page.goto("/mon-espace/")
    page.get_by_role("link", name="Mon calendrier").click()
    page.get_by_role("button", name="Créer mon adresse").click()
    field = page.get_by_label("Ou copiez cette adresse")
    first = field.input_value()
    page.get_by_role("button", name="Copier l’adresse").click()
    expect(page.get_by_text("Adresse copiée")).to_be_visible()
    page.mouse.move(0, 0)
    assert not list(barriers(page))
    assert page.request.get(first).status == 200

    page.get_by_role("button", name="Renouveler mon adresse").click()
    expect(field).not_to_have_value(first)
    renewed = field.input_value()
    assert page.request.get(first).status == 404
    body = page.request.get(renewed).text()
    assert body.startswith("BEGIN:VCALENDAR")

    page.get_by_role("button", name="La fermer").click()
    expect(page.get_by_role("button", name="Créer mon adresse")).to_be_visible()
    assert page.request.get(renewed).status == 404


def test_page_of_an_activity_tells_its_dates_to_machines(visit, site):
    """A data block is not run: the policy lets it stand, and the console is silent."""
    address = site.find(_shown)
    page = visit()

    page.goto(address)

    (block,) = page.locator('script[type="application/ld+json"]').all_text_contents()
    events = json.loads(block)["@graph"]
    assert all(event["url"].endswith(address) for event in events)


def _shown():
    coming = Session.objects.coming().values("activity")
    shown = Activity.objects.filter(pk__in=coming, state="open").order_by("pk")
    return shown.first().get_absolute_url()


def test_link_of_the_room_waits_for_its_hour(visit, site):
    address, person = site.find(_awaited_online)
    page = visit(site.cookie(person))

    page.goto(address)

    expect(page.get_by_text("Le lien s’ouvrira ici le").first).to_be_visible()
    assert "salon.plateau.example" not in page.content()


def _awaited_online():
    rows = Participation.objects.expected().filter(
        session__format="remote",
        session__starts_at__gt=now(),
        session__state="planned",
        enrolment__state="confirmed",
    )
    one = rows.exclude(session__remote_url="").order_by("pk").first()
    return one.enrolment.get_absolute_url(), one.person
