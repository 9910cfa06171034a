"""A choice among many rows: what tells homonyms apart, and the way without scripts."""

import pytest

from agency.activities.models import Enrolment
from agency.people.models import Affiliation
from tests.activities.factories import ActivityFactory
from tests.core.desk import form_of
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db
ENROL = "/gestion/activities/enrolment/inscrire/"


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def found(client, term, field="person"):
    asked = {"app_label": "activities", "model_name": "enrolment", "field_name": field}
    answer = client.get("/gestion/autocomplete/", asked | {"term": term})
    return [row["text"] for row in answer.json()["results"]]


def people(*names, **fields):
    return [PersonFactory(given_name=g, family_name=f, **fields) for g, f in names]


def test_homonyms_are_told_apart_by_where_they_work_or_live(desk):
    at_work, at_home = people(("Anne", "Roux"), ("Anne", "Roux"), city="Dijon")
    AffiliationFactory(person=at_work, organisation__name="La Fabrique")

    assert sorted(found(desk, "roux")) == [
        f"Anne Roux, Dijon, {at_home.email}",
        f"Anne Roux, La Fabrique, {at_work.email}",
    ]


def test_a_family_name_that_begins_so_comes_first(desk):
    people(("Fatou", "Diop"), ("Awa", "Fatou"), ("Zoé", "Touzé"), email=None)

    assert found(desk, "tou") == ["Zoé Touzé", "Fatou Diop", "Awa Fatou"]


def test_an_activity_is_told_by_its_kind_season_and_state(desk):
    activity = ActivityFactory(title="Lire à plusieurs", draft=True)

    assert found(desk, "lire", "activity") == [
        f"Lire à plusieurs, Groupe de travail, {activity.season}, Brouillon"
    ]


@pytest.mark.parametrize("item_count", [1, 3])
def test_looking_up_people_costs_the_same(desk, django_assert_num_queries, item_count):
    for _index in range(item_count):
        AffiliationFactory(person__family_name="Roux")
    found(desk, "x")

    with django_assert_num_queries(6):
        assert len(found(desk, "roux")) == item_count


# --- Without scripts ---------------------------------------------------------------
def select(page, name):
    return page.context["form"][name].as_widget()


def test_words_fill_the_list_and_register_nobody(desk):
    (person,) = people(("Zoé", "Touzé"))
    sent = {"activity": ActivityFactory().pk, "person_mots": "touze"}

    page = desk.post(ENROL, sent)

    assert "Choisissez dans la liste" in page.text
    assert f'<option value="{person.pk}" selected>' in select(page, "person")
    assert 'name="person_mots" value="touze"' in select(page, "person")
    assert not Enrolment.objects.exists()

    desk.post(ENROL, sent | {"person": person.pk})

    assert Enrolment.objects.get().person == person


def test_several_answers_leave_the_choice_open(desk):
    people(("Anne", "Roux"), ("Jean", "Roux"))

    page = desk.post(ENROL, {"activity": ActivityFactory().pk, "person_mots": "roux"})

    assert select(page, "person").count("<option") == 3
    assert " selected" not in select(page, "person")


def test_words_without_an_answer_say_so(desk):
    page = desk.post(ENROL, {"activity": ActivityFactory().pk, "person_mots": "zzz"})

    (said,) = page.context["form"].errors["person"]
    assert said.startswith("Rien ne répond à «\u202fzzz\u202f»")


def test_words_find_only_what_may_be_chosen(desk):
    ActivityFactory(title="Lire", draft=True)

    page = desk.post(ENROL, {"activity_mots": "lire"})

    assert page.context["form"].errors["activity"][0].startswith("Rien ne répond")


def test_somebody_is_affiliated_without_scripts(desk):
    (person,) = people(("Zoé", "Touzé"))
    place = OrganisationFactory(name="La Fabrique")
    url = f"/gestion/people/person/{person.pk}/change/"
    row = {"affiliations-0-organisation_mots": "fabrique"}
    sent = form_of(desk, url) | row

    assert "Choisissez dans la liste" in desk.post(url, sent).text
    assert not Affiliation.objects.exists()

    desk.post(url, sent | {"affiliations-0-organisation": place.pk})

    assert Affiliation.objects.get().organisation == place


# --- A short choice ------------------------------------------------------------------
@pytest.mark.parametrize(
    "page", ["people/person", "people/mandate", "activities/venue", "groups/peergroup"]
)
def test_nothing_chosen_is_a_dash(client, direction, page):
    text = client.sign_in(direction).get(f"/gestion/{page}/add/").text

    assert "<option" in text
    assert "-----" not in text
