from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from agency.activities.models import Enrolment
from agency.core.clock import travel
from agency.core.templatetags import plateau

N, T = "\u00a0", "\u202f"
TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today():
    with travel(TODAY):
        yield


@dataclass
class Venue:
    name: str = "La Filature basse"
    step_free: bool = False
    hearing_loop: bool = False
    accessible_parking: bool = False
    accessible_toilets: bool = False
    access_note: str = ""

    def __str__(self):
        return f"{self.name}, Br\u00e9ville"


def session(**fields):
    values = {"format": "onsite", "venue": Venue(), "starts_at": TODAY} | fields
    return SimpleNamespace(**values)


def render(source, **context):
    return Template("{% load plateau %}" + source).render(Context(context)).strip()


def test_date_is_read_weekday_first():
    html = render("{% date day %}", day=date(2027, 1, 15))

    assert html == (
        '<time class="date" datetime="2027-01-15"><span>ven.</span> <b>15</b> '
        "<span>janv.</span></time>"
    )


def test_date_of_the_spot_has_its_month_in_full():
    html = render("{% date day spot=True left=True %}", day=date(2026, 11, 26))

    assert html == (
        '<time class="date date--spot date--left" datetime="2026-11-26"><b>26</b> '
        "<span>novembre</span></time>"
    )


def test_date_of_the_spot_says_the_year_of_a_far_month():
    html = render("{% date day spot=True %}", day=date(2027, 10, 14))

    assert f"<span>octobre{N}2027</span>" in html


def test_state_is_a_word_and_a_shape():
    html = render("{% state 'Complet' 'full' %}")

    assert html == '<span class="state" data-s="wait">Complet</span>'


def test_state_of_a_row_takes_its_french_word():
    row = Enrolment(state="confirmed")

    html = render("{% state_of row %}", row=row)

    assert html == '<span class="state" data-s="yes">Confirm\u00e9e</span>'


def test_shape_of_an_unknown_state_is_hollow():
    assert plateau.shape("unheard_of") == "announced"


@pytest.mark.parametrize(
    ("total", "size"), [(15, (162, 14)), (20, (217, 14)), (40, (217, 32))]
)
def test_seats_stand_in_rows_of_twenty(total, size):
    drawing = render("{% seats 3 total %}", total=total)
    taken, free = drawing.split("<path")[1:]

    assert 'width="{}" height="{}"'.format(*size) in drawing
    assert (taken.count("M"), free.count("M")) == (3, total - 3)


def test_seats_of_an_overbooked_room_are_all_taken():
    assert render("{% seats 18 15 %}").count("<path") == 1


@pytest.mark.parametrize("total", [None, 0, 41])
def test_seats_are_not_drawn_without_limit_or_beyond_forty(total):
    assert render("{% seats 3 total %}", total=total) == ""


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (11, "4 places sur 15"),
        (14, "1 place sur 15"),
        (15, "Les 15 places sont prises"),
        (16, "Les 15 places sont prises"),
    ],
)
def test_seats_sentence_counts_what_is_left(taken, said):
    assert plateau.seats_sentence(taken, 15) == said


def test_seats_sentence_adds_the_deadline():
    closes = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)

    assert plateau.seats_sentence(11, 15, closes) == (
        f"4 places sur 15, jusqu\u2019au 4{N}d\u00e9cembre"
    )


def test_seats_sentence_of_a_full_room_has_no_deadline():
    closes = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)

    assert plateau.seats_sentence(15, 15, closes) == "Les 15 places sont prises"


def test_seats_sentence_without_limit_is_the_deadline_alone():
    closes = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)

    assert plateau.seats_sentence(11, None, closes) == (
        f"Jusqu\u2019au 4{N}d\u00e9cembre"
    )


def test_dates_sentence_of_one_session_gives_its_hours():
    start = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    end = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)

    assert plateau.dates_sentence(start, end, 1) == (
        f"Mardi 1er{N}d\u00e9cembre{N}2026, 10{N}h{N}\u2013 16{N}h{N}30"
    )


def test_dates_sentence_of_several_gives_their_span():
    start = datetime(2027, 1, 15, 8, 30, tzinfo=UTC)
    end = datetime(2027, 6, 11, 10, 30, tzinfo=UTC)

    assert plateau.dates_sentence(start, end, 6) == (
        f"Du{N}15{N}janvier au{N}11{N}juin{N}2027, six s\u00e9ances"
    )


def test_dates_sentence_without_date_is_empty():
    assert plateau.dates_sentence(None, None, 0) == ""


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "aujourd\u2019hui"),
        (date(2026, 11, 24), "demain"),
        (date(2026, 11, 26), "ce jeudi"),
        (date(2026, 12, 3), "jeudi"),
    ],
)
def test_near_day_says_how_near(day, said):
    assert plateau.near_day(day) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "aujourd\u2019hui"),
        (date(2026, 11, 24), "demain"),
        (date(2026, 11, 26), "dans trois jours"),
        (date(2027, 1, 15), "dans 53 jours"),
    ],
)
def test_days_away_counts_in_words(day, said):
    assert str(plateau.days_away(day)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "La Filature basse, Br\u00e9ville"),
        ({"format": "remote"}, "\u00e0 distance"),
        ({"format": "hybrid"}, "La Filature basse, Br\u00e9ville, et \u00e0 distance"),
        ({"venue": None}, "lieu \u00e0 pr\u00e9ciser"),
    ],
)
def test_place_is_one_line(fields, said):
    assert str(plateau.place(session(**fields))) == said


