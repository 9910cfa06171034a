"""The desk: the journal and the lives of rows."""

import pytest
from django.contrib.admin.models import LogEntry

from agency.activities.models import Session, Venue
from agency.activities.states import ActivityState
from agency.core.admin.words import sentences
from agency.core.models import JournalEntry
from tests.activities.factories import (
    ActivityFactory,
    SessionFactory,
    VenueFactory,
)
from tests.core.desk import GROUPS, SESSIONS, VENUES, form_of, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return ActivityFactory(draft=True, title="Brouillon de l’été")


# --- The journal -------------------------------------------------------------------
def test_what_staff_write_goes_to_the_journal(client, officer):
    client.sign_in(officer)
    client.post(f"{VENUES}add/", {"name": "La Filature basse", "city": "Secrète"})
    venue = Venue.objects.get(name="La Filature basse")

    url = f"{VENUES}{venue.pk}/change/"
    client.post(url, form_of(client, url) | {"city": "Dijon"})

    added, changed = JournalEntry.objects.about(venue).order_by("seq")
    assert (added.action, added.by) == ("add", officer)
    assert (changed.action, changed.data) == ("change", {"fields": ["city"]})
    assert "Secrète" not in f"{added.data}"
    assert not LogEntry.objects.exists()


def test_a_form_saved_as_it_was_writes_nothing(client, officer):
    venue = VenueFactory()
    client.sign_in(officer)
    url = f"{VENUES}{venue.pk}/change/"

    client.post(url, form_of(client, url))

    assert not JournalEntry.objects.about(venue).exists()


def test_rows_of_another_model_are_counted_in_the_journal(client, officer):
    session = SessionFactory()
    client.sign_in(officer)
    url = f"{SESSIONS}{session.pk}/change/"

    client.post(
        url, form_of(client, url) | {"agenda_items-0-title": "Un point confidentiel"}
    )

    entry = JournalEntry.objects.about(session).get(action="change")
    (related,) = entry.data["related"]
    assert (related["model"], related["added"]) == ("activities.agendaitem", 1)
    assert "confidentiel" not in str(entry.data)
    assert sentences(entry, Session) == ["Modification", "Ordre du jour, 1 en plus"]


def test_history_says_who_what_and_when(client, officer):
    activity = ActivityFactory(draft=True)
    client.sign_in(officer)
    client.post(f"{GROUPS}{activity.pk}/etape/announce/", {"reason": "Salle trouvée"})

    page = client.get(f"{GROUPS}{activity.pk}/history/").text

    assert officer.full_name in page
    assert "<b>Annoncée</b>" in page
    assert "Brouillon, puis Annoncée" in page
    assert "Motif\u202f: Salle trouvée" in page


# --- Lifecycle -----------------------------------------------------------------------
def test_a_button_leads_to_a_page_that_says_what_will_happen(client, officer):
    activity = ActivityFactory(draft=True)
    client.sign_in(officer)

    page = client.get(f"{GROUPS}{activity.pk}/change/").text
    confirmation = client.get(f"{GROUPS}{activity.pk}/etape/announce/").text

    assert f"{GROUPS}{activity.pk}/etape/announce/" in page
    assert f"{GROUPS}{activity.pk}/etape/cancel/" not in page
    assert "paraît sur le site" in confirmation


def test_a_move_follows_its_service(client, officer):
    activity = ActivityFactory(draft=True)
    client.sign_in(officer)

    answer = client.post(f"{GROUPS}{activity.pk}/etape/announce/", follow=True)

    activity.refresh_from_db()
    assert activity.state == ActivityState.ANNOUNCED
    assert texts(answer) == [f"{activity}\u202f: Annoncée."]


def test_a_second_click_changes_nothing_and_says_so(client, officer):
    activity = ActivityFactory(announced=True)
    client.sign_in(officer)

    answer = client.post(f"{GROUPS}{activity.pk}/etape/announce/", follow=True)

    assert "a changé entre-temps" in texts(answer)[0]
    assert not JournalEntry.objects.about(activity).exists()


def test_a_rule_of_the_domain_is_told_in_a_sentence(client, officer):
    activity = ActivityFactory(running=True, sessions=1)
    client.sign_in(officer)

    answer = client.post(f"{GROUPS}{activity.pk}/etape/complete/", follow=True)

    activity.refresh_from_db()
    assert activity.state == ActivityState.RUNNING
    assert "séance" in texts(answer)[0]


def test_a_move_is_refused_by_rule(client, officer, direction):
    activity = ActivityFactory()
    url = f"{GROUPS}{activity.pk}/etape/cancel/"

    assert client.sign_in(officer).post(url).status_code == 403
    assert client.sign_in(direction).post(url).status_code == 302
    activity.refresh_from_db()
    assert activity.state == ActivityState.CANCELLED


@pytest.mark.parametrize("name", ["unknown", "turn"])
def test_an_unknown_move_is_no_page(client, officer, name):
    activity = ActivityFactory()

    url = f"{GROUPS}{activity.pk}/etape/{name}/"

    assert client.sign_in(officer).get(url).status_code == 404
