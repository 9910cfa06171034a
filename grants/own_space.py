"""What the own space shows of aid: one's applications, and what is left to do."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core import dates
from agency.core.clock import today
from agency.pages import registry
from agency.pages.registry import Task
from grants import addresses, applicant_words
from grants.models import Application, CompletionRequest, Sitting
from grants.services.completions import PENDING
from grants.states import ENDED, ApplicationState

SHOWN = 8


def applications(person):
    """Those that ``person`` writes in, what waits for them first; read once for the page."""
    if not hasattr(person, "_grants"):
        person._grants = sorted(_read(person), key=_rank)
    return person._grants


def _read(person):
    coming = Sitting.objects.accepting().filter(schemes=OuterRef("scheme"))
    new = Q(messages__from_staff=True, messages__read_at=None)
    rows = Application.objects.filter(editors__person=person)
    rows = rows.select_related("scheme", "organisation", "sitting__session")
    rows = rows.annotate(
        unread=Count("messages", filter=new, distinct=True),
        next_deadline=Subquery(coming.values("deadline_at")[:1]),
    )
    pending = CompletionRequest.objects.filter(
        application=OuterRef("pk"), state__in=PENDING
    )
    rows = rows.annotate(asked_until=Subquery(pending.values("due_on")[:1]))
    for one in rows.order_by("-saved_at", "-pk")[: 3 * SHOWN]:
        # Its date is all that is told here: no row is read for it.
        due = one.asked_until
        one.asked = CompletionRequest(application=one, due_on=due) if due else None
        one.told_state = applicant_words.state(one, one.asked)
        one.step = applicant_words.step(one, one.asked, closes_at(one))
        one.mark = _mark(one)
        yield one


def _mark(one):
    """The shape beside the state: what is theirs to do stands out, the rest is under way."""
    if one.is_draft:
        return "draft"
    if one.step.is_theirs:
        return "todo"
    return "no" if one.state in ENDED else "running"


def closes_at(draft):
    """Until when one may send it: for the sitting that was chosen, or the next one."""
    chosen = draft.sitting
    if chosen is not None and chosen.is_open:
        return chosen.deadline_at
    return draft.next_deadline


def _rank(one):
    """Theirs to act on, running, over; the last touched first in each."""
    return (not one.step.is_theirs, one.state in ENDED, -one.saved_at.timestamp())


def panel(person):
    rows = applications(person)
    if not rows:
        return None
    houses = {one.organisation_id for one in rows}
    return {"applications": rows[:SHOWN], "many_houses": len(houses) > 1}


def todo(person):
    """What is asked, drafts whose sitting closes, messages that were not read."""
    for one in applications(person):
        if one.state == ApplicationState.COMPLETION and one.asked:
            yield _to_complete(one)
        elif one.is_draft and one.step.by:
            yield Task(
                title=_("Send your application for aid"),
                detail=one.title,
                url=one.step.url,
                word=_("Before %(when)s") % {"when": dates.deadline(one.step.by)},
            )
        if one.unread:
            yield Task(
                title=ngettext(
                    "Read a message of the agency",
                    "Read %(count)s messages of the agency",
                    one.unread,
                )
                % {"count": one.unread},
                detail=one.title,
                url=addresses.thread(one),
                word=_("To read"),
            )


def _to_complete(one):
    late = one.asked.due_on < today()
    return Task(
        title=_("Complete your application for aid"),
        detail=one.title,
        url=one.step.url,
        word=_("Past its date")
        if late
        else _("Until %(when)s") % {"when": dates.deadline(one.asked.due_on)},
        shape="late" if late else "todo",
    )


def declare():
    registry.add_panel("grants/panels/applications.html", panel, order=15)
    registry.add_todo(todo)
