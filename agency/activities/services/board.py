"""The composition of a group: who asks, what is known of them, what is said so far.

Everything is read here, in as many queries for sixty candidates as for one; see
``composing`` for what is decided, and ``balance`` for the figures and the proposal.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from agency.activities.choices import Confidentiality, RuleSubject, Selection
from agency.activities.models import Difficulty, Enrolment
from agency.activities.services import eligibility, waiting
from agency.activities.states import HOLDING, ActivityState, EnrolmentState
from agency.core.clock import today
from agency.core.lifecycle import state_label

E = EnrolmentState
IN_THE_ROOM = (E.UNDER_REVIEW, E.WAITLISTED, *HOLDING)
GOING_ON = (ActivityState.OPEN, ActivityState.CLOSED, ActivityState.RUNNING)


@dataclass(frozen=True)
class Alert:
    """Something to weigh before a decision; ``grave`` stands against a seat.

    ``private``: told to the officer in charge alone, on their screen and on no paper.
    """

    text: str
    grave: bool = False
    private: bool = False


# Compared by identity: rows lead to one another.
@dataclass(eq=False)
class Row:
    """Somebody on the board: a candidate, or somebody who is in or waits already."""

    enrolment: Enrolment
    posts: list
    topic: str = ""
    alerts: list = field(default_factory=list)
    # Those of the board who work for an organisation of theirs: (Row, organisation).
    colleagues: list = field(default_factory=list)
    # Why no seat is for them, whoever gives it: a waiting.Skipped, or None.
    barred: object = None
    # Rules that stand in the way, and no exception in writing.
    ineligible: bool = False
    # Who waits already, came before and could take the seat.
    passed_over: object = None
    # Somebody would rather not meet somebody.
    difficult: bool = False
    returning: bool = False

    @property
    def pk(self):
        return self.enrolment.pk

    @property
    def person(self):
        return self.enrolment.person

    @property
    def application(self):
        return getattr(self.enrolment, "application", None)

    @property
    def is_candidate(self):
        return self.enrolment.state == E.UNDER_REVIEW

    @property
    def is_seated(self):
        return self.enrolment.state in HOLDING

    @property
    def selection(self):
        return self.application.selection if self.application else Selection.OPEN

    @property
    def reason(self):
        return self.application.reason if self.application else ""

    @property
    def said(self):
        """Where they stand, in words: on the board, or in the group."""
        if self.is_candidate:
            return Selection(self.selection).label
        return state_label(self.enrolment)

    @property
    def stamp(self):
        return stamp(self.application)

    @property
    def needs_words(self):
        """Whether a reason is written on this row: of a refusal, of an exception."""
        refused = self.selection == Selection.REFUSE
        retained = self.selection == Selection.SELECT
        exception = self.passed_over or any(one.grave for one in self.alerts)
        return bool(refused or (retained and exception))

    @property
    def houses(self):
        return {post.organisation_id for post in self.posts}

    @property
    def post(self):
        """The post that they come for, else the first one."""
        chosen = [one for one in self.posts if one.pk == self.enrolment.affiliation_id]
        return next(iter(chosen or self.posts), None)

    @property
    def house(self):
        return self.post and self.post.organisation

    @property
    def profession(self):
        return self.post and self.post.profession

    @property
    def territory(self):
        post = self.post
        own = post.organisation.territory if post else None
        return own or self.person.territory

    @property
    def kind(self):
        return self.post.organisation.get_kind_display() if self.post else None

    @property
    def years(self):
        """Since how many years they practise, as far as their posts say."""
        since = [one.practising_since for one in self.posts if one.practising_since]
        return max(0, today().year - min(since)) if since else None


def stamp(application):
    """What a page shows of a decision: another one, or another moment, is another stamp."""
    if application is None or application.selected_at is None:
        return ""
    return f"{application.selection}|{application.selected_at.isoformat()}"


@dataclass
class Board:
    """A composition at one moment."""

    activity: object
    rows: list

    @property
    def candidates(self):
        """Those who wait for a decision, whoever came first at the head."""
        return [row for row in self.rows if row.is_candidate]

    @property
    def seated(self):
        return [row for row in self.rows if row.is_seated]

    @property
    def line(self):
        """Those on the waiting list already."""
        return [row for row in self.rows if row.enrolment.state == E.WAITLISTED]

    def said(self, selection):
        return [row for row in self.candidates if row.selection == selection]

    @property
    def retained(self):
        return self.said(Selection.SELECT)

    @property
    def waiting(self):
        return self.said(Selection.WAIT)

    @property
    def refused(self):
        return self.said(Selection.REFUSE)

    @property
    def undecided(self):
        return self.said(Selection.OPEN)

    @property
    def inside(self):
        """Who would be in the group if it were applied now."""
        return [*self.seated, *self.retained]

    @property
    def free(self):
        """Seats that nobody holds, before what is retained here; None without limit."""
        if self.activity.capacity is None:
            return None
        return max(0, self.activity.capacity - len(self.seated))

    @property
    def per_house(self):
        """How many of one organisation; None without limit."""
        return self.activity.max_per_organisation

    def row(self, pk):
        return next((one for one in self.candidates if one.pk == pk), None)


def load(activity, user):
    """The ``Board`` of ``activity`` as ``user``, its officer in charge, reads it."""
    rows = activity.enrolments.filter(state__in=IN_THE_ROOM).select_related(
        "person__territory__parent__parent", "application__selected_by"
    )
    rows = list(rows.order_by("submitted_at", "pk"))
    posts = eligibility.posts_of([one.person_id for one in rows])
    topics = dict(activity.kind_info.topics)
    board = Board(activity, [])
    for enrolment in rows:
        enrolment.activity = activity
        row = Row(enrolment, posts[enrolment.person_id])
        if row.application and row.application.topic:
            row.topic = topics.get(row.application.topic, row.application.topic)
        board.rows.append(row)
    if board.candidates:
        _note_team(board)
        _note_rules(board, posts)
        _note_difficulties(board, user)
        _note_other_groups(board)
        _note_line(board)
    _note_colleagues(board)
    return board


def _by_person(rows):
    return {row.enrolment.person_id: row for row in rows}


def _note_team(board):
    """An account that is closed; the team of the house, where the room is sealed."""
    sealed = board.activity.sealed
    staff = waiting.team([r.enrolment for r in board.candidates]) if sealed else set()
    for row in board.candidates:
        row.barred = waiting.barred(
            board.activity, row.person, staff=row.enrolment.person_id in staff
        )
        if row.barred:
            row.alerts.append(Alert(str(row.barred.label), grave=True))


def _note_rules(board, posts):
    """Rules that do not hold; who shares an organisation is told by name instead."""
    people = [row.person for row in board.candidates]
    found = eligibility.verdicts_of(board.activity, people, posts=posts)
    for row in board.candidates:
        exception = row.enrolment.exception
        broken = [one for one in found[row.enrolment.person_id] if not one.ok]
        broken = [
            one
            for one in broken
            if one.rule.subject != RuleSubject.DISTINCT_ORGANISATION
        ]
        for one in broken:
            text = _("%(rule)s: not known") if one.unknown else _("%(rule)s: no")
            grave = one.bars and not exception
            row.alerts.append(Alert(text % {"rule": one.wants}, grave))
        row.ineligible = any(one.bars for one in broken) and not exception
        if exception:
            said = _("Exception: %(reason)s") % {"reason": exception}
            row.alerts.append(Alert(said))


def _note_difficulties(board, user):
    """What somebody of the group has declared in private, to the officer in charge."""
    declared = Difficulty.objects.visible_to(user).filter(
        enrolment__activity=board.activity, settled_at=None
    )
    declared = declared.select_related("enrolment__person", "with_person")
    for one in declared.select_related("with_organisation"):
        for row in board.candidates:
            text = _difficulty(one, row)
            if text:
                row.difficult = True
                row.alerts.append(Alert(text, grave=True, private=True))


def _difficulty(one, row):
    """What a difficulty says about ``row``, or an empty text."""
    said = {
        "person": one.enrolment.person.full_name,
        "kind": one.get_kind_display(),
        "with": one.with_person.full_name
        if one.with_person_id
        else one.with_organisation,
    }
    if one.enrolment_id == row.pk:
        return _("Has declared a difficulty with %(with)s (%(kind)s)") % said
    named = one.with_person_id and one.with_person_id == row.enrolment.person_id
    if named or one.with_organisation_id in row.houses:
        return _("%(person)s has declared a difficulty (%(kind)s)") % said
    return ""


def _note_other_groups(board):
    """Another sealed group that goes on now; former editions, and what is kept of them."""
    rows, activity = (
        {row.enrolment.person_id: row for row in board.rows},
        board.activity,
    )
    now_too = Q(
        state__in=HOLDING,
        activity__state__in=GOING_ON,
        activity__confidentiality=Confidentiality.SEALED,
    )
    over = Q(activity__state=ActivityState.COMPLETED)
    over |= Q(activity__season__starts_on__lt=activity.season.starts_on)
    others = Enrolment.objects.filter(
        now_too | over & Q(activity__kind=activity.kind), person__in=list(rows)
    )
    others = others.exclude(activity=activity).select_related("activity__season")
    for one in others.order_by("pk"):
        row, said = rows[one.person_id], {"activity": _told(one.activity, board)}
        said["season"] = one.activity.season
        former = one.activity.state not in GOING_ON or _is_before(
            one.activity, activity
        )
        if former and one.state == E.CONFIRMED and one.activity.kind == activity.kind:
            row.returning = True
        text = _other_group(one, former)
        if text and row.is_candidate:
            row.alerts.append(Alert(text % said))


def _told(other, board):
    """Another officer's sealed group is not named: who is in it is known to them."""
    same = other.officer_id == board.activity.officer_id
    return other if same or not other.sealed else _("a sealed group")


