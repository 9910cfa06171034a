from datetime import UTC, date, datetime

import pytest

from agency.core import dates

# U+00A0 and U+202F as the house sets them.
N = "\u00a0"


def test_day_long_names_weekday_month_and_year():
    assert dates.day_long(date(2026, 11, 26)) == f"jeudi 26{N}novembre{N}2026"


def test_day_of_the_first_of_a_month_is_ordinal():
    assert dates.day(date(2026, 12, 1)) == f"1er{N}d\u00e9cembre"


@pytest.mark.parametrize(
    ("month", "short"),
    [
        (1, "janv."),
        (2, "f\u00e9vr."),
        (3, "mars"),
        (4, "avril"),
        (7, "juil."),
        (11, "nov."),
    ],
)
def test_short_month_keeps_short_names_whole(month, short):
    assert dates.month_short(date(2027, month, 2)) == short


def test_short_weekday_ends_with_a_point():
    assert dates.weekday_short(date(2026, 11, 26)) == "jeu."


def test_hour_drops_empty_minutes():
    assert dates.hour(datetime(2026, 11, 26, 8, 0, tzinfo=UTC)) == f"9{N}h"


def test_hour_is_that_of_paris():
    assert dates.hour(datetime(2026, 7, 1, 7, 30, tzinfo=UTC)) == f"9{N}h{N}30"


def test_day_is_that_of_paris_around_midnight():
    assert dates.day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == f"1er{N}janvier"


def test_hours_join_start_and_end_with_a_dash():
    start = datetime(2027, 1, 15, 8, 30, tzinfo=UTC)
    end = datetime(2027, 1, 15, 11, 30, tzinfo=UTC)

    assert dates.hours(start, end) == f"9{N}h{N}30{N}\u2013 12{N}h{N}30"


def test_hours_over_two_days_name_both():
    start = datetime(2027, 1, 15, 17, 0, tzinfo=UTC)
    end = datetime(2027, 1, 16, 9, 0, tzinfo=UTC)

    assert dates.hours(start, end) == (
        f"15{N}janvier, 18{N}h \u2013 16{N}janvier, 10{N}h"
    )


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(45, f"45{N}min"), (180, f"3{N}h"), (210, f"3{N}h{N}30"), (65, f"1{N}h{N}05")],
)
def test_duration_is_hours_then_minutes(minutes, written):
    assert dates.duration(minutes) == written


def test_deadline_of_a_moment_says_its_hour():
    moment = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)

    assert dates.deadline(moment) == f"vendredi 4{N}d\u00e9cembre, 18{N}h"


def test_deadline_of_a_date_says_the_day():
    assert dates.deadline(date(2026, 12, 4)) == f"vendredi 4{N}d\u00e9cembre"


@pytest.mark.parametrize(
    ("last", "written"),
    [
        (date(2027, 6, 11), f"du{N}15{N}janvier au{N}11{N}juin{N}2027"),
        (date(2027, 1, 18), f"du{N}15 au{N}18{N}janvier{N}2027"),
        (date(2027, 1, 15), f"le{N}15{N}janvier{N}2027"),
        (
            date(2028, 1, 3),
            f"du{N}15{N}janvier{N}2027 au{N}3{N}janvier{N}2028",
        ),
    ],
)
def test_span_says_no_more_than_it_must(last, written):
    assert dates.span(date(2027, 1, 15), last) == written


def test_same_weekday_is_a_plural():
    fridays = [date(2027, 1, 15), date(2027, 2, 12)]

    assert dates.same_weekday(fridays) == "vendredis"


def test_same_weekday_is_nothing_when_days_differ():
    assert dates.same_weekday([date(2027, 1, 15), date(2027, 1, 16)]) == ""
