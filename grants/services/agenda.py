"""The agenda of a sitting: what stands on it, in which block, in what order (C.3, T7).

It goes to the members with the convocation, five days before at least (decree 2006-672,
art. 9); a second convocation has the same one (art. 11).
"""

from django.db import transaction
from django.db.models import Case, Max, Value, When
from django.utils.translation import gettext as _

from agency.activities import facts
from agency.activities.choices import Purpose
from agency.activities.models import AgendaItem, Convening, Session
from agency.activities.services import seats, sessions
from agency.activities.states import SessionState
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry, Stale
from agency.core.rows import insert_unless_there
from grants.choices import Block, ProposedOpinion, ReviewOpinion
from grants.models import Point
from grants.services import live, reviews, room
from grants.states import PointState, SittingState

T = SittingState
# As they are read: what is examined together first, what came late last.
RANK = {block: rank for rank, block in enumerate(Block.values)}
BY_BLOCK = Case(*(When(block=block, then=Value(rank)) for block, rank in RANK.items()))
AGREED = {ReviewOpinion.FAVOURABLE, ReviewOpinion.RESERVED}
# Examined together: so many opinions at least, and nobody against.
ENOUGH = 2
LOADED = (
    *("organisation", "show", "scheme", "rules", "report"),
    "sitting__session__activity",
)


# --- Whether it may be -------------------------------------------------------------
def closed_to(sitting, by=None):
    """Why nothing more goes on the agenda of ``sitting``, in a sentence, or ``""`` (T7).

    Once it is in session, whoever runs it still adds a file, with a reason: ``by``.
    """
    session = sitting.session
    if over := is_over(sitting):
        return over
    if sitting.is_second:
        return _(
            "A second convocation has the agenda of the first: choose another sitting."
        )
    if session.state != SessionState.PLANNED:
        return _("This sitting does not take place on that day: choose another one.")
    if sitting.state == SittingState.IN_SESSION:
        if by is not None and by.has_perm(room.RUN):
            return ""
        return _(
            "This sitting is under way: whoever runs it adds a file, and says why."
        )
    if session.starts_at <= now():
        return _("This sitting has begun already: choose another one.")
    return ""


def is_over(sitting):
    if sitting.state in (SittingState.DELIBERATED, SittingState.VALIDATED):
        return _("This sitting is over: its agenda does not change any more.")
    return ""


def lock(sitting):
    """Take the turn of ``sitting``, after that of its commission; ``sitting`` is fresh."""
    seats.lock(sitting.session.activity)
    return room.lock(sitting)


def lock_of(application):
    """The same of where ``application`` waits, if it is on an agenda: before it moves."""
    here = Point.objects.filter(application=application, sitting=application.sitting_id)
    if here.exists():
        lock(application.sitting)


def convened_at(sitting):
    """When its members were convened first, a second time included; None when nobody was."""
    if sitting.is_second:
        again = JournalEntry.objects.about(sitting).filter(action="reconvene")
        return again.aggregate(last=Max("at"))["last"]
    sent = Convening.objects.filter(session=sitting.session_id, purpose=Purpose.CONVENE)
    first = sent.order_by("created_at", "pk").first()
    return first.created_at if first else None


# --- What is on it -----------------------------------------------------------------
@transaction.atomic
def add(sitting, application, *, by, block=None):
    """Its ``Point``, at the end; the one that is there when it has one already."""
    lock(sitting)
    point = Point(
        sitting=sitting,
        application=application,
        position=_last(sitting) + 1,
        block=block or _usual_block(sitting),
        amount=amount_of(application),
    )
    if insert_unless_there(point):
        announce(sitting, by=by)
    return Point.objects.get(sitting=sitting, application=application)


def amount_of(application):
    """What is put to the vote at first: what its rapporteur proposes, or what is computed."""
    if application.proposed is None:
        return application.computed
    return application.proposed


