"""The rooms of the desk: rows by ``visible_to``, verbs by rule, moves by service."""

import io
from datetime import date, datetime, time

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import RequestFactory
from openpyxl import load_workbook

from agency.activities.models import Activity, Session, Venue
from agency.activities.states import ActivityState
from agency.core.admin import RoomAdmin, register, site
from agency.core.admin.exports import cell, harmless
from agency.core.admin.widgets import LocalMomentField
from agency.core.admin.words import sentences
from agency.core.clock import PARIS
from agency.core.models import JournalEntry
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SeasonFactory,
    SessionFactory,
    VenueFactory,
)
from tests.people.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
DESK = "/gestion/"
ACTIVITIES = f"{DESK}activities/activity/"
GROUPS = f"{DESK}groups/peergroup/"
SESSIONS = f"{DESK}activities/session/"
VENUES = f"{DESK}activities/venue/"
ENROLMENTS = f"{DESK}activities/enrolment/"


def navigation(response):
    return [section["label"] for section in response.context["sections"]]


def texts(response):
    return [str(message) for message in response.context["messages"]]


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
        ("officer", ["Activités", "Personnes", "Documents", "Messages"]),
        ("direction", ["Activités", "Personnes", "Documents", "Messages", "Journal"]),
        ("accountant", ["Activités", "Personnes"]),
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


