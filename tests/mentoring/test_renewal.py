"""A new edition by copy: its figures stay, its days come a year later."""

from datetime import date, timedelta

import pytest

from agency.activities.services import renewal
from agency.core.clock import travel
from mentoring.models import EditionDetails, MentoringEdition
from tests.activities.factories import SeasonFactory
from tests.activities.renewed import SPRING
from tests.mentoring.factories import PairFactory, RunningEditionFactory

pytestmark = pytest.mark.django_db
DAYS = {
    "starts_on": date(2026, 11, 5),
    "ends_on": date(2027, 10, 28),
    "mid_term_on": date(2027, 4, 15),
    "final_on": date(2027, 10, 14),
}


@pytest.fixture
def source():
    season = SeasonFactory(starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31))
    edition = RunningEditionFactory(
        season=season, details={**DAYS, "pairs_wanted": 9, "mentor_capacity": 2}
    )
    PairFactory(activity=edition, active=True)
    return edition


@pytest.mark.parametrize(
    ("shift", "moved"),
    [(None, timedelta(weeks=52)), (timedelta(weeks=50), timedelta(weeks=50))],
)
def test_its_days_move_with_it_and_its_pairs_stay(source, officer, shift, moved):
    season = SeasonFactory(starts_on=date(2027, 9, 1), ends_on=date(2028, 8, 31))

    with travel(SPRING):
        made = renewal.copy(source, season=season, by=officer, shift=shift)

    details = EditionDetails.objects.get(activity=made.activity)
    assert {name: getattr(details, name) for name in DAYS} == {
        name: day + moved for name, day in DAYS.items()
    }
    assert details.starts_on.weekday() == DAYS["starts_on"].weekday()
    assert (details.pairs_wanted, details.mentor_capacity) == (9, 2)
    assert not MentoringEdition.objects.get(pk=made.activity.pk).pairs.exists()


def test_a_day_that_nobody_set_is_not_invented(source, officer):
    EditionDetails.objects.filter(activity=source).update(mid_term_on=None)
    season = SeasonFactory(starts_on=date(2027, 9, 1), ends_on=date(2028, 8, 31))

    with travel(SPRING):
        made = renewal.copy(source, season=season, by=officer)

    assert made.activity.mentoring.mid_term_on is None
