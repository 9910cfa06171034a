"""What an edition comes to, in facts: for its dashboard, and for its report.

Nothing sealed is read here. Whoever is not in charge of the edition is told of it
through mentoring.small_cells alone.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.db.models import Count, Exists, OuterRef, Q

from agency.activities.choices import ATTENDED
from agency.activities.models import Session
from agency.activities.services.roll import ON_THE_ROLL
from agency.activities.states import OFF
from agency.core.clock import now, today
from mentoring.choices import Topic
from mentoring.health.days import days_outside
from mentoring.models import EditionDetails, MentoringApplication, Pair, PairMeeting
from mentoring.services import health
from mentoring.states import JOINED, LIVING, ApplicationState, MeetingState, PairState


# --- Meetings --------------------------------------------------------------------
def expected(facts, quiet, until, most=None):
    """How many meetings a pair would have held by ``until``: whole intervals since it
    began, days of rest left out, no more than ``most``; none after its end.
    """
    if facts.launched_on is None:
        return 0
    end = until if facts.ends_on is None else min(until, facts.ends_on)
    rests = (*quiet, *facts.pauses)
    count = days_outside(rests, facts.launched_on, end) // facts.interval_days
    return count if most is None else min(count, most)


@dataclass(frozen=True)
class Month:
    """``pairs``: how many were under way in it."""

    first: date
    held: int
    expected: int
    pairs: int


def months(rows, quiet, until, most=None):
    """Each month from the first launch to ``until``, that day included."""
    begun = [row.facts for row in rows if row.facts.launched_on]
    if not begun:
        return []
    held = Counter(day.replace(day=1) for facts in begun for day in facts.held)
    edges = list(_edges(min(facts.launched_on for facts in begun), until))
    return [
        Month(
            first,
            held[first],
            sum(
                expected(facts, quiet, min(end, until), most)
                - expected(facts, quiet, first, most)
                for facts in begun
            ),
            sum(_is_under_way(facts, first, end) for facts in begun),
        )
        for first, end in pairwise(edges)
    ]


def _edges(start, until):
    """The first of each month from that of ``start`` to the one after ``until``."""
    day, end = start.replace(day=1), until.replace(day=1)
    while day <= end:
        yield day
        day = (day.replace(day=28) + _FEW).replace(day=1)
    yield day


_FEW = health.DAY * 4


def _is_under_way(facts, first, end):
    return facts.launched_on < end and (facts.ends_on is None or facts.ends_on > first)


# --- Collective times --------------------------------------------------------------
@dataclass(frozen=True)
class Gathering:
    """A collective time that is past: how many of the pairs' people were there."""

    session: Session
    awaited: int
    there: int


def gatherings(edition, people):
    """Those that took place, in order: one query."""
    of_pairs = Q(participations__person__in=people)
    on_roll = Q(participations__state__in=ON_THE_ROLL)
    came = Q(participations__attendances__status__in=ATTENDED)
    rows = edition.sessions.exclude(state__in=OFF).filter(starts_at__lte=now())
    rows = rows.annotate(
        awaited=Count("participations", filter=of_pairs & on_roll, distinct=True),
        there=Count("participations", filter=of_pairs & on_roll & came, distinct=True),
    )
    return [
        Gathering(one, one.awaited, one.there) for one in rows.order_by("starts_at")
    ]


# --- Applications ------------------------------------------------------------------
@dataclass(frozen=True)
class Call:
    """What was received: {(side, state): how many}, and who of the retained is alone."""

    counts: Counter = field(default_factory=Counter)
    alone: Counter = field(default_factory=Counter)

    def of(self, side, *states):
        return sum(
            count
            for (one, state), count in self.counts.items()
            if one == side and (not states or state in states)
        )


