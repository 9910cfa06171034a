"""The programme of a season: what it shows, what it leaves out, and what a visitor costs."""

from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agency.activities.models import Activity
from agency.activities.printed import programme
from agency.activities.services import programmes
from agency.activities.views import seasons
from agency.core.clock import PARIS
from agency.documents import engine
from agency.documents.storage import private_storage
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
    SeasonFactory,
    SessionFactory,
    VenueFactory,
)
from tests.documents import printed as made
from tests.documents.reading import fonts, opened, tags, words
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return made.season()


def take(client, season):
    answer = client.get(season.get_programme_url())
    answer.data = b"".join(answer) if answer.streaming else answer.content
    return answer


def text_of(season):
    return words(made.season_programme(season))


# --- What it shows ------------------------------------------------------------
def test_programme_says_what_a_professional_looks_for(season):
    text = text_of(season)

    for said in (
        "Saison 2026 2027",
        "Le calendrier",
        "Septembre 2026",
        "Groupes de travail",
        "Administration : trois journées, trois sujets",
        "Administratrices et administrateurs de compagnie",
        "9 h 30 – 12 h 30, La Filature basse, Bréville",
        "15 places. Gratuit, déjeuner libre.",
        "Inscription jusqu’au 4 décembre 2026",
        "rendez-vous-1/",
        "Les inscriptions ne sont pas encore ouvertes.",
        "Les dates seront annoncées",
        "À jour sur le site",
        "14 rue des Deux-Quais",
        "page 2 sur",
    ):
        assert said in text, said


def test_only_what_a_visitor_may_see_is_in_it(season):
    ActivityFactory(season=season, title="Encore un secret", draft=True)
    ActivityFactory(season=season, title="Ne se fera pas", cancelled=True)
    other = SeasonFactory(
        name="2030-2031", starts_on="2030-09-01", ends_on="2031-08-31"
    )
    ActivityFactory(season=other, title="Plus tard")

    text = text_of(season)

    for title in ("Encore un secret", "Ne se fera pas", "Plus tard"):
        assert title not in text


def test_sealed_sessions_have_no_title_and_nobody_is_named(season):
    cycle = PracticeCycleFactory(season=season, title="Cycle scellé")
    SessionFactory(activity=cycle, title="La fatigue de Camille", number=1)
    EnrolmentFactory(activity=cycle, person__family_name="Autremembre", confirmed=True)

    text = text_of(season)

    assert "Cycle scellé" in text
    assert "La fatigue" not in text
    assert "Autremembre" not in text


def test_cancelled_sessions_are_not_on_the_sheet(season):
    group = ActivityFactory(season=season)
    SessionFactory(activity=group, cancelled=True, venue__name="Lieu abandonné")

    assert "Lieu abandonné" not in text_of(season)


def test_what_runs_for_years_shows_the_dates_of_the_season(season):
    group = ActivityFactory(season=season, title="Groupe au long cours")
    for number, year in enumerate((2025, 2027), start=1):
        starts_at = datetime(year, 5, 3, 9, tzinfo=PARIS)
        SessionFactory(activity=group, number=number, starts_at=starts_at)

    text = text_of(season)

    assert "3 mai 2027" in text
    assert "Mai 2027" in text
    assert "2025" not in text


def test_empty_season_says_that_it_is_being_prepared():
    text = text_of(made.season(()))

    assert "La saison se prépare" in text
    assert "Le calendrier" not in text


@pytest.mark.slow
def test_forty_activities_are_all_there_with_their_bookmarks():
    reader = opened(made.season_programme(made.season(times=10)))
    titles = [item.title for item in flat(reader.outline)]

    assert sum("Produire et diffuser" in title for title in titles) == 10
    assert "Le calendrier" in titles


def flat(outline):
    for item in outline:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def test_programme_is_tagged_in_french_with_its_fonts(season):
    data = made.season_programme(season)
    root = opened(data).trailer["/Root"]

    assert root["/Lang"] == "fr"
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/Link"} <= set(tags(data))
    assert all("/FontFile2" in one for _name, one, _way in fonts(data))


def test_titles_without_end_and_markup_stay_words(season):
    title = "<b>Titre</b> & =HYPERLINK(1) " + "Anticonstitutionnellement " * 11
    group = ActivityFactory(season=season, title=title[:300], summary="<i>x</i>" * 40)
    bare = VenueFactory(name="Halle", address="", city="")
    SessionFactory(activity=group, venue=bare, number=1)
    SessionFactory(activity=group, venue=None, number=2)

    text = text_of(season)

    assert "<b>Titre</b> & =HYPERLINK(1)" in text
    assert "<i>x</i>" in text
    assert "None" not in text


