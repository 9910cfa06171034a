"""One's own pages: several places of work at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import today
from agency.core.models import JournalEntry
from agency.people.choices import OrganisationKind
from agency.people.models import Affiliation, Organisation
from agency.people.services import directory
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
)

pytestmark = pytest.mark.django_db

PROFILE = reverse("people:profile-edit")
NEW = reverse("people:affiliation-create")
EXPORT = reverse("people:personal-data-export")
ERASE = reverse("people:personal-data-erase")


def typed(**fields):
    return {"given_name": "Inès", "family_name": "Maréchal", "version": "0"} | fields


def place(**fields):
    return {"organisation": "La Verrière", "starts_on": "2020-09-01"} | fields


def test_several_affiliations_run_at_once(client, stranger):
    client.sign_in(stranger)
    production = ProfessionFactory(name="Production")

    client.post(NEW, place(kind="venue", is_primary="on", profession=production.pk))
    client.post(NEW, place(organisation="Cie du Grand Large", kind="company"))
    client.post(NEW, place(organisation="Bureau Aparté", kind="production_office"))

    assert stranger.affiliations.active().count() == 3
    assert [
        a.organisation.name for a in stranger.affiliations.filter(is_primary=True)
    ] == ["La Verrière"]
    text = client.get(PROFILE).text
    assert all(name in text for name in ("La Verrière", "Grand Large", "Aparté"))


def test_a_new_main_affiliation_takes_the_place_of_the_other(client, stranger):
    client.sign_in(stranger)
    AffiliationFactory(person=stranger, is_primary=True)

    client.post(NEW, place(kind="venue", is_primary="on"))

    main = stranger.affiliations.get(is_primary=True)
    assert main.organisation.name == "La Verrière"


@pytest.mark.parametrize("name", ["La Verrière", "la verriere", "LA  VERRIÈRE "])
def test_a_known_organisation_is_found_by_its_name(client, stranger, name):
    client.sign_in(stranger)
    known = OrganisationFactory(name="La Verrière", city="Dijon")
    OrganisationFactory(name="La Verrière du Nord")

    client.post(NEW, place(organisation=name))

    assert stranger.affiliations.get().organisation == known


def test_an_unknown_organisation_is_asked_for_its_kind(client, stranger):
    client.sign_in(stranger)
    assert 'name="kind"' not in client.get(NEW).text

    response = client.post(NEW, place(job_title="Administratrice"))
    assert response.status_code == 200
    assert "dites-nous de quel type" in response.text
    assert 'name="kind"' in response.text
    assert 'value="Administratrice"' in response.text
    assert not Organisation.objects.exists()

    client.post(NEW, place(kind="venue"))
    assert Organisation.objects.get().kind == OrganisationKind.VENUE


def test_two_who_name_the_same_new_organisation_share_it(client, stranger):
    other = PersonFactory()

    for person in (stranger, other):
        client.sign_in(person)
        client.post(NEW, place(kind="venue"))

    assert Organisation.objects.get().affiliations.count() == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"practising_since": "20019"},
            "« 20019 » n’est pas une année. Écrivez par exemple",
        ),
        ({"practising_since": "deux mille"}, "n’est pas une année"),
        ({"practising_since": "1850"}, "n’est pas une année"),
        ({"practising_since": "２０１９"}, "n’est pas une année"),
        ({"practising_since": "9998"}, "n’a pas encore commencé"),
        (
            {"starts_on": "2024-01-01", "ends_on": "2023-01-01"},
            "finit après avoir commencé",
        ),
        ({"starts_on": "hier"}, "date"),
        ({"organisation": ""}, "Cette réponse manque"),
        ({"organisation": "x" * 300}, "au plus 200 caractères"),
        ({"contract": "esclave"}, "choix"),
    ],
)
def test_a_mistyped_affiliation_gets_a_sentence(client, stranger, fields, said):
    client.sign_in(stranger)

    response = client.post(NEW, place(kind="venue") | fields)

    assert response.status_code == 200
    assert said in response.text.replace("\u202f", " ")
    assert not Affiliation.objects.exists()


def test_an_affiliation_is_corrected(client, stranger):
    client.sign_in(stranger)
    affiliation = AffiliationFactory(person=stranger, job_title="Avant")
    address = reverse("people:affiliation-edit", args=[1])
    assert 'value="Avant"' in client.get(address).text

    client.post(address, place(kind="venue", job_title="Après"))

    affiliation.refresh_from_db()
    assert (affiliation.job_title, affiliation.organisation.name) == (
        "Après",
        "La Verrière",
    )


def test_an_affiliation_ends_today_and_stays(client, stranger):
    client.sign_in(stranger)
    affiliation = AffiliationFactory(
        person=stranger, is_primary=True, starts_on=today() - timedelta(days=40)
    )
    address = reverse("people:affiliation-end", args=[1])
    assert client.get(address).status_code == 405

    client.post(address)
    client.post(address)  # a double click

    affiliation.refresh_from_db()
    assert (affiliation.ends_on, affiliation.is_primary) == (today(), False)
    assert (
        JournalEntry.objects.about(stranger).filter(action="end_affiliation").count()
        == 1
    )


def test_the_affiliation_of_somebody_else_is_not_there(client, stranger):
    client.sign_in(stranger)
    AffiliationFactory.create_batch(2)

    for name in ("people:affiliation-edit", "people:affiliation-end"):
        for number in (0, 1, 2):
            assert client.post(reverse(name, args=[number]), place()).status_code == 404


def test_past_and_present_are_apart(stranger):
    day = timedelta(days=1)
    now_there = AffiliationFactory(person=stranger, ends_on=today() + day)
    main = AffiliationFactory(person=stranger, is_primary=True)
    gone = AffiliationFactory(
        person=stranger, starts_on=today() - 9 * day, ends_on=today() - day
    )

    current, past = directory.places_of_work(stranger)

    assert (current, past) == ([main, now_there], [gone])
    assert [one.number for one in current] == [2, 1]


@pytest.mark.parametrize("count", [1, 3])
def test_the_profile_asks_the_same_questions_whatever_the_affiliations(
    client, stranger, count, django_assert_num_queries
):
    client.sign_in(stranger)
    AffiliationFactory.create_batch(count, person=stranger)

    # session, person, roles, territories, affiliations
    with django_assert_num_queries(5):
        assert client.get(PROFILE).status_code == 200
