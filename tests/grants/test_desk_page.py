"""The list, the pipeline and the page of a file: what they say, to whom, at what cost."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest

from agency.core.clock import now, today
from agency.core.models import JournalEntry
from grants.models import Application
from grants.services import links, pipeline
from tests.grants.desk import LIST, PIPELINE, page, person_with, reported, step
from tests.grants.factories import (
    IBAN,
    SIRET,
    ApplicationDocumentFactory,
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    ExpenseLineFactory,
    InternalNoteFactory,
    LegFactory,
    PerformanceFactory,
    SittingFactory,
    ThreadMessageFactory,
)
from tests.people.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
MARKER = "MARQUEUR-QUE-PERSONNE-NE-LIT"
OTHER_SIRET = "55208131766522"


@pytest.fixture
def desk(client):
    client.sign_in(PersonFactory(officer=True))
    return client


def text(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


# --- The list --------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_whatever_its_length(
    desk, django_assert_max_num_queries, rows
):
    for _row in range(rows):
        ApplicationFactory(instructed=True, tour=True)
    desk.get(LIST)

    with django_assert_max_num_queries(12):
        desk.get(LIST)


def test_a_draft_is_counted_and_nothing_else_is_said(desk):
    draft = ApplicationFactory(
        title=MARKER, organisation__name=MARKER, show__title=MARKER
    )
    ApplicationFactory(sent=True)

    for url in (LIST, PIPELINE, f"{LIST}?q=marqueur", f"{LIST}exporter/csv/"):
        assert MARKER not in text(desk, url), url
    assert "1 brouillon en cours d’écriture" in text(desk, LIST)
    assert desk.get(page(draft)).status_code == 404


@pytest.mark.parametrize(
    "words",
    ["s3-0042", "seuil", "vagues", "équinoxe"],
    ids=["number", "who", "show", "é"],
)
def test_it_is_searched(desk, words):
    ApplicationFactory(
        sent=True,
        number="MOB-2026-S3-0042",
        organisation=OrganisationFactory(name="Compagnie du Seuil"),
        show__title="Les Vagues d’équinoxe",
    )
    other = ApplicationFactory(sent=True)

    found = desk.get(LIST, {"q": words}).context["cl"].result_list

    assert [one.number for one in found] == ["MOB-2026-S3-0042"]
    assert other not in found


def numbers(desk, value):
    rows = desk.get(LIST, {"attend": value}).context["cl"].result_list
    return {one.pk for one in rows}


def test_what_waits_is_found(desk):
    sent = ApplicationFactory(sent=True)
    ready = ApplicationFactory(ready=True)
    late = CompletionRequestFactory(due_on=today() - timedelta(days=1)).application
    CompletionRequestFactory(due_on=today())
    lapsing = ApplicationFactory(instructed=True)
    ApplicationDocumentFactory(
        application=lapsing, expires_on=today() + timedelta(days=9)
    )
    ApplicationDocumentFactory(
        application=ready, expires_on=today() + timedelta(days=900)
    )

    assert numbers(desk, "a-controler") == {sent.pk}
    assert numbers(desk, "complements-en-retard") == {late.pk}
    assert numbers(desk, "pieces-expirees") == {lapsing.pk}
    assert ready.pk not in numbers(desk, "sans-rapporteur")
    assert sent.pk in numbers(desk, "sans-rapporteur")


def exported(client):
    content = client.get(f"{LIST}exporter/csv/").content.decode("utf-8-sig")
    return list(csv.reader(StringIO(content), delimiter=";"))


def test_a_list_taken_away_has_bank_details_for_who_pays_alone(client):
    ApplicationFactory(sent=True, requested=Decimal("1180.50"))

    for role, has in (("officer", False), ("secretary", False), ("direction", True)):
        client.sign_in(person_with(role))
        header, row = exported(client)
        assert (IBAN in row) is has, role
        assert ("IBAN" in header) is has, role
        assert len(header) == len(row)
    assert JournalEntry.objects.filter(action="take_list").count() == 3


# --- The pipeline ------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 40])
def test_the_pipeline_asks_as_much_for_a_thousand(
    desk, django_assert_max_num_queries, rows
):
    sitting = SittingFactory()
    for state in ("sent", "admissible", "ready"):
        one = ApplicationFactory(sitting=sitting, **{state: True})
        several(one, rows)

    with django_assert_max_num_queries(7):
        desk.get(PIPELINE)


def several(application, count):
    """So many copies of a row, made at once."""
    rows = []
    for n in range(count):
        row = Application.objects.get(pk=application.pk)
        row.pk, row.uuid = None, f"00000000-0000-0000-{application.pk:04}-{n:012}"
        row.number = f"{application.number}-{n}"
        rows.append(row)
    Application.objects.bulk_create(rows)


def test_a_column_has_its_count_its_sums_and_its_first_rows():
    sitting = SittingFactory()
    one = ApplicationFactory(
        sent=True, sitting=sitting, requested=Decimal(1000), computed=Decimal(800)
    )
    several(one, 11)
    ApplicationFactory(sent=True)

    running, ended = pipeline.board(PersonFactory(officer=True), sitting)

    column = running[0]
    assert (column.state, column.count, len(column.rows)) == ("submitted", 12, 8)
    assert (column.requested, column.foreseen) == (12000, 9600)
    assert column.more == 4
    assert sum(one.count for one in (*running[1:], *ended)) == 0


def test_the_pipeline_of_a_sitting_and_of_all(desk):
    first, second = SittingFactory(), SittingFactory()
    here = ApplicationFactory(sent=True, sitting=first)
    there = ApplicationFactory(sent=True, sitting=second)

    one = text(desk, f"{PIPELINE}?seance={first.pk}")
    both = text(desk, f"{PIPELINE}?seance=toutes")

    assert here.number in one
    assert there.number not in one
    assert here.number in both
    assert there.number in both
    assert text(desk, f"{PIPELINE}?seance=abc")


def test_an_empty_pipeline_says_so(desk):
    assert "Aucun dossier" in text(desk, PIPELINE)


# --- The file ------------------------------------------------------------------------------
def fill(application, rows):
    for _row in range(rows):
        PerformanceFactory(application=application)
        LegFactory(application=application)
        ExpenseLineFactory(application=application)
        ThreadMessageFactory(application=application)
        InternalNoteFactory(application=application)
        request = CompletionRequestFactory(application=application, state="resolved")
        CompletionItemFactory(request=request)
        ApplicationFactory(sent=True, organisation=application.organisation)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_asks_as_much_whatever_is_in_it(
    desk, django_assert_max_num_queries, rows
):
    one = reported()
    fill(one, rows)
    desk.get(page(one))

    with django_assert_max_num_queries(15):
        desk.get(page(one))


def test_it_is_all_on_one_page(desk):
    one = reported(purpose="Deux dates.", stakes="S’installer.")
    fill(one, 1)
    InternalNoteFactory(application=one, body="Rappeler lundi.")

    said = text(desk, page(one))

    for words in (
        "Deux dates.",
        "S’installer.",
        "Théâtre du Port",
        "Toulouse",
        "472\u00a0€",
        "Attestation Urssaf",
        "Une tournée de deux dates.",
        "Le RIB est illisible.",
        "Nous avons ajouté une date",
        "Rappeler lundi.",
    ):
        assert words in said, words


def test_bank_details_are_masked_for_who_only_checks(client):
    one = ApplicationFactory(sent=True)
    whole = "FR76 3000 6000 0112 3456 7890 189"

    client.sign_in(PersonFactory(officer=True))
    assert whole not in text(client, page(one))
    assert IBAN not in text(client, page(one))
    assert "0189" in text(client, page(one))

    client.sign_in(person_with("decider"))
    assert whole in text(client, page(one))


# --- Linked and duplicate files ----------------------------------------------------------
def test_what_links_two_files_is_said():
    one = ApplicationFactory(sent=True, tour=True)
    twin = ApplicationFactory(
        sent=True, organisation=one.organisation, show=one.show, tour=True
    )
    cousin = ApplicationFactory(sent=True, siret=SIRET, iban="")
    payee = ApplicationFactory(sent=True, siret=OTHER_SIRET, iban=IBAN)
    ApplicationFactory(sent=True, siret=OTHER_SIRET, iban="")
    ApplicationFactory(siret=SIRET, iban=IBAN)  # a draft
    earlier = ApplicationFactory(
        sent=True, organisation=one.organisation, submitted_at=now()
    )

    history, linked = links.around(one, PersonFactory(officer=True))

    assert set(history) == {twin, earlier}
    assert {row.application: row.reasons for row in linked} == {
        twin: ["même spectacle", "dates qui se chevauchent"],
        cousin: ["même SIRET, autre structure"],
        payee: ["même IBAN, autre structure"],
    }


def test_dates_apart_do_not_overlap():
    one = ApplicationFactory(sent=True)
    PerformanceFactory(application=one, day=today(), last_day=today())
    other = ApplicationFactory(sent=True, organisation=one.organisation)
    PerformanceFactory(
        application=other,
        day=today() + timedelta(days=1),
        last_day=today() + timedelta(days=4),
    )

    assert links.around(one, PersonFactory(officer=True))[1] == []

    other.performances.update(day=today())
    assert links.around(one, PersonFactory(officer=True))[1][0].application == other


# --- Who reads -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("officer", 200),
        ("secretary", 200),
        ("direction", 200),
        ("decider", 200),
        ("accountant", 403),
    ],
)
def test_who_reads_files(client, role, status):
    one = ApplicationFactory(sent=True)
    client.sign_in(person_with(role))

    for url in (LIST, PIPELINE):
        assert client.get(url).status_code == status, url
    found = client.get(page(one)).status_code
    assert found == status or (status == 403 and found == 404)


def test_an_outsider_and_its_own_author_read_nothing_here(client):
    one = ApplicationFactory(sent=True)

    for person in (PersonFactory(), one.editors.get().person):
        client.sign_in(person)
        for url in (LIST, PIPELINE, page(one), step(one, "admit"), page(one, "note")):
            assert client.get(url).status_code in (302, 403, 404), url


def test_what_a_decider_reads_they_do_not_write(client):
    one = reported()
    line, paper = one.expenses.get(), one.documents.first()
    client.sign_in(person_with("decider"))

    for url in (
        step(one, "finish"),
        page(one, "report"),
        page(one, "retain", line.pk),
        page(one, "check", paper.pk),
        page(one, "note"),
        page(one, "assign"),
    ):
        assert client.get(url).status_code == 403, url
        assert client.post(url).status_code == 403, url
    assert "Rédiger la note" not in text(client, page(one))
