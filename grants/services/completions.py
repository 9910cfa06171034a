"""What the house asks of the applicants: asked, answered, settled, past its date."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked, MoveRefused, move
from agency.core.services import ran
from agency.mail.models import OutgoingEmail
from agency.mail.states import EmailState
from grants import dialogue_emails, sections
from grants.choices import Scan
from grants.models import Application, CompletionItem, CompletionRequest
from grants.states import ApplicationState, CompletionState

S, C = ApplicationState, CompletionState
# What the applicants may still answer, although its date may be past.
PENDING = (C.SENT, C.EXPIRED)
MOST_ITEMS = 20
LAST_CALL = "grants/emails/completion_overdue"
# After that the reminder leaves no more (dialogue_reminders): nobody waits for it.
LAST_CALL_WITHIN = timedelta(days=14)


# --- What is open ------------------------------------------------------------------
def current(application):
    """What is asked now and not sent back yet, or None."""
    if application.state != S.COMPLETION:
        return None
    return application.completions.filter(state__in=PENDING).first()


def is_open_for(application, target):
    """Whether its authors may write there: ``section:performances``, ``document:rib``.

    Everywhere in a draft; then nowhere, but in what is asked.
    """
    if application.state == S.DRAFT:
        return True
    if application.state != S.COMPLETION:
        return False
    items = CompletionItem.objects.filter(request__application=application)
    return items.filter(request__state__in=PENDING, target=target).exists()


def open_targets(application):
    """The same for a whole page: every target that is open; in a draft, all of them."""
    if application.state == S.DRAFT:
        return set(sections.targets(application))
    asked = current(application)
    return set(asked.items.values_list("target", flat=True)) if asked else set()


# --- The house asks ----------------------------------------------------------------
@transaction.atomic
def ask(application, *, items, due_on, message="", by):
    """Ask for ``items`` [(target, what is missing)] until ``due_on``; write to them.

    Raises MoveBlocked with a sentence, or MoveRefused.
    """
    items = list(items)
    _need_to_be_clear(application, items, due_on)
    move(application, "ask", by=by)
    settle(application, by=by)
    request = CompletionRequest.objects.create(
        application=application, message=message, due_on=due_on, sent_by=by
    )
    CompletionItem.objects.bulk_create(
        CompletionItem(request=request, target=target, message=words)
        for target, words in items
    )
    journal.record(request, "add", by=by, targets=[target for target, _w in items])
    for editor in editors(application):
        dialogue_emails.completion_asked(request, editor)
    return request


def _need_to_be_clear(application, items, due_on):
    known = sections.targets(application)
    if not items:
        raise MoveBlocked(_("Say at least one thing that is missing."))
    if len(items) > MOST_ITEMS:
        raise MoveBlocked(_("Ask for twenty things at most: write to them instead."))
    if any(target not in known or not words.strip() for target, words in items):
        raise MoveBlocked(_("Say of each thing what it is about and what is missing."))
    if due_on <= today():
        raise MoveBlocked(_("Leave them at least until tomorrow to answer."))


def editors(application):
    """The people of the organisation who write in it, whoever owns it."""
    rows = application.editors.select_related("person").order_by("pk")
    return [row.person for row in rows]


# --- The applicants answer ---------------------------------------------------------
@transaction.atomic
def answer(item, *, by):
    """Note that ``item`` is done. A document is done once a new file is there."""
    _need_to_be_asked(item)
    if item.target.startswith(sections.DOCUMENT) and not new_files(item).exists():
        raise MoveBlocked(_("Give the new file first: it is not there yet."))
    _note(item, now(), "answer", by)


@transaction.atomic
def take_back(item, *, by):
    """Note that ``item`` is not done after all."""
    _need_to_be_asked(item)
    _note(item, None, "take_back", by)


def _note(item, moment, verb, by):
    """Once, and not behind the back of whoever has just sent everything back."""
    rows = CompletionItem.objects.filter(pk=item.pk, request__state__in=PENDING)
    if rows.filter(answered_at__isnull=moment is not None).update(answered_at=moment):
        journal.record(item.request, verb, by=by, target=item.target)
    item.answered_at = moment


def _need_to_be_asked(item):
    request = item.request
    asked = request.state in PENDING and request.application.state == S.COMPLETION
    if not asked:
        raise MoveRefused(f"answer {item.pk} ({request.state})")


def new_files(item):
    """The files that were given for it since it was asked, and that nothing refused."""
    key = item.target.removeprefix(sections.DOCUMENT)
    given = item.request.application.documents.filter(requirement=key, replaced_by=None)
    return given.filter(uploaded_at__gte=item.request.sent_at).exclude(
        scan=Scan.INFECTED
    )


@transaction.atomic
def note_file(application, key, *, by):
    """A new file has come for the requirement ``key``: if it was asked for, it is done."""
    asked = current(application)
    items = asked.items.filter(target=f"{sections.DOCUMENT}{key}") if asked else ()
    for item in items:
        _note(item, now(), "answer", by)


@transaction.atomic
def complete(application, *, by):
    """Send back what was asked, once all of it is done: a new revision (T3)."""
    # A submission asks here what is open.
    from grants.services import submission

    asked = current(application)
    if asked is None:
        raise MoveRefused(f"complete {application.pk} ({application.state})")
    move(asked, "answer", by=by, answered_at=now())
    if asked.items.filter(answered_at=None).exists():
        raise MoveBlocked(_("Something that is asked is not done yet."))
    targets = set(asked.items.values_list("target", flat=True))
    submission.complete(application, by=by, opened=targets)
    return asked


# --- The house looks at it ---------------------------------------------------------
@transaction.atomic
def settle(application, *, by):
    """What came back was looked at: the file goes on, and nobody waits for it any more."""
    for answered in application.completions.filter(state=C.ANSWERED):
        move(answered, "resolve", by=by)


def expire():
    """The job: what is past its date says so; the applicants may answer all the same."""
    late = CompletionRequest.objects.filter(
        state=C.SENT, application__state=S.COMPLETION, due_on__lt=today()
    )
    for request in late.order_by("pk"):
        try:
            with transaction.atomic():
                move(request, "expire")
        except MoveRefused:
            continue  # answered a moment ago
    ran("grants.expire")


def why_not_close(application):
    """Why ``application`` is not closed without action now, or an empty sentence (T4)."""
    asked = current(application)
    if asked is None or asked.due_on >= today():
        return _("They may still answer: the date that you gave is not past.")
    waited = asked.due_on >= today() - LAST_CALL_WITHIN
    if waited and _reachable(application) and not last_call(asked):
        return _(
            "They have not been reminded since the date is past: the message leaves by "
            "itself, by day and outside quiet periods. Close the file after it."
        )
    return ""


def last_call(asked):
    """The message that was written to them once the date was past, or None."""
    kind = ContentType.objects.get_for_model(asked)
    rows = OutgoingEmail.objects.filter(content_type=kind, object_id=asked.pk)
    left = rows.exclude(state__in=(EmailState.QUEUED, EmailState.SENDING))
    return left.filter(template=LAST_CALL).order_by("pk").first()


def _reachable(application):
    return any(one.email and not one.erased_at for one in editors(application))


@transaction.atomic
def close(application, *, by, reason=""):
    """No answer came in time: the file is closed, and they are told (T4).

    ``reason``: a few words of the house that they read. Raises MoveBlocked.
    """
    Application.objects.filter(pk=application.pk).update(saved_at=F("saved_at"))
    if why := why_not_close(application):
        raise MoveBlocked(why)
    move(application, "close", by=by, ended_at=now(), told=reason)
    for editor in editors(application):
        dialogue_emails.application_closed(application, editor)
    return application
