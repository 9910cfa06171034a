"""What happens to an activity, from its draft to its end."""

import logging

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities import emails
from agency.activities.models import (
    Activity,
    ActivitySlug,
    Enrolment,
    Participation,
    Session,
)
from agency.activities.services import (
    announcing,
    enrolments,
    moments,
    places,
    seats,
    waiting,
)
from agency.activities.services.sessions import cancel_quietly
from agency.activities.states import (
    PENDING,
    ActivityState,
    EnrolmentState,
    SessionState,
    SheetState,
)
from agency.core import dates, journal
from agency.core.clock import now, paris
from agency.core.lifecycle import MoveBlocked, MoveRefused, move
from agency.core.services import ran
from agency.people.models import Person

logger = logging.getLogger(__name__)

# Postponed, and nobody has set the day yet.
DATE_TO_COME = Q(state=SessionState.POSTPONED, postponed_to=None)


def announce(activity, *, by, reason=""):
    """Show the activity on the site, before anybody can register."""
    move(activity, "announce", by=by, reason=reason)


@transaction.atomic
def open_registration(activity, *, by=None, reason=""):
    """Let people register.

    Raises MoveBlocked when the window is over already, or when the charter that a
    closed group is joined by cannot be signed yet.
    """
    seats.lock(activity)
    if activity.charter is None and activity.sealed:
        raise MoveBlocked(
            _(
                "One joins a sealed group by signing its charter: choose the charter "
                "on this page first."
            )
        )
    if activity.charter is not None and activity.charter.in_force() is None:
        raise MoveBlocked(
            _("No version of the charter of this activity is published: publish one.")
        )
    if activity.closes_at and activity.closes_at <= now():
        raise MoveBlocked(
            _("Registration closed on a date that is past: move this date first.")
        )
    move(activity, "open", by=by, reason=reason)
    _tell_those_kept(activity)


# Who asked for a seat of the edition before, and was given none.
WITHOUT_A_SEAT = (EnrolmentState.REFUSED, EnrolmentState.CANCELLED)


def _tell_those_kept(activity):
    """Write to those who wanted their request kept for this edition; to each once."""
    kept = Enrolment.objects.filter(
        activity=activity.renewed_from_id,
        state__in=WITHOUT_A_SEAT,
        keep_for_next=True,
        person__in=Person.objects.present(),
    )
    in_it = activity.enrolments.running().values("person")
    later = moments.morning(now())
    for enrolment in kept.exclude(person__in=in_it).select_related(
        "person", "activity__season"
    ):
        emails.edition_opened(enrolment, activity, not_before=later)


@transaction.atomic
def close_registration(activity, *, by=None, reason=""):
    """Stop registration; those who are in stay in."""
    seats.lock(activity)
    move(activity, "close", by=by, reason=reason)


@transaction.atomic
def start(activity, *, by=None, reason=""):
    """The activity runs from now on."""
    seats.lock(activity)
    move(activity, "start", by=by, reason=reason)


@transaction.atomic
def complete(activity, *, by=None, reason=""):
    """The activity is over.

    Raises MoveBlocked while a session is neither held nor cancelled, and while a sheet
    is not locked of a session at which people were expected (reference c1).
    """
    seats.lock(activity)
    if activity.sessions.filter(state=SessionState.PLANNED).exists():
        raise MoveBlocked(
            _("A session is still planned: mark each one as held or cancelled first.")
        )
    if activity.sessions.filter(DATE_TO_COME).exists():
        raise MoveBlocked(
            _("A session waits for its new date: set it, or cancel the session first.")
        )
    if unlocked := _unlocked(activity):
        raise MoveBlocked(
            ngettext(
                "The attendance of %(days)s is not locked: countersign the sheet first.",
                "The attendance of %(days)s is not locked: countersign the sheets first.",
                len(unlocked),
            )
            % {"days": ", ".join(unlocked)}
        )
    move(activity, "complete", by=by, reason=reason)
    enrolments.dismiss(activity, by=by)


