"""The desk: many rows at once, lists, what is taken away."""

import io
from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from agency.activities.models import Activity
from agency.activities.states import ActivityState
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
from tests.core.desk import (
    ACTIVITIES,
    DESK,
    ENROLMENTS,
    GROUPS,
    SESSIONS,
    VENUES,
    texts,
)
from tests.people.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return ActivityFactory(draft=True, title="Brouillon de l’été")


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
