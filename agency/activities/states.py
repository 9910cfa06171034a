"""The lives of what gathers people. Nothing else in the project writes these states."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.moves import Move


class ActivityState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    OPEN = "open", _("Registration open")
    CLOSED = "closed", _("Registration closed")
    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Finished")
    CANCELLED = "cancelled", _("Cancelled activity")


A = ActivityState

# What visitors may see; a draft is the business of staff alone.
PUBLIC = (A.ANNOUNCED, A.OPEN, A.CLOSED, A.RUNNING, A.COMPLETED, A.CANCELLED)

ACTIVITY_MOVES = {
    "announce": Move(
        (A.DRAFT,),
        A.ANNOUNCED,
        _("Announce"),
        _("The activity appears on the site. Nobody can register yet."),
    ),
    "open": Move(
        (A.DRAFT, A.ANNOUNCED, A.CLOSED),
        A.OPEN,
        _("Open the registration"),
        _(
            "The activity appears on the site and people can register within its window."
        ),
    ),
    "close": Move(
        (A.OPEN,),
        A.CLOSED,
        _("Close registration"),
        _("Nobody can register any more. Those who have stay registered."),
    ),
    "start": Move(
        (A.ANNOUNCED, A.OPEN, A.CLOSED),
        A.RUNNING,
        _("Start"),
        _("The activity runs: its registration closes."),
    ),
    "complete": Move(
        (A.RUNNING,),
        A.COMPLETED,
        _("Finish"),
        _("The activity is over. Its sessions must all be held or cancelled."),
    ),
    "cancel": Move(
        (A.DRAFT, A.ANNOUNCED, A.OPEN, A.CLOSED, A.RUNNING),
        A.CANCELLED,
        _("Cancel the activity"),
        _(
            "The activity stays on the site, marked as cancelled. Its sessions to come are cancelled."
        ),
    ),
}


class SessionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled session")


T = SessionState

SESSION_MOVES = {
    "hold": Move(
        (T.PLANNED,),
        T.HELD,
        _("Mark as held"),
        _("The session took place."),
    ),
    "cancel": Move(
        (T.PLANNED,),
        T.CANCELLED,
        _("Cancel the session"),
        _("The session stays in the calendar, marked as cancelled."),
    ),
}


class EnrolmentState(models.TextChoices):
    SUBMITTED = "submitted", _("Request received")
    WAITLISTED = "waitlisted", _("Waiting list")
    OFFERED = "offered", _("Seat offered")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Offer declined")
    EXPIRED = "expired", _("Offer expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Cancelled by the agency")


E = EnrolmentState

# The states that hold a seat, and those in which an enrolment is over.
# An offer holds its seat until it is answered or lapses.
HOLDING = (E.CONFIRMED, E.OFFERED)
ENDED = (E.WITHDRAWN, E.CANCELLED, E.DECLINED, E.EXPIRED)

ENROLMENT_MOVES = {
    "confirm": Move((E.SUBMITTED,), E.CONFIRMED, _("Confirm"), automatic=True),
    "wait": Move((E.SUBMITTED,), E.WAITLISTED, _("Wait"), automatic=True),
    "offer": Move(
        (E.WAITLISTED,),
        E.OFFERED,
        _("Offer the seat"),
        _("The person is told by mail and has until the date said there to answer."),
    ),
    "accept": Move((E.OFFERED,), E.CONFIRMED, _("Take the seat")),
    "decline": Move((E.OFFERED,), E.DECLINED, _("Decline the seat")),
    "expire": Move((E.OFFERED,), E.EXPIRED, _("Let the offer lapse"), automatic=True),
    "requeue": Move((E.EXPIRED,), E.WAITLISTED, _("Back to the waiting list")),
    "admit": Move(
        (E.WAITLISTED, E.OFFERED),
        E.CONFIRMED,
        _("Give the seat"),
        _("For somebody reached on the telephone: the seat is theirs at once."),
    ),
    "withdraw": Move(
        (E.SUBMITTED, E.WAITLISTED, E.OFFERED, E.CONFIRMED),
        E.WITHDRAWN,
        _("Withdraw"),
        _(
            "The seat is freed for somebody else. The sessions to come leave the person's space."
        ),
    ),
    "cancel": Move(
        (E.SUBMITTED, E.WAITLISTED, E.OFFERED, E.CONFIRMED),
        E.CANCELLED,
        _("Cancel the enrolment"),
        _("The person loses the seat and is told so by mail."),
    ),
}


class ParticipationState(models.TextChoices):
    EXPECTED = "expected", _("Expected")
    CANCELLED = "cancelled", _("Not expected any more")


P = ParticipationState

PARTICIPATION_MOVES = {
    "release": Move((P.EXPECTED,), P.CANCELLED, _("Release"), automatic=True),
    "expect": Move((P.CANCELLED,), P.EXPECTED, _("Expect again"), automatic=True),
}


class ConveningState(models.TextChoices):
    RUNNING = "running", _("Being made")
    DONE = "done", _("Done")


V = ConveningState

CONVENING_MOVES = {
    "finish": Move((V.RUNNING,), V.DONE, _("Finish"), automatic=True),
    "resume": Move(
        (V.DONE,),
        V.RUNNING,
        _("Try the failures again"),
        _("Only the letters that failed are made again; nobody gets a second one."),
    ),
}


class ConvocationState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    MADE = "made", pgettext_lazy("convocation", "Sent")
    PAPER = "paper", _("To be printed")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Not expected any more")


C = ConvocationState

CONVOCATION_MOVES = {
    "make": Move((C.WAITING,), C.MADE, _("Make"), automatic=True),
    "print": Move((C.WAITING,), C.PAPER, _("Print"), automatic=True),
    "fail": Move((C.WAITING,), C.FAILED, _("Fail"), automatic=True),
    "drop": Move((C.WAITING,), C.DROPPED, _("Drop"), automatic=True),
    "retry": Move((C.FAILED,), C.WAITING, _("Try again"), automatic=True),
}
