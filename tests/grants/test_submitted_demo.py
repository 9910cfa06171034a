"""The applications that the demo sends."""

import pytest
from stdnum import iban as ibans
from stdnum.fr import siret as sirets

from agency.core.clock import travel
from grants.demo import submitted
from grants.models import Application
from tests.grants.factories import RulesFactory, SchemeFactory, SittingFactory
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db


class Book:
    """What the demo knows of its people."""

    small, by, accounts = False, None, {}


def test_numbers_hold():
    for key in (1, 42, 999):
        assert sirets.is_valid(submitted.siret(key))
        assert ibans.is_valid(submitted.iban(key))


def test_what_is_written_is_sent_with_its_papers():
    scheme = SchemeFactory(code="MOB")
    RulesFactory(scheme=scheme, full=True)
    SittingFactory(schemes=[scheme], number=2, year=2026)
    house = OrganisationFactory(kind="company", territory=TerritoryFactory())
    AffiliationFactory(organisation=house)

    submitted.send(Book, submitted.prose()["file"][0], 0)

    application = Application.objects.get()
    assert application.number == "MOB-2026-S2-0001"
    assert application.revisions.get().receipt is not None
    assert application.documents.count() == 2


def test_without_a_scheme_nothing_is_told():
    submitted.send(Book, submitted.prose()["file"][0], 0)

    assert not Application.objects.exists()


def test_each_has_its_moment_before_today():
    from datetime import UTC, datetime

    scenes = []

    class Script:
        def at(self, moment, *scene):
            scenes.append(moment)

    with travel(datetime(2026, 12, 1, 9, tzinfo=UTC)) as moment:
        submitted.stories(Book, Script(), moment.date())

    assert len(scenes) == 6
    assert all(one < moment for one in scenes)
