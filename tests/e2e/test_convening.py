"""An officer convenes the first session; who is convened opens the letter."""

import re

from playwright.sync_api import expect

from agency.activities.models import Session

CYCLE = "produire-et-diffuser-entre-pairs"


def first_session():
    return Session.objects.get(activity__slug=CYCLE, number=1).pk


def is_preview(response):
    return "/apercu/" in response.url


def test_officer_convenes_the_first_session(site, visit):
    page = visit()
    page.goto("/compte/login/")
    page.locator("[name=login]").fill("agence@demo.plateau.example")
    page.locator("[name=password]").fill("plateau-demo")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url("**/gestion/")

    page.goto(f"/gestion/activities/session/{site.find(first_session)}/change/")
    page.get_by_role("link", name="Convoquer").first.click()
    page.locator("[name=paragraph]").fill("Nous déjeunerons ensemble.")
    with page.context.expect_event("response", is_preview, timeout=60_000) as answer:
        page.locator("[name=pdf]").click()
    assert answer.value.headers["content-type"] == "application/pdf"
    page.locator("[name=try]").click()
    trial = page.get_by_text("L’essai part à agence@demo.plateau.example")
    expect(trial).to_be_visible(timeout=60_000)
    expect(page.locator("[name=paragraph]")).to_have_value("Nous déjeunerons ensemble.")
    people = page.locator("[name=send]").inner_text()
    page.locator("[name=send]").click()
    page.wait_for_url("**/convening/*/change/")

    # The worker makes the letters while the page looks on.
    expect(page.locator("#progress")).to_contain_text("Résultat", timeout=60_000)
    total = "".join(c for c in people if c.isdigit())
    expect(page.locator("#progress")).to_contain_text(f"{total} lettres sur {total}")
    expect(page.locator("#progress")).to_contain_text(re.compile(r"En échec\s: 0"))


def test_convened_professional_opens_the_letter(site, visit):
    page = visit(site.demo("pro2"))

    page.goto("/mon-espace/documents/")
    letter = page.locator('a[href^="/documents/"]').first
    answer = page.request.get(letter.get_attribute("href"))

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    assert "no-store" in answer.headers["cache-control"]
    stranger = visit(site.demo("pro"))
    refused = stranger.request.get(letter.get_attribute("href"))
    assert refused.status == 404
