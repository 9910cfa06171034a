"""The score card in a real browser: by keys alone, kept after a pause, never restored."""

import pytest
from playwright.sync_api import expect

from agency.people.models import Person
from grants.models import Application, Review
from grants.models.reading import presented_to

KEPT = "Brouillon gardé à"


@pytest.fixture
def file(site):
    """The address of a file that the demo's member has not reviewed yet."""

    def found():
        person = Person.objects.get(email="membre@demo.plateau.example")
        rows = presented_to(person).exclude(reviews__person=person)
        one = rows.select_related("sitting").order_by("pk").first()
        return f"/commission/{one.sitting_id}/{one.uuid}/", one.pk

    return site.find(found)


@pytest.fixture
def member(site, visit):
    return visit(site.demo("membre"))


def said(page):
    return page.locator("[data-said]")


def scales(page):
    return page.locator("[data-weight]")


def test_scored_by_keys_and_kept_after_a_pause(site, member, file):
    address, key = file
    member.goto(address)

    # Each figure goes to the first criterion without a score.
    for _scale in range(scales(member).count()):
        member.keyboard.press("2")
    expect(member.locator("[data-total]")).to_have_text("2,0")
    member.keyboard.press("r")
    member.keyboard.press("p")
    member.keyboard.type("450")
    # Where one types, a letter is a letter.
    member.keyboard.press("Tab")
    member.keyboard.type("Jouer à Arcy")
    expect(said(member)).to_contain_text(KEPT)
    with member.expect_navigation():
        member.locator("#avis button[type=submit]").first.click()

    def found():
        one = Review.objects.get(
            application=key, person__email="membre@demo.plateau.example"
        )
        return (
            one.opinion,
            int(one.suggested),
            one.comment,
            one.state,
            one.scores.count(),
        )

    assert site.find(found)[:4] == ("reserved", 450, "Jouer à Arcy", "submitted")


def test_a_page_read_again_shows_what_the_server_has(site, member, file):
    address, _key = file
    member.goto(address)
    first = scales(member).first
    first.locator("input[value='1']").check(force=True)
    expect(said(member)).to_contain_text(KEPT)

    other = member.context.new_page()
    other.goto(address)

    expect(scales(other).first.locator("input[value='1']")).to_be_checked()
    other.goto("/commission/")
    other.go_back()
    expect(scales(other).first.locator("input[value='1']")).to_be_checked()


def test_the_next_file_is_a_key_away(member, file):
    member.goto(file[0])
    following = member.locator("a[rel=next]")
    if following.count():
        target = following.get_attribute("href")
        member.keyboard.press("j")
        member.wait_for_url(f"**{target}")
        member.keyboard.press("k")
        member.wait_for_url(f"**{file[0]}")


def test_a_document_opens_inside_the_page(site, member, file):
    def with_a_paper():
        person = Person.objects.get(email="membre@demo.plateau.example")
        rows = presented_to(person).filter(
            pk__in=Application.objects.exclude(documents=None)
        )
        one = rows.order_by("pk").first()
        return f"/commission/{one.sitting_id}/{one.uuid}/"

    member.goto(site.find(with_a_paper))
    paper = member.locator("details[data-paper]").first
    paper.locator("summary").click()

    expect(paper.locator("iframe")).to_have_attribute(
        "src", paper.get_attribute("data-paper")
    )


def test_keys_may_be_switched_off(member, file):
    member.goto(file[0])
    member.locator("[data-keys]").click()
    member.locator("h1").click()
    member.keyboard.press("r")

    expect(member.locator("[name=opinion]:checked")).to_have_count(0)
    member.reload()
    expect(member.locator("[data-keys]")).to_have_attribute("aria-pressed", "false")
    member.locator("[data-keys]").click()
    member.locator("h1").click()
    member.keyboard.press("r")
    expect(member.locator("[name=opinion]:checked")).to_have_value("reserved")
    expect(said(member)).to_contain_text(KEPT)
