"""Seats by session, where one registers session by session.

The same rule as for a whole activity: lock, count, decide. Whoever comes to a full
session waits for it; a seat that is freed goes to whoever has waited longest, unless the
session is so near that nobody could be told in time.
"""

from datetime import timedelta

from django.db.models import Count, Q

from agency.activities import emails, facts
from agency.activities.choices import SeatScope
from agency.activities.models import Participation
from agency.activities.services import seats
from agency.activities.services.expected import expect, release
from agency.activities.services.moments import morning
from agency.activities.states import ParticipationState, SessionState
from agency.core.clock import now
from agency.core.lifecycle import move


def by_session(activity):
    return activity.seat_scope == SeatScope.SESSION


def seats_of(session):
    """How many seats a session has, or None without limit."""
    own = session.capacity
    return session.activity.capacity if own is None else own


def coming(activity):
    """The sessions to come, each with ``taken`` seats and how many are ``waiting``."""
    awaited = Q(participations__state=ParticipationState.EXPECTED)
    in_line = Q(participations__state=ParticipationState.WAITING)
    return (
        activity.sessions.coming()
        .select_related("venue", "activity")
        .annotate(
            taken=Count("participations", filter=awaited),
            waiting=Count("participations", filter=in_line),
        )
    )


def most_taken(activity):
    """How many seats the fullest session to come holds, of those without their own number."""
    plain = coming(activity).filter(capacity=None)
    return max((session.taken for session in plain), default=0)


def is_full(session):
    """Whether a session read by ``coming`` has no seat left, or somebody comes before."""
    total = seats_of(session)
    return total is not None and (session.taken >= total or session.waiting > 0)


def shut(activity, sessions):
    """Those of ``sessions`` that are full, where nobody may wait for a seat."""
    if activity.waiting_list:
        return []
    chosen = coming(activity).filter(pk__in=[session.pk for session in sessions])
    return [session for session in chosen if is_full(session)]


def choose(enrolment, sessions, *, by):
    """Be expected at ``sessions`` and no other of those to come; wait where it is full.

    The caller holds the lock of the activity. Returns the sessions at which the person
    waits.
    """
    chosen = {session.pk for session in sessions}
    kept = enrolment.participations.filter(session__in=chosen)
    kept = set(
        kept.exclude(state=ParticipationState.CANCELLED).values_list(
            "session", flat=True
        )
    )
    _release(enrolment, by=by, but=chosen)
    full = []
    for session in coming(enrolment.activity).filter(pk__in=chosen - kept):
        if is_full(session):
            _line_up(enrolment, session)
            full.append(session)
        else:
            expect(enrolment, sessions=[session], told=True)
    return full


def leave(enrolment, *, by):
    """Free every seat of the sessions to come, and let whoever waits move up."""
    if by_session(enrolment.activity):
        _release(enrolment, by=by)
    else:
        release(enrolment, by=by)


def _release(enrolment, *, by, but=()):
    freed = release(enrolment, by=by, but=but)
    for session in freed:
        promote(session, enrolment.activity)


def _line_up(enrolment, session):
    waiting = ParticipationState.WAITING
    whose = {"session": session, "person": enrolment.person}
    known = Participation.objects.filter(**whose).first()
    if known is None:
        Participation.objects.create(
            enrolment=enrolment, mode=enrolment.mode, state=waiting, **whose
        )
    elif known.state == ParticipationState.CANCELLED:
        move(known, "line_up", enrolment=enrolment, mode=enrolment.mode)


def promote(session, activity):
    """Give each free seat of ``session`` to whoever has waited longest, and tell them.

    The caller holds the lock of the activity.
    """
    latest = session.starts_at - timedelta(hours=activity.offer_cutoff_hours)
    if session.state != SessionState.PLANNED or now() >= latest:
        return
    session.activity = activity
    total = seats_of(session)
    people = session.participations
    taken = people.expected().count()
    line = people.filter(state=ParticipationState.WAITING).select_related("person")
    free = None if total is None else max(0, total - taken)
    for one in line.select_related("enrolment").order_by("pk")[:free]:
        one.session = session
        move(one, "promote", told=facts.calendar(session))
        emails.session_seat_found(one, not_before=morning(now()))


def settle(activity):
    """Under the lock: every free seat of every session to come finds its taker."""
    if by_session(activity):
        for session in coming(activity):
            promote(session, activity)


def lock(enrolment):
    """Take the turn of the activity of ``enrolment``, and read it anew."""
    seats.lock(enrolment.activity)
    enrolment.refresh_from_db()
