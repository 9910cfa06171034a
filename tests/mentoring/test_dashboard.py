"""The dashboard of an edition: names for its officer, sums for direction, nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import today
from tests.mentoring.factories import (
    AgencyNoteFactory,
    EditionFactory,
    GoalFactory,
    MentoringApplicationFactory,
    PairAlertFactory,
    PairFactory,
    PairMeetingFactory,
    PrivateNoteFactory,
    PulseCheckFactory,
    RunningEditionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

MARKER = "MARQUEUR-QUE-PERSONNE-NE-LIT"
ROOM = "admin:mentoring_mentoringedition"


@pytest.fixture
def edition(officer):
    return RunningEditionFactory(officer=officer, confidentiality="sealed")


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


def signed_in(client, **role):
    person = PersonFactory(**role)
    client.sign_in(person)
    return client


def address(edition, page="dashboard"):
    return reverse(f"{ROOM}_{page}", args=[edition.pk])


def pair(edition, *ago, **more):
    one = PairFactory(activity=edition, active=True, **more)
    for days in ago:
        day = today() - timedelta(days=days)
        PairMeetingFactory(pair=one, day=day, topics=["budget"], shared_note=MARKER)
    return one


def full(edition, count):
    """So many pairs, one of which needs a call; and an application without a pair."""
    for _n in range(count):
        PulseCheckFactory(pair=pair(edition, 40, 10), answered=True, level=4)
    worst = pair(edition, mentee__family_name="Introuvable")
    PairAlertFactory(pair=worst, cause="help", words="Appelez-moi vite")
    MentoringApplicationFactory(edition=edition, retained=True)
    return worst


def test_the_officer_sees_whom_to_call_first(desk, edition):
    worst = full(edition, 2)

    page = desk.get(address(edition))

    assert page.context["pairs"][0]["row"].pair == worst
    [alert] = worst.alerts.all()
    settle = reverse("admin:mentoring_pairalert_move", args=[alert.pk, "settle"])
    assert settle in page.text
    assert reverse("admin:mentoring_pair_change", args=[worst.pk]) in page.text


def test_no_word_of_a_pair_is_there(desk, edition):
    worst = full(edition, 1)
    met = PairMeetingFactory(pair=worst, shared_note=MARKER)
    PrivateNoteFactory(meeting=met, text=MARKER)
    GoalFactory(pair=worst, text=MARKER)
    AgencyNoteFactory(pair=worst, text=MARKER)

    page = desk.get(address(edition)).text

    assert MARKER not in page
    assert "Appelez-moi vite" not in page


def test_direction_reads_sums_without_a_name(client, edition):
    worst = full(edition, 6)

    page = signed_in(client, direction=True).get(address(edition)).text

    for one in edition.pairs.select_related("mentor", "mentee"):
        assert one.mentor.full_name not in page
        assert one.mentee.full_name not in page
    assert reverse("admin:mentoring_pair_change", args=[worst.pk]) not in page


def test_direction_reads_no_count_under_five(client, edition):
    full(edition, 6)

    page = signed_in(client, direction=True).get(address(edition))

    sums = page.context["sums"]
    assert sums.waiting_alerts is None
    assert all(one.count is None or not 0 < one.count < 5 for one in sums.colours.cells)
    # Six are well and one is not: both are told together.
    assert sums.colours.rest == 7
    assert sums.topics[0].pairs == 6


@pytest.mark.parametrize("role", ["officer", "secretary", "accountant", "superuser"])
def test_a_colleague_reads_neither(client, edition, role):
    full(edition, 1)
    colleague = PersonFactory(**{role: True})
    EditionFactory(officer=colleague)
    client.sign_in(colleague)

    for page in ("dashboard", "report"):
        assert client.get(address(edition, page)).status_code in (302, 403, 404)
    assert client.post(address(edition, "report")).status_code in (302, 403, 404)


def test_the_page_of_the_edition_leads_there_first(desk, edition):
    page = desk.get(reverse(f"{ROOM}_change", args=[edition.pk]))

    assert page.context["tools"][0]["url"] == address(edition)


@pytest.mark.parametrize("count", [3, 30])
def test_as_many_queries_for_three_pairs_as_for_thirty(
    desk, edition, count, django_assert_max_num_queries
):
    full(edition, count - 1)
    desk.get(address(edition))

    with django_assert_max_num_queries(15):
        page = desk.get(address(edition))
    assert len(page.context["pairs"]) == count


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "n’est pas encore ouvert"),
        ("open", "aucune candidature pour l’instant"),
        ("closed", "Aucune candidature, aucun binôme"),
    ],
)
def test_an_empty_edition_says_what_comes_next(desk, edition, state, said):
    edition.state = state
    edition.save()

    assert said in desk.get(address(edition)).text


def test_a_pulse_is_told_of_five_people_and_no_fewer(desk, edition):
    for _n in range(4):
        PulseCheckFactory(pair=pair(edition), answered=True, level=2)
    assert desk.get(address(edition)).context["sums"].pulse is None

    PulseCheckFactory(pair=pair(edition), answered=True, level=5)

    assert desk.get(address(edition)).context["sums"].pulse == (2.6, 5)
