"""The summary of a closed sitting: exact, without what is shut to its reader, taken away."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from grants.admin.summary import OPINIONS
from grants.choices import Outcome
from grants.models import Opinion, Point, Sitting
from grants.services import sitting_summary
from grants.services.sitting_summary import summary
from grants.states import PointState, SittingState
from tests.grants.closed_sitting import FIVE, close, deliberated, examined, said
from tests.grants.commission import in_review, presented, tied
from tests.grants.factories import ApplicationFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def reader():
    return PersonFactory(secretary=True)


def address(kind, sitting):
    return reverse(f"admin:grants_sitting_{kind}", args=[sitting.pk])


def page(client, sitting):
    response = client.get(address("summary", sitting))
    return re.sub(r"\s+", " ", response.content.decode())


def counts(told):
    return {code: count for code, _label, count, _fill in told.outcomes}


# --- Figures ---------------------------------------------------------------------------
def test_the_figures_of_a_sitting_are_exact(reader):
    sitting, _files = deliberated()

    told = summary(sitting, reader)

    assert counts(told) == dict.fromkeys(Outcome, 1)
    assert (told.requested, told.computed) == (D(10000), D(7200))
    assert (told.proposed, told.recommended) == (D(6700), D(4500))
    assert (told.envelope, told.left) == (D(6000), D(1500))
    assert (len(told.examined), len(told.aided), told.rate) == (5, 2, 40)
    assert told.average == D(2250)
    assert (told.teams, told.works, told.performances) == (2, 2, 6)
    assert (told.newcomers, told.shut) == (2, 0)
    assert sum(part["count"] for part in told.outcome_parts) == 100


def test_teams_works_and_performances_are_told_by_each_dimension(reader):
    sitting, _files = deliberated()

    disciplines, departements, zones, schemes = summary(sitting, reader).reached

    def rows(one):
        return {line.label: tuple(line[1:]) for line in (*one.lines, one.total)}

    whole = (2, 2, 6)
    assert rows(disciplines) == {
        "Théâtre": (1, 1, 4),
        "Danse": (1, 1, 2),
        "Ensemble": whole,
    }
    assert rows(departements)["Ensemble"] == whole
    # A team that plays in two zones is one of each, and one in all.
    assert rows(zones) == {
        "Autres régions": (1, 1, 3),
        "Europe": (1, 1, 1),
        "Île-de-France": (1, 1, 2),
        "Ensemble": whole,
    }
    assert [line.performances for line in schemes.lines] == [6]


def test_each_dimension_sums_to_the_whole(reader):
    sitting, _files = deliberated()

    told = summary(sitting, reader)

    zones, departements, disciplines, newcomers = told.dimensions
    assert [
        (one.label, one.files, one.aided, one.recommended, one.share, one.gap_said)
        for one in zones.lines
    ] == [
        ("Autres régions", 3, 1, D(2250), 50, "\u221210"),
        ("Île-de-France", 1, 1, D(1500), 33, "+13"),
        ("Europe", 1, 1, D(750), 17, "+7"),
        ("International", 0, 0, D(0), 0, "\u221210"),
        (zones.lines[-1].label, 1, 0, D(0), 0, ""),
    ]
    # 4000 asked for three dates in France and one in Europe: split like what is given.
    assert zones.lines[0].requested == D(3000) + D(2500) + D(500)
    assert [(one.label[-2:], one.files, one.recommended) for one in departements.lines][
        :2
    ] == [("34", 3, D(3000)), ("31", 1, D(1500))]
    assert [one.aided for one in disciplines.lines] == [1, 1, 0]
    assert [one.files for one in newcomers.lines] == [5, 0]
    for one in told.dimensions:
        assert sum(line.recommended for line in one.lines) == told.recommended
        assert sum(line.requested for line in one.lines) == told.requested
        assert one.total.share == 100
        assert (one.total.files, one.total.aided) == (5, 2)


def test_a_file_that_was_not_examined_is_no_opinion(reader):
    sitting, _files = deliberated(FIVE[:1])
    waiting = presented(sitting, requested=D(700))
    # Taken back: what was said of it before does not count.
    undone = presented(sitting)
    said(undone, Outcome.FAVOURABLE, D(900))
    Point.objects.filter(application=undone).update(state=PointState.OPEN)

    told = summary(sitting, reader)

    assert counts(told)[sitting_summary.WAITING] == 2
    assert (len(told.files), len(told.examined), told.rate) == (3, 1, 100)
    assert told.recommended == D(3000)
    assert waiting.pk in [one.key for one in told.files]


def test_nothing_recommended_is_told_without_a_rate(reader):
    sitting, _files = deliberated(rows=(), envelope=0)

    told = summary(sitting, reader)

    assert (told.rate, told.average) == (None, None)
    assert (told.envelope, told.left) == (D(0), D(0))
    assert told.outcome_parts == []


def test_a_scheme_without_an_envelope_has_none_left(reader):
    sitting, _files = deliberated(envelope=None)

    told = summary(sitting, reader)

    assert (told.envelope, told.left) == (None, None)
    assert [one.envelope for one in told.schemes] == [None]


def test_schemes_that_aim_elsewhere_have_no_common_target(reader):
    sitting, _files = deliberated()
    other = presented(sitting)

    told = summary(sitting, reader)

    assert len(told.schemes) == 2
    assert not told.zones.has_targets
    assert other.scheme_id in {one.scheme.pk for one in told.schemes}


# --- Whoever stands back -----------------------------------------------------------------
def test_whoever_stands_back_reads_sums_without_the_file(reader):
    sitting, files = deliberated()
    tied(files[0], reader)

    told = summary(sitting, reader)

    assert told.shut == 1
    assert files[0].pk not in [one.key for one in told.files]
    assert told.recommended == D(1500)
    assert told.requested == D(6000)
    # The rest of its envelope would give it back.
    assert told.left is None
    assert [one.left for one in told.schemes] == [None]
    for one in told.dimensions:
        assert one.total.recommended == D(1500)
        assert one.total.files == 4
    assert "theatre" not in [f.application.show.discipline for f in told.aided]


def test_the_rest_of_another_scheme_is_told(reader):
    sitting, _files = deliberated()
    shut = presented(sitting)
    tied(shut, reader)
    sitting.envelopes.create(scheme=shut.scheme, amount=D(900))

    told = summary(sitting, reader)

    left = {one.scheme.pk: one.left for one in told.schemes}
    assert left.pop(shut.scheme_id) is None
    assert list(left.values()) == [D(1500)]
    assert told.left is None


def test_under_the_strict_option_the_whole_scheme_is_left_out(reader):
    sitting, files = deliberated()
    Sitting.objects.filter(pk=sitting.pk).update(strict=True)
    tied(files[0], reader, "employment")

    told = summary(sitting, reader)

    assert (told.shut, told.files, told.recommended) == (5, [], D(0))


@pytest.mark.parametrize("kind", ["summary", "summary_pdf", "summary_xlsx"])
def test_nothing_of_a_shut_file_is_handed_out(client, reader, kind):
    sitting, files = deliberated()
    shut, other = files[0], files[1]
    Opinion.objects.filter(point__application=shut).update(amount=D(3137))
    tied(shut, reader)
    client.sign_in(reader)

    words = content(client.get(address(kind, sitting)), kind)

    assert other.number in words
    for secret in (shut.number, shut.show.title, shut.organisation.name):
        assert secret not in words
    # Neither its amount, nor the sum with it, nor what it leaves of the envelope.
    digits = words.replace("\u202f", "")
    for sum_of_it in ("3137", "4637", "1363"):
        assert sum_of_it not in digits


def content(response, kind):
    """The words of an answer: a page, a PDF or a workbook."""
    if kind == "summary":
        return response.content.decode()
    if kind == "summary_pdf":
        pages = PdfReader(BytesIO(response.content)).pages
        return " ".join(one.extract_text() for one in pages)
    cells = [row for _title, rows in sheets(response) for row in rows]
    return " ".join(str(cell) for row in cells for cell in row)


def sheets(response):
    book = load_workbook(BytesIO(response.content))
    return [(one.title, list(one.values)) for one in book]


# --- The pages -------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["summary", "summary_pdf", "summary_xlsx"])
@pytest.mark.parametrize("state", [SittingState.PREPARING, SittingState.IN_SESSION])
def test_there_is_no_summary_before_the_end(client, reader, kind, state):
    sitting, _files = deliberated()
    Sitting.objects.filter(pk=sitting.pk).update(state=state)
    client.sign_in(reader)

    assert client.get(address(kind, sitting)).status_code == 404
    change = client.get(address("change", sitting)).content.decode()
    assert address("summary", sitting) not in change


def test_the_page_says_that_these_are_opinions(client, reader):
    sitting, files = deliberated()
    client.sign_in(reader)

    words = page(client, sitting)

    assert " ".join(str(OPINIONS).split()) in words
    assert "4 500 €" in words
    assert "60-20-10-10" in words
    assert files[0].show.title in words
    assert "Ce qui s’est dit reste secret." not in words
    change = client.get(address("change", sitting)).content.decode()
    assert address("summary", sitting) in change


def test_an_accountant_reads_no_opinion_before_it_is_a_decision(client):
    sitting, files = deliberated()
    client.sign_in(PersonFactory(accountant=True))

    for name in ("summary", "summary_pdf", "summary_xlsx", "agenda"):
        answer = client.get(reverse(f"admin:grants_sitting_{name}", args=[sitting.pk]))
        assert answer.status_code == 403
        assert files[0].number not in answer.text


@pytest.mark.parametrize("count", [1, 5])
def test_eight_queries_whatever_the_number_of_files(
    reader, count, django_assert_num_queries
):
    sitting, _files = deliberated(FIVE[:1] * count)

    with django_assert_num_queries(8):
        told = summary(sitting, reader)
        assert len(told.files) == count


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_costs_the_same_for_one_file_and_for_five(
    client, reader, count, django_assert_max_num_queries
):
    sitting, _files = deliberated(FIVE[:1] * count)
    client.sign_in(reader)
    client.get(address("summary", sitting))

    with django_assert_max_num_queries(15):
        client.get(address("summary", sitting))


# --- Taken away --------------------------------------------------------------------------
def test_the_workbook_holds_numbers_on_seven_sheets(client, reader):
    sitting, files = deliberated()
    client.sign_in(reader)

    response = client.get(address("summary_xlsx", sitting))
    read = sheets(response)

    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert len(read) == 7
    for _title, rows in read:
        assert rows[1][0] == str(OPINIONS)
    overview, listed, disciplines, departements, zones, schemes, aided = (
        rows[4:] for _title, rows in read
    )
    assert 4500 in [row[2] for row in overview]
    assert 0.4 in [row[3] for row in overview]
    assert [row[0] for row in listed] == [one.number for one in files]
    assert [row[5:] for row in listed][:3] == [
        *((4000, 3500, 3200, 3000), (2000, 1800, 1800, 1500), (1000, 900, 900, None))
    ]
    assert disciplines[-1][1:] == (5, 2, 10000, 4500, 1)
    assert departements[0][1:] == (3, 1, 7000, 3000, 0.67)
    assert zones[0][1:] == (3, 1, 6000, 2250, 0.5, 0.6)
    assert schemes[0][1:] == (5, 2, 10000, 7200, 6700, 4500, 6000, 1500)
    assert aided[0] == ("Disciplines", "Théâtre", 1, 1, 4)


def test_no_cell_of_the_workbook_is_a_formula(client, reader):
    sitting, files = deliberated(FIVE[:1])
    show, house = files[0].show, files[0].organisation
    show.title, house.name = '=HYPERLINK("http://ailleurs.example")', "@SOMME(1)\x0b"
    show.save(), house.save()
    client.sign_in(reader)

    response = client.get(address("summary_xlsx", sitting))

    book = load_workbook(BytesIO(response.content))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    words = [cell.value for cell in cells]
    assert '\'=HYPERLINK("http://ailleurs.example")' in words
    assert "'@SOMME(1)" in words


def test_the_paper_tells_the_same(client, reader):
    sitting, files = deliberated()
    client.sign_in(reader)

    response = client.get(address("summary_pdf", sitting))
    words = " ".join(content(response, "summary_pdf").split())

    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert "des avis, non des décisions" in words
    assert "60-20-10-10" in words
    assert files[0].show.title in words
    assert "Ce qui s’est dit reste secret." not in words


def test_a_first_application_is_one_of_a_team_without_any_before(reader):
    sitting, files = deliberated()
    past = in_review()
    ApplicationFactory(
        sent=True,
        organisation=files[0].organisation,
        sitting=past,
        submitted_at=past.opens_at,
    )

    told = summary(sitting, reader)

    assert told.newcomers == 1
    assert [one.files for one in told.dimensions[3].lines] == [4, 1]


def test_two_files_of_a_team_are_one_team(reader):
    sitting, files = deliberated(FIVE[:1])
    again = examined(sitting, FIVE[1], files[0].rules)
    again.organisation = files[0].organisation
    again.show = files[0].show
    again.save()
    close(sitting)

    told = summary(sitting, reader)

    assert (len(told.aided), told.teams, told.works) == (2, 1, 1)
