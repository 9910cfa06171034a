"""One's own pages: profile, several places of work at once, personal data."""

import pytest
from allauth.core.context import request_context
from django.urls import reverse

from agency.core.models import JournalEntry, Stale
from agency.people.adapters import AccountAdapter
from agency.people.forms import ProfileForm
from agency.people.services import erasure
from tests.core.desk import form_of
from tests.people.factories import (
    TerritoryFactory,
)
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db

PROFILE = reverse("people:profile-edit")
NEW = reverse("people:affiliation-create")
EXPORT = reverse("people:personal-data-export")
ERASE = reverse("people:personal-data-erase")


def typed(**fields):
    return {"given_name": "Inès", "family_name": "Maréchal", "version": "0"} | fields


def place(**fields):
    return {"organisation": "La Verrière", "starts_on": "2020-09-01"} | fields


# --- The profile ------------------------------------------------------------------
def test_the_profile_is_saved(client, stranger):
    client.sign_in(stranger)
    territory = TerritoryFactory()

    response = client.post(
        PROFILE,
        typed(
            pronouns="elle",
            phone="06 12 34 56 78",
            city="Dijon",
            postal_code="21000",
            territory=territory.pk,
        ),
        follow=True,
    )

    stranger.refresh_from_db()
    assert "Votre profil est enregistré." in response.text
    assert stranger.full_name == "Inès Maréchal"
    assert stranger.phone.as_e164 == "+33612345678"
    assert 'value="06 12 34 56 78"' in response.text
    assert (stranger.territory, stranger.folded[:13]) == (territory, "marechal ines")


def test_the_profile_saved_by_somebody_else_meanwhile_is_not_overwritten(
    client, stranger, officer
):
    client.sign_in(stranger)
    assert 'name="version" value="0"' in client.get(PROFILE).text
    desk = StrictClient().sign_in(officer)
    url = reverse("admin:people_person_change", args=[stranger.pk])
    desk.post(url, form_of(desk, url) | {"city": "Beaune"})

    page = client.post(PROFILE, typed(city="Dijon"))

    stranger.refresh_from_db()
    assert (stranger.city, stranger.version) == ("Beaune", 1)
    assert f"{officer} a enregistré cette page" in page.text
    assert "Ville\u202f: Beaune." in page.text
    assert 'value="Dijon"' in page.text
    assert 'name="version" value="1"' in page.text
    client.post(PROFILE, typed(city="Dijon", version="1"))
    stranger.refresh_from_db()
    assert stranger.city == "Dijon"
    entry = JournalEntry.objects.about(stranger).first()
    assert (entry.action, entry.by) == ("change", stranger)
    assert entry.data["fields"] == ["city", "family_name", "given_name"]


def test_a_profile_saved_as_it_was_writes_nothing(client, stranger):
    client.sign_in(stranger)
    form = client.get(PROFILE).context["form"]

    client.post(PROFILE, {f.html_name: f.value() for f in form if f.value()})

    stranger.refresh_from_db()
    assert stranger.version == 0
    assert not JournalEntry.objects.about(stranger).exists()


def test_who_is_overtaken_while_saving_is_told(client, stranger, monkeypatch):
    client.sign_in(stranger)

    def overtaken(form):
        type(stranger).objects.filter(pk=stranger.pk).update(version=1)
        raise Stale

    monkeypatch.setattr(ProfileForm, "save", overtaken)
    page = client.post(PROFILE, typed(city="Dijon"))

    assert "enregistrée entre-temps" in page.text
    assert 'value="Dijon"' in page.text


def test_a_person_erased_meanwhile_stays_erased(client, stranger):
    """The form was read and found good before the erasure, and is saved after it."""
    form = ProfileForm(typed(city="Dijon"), instance=stranger)
    assert form.is_valid()
    erasure.erase(type(stranger).objects.get(pk=stranger.pk), by=stranger)

    with pytest.raises(Stale):
        form.save()

    erased = type(stranger).objects.get(pk=stranger.pk)
    assert erased.erased_at
    assert (erased.full_name, erased.city, erased.email) == (
        "Personne effacée",
        "",
        None,
    )
    assert not erased.has_usable_password()
    late = ProfileForm(typed(city="Dijon"), instance=erased)
    assert "Ce compte est fermé" in late.non_field_errors()[0]


def test_a_password_changed_meanwhile_stays(stranger):
    form = ProfileForm(typed(city="Dijon"), instance=stranger)
    assert form.is_valid()
    other = type(stranger).objects.get(pk=stranger.pk)
    other.set_password("une autre phrase assez longue")
    other.save(update_fields=["password"])

    form.save()

    stranger.refresh_from_db()
    assert stranger.city == "Dijon"
    assert stranger.check_password("une autre phrase assez longue")


def test_a_new_password_writes_nothing_else(rf, stranger):
    request = rf.get(PROFILE)
    with request_context(request):
        type(stranger).objects.filter(pk=stranger.pk).update(city="Dijon", version=3)
        AccountAdapter(request).set_password(stranger, "une phrase assez longue")

    stranger.refresh_from_db()
    assert stranger.check_password("une phrase assez longue")
    assert (stranger.city, stranger.version) == ("Dijon", 3)


def test_the_profile_changes_no_address_and_no_right(client, stranger):
    client.sign_in(stranger)
    address = stranger.email

    client.post(PROFILE, typed(email="autre@example.org", is_superuser="on"))

    stranger.refresh_from_db()
    assert (stranger.email, stranger.is_superuser) == (address, False)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"given_name": ""}, "Cette réponse manque"),
        ({"family_name": "x" * 300}, "au plus 120 caractères"),
        ({"family_name": "voir https://exemple.org"}, "sans lien"),
        ({"city": "Di\u202ejon"}, "caractères invisibles"),
        ({"pronouns": "el\u0000le"}, "nul"),
        ({"phone": "douze"}, "numéro de téléphone"),
        ({"territory": "99999"}, "choix"),
    ],
)
def test_a_mistyped_profile_gets_a_sentence_and_is_kept(client, stranger, fields, said):
    client.sign_in(stranger)

    response = client.post(PROFILE, typed(address="3 rue du Palais") | fields)

    assert response.status_code == 200
    assert said in response.text
    assert 'value="3 rue du Palais"' in response.text
    stranger.refresh_from_db()
    assert stranger.city == ""


HOSTILE = ["<script>alert(1)</script>", "=HYPERLINK(1)", "{{ 7*7 }}", "O’Néill & fils"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_typed_is_only_text(client, stranger, text):
    client.sign_in(stranger)
    client.typed = [text]

    client.post(PROFILE, typed(pronouns=text, city=text, address=text))
    client.post(NEW, place(organisation=text, kind="company", job_title=text))

    page = client.get(PROFILE).text
    assert "<script>alert" not in page
    assert stranger.affiliations.get().job_title == text


def test_a_profile_needs_an_account(client):
    for address in (PROFILE, NEW, EXPORT, ERASE, reverse("people:personal-data")):
        response = client.get(address)
        assert response.headers["Location"].startswith(reverse("account_login"))
