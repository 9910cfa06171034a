"""The directory on the desk: who sees it, who changes what, and what never changes there."""

import pytest
from django.urls import reverse

from agency.core.admin import site
from agency.core.clock import now
from agency.core.models import JournalEntry, Stale
from agency.people.choices import RoleName
from agency.people.models import Person
from tests.people.factories import (
    AffiliationFactory,
    MandateFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationLabelFactory,
    PersonFactory,
    ProfessionFactory,
    RoleFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:people_person_changelist")
LISTS = ["organisation", "membership", "mandate", "profession", "territory"]
LISTS += ["organisationlabel"]


def page(person, name="change"):
    return reverse(f"admin:people_person_{name}", args=[person.pk])


def inline(prefix, *rows):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def typed(**fields):
    names = {
        "given_name": "Inès",
        "family_name": "Maréchal",
        "email": "ines@example.org",
    }
    return names | fields | inline("affiliations") | inline("roles")


@pytest.mark.parametrize("count", [1, 3])
def test_people_list_asks_the_same_questions_whatever_the_rows(
    client, officer, count, django_assert_num_queries
):
    client.sign_in(officer)
    for _ in range(count):
        AffiliationFactory.create_batch(2, person=PersonFactory(secretary=True))

    # session, person, roles; territories, rows, their affiliations and roles, and the
    # numbers beside the filters on account and territory, one of which is that of all
    with django_assert_num_queries(9):
        response = client.get(PEOPLE)

    assert response.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_other_lists_ask_the_same_questions_whatever_the_rows(
    client, officer, name, count, django_assert_max_num_queries
):
    client.sign_in(officer)
    for number in range(count):
        organisation = OrganisationFactory()
        organisation.labels.add(OrganisationLabelFactory())
        AffiliationFactory(organisation=organisation)
        MembershipFactory(organisation=organisation)
        MandateFactory()
        TerritoryFactory(parent=TerritoryFactory())
        ProfessionFactory(parent=ProfessionFactory())
        assert number < count

    with django_assert_max_num_queries(12):
        response = client.get(reverse(f"admin:people_{name}_changelist"))

    assert response.status_code == 200


def test_people_are_found_without_accents(client, officer):
    client.sign_in(officer)
    PersonFactory(given_name="Hélène", family_name="Bœuf")
    PersonFactory(given_name="Luc", family_name="Petit")

    text = client.get(PEOPLE, {"q": "BOEUF helene"}).text

    assert "Bœuf, Hélène" in text
    assert "Petit, Luc" not in text


def test_people_are_in_the_order_of_names_whatever_their_accents(client):
    client.sign_in(PersonFactory(officer=True, family_name="Zola"))
    for name in ("Fabre", "Évrard", "Étienne", "Durand", "de Broglie"):
        PersonFactory(family_name=name)

    rows = client.get(PEOPLE).context["cl"].result_list

    names = ["de Broglie", "Durand", "Étienne", "Évrard", "Fabre", "Zola"]
    assert [person.family_name for person in rows] == names


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"role": "facilitator"}, {"Anime"}),
        ({"compte": "attend"}, {"Attend"}),
        ({"compte": "papier"}, {"Papier"}),
        ({"compte": "refusee"}, {"Refus"}),
        ({"compte": "ouvert"}, {"Anime", "Refus", "Chef"}),
    ],
)
def test_people_are_filtered(client, query, shown):
    chief = PersonFactory(officer=True, given_name="Chef")
    RoleFactory(person=PersonFactory(given_name="Anime"), role=RoleName.FACILITATOR)
    PersonFactory(given_name="Attend", unclaimed=True)
    PersonFactory(given_name="Papier", unclaimed=True, email=None)
    refused = PersonFactory(given_name="Refus")
    Person.objects.filter(pk=refused.pk).update(email_refused_at=refused.joined_at)
    client.sign_in(chief)

    rows = client.get(PEOPLE, query).context["cl"].result_list

    assert {person.given_name for person in rows} == shown


