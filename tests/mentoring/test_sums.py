"""What direction and funders read of an edition gives no small count back, table by table."""

import pytest

from mentoring.choices import ReviewStage
from mentoring.models.review import SCALES
from mentoring.services.figures import figures
from mentoring.sums import Sums, part, reviews
from tests.mentoring.factories import (
    PairFactory,
    PairMeetingFactory,
    PulseCheckFactory,
    RunningEditionFactory,
)
from tests.people.factories import PersonFactory


@pytest.mark.parametrize(
    ("of", "done", "whole", "said"),
    [
        (22, 16, False, (16, 22, 73)),
        (22, 22, False, (22, 22, 100)),
        # Two were missing: neither figure is told, and the share is a round one.
        (22, 20, False, (None, None, 90)),
        (22, 3, False, (None, None, 10)),
        (4, 4, False, (None, None, None)),
        (4, 3, True, (3, 4, 75)),
        (0, 0, False, (0, 0, None)),
    ],
)
def test_a_part_tells_no_few(of, done, whole, said):
    told = part(done, of, whole=whole)

    assert (told.done, told.of, told.percent) == said


def test_a_review_that_nobody_sent_is_not_told():
    none = {"expected": 22, "sent": 0, "scales": dict.fromkeys(SCALES)}
    some = {"expected": 22, "sent": 15, "scales": dict.fromkeys(SCALES, 4.26)}

    [only] = reviews({ReviewStage.MID_TERM: some, ReviewStage.FINAL: none})

    assert (only["label"], only["sent"].done) == (ReviewStage.MID_TERM.label, 15)
    assert [mark for _label, mark in only["scales"]] == [4.3] * len(SCALES)


# --- Of an edition ---------------------------------------------------------------
pytestmark = pytest.mark.django_db


def sums_of(*, whole=False, **counts):
    """The sums of an edition with so many pairs in each state."""
    edition = RunningEditionFactory(confidentiality="sealed")
    for trait, count in counts.items():
        PairFactory.create_batch(count, activity=edition, **{trait: True})
    return Sums(figures(edition), whole=whole)


def test_proposals_are_in_no_table_that_leaves():
    sums = sums_of(active=7, declined=2)

    assert sums.outcomes.total == sums.reached == 7
    assert "not_formed" not in {one.key for one in sums.outcomes.cells}
    assert sums_of(active=1, declined=2, whole=True).outcomes.total == 3


def test_a_few_unsigned_agreements_are_not_told_by_a_difference():
    assert sums_of(active=7, accepted=2).signed is None
    assert sums_of(active=7).signed == 7
    assert sums_of(active=7, accepted=5).signed == 7
    assert sums_of(active=7, accepted=2, whole=True).signed == 7


def test_early_ends_are_told_where_their_number_is():
    assert sums_of(active=8, ended_early=2).early_ends is None
    told = sums_of(active=8, ended_early=6).early_ends
    assert (told.total, [one.count for one in told.cells if one.count]) == (6, [6])


def test_colours_are_not_told_where_their_sum_would_give_an_end_away():
    assert not sums_of(active=8, ended_early=2).tells_colours
    assert sums_of(active=8, ended_early=6).tells_colours
    assert sums_of(active=8).tells_colours


def test_a_month_of_few_pairs_is_left_out():
    sums = sums_of(active=4)

    assert sums.figures.months
    assert sums.months == []
    assert (sums.held, sums.expected, sums.minutes) == (0, 0, None)


def test_what_few_pairs_work_on_is_not_even_named():
    sums = sums_of(active=4)
    for pair in sums.figures.edition.pairs.all():
        PairMeetingFactory(pair=pair, topics=["payroll"])
    again = Sums(figures(sums.figures.edition), whole=False)
    assert (again.topics, again.rare_topics) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize("whole", [True, False])
def test_no_average_of_the_barometer_of_fewer_than_five_people(whole):
    edition, mentor = RunningEditionFactory(), PersonFactory()
    for level in (2, 3, 4):
        pair = PairFactory(active=True, activity=edition, mentor=mentor)
        PulseCheckFactory(pair=pair, side="mentee", answered=True, level=level)
        PulseCheckFactory(pair=pair, side="mentor", answered=True, level=5)
    # Six answers, of four people.
    assert Sums(figures(edition), whole=whole).pulse is None

    other = PairFactory(active=True, activity=edition)
    PulseCheckFactory(pair=other, side="mentor", answered=True, level=3)

    assert Sums(figures(edition), whole=whole).pulse == (round(27 / 7, 1), 7)
