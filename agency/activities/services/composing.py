"""Deciding on a board: one press at a time, then all of it at once.

Nothing of what is pressed is told to anybody before ``apply``; an officer who was
overtaken by another is told so, and nothing is written over what they had not seen.
"""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.choices import Selection
from agency.activities.models import Application
from agency.activities.services import balance, board, review, seats
from agency.activities.states import EnrolmentState
from agency.core import dates, journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry

APPLIED = "compose"
LONGEST = Application._meta.get_field("reason").max_length


class Overtaken(MoveBlocked):
    """Somebody decided in the meantime; ``str()`` says who, what and when."""


# --- One press -----------------------------------------------------------------
def decide(enrolment, selection, *, by, seen, reason=None):
    """Write what the board says of a request; return its ``Application``.

    ``seen`` is the ``board.stamp`` that the page showed; ``reason`` None leaves the
    reason as it is. Saying again what stands there writes nothing. Raises Overtaken,
    and MoveBlocked once the request is decided or when the reason is too long.
    """
    said = None if reason is None else reason.strip()
    if said and len(said) > LONGEST:
        most = {"count": LONGEST}
        raise MoveBlocked(_("Write the reason in %(count)s characters at most.") % most)
    current, _new = Application.objects.select_related("selected_by").get_or_create(
        enrolment=enrolment
    )
    said = current.reason if said is None else said
    if (current.selection, current.reason) == (selection, said):
        return current
    if board.stamp(current) != seen:
        raise _overtaken(current)
    written = Application.objects.filter(
        pk=current.pk,
        selection=current.selection,
        reason=current.reason,
        selected_at=current.selected_at,
        enrolment__state=EnrolmentState.UNDER_REVIEW,
    ).update(selection=selection, reason=said, selected_by=by, selected_at=now())
    if not written:
        raise _overtaken(Application.objects.get(pk=current.pk))
    current.refresh_from_db()
    return current


def _overtaken(current):
    """What happened instead, in a sentence."""
    if current.enrolment.state != EnrolmentState.UNDER_REVIEW:
        return MoveBlocked(_("This request is decided on already."))
    if current.selected_by is None:
        return Overtaken(_("This row has changed in the meantime: look at it again."))
    said = {
        "who": current.selected_by.full_name,
        "hour": dates.hour(current.selected_at),
        "said": current.get_selection_display(),
    }
    return Overtaken(
        _("%(who)s decided at %(hour)s: %(said)s. Look at it, then press again.") % said
    )


# --- Several rows --------------------------------------------------------------
def _open(activity):
    state = EnrolmentState.UNDER_REVIEW
    return Application.objects.filter(
        enrolment__activity=activity, enrolment__state=state
    )


@transaction.atomic
def suggest(activity, *, by):
    """Fill the rows that nobody has decided on with a list that spreads.

    Returns the proposal and the moment it was written at, which ``clear`` takes to
    undo it alone.
    """
    seats.lock(activity)
    proposal, moment = balance.propose(board.load(activity, by)), now()
    both = ((Selection.SELECT, proposal.retained), (Selection.WAIT, proposal.waiting))
    for selection, rows in both:
        for row in rows:
            Application.objects.update_or_create(
                enrolment=row.enrolment,
                defaults={
                    "selection": selection,
                    "selected_by": by,
                    "selected_at": moment,
                },
            )
    return proposal, moment


def clear(activity, *, by, moment=None):
    """Put every row back to decide, or those alone that were written at ``moment``.

    The reasons typed stay. Returns how many rows changed.
    """
    rows = _open(activity).exclude(selection=Selection.OPEN)
    if moment is not None:
        rows = rows.filter(selected_at=moment)
    changes = {"selection": Selection.OPEN, "selected_by": by, "selected_at": now()}
    return rows.update(**changes)


def give_reason(activity, reason, *, by):
    """Give ``reason`` to each refusal that has none; return to how many.

    Raises MoveBlocked without words, or with too many.
    """
    said = reason.strip()
    if not said:
        raise MoveBlocked(_("Choose a usual reason, or write one."))
    if len(said) > LONGEST:
        most = {"count": LONGEST}
        raise MoveBlocked(_("Write the reason in %(count)s characters at most.") % most)
    rows = _open(activity).filter(selection=Selection.REFUSE, reason="")
    return rows.update(reason=said, selected_by=by, selected_at=now())


# --- All of it at once -----------------------------------------------------------
@dataclass
class Plan:
    """What applying a board would do, and the ``seal`` of what was shown."""

    board: board.Board
    retained: list
    waiting: list
    refused: list
    undecided: list
    troubles: list
    # The journal entry of the last time that this board was applied, or None.
    applied: JournalEntry | None
    seal: str

    @property
    def letters(self):
        return len(self.retained) + len(self.waiting) + len(self.refused)

    @property
    def offers(self):
        """Whether seats are left that the waiting list is offered at once."""
        free, line = self.board.free, [*self.board.line, *self.waiting]
        seats_left = free is None or free > len(self.retained)
        return bool(seats_left and line and self.board.activity.waiting_list)