def _usual_block(sitting):
    late = sitting.state == SittingState.IN_SESSION or convened_at(sitting)
    return Block.LATE if late else Block.DEBATED


def _last(sitting):
    rows = Point.objects.filter(sitting=sitting)
    return rows.aggregate(last=Max("position"))["last"] or 0


def remove(application, *, by=None):
    """Take it off the agendas where it still waits; under the lock of its sitting.

    What a sitting that is over did not come to stays in its minutes.
    """
    for point in _running(application).filter(state=PointState.WAITING):
        point.delete()
        announce(point.sitting, by=by)


def give_up(application, *, by=None):
    """It was withdrawn: under discussion it is no more, and what was cast is void.

    Its item stays, and stands in the minutes as withdrawn.
    """
    for point in _running(application):
        if point.is_current:
            live.end(point, by=by)
        announce(point.sitting, by=by)


def _running(application):
    rows = Point.objects.filter(application=application)
    rows = rows.filter(sitting__state__in=(T.PREPARING, T.IN_SESSION))
    return rows.select_related("sitting__session__activity")


def points(sitting, reader):
    """The rows of the agenda open to ``reader``, by block; five queries, however many.

    Each has its ``standing``, None until reviews are closed: it is the members' own.
    """
    rows = live.agenda(sitting).open_to(reader)
    loaded = [f"application__{name}" for name in LOADED]
    rows = rows.select_related(*loaded).order_by(BY_BLOCK, "position", "pk")
    found = list(rows)
    standing = {}
    if reviews.phase(sitting).sees:
        standing = reviews.standings([one.application for one in found])
    for one in found:
        one.standing = standing.get(one.application_id)
    return found


# --- In what order -------------------------------------------------------------------
@transaction.atomic
def arrange(sitting, *, by):
    """After the reviews: what nobody contests together, the rest by how far they differ.

    What was added late stays last; what was taken up already stays as it is. Raises
    MoveBlocked until reviews are closed.
    """
    lock(sitting)
    if over := is_over(sitting):
        raise MoveBlocked(over)
    if not reviews.phase(sitting).sees:
        raise MoveBlocked(
            _("Reviews are not closed yet: the agenda is arranged once they are.")
        )
    rows = live.agenda(sitting)
    rows = list(rows.select_related("application__rules", "application__report"))
    standing = reviews.standings([one.application for one in rows])
    places = {one.pk: _place(one, standing[one.application_id]) for one in rows}
    _renumber(sorted(rows, key=lambda one: (RANK[one.block], *places[one.pk], one.pk)))
    journal.record(sitting, "arrange", by=by)
    announce(sitting, by=by)


def _place(point, standing):
    """Give ``point`` its block; what it is sorted by there: what is done comes first."""
    if point.state != PointState.WAITING or point.block == Block.LATE:
        return (point.state == PointState.WAITING, point.position, "")
    number = point.application.number or ""
    if is_agreed(point.application, standing):
        point.block = Block.CONSENSUAL
        return (True, 0, number)
    point.block = Block.DEBATED
    return (True, -(standing.spread or 0), number)


def is_agreed(application, standing):
    """Whether it may be examined with others: nobody contests it, its rapporteur neither."""
    written = getattr(application, "report", None)
    said = {
        one: n for one, n in standing.opinions.items() if one != ReviewOpinion.ABSTAIN
    }
    return (
        not standing.is_contested
        and sum(said.values()) >= ENOUGH
        and AGREED.issuperset(said)
        and written is not None
        and written.opinion == ProposedOpinion.FAVOURABLE
    )