def test_a_person_added_by_staff_has_no_account_yet(client, officer):
    client.sign_in(officer)

    client.post(reverse("admin:people_person_add"), typed(email="Ines@Example.org"))

    person = Person.objects.get(email="ines@example.org")
    assert not person.has_usable_password()
    assert not person.emailaddress_set.get().verified
    assert JournalEntry.objects.about(person).get().by == officer


def test_an_address_is_used_once_whatever_its_case(client, officer):
    client.sign_in(officer)
    PersonFactory(email="ines@example.org")

    response = client.post(
        reverse("admin:people_person_add"), typed(email="INES@example.org")
    )

    assert "d’autre a déjà cette adresse" in response.text


def test_the_address_of_a_claimed_account_is_its_owners(client, officer):
    client.sign_in(officer)
    person = PersonFactory(email="a-moi@example.org")

    client.post(page(person), typed(email="a-elle@example.org", version="0"))

    person.refresh_from_db()
    assert (person.email, person.given_name) == ("a-moi@example.org", "Inès")


@pytest.mark.parametrize(
    ("traits", "who"),
    [
        ({}, "La personne elle-même, depuis son espace"),
        ({"unclaimed": True, "direction": True}, "La direction seule"),
        ({"unclaimed": True}, None),
    ],
)
def test_the_page_says_who_changes_an_address_that_is_only_read(
    client, officer, traits, who
):
    answer = client.sign_in(officer).get(page(PersonFactory(**traits)))

    assert dict(answer.context["facts"]).get("Qui change l’adresse") == who


def test_the_address_of_an_unclaimed_account_is_corrected(client, officer):
    client.sign_in(officer)
    person = PersonFactory(email="fautte@example.org", unclaimed=True)

    client.post(page(person), typed(email="juste@example.org", version="0"))

    assert person.emailaddress_set.get().email == "juste@example.org"


def test_a_form_read_before_a_claim_or_an_erasure_is_not_written(rf, officer):
    person = PersonFactory(email="a-moi@example.org", unclaimed=True)
    room = site._registry[Person]
    request = rf.get("/")
    request.user = officer
    form_class = room.get_form(request, person, change=True)

    for meanwhile in ({"password": "x"}, {"erased_at": now()}):
        row = Person.objects.get(pk=person.pk)
        form = form_class(typed(email="a-elle@example.org", version="0"), instance=row)
        assert form.is_valid(), form.errors
        Person.objects.filter(pk=row.pk).update(**meanwhile)
        with pytest.raises(Stale):
            room.save_model(request, form.instance, form, change=True)

    person.refresh_from_db()
    assert (person.email, person.version) == ("a-moi@example.org", 0)


def test_an_officer_cannot_take_over_the_account_of_direction(client, officer):
    client.sign_in(officer)
    person = PersonFactory(direction=True, email="elle@example.org", unclaimed=True)

    client.post(page(person), typed(email="moi@example.org", version="0"))

    person.refresh_from_db()
    assert person.email == "elle@example.org"


def test_an_accountant_reads_and_changes_nothing(client, accountant):
    client.sign_in(accountant)
    person = PersonFactory(given_name="Avant")

    assert client.get(page(person)).status_code == 200
    assert client.post(page(person), typed()).status_code == 403

    person.refresh_from_db()
    assert person.given_name == "Avant"


def test_a_professional_does_not_come_in(client, stranger):
    client.sign_in(stranger)

    assert client.get(PEOPLE).status_code == 403


def test_nobody_deletes_a_person(client, direction):
    client.sign_in(direction)
    person = PersonFactory()

    assert client.post(page(person, "delete"), {"post": "yes"}).status_code == 403


def test_an_organisation_says_who_works_there(client, officer):
    client.sign_in(officer)
    organisation = OrganisationFactory(name="La Verrière")
    person = AffiliationFactory(organisation=organisation).person
    AffiliationFactory(organisation=organisation, person=person)
    AffiliationFactory(
        organisation=organisation, starts_on="2020-01-01", ends_on="2021-01-01"
    )

    rows = client.get(reverse("admin:people_organisation_changelist")).context["cl"]

    assert [row.people_count for row in rows.result_list] == [1]