def _is_before(other, activity):
    return other.season.starts_on < activity.season.starts_on


def _other_group(one, former):
    """What an enrolment elsewhere says, or an empty text."""
    if former and one.state == E.CONFIRMED:
        return _("Came to %(activity)s (%(season)s)")
    if former and one.keep_for_next:
        return _("Request kept from %(activity)s (%(season)s)")
    if one.state in HOLDING and one.activity.state in GOING_ON:
        return _("Already in: %(activity)s")
    return ""


def _note_line(board):
    """Whoever waits for a seat already and came before: they are passed over in words."""
    taken = {house for row in board.seated for house in row.houses}
    able = [r for r in board.line if board.per_house is None or not r.houses & taken]
    first = min(able, key=_order, default=None)
    for row in board.candidates:
        if first is not None and _order(first) < _order(row):
            row.passed_over = first
            said = {"person": first.person.full_name}
            row.alerts.append(Alert(_("%(person)s waits for a seat before") % said))


def _order(row):
    return -row.enrolment.priority, row.enrolment.submitted_at, row.pk


def _note_colleagues(board):
    """The same organisation twice, by every affiliation in force."""
    by_house = defaultdict(list)
    for row in board.rows:
        for post in {post.organisation_id: post for post in row.posts}.values():
            by_house[post.organisation_id].append((row, post.organisation))
    for shared in by_house.values():
        for row, organisation in shared:
            others = [other for other, _house in shared if other is not row]
            row.colleagues += [(other, organisation) for other in others]
    inside = board.inside if board.per_house is not None else []
    for row in board.candidates:
        for other, organisation in row.colleagues:
            said = _("Same organisation as %(person)s (%(said)s): %(organisation)s") % {
                "person": other.person.full_name,
                "said": other.said.lower(),
                "organisation": organisation,
            }
            row.alerts.append(Alert(said, grave=other in inside))
