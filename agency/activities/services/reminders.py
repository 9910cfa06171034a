"""What is said again before it is too late: a charter to sign, an offer, requests to read.

Declared to the engine (``agency.mail.reminders``), which says each once, by day.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Subquery

from agency.activities import emails
from agency.activities.models import Activity, Enrolment
from agency.activities.services import openings, seats, session_reminders, waiting
from agency.activities.states import EnrolmentState
from agency.core.clock import now, today
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.mail.reminders import Reminder, register
from agency.people.models import Person

# After so long without a signature, or at half-time when that is sooner.
SIGNATURE_AFTER = timedelta(days=4)
# With less time than this left, a reminder is a reproach.
TOO_LATE = timedelta(hours=1)
SEATING = ("seat", "retain", "accept", "admit")
DIGEST = "activities/emails/requests_digest"
# A request of before then is no news, told or not: the morning page has it.
NEWS = timedelta(days=15)


def declare():
    """Called once, when the apps are ready: the most pressing first."""
    session_reminders.declare()
    register(
        Reminder(
            "activities/emails/offer_reminder",
            due=offers_kept,
            ready=lambda one: _is_time(one, "offer_expires_at"),
            message=lambda one, person, **how: emails.offer_reminder(one, **how),
            occurrence=emails.coming_into_line,
            until=lambda one: one.offer_expires_at,
            lock=_lock,
        )
    )
    register(
        Reminder(
            "activities/emails/charter_reminder",
            due=charters_to_sign,
            ready=lambda one: _is_time(one, "signature_due_at", SIGNATURE_AFTER),
            message=lambda one, person, **how: emails.charter_reminder(one, **how),
            occurrence=emails.coming_into_line,
            until=lambda one: one.signature_due_at,
            lock=_lock,
        )
    )
    register(
        Reminder(
            DIGEST,
            due=officers_with_requests,
            readers=lambda officer: (officer,),
            message=_digest,
            about=lambda officer: None,
            occurrence=lambda officer: f"{today():%Y%m%d}",
        )
    )
    openings.declare()


def _lock(enrolment):
    seats.lock(enrolment.activity)


# --- A charter, an offer ---------------------------------------------------------
def charters_to_sign():
    """Seats that wait for a signature."""
    waits = Enrolment.objects.filter(
        state=EnrolmentState.ACCEPTED, signature_due_at__gt=now() + TOO_LATE
    )
    return _begun(waits, SEATING)


def offers_kept():
    """Seats that are kept for an answer."""
    offered = Enrolment.objects.filter(
        state=EnrolmentState.OFFERED, offer_expires_at__gt=now() + TOO_LATE
    )
    return _begun(offered, ("offer",))


def _begun(rows, actions):
    """Each of ``rows`` with ``begun_at``: when the journal saw its last such step."""
    entries = JournalEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Enrolment),
        object_id=OuterRef("pk"),
        action__in=actions,
    )
    last = entries.order_by("-seq").values("at")[:1]
    rows = rows.annotate(begun_at=Subquery(last)).filter(begun_at__isnull=False)
    return rows.select_related("activity__officer", "activity__charter", "person")


def _is_time(enrolment, until, most=None):
    """Whether its time is half over, or ``most`` of it."""
    whole = getattr(enrolment, until) - enrolment.begun_at
    wait = whole / 2 if most is None else min(most, whole / 2)
    return now() >= enrolment.begun_at + wait


# --- Requests to read --------------------------------------------------------------
@dataclass(frozen=True)
class Requests:
    """The requests of one activity: how many wait, are ``new``, have ``colleagues`` in."""

    activity: Activity
    waiting: int
    new: int
    colleagues: int


def officers_with_requests():
    """Those with a request to read, each with ``told_at``, the last time they were told.

    From eight in the morning, and nothing on a day that has brought nothing new.
    """
    mine = Enrolment.objects.to_review().filter(activity__officer=OuterRef("pk"))
    written = OutgoingEmail.objects.filter(template=DIGEST, person=OuterRef("pk"))
    last = written.order_by("-created_at").values("created_at")[:1]
    people = Person.objects.present().filter(is_active=True)
    return people.filter(Exists(mine)).annotate(told_at=Subquery(last))


def _digest(officer, person, **how):
    since = max(filter(None, (officer.told_at, now() - NEWS)))
    lines = [
        line
        for activity in _to_read(officer)
        if (line := _requests(activity, since)).waiting
    ]
    if not any(line.new for line in lines):
        return None
    return emails.requests_digest(person, today(), lines, **how)


def _to_read(officer):
    waits = Enrolment.objects.to_review().filter(activity=OuterRef("pk"))
    return Activity.objects.filter(Exists(waits), officer=officer).order_by("title")


def _requests(activity, since):
    rows = list(activity.enrolments.to_review().values_list("person", "submitted_at"))
    full = waiting.crowded(activity)
    houses = waiting.houses([person for person, _at in rows]) if full else {}
    return Requests(
        activity,
        waiting=len(rows),
        new=sum(at > since for _person, at in rows),
        colleagues=sum(bool(own & full) for own in houses.values()),
    )
