"""The board of a matching on the desk: its officer works on it, nobody else knows of it."""

import pytest
from django.urls import reverse

from agency.mail.models import OutgoingEmail
from mentoring.models import MatchRule, MatchRun, Pair
from mentoring.services import applications, matching
from tests.documents.reading import words
from tests.mentoring.factories import VetoFactory
from tests.mentoring.matches import mentee, mentor, names, run, two_by_two
from tests.people.factories import PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db
STEM = "admin:mentoring_mentoringedition"
WEIGHTS = {
    "needs": 40,
    "art_forms": 15,
    "structures": 10,
    "place": 15,
    "experience": 10,
}
PRESS = {"act": "run", "objective": "max_pairs", "floor": 30} | WEIGHTS


@pytest.fixture
def cast(edition):
    return two_by_two(edition)


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


def url(edition, page="match", *more):
    return reverse(f"{STEM}_{page}", args=[edition.pk, *more])


def two(mentor, mentee):
    return {"mentor": mentor.pk, "mentee": mentee.pk}


def said(response):
    return response.text.replace("\u202f", " ").replace("\xa0", " ")


# --- The board ---------------------------------------------------------------------------
def test_before_any_run_it_says_what_to_do(desk, edition):
    assert "encore personne \u00e0 apparier" in said(desk.get(url(edition)))

    two_by_two(edition)

    page = said(desk.get(url(edition)))
    assert "Aucun appariement n\u2019a \u00e9t\u00e9 lanc\u00e9" in page
    assert "2 mentor\u00e9\u00b7es \u00e0 apparier" in page


def test_the_page_of_the_edition_leads_to_it(desk, edition):
    page = desk.get(reverse(f"{STEM}_change", args=[edition.pk]))

    assert url(edition) in page.text


def test_run_read_lock_run_again(desk, edition, cast):
    page = said(desk.post(url(edition), PRESS, follow=True))
    assert "2 binômes trouvés" in page
    assert (
        "Tous les th\u00e8mes demand\u00e9s" in page
        or "Th\u00e8mes demand\u00e9s" in page
    )
    assert not Pair.objects.exists()

    press = two(cast["camille"], cast["nour"]) | {"act": "settle", "kind": "lock"}
    page = said(
        desk.post(
            url(edition), press | {"reason": "Le m\u00eame r\u00e9seau"}, follow=True
        )
    )
    assert "relancez-le" in page
    assert "Le m\u00eame r\u00e9seau" in page

    page = said(desk.post(url(edition), PRESS, follow=True))
    assert "nouveaux : 2, disparus : 2" in page
    assert names(edition.match_runs.first()) == {"Awa": "Sacha", "Nour": "Camille"}

    page = said(desk.post(url(edition), PRESS, follow=True))
    assert "les m\u00eames bin\u00f4mes, exactement" in page
    rule = MatchRule.objects.get()
    desk.post(url(edition), {"act": "lift", "rule": rule.pk})
    assert not MatchRule.objects.exists()


def test_a_ban_says_what_it_costs_before_and_after(desk, edition, cast):
    run(edition)
    key = f"{cast['camille'].pk}-{cast['awa'].pk}"

    assert "co\u00fbte" in said(desk.get(f"{url(edition)}?prix={key}"))

    press = two(cast["camille"], cast["awa"]) | {"act": "settle", "kind": "ban"}
    page = said(desk.post(url(edition), press, follow=True))
    assert "Interdit. Interdire ce bin\u00f4me co\u00fbte" in page


def test_a_lock_that_cannot_be_kept_is_told_on_the_page(desk, edition, cast):
    VetoFactory(application=cast["awa"], with_person=cast["camille"].person)
    press = two(cast["camille"], cast["awa"]) | {"act": "settle", "kind": "lock"}

    page = said(desk.post(url(edition), press, follow=True))

    assert (
        "Awa Diallo et Camille Roux ne peuvent pas \u00eatre verrouill\u00e9\u00b7es"
        in page
    )
    assert not MatchRule.objects.exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"floor": 101}, "100"),
        ({"objective": "autre"}, "autre"),
        (dict.fromkeys(WEIGHTS, 0), "Donnez un poids"),
        ({"needs": ""}, "needs"),
    ],
)
def test_a_bad_form_is_told_and_runs_nothing(desk, edition, cast, changed, told):
    page = desk.post(url(edition), PRESS | changed)

    assert page.status_code == 200
    assert told in page.text
    assert 'role="alert"' in page.text
    assert not MatchRun.objects.exists()


@pytest.mark.parametrize(
    "press",
    [
        {},
        {"act": "else"},
        {"act": "settle", "kind": "marry", "mentor": 1, "mentee": 2},
        {"act": "settle", "kind": "ban", "mentor": "x", "mentee": 2},
    ],
)
def test_a_press_of_no_button_is_nothing(desk, edition, press):
    assert desk.post(url(edition), press).status_code == 404


