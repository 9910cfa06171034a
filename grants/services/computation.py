"""The aid of an application: what the engine is given, and what is kept of its answer."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Min, Sum, prefetch_related_objects

from agency.activities.models import Season
from agency.core.clock import now, today
from agency.core.text import fold
from grants.choices import PerformanceStatus
from grants.engine import carbon, inputs
from grants.engine.computing import compute as run
from grants.models import (
    AidComputation,
    Application,
    EmissionFactor,
    SchemeVersion,
)
from grants.states import PRESENTED, ApplicationState

S = ApplicationState
ZERO = Decimal(0)
# A file that is proposed to a commission holds its amount until the decision.
PROPOSED = (S.READY, *PRESENTED)
# What the engine reads of a version of rules.
FIGURES = ("zones", "expense_categories__scales")
OFF = (PerformanceStatus.CANCELLED, PerformanceStatus.POSTPONED)


def preview(application):
    """The ``Result`` of ``application`` as it stands; nothing is kept."""
    return run(inputs_of(application))


@transaction.atomic
def compute(application, *, revision=None):
    """Compute and keep it: a row is added, those before it stay; return the row."""
    result = preview(application)
    made = AidComputation.objects.create(
        application=application,
        revision=revision,
        engine_version=result.version,
        inputs_hash=result.inputs_hash,
        inputs=result.inputs,
        steps=[step.as_row() for step in result.steps],
        amount=result.amount,
        binding=result.binding,
        computed_at=now(),
    )
    Application.objects.filter(pk=application.pk).update(computed=result.amount)
    application.computed = result.amount
    return made


def footprint(application):
    """What the journeys of ``application`` weigh, by the factors of its first day."""
    journeys = [
        carbon.Journey(
            mode=leg.mode,
            label=str(leg),
            km=leg.travelled_km,
            persons=leg.persons,
            vehicles=leg.vehicles,
        )
        for leg in application.legs.all()
    ]
    return carbon.footprint(journeys, factors(), first_day(application) or today())


def factors():
    """Every emission factor, as the engine takes it."""
    return tuple(
        carbon.Factor(
            mode=row.mode,
            unit=row.unit,
            kilograms=row.kilograms,
            valid_from=row.valid_from,
            source=row.source,
            is_example=row.is_example,
        )
        for row in EmissionFactor.objects.all()
    )


# --- What the engine is given ---------------------------------------------------------
def inputs_of(application):
    """The ``Inputs`` of an application, dates that are off left out."""
    rules = application.rules
    prefetch_related_objects([rules], *FIGURES)
    day = first_day(application)
    return inputs.Inputs(
        rules=figures(rules),
        day=day or today(),
        lines=tuple(_line(row) for row in application.expenses.all()),
        performances=tuple(
            inputs.Playing(row.zone, row.day, row.count) for row in played(application)
        ),
        incomes=tuple(
            inputs.Income(row.kind, row.amount) for row in application.incomes.all()
        ),
        distance_km=distance(application),
        requested=application.requested,
        **_already(application, rules, day),
    )


def whole(key):
    """A version of rules with the rows that the engine reads, in four queries."""
    return SchemeVersion.objects.prefetch_related(*FIGURES).get(pk=key)


def figures(rules):
    """The ``Rules`` of a version, as the engine takes them."""
    limits = (
        *("cap_per_performance", "performances_counted", "cap_per_application"),
        *("cap_per_show_season", "cap_per_beneficiary_year", "public_ceiling"),
        *("cap_to_deficit", "deduct_host", "minimum_award", "rounding", "source"),
    )
    return inputs.Rules(
        **{name: getattr(rules, name) for name in limits},
        categories=tuple(_category(row) for row in rules.expense_categories.all()),
        zones=tuple(
            inputs.ZoneRate(row.code, row.get_code_display(), row.rate, row.from_km)
            for row in rules.zones.all()
        ),
    )


def _category(row):
    names = ("amount", "valid_from", "valid_until", "mode", "zone", "source")
    return inputs.Category(
        code=row.code,
        label=row.get_code_display(),
        eligible=row.eligible,
        basis=row.basis,
        unit=row.unit,
        line_cap=row.line_cap,
        source=row.source,
        scales=tuple(
            inputs.Scale(**{name: getattr(scale, name) for name in names})
            for scale in row.scales.all()
        ),
    )


def _line(row):
    return inputs.Line(
        category=row.category,
        quantity=row.quantity,
        unit_amount=row.unit_amount,
        mode=row.mode,
        label=row.label,
        retained=row.retained,
        reason=row.retained_reason,
        key=row.pk,
    )


def played(application):
    """The performances that are planned or played."""
    return [row for row in application.performances.all() if row.status not in OFF]


def first_day(application):
    """The day of the first performance, or None."""
    return min((row.day for row in played(application)), default=None)


def distance(application):
    """Kilometres travelled, each stretch once each way, however many vehicles go there."""
    longest = {}
    for leg in application.legs.all():
        way = fold(leg.origin), fold(leg.destination)
        for one in (way, way[::-1]) if leg.there_and_back else (way,):
            longest[one] = max(longest.get(one, 0), leg.distance_km)
    return sum(longest.values())


# --- What is taken already -------------------------------------------------------------
def _already(application, rules, day):
    """What the show has in the season and the organisation in the year, but this."""
    found = {}
    if day is None:
        return found
    others = _held(application)
    if rules.cap_per_show_season is not None and application.show_id:
        season = _within(others.filter(show=application.show_id), *season_of(day))
        found["already_show_season"] = season
    if rules.cap_per_beneficiary_year is not None:
        year = date(day.year, 1, 1), date(day.year, 12, 31)
        own = others.filter(organisation=application.organisation_id)
        found["already_beneficiary_year"] = _within(own, *year)
    return found


def _held(application):
    """The other files of the scheme whose amount is proposed to a commission."""
    rows = Application.objects.filter(scheme=application.scheme_id, state__in=PROPOSED)
    return rows.exclude(pk=application.pk)


def _within(rows, begins, ends):
    """What the files whose first performance is between these days come to.

    As computed, which their authors read too: what the desk proposes is its own until
    the decision, and everybody reads the trace in which this sum stands.
    """
    rows = rows.annotate(begins=Min("performances__day"))
    rows = rows.filter(begins__gte=begins, begins__lte=ends)
    return rows.aggregate(sum=Sum("computed"))["sum"] or ZERO


def season_of(day):
    """(first day, last day) of the season of ``day``: September to August, as a rule."""
    season = Season.objects.filter(starts_on__lte=day, ends_on__gte=day).first()
    if season is not None:
        return season.starts_on, season.ends_on
    begun = day.year if day.month > 8 else day.year - 1
    return date(begun, 9, 1), date(begun + 1, 8, 31)
