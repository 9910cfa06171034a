"""The lines of the morning: whose they are, how soon, and what is found where they lead."""

import pytest

from agency.core.clock import travel
from agency.pages.sorts import by_key
from tests.activities.factories import (
    ActivityFactory,
    DifficultyFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
)
from tests.pages.mornings import (
    DESK,
    TEAM,
    THURSDAY,
    convened_in,
    lines,
    lived_in,
    over,
    refused_message,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_afternoon():
    with travel(THURSDAY):
        yield


def found(client, line):
    """How many of what the line counts stand where it leads."""
    page = client.get(line.url, follow=True)
    assert page.status_code == 200, line.url
    context = page.context
    if "cl" in context:
        return context["cl"].result_count
    if "convening" in context:
        convening = context["convening"]
        if convening.is_scheduled:
            return 1
        return convening.paper if "imprimer" in line.title else convening.failed
    if "board" in context:
        return sum(row.is_candidate for row in context["board"].rows)
    if "taken" in context:
        activity = context["activity"]
        return min(activity.capacity - context["taken"], len(context["rows"]))
    # The page of a colleague's sealed group: a number, and why there are no names.
    assert "choisissez-vous" in page.text
    return line.count


# --- Where the lines lead ----------------------------------------------------------
@pytest.mark.parametrize(
    "role",
    [
        "officer",
        pytest.param("secretary", marks=pytest.mark.slow),
        pytest.param("direction", marks=pytest.mark.slow),
    ],
)
def test_each_line_leads_to_as_many_as_it_counts(client, role):
    person, colleague = PersonFactory(**{role: True}), PersonFactory(officer=True)
    for officer in (person, colleague):
        lived_in(officer)
    client.sign_in(person)
    for pour in (person.pk, "equipe", colleague.pk):
        shown = lines(client, f"{DESK}?pour={pour}")

        assert len(shown) > 15
        told = [(line.title, line.count) for line in shown]
        assert [(line.title, found(client, line)) for line in shown] == told


def test_every_sort_of_the_kernel_has_its_line(client):
    person = PersonFactory(officer=True)
    lived_in(person)

    shown = {line.sort.url for line in lines(client.sign_in(person))}

    assert {sort.url for sort, _days in by_key().values()} <= shown


@pytest.mark.parametrize("role", ["accountant", "decider", "disability_officer"])
def test_who_runs_no_activity_decides_nothing_and_chooses_nobody(client, role):
    lived_in(PersonFactory(officer=True))
    page = client.sign_in(PersonFactory(**{role: True})).get(TEAM)

    assert page.context["lines"] == []
    assert "De qui" not in page.text
    assert "Qui porte quoi" not in page.text
    assert "en liste d’attente" not in page.text


# --- Whose ------------------------------------------------------------------------
def test_an_officer_reads_their_own_first_then_the_team_by_one_press(client):
    mine, other = PersonFactory(officer=True), PersonFactory(officer=True)
    for officer, count in ((mine, 1), (other, 2)):
        ActivityFactory.create_batch(count, officer=officer, draft=True)
    client.sign_in(mine)

    def drafts(address):
        (line,) = lines(client, address)
        return line.count

    assert drafts(DESK) == 1
    assert drafts(TEAM) == 3
    assert drafts(f"{DESK}?pour={other.pk}") == 2
    # An address that means nothing is one's own.
    assert drafts(f"{DESK}?pour=999999") == 1
    assert drafts(f"{DESK}?pour=n%C2%B2") == 1


@pytest.mark.parametrize("role", ["secretary", "direction"])
def test_direction_and_secretary_read_the_team_first(client, role):
    person = PersonFactory(**{role: True})
    ActivityFactory(draft=True)
    client.sign_in(person)

    (line,) = lines(client, DESK)

    assert line.count == 1
    assert lines(client, f"{DESK}?pour={person.pk}") == []


def test_what_is_nobodys_is_told_to_each_in_their_own_morning(client):
    mine, other = PersonFactory(officer=True), PersonFactory(officer=True)
    refused_message()
    client.sign_in(mine)

    assert [line.title for line in lines(client, DESK)] == ["Courriel refusé"]
    assert lines(client, f"{DESK}?pour={other.pk}") == []


def test_the_people_one_may_choose_are_those_who_have_something(client):
    busy, idle = PersonFactory(officer=True), PersonFactory(officer=True)
    ActivityFactory(officer=busy, draft=True)

    page = client.sign_in(PersonFactory(secretary=True)).get(DESK).text

    assert f"?pour={busy.pk}" in page
    assert f"?pour={idle.pk}" not in page


def test_no_line_names_somebody_of_a_sealed_group_nor_a_private_word(client):
    sealed = PracticeCycleFactory(running=True)
    seat = EnrolmentFactory(activity=sealed, offered=True)
    DifficultyFactory(enrolment=EnrolmentFactory(activity=sealed, accepted=True))
    convened_in(2, sealed)
    for role in ("officer", "secretary", "direction"):
        page = client.sign_in(PersonFactory(**{role: True})).get(TEAM)

        titles = [line.title for line in page.context["lines"]]
        assert titles == ["Séance à convoquer"]
        assert seat.person.family_name not in page.text
    own = lines(client.sign_in(sealed.officer))
    assert {line.title for line in own} == {
        "Séance à convoquer",
        "Place proposée sans réponse",
        "Difficulté déclarée en privé",
    }


# --- Who carries what -----------------------------------------------------------------
def test_direction_reads_who_carries_what(client):
    busy = PersonFactory(officer=True)
    activity = ActivityFactory(officer=busy, running=True)
    over(5, activity)
    convened_in(2, activity)
    ActivityFactory(officer=busy, draft=True, opens_at=None)

    page = client.sign_in(PersonFactory(direction=True)).get(DESK)

    (load,) = page.context["loads"]
    assert (load.officer, load.sessions, load.waiting, load.late) == (busy.pk, 1, 3, 2)
    assert "Qui porte quoi" in page.text


@pytest.mark.parametrize("role", ["officer", "secretary"])
def test_nobody_else_compares_their_colleagues(client, role):
    ActivityFactory(draft=True)

    page = client.sign_in(PersonFactory(**{role: True})).get(TEAM)

    assert "Qui porte quoi" not in page.text
