"""What is written in an application, part by part: nobody writes over anybody.

A part, or a row of it, comes with the print of what stood there when it was read. Of
two who wrote in it the second is told; what nobody touched is left as it stands.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from django.db import models, transaction
from django.db.models import F, Max
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from grants.models import Application, CompletionItem, Show
from grants.sections import SECTION, Section
from grants.services.words import shown
from grants.states import WRITABLE, ApplicationState, CompletionState

S = ApplicationState
MOST_ROWS = 150
# One entry of the journal for what somebody goes on writing in one part.
ONE_SITTING = timedelta(minutes=15)


@dataclass
class Edit:
    """A row as it was sent: ``pk`` of none yet, the print it was read at, its values."""

    pk: int | None
    seen: str
    values: dict
    remove: bool = False


@dataclass
class Outcome:
    """What became of an edit: the row that stands there now, or why it was not kept."""

    row: models.Model | None = None
    told: str = ""


def stamp(values):
    """The same for the same content, however it was typed."""
    content = {name: _plain(value) for name, value in values.items()}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:16]


def _plain(value):
    if isinstance(value, Decimal):
        return f"{value.quantize(Decimal('0.01')):f}"
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def values_of(row, names):
    return {name: getattr(row, name) for name in names}


def open_parts(application):
    """The parts that its authors may write in now: all of a draft, or what is asked."""
    if application.state == S.DRAFT:
        return set(Section)
    if application.state != S.COMPLETION:
        return set()
    asked = CompletionItem.objects.filter(
        request__application=application,
        request__state__in=(CompletionState.SENT, CompletionState.EXPIRED),
        target__startswith=SECTION,
    )
    targets = {
        target.removeprefix(SECTION)
        for target in asked.values_list("target", flat=True)
    }
    return {one for one in Section if one.value in targets}


def hold(application, part):
    """Keep everybody else from writing or sending until the transaction ends.

    ``part`` is a Section, or None for what belongs to drafts alone.
    """
    states = WRITABLE if part else (S.DRAFT,)
    rows = Application.objects.filter(pk=application.pk, state__in=states)
    if not rows.update(saved_at=now(), version=F("version") + 1):
        raise MoveBlocked(
            _("This application was sent in the meantime: nothing changes any more.")
        )
    application.refresh_from_db()
    if part and part not in open_parts(application):
        raise MoveBlocked(_("This part is not open: nothing was saved."))


def overtaken(application, part, *, by, row, values):
    """Who wrote there in the meantime, what stands there now, and what to do."""
    writer = _last_writer(application, part)
    who = _("This was changed in the meantime, perhaps in another window.")
    if writer is not None and writer != by:
        who = _("%(who)s changed this in the meantime.") % {"who": writer}
    now_there = [
        _("%(field)s: %(value)s.")
        % {
            "field": capfirst(str(row._meta.get_field(name).verbose_name)),
            "value": shown(row, name),
        }
        for name, value in values.items()
        if stamp({name: value}) != stamp({name: getattr(row, name)})
    ]
    do = _("What you typed is still here: save again to keep it instead.")
    return " ".join([who, *now_there, do])


def _last_writer(application, part):
    edits = JournalEntry.objects.about(application).filter(action="change")
    for edit in edits.select_related("by").order_by("-seq")[:20]:
        if edit.data.get("part") == part:
            return edit.by
    return None


def note(application, part, *, by):
    """One entry for what the same person goes on writing in the same part."""
    last = JournalEntry.objects.about(application).order_by("-seq").first()
    if (
        last is not None
        and (last.action, last.by_id) == ("change", by.pk)
        and last.data.get("part") == part
        and now() - last.at < ONE_SITTING
    ):
        return
    journal.record(application, "change", by=by, part=part)


# --- The columns of a part ---------------------------------------------------------
def prints(application, names):
    """{column: the print of what stands in it}."""
    return {name: stamp({name: getattr(application, name)}) for name in names}


@transaction.atomic
def write_columns(application, part, values, *, seen, by):
    """Keep ``values``; return {column: who was faster} of those that are not kept.

    ``seen`` holds the print of each column when it was read.
    """
    hold(application, part if isinstance(part, Section) else None)
    current = prints(application, values)
    changed, refused = {}, {}
    for name, value in values.items():
        wanted = stamp({name: value})
        if wanted in (current[name], seen.get(name)):
            continue
        if seen.get(name) == current[name]:
            changed[name] = value
        else:
            refused[name] = overtaken(
                application, part, by=by, row=application, values={name: value}
            )
    if changed:
        Application.objects.filter(pk=application.pk).update(**changed)
        application.refresh_from_db()
        note(application, part, by=by)
    return refused


@transaction.atomic
def add_show(application, *, title, by, **details):
    """A show of the organisation; one of that title already is that show."""
    hold(application, Section.PROJECT)
    shows = Show.objects.filter(organisation=application.organisation)
    same = shows.filter(title__iexact=title).first()
    if same is not None:
        # Said again with more: what was left empty the first time is kept now.
        more = {name: value for name, value in details.items() if value}
        empty = {name: v for name, v in more.items() if not getattr(same, name)}
        if empty:
            Show.objects.filter(pk=same.pk).update(**empty)
            journal.record(same, "change", by=by, fields=sorted(empty))
            same.refresh_from_db()
        return same
    show = Show.objects.create(
        organisation=application.organisation, title=title, **details
    )
    journal.record(show, "add", by=by, after=journal.START)
    return show


# --- Its rows ----------------------------------------------------------------------
@transaction.atomic
def write_rows(application, part, edits, *, known, names, by):
    """Keep each of ``edits`` that may be; return their Outcomes, in order.

    ``known`` holds the keys of the rows that were there when the page was read: a new
    row that is there already, word for word, is the same one sent twice.
    """
    hold(application, part)
    manager = getattr(application, part.value)
    rows = {row.pk: row for row in manager.all()}
    sent = {edit.pk for edit in edits}
    strangers = [row for pk, row in rows.items() if pk not in sent | set(known)]
    page = _Page(application, part, names, by, manager, rows, strangers)
    outcomes = [page.follow(edit) for edit in edits]
    if page.touched:
        note(application, part, by=by)
    return outcomes


class _Page:
    """The rows of one part while they are written."""

    def __init__(self, application, part, names, by, manager, rows, strangers):
        self.application, self.part, self.names = application, part, names
        self.by, self.manager = by, manager
        self.rows, self.strangers = rows, strangers
        self.touched = False

    def follow(self, edit):
        if edit.pk is None:
            return Outcome() if edit.remove else self._add(edit)
        row = self.rows.get(edit.pk)
        if row is None:
            return self._gone(edit)
        current = stamp(values_of(row, self.names))
        if edit.remove:
            return self._remove(row, fresh=edit.seen == current)
        wanted = stamp(edit.values)
        if wanted in (current, edit.seen):
            return Outcome(row)
        if edit.seen != current:
            return Outcome(row, self._overtaken(row, edit.values))
        return self._change(row, edit.values)

    def _add(self, edit):
        wanted = stamp(edit.values)
        for row in self.strangers:
            if stamp(values_of(row, self.names)) == wanted:
                self.strangers.remove(row)
                return Outcome(row)
        if len(self.rows) >= MOST_ROWS:
            return Outcome(None, _("That is as many rows as an application takes."))
        last = self.manager.aggregate(last=Max("order"))["last"] or 0
        row = self.manager.create(order=last + 1, **edit.values)
        self.rows[row.pk] = row
        self.touched = True
        return Outcome(row)

    def _change(self, row, values):
        # What was retained was retained of what stood there before.
        settled = {}
        if self.part == Section.EXPENSES and row.retained is not None:
            settled = {"retained": None, "retained_reason": ""}
        for name, value in (values | settled).items():
            setattr(row, name, value)
        row.version += 1
        row.save(update_fields=[*values, *settled, "version"])
        self.touched = True
        return Outcome(row)

    def _remove(self, row, *, fresh):
        if not fresh:
            return Outcome(row, self._overtaken(row, {}))
        del self.rows[row.pk]
        row.delete()
        self.touched = True
        return Outcome()

    def _overtaken(self, row, values):
        return overtaken(
            self.application, self.part, by=self.by, row=row, values=values
        )

    def _gone(self, edit):
        """Removed by somebody: nothing to do, unless more was typed in it since."""
        if edit.remove or stamp(edit.values) == edit.seen:
            return Outcome()
        return Outcome(
            None,
            _("This row was removed in the meantime. Save again to put it back."),
        )
