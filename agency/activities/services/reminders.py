"""What is said again before it is too late: a charter to sign, an offer, requests to read.

Beat has no memory: each run asks the database what is due. Run twice, late or after an
outage, each reminder leaves once, by day, or not at all when hardly any time is left.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from agency.activities import emails
from agency.activities.models import Activity, Enrolment
from agency.activities.services import moments, seats, waiting
from agency.activities.states import EnrolmentState
from agency.core.clock import now, today
from agency.core.models import JournalEntry
from agency.core.services import ran
from agency.mail.models import OutgoingEmail
from agency.people.models import Person

logger = logging.getLogger(__name__)

# After so long without a signature, or at half-time when that is sooner.
SIGNATURE_AFTER = timedelta(days=4)
# With less time than this left, a reminder is a reproach.
TOO_LATE = timedelta(hours=1)
SEATING = ("seat", "retain", "accept", "admit")
DIGEST = "activities/emails/requests_digest"


def remind():
    """Send every reminder that is due now; what fails does not keep back the others."""
    for job in (remind_signatures, remind_offers, digest_requests):
        try:
            job()
        except Exception:
            logger.exception("reminders: %s", job.__name__)
    ran("activities.remind")


# --- A charter, an offer ---------------------------------------------------------
def remind_signatures():
    """Remind of the charter, once for each seat given; return how many were written."""
    waits = Enrolment.objects.filter(
        state=EnrolmentState.ACCEPTED, signature_due_at__gt=now() + TOO_LATE
    )
    return _remind(
        _begun(waits, SEATING),
        "signature_due_at",
        emails.charter_reminder,
        most=SIGNATURE_AFTER,
    )


def remind_offers():
    """Remind of a seat that is kept, at half of its time; return how many were written."""
    offered = Enrolment.objects.filter(
        state=EnrolmentState.OFFERED, offer_expires_at__gt=now() + TOO_LATE
    )
    return _remind(
        _begun(offered, ("offer",)), "offer_expires_at", emails.offer_reminder
    )


def _begun(rows, actions):
    """Each of ``rows`` with ``begun_at``: when the journal saw its last such step."""
    entries = JournalEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Enrolment),
        object_id=OuterRef("pk"),
        action__in=actions,
    )
    last = entries.order_by("-seq").values("at")[:1]
    return rows.annotate(begun_at=Subquery(last)).filter(begun_at__isnull=False)


def _remind(rows, until, message, *, most=None):
    """Write ``message`` to those of ``rows`` whose time is half over, or ``most`` is."""
    if moments.is_night(now()):
        return 0
    name = f"activities/emails/{message.__name__}"
    reachable = rows.filter(person__email__isnull=False).exclude(_told(name))
    due = [one for one in reachable.order_by("pk") if _is_time(one, until, most)]
    return sum(_write(one.pk, until, message) for one in due)


def _told(template):
    written = OutgoingEmail.objects.filter(
        template=template,
        content_type=ContentType.objects.get_for_model(Enrolment),
        object_id=OuterRef("pk"),
        created_at__gte=OuterRef("begun_at"),
    )
    return Exists(written)


def _is_time(enrolment, until, most):
    whole = getattr(enrolment, until) - enrolment.begun_at
    wait = whole / 2 if most is None else min(most, whole / 2)
    return now() >= enrolment.begun_at + wait


@transaction.atomic
def _write(pk, until, message):
    """Under the lock: whoever has just signed, or answered, is not reminded."""
    enrolment = Enrolment.objects.select_related("activity", "person").get(pk=pk)
    seats.lock(enrolment.activity)
    still = {"state": enrolment.state, f"{until}__gt": now()}
    if not Enrolment.objects.filter(pk=pk, **still).exists():
        return 0
    return int(message(enrolment) is not None)


# --- Requests to read --------------------------------------------------------------
@dataclass(frozen=True)
class Requests:
    """The requests of one activity: how many wait, are ``new``, have ``colleagues`` in."""

    activity: Activity
    waiting: int
    new: int
    colleagues: int


def digest_requests():
    """Tell each officer once a day what has come since the last time; return how many.

    From eight in the morning, and nothing on a day that has brought nothing new.
    """
    if moments.is_night(now()):
        return 0
    return sum(_digest(officer) for officer in _officers())


def _officers():
    """Those with a request to read who were not written to today, each with ``told_at``."""
    mine = Enrolment.objects.to_review().filter(activity__officer=OuterRef("pk"))
    written = OutgoingEmail.objects.filter(template=DIGEST, person=OuterRef("pk"))
    last = written.order_by("-created_at").values("created_at")[:1]
    people = Person.objects.present().filter(is_active=True, email__isnull=False)
    people = people.filter(Exists(mine)).annotate(told_at=Subquery(last))
    start = moments.start_of(today())
    return [
        one
        for one in people.order_by("pk")
        if one.told_at is None or one.told_at < start
    ]


@transaction.atomic
def _digest(officer):
    lines = [
        line
        for activity in _to_read(officer)
        if (line := _requests(activity, officer.told_at)).waiting
    ]
    if not any(line.new for line in lines):
        return 0
    emails.requests_digest(officer, today(), lines)
    return 1


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
        new=sum(since is None or at > since for _person, at in rows),
        colleagues=sum(bool(own & full) for own in houses.values()),
    )
