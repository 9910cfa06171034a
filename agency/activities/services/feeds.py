"""The calendar that somebody subscribes to: its address, and what stands in it."""

import secrets
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from agency.activities.calendar import ON, Line
from agency.activities.choices import ParticipationMode
from agency.activities.models import (
    CalendarFeed,
    Facilitator,
    Participation,
    Session,
)
from agency.activities.states import PENDING, EnrolmentState, ParticipationState
from agency.core import journal
from agency.core.clock import now, today
from agency.core.rows import insert_unless_there
from agency.core.sealed import WrongKey, seal, unseal

# What is over stays for a year; what does not take place, a month after its date.
PAST_KEPT = timedelta(days=366)
CANCELLED_KEPT = timedelta(days=30)
# A year that no calendar asked (services.retention).
IDLE = timedelta(days=365)
# No seat yet, or none after all.
NO_SEAT = (*PENDING, EnrolmentState.SUBMITTED, EnrolmentState.REFUSED)
STANDING = (ParticipationState.EXPECTED, ParticipationState.EXCUSED)


# -- the address -------------------------------------------------------------------
def of(person):
    """The feed of ``person``, or None."""
    return CalendarFeed.objects.filter(person=person).first()


@transaction.atomic
def open_feed(person):
    """Give ``person`` an address; pressed twice, the one there is stays."""
    feed = CalendarFeed(person=person, created_at=now(), **_secret())
    if insert_unless_there(feed):
        journal.record(person, "open_calendar", by=person)


@transaction.atomic
def renew(person):
    """Another address; the former one leads nowhere from now on."""
    mine = CalendarFeed.objects.filter(person=person)
    if mine.update(created_at=now(), used_on=None, **_secret()):
        journal.record(person, "renew_calendar", by=person)


@transaction.atomic
def close(person):
    """No address any more."""
    if CalendarFeed.objects.filter(person=person).delete()[0]:
        journal.record(person, "close_calendar", by=person)


def remind(person, *, alarm):
    """Whether the calendar rings the day before."""
    CalendarFeed.objects.filter(person=person).update(alarm=alarm)


def _secret():
    secret = secrets.token_urlsafe(32)
    return {"digest": _digest(secret), "sealed_secret": seal(secret)}


def _digest(secret):
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def address(feed):
    """The address, for its owner; ``""`` when the key that sealed it is gone."""
    try:
        secret = unseal(feed.sealed_secret)
    except WrongKey:
        return ""
    return f"{settings.SITE_URL}{reverse('activities:calendar-feed', args=[secret])}"


def found(secret):
    """The feed of that secret, or None: unknown, renewed, or its owner is gone."""
    known = CalendarFeed.objects.filter(
        digest=_digest(secret), person__erased_at=None, person__is_active=True
    )
    return known.select_related("person").first()


def note_use(feed):
    """Calendars ask every hour; the day is noted once."""
    if feed.used_on != today():
        CalendarFeed.objects.filter(pk=feed.pk).update(used_on=today())


def idle():
    """The addresses that nobody has read for a year."""
    past = now() - IDLE
    never = Q(used_on=None, created_at__lt=past)
    return CalendarFeed.objects.filter(never | Q(used_on__lt=past.date()))


# -- what stands in it ---------------------------------------------------------------
def lines(person):
    """The sessions that ``person`` leads, is expected at or is excused from, in order.

    Six queries whatever their number; nothing of what they wait for.
    """
    led = Facilitator.objects.leading(person).values_list("activity", flat=True)
    return _lines(_seats(person=person), led=set(led))


def lines_of(enrolment):
    """The sessions of one enrolment, as they stand in the calendar of its person."""
    return _lines(_seats(enrolment=enrolment))


def _seats(**whose):
    """{session: (mode, state, enrolment)} of those who stand there, by numbers."""
    rows = Participation.objects.filter(**whose, state__in=STANDING)
    rows = rows.exclude(enrolment__state__in=NO_SEAT).order_by()
    columns = ("session", "mode", "state", "enrolment__uuid")
    return {session: seat for session, *seat in rows.values_list(*columns)}


def _lines(seats, led=()):
    # A few activities and places for many sessions: each is read once.
    found = Session.objects.filter(Q(pk__in=seats) | Q(activity__in=led), _kept())
    found = found.prefetch_related("activity", "venue").order_by("starts_at", "pk")
    return [
        _of_leader(one) if one.activity_id in led else _of_seat(one, *seats[one.pk])
        for one in found
    ]


def _kept():
    """The condition of what calendars still hold."""
    lately = Q(starts_at__gte=now() - CANCELLED_KEPT)
    return (Q(state__in=ON) | lately) & Q(ends_at__gte=now() - PAST_KEPT)


def _of_seat(session, mode, state, enrolment):
    """The line of somebody who takes part: it leads to their own page."""
    return Line(
        session,
        path=_page("enrolment-detail", enrolment) if enrolment else "",
        online=mode == ParticipationMode.REMOTE,
        excused=state == ParticipationState.EXCUSED,
    )


def _of_leader(session):
    return Line(session, path=_page("animation-session", session.uuid))


# A calendar asks for the same pages every hour.
@lru_cache(maxsize=4096)
def _page(name, uuid):
    return reverse(f"activities:{name}", args=[uuid])
