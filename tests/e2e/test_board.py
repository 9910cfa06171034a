"""An officer composes a group with the keyboard: decide, go on, give a reason."""

from django.urls import reverse
from playwright.sync_api import expect

from agency.activities.choices import Selection
from agency.activities.models import Activity, Application

CYCLE = "faire-venir-communication-et-mediation"
FOCUSED = "document.activeElement.closest('[data-candidate]').id"
# What one types is a text, whatever keys are in it.
REASON = "Une rencontre ouvre au printemps, à relire ensemble."


def undecided():
    """The address of the board, and a candidate on whom nothing is decided."""
    activity = Activity.objects.get(slug=CYCLE)
    rows = Application.objects.filter(
        enrolment__activity=activity, selection=Selection.OPEN
    )
    board = reverse("admin:activities_activity_board", args=[activity.pk])
    return board, rows.order_by("pk")[0].pk


def chosen(pk):
    return Application.objects.values_list("selection", "reason").get(pk=pk)


def pressed(page, pk, key):
    return page.locator(f"#b-{pk}-{key}[aria-pressed=true]")


def test_officer_composes_a_group_with_the_keyboard(site, visit):
    address, first = site.find(undecided)
    page = visit(site.demo("agence"))
    page.goto(address)
    row = page.locator(f"#demande-{first}")
    row.locator("[data-key=r]").focus()

    page.keyboard.press("r")
    expect(pressed(page, first, "r")).to_be_visible()
    expect(page.locator("#dit")).to_contain_text("dans le groupe")
    expect(page.locator(f"#b-{first}-r")).to_be_focused()
    assert site.find(lambda: chosen(first))[0] == "select"

    # The digits of the upper row bear signs on a French keyboard: their place counts.
    page.keyboard.press("Digit3")
    expect(pressed(page, first, "x")).to_be_visible()
    words = row.locator("textarea[name=reason]")
    words.focus()
    page.keyboard.type(REASON)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(row.locator("textarea[name=reason]")).to_have_value(REASON)
    expect(pressed(page, first, "x")).to_be_visible()
    # The row stays as it was typed: only the database says when it was kept.
    for _try in range(50):
        if site.find(lambda: chosen(first)) == ("refuse", REASON):
            break
        page.wait_for_timeout(100)
    assert site.find(lambda: chosen(first)) == ("refuse", REASON)


def test_arrows_go_from_one_candidate_to_the_next(site, visit):
    address, _candidate = site.find(undecided)
    page = visit(site.demo("agence"))
    page.goto(address)
    rows = page.locator("[data-candidate]")
    rows.first.locator("[data-key]").first.focus()

    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == rows.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED) == rows.first.get_attribute("id")
