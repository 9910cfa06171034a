"""Numbers that no database of ours is asked to keep: a sentence beside the field."""

import pytest

from agency.core.clock import today
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.core.desk import GROUPS, SESSIONS, form_of
from tests.people.factories import AffiliationFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def errors(client, url, **typed):
    """What the form at ``url`` answers to these values, by name of field."""
    sent = {name.replace("__", "-"): value for name, value in typed.items()}
    context = client.post(url, form_of(client, url) | sent).context
    found = [context["adminform"].form]
    found += [f for s in context["inline_admin_formsets"] for f in s.formset.forms]
    return {
        form.add_prefix(name): said
        for form in found
        for name, said in form.errors.items()
    }


@pytest.mark.parametrize("number", [201, 99999999999, 10**30])
def test_a_session_has_a_number_of_a_session(client, officer, number):
    url = f"{SESSIONS}{SessionFactory().pk}/change/"
    client.sign_in(officer)

    assert errors(client, url, number=number) == {
        "number": ["Écrivez 200 au plus\u202f: vérifiez ce nombre."]
    }


def test_a_room_holds_a_number_of_people_and_an_offer_lasts_days(client, officer):
    url = f"{GROUPS}{ActivityFactory().pk}/change/"
    client.sign_in(officer)

    said = errors(client, url, capacity=99999999999, offer_hours=99999999999)

    assert said == {
        "capacity": ["Écrivez 2000 au plus\u202f: vérifiez ce nombre."],
        "offer_hours": ["Écrivez 720 au plus\u202f: vérifiez ce nombre."],
    }


@pytest.mark.parametrize("year", [99999999999, 26])
def test_a_membership_is_of_a_year_of_ours(client, officer, year):
    url = f"/gestion/people/organisation/{OrganisationFactory().pk}/change/"
    row = {"memberships__TOTAL_FORMS": 1, "memberships__0__year": year}
    client.sign_in(officer)

    said = errors(client, url, memberships__0__status="pending", **row)

    assert said["memberships-0-year"] == [
        f"Écrivez l’année avec ses quatre chiffres, comme {today().year}."
    ]


def test_nobody_practises_since_a_year_to_come(client, officer):
    person = AffiliationFactory().person
    url = f"/gestion/people/person/{person.pk}/change/"
    client.sign_in(officer)
    coming = today().year + 1

    said = errors(client, url, affiliations__0__practising_since=coming)

    assert said == {
        "affiliations-0-practising_since": [
            f"{coming} n’a pas encore commencé. Écrivez une année déjà commencée."
        ]
    }
