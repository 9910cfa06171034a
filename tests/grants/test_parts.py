"""The parts of an application: kept as typed, and nobody writes over anybody."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agency.core.models import JournalEntry
from grants.forms.pages import Page
from grants.models import Application, Performance, Show
from grants.sections import Section
from grants.services import writing
from grants.states import ApplicationState
from tests.grants.factories import (
    IBAN,
    SIRET,
    ApplicationEditorFactory,
    ApplicationFactory,
    CompletionItemFactory,
    ExpenseLineFactory,
    IncomeLineFactory,
    PerformanceFactory,
    RulesFactory,
    ShowFactory,
    SittingFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def application(person):
    return ApplicationFactory(owner=person, rules=RulesFactory(full=True))


@pytest.fixture
def at(client, person):
    """The window of whoever owns the application."""
    client.force_login(person)
    return client


def url_of(application, way):
    return reverse("grants:application-part", args=[application.uuid, way])


def read(application, part):
    """What a browser holds of a page, as it would send it back."""
    page = Page(application=Application.objects.get(pk=application.pk), part=part)
    sent = {}
    forms = [page.form] if page.form is not None else []
    if page.rows is not None:
        sent |= {"rows": str(page.rows.total), "known": page.rows.known_now}
        forms += page.rows.forms
    for form in forms:
        for bound in form:
            value = bound.value()
            if hasattr(value, "isoformat"):
                value = value.isoformat()
            if value is True:
                sent[bound.html_name] = "on"
            elif value not in (None, False):
                sent[bound.html_name] = str(value)
            elif bound.name == "seen":
                sent[bound.html_name] = ""
    return sent


def pause(client, url, sent):
    return client.post(url, sent, headers={"X-Pause": "1"})


def said(response):
    return response.content.decode()


DATE = {
    "row-0-day": "2031-03-14",
    "row-0-count": "2",
    "row-0-venue": "Théâtre du Port",
    "row-0-city": "Brest",
    "row-0-country": "France",
    "row-0-zone": "regions",
    "row-0-contract": "cession",
    "row-0-contract_status": "signed",
    "row-0-fee": "1 234,50 €",
    "row-0-audience": "public",
}


# --- Columns ------------------------------------------------------------------------
def test_organisation_is_kept_without_spaces(at, application):
    url = url_of(application, "structure")
    sent = read(application, Section.ORGANISATION) | {
        "siret": "732 829 320 00074",
        "licence": "platesv-d-2024-001234",
        "iban": "FR76 3000 6000 0112 3456 7890 189",
        "licence_until": "2031-01-01",
    }

    response = at.post(url, sent)

    assert response.status_code == 302
    application.refresh_from_db()
    assert (application.siret, application.iban) == (SIRET, IBAN)
    assert application.licence == "PLATESV-D-2024-001234"
    assert "7328 2932" not in said(at.get(url))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("siret", "732 829 320 00075"),
        ("iban", "FR76 3000 6000 0112 3456 7890 180"),
        ("licence", "2-1234567"),
        ("licence_until", "2031-02-30"),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_is_kept(at, application, name, typed):
    sent = read(application, Section.ORGANISATION)
    sent |= {"account_holder": "Compagnie du Seuil", name: typed}

    response = at.post(url_of(application, "structure"), sent)

    assert response.status_code == 200
    assert typed in said(response)
    application.refresh_from_db()
    assert not getattr(application, name)
    assert application.account_holder == "Compagnie du Seuil"


def test_a_new_show_is_made_by_the_button_and_never_by_a_pause(at, application):
    url = url_of(application, "projet")
    sent = read(application, Section.PROJECT)
    sent |= {"show": "new", "new_title": "Les Marées", "purpose": "Trois dates."}

    answer = pause(at, url, sent).json()
    assert not answer["whole"]
    assert not Show.objects.filter(title="Les Marées").exists()
    application.refresh_from_db()
    assert application.purpose == "Trois dates."

    assert at.post(url, sent | {"seen": answer["seen"]}).status_code == 302
    application.refresh_from_db()
    assert application.show.title == "Les Marées"
    assert application.show.organisation == application.organisation


def test_only_shows_of_the_organisation_are_offered(at, application):
    other = ShowFactory(title="Ailleurs")
    sent = read(application, Section.PROJECT) | {"show": str(other.pk)}

    assert "Ailleurs" not in said(at.get(url_of(application, "projet")))
    assert at.post(url_of(application, "projet"), sent).status_code == 200
    application.refresh_from_db()
    assert application.show != other


def test_sitting_is_chosen_among_those_that_are_open(at, application):
    open_one = SittingFactory(schemes=[application.scheme])
    closed = SittingFactory(schemes=[application.scheme], closed=True)
    url = url_of(application, "commission")
    sent = read(application, "sitting")

    assert at.post(url, sent | {"sitting": closed.pk}).status_code == 200
    assert at.post(url, sent | {"sitting": open_one.pk}).status_code == 302

    application.refresh_from_db()
    assert application.sitting == open_one


# --- Rows ---------------------------------------------------------------------------
def test_rows_are_added_changed_and_taken_off(at, application):
    url = url_of(application, "representations")
    at.post(url, read(application, Section.PERFORMANCES) | DATE)
    row = application.performances.get()
    assert (row.fee, row.count, row.city) == (Decimal("1234.50"), 2, "Brest")

    at.post(url, read(application, Section.PERFORMANCES) | {"row-0-city": "Quimper"})
    row.refresh_from_db()
    assert (row.city, row.version) == ("Quimper", 1)

    at.post(url, read(application, Section.PERFORMANCES) | {"row-0-remove": "on"})
    assert not application.performances.exists()


def test_button_that_adds_a_row_saves_then_shows_an_empty_one(at, application):
    url = url_of(application, "representations")
    sent = read(application, Section.PERFORMANCES) | DATE | {"add": "yes"}

    response = at.post(url, sent, follow=True)

    assert application.performances.count() == 1
    assert 'name="row-1-city"' in said(response)
    assert 'name="row-2-city"' not in said(response)


def test_row_half_typed_waits_and_the_whole_ones_are_kept(at, application):
    PerformanceFactory(application=application, city="Lorient")
    sent = read(application, Section.PERFORMANCES)
    sent |= {name.replace("row-0", "row-1"): value for name, value in DATE.items()}
    sent |= {"row-1-seen": "", "row-1-day": "", "row-0-city": "Vannes", "rows": "2"}

    response = at.post(url_of(application, "representations"), sent)

    assert response.status_code == 200
    assert "Théâtre du Port" in said(response)
    assert application.performances.get().city == "Vannes"


def test_same_row_sent_twice_is_one_row(at, application):
    """A refresh, a double press, an answer that was lost on the way."""
    url = url_of(application, "representations")
    sent = read(application, Section.PERFORMANCES) | DATE

    at.post(url, sent)
    at.post(url, sent)

    assert application.performances.count() == 1


def test_two_rows_alike_sent_together_are_two(at, application):
    sent = read(application, Section.PERFORMANCES) | DATE | {"rows": "2"}
    sent |= {name.replace("row-0", "row-1"): value for name, value in DATE.items()}
    sent["row-1-seen"] = ""

    at.post(url_of(application, "representations"), sent)

    assert application.performances.count() == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1234,5", "1234.50"),
        ("1\u202f234,50 €", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("0", "0.00"),
        ("\u22120", "0.00"),
    ],
)
def test_amount_is_read_as_people_type_it(at, application, typed, kept):
    sent = read(application, Section.PERFORMANCES) | DATE | {"row-0-fee": typed}

    at.post(url_of(application, "representations"), sent)

    assert application.performances.get().fee == Decimal(kept)


@pytest.mark.parametrize(
    "typed", ["-12", "\u2212 12,50", "123456789012345", "1,234", "douze", "1e9", "NaN"]
)
def test_amount_that_is_none_is_told(at, application, typed):
    sent = read(application, Section.PERFORMANCES) | DATE | {"row-0-fee": typed}

    response = at.post(url_of(application, "representations"), sent)

    assert response.status_code == 200
    assert 'class="errors"' in said(response)
    assert not application.performances.exists()


@pytest.mark.parametrize("day", ["2031-02-29", "31/04/2031", "2031-13-01"])
def test_day_that_does_not_exist_is_told(at, application, day):
    sent = read(application, Section.PERFORMANCES) | DATE
    sent |= {"row-0-day": day, "row-0-zone": "international", "row-0-country": "Japon"}

    response = at.post(url_of(application, "representations"), sent)

    assert response.status_code == 200
    assert "n’existe pas dans le calendrier" in said(response)
    assert day in said(response)
    assert not application.performances.exists()


def test_last_day_before_the_first_is_told(at, application):
    sent = read(application, Section.PERFORMANCES) | DATE
    sent["row-0-last_day"] = "2031-03-01"

    response = at.post(url_of(application, "representations"), sent)

    assert response.status_code == 200
    assert not application.performances.exists()


def test_totals_and_the_balance_are_told_without_scripts(at, application):
    ExpenseLineFactory(
        application=application, quantity=Decimal("3"), unit_amount=Decimal("0.335")
    )
    IncomeLineFactory(application=application, amount=Decimal("500"))

    page = said(at.get(url_of(application, "depenses")))
    assert "1,01\u00a0€" in page or "1,02\u00a0€" in page

    sent = read(application, Section.INCOMES) | {"requested": "1 200,00"}
    at.post(url_of(application, "recettes"), sent)
    application.refresh_from_db()
    assert application.requested == Decimal("1200")


# --- Two people, two windows ---------------------------------------------------------
def test_second_of_two_on_one_row_is_told_and_keeps_what_they_typed(
    at, client, application, person
):
    other = PersonFactory(given_name="Awa", family_name="Diallo")
    ApplicationEditorFactory(application=application, person=other)
    row = PerformanceFactory(application=application, city="Brest")
    url = url_of(application, "representations")
    mine = read(application, Section.PERFORMANCES) | {"row-0-city": "Lorient"}
    theirs = read(application, Section.PERFORMANCES) | {"row-0-city": "Vannes"}

    client.force_login(other)
    assert client.post(url, theirs).status_code == 302
    client.force_login(person)
    response = client.post(url, mine)

    row.refresh_from_db()
    assert row.city == "Vannes"
    page = said(response)
    assert "Awa Diallo a modifié ceci" in page
    assert "Vannes" in page
    assert 'value="Lorient"' in page
    # Saved once more, on purpose, it is theirs that goes.
    seen = Page(application=application, part=Section.PERFORMANCES).rows.forms[0]
    client.post(url, mine | {"row-0-seen": seen.initial["seen"]})
    row.refresh_from_db()
    assert row.city == "Lorient"


def test_a_pause_never_writes_over_somebody_else(at, application):
    row = PerformanceFactory(application=application, city="Brest")
    url = url_of(application, "representations")
    mine = read(application, Section.PERFORMANCES) | {"row-0-city": "Lorient"}
    row.city = "Vannes"
    row.save()

    for _n in range(3):
        answer = pause(at, url, mine).json()
        mine["row-0-seen"] = answer["rows"]["row-0"]["seen"]

    row.refresh_from_db()
    assert row.city == "Vannes"
    assert not answer["whole"]
    assert "Vannes" in answer["rows"]["row-0"]["said"]


def test_two_people_on_two_rows_keep_both(at, application):
    first = PerformanceFactory(application=application, city="Brest")
    second = PerformanceFactory(application=application, city="Brest", order=2)
    mine = read(application, Section.PERFORMANCES) | {"row-0-city": "Lorient"}
    Performance.objects.filter(pk=second.pk).update(city="Vannes")

    assert at.post(url_of(application, "representations"), mine).status_code == 302

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.city, second.city) == ("Lorient", "Vannes")


def test_row_taken_off_meanwhile_comes_back_only_on_purpose(at, application):
    row = PerformanceFactory(application=application, city="Brest")
    url = url_of(application, "representations")
    mine = read(application, Section.PERFORMANCES) | {"row-0-city": "Lorient"}
    row.delete()

    response = at.post(url, mine)
    assert "retirée entre-temps" in said(response)
    assert not application.performances.exists()

    at.post(url, mine | {"row-0-id": "", "row-0-seen": ""})
    assert application.performances.get().city == "Lorient"


def test_two_people_on_two_fields_keep_both_and_on_one_the_second_is_told(
    at, application
):
    url = url_of(application, "projet")
    mine = read(application, Section.PROJECT) | {"purpose": "Le mien."}
    rows = Application.objects.filter(pk=application.pk)
    rows.update(stakes="Le leur.")

    assert at.post(url, mine).status_code == 302
    application.refresh_from_db()
    assert (application.purpose, application.stakes) == ("Le mien.", "Le leur.")

    mine = read(application, Section.PROJECT) | {"purpose": "Encore le mien."}
    rows.update(purpose="Le leur.")
    response = at.post(url, mine)
    application.refresh_from_db()
    assert application.purpose == "Le leur."
    assert "Encore le mien." in said(response)


# --- What is open -------------------------------------------------------------------
def test_sent_meanwhile_nothing_is_written(at, application):
    sent = read(application, Section.PROJECT) | {"purpose": "Trop tard."}
    Application.objects.filter(pk=application.pk).update(
        state=S.SUBMITTED,
        number="MOB-1",
        submitted_at=application.created_at,
        sitting=SittingFactory(),
    )

    assert at.post(url_of(application, "projet"), sent).status_code == 302
    assert pause(at, url_of(application, "projet"), sent).status_code == 409
    application.refresh_from_db()
    assert application.purpose == ""


def test_completion_opens_what_is_asked_alone(client, person):
    item = CompletionItemFactory(
        target="section:performances", request__application__owner=person
    )
    application = item.request.application
    client.force_login(person)

    assert writing.open_parts(application) == {Section.PERFORMANCES}
    assert client.get(url_of(application, "representations")).status_code == 200
    assert client.get(url_of(application, "depenses")).status_code == 302
    assert client.get(url_of(application, "commission")).status_code == 302
    client.post(
        url_of(application, "representations"),
        read(application, Section.PERFORMANCES) | DATE,
    )
    assert application.performances.count() == 1


def test_collaborator_writes_and_strangers_do_not(client, application):
    friend = ApplicationEditorFactory(application=application).person
    url = url_of(application, "equipe")

    client.force_login(friend)
    assert client.get(url).status_code == 200
    client.force_login(PersonFactory())
    assert client.get(url).status_code == 404


# --- The journal and the pace --------------------------------------------------------
def test_pauses_leave_one_entry_for_what_one_goes_on_writing(at, application):
    url = url_of(application, "projet")
    for words in ("Un", "Un deux", "Un deux trois"):
        answer = pause(
            at, url, read(application, Section.PROJECT) | {"purpose": words}
        )
    assert answer.json()["said"].startswith("Enregistré à ")

    entries = JournalEntry.objects.about(application)
    assert [(one.action, one.data) for one in entries] == [
        ("change", {"part": "project"})
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_rows_asks_the_same_queries_however_many(
    at, application, rows, django_assert_num_queries
):
    for _n in range(rows):
        PerformanceFactory(application=application)
    url = url_of(application, "representations")
    at.get(url)

    with django_assert_num_queries(12):
        at.get(url)
