"""How a date, an hour and a duration are written in French, as the field reads them.

Pure functions: a date or an aware datetime in, a sentence fragment out. The day of
a datetime is its day in Paris. No-break spaces stand where the eye must not break.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache

from babel.dates import get_day_names, get_month_names

from agency.core.clock import paris

LOCALE = "fr"
NBSP = "\u00a0"
THIN = "\u202f"
EN_DASH = "\u2013"
# A name of five letters is as short as its abbreviation, and reads better.
SHORT_ENOUGH = 5


def as_day(value: date | datetime) -> date:
    """The day of a date, or of a moment as the clocks of Paris show it."""
    if isinstance(value, datetime):
        return (paris(value) if value.tzinfo else value).date()
    return value


@cache
def _names(width: str) -> tuple[dict, dict]:
    return get_day_names(width, locale=LOCALE), get_month_names(width, locale=LOCALE)


def weekday(value: date) -> str:
    """jeudi"""
    return _names("wide")[0][as_day(value).weekday()]


def weekday_short(value: date) -> str:
    """jeu."""
    return _names("abbreviated")[0][as_day(value).weekday()]


def month(value: date) -> str:
    """novembre"""
    return _names("wide")[1][as_day(value).month]


def month_short(value: date) -> str:
    """nov., but mars and avril, which need no abbreviation."""
    whole = month(value)
    if len(whole) <= SHORT_ENOUGH:
        return whole
    return _names("abbreviated")[1][as_day(value).month]


def month_year(value: date) -> str:
    """novembre 2026"""
    return f"{month(value)}{NBSP}{as_day(value).year}"


def day_number(value: date) -> str:
    """26, but 1er for the first of a month."""
    number = as_day(value).day
    return "1er" if number == 1 else str(number)


def day(value: date) -> str:
    """26 novembre"""
    return f"{day_number(value)}{NBSP}{month(value)}"


def day_year(value: date) -> str:
    """26 novembre 2026"""
    return f"{day(value)}{NBSP}{as_day(value).year}"


def day_week(value: date) -> str:
    """jeudi 26 novembre"""
    return f"{weekday(value)} {day(value)}"


def day_long(value: date) -> str:
    """jeudi 26 novembre 2026"""
    return f"{weekday(value)} {day_year(value)}"


def hour(value: datetime) -> str:
    """9 h 30, or 9 h on the hour, as the clocks of Paris show it."""
    moment = paris(value) if getattr(value, "tzinfo", None) else value
    minutes = f"{NBSP}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{NBSP}h{minutes}"


def hours(start: datetime, end: datetime) -> str:
    """9 h 30 - 12 h 30, with its dash; the day of the end when it is another one."""
    if as_day(start) != as_day(end):
        return f"{day(start)}, {hour(start)} {EN_DASH} {day(end)}, {hour(end)}"
    return f"{hour(start)}{NBSP}{EN_DASH} {hour(end)}"


def duration(minutes: int) -> str:
    """3 h, 3 h 30, 45 min"""
    whole, rest = divmod(int(minutes), 60)
    if not whole:
        return f"{rest}{NBSP}min"
    return f"{whole}{NBSP}h{NBSP}{rest:02d}" if rest else f"{whole}{NBSP}h"


def deadline(value: date | datetime) -> str:
    """vendredi 4 decembre, 18 h: the day, and the hour of a moment."""
    if isinstance(value, datetime):
        return f"{day_week(value)}, {hour(value)}"
    return day_week(value)


def span(start: date, end: date) -> str:
    """du 15 janvier au 11 juin 2027; le 15 janvier 2027 when it is one day."""
    first, last = as_day(start), as_day(end)
    if first == last:
        return f"le{NBSP}{day_year(first)}"
    if first.year != last.year:
        return f"du{NBSP}{day_year(first)} au{NBSP}{day_year(last)}"
    if first.month != last.month:
        return f"du{NBSP}{day(first)} au{NBSP}{day_year(last)}"
    return f"du{NBSP}{day_number(first)} au{NBSP}{day_year(last)}"


def same_weekday(values: Iterable[date]) -> str:
    """vendredis, when several dates all fall on a Friday; otherwise nothing."""
    names = [weekday(value) for value in values]
    return f"{names[0]}s" if len(names) > 1 and len(set(names)) == 1 else ""
