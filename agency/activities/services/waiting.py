"""The waiting list: in order, an offer that holds its seat, then the next in line.

Every verb here is called under the lock of the activity, or takes it first. A freed
seat is offered to the first in line who may take *that* seat; whoever is skipped stays
in line. Nothing is offered at night, nor so late that nobody could answer: the officer
then calls (reference c1; the complaints it answers are in its chapter e).
"""

import logging
from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from agency.activities import emails
from agency.activities.models import Activity, Enrolment
from agency.activities.services import entering, moments, seats
from agency.activities.states import HOLDING, ActivityState
from agency.core.access import STAFF_ROLES
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move
from agency.core.services import ran
from agency.people.models import Affiliation, Person

logger = logging.getLogger(__name__)

# Once it runs, a seat is given by hand, or while late entry lasts.
GIVING = (*moments.OFFERING, ActivityState.RUNNING)


class Skipped(TextChoices):
    """Why a free seat is not for somebody who waits, in a sentence for them."""

    ACCOUNT = "account", _("This account can no longer register.")
    STAFF = "staff", _("The agency's team takes no part in a sealed group.")
    ORGANISATION = (
        "organisation",
        _("Somebody of one of your organisations has a seat already."),
    )


# --- Who is next -------------------------------------------------------------
def houses(people):
    """The organisations of each of ``people``, by every affiliation in force."""
    found = {pk: set() for pk in people}
    rows = Affiliation.objects.active().filter(person__in=list(found))
    for person, organisation in rows.values_list("person", "organisation"):
        found[person].add(organisation)
    return found


def crowded(activity):
    """The organisations that have as many seats as one may have."""
    if activity.max_per_organisation is None:
        return set()
    held = activity.enrolments.filter(state__in=HOLDING)
    seated = houses(held.values_list("person", flat=True))
    counted = Counter(house for some in seated.values() for house in some)
    return {h for h, n in counted.items() if n >= activity.max_per_organisation}


def barred(activity, person, *, staff=None):
    """Why no seat of ``activity`` is for ``person``, whoever gives it, or None."""
    if not person.is_active:
        return Skipped.ACCOUNT
    if not activity.sealed:
        return None
    staff = person.is_staff if staff is None else staff
    return Skipped.STAFF if staff else None


def skipped(activity, person, *, full=None, own=None, staff=None):
    """Why ``person`` may not take a free seat now, or None.

    ``full`` are the crowded organisations, ``own`` those of the person and ``staff``
    whether they are of the team, when the caller has read them.
    """
    if why := barred(activity, person, staff=staff):
        return why
    if activity.max_per_organisation is None:
        return None
    full = crowded(activity) if full is None else full
    own = houses([person.pk])[person.pk] if own is None else own
    return Skipped.ORGANISATION if own & full else None


def line(activity):
    """Everybody who waits, in order, as (enrolment, why they would be skipped)."""
    waiting = list(activity.enrolments.in_line().select_related("person"))
    full = crowded(activity)
    capped = activity.max_per_organisation is not None
    own = houses([one.person_id for one in waiting]) if capped else {}
    staff = team(waiting) if activity.sealed else set()
    return [
        (
            one,
            skipped(
                activity,
                one.person,
                full=full,
                own=own.get(one.person_id),
                staff=one.person_id in staff,
            ),
        )
        for one in waiting
    ]


def team(rows):
    """Those of the ``rows`` who are of the team: ``Person.is_staff``, in one query."""
    people = Person.objects.filter(pk__in=[one.person_id for one in rows])
    team = people.with_role(*STAFF_ROLES) | people.filter(is_superuser=True)
    return set(team.values_list("pk", flat=True))


def first_eligible(activity):
    """The first in line who may take a seat now, or None."""
    return next((one for one, why in line(activity) if why is None), None)


# --- What happens ------------------------------------------------------------
def settle(activity):
    """Under the lock: note what lapsed, then offer every free seat."""
    lapse(activity)
    promote(activity)


def lapse(activity):
    """Note the offers whose time is over, and tell those who let it pass, by day."""
    for enrolment in activity.enrolments.lapsed().select_related("person"):
        enrolment.activity = activity
        move(enrolment, "expire", ended_at=now(), offer_expires_at=None)
        emails.offer_expired(enrolment, not_before=moments.morning(now()))
    for enrolment in activity.enrolments.unsigned().select_related("person"):
        enrolment.activity = activity
        # To the end of the line: the seat has waited long enough (reference c1).
        moment = now()
        move(enrolment, "unsign", submitted_at=moment, signature_due_at=None)
        emails.signature_lapsed(enrolment, not_before=moments.morning(moment))


def promote(activity):
    """Offer each free seat to the first in line who may take it."""
    if not activity.waiting_list or not moments.offers_by_itself(activity):
        return
    free = seats.free(activity)
    while free is None or free > 0:
        enrolment = first_eligible(activity)
        if enrolment is None:
            return
        enrolment.activity = activity
        _offer(enrolment, until=moments.deadline(activity, now()))
        free = free if free is None else free - 1


def _offer(enrolment, *, until, by=None, reason=""):
    """An offer holds the seat until ``until``; its mail carries the key to answer."""
    number = enrolment.offer_count + 1
    changes = {"offer_expires_at": until, "offer_count": number}
    move(enrolment, "offer", by=by, reason=reason, **changes)
    emails.seat_offered(enrolment)


