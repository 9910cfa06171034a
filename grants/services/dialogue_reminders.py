"""Reminders of drafts that were not sent, and of what is asked and does not come.

Declared to the engine (``agency.mail.reminders``): each once, by day, never in a quiet
period, and none once it would be too late to act on it.
"""

from datetime import datetime, time, timedelta

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When

from agency.core.clock import PARIS, now, today
from agency.mail.hours import start_of
from agency.mail.reminders import Reminder, register
from agency.people.models import Person
from grants import dialogue_emails
from grants.models import Application, CompletionRequest, Sitting
from grants.states import ApplicationState, CompletionState

S, C = ApplicationState, CompletionState
DAY = timedelta(days=1)
# Days before the close at which a draft is spoken of, the last one last.
WEEK, LAST = "7", "2"
# A draft that nobody touched for so long is left in peace, unless its sitting was chosen.
FORGOTTEN = timedelta(days=120)
# What was asked a moment ago is not asked again.
FRESH = timedelta(days=2)
# The house closes the file, or not; two weeks after the date nobody is reminded any more.
OVERDUE = 14
FOLDER = dialogue_emails.FOLDER


def declare():
    """Called once, when the apps are ready."""
    register(
        Reminder(
            f"{FOLDER}/draft_reminder",
            due=drafts,
            readers=_senders,
            message=dialogue_emails.draft_reminder,
            occurrence=lambda draft: f"{draft.sitting_next}-{draft.stage}",
            until=lambda draft: draft.closes_at,
            lock=_hold,
            rests=True,
        )
    )
    asked = {
        "completion_reminder": (asked_still, lambda row: row.stage, _end_of_date),
        "completion_overdue": (overdue, lambda row: "", _end_of_overdue),
    }
    for name, (due, occurrence, until) in asked.items():
        register(
            Reminder(
                f"{FOLDER}/{name}",
                due=due,
                readers=_editors,
                message=getattr(dialogue_emails, name),
                occurrence=occurrence,
                until=until,
                lock=lambda row: _hold(row.application),
                rests=True,
            )
        )


def _hold(application):
    Application.objects.filter(pk=application.pk).update(saved_at=F("saved_at"))


# --- Drafts ------------------------------------------------------------------------
def drafts():
    """Drafts whose sitting closes within a week: with ``closes_at`` and their ``stage``.

    The sitting that was chosen, as long as one may send for it; else the next one.
    """
    coming = Sitting.objects.accepting().filter(schemes=OuterRef("scheme"))
    chosen = coming.filter(pk=OuterRef("sitting"))
    rows = Application.objects.filter(state=S.DRAFT).annotate(
        sitting_chosen=Subquery(chosen.values("pk")[:1]),
        sitting_coming=Subquery(coming.values("pk")[:1]),
    )
    rows = rows.annotate(
        sitting_next=Case(
            When(sitting_chosen__isnull=False, then=F("sitting_chosen")),
            When(saved_at__gte=now() - FORGOTTEN, then=F("sitting_coming")),
            default=None,
        )
    )
    of_it = Sitting.objects.filter(pk=OuterRef("sitting_next"))
    rows = rows.annotate(closes_at=Subquery(of_it.values("deadline_at")[:1]))
    first, last = _days_from(3), _days_from(8)
    rows = rows.annotate(
        stage=Case(
            When(closes_at__gt=now(), closes_at__lt=first, then=Value(LAST)),
            When(closes_at__gte=first, closes_at__lt=last, then=Value(WEEK)),
            default=None,
        )
    )
    rows = rows.exclude(stage=None).filter(created_at__lt=now() - DAY)
    return rows.select_related("scheme", "organisation", "sitting__session__activity")


def _days_from(count):
    """The first moment of the day in ``count`` days, as Paris counts."""
    return start_of(today() + count * DAY)


def _senders(draft):
    """Its owner, and whoever may send it too."""
    return Person.objects.filter(
        edited_applications__application=draft, edited_applications__may_submit=True
    )


# --- What is asked -----------------------------------------------------------------
def _asked():
    rows = CompletionRequest.objects.filter(application__state=S.COMPLETION)
    return rows.select_related(
        "application__scheme",
        "application__rules",
        "application__rapporteur",
        "application__sitting__session__activity__officer",
        "sent_by",
    )


def asked_still():
    """Asked, and due in three days or today; each with its ``stage``."""
    near = Q(due_on__range=(today() + DAY, today() + 3 * DAY))
    near &= Q(sent_at__lte=now() - FRESH)
    this = Q(due_on=today(), sent_at__lt=start_of(today()))
    rows = _asked().filter(state=C.SENT)
    rows = rows.annotate(
        stage=Case(
            When(near, then=Value("3")), When(this, then=Value("0")), default=None
        )
    )
    return rows.exclude(stage=None)


def overdue():
    """Past its date, and the house has not closed the file."""
    late = Q(due_on__range=(today() - OVERDUE * DAY, today() - DAY))
    return _asked().filter(late, state=C.EXPIRED)


def _editors(asked):
    return Person.objects.filter(edited_applications__application=asked.application)


def _end_of_date(asked):
    """The end of its date; of the day before, for the first of the two."""
    day = asked.due_on - (DAY if asked.stage == "3" else timedelta(0))
    return datetime.combine(day, time.max, PARIS)


def _end_of_overdue(asked):
    day = asked.due_on + OVERDUE * DAY
    return datetime.combine(day, time.max, PARIS)