def call(edition):
    """Those that were sent: one query."""
    living = Pair.objects.filter(
        Q(mentor=OuterRef("person")) | Q(mentee=OuterRef("person")),
        activity=edition.pk,
        state__in=(*LIVING, PairState.COMPLETED),
    )
    sent = MentoringApplication.objects.filter(edition=edition.pk)
    sent = sent.exclude(state=ApplicationState.DRAFT).order_by()
    rows = sent.annotate(matched=Exists(living)).values_list("side", "state", "matched")
    found = Call()
    for side, state, matched, count in rows.annotate(count=Count("pk")):
        found.counts[side, state] += count
        if state == ApplicationState.RETAINED and not matched:
            found.alone[side] += count
    return found


# --- All of it -----------------------------------------------------------------------
@dataclass(frozen=True)
class Figures:
    """An edition at a moment. ``rows``: its pairs that came about, as ``PairHealth``."""

    edition: object
    details: EditionDetails
    day: date
    rows: list
    states: Counter
    months: list
    minutes: int
    topics: list
    gatherings: list
    call: Call
    quiet: tuple

    @property
    def held(self):
        return sum(len(row.facts.held) for row in self.rows)

    @property
    def expected(self):
        return sum(self.expected_of(row) for row in self.rows)

    def expected_of(self, row):
        most = self.details.meetings_expected
        return expected(row.facts, self.quiet, self.day, most)

    @property
    def living(self):
        return [row for row in self.rows if row.pair.state in LIVING]

    @property
    def begun(self):
        """The pairs that met or may: their agreement is signed."""
        return [row for row in self.rows if row.pair.activated_at]

    @property
    def reached(self):
        """The pairs that the edition brought about, whatever became of them."""
        return sum(self.states[state] for state in JOINED)

    @property
    def colours(self):
        """{colour: how many of the living pairs}"""
        return Counter(str(row.colour) for row in self.living)

    @property
    def alerts(self):
        """Those that wait for the officer, the eldest first."""
        waiting = [alert for row in self.rows for alert in row.alerts]
        return sorted(waiting, key=lambda one: one.opened_at)

    @property
    def early_ends(self):
        """{reason: how many}"""
        ended = (row.pair for row in self.rows)
        return Counter(
            pair.end_reason for pair in ended if pair.state == PairState.ENDED_EARLY
        )

    @property
    def is_empty(self):
        return not self.states and not self.call.counts


@dataclass(frozen=True)
class Heat:
    """A topic: at how many meetings, of how many pairs."""

    key: str
    label: str
    meetings: int
    pairs: int


def figures(edition):
    """The ``Figures`` of ``edition`` today; as many queries for one pair as for many."""
    every = Pair.objects.filter(activity=edition.pk).with_agreement().order_by("pk")
    every = list(every.select_related("activity__mentoring", "mentor", "mentee"))
    quiet, day = health.quiet_spans(), today()
    joined = (pair for pair in every if pair.state in JOINED)
    rows = health.pairs_health(joined, quiet=quiet)
    details = _details(edition)
    people = {key for row in rows for key in (row.pair.mentor_id, row.pair.mentee_id)}
    minutes, topics = _met(edition)
    return Figures(
        edition=edition,
        details=details,
        day=day,
        rows=rows,
        states=Counter(pair.state for pair in every),
        months=months(rows, quiet, day, details.meetings_expected),
        minutes=minutes,
        topics=topics,
        gatherings=gatherings(edition, people),
        call=call(edition),
        quiet=quiet,
    )


def _details(edition):
    try:
        return edition.mentoring
    except EditionDetails.DoesNotExist:
        return EditionDetails(activity=edition)


def _met(edition):
    """(minutes in all, the ``Heat`` of each topic, the hottest first): one query."""
    held = PairMeeting.objects.filter(
        pair__activity=edition.pk, pair__state__in=JOINED, state=MeetingState.HELD
    )
    minutes, meetings, pairs = 0, Counter(), defaultdict(set)
    for pair, length, topics in held.values_list("pair", "minutes", "topics"):
        minutes += length
        for topic in set(topics):
            meetings[topic] += 1
            pairs[topic].add(pair)
    heats = [
        Heat(str(key), str(label), meetings[key], len(pairs[key]))
        for key, label in Topic.choices
    ]
    return minutes, sorted(heats, key=lambda one: (-one.meetings, one.label))