def test_characters_that_nobody_can_print(season):
    entries = programme.load(season)
    entries[0].activity.title = "Administration\0 \x1b[31m et autres"
    page = engine.source(programme.TEMPLATE, programme.context(season, entries))

    assert "et autres" in words(programme.pdf(page, made.SIGNED_AT))


def test_agency_without_a_short_name_nor_anything_else(settings, season):
    bare = dict.fromkeys(settings.AGENCY, "")
    settings.AGENCY = bare | {"name": "Agence des Lisières"}

    text = text_of(season)

    assert "Agence des Lisières" in text
    assert "référent·e" not in text


# --- What a visitor costs ----------------------------------------------------
def test_it_is_made_once_and_again_when_something_changes(client, season, monkeypatch):
    drawn = []
    real = engine.pdf
    monkeypatch.setattr(engine, "pdf", lambda html: drawn.append(1) or real(html))

    first, second = take(client, season), take(client, season)
    assert len(drawn) == 1
    assert first.data == second.data
    assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")

    Activity.objects.filter(season=season).update(summary="Tout a changé.")
    assert "Tout a changé." in words(take(client, season).data)
    assert len(drawn) == 2


def test_seats_taken_change_nothing(season):
    before = programme.source(season)
    EnrolmentFactory(activity=season.activities.first(), confirmed=True)

    assert programme.source(season) == before


def test_what_is_known_already_is_not_sent_again(client, season):
    first = take(client, season)
    again = client.get(season.get_programme_url(), HTTP_IF_NONE_MATCH=first["ETag"])

    assert again.status_code == 304
    assert "max-age=300" in first["Cache-Control"]


def test_one_makes_it_and_the_others_read_the_one_before(client, season):
    take(client, season)
    before = take(client, season).data
    Activity.objects.filter(season=season).update(summary="Tout a changé.")
    cache.add(programmes._turn(season), 1)

    assert take(client, season).data == before


def test_nobody_waits_for_the_first_to_be_made(client, season):
    cache.add(programmes._turn(season), 1)

    answer = take(client, season)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "revenez dans une minute" in answer.data.decode()


def test_a_page_that_cannot_be_made_is_not_tried_at_each_request(season, monkeypatch):
    tried = []

    def fail(html):
        tried.append(1)
        raise OSError("disk full")

    monkeypatch.setattr(engine, "pdf", fail)
    with pytest.raises(OSError, match="disk full"):
        programmes.current(season)

    assert programmes.current(season) is None
    assert len(tried) == 1


def test_former_files_are_forgotten(season):
    for words_ in ("Un.", "Deux.", "Trois.", "Quatre."):
        Activity.objects.filter(season=season).update(summary=words_)
        name = programmes.current(season)

    assert private_storage().exists(name)
    assert len(programmes._kept(private_storage(), season)) == 2


def test_whoever_insists_is_asked_to_wait(client, season, monkeypatch):
    monkeypatch.setattr(seasons, "MOST", 2)

    assert [take(client, season).status_code for _n in range(3)] == [200, 200, 429]


def test_as_many_queries_whatever_the_season(client):
    counts = []
    for name, times in (("2026-2027", 1), ("2026-2027", 8)):
        season = made.season(times=times)
        programmes.current(season)
        with CaptureQueriesContext(connection) as asked:
            take(client, season)
        counts.append(len(asked))
        season.activities.all().delete()
        assert season.name == name

    assert counts[0] == counts[1] <= 6


# --- Where it is -------------------------------------------------------------
def test_unknown_season_is_no_page(client):
    assert client.get("/saisons/1900-1901/programme.pdf").status_code == 404


def test_catalogue_and_agenda_lead_to_it(client):
    season = SeasonFactory()

    for page in ("pages:activity-list", "pages:agenda"):
        assert season.get_programme_url() in client.get(reverse(page)).text


def test_without_a_season_there_is_no_link(client):
    for page in ("pages:activity-list", "pages:agenda"):
        assert "programme.pdf" not in client.get(reverse(page)).text


def test_desk_leads_to_it(client, season):
    client.sign_in(PersonFactory(officer=True))
    page = client.get(reverse("admin:activities_season_change", args=[season.pk]))

    assert season.get_programme_url() in page.text


def test_years_stay_apart_in_the_address():
    season = SeasonFactory(
        name="2026\u20132027", starts_on="2026-09-01", ends_on="2027-08-31"
    )

    assert season.get_programme_url() == "/saisons/2026-2027/programme.pdf"


@pytest.mark.parametrize("name", ["Saison 2026/27", "\u2605"])
def test_any_name_of_a_season_makes_an_address(client, name):
    season = SeasonFactory(name=name, starts_on="2026-09-01", ends_on="2027-08-31")
    season.refresh_from_db()

    assert take(client, season).status_code == 200
