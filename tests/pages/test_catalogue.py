"""The catalogue: what stands in it, in which order, and how it is narrowed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from agency.activities.services import enrolments
from agency.activities.states import ActivityState, SessionState
from agency.core.clock import now, paris
from agency.core.dates import day
from agency.pages.filters import on_show
from tests.activities.factories import (
    ActivityFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.people.factories import (
    PersonFactory,
    ProfessionFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db

CATALOGUE = "/activites/"


def titles(client, **query):
    page = client.get(CATALOGUE, query).context["page"]
    return [activity.title for activity in page]


def test_drafts_are_not_shown_even_to_staff():
    ActivityFactory(draft=True)

    assert not on_show(AnonymousUser()).exists()
    assert not on_show(PersonFactory(officer=True)).exists()


def test_open_comes_first_then_running_then_announced_then_what_is_over(client):
    for state in ("completed", "announced", "running", "open"):
        activity = ActivityFactory(state=state, title=state)
        SessionFactory(activity=activity, starts_in=-3 if state == "completed" else 9)

    assert titles(client) == ["open", "running", "announced", "completed"]


def test_what_ended_more_than_a_year_ago_is_gone(client):
    old = ActivityFactory(completed=True, title="ancien")
    SessionFactory(activity=old, starts_in=-400, state=SessionState.HELD)

    assert titles(client) == []
    assert client.get(old.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("words", ["theatre", "THÉÂTRE", "passage theatre"])
def test_words_are_found_whatever_their_accents_and_case(client, words):
    ActivityFactory(title="Le Théâtre du Passage")
    ActivityFactory(title="Autre chose")

    assert titles(client, q=words) == ["Le Théâtre du Passage"]


def test_kind_profession_and_territory_narrow_the_list(client):
    trade, land = ProfessionFactory(slug="production"), TerritoryFactory(code="L1")
    cycle = PracticeCycleFactory(title="cycle")
    cycle.professions.add(trade)
    cycle.territories.add(land)
    other = ActivityFactory(title="groupe")
    other.professions.add(ProfessionFactory(slug="regie"))

    assert titles(client, genre="practice_cycle") == ["cycle"]
    assert titles(client, metier="production") == ["cycle"]
    assert titles(client, territoire="L1") == ["cycle"]
    assert sorted(titles(client, metier=["production", "regie"])) == ["cycle", "groupe"]


def test_format_and_month_narrow_the_list(client):
    online, onsite = ActivityFactory(title="visio"), ActivityFactory(title="salle")
    SessionFactory(activity=online, remote=True, starts_in=200)
    SessionFactory(activity=onsite, starts_in=5)
    later = paris(now() + timedelta(days=120)).strftime("%Y-%m")

    assert titles(client, format="remote") == ["visio"]
    assert titles(client, mois=later) == ["visio"]


def test_free_seats_only(client):
    full = ActivityFactory(title="plein", capacity=1)
    enrolments.register(full, person=PersonFactory())
    ActivityFactory(title="libre", capacity=1)
    ActivityFactory(title="fermé", closed=True)

    assert titles(client, places="on") == ["libre"]


@pytest.mark.parametrize(
    "query",
    [
        {"mois": "hier"},
        {"genre": "inconnu"},
        {"metier": "inconnu"},
        {"page": "0"},
        {"page": "x"},
        {"q": "<script>" * 50},
        {"places": "peut-être"},
    ],
    ids=str,
)
def test_nonsense_in_the_address_breaks_nothing(client, query):
    ActivityFactory()

    assert client.get(CATALOGUE, query).status_code == 200


def test_facets_say_how_many_activities_stand_behind_each_box(client):
    trade = ProfessionFactory(slug="production-diffusion")
    land = TerritoryFactory(code="L1")
    for days, cycle in enumerate(PracticeCycleFactory.create_batch(2)):
        SessionFactory(activity=cycle, starts_in=days + 3)
        cycle.professions.add(ProfessionFactory(parent=trade), trade)
        cycle.territories.add(land)
    ActivityFactory(announced=True)

    facets = {f.name: f for f in client.get(CATALOGUE).context["facets"]}

    counts = {option.value: option.count for option in facets["genre"].options}
    assert counts == {"practice_cycle": 2, "peer_group": 1}
    assert [(o.value, o.count) for o in facets["metier"].options] == [(trade.slug, 2)]
    assert [(o.value, o.count) for o in facets["territoire"].options] == [("L1", 2)]
    assert facets["places"].options[0].count == 2


def test_trade_stands_for_those_below_it(client):
    trade = ProfessionFactory(slug="production-diffusion")
    below = ActivityFactory(title="chargée de diffusion")
    below.professions.add(ProfessionFactory(parent=trade))
    ActivityFactory(title="autre").professions.add(ProfessionFactory())

    assert titles(client, metier="production-diffusion") == ["chargée de diffusion"]


@pytest.mark.parametrize("count", [1, 3])
def test_catalogue_makes_as_many_queries_whatever_its_rows(
    client, count, django_assert_max_num_queries
):
    trade = ProfessionFactory()
    for _one in range(count):
        SessionFactory(activity=ActivityFactory()).activity.professions.add(trade)

    with django_assert_max_num_queries(12):
        client.get(CATALOGUE, {"genre": "peer_group", "metier": trade.slug})


def test_htmx_receives_the_rows_alone(client):
    ActivityFactory(title="Une ligne")

    answer = client.get(CATALOGUE, headers={"HX-Request": "true"})

    assert "Une ligne" in answer.text
    assert "<html" not in answer.text
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize("path", ["/cycles/", "/groupes/", "/co-developpement/"])
def test_each_kind_has_a_short_address(client, path):
    answer = client.get(path, follow=True)

    assert answer.status_code == 200
    assert answer.redirect_chain[0][0].startswith(f"{CATALOGUE}?genre=")


def test_home_shows_no_cancelled_activity_among_the_next_dates(client):
    gone = ActivityFactory(state=ActivityState.CANCELLED, title="Partie")
    SessionFactory(activity=gone, starts_in=2)
    kept = ActivityFactory(title="Tenue")
    SessionFactory(activity=kept, starts_in=3)

    context = client.get("/").context

    assert context["next_session"].activity == kept
    assert context["posters"] == []


def test_button_of_the_sheet_counts_the_criteria(client):
    ActivityFactory(title="Le Th\u00e9\u00e2tre")

    assert "Filtrer (" not in client.get(CATALOGUE).text
    assert (
        "Filtrer (1\u00a0crit\u00e8re)" in client.get(CATALOGUE, {"q": "theatre"}).text
    )
    two = client.get(CATALOGUE, {"q": "theatre", "places": "on"})
    assert "Filtrer (2\u00a0crit\u00e8res)" in two.text


def test_nothing_to_filter_without_activities(client):
    page = client.get(CATALOGUE).text

    assert "data-filters" not in page
    assert "La saison n\u2019est pas encore annonc\u00e9e." in page


def test_home_and_catalogue_count_the_same_activities(client):
    ActivityFactory()
    over = ActivityFactory(completed=True)
    SessionFactory(activity=over, starts_in=-3, state=SessionState.HELD)

    assert client.get("/").context["total"] == 2
    assert client.get(CATALOGUE).context["total"] == 2


def test_running_activity_tells_its_next_date(client):
    session = SessionFactory(activity=ActivityFactory(running=True), starts_in=9)

    told = f"Prochaine s\u00e9ance le {day(session.starts_at)}"
    assert told in client.get(CATALOGUE).text
    assert told in client.get("/").text
