"""The parts of an application: kept as typed, and nobody writes over anybody."""

from decimal import Decimal

import pytest

from agency.core.models import JournalEntry
from grants.models import Show
from grants.sections import Section
from grants.states import ApplicationState
from tests.grants.factories import (
    IBAN,
    SIRET,
    ApplicationFactory,
    ExpenseLineFactory,
    IncomeLineFactory,
    PerformanceFactory,
    RulesFactory,
    ShowFactory,
    SittingFactory,
)
from tests.grants.sent import DATE, pause, read, said, url_of
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


# --- The journal and the pace --------------------------------------------------------
def test_pauses_leave_one_entry_for_what_one_goes_on_writing(at, application):
    url = url_of(application, "projet")
    for words in ("Un", "Un deux", "Un deux trois"):
        answer = pause(at, url, read(application, Section.PROJECT) | {"purpose": words})
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


def test_an_expense_says_in_which_unit_it_is_counted(at, application):
    page = said(at.get(url_of(application, "depenses")))

    assert "Transport des personnes, par kilomètre" in page
    assert "Comptez chaque dépense dans son unité" in page
