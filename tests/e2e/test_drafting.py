"""An application while somebody types: kept after a pause, offline, in two windows."""

import pytest
from playwright.sync_api import expect

from grants.models import Application
from tests.e2e.barriers import LARGE

SAVED = "Enregistré à"


@pytest.fixture
def draft(site):
    """The address of the draft of the demo's company."""

    def found():
        return Application.objects.get(
            state="draft",
            editors__person__email="compagnie@demo.plateau.example",
            editors__role="owner",
        )

    return site.find(found).get_absolute_url()


@pytest.fixture
def company(site, visit):
    return visit(site.demo("compagnie"))


def said(page):
    return page.locator("[data-said]")


def test_what_is_typed_is_kept_when_the_tab_is_closed(company, draft):
    company.goto(f"{draft}remplir/projet/")
    company.locator("[name=stakes]").fill("Trois programmateurs viennent.")
    expect(said(company)).to_contain_text("Pas encore")
    expect(said(company)).to_contain_text(SAVED)
    company.locator("[name=greener]").fill("Tout en train.")
    # Nobody waits for the pause: the page sends what it has as it goes.
    with company.expect_response(lambda answer: answer.request.method == "POST"):
        company.evaluate("dispatchEvent(new Event('pagehide'))")
    context = company.context
    company.close()

    again = context.new_page()
    again.goto(f"{draft}remplir/projet/")
    expect(again.locator("[name=stakes]")).to_have_value(
        "Trois programmateurs viennent."
    )
    expect(again.locator("[name=greener]")).to_have_value("Tout en train.")


def test_second_of_two_windows_is_told_and_writes_over_nothing(company, draft):
    other = company.context.new_page()
    for page in (company, other):
        page.goto(f"{draft}remplir/projet/")

    company.locator("[name=stakes]").fill("Écrit dans la première.")
    expect(said(company)).to_contain_text(SAVED)
    other.locator("[name=stakes]").fill("Écrit dans la seconde.")
    told = other.locator("[data-field-said=stakes]")
    expect(told).to_contain_text("Écrit dans la première.")
    expect(other.locator("[name=stakes]")).to_have_value("Écrit dans la seconde.")

    company.reload()
    expect(company.locator("[name=stakes]")).to_have_value("Écrit dans la première.")
    other.get_by_role("button", name="Enregistrer et revenir").click()
    expect(other.locator("[data-errors]")).to_contain_text("Écrit dans la première.")
    other.get_by_role("button", name="Enregistrer et revenir").click()
    expect(other.locator("main")).to_contain_text("Écrit dans la seconde.")


def test_row_added_in_place_is_kept_once_with_its_total(company, draft):
    company.goto(f"{draft}remplir/depenses/")
    before = company.locator("[data-row]").count()
    total = company.locator("[data-sum]")
    first = total.inner_text()
    company.get_by_role("button", name="Ajouter une ligne").click()
    row = company.locator("[data-row]").nth(before)
    row.locator("select").first.select_option("meals")
    row.locator("[name$=-quantity]").fill("10")
    row.locator("[name$=-unit_amount]").fill("19,50")
    expect(total).not_to_have_text(first)
    expect(said(company)).to_contain_text(SAVED)
    row.locator("[name$=-label]").fill("Midi")
    expect(said(company)).to_contain_text("Pas encore")
    expect(said(company)).to_contain_text(SAVED)

    live = total.inner_text()
    company.reload()
    expect(company.locator("[data-row]")).to_have_count(before + 1)
    expect(total).to_have_text(live)
    # Taken off, it stays pale until one leaves; the total comes back at once.
    row.locator("[name$=-remove]").check()
    expect(total).to_have_text(first)
    expect(row.locator("[data-row-said]")).to_contain_text("Ligne retirée")
    company.reload()
    expect(company.locator("[data-row]")).to_have_count(before)
    expect(total).to_have_text(first)


def test_offline_it_is_said_and_kept_until_the_line_is_back(site, chromium, draft):
    """A window of its own: a line that is cut is an error in the console."""
    window = chromium.new_context(viewport=LARGE, locale="fr-FR", base_url=site.address)
    window.set_default_timeout(20_000)
    window.add_cookies([site.demo("compagnie")])
    page = window.new_page()
    page.goto(f"{draft}remplir/projet/")
    window.set_offline(True)
    page.locator("[name=purpose]").fill("Écrit dans le train.")
    expect(said(page)).to_contain_text("Hors ligne")
    page.wait_for_timeout(2000)
    expect(page.locator("[name=purpose]")).to_have_value("Écrit dans le train.")

    window.set_offline(False)
    expect(said(page)).to_contain_text(SAVED)
    page.reload()
    expect(page.locator("[name=purpose]")).to_have_value("Écrit dans le train.")
    window.close()


def test_leaving_unsaved_asks_first(company, draft):
    company.goto(f"{draft}remplir/projet/")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    company.on("dialog", stay)
    company.locator("[name=stakes]").press_sequentially("X")
    company.locator("main a").first.click(no_wait_after=True)
    expect(said(company)).to_contain_text(SAVED)

    assert asked == ["beforeunload"]
    assert company.url.endswith("/remplir/projet/")
