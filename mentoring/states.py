"""The lives of what mentoring is made of. Nothing else writes these states."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.moves import Move


class ApplicationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("mentoring", "Draft")
    SUBMITTED = "submitted", _("Application received")
    COMPLEMENT = "complement", _("Complement asked")
    ELIGIBLE = "eligible", pgettext_lazy("mentoring", "Eligible")
    INTERVIEWED = "interviewed", _("Interview held")
    RETAINED = "retained", pgettext_lazy("mentoring", "Retained")
    WAITLISTED = "waitlisted", pgettext_lazy("mentoring", "Waiting list")
    REFUSED = "refused", pgettext_lazy("mentoring", "Not retained")
    WITHDRAWN = "withdrawn", pgettext_lazy("mentoring", "Withdrawn")


S = ApplicationState

# What its author may still write in.
WRITABLE = (S.DRAFT, S.SUBMITTED, S.COMPLEMENT)
# Sent, and neither refused nor taken back.
RUNNING = (
    S.SUBMITTED,
    S.COMPLEMENT,
    S.ELIGIBLE,
    S.INTERVIEWED,
    S.RETAINED,
    S.WAITLISTED,
)
DECIDED = (S.RETAINED, S.WAITLISTED, S.REFUSED)
ENDED = (S.REFUSED, S.WITHDRAWN)

APPLICATION_MOVES = {
    "submit": Move((S.DRAFT,), S.SUBMITTED, _("Send the application")),
    "complete": Move((S.COMPLEMENT,), S.SUBMITTED, _("Send the complement")),
    "qualify": Move(
        (S.SUBMITTED,),
        S.ELIGIBLE,
        _("Eligible"),
        _("The application goes on to an interview. Nothing is sent."),
    ),
    "ask": Move(
        (S.SUBMITTED, S.ELIGIBLE),
        S.COMPLEMENT,
        _("Ask for a complement"),
        _("The person is told at once what is missing, and writes in it again."),
    ),
    "interview": Move(
        (S.ELIGIBLE,),
        S.INTERVIEWED,
        _("Note the interview"),
        _("Your note is for you alone. Nothing is sent."),
    ),
    "retain": Move(
        (S.INTERVIEWED, S.WAITLISTED),
        S.RETAINED,
        _("Retain"),
        _("The person is told at once; their pair is told later, once it is made."),
    ),
    "waitlist": Move(
        (S.INTERVIEWED,),
        S.WAITLISTED,
        _("Put on the waiting list"),
        _("The person is told at once."),
    ),
    "refuse": Move(
        (S.SUBMITTED, S.COMPLEMENT, S.ELIGIBLE, S.INTERVIEWED, S.WAITLISTED),
        S.REFUSED,
        _("Do not retain"),
        _("The person is told at once, with the reason that you write."),
    ),
    "withdraw": Move(RUNNING, S.WITHDRAWN, _("Withdraw the application")),
    "resume": Move((S.WITHDRAWN,), S.DRAFT, _("Write in it again")),
}


# --- The pair, its meetings and its goals ------------------------------------------
class PairState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("pair", "In preparation")
    NOTIFIED = "notified", pgettext_lazy("pair", "Proposed to both")
    ACCEPTED = "accepted", pgettext_lazy("pair", "Accepted by both")
    AGREEMENT_PENDING = "agreement_pending", _("Agreement to sign")
    ACTIVE = "active", pgettext_lazy("pair", "Under way")
    PAUSED = "paused", pgettext_lazy("pair", "Paused")
    ENDING = "ending", pgettext_lazy("pair", "Coming to its end")
    COMPLETED = "completed", pgettext_lazy("pair", "Finished")
    DECLINED = "declined", pgettext_lazy("pair", "Declined")
    EXPIRED = "expired", pgettext_lazy("pair", "Not answered in time")
    ENDED_EARLY = "ended_early", _("Ended early")


P = PairState

# Neither back in the pool nor over: these hold a mentee, and a place of their mentor.
LIVING = (
    P.PROPOSED,
    P.NOTIFIED,
    P.ACCEPTED,
    P.AGREEMENT_PENDING,
    P.ACTIVE,
    P.PAUSED,
    P.ENDING,
)
# Both said yes: from here on it is a room of its own.
JOINED = (
    P.ACCEPTED,
    P.AGREEMENT_PENDING,
    P.ACTIVE,
    P.PAUSED,
    P.ENDING,
    P.COMPLETED,
    P.ENDED_EARLY,
)
# Those in which one meets, and writes.
MEETING = (P.ACTIVE, P.PAUSED, P.ENDING)
BACK = (P.DECLINED, P.EXPIRED)
OVER = (P.COMPLETED, P.ENDED_EARLY)

# In the order of the buttons: what comes next first.
PAIR_MOVES = {
    "notify": Move(
        (P.PROPOSED,),
        P.NOTIFIED,
        _("Propose the pair to both"),
        _("Each of the two has five days to answer, from their own account."),
    ),
    "accept": Move((P.NOTIFIED,), P.ACCEPTED, _("Accept"), automatic=True),
    "decline": Move((P.NOTIFIED,), P.DECLINED, _("Decline"), automatic=True),
    "expire": Move(
        (P.NOTIFIED,), P.EXPIRED, pgettext_lazy("pair", "Lapse"), automatic=True
    ),
    "prepare": Move(
        (P.ACCEPTED,), P.AGREEMENT_PENDING, _("Prepare the agreement"), automatic=True
    ),
    "activate": Move(
        (P.ACCEPTED, P.AGREEMENT_PENDING),
        P.ACTIVE,
        _("Signed on paper: begin the pair"),
        _(
            "For a pair that signed on paper; signed online by the three, it begins by "
            "itself. The two can note their meetings and their goals from now on."
        ),
    ),
    "resume": Move(
        (P.PAUSED,),
        P.ACTIVE,
        pgettext_lazy("pair", "Take up again"),
        _("The rhythm of the meetings counts again from today."),
    ),
    "wind_up": Move(
        (P.ACTIVE, P.PAUSED),
        P.ENDING,
        _("Prepare the end"),
        _("The two can still note meetings while they write their final review."),
    ),
    "pause": Move(
        (P.ACTIVE,),
        P.PAUSED,
        pgettext_lazy("pair", "Put on pause"),
        _("Nobody is reminded of anything while the pair is paused."),
    ),
    "complete": Move(
        (P.ACTIVE, P.ENDING),
        P.COMPLETED,
        pgettext_lazy("pair", "Finish"),
        _("The two still read their notes for six months, then these are erased."),
    ),
    "end_early": Move(
        (P.ACCEPTED, P.AGREEMENT_PENDING, P.ACTIVE, P.PAUSED, P.ENDING),
        P.ENDED_EARLY,
        _("End early"),
        _("The pair ends today, in neutral words: nobody else is told why."),
    ),
}


class MeetingState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("pair meeting", "Planned")
    HELD = "held", pgettext_lazy("pair meeting", "Held")
    CANCELLED = "cancelled", pgettext_lazy("pair meeting", "Cancelled")
    MISSED = "missed", pgettext_lazy("pair meeting", "Not held")


M = MeetingState

MEETING_MOVES = {
    "hold": Move((M.PLANNED,), M.HELD, _("We met")),
    "cancel": Move((M.PLANNED,), M.CANCELLED, _("Cancel the meeting")),
    "miss": Move((M.PLANNED,), M.MISSED, _("It did not take place")),
    "retract": Move((M.HELD,), M.CANCELLED, _("Noted by mistake")),
}


class GoalState(models.TextChoices):
    OPEN = "open", pgettext_lazy("goal", "On the way")
    REACHED = "reached", pgettext_lazy("goal", "Reached")
    DROPPED = "dropped", pgettext_lazy("goal", "Set aside")


G = GoalState

GOAL_MOVES = {
    "reach": Move((G.OPEN,), G.REACHED, pgettext_lazy("goal", "Reached")),
    "drop": Move((G.OPEN,), G.DROPPED, pgettext_lazy("goal move", "Set aside")),
    "reopen": Move((G.REACHED, G.DROPPED), G.OPEN, pgettext_lazy("goal", "Reopen")),
}


class AlertState(models.TextChoices):
    OPEN = "to_take", pgettext_lazy("alert", "To take up")
    TAKEN = "taken", pgettext_lazy("alert", "Taken up")
    SETTLED = "settled", pgettext_lazy("alert", "Settled")
    LAPSED = "lapsed", pgettext_lazy("alert", "Overtaken")


A = AlertState

ALERT_WAITING = (A.OPEN, A.TAKEN)
ALERT_MOVES = {
    "take": Move(
        (A.OPEN,),
        A.TAKEN,
        _("I take it up"),
        _("It stays in your list until it is settled. Nothing is sent."),
    ),
    "settle": Move(
        ALERT_WAITING,
        A.SETTLED,
        pgettext_lazy("alert move", "Settle"),
        _("Write what came of it: you alone read it. Nothing is sent."),
    ),
    "lapse": Move(
        ALERT_WAITING, A.LAPSED, pgettext_lazy("alert", "Overtake"), automatic=True
    ),
}
