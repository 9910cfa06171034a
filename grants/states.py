"""The lives of what aid is made of. Nothing else writes these states."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.moves import Move


# --- The rules of a scheme ---------------------------------------------------------
class RulesState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("rules", "In preparation")
    PUBLISHED = "published", pgettext_lazy("rules", "Published")
    RETIRED = "retired", pgettext_lazy("rules", "No longer in force")


RULES_MOVES = {
    "publish": Move(
        (RulesState.DRAFT,),
        RulesState.PUBLISHED,
        _("Publish these rules"),
        _(
            "They become public on their first day, and nothing in them changes any "
            "more. Whoever is writing an application is told what is new."
        ),
    ),
    "retire": Move(
        (RulesState.PUBLISHED,),
        RulesState.RETIRED,
        _("Take out of force"),
        _("Applications that were sent under these rules keep them."),
    ),
}


# --- The application (references/grants.md, C.2; what follows a sitting comes later) -
class ApplicationState(models.TextChoices):
    """As staff read it; ``PUBLIC`` says what the applicant reads."""

    DRAFT = "draft", pgettext_lazy("grants", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("grants", "Submitted")
    COMPLETION = "completion_requested", _("Completion asked")
    ADMISSIBLE = "admissible", _("Admissible")
    INADMISSIBLE = "inadmissible", _("Inadmissible")
    INSTRUCTION = "under_instruction", _("Under instruction")
    READY = "ready_for_commission", _("Ready for the commission")
    SCHEDULED = "scheduled", _("On the agenda")
    IN_SESSION = "in_session", _("Under deliberation")
    OPINION = "opinion_recorded", _("Opinion given")
    WITHDRAWN = "withdrawn", pgettext_lazy("grants", "Withdrawn")
    CLOSED = "closed_no_action", _("Closed without action")


S = ApplicationState

# What the applicant reads of each; ``%s`` is a date.
PUBLIC = {
    S.DRAFT: pgettext_lazy("applicant", "Draft"),
    S.SUBMITTED: pgettext_lazy("applicant", "Submitted, to be checked"),
    S.COMPLETION: pgettext_lazy("applicant", "To complete before %s"),
    S.ADMISSIBLE: pgettext_lazy("applicant", "Admissible, being studied"),
    S.INADMISSIBLE: pgettext_lazy("applicant", "Inadmissible"),
    S.INSTRUCTION: pgettext_lazy("applicant", "Being studied"),
    S.READY: pgettext_lazy("applicant", "Being studied"),
    S.SCHEDULED: pgettext_lazy("applicant", "Presented to the commission of %s"),
    # What is said of them in the sitting is hidden until the decision (I10).
    S.IN_SESSION: pgettext_lazy("applicant", "Presented to the commission of %s"),
    S.OPINION: pgettext_lazy("applicant", "Presented to the commission of %s"),
    S.WITHDRAWN: pgettext_lazy("applicant", "Withdrawn"),
    S.CLOSED: pgettext_lazy("applicant", "Closed without action"),
}

# What its authors may still write in: all of it, or the items that are asked.
WRITABLE = (S.DRAFT, S.COMPLETION)
ENDED = (S.INADMISSIBLE, S.WITHDRAWN, S.CLOSED)
# Sent, and neither refused, closed nor taken back.
RUNNING = (
    S.SUBMITTED,
    S.COMPLETION,
    S.ADMISSIBLE,
    S.INSTRUCTION,
    S.READY,
    S.SCHEDULED,
    S.IN_SESSION,
    S.OPINION,
)

APPLICATION_MOVES = {
    "submit": Move((S.DRAFT,), S.SUBMITTED, pgettext_lazy("grants", "Submit")),
    "complete": Move((S.COMPLETION,), S.SUBMITTED, _("Send what was asked")),
    "ask": Move(
        (S.SUBMITTED, S.ADMISSIBLE, S.INSTRUCTION),
        S.COMPLETION,
        _("Ask for a completion"),
        _("The applicants are told at once what is missing, and until when."),
    ),
    "admit": Move(
        (S.SUBMITTED,),
        S.ADMISSIBLE,
        _("Declare admissible"),
        _("The file is complete and may be studied. The applicants see it."),
    ),
    "dismiss": Move(
        (S.SUBMITTED, S.ADMISSIBLE),
        S.INADMISSIBLE,
        _("Declare inadmissible"),
        _("The applicants are told at once, with the reason that you write."),
    ),
    "instruct": Move(
        (S.ADMISSIBLE,),
        S.INSTRUCTION,
        _("Take up the instruction"),
        _("You become its rapporteur. Nothing is sent."),
    ),
    "finish": Move(
        (S.INSTRUCTION,),
        S.READY,
        _("Ready for the commission"),
        _("The report is closed; it may be put on the agenda of a sitting."),
    ),
    "reopen": Move(
        (S.READY,),
        S.INSTRUCTION,
        _("Take up again"),
        _("The report may be changed again. Nothing is sent."),
    ),
    "schedule": Move(
        (S.READY,),
        S.SCHEDULED,
        _("Put on the agenda"),
        _("The applicants see at which commission they are presented."),
    ),
    "unschedule": Move(
        (S.SCHEDULED,),
        S.READY,
        _("Take off the agenda"),
        _("The file waits for another sitting."),
    ),
    # --- in the sitting: by its secretary, item by item
    "deliberate": Move((S.SCHEDULED,), S.IN_SESSION, _("Deliberate"), automatic=True),
    "set_aside": Move(
        (S.IN_SESSION,),
        S.SCHEDULED,
        pgettext_lazy("grants", "Set aside"),
        automatic=True,
    ),
    "give_opinion": Move(
        (S.IN_SESSION,), S.OPINION, _("Record the opinion"), automatic=True
    ),
    "take_opinion_back": Move(
        (S.OPINION,), S.IN_SESSION, _("Take the opinion back"), automatic=True
    ),
    # Adjourned: to another sitting, with its questions (C.3, T14).
    "carry_over": Move(
        (S.OPINION,), S.INSTRUCTION, _("Carry over to the next sitting"), automatic=True
    ),
    "close": Move(
        (S.COMPLETION,),
        S.CLOSED,
        _("Close without action"),
        _("No answer came in time. The applicants are told."),
    ),
    "withdraw": Move(
        RUNNING,
        S.WITHDRAWN,
        pgettext_lazy("grants", "Withdraw the application"),
        _("It is no longer studied. The house keeps it in its history."),
    ),
}


# --- What is asked of the applicants ----------------------------------------------
class CompletionState(models.TextChoices):
    SENT = "sent", pgettext_lazy("completion", "Sent")
    ANSWERED = "answered", pgettext_lazy("completion", "Answered")
    RESOLVED = "resolved", pgettext_lazy("completion", "Settled")
    EXPIRED = "expired", pgettext_lazy("completion", "Past its date")


COMPLETION_MOVES = {
    "answer": Move(
        (CompletionState.SENT, CompletionState.EXPIRED),
        CompletionState.ANSWERED,
        pgettext_lazy("completion", "Answer"),
        automatic=True,
    ),
    "resolve": Move(
        (CompletionState.ANSWERED, CompletionState.SENT),
        CompletionState.RESOLVED,
        _("Settle"),
        automatic=True,
    ),
    "expire": Move(
        (CompletionState.SENT,), CompletionState.EXPIRED, _("Expire"), automatic=True
    ),
}


# --- The commission ----------------------------------------------------------------
# What members are given to read: what stands on the agenda of their sitting.
PRESENTED = (S.SCHEDULED, S.IN_SESSION, S.OPINION)


class RecusalState(models.TextChoices):
    SUSPECTED = "suspected", pgettext_lazy("recusal", "To confirm")
    IN_FORCE = "in_force", pgettext_lazy("recusal", "Stands back")
    REJECTED = "rejected", pgettext_lazy("recusal", "No interest found")
    LIFTED = "lifted", pgettext_lazy("recusal", "Lifted")


R = RecusalState
# Until somebody decided, what was found keeps the file shut.
BARRING = (R.SUSPECTED, R.IN_FORCE)

RECUSAL_MOVES = {
    "confirm": Move(
        (R.SUSPECTED,),
        R.IN_FORCE,
        pgettext_lazy("recusal", "Confirm"),
        _("The file, its reviews and its votes stay shut to this member."),
    ),
    "reject": Move(
        (R.SUSPECTED,),
        R.REJECTED,
        _("There is no interest"),
        _(
            "The member may read the file from now on. Say why: it stays in the history."
        ),
    ),
    "lift": Move(
        (R.IN_FORCE,),
        R.LIFTED,
        pgettext_lazy("recusal", "Lift"),
        _(
            "The member may read the file from now on. Say why: it stays in the history."
        ),
    ),
    "declare": Move(
        (R.SUSPECTED, R.REJECTED, R.LIFTED),
        R.IN_FORCE,
        pgettext_lazy("recusal", "Stand back"),
        automatic=True,
    ),
    "impose": Move(
        (R.REJECTED, R.LIFTED),
        R.IN_FORCE,
        _("Make them stand back"),
        _("The file, its reviews and its votes are shut to this member."),
    ),
}


class ReviewState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("review", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("review", "Given")


REVIEW_MOVES = {
    "hand_in": Move(
        (ReviewState.DRAFT,),
        ReviewState.SUBMITTED,
        pgettext_lazy("review", "Give my opinion"),
        automatic=True,
    ),
}


# --- The sitting (C.2 to C.8) -------------------------------------------------------
class SittingState(models.TextChoices):
    PREPARING = "preparing", pgettext_lazy("sitting", "In preparation")
    IN_SESSION = "in_session", pgettext_lazy("sitting", "In session")
    DELIBERATED = "deliberated", pgettext_lazy("sitting", "Closed, minutes to validate")
    VALIDATED = "minutes_validated", pgettext_lazy("sitting", "Minutes validated")


T = SittingState

SITTING_MOVES = {
    "open": Move(
        (T.PREPARING,),
        T.IN_SESSION,
        _("Open the sitting"),
        _("The members see it live. Nothing more goes on the agenda by itself."),
        automatic=True,
    ),
    # Without the quorum: convened again, on the same agenda (decree 2006-672, art. 11).
    "reconvene": Move(
        (T.PREPARING,), T.PREPARING, _("Convene a second time"), automatic=True
    ),
    "close": Move(
        (T.IN_SESSION,),
        T.DELIBERATED,
        _("Close the sitting"),
        _("Nothing more is voted. The minutes are drafted from what was recorded."),
        automatic=True,
    ),
    "resume": Move(
        (T.DELIBERATED,), T.IN_SESSION, _("Resume the sitting"), automatic=True
    ),
    "validate": Move(
        (T.DELIBERATED,),
        T.VALIDATED,
        _("Validate the minutes"),
        _("They are locked: an erratum alone may follow."),
        automatic=True,
    ),
}


class PointState(models.TextChoices):
    """Where an item of the agenda stands."""

    WAITING = "waiting", pgettext_lazy("agenda item", "To come")
    OPEN = "open", pgettext_lazy("agenda item", "Under discussion")
    VOTING = "voting", pgettext_lazy("agenda item", "Vote open")
    VOTED = "voted", pgettext_lazy("agenda item", "Vote closed")
    RECORDED = "recorded", pgettext_lazy("agenda item", "Opinion given")


K = PointState
# The one item that the room is at.
CURRENT = (K.OPEN, K.VOTING, K.VOTED)

POINT_MOVES = {
    "start": Move((K.WAITING,), K.OPEN, _("Take up this file"), automatic=True),
    "put_off": Move((K.OPEN,), K.WAITING, _("Come back to it later"), automatic=True),
    "open_vote": Move((K.OPEN, K.VOTED), K.VOTING, _("Open the vote"), automatic=True),
    "close_vote": Move((K.VOTING,), K.VOTED, _("Close the vote"), automatic=True),
    "cancel_vote": Move(
        (K.VOTING, K.VOTED), K.OPEN, _("Cancel the vote"), automatic=True
    ),
    "record": Move(
        (K.OPEN, K.VOTED), K.RECORDED, _("Record the opinion"), automatic=True
    ),
    "take_back": Move((K.RECORDED,), K.OPEN, _("Take back"), automatic=True),
}