@transaction.atomic
def save(sitting, places, *, turn, by):
    """Keep the blocks and positions typed: {key of a point: (block, position)}.

    ``turn`` is that of the sitting when they were read: raises Stale when something was
    written since. What was taken up already stays, and what is shut to ``by`` too.
    """
    lock(sitting)
    if over := is_over(sitting):
        raise MoveBlocked(over)
    if sitting.turn != turn + 1:
        raise Stale
    theirs = Point.objects.open_to(by).filter(state=PointState.WAITING)
    keys = set(theirs.filter(sitting=sitting).values_list("pk", flat=True))
    moved, stay = [], []
    for one in Point.objects.filter(sitting=sitting).order_by("position", "pk"):
        block, position = places.get(one.pk, (one.block, one.position))
        if one.pk in keys and (block, position) != (one.block, one.position):
            one.block = block
            moved.append((position, one))
        else:
            stay.append(one)
    _renumber(_put(moved, stay))
    journal.record(sitting, "order_agenda", by=by)
    announce(sitting, by=by)


def _put(moved, stay):
    """Those of ``moved``, (position typed, point), at their number among those that
    ``stay``, each within its block.
    """
    rows = []
    moved = sorted(moved, key=lambda pair: pair[0])
    for block in RANK:
        here = [one for one in stay if one.block == block]
        least = 0
        for position, one in moved:
            if one.block == block:
                place = min(max(position - 1 - len(rows), least), len(here))
                here.insert(place, one)
                least = place + 1
        rows += here
    return rows


def _renumber(rows):
    """Positions 1 to n, in the order of ``rows``."""
    for position, one in enumerate(rows, start=1):
        one.position = position
    Point.objects.bulk_update(rows, ("block", "position"), batch_size=100)


# --- What the convocation says of it ---------------------------------------------------
def opening():
    return _("Roll call, quorum, recusals")


def closing():
    return _("Any other business")


def line_of(block, count):
    said = {
        Block.CONSENSUAL: _("Files examined together: %(count)s"),
        Block.DEBATED: _("Files debated one by one: %(count)s"),
        Block.LATE: _("Files added late: %(count)s"),
    }
    return said[block] % {"count": count}


def lines(sitting):
    """What the kernel prints on the convocation; no file is named there (I6)."""
    blocks = live.agenda(sitting).values_list("block", flat=True)
    held = list(blocks.order_by())
    counted = [(one, held.count(one)) for one in Block if one in held]
    return [opening(), *(line_of(*one) for one in counted), closing()]


def _stem(title):
    """A line of ours without its figure: what tells it from those of the house."""
    return title.rstrip("0123456789")


def announce(sitting, *, by):
    """Under the lock: write the lines of the agenda where convocations read them.

    The lines that the house wrote itself stay where they are. Those who were convened
    are told of the change as of any other, until the sitting opens.
    """
    session = sitting.session
    kept = list(session.agenda_items.order_by("order", "pk"))
    before = [(one.pk, one.title) for one in kept]
    order = _in_order(session, kept, lines(sitting))
    if before == [(one.pk, one.title) for one in order]:
        return
    told = facts.letter(session)
    staying = {one.pk for one in order}
    session.agenda_items.filter(pk__in={pk for pk, _title in before} - staying).delete()
    for place, one in enumerate(order, start=1):
        one.order = place
        one.save()
    if not before:
        _say_what_to_read(session)
    if sitting.state == SittingState.PREPARING:
        sessions.note_change(session, before=told, by=by)


def _say_what_to_read(session):
    blank = Session.objects.filter(pk=session.pk, documents_text="")
    blank.update(documents_text=_("the booklet of the files, in your space"))


def _in_order(session, kept, wanted):
    """The rows to keep and to make, so that ``wanted`` stand in order among the others."""
    ours = {_stem(line_of(block, 0)) for block in Block} | {opening(), closing()}
    titles = {_stem(title): title for title in wanted}
    order = [
        one
        for one in kept
        if _stem(one.title) in titles or _stem(one.title) not in ours
    ]
    place = 0
    for stem, title in titles.items():
        row = next((one for one in order if _stem(one.title) == stem), None)
        if row is None:
            row = AgendaItem(session=session)
            order.insert(len(order) if title == closing() else place, row)
        row.title = title
        place = order.index(row) + 1
    return order
