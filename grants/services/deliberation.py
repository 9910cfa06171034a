"""The ranking of a scheme in a sitting, and where its envelope ends."""

from dataclasses import dataclass
from decimal import Decimal

from grants.choices import AIDED, Method, ZoneCode
from grants.models import Performance, SittingEnvelope
from grants.services import balance, live, recused, reviews, scenarios, stage
from grants.services.scenarios import Line, Plan

READ = (
    *("application__organisation", "application__show", "application__scheme"),
    *("application__rules", "opinion"),
)


@dataclass
class Row:
    """A file in the ranking."""

    rank: int
    point: object
    application: object
    standing: object
    spread: object
    zone: str
    line: Line
    amount: Decimal
    is_under: bool = False
    # Of the form, where an amount is typed by hand.
    field: object = None

    @property
    def key(self):
        return self.point.pk


class Ranking:
    """The files of ``scheme`` in ``sitting`` that are open to ``person``, best mean first.

    What is shut to them is neither ranked nor counted: ``hidden`` says how many. At most
    fourteen queries, however many files.
    """

    def __init__(self, sitting, scheme, person=None):
        self.sitting, self.scheme, self.person = sitting, scheme, person
        rows = live.agenda(sitting).filter(application__scheme=scheme)
        points = list(rows.select_related(*READ).order_by("application__number"))
        shut = recused.of_sitting(sitting).get(person.pk, ()) if person else ()
        self.points = [one for one in points if one.application_id not in shut]
        self.hidden = len(points) - len(self.points)
        held = SittingEnvelope.objects.filter(sitting=sitting, scheme=scheme).first()
        self.envelope = held.amount if held else None
        self.standing = reviews.standings([one.application for one in self.points])
        by_key = {one.pk: one for one in self.points}
        self.lines = scenarios.ranked([self._line(one) for one in self.points])
        self.points = [by_key[one.key] for one in self.lines]

    def _line(self, point):
        application, rules = point.application, point.application.rules
        fixed = None
        if point.is_done:
            opinion = point.opinion
            fixed = opinion.amount if opinion.outcome in AIDED else Decimal(0)
        foreseen = application.proposed
        if foreseen is None:
            foreseen = application.computed
        return Line(
            key=point.pk,
            mean=self.standing[application.pk].mean,
            foreseen=foreseen or Decimal(0),
            fixed=fixed,
            requested=application.requested,
            rounding=rules.rounding,
            least=rules.minimum_award,
        )

    # -- plans ------------------------------------------------------------------------
    def current(self):
        """The amounts as they stand: recorded, or put to the vote."""
        amounts = {one.pk: one.amount or Decimal(0) for one in self.points}
        return scenarios.manual(self.lines, self.envelope, amounts)

    def plan(self, method, parameters=None):
        """What a scenario would give; ``None`` for what stands."""
        if not method:
            return self.current()
        return scenarios.plan(method, self.lines, self.envelope, parameters)

    def plans(self, parameters=None):
        """Each automatic scenario, for what it comes to."""
        return {
            method: self.plan(method, parameters)
            for method in (Method.WATERLINE, Method.PROPORTIONAL, Method.BY_GRADE)
        }

    def rows(self, plan: Plan):
        """The ``Row`` of each file under ``plan``."""
        most = stage.highest([one.application for one in self.points])
        zones = self._zones()
        lines = {one.key: one for one in self.lines}
        return [
            Row(
                rank=rank,
                point=point,
                application=point.application,
                standing=self.standing[point.application_id],
                spread=stage.drawn(self.standing[point.application_id].range, most),
                zone=zones.get(point.application_id, ""),
                line=lines[point.pk],
                amount=plan.amounts[point.pk],
                is_under=rank > plan.above,
            )
            for rank, point in enumerate(self.points, start=1)
        ]

    def _zones(self):
        """{key of a file: the zone where most of it is played}."""
        files = [one.application_id for one in self.points]
        rows = Performance.objects.filter(application__in=files).order_by()
        counts = {}
        for key, zone, count in rows.values_list("application", "zone", "count"):
            mine = counts.setdefault(key, {})
            mine[zone] = mine.get(zone, 0) + count
        return {
            key: ZoneCode(max(mine, key=mine.get)).label for key, mine in counts.items()
        }

    def balance(self, plan):
        """Where the amounts of ``plan`` go: zones against their targets, and the rest."""
        lines = [
            (one.application_id, plan.amounts[one.pk])
            for one in self.points
            if plan.amounts[one.pk]
        ]
        rules = self.points[0].application.rules if self.points else None
        return balance.of(lines, rules)


def everything(sitting, scheme):
    """What ``scenarios.apply`` computes from, once the sitting is held."""
    ranking = Ranking(sitting, scheme)
    return ranking.lines, ranking.envelope