def form_of(client, url):
    """What the browser would send back from the form at ``url``."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    forms += [f for s in context["inline_admin_formsets"] for f in s.formset.forms]
    forms += [s.formset.management_form for s in context["inline_admin_formsets"]]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            widget = bound.field.widget
            if hasattr(widget, "decompress") and not isinstance(value, list):
                for index, part in enumerate(widget.decompress(value)):
                    name = f"{bound.html_name}_{index}"
                    data[name] = "" if part is None else str(part)
            elif value is not None and value is not False and value != []:
                data[bound.html_name] = value
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = value
    return data


def test_a_forged_post_does_not_change_a_state(client, officer):
    activity = ActivityFactory(draft=True)
    client.sign_in(officer)
    url = f"{GROUPS}{activity.pk}/change/"

    answer = client.post(url, form_of(client, url) | {"state": "open", "turn": "99"})

    activity.refresh_from_db()
    assert answer.status_code == 302
    assert (activity.state, activity.turn) == (ActivityState.DRAFT, 0)


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


# --- Many at once ----------------------------------------------------------------------
def chosen(*rows, **more):
    return {
        "action": "move_announce",
        "index": "0",
        "select_across": "0",
        "_selected_action": [row.pk for row in rows],
    } | more


def test_a_bulk_step_says_first_what_will_change(client, officer):
    drafts = ActivityFactory.create_batch(2, draft=True)
    other = ActivityFactory()
    client.sign_in(officer)

    page = client.post(GROUPS, chosen(*drafts, other))

    assert [fate.obj.pk for fate in page.context["staying"]] == [other.pk]
    assert len(page.context["going"]) == 2
    assert set(Activity.objects.values_list("state", flat=True)) == {"draft", "open"}


def test_a_bulk_step_changes_what_it_said(client, officer):
    drafts = ActivityFactory.create_batch(2, draft=True)
    other = ActivityFactory()
    client.sign_in(officer)

    answer = client.post(GROUPS, chosen(*drafts, other, confirmed="1"), follow=True)

    assert texts(answer) == ["2 lignes ont changé."]
    assert Activity.objects.filter(state=ActivityState.ANNOUNCED).count() == 2
    assert JournalEntry.objects.filter(action="announce", by=officer).count() == 2


def test_a_bulk_step_takes_as_many_rows_as_a_list_has(client, officer):
    draft = ActivityFactory(draft=True)
    client.sign_in(officer)
    others = range(draft.pk + 1, draft.pk + 1500)

    answer = client.post(
        GROUPS, chosen(draft) | {"_selected_action": [draft.pk, *others]}
    )

    assert [fate.obj.pk for fate in answer.context["going"]] == [draft.pk]


def test_a_bulk_step_on_nothing_changes_nothing(client, officer):
    other = ActivityFactory()
    client.sign_in(officer)

    page = client.post(GROUPS, chosen(other, confirmed="1"))

    assert page.status_code == 200
    assert page.context["going"] == []


def test_a_bulk_step_needs_the_rule(client, accountant):
    activity = ActivityFactory(announced=True)
    client.sign_in(accountant)

    client.post(GROUPS, chosen(activity, action="move_open", confirmed="1"))

    activity.refresh_from_db()
    assert activity.state == ActivityState.ANNOUNCED


# --- Lists -----------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["THEATRE", "théâtre  œuvre", "oeuvre"])
def test_search_minds_neither_accents_nor_case(client, officer, words):
    ActivityFactory(title="Œuvre de théâtre")
    ActivityFactory(title="Autre chose")
    client.sign_in(officer)

    page = client.get(ACTIVITIES, {"q": words})

    assert [row.title for row in page.context["cl"].result_list] == ["Œuvre de théâtre"]


def test_an_empty_list_says_why(client, officer):
    client.sign_in(officer)

    assert "Rien ne répond à cette recherche" in client.get(ACTIVITIES, {"q": "x"}).text
    assert "créez le premier" in client.get(ACTIVITIES).text


def test_filters_show_their_counts(client, officer):
    ActivityFactory.create_batch(2, draft=True)
    client.sign_in(officer)

    page = client.get(GROUPS).text

    assert 'Brouillon</a><span class="soft">2</span>' in page


@pytest.mark.parametrize("url", [ACTIVITIES, GROUPS, SESSIONS, ENROLMENTS, VENUES])
def test_a_list_asks_the_same_number_of_questions(
    client, officer, url, django_assert_max_num_queries
):
    client.sign_in(officer)
    counts = []

    for _round in range(2):
        for activity in ActivityFactory.create_batch(2, sessions=2):
            EnrolmentFactory(activity=activity, confirmed=True, affiliated=True)
        client.get(url)
        with django_assert_max_num_queries(12) as asked:
            client.get(url)
        counts.append(len(asked))

    assert counts[0] == counts[1]


# --- Taken away --------------------------------------------------------------------------
def lines(response):
    return response.content.decode("utf-8-sig").splitlines()


def test_a_list_is_taken_away_for_french_excel(client, officer):
    person = PersonFactory(given_name='=cmd|"/c calc"!A1', family_name="@SOMME(1)")
    EnrolmentFactory(person=person, confirmed=True, activity__title="+1;2")
    client.sign_in(officer)

    answer = client.get(f"{ENROLMENTS}exporter/csv/")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "inscriptions-" in answer["Content-Disposition"]
    header, row = lines(answer)
    assert header.startswith("Personne;")
    assert row.startswith("\"'@SOMME(1), =cmd")
    assert '"\'+1;2"' in row


def test_a_list_is_taken_away_as_it_is_filtered(client, officer):
    kept, other = (EnrolmentFactory(confirmed=True) for _ in range(2))
    client.sign_in(officer)

    answer = client.get(
        f"{ENROLMENTS}exporter/csv/", {"activity__id__exact": kept.activity_id}
    )

    text = "\n".join(lines(answer))
    assert kept.person.family_name in text
    assert other.person.family_name not in text


def test_sessions_are_taken_away_with_dates_that_sort(client, officer):
    start = datetime(2026, 12, 3, 9, 30, tzinfo=PARIS)
    session = SessionFactory(starts_at=start)
    client.sign_in(officer)

    _header, row = lines(client.get(f"{SESSIONS}exporter/csv/"))
    answer = client.get(f"{SESSIONS}exporter/xlsx/")

    assert row.startswith(f"{session.activity};1;03/12/2026 09:30;03/12/2026 12:30;")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.cell(2, 3).value == start.replace(tzinfo=None)
    assert sheet.cell(2, 3).number_format == "dd/mm/yyyy hh:mm"


def test_a_column_of_dates_is_taken_away_as_dates(client, officer):
    season = SeasonFactory()
    client.sign_in(officer)

    _header, row = lines(client.get(f"{DESK}activities/season/exporter/csv/"))

    assert row == f"{season};{season.starts_on:%d/%m/%Y};{season.ends_on:%d/%m/%Y}"


def test_a_list_is_taken_away_as_a_workbook(client, officer):
    VenueFactory(name="=1+1\x07")
    client.sign_in(officer)

    answer = client.get(f"{VENUES}exporter/xlsx/")

    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.cell(2, 1).value == "'=1+1"
    assert sheet.cell(2, 1).data_type == "s"


def test_who_does_not_see_a_list_does_not_take_it_away(client, accountant, officer):
    url = f"{ENROLMENTS}exporter/csv/"

    assert client.sign_in(accountant).get(url).status_code == 403
    assert client.sign_in(officer).get(url.replace("csv", "pdf")).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_who_took_which_list_is_in_the_journal(client, officer, kind):
    EnrolmentFactory.create_batch(2, confirmed=True)
    client.sign_in(officer)

    client.get(f"{ENROLMENTS}exporter/{kind}/")

    entry = JournalEntry.objects.about(officer).get()
    assert (entry.action, entry.by) == ("take_list", officer)
    assert entry.data == {"model": "activities.enrolment", "rows": 2, "format": kind}
    lines = ["Liste exportée", f"Inscriptions, 2 lignes, {kind.upper()}"]
    assert sentences(entry, officer) == lines


@pytest.mark.parametrize("name", ["person", "organisation", "membership", "mandate"])
def test_names_leave_with_the_office_alone(client, accountant, secretary, name):
    OrganisationFactory()
    url = f"{DESK}people/{name}/"

    client.sign_in(accountant)
    assert client.get(f"{url}exporter/csv/").status_code == 403
    assert "exporter/csv" not in client.get(url).text
    assert not JournalEntry.objects.about(accountant).exists()
    client.sign_in(secretary)
    assert client.get(f"{url}exporter/csv/").status_code == 200


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_formula_becomes_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "oui"),
        (False, "non"),
        (3, "3"),
        (date(2026, 12, 4), "04/12/2026"),
    ],
)
def test_a_cell_is_written_as_people_write(value, written):
    assert cell(value) == written


# --- Odd hours -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "hour", "sentence"),
    [
        (date(2027, 3, 28), time(2, 30), "n’existe pas"),
        (date(2026, 10, 25), time(2, 30), "vient deux fois"),
    ],
)
def test_an_hour_that_is_not_there_once_is_refused(day, hour, sentence):
    with pytest.raises(ValidationError) as error:
        LocalMomentField().compress([day, hour])

    assert sentence in error.value.messages[0]


def test_an_hour_in_paris_is_kept():
    moment = LocalMomentField().compress([date(2027, 1, 15), time(9, 30)])

    assert moment.isoformat() == "2027-01-15T09:30:00+01:00"
