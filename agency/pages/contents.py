"""Beside and below the officer's morning: letters, messages, gestures, sections."""

from django.db.models import Count, Q, Value
from django.urls import reverse

from agency.activities.models import Convening
from agency.activities.states import ConveningState
from agency.core.admin import site
from agency.core.admin.permissions import visible_rows
from agency.core.admin.words import sentences
from agency.core.due import midnight
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.mail.states import EmailState

GESTURES = 4
BATCHES = 12


def making(user):
    """The batches that the workers are at; None for who does not see them."""
    if not user.has_perm("activities.view_convening"):
        return None
    running = visible_rows(Convening, user).filter(state=ConveningState.RUNNING)
    return running.with_progress().select_related("session__activity", "activity")[
        :BATCHES
    ]


def outbox(user, since):
    """How many messages left, were refused or wait; None for who does not see them."""
    if not user.has_perm("mail.view_outgoingemail"):
        return None
    recent = Q(created_at__gte=midnight(since))
    waits = Q(state__in=(EmailState.QUEUED, EmailState.SENDING))
    messages = visible_rows(OutgoingEmail, user).filter(recent | waits)
    return messages.aggregate(
        sent=Count("pk", filter=Q(state=EmailState.SENT) & recent),
        refused=Count("pk", filter=Q(state=EmailState.FAILED) & recent),
        waiting=Count("pk", filter=waits),
    ) | {"url": reverse("admin:mail_outgoingemail_changelist")}


# -- the last things done -------------------------------------------------------
def gestures(request):
    """The last entries of the journal that this person may read: all, or their own.

    Not the letters of a batch, one by one: the session that was convened says it.
    """
    user = request.user
    entries = JournalEntry.objects.exclude(by=None).exclude(action="issue")
    entries = entries.filter(_shown(request))
    if not user.has_perm("core.view_journalentry"):
        entries = entries.filter(by=user)
    last = list(entries.select_related("by", "content_type")[:GESTURES])
    found = _abouts(request, last)
    return [
        {
            "entry": entry,
            "what": said[0],
            # A list is no object: its entry is about who took it, and says which.
            "about": said[1] if entry.action == "take_list" else found[key],
            "own": entry.by_id == user.pk,
        }
        for entry in last
        if (key := (entry.content_type_id, entry.object_id)) in found
        and (said := sentences(entry, entry.content_type.model_class()))
    ]


def _abouts(request, entries):
    """The objects of entries, by the rooms that show them: one query for each model."""
    wanted = {}
    for entry in entries:
        wanted.setdefault(entry.content_type, set()).add(entry.object_id)
    found = {}
    for content_type, keys in wanted.items():
        room = site._registry[content_type.model_class()]
        rows = visible_rows(room.model, request.user).filter(pk__in=keys)
        if room.list_select_related:
            rows = rows.select_related(*room.list_select_related)
        found |= {(content_type.pk, row.pk): row for row in rows}
    return found


def _shown(request):
    """Entries about the models whose rooms this person may enter."""
    kinds = Q(pk=None)
    for model, room in site._registry.items():
        if not model._meta.proxy and room.has_view_permission(request):
            label, name = model._meta.app_label, model._meta.model_name
            kinds |= Q(content_type__app_label=label, content_type__model=name)
    return kinds


# -- every section --------------------------------------------------------------
def index(request):
    """The table of contents with its counts, the proofs gathered in the last section."""
    sections = site.sections(request)
    models = [entry for section in sections for entry in section["models"]]
    counts = _counts(request.user, [entry["model"] for entry in models])
    for entry in models:
        entry["count"] = counts.get(entry["model"]._meta.label)
    proofs = [section for section in sections if section["proofs"]]
    chapters = [section for section in sections if not section["proofs"]]
    if proofs:
        rows = [entry for section in proofs for entry in section["models"]]
        chapters.append({"key": "proofs", "label": "", "models": rows, "proofs": True})
    return chapters


def _counts(user, models):
    """How many rows of each model this person may see, in one query."""
    queries = [
        visible_rows(model, user)
        .order_by()
        .annotate(of=Value(model._meta.label))
        .values("of")
        .annotate(n=Count("pk"))
        .values_list("of", "n")
        for model in models
    ]
    if not queries:
        return {}
    first, *others = queries
    return dict(first.union(*others, all=True) if others else first)
