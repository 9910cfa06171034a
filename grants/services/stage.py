"""What the three live views of a sitting read: secretary, member, projection (C.8)."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from agency.core.clock import now, today
from grants.choices import AIDED, Block, Capacity
from grants.models import (
    InterestAnswer,
    Opinion,
    Point,
    SchemeVersion,
    SittingEnvelope,
    StepOut,
    Vote,
)
from grants.models.reading import sittings_of
from grants.services import (
    interests,
    live,
    opinions,
    reviews,
    room,
    voting,
)
from grants.services.quorum import House
from grants.states import PointState, SittingState

K = PointState
ORDER = (Block.CONSENSUAL, Block.DEBATED, Block.LATE)
READ = (
    *("application__organisation__territory", "application__show"),
    "application__scheme",
    *("application__rules", "presided_by", "opinion"),
)


def _whole(model, path=""):
    return [f"{path}{field.name}" for field in model._meta.concrete_fields]


# Of forty files with all that hangs on them, what these pages show and count by: a file
# has sixty columns, and the texts of its show are long.
SHOWN = (
    *_whole(Point),
    *_whole(Opinion, "opinion__"),
    *_whole(SchemeVersion, "application__rules__"),
    *(
        f"application__{name}"
        for name in (
            *("number", "uuid", "title", "requested", "computed", "proposed"),
            *("submitted_at", "sitting", "organisation", "show", "scheme", "rules"),
            *("organisation__name", "organisation__city", "organisation__postal_code"),
            *("organisation__territory", "organisation__territory__kind"),
            *("organisation__territory__code", "organisation__territory__name"),
            *("show__title", "show__discipline", "scheme__name", "scheme__slug"),
        )
    ),
    *("presided_by__given_name", "presided_by__family_name"),
)


def may_watch(person, sitting):
    """Whether the live pages of ``sitting`` are theirs: in office there, or who runs it."""
    if sittings_of(person).filter(pk=sitting.pk).exists():
        return True
    return person.has_perm(room.RUN)


@dataclass
class Seat:
    """A member in the panel of those who are there."""

    member: object
    presence: object = None
    proxy_to: object = None
    holds: list = field(default_factory=list)
    is_recused: bool = False

    @property
    def is_here(self):
        return self.presence is not None

    @property
    def may_be_represented(self):
        free = not self.is_here and self.proxy_to is None and not self.holds
        return free and self.member.capacity == Capacity.TITULAR


@dataclass
class Ballot:
    """The vote of the current item: who has cast, who is awaited."""

    voices: list
    cast: set

    @property
    def awaited(self):
        return [one for one in self.voices if one.seat.pk not in self.cast]

    @property
    def done(self):
        return len(self.voices) - len(self.awaited)


class Stage:
    """A sitting as ``person`` may see it now; at most nine queries, and three for scores.

    A file that is shut to them is there by its rank alone, with ``is_shut``.
    """

    def __init__(self, sitting, person):
        self.sitting, self.person = sitting, person
        held = SittingEnvelope.objects.filter(
            sitting=sitting, scheme=OuterRef("application__scheme")
        )
        rows = live.agenda(sitting).select_related(*READ).only(*SHOWN)
        rows = list(rows.annotate(envelope=Subquery(held.order_by().values("amount"))))
        schemes = {one.application_id: one.application.scheme_id for one in rows}
        self.house = House(sitting, schemes)
        self.own = self.house.member_of(person.pk)
        self.shut = self.house.shut.get(person.pk, set())
        self.points = sorted(
            rows, key=lambda one: (ORDER.index(one.block), one.position, one.pk)
        )
        undeclared = self._undeclared(schemes)
        for rank, one in enumerate(self.points, start=1):
            one.rank, one.sitting = rank, sitting
            one.is_undeclared = one.application_id in undeclared
            one.is_shut = one.application_id in self.shut or one.is_undeclared
        found = (one for one in self.points if one.is_current)
        self.current = next(found, None)

    def _undeclared(self, files):
        """The files about which a member has not said yet what ties them: those are shut
        to them until they do, whatever else they may (C.7).
        """
        if not self.sits:
            return set()
        said = InterestAnswer.objects.filter(person=self.person, application__in=files)
        return set(files) - set(said.order_by().values_list("application", flat=True))

    @property
    def to_declare(self):
        return sum(one.is_undeclared for one in self.points)

    # -- what the reader may ---
    @cached_property
    def sits(self):
        """Whether the reader is in office there today."""
        return self.own is not None and self.own.is_in_office(today())

    @cached_property
    def runs(self):
        """Whether the reader leads it, as ``room.runs``: by their office, or by their role."""
        leads = self.sits and self.own.office in interests.OFFICES
        return leads or self.person.has_perm(room.RUN)

    @property
    def is_open_to_reader(self):
        return self.sits or self.runs

    # -- where it stands --------------------------------------------------------------
    @property
    def is_open(self):
        return self.sitting.state == SittingState.IN_SESSION

    @property
    def is_before(self):
        return self.sitting.state == SittingState.PREPARING

    @property
    def sees_scores(self):
        """Not before the reviews are closed, or the sitting is open."""
        return not self.is_before or reviews.phase(self.sitting).sees

    @property
    def is_closed(self):
        return not (self.is_before or self.is_open)

    @property
    def takes_attendance(self):
        return room.takes_attendance(self.sitting)

    @property
    def done(self):
        return [one for one in self.points if one.is_done]

    @property
    def left(self):
        return [one for one in self.points if one.state == K.WAITING]

    @property
    def next(self):
        """The item that comes next, of those open to them; or None."""
        free = (one for one in self.left if not one.is_shut)
        return next(free, None)

    def count(self):
        """The ``Count`` of the current item, or of the sitting as a whole."""
        if not hasattr(self, "_count"):
            self._count = (
                live.count_of(self.current, self.house)
                if self.current
                else self.house.count(rules=live.strictest_of(self.points))
            )
        return self._count

    # -- who is there -------------------------------------------------------------------
    def seats(self):
        """Everybody in office, with where they are and whom they represent."""
        given = {one.giver_id: one.holder_id for one in self.house.proxies}
        about = self.current.application_id if self.current else None
        rows = {
            one.pk: Seat(one, self.house.here.get(one.pk)) for one in self.house.members
        }
        for giver, holder in given.items():
            if giver in rows and holder in rows:
                rows[giver].proxy_to = rows[holder].member
                rows[holder].holds.append(rows[giver].member)
        for one in rows.values():
            one.is_recused = bool(about and self.house.is_recused(one.member, about))
        return list(rows.values())

    def holders(self):
        """Who may hold a proxy now: a vote, and a seat in the room or online."""
        return [
            one
            for one in self.house.members
            if one.capacity != Capacity.CONSULTATIVE and self.house.is_here(one)
        ]

    def note_who_leaves(self):
        """On each item to come, the names of those in the room who stand back from it."""
        for one in self.left:
            rows = live.to_step_out(self.house, one.application_id)
            one.leaving = rows
            one.leaving_names = ", ".join(row.person.full_name for row in rows)

    # -- the current item ------------------------------------------------------------------
    def item(self, *, scores=True):
        """What is told of the current item, or None; ``scores`` not on the projection.

        Of a file shut to the reader: that it is under discussion, and nothing else.
        """
        point = self.current
        if point is None:
            return None
        if point.is_shut:
            return {"point": point, "is_shut": True, "purse": None}
        application = point.application
        told = {
            "point": point,
            "is_shut": False,
            "application": application,
            "count": self.count(),
            "recused": self._recused(point),
            "leaving": live.to_step_out(self.house, application.pk),
            "result": voting.result(point) if point.state != K.VOTING else "",
            "may_settle": point.state == K.VOTED and voting.may_settle(point),
            "ballot": self.ballot,
            "minutes": int((now() - point.started_at).total_seconds() // 60),
            "purse": self.envelopes().get(application.scheme_id),
        }
        if scores:
            told["standing"] = reviews.standings([application])[application.pk]
            told["range"] = drawn(told["standing"])
        return told

    def _recused(self, point):
        hours = {one.member_id: one for one in StepOut.objects.filter(point=point)}
        rows = self.house.recused_from(point.application_id)
        for one in rows:
            one.step_out = hours.get(one.pk)
        return rows

    @cached_property
    def ballot(self):
        """The ``Ballot`` of the current item while its vote is open, or None."""
        if self.current is None or self.current.state != K.VOTING:
            return None
        rows = Vote.objects.filter(point=self.current).order_by()
        return Ballot(self.count().voices, set(rows.values_list("member", flat=True)))

    def own_voices(self):
        """The voices that the reader expresses now: (voice, whether it is cast)."""
        if self.ballot is None or self.current.is_shut:
            return []
        cast = self.ballot.cast
        return [(one, one.seat.pk in cast) for one in self.count().of(self.person.pk)]

    # -- money -------------------------------------------------------------------------------
    def envelopes(self):
        """{key of a scheme: Purse} of the schemes on the agenda, as the reader may count."""
        if hasattr(self, "_purses"):
            return self._purses
        found = {}
        for one in self.points:
            scheme = one.application.scheme
            purse = found.setdefault(scheme.pk, Purse(scheme, one.envelope))
            purse.files += 1
            if one.is_shut:
                purse.hidden += 1
            elif one.is_done and one.opinion.outcome in AIDED:
                purse.given += one.opinion.amount
        self._purses = found
        return found

    # -- what may be undone --------------------------------------------------------------------
    def undoable(self):
        """The opinion that one press still takes back, or None."""
        rows = Opinion.objects.filter(
            point__sitting=self.sitting, recorded_at__gt=now() - opinions.UNDO
        )
        last = (
            rows.select_related("point__application").order_by("-recorded_at").first()
        )
        if last is None or last.point.application_id in self.shut or self.current:
            return None
        return last

    def blocks(self):
        """The agenda, (label of the block, its items), those with items alone."""
        found = []
        for block in ORDER:
            rows = [one for one in self.points if one.block == block]
            if rows:
                found.append((Block(block).label, rows))
        return found


@dataclass
class Purse:
    """The envelope of a scheme in a sitting; ``hidden`` files are in none of its figures."""

    scheme: object
    amount: object = None
    given: object = 0
    files: int = 0
    hidden: int = 0

    @property
    def left(self):
        return None if self.amount is None else self.amount - self.given

    @property
    def drawn(self):
        """How much of a thousand is given."""
        return min(int(self.given * 1000 / self.amount), 1000) if self.amount else 0


# --- A spread, drawn ----------------------------------------------------------------------------
WIDTH = 100


@dataclass(frozen=True)
class Spread:
    """Where a range is drawn on a line of a hundred units, and what it says."""

    low: int
    wide: int
    middle: int
    said: str
    is_wide: bool


def drawn(standing):
    """How the scores of a ``Standing`` are spread on its scale, or None without one."""
    if standing.range is None:
        return None
    low, _first, middle, _third, high = standing.range
    least, most = standing.lowest, standing.highest

    def at(score):
        return round((float(score) - least) / max(most - least, 1) * WIDTH)

    said = _("from %(low)s to %(high)s") % {
        "low": str(low).replace(".", ","),
        "high": str(high).replace(".", ","),
    }
    start, end = at(low), at(high)
    wide = high - low > reviews.WIDE * 2
    return Spread(start, max(end - start, 2), at(middle), said, wide)
