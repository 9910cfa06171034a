"""A sitting in real browsers: the secretary's table and a member's telephone, live."""

import pytest
from playwright.sync_api import expect

from agency.core.clock import today
from grants.models import Opinion, Sitting
from grants.states import SittingState
from tests.e2e.barriers import barriers

# A change reaches the other pages within three seconds; these machines are slow.
SOON = 15_000


@pytest.fixture
def sitting(site):
    """The key of the sitting that the demo holds today."""

    def found():
        rows = Sitting.objects.filter(session__starts_at__date=today())
        return rows.order_by("pk").values_list("pk", flat=True).first()

    return site.find(found)


@pytest.fixture
def ready(site, sitting):
    """The same, not opened yet by another test."""
    state = site.find(lambda: Sitting.objects.get(pk=sitting).state)
    assert state == SittingState.PREPARING
    return sitting


def test_a_sitting_is_held_live_and_its_minutes_validated(site, visit, ready):
    address = f"/commission/{ready}/seance/"
    secretary = visit(site.demo("direction"))
    secretary.goto(address)
    for _ in range(20):
        absent = secretary.locator(".seats button[value=onsite]")
        if not absent.count():
            break
        with secretary.expect_navigation():
            absent.first.click()
    with secretary.expect_navigation():
        secretary.get_by_role("button", name="Ouvrir la séance").click()

    chair = visit(site.demo("presidence"), bypass_csp=True)
    chair.set_viewport_size({"width": 390, "height": 800})
    chair.goto(f"{address}?vue=membre")
    expect(chair.locator("#live")).to_contain_text("Aucun dossier n’est en discussion")

    # By its key, and whoever stands back is said to be out.
    start = secretary.locator("form:has([data-key=j])")
    if start.locator("[name=out]").count():
        start.locator("[name=out]").check()
    with secretary.expect_navigation():
        secretary.keyboard.press("j")
    expect(chair.locator("#objet")).to_be_visible(timeout=SOON)

    # What is being typed stays while the room changes.
    secretary.locator("[name=told]").fill("Une tournée co")
    chair.reload()
    with chair.expect_navigation():
        chair.get_by_role("button", name="Je pars").click()
    expect(secretary.locator(".seats")).to_contain_text("À distance", timeout=SOON)
    expect(secretary.locator("[name=told]")).to_have_value("Une tournée co")
    with chair.expect_navigation():
        chair.get_by_role("button", name="Je participe à distance").click()

    secretary.locator("h1").click()
    with secretary.expect_navigation():
        secretary.keyboard.press("v")
    pour = chair.get_by_role("button", name="Pour", exact=True).first
    expect(pour).to_be_visible(timeout=SOON)
    with chair.expect_navigation():
        pour.click()
    expect(chair.locator(".vote").first).to_contain_text("A voté")
    with secretary.expect_navigation():
        secretary.keyboard.press("v")

    secretary.locator("[name=outcome][value=favourable]").check()
    secretary.locator("[name=amount]").fill("100")
    secretary.locator("[name=told]").fill("Une tournée cohérente.")
    with secretary.expect_navigation():
        secretary.get_by_role("button", name="Enregistrer l’avis").click()

    kept = site.find(lambda: Opinion.objects.get(point__sitting=ready))
    assert (kept.outcome, int(kept.amount)) == ("favourable", 100)
    expect(chair.locator(".blocks")).to_contain_text("Favorable", timeout=SOON)

    secretary.locator("#cloture summary").click()
    with secretary.expect_navigation():
        secretary.locator("#cloture button").click()
    chair.goto(f"/commission/{ready}/proces-verbal/validation/")
    # Nobody's page but then: the walk of every page does not meet it.
    assert list(barriers(chair)) == []
    with chair.expect_navigation():
        chair.locator("main button[type=submit]").click()

    kept = site.find(lambda: Sitting.objects.get(pk=ready).state)
    assert kept == SittingState.VALIDATED


def test_the_projection_follows_without_a_press(site, visit, sitting):
    screen = visit(site.demo("direction"))
    screen.goto(f"/commission/{sitting}/seance/ecran/")

    assert not screen.locator("#live form").count()
    expect(screen.locator("#live .figures").first).to_be_visible()
