"""The ranking of a scheme in a sitting, and where its envelope ends."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from grants.choices import AIDED, Method, ZoneCode
from grants.models import SittingEnvelope
from grants.services import balance, live, reviews, scenarios, stage
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
    """The files of ``scheme`` in ``sitting``, best mean first: those of ``points``.

    ``hidden`` files are shut to the reader: neither ranked nor counted.
    """

    def __init__(self, sitting, scheme, points, envelope, hidden=0):
        self.sitting, self.scheme = sitting, scheme
        self.envelope, self.hidden = envelope, hidden
        self.standing = reviews.standings([one.application for one in points])
        by_key = {one.pk: one for one in points}
        self.lines = scenarios.ranked([self._line(one) for one in points])
        self.points = [by_key[one.key] for one in self.lines]

    @classmethod
    def seen_on(cls, stage, scheme):
        """As the reader of ``stage`` may see it."""
        of_scheme = [
            one for one in stage.points if one.application.scheme_id == scheme.pk
        ]
        points = [one for one in of_scheme if not one.is_shut]
        envelope = of_scheme[0].envelope if of_scheme else None
        hidden = len(of_scheme) - len(points)
        return cls(stage.sitting, scheme, points, envelope, hidden)

    @classmethod
    def whole(cls, sitting, scheme):
        """With every file: what is applied counts them all."""
        rows = live.agenda(sitting).filter(application__scheme=scheme)
        held = SittingEnvelope.objects.filter(sitting=sitting, scheme=scheme).first()
        points = list(rows.select_related(*READ).order_by("application__number"))
        return cls(sitting, scheme, points, held.amount if held else None)

    def _line(self, point):
        application, rules = point.application, point.application.rules
        fixed = None
        if point.is_done:
            opinion = point.opinion
            fixed = opinion.amount if opinion.outcome in AIDED else Decimal(0)
        elif point.state in scenarios.SETTLED:
            fixed = point.amount or Decimal(0)
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
        lines = {one.key: one for one in self.lines}
        return [
            Row(
                rank=rank,
                point=point,
                application=point.application,
                standing=self.standing[point.application_id],
                spread=stage.drawn(self.standing[point.application_id]),
                zone=self._zone(point.application_id),
                line=lines[point.pk],
                amount=plan.amounts[point.pk],
                is_under=rank > plan.above,
            )
            for rank, point in enumerate(self.points, start=1)
        ]

    @property
    def highest(self):
        """The highest level of its scales."""
        known = [one.highest for one in self.standing.values()]
        return max(known, default=scenarios.FIVE)

    @cached_property
    def facts(self):
        """What is known of where they go and come from; three queries at most."""
        return balance.facts_of([one.application for one in self.points])

    def _zone(self, key):
        """Where most of the file is played, in a word, or ""."""
        zones = self.facts[key].zones
        return ZoneCode(max(zones, key=zones.get)).label if zones else ""

    def balance(self, plan):
        """Where the amounts of ``plan`` go: zones against their targets, and the rest."""
        lines = [
            (one.application_id, plan.amounts[one.pk])
            for one in self.points
            if plan.amounts[one.pk]
        ]
        rules = self.points[0].application.rules if self.points else None
        return balance.tables(lines, self.facts, balance.targets(rules))


def everything(sitting, scheme):
    """What ``scenarios.apply`` computes from, once the sitting is held."""
    ranking = Ranking.whole(sitting, scheme)
    return ranking.lines, ranking.envelope
