"""One's own pages: profile, several places of work at once, personal data."""

import json
from datetime import timedelta
from urllib.parse import unquote

import pytest
from allauth.core.context import request_context
from django.urls import reverse

from agency.core.clock import today
from agency.core.models import JournalEntry, Stale
from agency.people.adapters import AccountAdapter
from agency.people.choices import OrganisationKind
from agency.people.forms import ProfileForm
from agency.people.models import Affiliation, Organisation
from agency.people.services import directory, erasure
from tests.core.test_admin import form_of
from tests.people.factories import (
    PASSWORD,
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
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


# --- Places of work ------------------------------------------------------------------
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
    with django_assert_num_queries(6):
        assert client.get(PROFILE).status_code == 200


# --- Personal data --------------------------------------------------------------------
def test_the_register_page_says_what_is_held(
    client, stranger, django_assert_num_queries
):
    client.sign_in(stranger)
    AffiliationFactory.create_batch(2, person=stranger)
    client.get(reverse("people:personal-data"))

    # session, person, roles, records merged into theirs, every count at once
    with django_assert_num_queries(6):
        response = client.get(reverse("people:personal-data"))

    rows = {row["label"]: row["count"] for row in response.context["entries"]}
    assert rows["Rattachements"] == 2
    assert "Vous convoquer, et pouvoir le prouver" in response.text


@pytest.mark.parametrize("address", [EXPORT, ERASE])
def test_data_leave_and_go_only_after_typing_the_password_again(
    client, stranger, address
):
    client.post(
        reverse("account_login"), {"login": stranger.email, "password": PASSWORD}
    )

    response = client.get(address)
    door, query = unquote(response.headers["Location"]).split("?")
    assert (door, query) == (reverse("account_reauthenticate"), f"next={address}")

    after = client.post(
        response.headers["Location"], {"password": PASSWORD, "next": address}
    )
    assert after.headers["Location"] == address
    assert client.get(address).status_code == 200


def test_the_export_is_a_file(client, stranger):
    client.sign_in(stranger)

    response = client.get(EXPORT)

    assert response["Content-Disposition"].startswith(
        'attachment; filename="mes-donnees-'
    )
    assert response["Cache-Control"] == "private, no-store"
    assert json.loads(response.content)["Concerne"] == stranger.full_name
    assert JournalEntry.objects.about(stranger).get().action == "export"


def test_erasing_asks_for_one_tick_then_signs_out(client, stranger, mailoutbox):
    client.sign_in(stranger)
    assert client.get(ERASE).status_code == 200

    refused = client.post(ERASE)
    assert "Cochez la case pour confirmer." in refused.text
    response = client.post(ERASE, {"understood": "on"}, follow=True)

    assert response.redirect_chain == [(reverse("pages:home"), 302)]
    assert "Vos données sont effacées." in response.text
    assert response.wsgi_request.user.is_anonymous
    stranger.refresh_from_db()
    assert stranger.full_name == "Personne effacée"
    assert len(mailoutbox) == 1


def test_staff_read_why_they_cannot_leave_yet(client, officer):
    client.sign_in(officer)

    page = client.get(ERASE)
    client.post(ERASE, {"understood": "on"})

    assert "la direction doit y mettre fin" in page.text
    assert "understood" not in page.text
    officer.refresh_from_db()
    assert officer.erased_at is None