def _unlocked(activity):
    """The days of the sessions that were held and whose sheet may still change."""
    expected = Participation.objects.expected().filter(session=OuterRef("pk"))
    held = activity.sessions.filter(Exists(expected), state=SessionState.HELD)
    left = held.exclude(attendance_sheet__state=SheetState.LOCKED)
    starts = left.order_by("starts_at").values_list("starts_at", flat=True)
    return [dates.day_year(paris(moment).date()) for moment in starts]


@transaction.atomic
def cancel(activity, *, by, reason="", told_reason=""):
    """Cancel the activity and its sessions to come; each person is told once.

    ``told_reason`` is what they read, ``reason`` stays in the journal. Of a draft nobody
    knows, so nobody is told.
    """
    seats.lock(activity)
    known = activity.state != ActivityState.DRAFT
    waits = activity.enrolments.filter(state__in=PENDING)
    waits = list(waits.values_list("pk", flat=True))
    why = {"by": by, "reason": reason}
    move(activity, "cancel", **why)
    planned = Q(state=SessionState.PLANNED, ends_at__gte=now())
    gone = list(activity.sessions.filter(planned | DATE_TO_COME).order_by("pk"))
    for session in gone:
        session.activity = activity
        cancel_quietly(session, told_reason=told_reason, **why)
    enrolments.dismiss(activity, tell=not known, **why)
    if known:
        announcing.tell_all_off(
            activity,
            sessions=[session.pk for session in gone],
            waiting=waits,
            by=by,
            told_reason=told_reason,
        )


@transaction.atomic
def resize(activity, *, capacity, by):
    """Give the activity ``capacity`` seats, or None for no limit.

    Raises MoveBlocked when more are held: nobody loses a seat by a number.
    """
    seats.lock(activity)
    by_session = places.by_session(activity)
    held = places.most_taken(activity) if by_session else seats.taken(activity)
    if capacity is not None and capacity < held:
        raise MoveBlocked(
            ngettext(
                "%(count)s seat is held already: there cannot be fewer.",
                "%(count)s seats are held already: there cannot be fewer.",
                held,
            )
            % {"count": held}
        )
    if capacity != activity.capacity:
        activity.capacity = capacity
        activity.save(update_fields=["capacity"])
        journal.record(activity, "resize", by=by, seats=capacity)
        waiting.settle(activity)
        places.settle(activity)


@transaction.atomic
def hand_over(activity, *, officer, by):
    """Give the activity to ``officer``; the two are told, unless they did it themselves.

    With a sealed group go its names: nobody takes charge of it unseen.
    """
    former = activity.officer
    if officer.pk == former.pk:
        return
    activity.officer = officer
    activity.save(update_fields=["officer"])
    for person in (former, officer):
        if person.pk != by.pk:
            emails.officer_changed(person, activity, former=former, by=by)


@transaction.atomic
def rename(activity, slug):
    """Give the activity another address; the former one keeps leading to it.

    ``slug`` is free: the form has checked it against addresses old and new.
    """
    former = Activity.objects.values_list("slug", flat=True).get(pk=activity.pk)
    if former == slug:
        return
    ActivitySlug.objects.filter(slug=slug, activity=activity).delete()
    ActivitySlug.objects.get_or_create(slug=former, defaults={"activity": activity})
    activity.slug = slug
    activity.save(update_fields=["slug"])


def turn_states():
    """Close what is over and start what has begun; return how many moved.

    Asks the database what is due, so that running twice, late or after an outage
    makes no difference.
    """
    moment = now()
    over = Activity.objects.filter(state=ActivityState.OPEN, closes_at__lte=moment)
    begun = Session.objects.filter(
        activity=OuterRef("pk"), starts_at__lte=moment, state=SessionState.PLANNED
    )
    starting = Activity.objects.filter(
        Exists(begun), state__in=(ActivityState.OPEN, ActivityState.CLOSED)
    )
    moved = sum(_quietly(close_registration, a) for a in over.order_by("pk"))
    moved += sum(_quietly(start, a) for a in starting.order_by("pk"))
    ran("activities.turn_states")
    return moved


def _quietly(service, activity):
    try:
        service(activity)
    except MoveRefused as refused:
        # Somebody pressed the button in the same minute; nothing is lost.
        logger.info("turn_states: %s", refused)
        return 0
    return 1
