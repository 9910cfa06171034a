"""The light that one chooses, and the menu of a telephone."""

from playwright.sync_api import expect

from tests.e2e.barriers import PHONE


def ground(page):
    return page.evaluate("getComputedStyle(document.body).color")


def test_visitor_chooses_the_night_and_keeps_it(visit):
    page = visit(color_scheme="light")

    page.goto("/mentions-legales/")
    day = ground(page)
    page.locator("[data-light-to=night]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    page.goto("/agenda/")
    night = ground(page)
    page.locator("[data-light-to=auto]").click()
    page.goto("/mentions-legales/")

    assert night != day
    assert ground(page) == day


def test_menu_of_a_telephone_opens_and_closes(visit):
    page = visit(viewport=PHONE, has_touch=True)

    page.goto("/")
    menu = page.locator("#menu")
    expect(menu).not_to_be_visible()
    page.locator("button.menu").tap()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).not_to_be_visible()
    page.locator("button.menu").tap()
    menu.get_by_role("link", name="Agenda").tap()
    page.wait_for_url("**/agenda/")

    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
