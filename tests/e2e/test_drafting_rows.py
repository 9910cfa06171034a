"""Rows of an application under the fingers: many of them, taken off, put back, mended."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from grants.models import Application, Performance
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


def test_a_tour_of_sixty_dates_is_kept_as_one_types(site, company, draft):
    def fill():
        one = Application.objects.get(uuid=draft.split("/")[-2])
        Performance.objects.bulk_create(
            Performance(
                application=one,
                order=10 + n,
                day=date(2031, 3, 1) + timedelta(days=n),
                venue="Scène nationale, grand théâtre de l’agglomération",
                city="Saint-Germain-des-Fossés",
                zone="regions",
                contract="cession",
            )
            for n in range(60)
        )

    site.find(fill)
    company.goto(f"{draft}remplir/representations/")

    company.locator("[name$='-city']").last.fill("Brest")

    expect(said(company)).to_contain_text(SAVED)


def test_a_row_taken_off_may_be_put_back(company, draft):
    company.goto(f"{draft}remplir/recettes/")
    rows = company.locator("[data-rows] [data-row]")
    count = rows.count()
    first = rows.first
    amount = first.locator("[name$='-amount']").input_value()
    tick = first.locator("[name$='-remove']")

    tick.check()
    expect(first.locator("[data-row-said]")).to_contain_text("Ligne retirée")
    expect(tick).to_be_focused()
    tick.uncheck()
    expect(said(company)).to_contain_text(SAVED)
    expect(first.locator("[data-row-said]")).to_have_text("")
    company.reload()

    expect(rows).to_have_count(count)
    amounts = [one.input_value() for one in company.locator("[name$='-amount']").all()]
    assert amount in amounts


def test_what_a_colleague_took_off_does_not_come_back_by_itself(company, draft):
    other = company.context.new_page()
    for page in (company, other):
        page.goto(f"{draft}remplir/depenses/")
    count = company.locator("[data-rows] [data-row]").count()
    other.locator("[name=row-0-remove]").check()
    expect(said(other)).to_contain_text(SAVED)

    for words in ("Une", "Une, puis deux"):
        company.locator("[name=row-1-label]").fill(words)
        expect(said(company)).to_contain_text("Pas encore")
        expect(said(company)).to_contain_text(SAVED)
    first = company.locator("[data-row]").first
    expect(first.locator("[data-row-said]")).to_contain_text("Ligne retirée")
    company.reload()

    expect(company.locator("[data-rows] [data-row]")).to_have_count(count - 1)


def test_a_button_pressed_while_a_pause_is_kept_makes_one_row(company, draft):
    company.goto(f"{draft}remplir/depenses/")
    count = company.locator("[data-row]").count()
    company.get_by_role("button", name="Ajouter une ligne").click()
    row = company.locator("[data-row]").nth(count)
    row.locator("select").first.select_option("meals")
    row.locator("[name$=-quantity]").fill("3")
    # A slow line: the pause is still on its way when one corrects and presses.
    company.route(
        "**/depenses/",
        lambda route: (company.wait_for_timeout(900), route.continue_())[1],
    )
    with company.expect_request(lambda one: one.headers.get("x-pause") == "1"):
        row.locator("[name$=-unit_amount]").fill("12")
    row.locator("[name$=-unit_amount]").fill("120")
    company.get_by_role("button", name="Enregistrer et revenir").click()
    company.wait_for_url(f"**{draft}*")
    company.unroute("**/depenses/")
    company.goto(f"{draft}remplir/depenses/")

    expect(company.locator("[data-row]")).to_have_count(count + 1)


def test_enter_keeps_and_adds_nothing(company, draft):
    company.goto(f"{draft}remplir/recettes/")
    count = company.locator("[data-row]").count()
    company.locator("[name=requested]").fill("3300")
    company.keyboard.press("Enter")

    expect(said(company)).to_contain_text(SAVED)
    assert company.locator("[data-row]").count() == count
    expect(company.locator("[name=requested]")).to_be_focused()


def test_the_summary_leads_to_the_field_and_goes_once_it_is_mended(company, draft):
    company.goto(f"{draft}remplir/depenses/")
    wrong = company.locator("[name=row-1-quantity]")
    before = wrong.input_value()
    wrong.fill("beaucoup")
    company.locator("[name=save]").last.click()

    company.locator("[data-errors] a").first.click()
    expect(wrong).to_be_focused()
    wrong.fill(before)
    expect(said(company)).to_contain_text(SAVED)

    expect(company.locator("[data-errors]")).to_have_count(0)
    expect(company.locator("[data-rows] [aria-invalid]")).to_have_count(0)
    assert not company.title().startswith("Erreur")


def test_signed_out_meanwhile_it_goes_on_once_one_is_back(site, chromium, draft):
    """A window of its own: a token that is refused is an error in the console."""
    window = chromium.new_context(viewport=LARGE, locale="fr-FR", base_url=site.address)
    window.set_default_timeout(20_000)
    window.add_cookies([site.demo("compagnie")])
    page = window.new_page()
    page.goto(f"{draft}remplir/projet/")
    window.clear_cookies()
    page.locator("[name=stakes]").fill("Écrit sans session.")
    expect(said(page)).to_contain_text("reconnectez-vous")
    page.locator("[name=greener]").fill("Et encore.")
    expect(said(page)).to_contain_text("reconnectez-vous")

    window.add_cookies([site.demo("compagnie")])
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(said(page)).to_contain_text(SAVED)
    page.reload()

    expect(page.locator("[name=stakes]")).to_have_value("Écrit sans session.")
    expect(page.locator("[name=greener]")).to_have_value("Et encore.")
    window.close()
