"""A sitting that is closed, with what its commission said: the rows as they are stored."""

from decimal import Decimal

from agency.core.clock import now
from grants.choices import Discipline, Outcome, ZoneCode
from grants.models import Application, Opinion, Point, Sitting, SittingEnvelope
from grants.services.balance import FILLS
from grants.states import PointState, SittingState
from tests.grants.commission import in_review, presented
from tests.grants.factories import (
    PerformanceFactory,
    RulesFactory,
    ShowFactory,
    ZoneFactory,
)
from tests.people.factories import OrganisationFactory, PersonFactory

D = Decimal
O = Outcome  # noqa: E741 - the opinions, in a table
AIMED = (60, 20, 10, 10)
# requested, computed, proposed, opinion, recommended, discipline, zones, postal code
FIVE = (
    (
        *(4000, 3500, 3200, O.FAVOURABLE, 3000, Discipline.THEATRE),
        {ZoneCode.REGIONS: 3, ZoneCode.EUROPE: 1},
        "34000",
    ),
    (2000, 1800, 1800, O.RESERVED, 1500, "dance", {ZoneCode.ILE_DE_FRANCE: 2}, "31000"),
    (1000, 900, 900, O.ADJOURNED, None, None, {}, ""),
    (2500, 1000, 800, O.UNFAVOURABLE, None, "dance", {ZoneCode.REGIONS: 5}, "34200"),
    (500, 0, 0, O.INADMISSIBLE, None, "theatre", {ZoneCode.REGIONS: 1}, "34000"),
)


def rules_with_targets():
    """A scheme that aims at 60-20-10-10."""
    rules = RulesFactory()
    for order, (code, target) in enumerate(zip(FILLS, AIMED, strict=False), start=1):
        ZoneFactory(rules=rules, order=order, code=code, target=target)
    return rules


def examined(sitting, row, rules):
    """A file of the sitting with the opinion of ``row``, as in ``FIVE``."""
    requested, computed, proposed, outcome, recommended, discipline, zones, code = row
    house = OrganisationFactory(postal_code=code)
    show = discipline and ShowFactory(organisation=house, discipline=discipline)
    one = presented(
        sitting, rules=rules, organisation=house, show=show, requested=D(requested)
    )
    sums = {"computed": D(computed), "proposed": D(proposed)}
    Application.objects.filter(pk=one.pk).update(**sums)
    for zone, count in zones.items():
        PerformanceFactory(application=one, zone=zone, count=count)
    said(one, outcome, recommended)
    return one


def said(application, outcome, amount=None):
    """The opinion of the commission on a file, recorded."""
    points = Point.objects.filter(application=application, sitting=application.sitting)
    points.update(state=PointState.RECORDED, ended_at=now())
    return Opinion.objects.create(
        point=points.get(),
        outcome=outcome,
        amount=amount,
        told="Le projet est solide.",
        debate="Ce qui s’est dit reste secret.",
        recorded_at=now(),
        recorded_by=PersonFactory(),
    )


def close(sitting):
    Sitting.objects.filter(pk=sitting.pk).update(
        state=SittingState.DELIBERATED, opened_at=now(), closed_at=now()
    )
    sitting.refresh_from_db()


def deliberated(rows=FIVE, envelope=6000):
    """A closed sitting of one scheme, and its files in the order of the agenda."""
    sitting, rules = in_review(), rules_with_targets()
    if envelope is not None:
        SittingEnvelope.objects.create(
            sitting=sitting, scheme=rules.scheme, amount=envelope
        )
    files = [examined(sitting, row, rules) for row in rows]
    close(sitting)
    return sitting, files
