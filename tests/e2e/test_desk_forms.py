"""The forms of the desk under the hand: rows that come and go, choices among many."""

import re

import pytest
from playwright.sync_api import expect

from agency.activities.models import Session
from programmes.models import PracticeCycle

# ./test keeps ten journeys; these run once, in .ci/run.
pytestmark = pytest.mark.slow

REGISTER = "/gestion/activities/enrolment/inscrire/"
VIOLAINE = re.compile("^Violaine Touzé, ")
CAMILLE = re.compile("^Camille Aubrac, ")


def a_session():
    return Session.objects.order_by("pk")[0].pk


def a_cycle():
    return PracticeCycle.objects.order_by("pk")[0].pk


def test_a_row_added_by_mistake_goes_away(site, visit):
    page = visit(site.demo("agence"))
    page.goto(f"/gestion/activities/session/{site.find(a_session)}/change/")
    rows = page.locator("#agenda_items-group [data-row]:visible")
    count = rows.count()

    page.locator("#agenda_items-group [data-rows-add]").click()
    expect(rows).to_have_count(count + 1)
    page.locator("[data-row-drop]:visible").click()

    expect(rows).to_have_count(count)


def test_a_group_of_one_row_offers_no_other(site, visit):
    page = visit(site.demo("agence"))

    page.goto(f"/gestion/programmes/practicecycle/{site.find(a_cycle)}/change/")

    expect(page.locator("#facilitators-group [data-rows-add]")).to_be_visible()
    expect(page.locator("#details-group [data-rows-add]")).to_be_hidden()


def test_enter_does_not_send_a_choice_that_is_being_replaced(site, visit):
    page = visit(site.demo("agence"))
    page.goto(REGISTER)
    person = page.locator("#id_person_lookup")

    person.fill("touze")
    expect(page.get_by_role("option")).to_have_text([VIOLAINE])
    person.press("ArrowDown")
    person.press("Enter")
    expect(person).to_have_value(VIOLAINE)
    person.fill("aubrac")
    person.press("Enter")

    expect(page.get_by_role("option")).to_have_text([CAMILLE])
    assert page.locator("[role=alert]").count() == 0
    person.press("Enter")
    person.press("Enter")
    expect(person).to_have_value(CAMILLE)


def test_without_scripts_words_fill_the_list(site, visit):
    page = visit(site.demo("agence"), java_script_enabled=False)
    page.goto(REGISTER)

    page.locator("[name=person_mots]").fill("touze")
    page.get_by_role("button", name="Inscrire").click()

    expect(page.locator("#id_person option:checked")).to_have_text(VIOLAINE)
