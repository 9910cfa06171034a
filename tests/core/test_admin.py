"""The rooms of the desk: rows by ``visible_to``, verbs by rule, moves by service."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from agency.activities.models import Session, Venue
from agency.activities.states import ActivityState
from agency.core.admin import RoomAdmin, register, site
from tests.activities.factories import (
    ActivityFactory,
    VenueFactory,
)
from tests.core.desk import (
    ACTIVITIES,
    DESK,
    ENROLMENTS,
    GROUPS,
    SESSIONS,
    VENUES,
    form_of,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def navigation(response):
    return [section["label"] for section in response.context["sections"]]


# --- The door ----------------------------------------------------------------
def test_visitors_are_led_to_the_one_sign_in_page(client):
    answer = client.get(ACTIVITIES, follow=True)

    path = answer.redirect_chain[-1][0]
    assert path.startswith("/compte/")
    assert "next=" in path


def test_a_professional_is_refused(client, stranger):
    assert client.sign_in(stranger).get(DESK).status_code == 403
    assert client.get(f"{DESK}login/").status_code == 403


def test_somebody_who_left_is_refused(client):
    gone = PersonFactory(officer=True, is_active=False)
    request = RequestFactory().get(DESK)
    request.user = gone

    assert not site.has_permission(request)


def test_only_rooms_are_on_the_desk():
    assert all(isinstance(room, RoomAdmin) for room in site._registry.values())
    assert not {m._meta.app_label for m in site._registry} & {"auth", "account", "mfa"}


def test_a_plain_admin_is_not_a_room():
    with pytest.raises(ImproperlyConfigured):
        register(Venue)(object)


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (
            "officer",
            ["Activités", "Personnes", "Mentorat", "Aides", "Documents", "Messages"],
        ),
        (
            "direction",
            ["Activités", "Personnes", "Aides", "Documents", "Messages", "Journal"],
        ),
        ("accountant", ["Activités", "Personnes", "Aides"]),
        ("superuser", ["Journal"]),
    ],
)
def test_navigation_leads_only_where_one_may_go(client, role, labels, request):
    client.sign_in(request.getfixturevalue(role))

    assert navigation(client.get(DESK)) == labels


# --- Rows by visible_to --------------------------------------------------------
@pytest.fixture
def draft():
    return ActivityFactory(draft=True, title="Brouillon de l’été")


def test_what_one_may_not_see_is_in_no_list(client, accountant, draft):
    ActivityFactory(title="Groupe annoncé")
    client.sign_in(accountant)

    page = client.get(ACTIVITIES).text

    assert "Groupe annoncé" in page
    assert draft.title not in page


@pytest.mark.parametrize("page", ["change/", "history/", "etape/announce/"])
def test_what_one_may_not_see_has_no_page(client, accountant, draft, page):
    client.sign_in(accountant)

    assert client.get(f"{GROUPS}{draft.pk}/{page}").status_code == 404


def test_what_one_may_not_see_is_no_choice(client, accountant, draft):
    ActivityFactory(title="Été annoncé")
    client.sign_in(accountant)
    asked = {"app_label": "activities", "model_name": "session"}
    asked |= {"field_name": "activity", "term": "ete"}

    found = client.get(f"{DESK}autocomplete/", asked).json()["results"]

    (row,) = found
    assert row["text"].startswith("Été annoncé, ")


def test_a_foreign_key_offers_visible_rows_alone(accountant, draft):
    shown = ActivityFactory()
    request = RequestFactory().get(DESK)
    request.user = accountant
    field = Session._meta.get_field("activity")

    choices = site._registry[Session].formfield_for_foreignkey(field, request)

    assert list(choices.queryset) == [shown]


@pytest.mark.parametrize("url", [ACTIVITIES, VENUES, ENROLMENTS, SESSIONS])
def test_a_superuser_gets_no_more_than_the_rules_say(client, superuser, url):
    assert client.sign_in(superuser).get(url).status_code == 403


def test_a_reader_has_no_form(client, accountant):
    venue = VenueFactory(name="La Filature")
    client.sign_in(accountant)

    page = client.get(f"{VENUES}{venue.pk}/change/").text
    answer = client.post(f"{VENUES}{venue.pk}/change/", {"name": "Autre"})

    assert "La Filature" in page
    assert 'name="_save"' not in page
    assert answer.status_code == 403
    assert client.get(f"{VENUES}add/").status_code == 403


# --- Deletion, states ------------------------------------------------------------
@pytest.mark.parametrize("role", ["officer", "direction"])
def test_deletion_is_off(client, role, request):
    venue = VenueFactory()
    client.sign_in(request.getfixturevalue(role))

    assert (
        client.post(f"{VENUES}{venue.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    assert "delete_selected" not in client.get(VENUES).text
    assert Venue.objects.filter(pk=venue.pk).exists()


def test_a_forged_post_does_not_change_a_state(client, officer):
    activity = ActivityFactory(draft=True)
    client.sign_in(officer)
    url = f"{GROUPS}{activity.pk}/change/"

    answer = client.post(url, form_of(client, url) | {"state": "open", "turn": "99"})

    activity.refresh_from_db()
    assert answer.status_code == 302
    assert (activity.state, activity.turn) == (ActivityState.DRAFT, 0)