def plan(activity, user):
    """The ``Plan`` of a board as it stands: read, nothing is written."""
    loaded = board.load(activity, user)
    retained, refused = loaded.retained, loaded.refused
    applied = last_applied(activity)
    return Plan(
        loaded,
        retained,
        loaded.waiting,
        refused,
        loaded.undecided,
        list(_troubles(loaded, retained, refused)),
        applied,
        _seal(loaded, applied),
    )


def _seal(loaded, applied):
    """The same as long as nothing of what the preview shows has changed."""
    shown = [(row.pk, row.selection, row.reason) for row in loaded.candidates]
    shown += [loaded.activity.capacity, len(loaded.seated), len(loaded.line)]
    shown.append(applied.pk if applied else 0)
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:20]


def _troubles(loaded, retained, refused):
    """Why it cannot be applied as it stands, in sentences that say the cure."""
    if loaded.free is not None and len(retained) > loaded.free:
        said = {"count": len(retained), "free": loaded.free}
        yield (
            _(
                "%(count)s people are retained for %(free)s free seats: put some of them "
                "on the waiting list, or add seats."
            )
            % said
        )
    for row in retained:
        if row.barred:
            said = {"person": row.person.full_name, "why": row.barred.label}
            yield _("%(person)s cannot be retained. %(why)s") % said
    yield from _without_words(loaded, retained)
    for row in refused:
        if not row.reason:
            said = {"person": row.person.full_name}
            yield _("%(person)s is refused without a reason: they read it.") % said


def _without_words(loaded, retained):
    """Exceptions that nobody has written a word about."""
    for row, house in _crowding(loaded, retained):
        said = {"person": row.person.full_name, "organisation": house}
        if not row.reason:
            yield (
                _(
                    "%(person)s: somebody of %(organisation)s is in already. Write why "
                    "this is right here, on their row."
                )
                % said
            )
    for row in retained:
        if row.passed_over and not row.reason:
            said = {"person": row.person.full_name, "first": row.passed_over.person}
            yield (
                _(
                    "%(person)s: %(first)s came before and waits for a seat. Write why "
                    "it is not theirs, on the row."
                )
                % said
            )


def _crowding(loaded, retained):
    """Those retained beyond what one organisation may have, and which."""
    limit = loaded.per_house
    if limit is None:
        return
    inside = list(loaded.seated)
    for row in retained:
        names = {post.organisation_id: post.organisation for post in row.posts}
        for house, organisation in names.items():
            known = sum(1 for one in inside if house in one.houses)
            if known >= limit:
                yield row, organisation
        inside.append(row)


def last_applied(activity):
    """The journal entry of the last time that its board was applied, or None."""
    entries = JournalEntry.objects.about(activity).filter(action=APPLIED)
    return entries.select_related("by").order_by("-seq").first()


@transaction.atomic
def apply(activity, *, by, seal):
    """Follow every decision of the board: seats, waiting list, refusals, letters.

    All of it or nothing. Those retained come first, in the order in which they asked;
    whoever is not decided on stays under review. Returns the ``Plan`` that was followed.
    Raises Overtaken when the board is no longer the one that ``seal`` was made of, and
    MoveBlocked with what stands in the way.
    """
    seats.lock(activity)
    planned = plan(activity, by)
    if planned.seal != seal:
        raise _moved_on(activity)
    if planned.troubles:
        raise MoveBlocked(" ".join(planned.troubles))
    if not planned.letters:
        raise MoveBlocked(_("Nothing is decided yet: decide on at least one request."))
    crowding = {row for row, _house in _crowding(planned.board, planned.retained)}
    for row in planned.retained:
        excepted = row in crowding or row.passed_over
        _follow(row, review.retain, by, row.reason if excepted else "")
    for row in planned.waiting:
        _follow(row, review.shelve, by)
    for row in planned.refused:
        _follow(row, review.refuse, by, row.reason)
    journal.record(
        activity,
        APPLIED,
        by=by,
        retained=len(planned.retained),
        waiting=len(planned.waiting),
        refused=len(planned.refused),
    )
    return planned


def _follow(row, service, by, reason=""):
    """One decision; what stands against it is told with a name."""
    try:
        service(row.enrolment, by=by, reason=reason)
    except MoveBlocked as why:
        said = {"person": row.person.full_name, "why": why}
        raise MoveBlocked(_("%(person)s: %(why)s") % said) from why


def _moved_on(activity):
    """Somebody applied the board, or decided on it, since it was shown."""
    last = last_applied(activity)
    recent = last and dates.as_day(last.at) == dates.as_day(now())
    if recent and not _open(activity).exclude(selection=Selection.OPEN).exists():
        said = {"who": last.by.full_name, "hour": dates.hour(last.at)}
        return Overtaken(_("%(who)s applied this selection at %(hour)s.") % said)
    return Overtaken(
        _("The board has changed in the meantime: this is what would leave now.")
    )


def told(data):
    """What the journal says of a selection that was applied."""
    parts = (
        ngettext("%(count)s retained", "%(count)s retained", data["retained"]),
        ngettext(
            "%(count)s on the waiting list",
            "%(count)s on the waiting list",
            data["waiting"],
        ),
        ngettext("%(count)s refused", "%(count)s refused", data["refused"]),
    )
    numbers = (data["retained"], data["waiting"], data["refused"])
    return ", ".join(
        text % {"count": n} for text, n in zip(parts, numbers, strict=True)
    )