def test_sessions_all_on_one_weekday_give_it_as_title():
    fridays = [session(starts_at=date(2027, m, d)) for m, d in ((1, 15), (2, 12))]

    assert plateau.sessions_title(fridays) == "Deux vendredis"


def test_sessions_on_several_weekdays_are_counted():
    days = [session(starts_at=date(2027, 1, d)) for d in (15, 16)]

    assert plateau.sessions_title(days) == "Deux s\u00e9ances"


def test_no_session_has_a_title_still():
    assert plateau.sessions_title([]) == "Ses dates"


def test_access_tells_what_the_first_place_has():
    venue = Venue(step_free=True, access_note="ascenseur")

    assert plateau.access_sentence([session(venue=None), session(venue=venue)]) == (
        f"La Filature basse{T}: entr\u00e9e de plain-pied, ascenseur"
    )


@pytest.mark.parametrize("sessions", [[], [session(venue=None)], [session()]])
def test_access_is_silent_when_nothing_is_known(sessions):
    assert plateau.access_sentence(sessions) == ""


@pytest.mark.parametrize(
    ("value", "written"), [(48000, f"48{T}000"), (999, "999"), (1.5, "1,5"), (None, "")]
)
def test_number_is_set_in_thousands(value, written):
    assert plateau.number(value) == written


@pytest.mark.parametrize(("value", "said"), [(6, "six"), (16, "seize"), (17, "17")])
def test_numbers_are_words_up_to_sixteen(value, said):
    assert str(plateau.in_words(value)) == said


@pytest.mark.parametrize(
    ("size", "written"),
    [(10, f"1{N}Ko"), (86016, f"84{N}Ko"), (1258291, f"1,2{N}Mo")],
)
def test_file_size_is_told_in_kilobytes_then_megabytes(size, written):
    assert plateau.file_size(size) == written


def test_typed_text_is_set_with_thin_spaces():
    typed = "\u00ab Qui joue ? \u00bb : l'\u00e9quipe"

    assert (
        plateau.typo(typed) == f"\u00ab{T}Qui joue{T}?{T}\u00bb{T}: l\u2019\u00e9quipe"
    )


def test_typed_markup_stays_escaped():
    assert render("{{ text|typo }}", text="<b> !") == f"&lt;b&gt;{T}!"


def test_svg_loses_its_prologue():
    assert plateau.inline_svg("<?xml version='1.0'?>\n<svg/>") == "<svg/>"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux) Chrome/140.0 Safari/537 Edg/140.0", "Edge, Linux"),
        ("curl/8", "Appareil inconnu"),
    ],
)
def test_browser_is_named_as_people_know_it(agent, said):
    assert plateau.browser(agent) == said


def test_page_numbers_leave_the_middle_out():
    page = Paginator(range(500), 10).page(20)

    assert plateau.page_numbers(page) == [1, 0, 19, 20, 21, 0, 50]


def test_address_without_one_criterion_keeps_the_others():
    request = RequestFactory().get("/activites/?genre=a&genre=b&q=x&page=3")

    address = plateau.address_without({"request": request}, "genre", "a")

    assert address == "/activites/?genre=b&q=x"


def test_address_without_its_only_criterion_is_the_page():
    request = RequestFactory().get("/activites/?genre=a")

    assert plateau.address_without({"request": request}, "genre", "a") == "/activites/"


def test_note_about_access_is_a_sentence_of_its_own():
    venue = Venue(step_free=True, access_note="Entrez par la cour.")

    assert plateau.access_sentence([session(venue=venue)]) == (
        f"La Filature basse{T}: entr\u00e9e de plain-pied. Entrez par la cour."
    )


@pytest.mark.parametrize(
    ("over", "coming", "folded"), [(4, 1, 4), (3, 1, 0), (4, 0, 0), (0, 6, 0)]
)
def test_sessions_that_are_over_are_folded_when_many(over, coming, folded):
    past = [session(is_past=True) for _ in range(over)]
    sessions = [*past, *(session(is_past=False) for _ in range(coming))]

    assert plateau.long_past(sessions) == past[:folded]


def test_years_of_sessions_are_told():
    dated = [session(starts_at=date(2025, 9, 11)), session(starts_at=date(2027, 6, 10))]

    assert plateau.years_told(dated) == (
        f"Du{N}11{N}septembre{N}2025 au{N}10{N}juin{N}2027"
    )


def test_secret_is_told_by_four():
    assert plateau.by_four("ABCDEFGHIJ") == "ABCD EFGH IJ"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("Un carnet", "Un carnet."), ("Un carnet. ", "Un carnet."), ("Quoi\u202f?",) * 2],
)
def test_sentence_ends_with_one_stop(typed, said):
    assert plateau.stopped(typed) == said