def test_what_changed_since_is_told_by_name(desk, edition, cast):
    run(edition)
    applications.withdraw(cast["awa"], by=cast["awa"].person)
    VetoFactory(application=cast["nour"], with_person=cast["sacha"].person)
    VetoFactory(application=cast["sacha"])
    RoleFactory(person=cast["camille"].person, role="officer")
    mentee(edition, "budget", name="Lou Un")

    page = said(desk.get(url(edition)))

    for sentence in (
        "Awa Diallo n\u2019en est plus : candidature \u00e0 l\u2019\u00e9tat \u00ab retir\u00e9e \u00bb.",
        "Nour Belkacem : un nom \u00e9cart\u00e9 a \u00e9t\u00e9 rattach\u00e9",
        "Lou Un s\u2019ajoute.",
        "Camille Roux fait partie de l\u2019\u00e9quipe",
        "1 nom \u00e9cart\u00e9 n\u2019est rattach\u00e9 \u00e0 personne",
    ):
        assert sentence in page


def test_those_without_a_pair_read_why(desk, edition, cast):
    lou = mentee(edition, "payroll", name="Lou Un")
    VetoFactory(application=lou, with_person=cast["camille"].person)
    run(edition)

    page = said(desk.get(url(edition)))

    assert "Lou Un" in page
    assert "non souhait\u00e9 par l\u2019une des deux personnes : 1" in page


def test_everybody_for_one_person(desk, edition, cast):
    VetoFactory(application=cast["awa"], with_person=cast["sacha"].person)
    run(edition)
    way = url(edition, "match_for", cast["awa"].pk)

    page = said(desk.get(way))
    assert page.index("Camille Roux") < page.index("Sacha Petit")
    assert page.count('value="lock"') == 1

    press = two(cast["camille"], cast["awa"]) | {"act": "settle", "kind": "lock"}
    answer = desk.post(url(edition), press | {"from": cast["awa"].pk})
    assert answer.url == way
    assert desk.get(url(edition, "match_for", 0)).status_code == 404


# --- The publication ------------------------------------------------------------------------
def test_it_asks_before_it_writes_and_tells_to_whom(desk, edition, cast):
    made = run(edition)

    page = said(desk.get(url(edition, "match_publish")))
    assert "4 messages partiraient" in page
    assert "Camille propose ce que vous cherchez : budget." in page
    assert not Pair.objects.exists()

    press = {"run": made.number}
    page = said(desk.post(url(edition, "match_publish"), press, follow=True))
    assert "Publi\u00e9 : 2 bin\u00f4mes" in page
    assert OutgoingEmail.objects.count() == 4

    page = said(desk.post(url(edition, "match_publish"), press, follow=True))
    assert "d\u00e9j\u00e0 publi\u00e9" in page
    assert OutgoingEmail.objects.count() == 4


def test_what_stands_in_the_way_is_told_and_there_is_no_button(desk, edition, cast):
    made = run(edition)
    VetoFactory(application=cast["awa"], with_person=cast["camille"].person)

    page = said(desk.get(url(edition, "match_publish")))
    assert "Awa Diallo et Camille Roux" in page
    assert 'name="run"' not in page

    press = {"run": made.number}
    page = said(desk.post(url(edition, "match_publish"), press, follow=True))
    assert "Awa Diallo et Camille Roux" in page
    assert not Pair.objects.exists()


def test_without_a_run_nothing_is_published(desk, edition):
    assert "Aucun message ne partirait" in said(desk.get(url(edition, "match_publish")))
    assert desk.post(url(edition, "match_publish"), {"run": 1}).status_code == 404
    assert desk.get(url(edition, "match_report")).status_code == 404


# --- On paper -----------------------------------------------------------------------------------
def test_the_report_says_why_and_nothing_private(desk, edition, cast):
    lou = mentee(edition, "payroll", name="Lou Un")
    for row in (cast["camille"], cast["sacha"]):
        VetoFactory(application=lou, with_person=row.person)
    run(edition)

    answer = desk.get(url(edition, "match_report"))
    assert answer["Content-Type"] == "application/pdf"
    text = words(answer.content)

    for part in ("Rapport d\u2019appariement", "Awa Diallo", "sur 100", "Lou Un"):
        assert part in text
    assert "non souhait\u00e9" not in text


# --- Who reads it ----------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["officer", "secretary", "direction", "superuser"])
def test_nobody_else_of_the_house(client, edition, cast, role):
    made = run(edition)
    client.sign_in(PersonFactory(**{role: True}))

    for page in ("match", "match_publish", "match_report"):
        assert client.get(url(edition, page)).status_code in (403, 404)
        assert client.post(url(edition, page), PRESS).status_code in (403, 404)
    assert client.get(url(edition, "match_for", cast["awa"].pk)).status_code in (
        403,
        404,
    )
    other = PersonFactory(**{role: True})
    assert not MatchRun.objects.visible_to(other).exists()
    assert MatchRun.objects.visible_to(edition.officer).get() == made


@pytest.mark.parametrize("count", [1, 5])
def test_as_many_queries_for_five_as_for_one(desk, edition, count):
    for number in range(count):
        VetoFactory(application=mentor(edition, "budget", name=f"M {number}"))
        mentee(edition, "budget", name=f"E {number}")
        mentee(edition, "team", name=f"Seul {number}")
    made = run(edition)
    matching.settle(
        edition, "ban", _first(made), by=edition.officer, reason="Pour voir"
    )
    run(edition)

    for page in ("match", "match_publish"):
        assert _queries(desk, url(edition, page)) <= 15
    key = edition.match_runs.first().proposals.first().mentee_id
    assert _queries(desk, url(edition, "match_for", key)) <= 15


def _first(made):
    one = made.proposals.first()
    return [one.mentor_id, one.mentee_id]


def _queries(desk, way):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        assert desk.get(way).status_code == 200
    return len(found)
