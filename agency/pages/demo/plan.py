"""When the demo's sessions take place: fresh whatever the day it is loaded."""

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from agency.core import dates
from agency.core.clock import PARIS

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
THURSDAY, FRIDAY = 3, 4
JANUARY, JUNE, SEPTEMBER, OCTOBER = 1, 6, 9, 10
CYCLE = 6


@cache
def days_off(year):
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working(day):
    """Whether anybody works that day: no weekend, no holiday, no day after Christmas."""
    festive = (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2)
    return day.weekday() < 5 and day not in days_off(day.year) and not festive


def is_quiet(day):
    """The weeks in which the field is on stage, on the road or asleep."""
    return (7, 20) <= (day.month, day.day) <= (8, 20)


def on(day, clock):
    """The aware moment of ``day`` at ``clock``, "09:30" in Paris."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=PARIS)


def working(day):
    """``day``, or the last day before it on which the office is open."""
    while not is_working(day):
        day -= DAY
    return day


def snap(day, weekday, *, step=WEEK, near=False):
    """The first ``weekday`` that suits, from ``day`` on; before it with a step back."""
    towards = 1 if step > timedelta(0) else -1
    while day.weekday() != weekday:
        day += towards * DAY
    while not is_working(day) or (is_quiet(day) and not near):
        day += step
    return day


def session_days(rows, today):
    """The days of the sessions of an activity, in order and never two in a week."""
    found = []
    for row in rows:
        day = today + timedelta(days=row["days"])
        step = WEEK if row["days"] >= 0 else -WEEK
        if found:
            day, step = (max(day, found[-1] + WEEK), WEEK)
        found.append(snap(day, row["weekday"], step=step, near=row.get("near", False)))
    return found


def month_day(year, month, weekday):
    """The second ``weekday`` of a month (13 is the next January), or the next that suits."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return snap(date(year, month, 8), weekday)


def monthly(year, month, count, weekday=FRIDAY):
    """One day a month, ``count`` months in a row."""
    return [month_day(year, month + n, weekday) for n in range(count)]


def season_year(day):
    """The year in which the season of ``day`` began, in September."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


def past_cycle(today):
    """January to June of the last season that is over."""
    over = (today.month, today.day) > (JUNE, 21)
    return monthly(today.year if over else today.year - 1, JANUARY, CYCLE)


def next_cycle(today):
    """Six Fridays that begin soon.

    January to June when the year ends; in spring closer together, so that the cycle is
    over before the summer; when that is too late, from September on.
    """
    if today.month >= OCTOBER:
        return monthly(today.year + 1, JANUARY, CYCLE)
    soon = today + timedelta(days=35)
    room = (date(soon.year, 7, 1) - soon).days // (CYCLE - 1)
    if soon.month >= SEPTEMBER:
        return monthly(soon.year, soon.month, CYCLE)
    if room >= 14:
        return _spaced(soon, room // 7)
    return monthly(soon.year, SEPTEMBER, CYCLE)


def _spaced(first, weeks, weekday=FRIDAY):
    days = []
    for n in range(CYCLE):
        day = snap(first + n * weeks * WEEK, weekday)
        days.append(max(day, days[-1] + WEEK) if days else day)
    return [snap(day, weekday) for day in days]


def board_cycle(today):
    """A cycle whose group is being composed: it begins in two months or so."""
    far = today + timedelta(days=62)
    if (far.month, far.day) >= (6, 1) and far.month < SEPTEMBER:
        return monthly(far.year, SEPTEMBER, CYCLE, THURSDAY)
    return _spaced(far, 2, THURSDAY)


def announced_cycle(today):
    """A cycle that begins next autumn or next winter: too far to register."""
    far = today + timedelta(days=240)
    if far.month in (11, 12):
        return monthly(far.year + 1, JANUARY, CYCLE, THURSDAY)
    if far.month >= SEPTEMBER:
        return monthly(far.year, OCTOBER + 1, CYCLE, THURSDAY)
    return monthly(far.year, OCTOBER, CYCLE, THURSDAY)


def two_seasons(today):
    """Every month from September to June, last season and this one; in July, the next."""
    year = season_year(today + timedelta(days=62))
    return [
        day
        for start in (year - 1, year)
        for day in monthly(start, SEPTEMBER, 10, THURSDAY)
    ]


CALENDARS = {
    "past_cycle": past_cycle,
    "next_cycle": next_cycle,
    "announced_cycle": announced_cycle,
    "board_cycle": board_cycle,
    "two_seasons": two_seasons,
}


def words(days):
    """What the prose says of these days: ``de janvier``, ``juin``, ``septembre 2027``."""
    if not days:
        return {}
    first, last = days[0], days[-1]
    of = "d\u2019" if dates.month(first)[0] in "ao" else "de "
    opening = first - timedelta(days=75)
    return {
        "from_month": f"{of}{dates.month(first)}",
        "from_month_capital": f"{of}{dates.month(first)}".capitalize(),
        "to_month": dates.month(last),
        "from_month_year": f"{of}{dates.month_year(first)}",
        "opening_month": f"en {dates.month_year(opening)}",
    }
