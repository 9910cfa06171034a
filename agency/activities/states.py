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
            "The activity stays on the site, marked as cancelled. Its sessions to come are cancelled. "
            "Everybody concerned is told at once, in one message."
        ),
    ),
}


class SessionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled session")
    POSTPONED = "postponed", pgettext_lazy("session", "Postponed")


T = SessionState
# What does not take place on its day: neither counted, nor led, nor awaited.
OFF = (T.CANCELLED, T.POSTPONED)

SESSION_MOVES = {
    "hold": Move(
        (T.PLANNED,),
        T.HELD,
        _("Mark as held"),
        _("The session took place."),
    ),
    "cancel": Move(
        (T.PLANNED, T.POSTPONED),
        T.CANCELLED,
        _("Cancel the session"),
        _(
            "The session stays in the calendar, marked as cancelled. Those expected, "
            "those who wait and those who lead it are told at once."
        ),
    ),
    "postpone": Move(
        (T.PLANNED,),
        T.POSTPONED,
        _("Postpone the session"),
        _(
            "The session stays in the calendar, marked as postponed. Those expected, "
            "those who wait and those who lead it are told at once."
        ),
    ),
}


class EnrolmentState(models.TextChoices):
    SUBMITTED = "submitted", _("Request received")
    UNDER_REVIEW = "under_review", _("Request under review")
    WAITLISTED = "waitlisted", _("Waiting list")
    OFFERED = "offered", _("Seat offered")
    ACCEPTED = "accepted", _("Accepted, charter to sign")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Request refused")
    DECLINED = "declined", _("Offer declined")
    EXPIRED = "expired", _("Offer expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Cancelled by the agency")
    EXCLUDED = "excluded", _("Excluded from the group")


E = EnrolmentState

# The states that hold a seat, and those in which an enrolment is over.
# An offer holds its seat until it is answered or lapses; so does the time to sign.
HOLDING = (E.CONFIRMED, E.ACCEPTED, E.OFFERED)
# Those who have a seat for good, or while they read the charter.
INSIDE = (E.CONFIRMED, E.ACCEPTED)
ENDED = (
    E.WITHDRAWN,
    E.CANCELLED,
    E.DECLINED,
    E.EXPIRED,
    E.REFUSED,
    E.EXCLUDED,
)
# Neither in nor out: something is still to be decided, answered or signed.
PENDING = (E.UNDER_REVIEW, E.WAITLISTED, E.OFFERED, E.ACCEPTED)
RUNNING = (
    E.SUBMITTED,
    E.UNDER_REVIEW,
    E.WAITLISTED,
    E.OFFERED,
    E.ACCEPTED,
    E.CONFIRMED,
)

ENROLMENT_MOVES = {
    "confirm": Move(
        (E.SUBMITTED, E.ACCEPTED), E.CONFIRMED, _("Confirm"), automatic=True
    ),
    "wait": Move((E.SUBMITTED,), E.WAITLISTED, _("Wait"), automatic=True),
    "review": Move((E.SUBMITTED,), E.UNDER_REVIEW, _("Review"), automatic=True),
    "seat": Move(
        (E.SUBMITTED,), E.ACCEPTED, _("Give the seat to sign for"), automatic=True
    ),
    "retain": Move(
        (E.UNDER_REVIEW,),
        E.ACCEPTED,
        _("Accept the request"),
        _(
            "The seat is theirs, or will be once the charter is signed. They are told by mail."
        ),
    ),
    "shelve": Move(
        (E.UNDER_REVIEW,),
        E.WAITLISTED,
        _("Put on the waiting list"),
        _("They are told their rank by mail, and are offered a seat when one is free."),
    ),
    "refuse": Move(
        (E.UNDER_REVIEW,),
        E.REFUSED,
        _("Refuse the request"),
        _("They are told so by mail, with your reason as you write it."),
    ),
    "offer": Move(
        (E.WAITLISTED,),
        E.OFFERED,
        _("Offer the seat"),
        _("The person is told by mail and has until the date said there to answer."),
    ),
    "accept": Move((E.OFFERED,), E.ACCEPTED, _("Take the seat")),
    "decline": Move((E.OFFERED,), E.DECLINED, _("Decline the seat")),
    "expire": Move((E.OFFERED,), E.EXPIRED, _("Let the offer lapse"), automatic=True),
    "requeue": Move((E.EXPIRED,), E.WAITLISTED, _("Back to the waiting list")),
    "admit": Move(
        (E.WAITLISTED, E.OFFERED),
        E.ACCEPTED,
        _("Give the seat"),
        _("For somebody reached on the telephone: the seat is theirs at once."),
    ),
    "unsign": Move(
        (E.ACCEPTED,), E.WAITLISTED, _("Let the signature lapse"), automatic=True
    ),
    "withdraw": Move(
        RUNNING,
        E.WITHDRAWN,
        _("Withdraw"),
        _(
            "The seat is freed for somebody else. The sessions to come leave the person's space."
        ),
    ),
    "cancel": Move(
        RUNNING,
        E.CANCELLED,
        _("Cancel the enrolment"),
        _("The person loses the seat and is told so by mail."),
    ),
    "exclude": Move(
        (E.CONFIRMED,),
        E.EXCLUDED,
        _("Exclude from the group"),
        _(
            "For a breach of the charter. The person is told so by mail, with your reason."
        ),
    ),
}