@transaction.atomic
def offer(enrolment, *, by, reason=""):
    """An officer offers a free seat to this very person, whatever the hour.

    Raises MoveBlocked without a free seat, once the activity has begun, when no seat is
    for this person, or without a ``reason`` where ``admit`` wants one.
    """
    activity = enrolment.activity
    seats.lock(activity)
    lapse(activity)
    _need_a_right(enrolment)
    _need_a_seat(activity)
    need_a_reason(enrolment, reason)
    until = now() + timedelta(hours=activity.offer_hours)
    last = moments.last_entry(activity)
    until = min(until, last) if last else until
    if until <= now():
        raise MoveBlocked(_("The activity has begun: give the seat instead."))
    _offer(enrolment, until=until, by=by, reason=reason)


@transaction.atomic
def admit(enrolment, *, by, reason=""):
    """Give a free seat, or the one that is offered, to somebody who said yes aloud.

    Raises MoveBlocked without a free seat, when no seat is for this person, or when no
    ``reason`` says why a colleague may come too or somebody before them is passed over.
    """
    activity = enrolment.activity
    seats.lock(activity)
    enrolment.refresh_from_db(from_queryset=Enrolment.objects.select_related("person"))
    enrolment.activity = activity
    if activity.state not in GIVING:
        raise MoveBlocked(_("This activity is over."))
    if enrolment.state not in HOLDING:
        lapse(activity)
        _need_a_seat(activity)
        need_a_reason(enrolment, reason)
    _seat(enrolment, "admit", by=by, reason=reason)


def _need_a_right(enrolment):
    """Neither a link nor an officer lets in whom the activity does not take."""
    if why := barred(enrolment.activity, enrolment.person):
        raise MoveBlocked(why.label)


def need_a_reason(enrolment, reason):
    """A rule set aside, somebody passed over: in writing alone (reference c7, 3 and 10)."""
    if reason.strip():
        return
    if why := skipped(enrolment.activity, enrolment.person):
        raise MoveBlocked(
            _("%(why)s Write the reason of the exception, then go on.")
            % {"why": why.label}
        )
    if overtaken(enrolment):
        raise MoveBlocked(
            _(
                "Somebody who came before waits for this seat: write why it is not theirs."
            )
        )


def overtaken(enrolment):
    """Whoever comes before ``enrolment``, waits, and could take the seat; or None."""
    first = first_eligible(enrolment.activity)
    if first is None or first.pk == enrolment.pk:
        return None
    return first if _order(first) < _order(enrolment) else None


def _order(enrolment):
    """Its place in the order of the line, the smallest first."""
    return (-enrolment.priority, enrolment.submitted_at, enrolment.pk)


def _need_a_seat(activity):
    free = seats.free(activity)
    if free is not None and free <= 0:
        raise MoveBlocked(_("There is no seat left."))


@transaction.atomic
def accept(enrolment, *, by):
    """Take the seat that is offered.

    Raises MoveRefused when the offer was answered already or its time is over, to the
    second, and MoveBlocked when no seat is for this person any more.
    """
    activity = enrolment.activity
    seats.lock(activity)
    _seat(enrolment, "accept", by=by, where=Q(offer_expires_at__gt=now()))


def _seat(enrolment, name, **how):
    _need_a_right(enrolment)
    entering.accept(enrolment, name, **how)


@transaction.atomic
def decline(enrolment, *, by):
    """Leave the seat that is offered to the next in line. Raises MoveRefused."""
    activity = enrolment.activity
    seats.lock(activity)
    still = Q(offer_expires_at__gt=now())
    move(
        enrolment,
        "decline",
        by=by,
        where=still,
        ended_at=now(),
        offer_expires_at=None,
    )
    emails.offer_declined(enrolment)
    settle(activity)


@transaction.atomic
def requeue(enrolment, *, by):
    """Back to the end of the line, once, at the person's own request.

    Raises MoveBlocked when they came back before, or have registered anew.
    """
    activity = enrolment.activity
    seats.lock(activity)
    if not moments.takes_people(activity) or not activity.waiting_list:
        raise MoveBlocked(_("Registration is over."))
    if enrolment.requeued_at:
        raise MoveBlocked(_("One comes back to the waiting list once."))
    running = activity.enrolments.running().filter(person=enrolment.person_id)
    if running.exists():
        raise MoveBlocked(_("You are registered again already."))
    moment = now()
    move(
        enrolment,
        "requeue",
        by=by,
        submitted_at=moment,
        requeued_at=moment,
        ended_at=None,
    )
    emails.enrolment_waitlisted(enrolment)
    settle(activity)


def has_a_free_seat(activity):
    """Whether somebody waits for a seat that nobody holds; read as ``turn`` reads it."""
    seat = activity.capacity is None or activity.taken < activity.capacity
    return seat and activity.waiting and activity.state in GIVING


def turn():
    """Note what lapsed and offer what is free, everywhere; return how many it looked at.

    Asks the database what is due: run twice, late, or at eight after a silent night,
    each person is offered a seat once.
    """
    offers = Enrolment.objects.filter(activity=OuterRef("pk"))
    lined = Activity.objects.with_seats().with_dates().with_line()
    lined = lined.filter(waiting__gt=0, waiting_list=True, state__in=GIVING)
    lapsed = Activity.objects.filter(
        Exists(offers.lapsed()) | Exists(offers.unsigned())
    )
    ready = {one.pk for one in lined if has_a_free_seat(one) and _may_offer(one)}
    due = ready | set(lapsed.values_list("pk", flat=True))
    for activity in Activity.objects.filter(pk__in=due).order_by("pk"):
        try:
            catch_up(activity)
        except Exception:
            logger.exception("waiting: activity %s", activity.pk)
    ran("activities.turn_waiting")
    return len(due)


def _may_offer(activity):
    return moments.offers_by_itself(activity) and first_eligible(activity) is not None


@transaction.atomic
def catch_up(activity):
    """Do at once for ``activity`` what the next turn would do."""
    seats.lock(activity)
    settle(activity)