class ParticipationState(models.TextChoices):
    WAITING = "waiting", _("Waits for a seat at this session")
    EXPECTED = "expected", _("Expected")
    EXCUSED = "excused", pgettext_lazy("participation", "Excused")
    CANCELLED = "cancelled", _("Not expected any more")


P = ParticipationState

PARTICIPATION_MOVES = {
    "release": Move(
        (P.EXPECTED, P.EXCUSED, P.WAITING), P.CANCELLED, _("Release"), automatic=True
    ),
    "expect": Move((P.CANCELLED,), P.EXPECTED, _("Expect again"), automatic=True),
    "line_up": Move((P.CANCELLED,), P.WAITING, _("Wait for a seat"), automatic=True),
    "promote": Move((P.WAITING,), P.EXPECTED, _("Give the seat"), automatic=True),
    "excuse": Move((P.EXPECTED,), P.EXCUSED, _("Be excused")),
    "return": Move((P.EXCUSED,), P.EXPECTED, _("Come after all")),
}


class ConveningState(models.TextChoices):
    SCHEDULED = "scheduled", pgettext_lazy("notice", "Leaves soon")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Done")
    HELD_BACK = "held_back", pgettext_lazy("notice", "Held back")
    DROPPED = "dropped", pgettext_lazy("notice", "Not needed any more")


V = ConveningState

CONVENING_MOVES = {
    "send_now": Move(
        (V.SCHEDULED,),
        V.RUNNING,
        _("Send it now"),
        _("What is said now is what people read: no other change is waited for."),
    ),
    "hold_back": Move(
        (V.SCHEDULED,),
        V.HELD_BACK,
        _("Hold it back"),
        _("Nobody is told of this change. A later change tells them of both."),
    ),
    "start": Move((V.SCHEDULED,), V.RUNNING, _("Send"), automatic=True),
    "drop": Move((V.SCHEDULED,), V.DROPPED, _("Drop"), automatic=True),
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
    TOLD = "told", pgettext_lazy("convocation", "Told by mail")
    PAPER = "paper", _("To be printed")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Not expected any more")


C = ConvocationState

CONVOCATION_MOVES = {
    "make": Move((C.WAITING,), C.MADE, _("Make"), automatic=True),
    "tell": Move((C.WAITING,), C.TOLD, _("Tell"), automatic=True),
    "print": Move((C.WAITING,), C.PAPER, _("Print"), automatic=True),
    "fail": Move((C.WAITING,), C.FAILED, _("Fail"), automatic=True),
    "drop": Move((C.WAITING,), C.DROPPED, _("Drop"), automatic=True),
    "retry": Move((C.FAILED,), C.WAITING, _("Try again"), automatic=True),
}


class CharterState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("charter", "Draft")
    PUBLISHED = "published", pgettext_lazy("charter", "Published")


H = CharterState

CHARTER_MOVES = {
    "publish": Move(
        (H.DRAFT,),
        H.PUBLISHED,
        _("Publish this version"),
        _("Its text no longer changes. Whoever signs from now on signs this version."),
    ),
}


class SheetState(models.TextChoices):
    OPEN = "open", pgettext_lazy("attendance sheet", "Open")
    LOCKED = "locked", pgettext_lazy("attendance sheet", "Locked")


S = SheetState

SHEET_MOVES = {
    "lock": Move(
        (S.OPEN,),
        S.LOCKED,
        _("Countersign and lock"),
        _("Attendance no longer changes; certificates are made from it."),
    ),
    "unlock": Move(
        (S.LOCKED,),
        S.OPEN,
        _("Unlock"),
        _("The reason stays in the history. The sheet is then locked anew."),
    ),
}


class InvitationState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("invitation", "Proposed")
    SENT = "sent", pgettext_lazy("invitation", "Invited")
    USED = "used", pgettext_lazy("invitation", "Registered")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    REVOKED = "revoked", pgettext_lazy("invitation", "Set aside")


N = InvitationState

INVITATION_MOVES = {
    "send": Move(
        (N.PROPOSED,),
        N.SENT,
        _("Invite"),
        _("They are invited by mail and register from their own account."),
    ),
    "use": Move((N.SENT,), N.USED, _("Register"), automatic=True),
    "decline": Move((N.SENT,), N.DECLINED, _("Decline the invitation")),
    "revoke": Move(
        (N.PROPOSED, N.SENT),
        N.REVOKED,
        _("Set aside"),
        _("The invitation no longer opens the form. Nobody is written to."),
    ),
}
