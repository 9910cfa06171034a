"""In what order the files of a sitting are read: arranged by the opinions, or typed."""

import pytest

from agency.core.lifecycle import MoveBlocked
from agency.core.models import Stale
from grants.choices import Block
from grants.models import Point
from grants.services import agenda
from grants.states import ApplicationState, PointState
from tests.grants.agenda_scene import (
    given,
    order,
)
from tests.grants.commission import (
    MemberFactory,
    close_reviews,
    in_review,
    point_of,
    presented,
    rules_with_criteria,
    tied,
)
from tests.grants.factories import (
    InstructionReportFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


@pytest.fixture
def secretary():
    return PersonFactory(secretary=True)


@pytest.fixture
def sitting():
    return in_review()


# --- In what order -------------------------------------------------------------------------
def reported(sitting, rules, opinion="favourable"):
    one = presented(sitting, rules=rules)
    InstructionReportFactory(application=one, opinion=opinion)
    return one


def test_arranged_nobody_contests_what_is_examined_together(officer, sitting):
    rules = rules_with_criteria()
    agreed, alone, contested, refused, doubted = (
        reported(sitting, rules) for _n in range(5)
    )
    reserved = reported(sitting, rules, opinion="reserved")
    late = presented(sitting, rules=rules, block=Block.LATE)
    people = [MemberFactory(sitting=sitting).person for _n in range(2)]
    scores = {
        agreed: (3, 4),
        contested: (1, 4),
        refused: (2, 2),
        doubted: (2, 3),
        reserved: (3, 3),
        late: (4, 4),
    }
    for one, two in scores.items():
        for person, score in zip(people, two, strict=True):
            opinion = "unfavourable" if one == refused else "favourable"
            if one == doubted:
                opinion = "reserved"
            given(one, person, score, opinion)
    given(alone, people[0])
    close_reviews(sitting)

    agenda.arrange(sitting, by=officer)

    found = order(sitting, officer)
    assert found == [
        (Block.CONSENSUAL, agreed),
        (Block.CONSENSUAL, doubted),
        (Block.DEBATED, contested),
        (Block.DEBATED, alone),
        (Block.DEBATED, refused),
        (Block.DEBATED, reserved),
        (Block.LATE, late),
    ]
    positions = [one.position for one in agenda.points(sitting, officer)]
    assert positions == [1, 2, 3, 4, 5, 6, 7]


def test_two_abstentions_are_no_agreement(officer, sitting):
    one = reported(sitting, rules_with_criteria())
    for _n in range(2):
        given(one, MemberFactory(sitting=sitting).person, None, "abstain")
    close_reviews(sitting)

    agenda.arrange(sitting, by=officer)

    assert point_of(one).block == Block.DEBATED


def test_before_reviews_are_closed_nothing_is_arranged(officer, sitting):
    presented(sitting)
    with pytest.raises(MoveBlocked):
        agenda.arrange(sitting, by=officer)


def test_what_was_taken_up_already_stays_where_it_is(officer, sitting):
    rules = rules_with_criteria()
    opened, other = (reported(sitting, rules) for _n in range(2))
    people = [MemberFactory(sitting=sitting).person for _n in range(2)]
    for one in (opened, other):
        for person in people:
            given(one, person)
    close_reviews(sitting)
    Point.objects.filter(application=opened).update(state=PointState.OPEN)

    agenda.arrange(sitting, by=officer)

    assert point_of(opened).block == Block.DEBATED
    assert point_of(other).block == Block.CONSENSUAL


# --- As staff types it -----------------------------------------------------------------------
def test_two_that_are_swapped_by_number_are_swapped(officer, sitting):
    files = [presented(sitting) for _n in range(4)]
    points = [point_of(one) for one in files]
    sitting.refresh_from_db()

    places = {points[3].pk: (Block.DEBATED, 1), points[0].pk: (Block.DEBATED, 2)}
    agenda.save(sitting, places, turn=sitting.turn, by=officer)

    found = [one for _block, one in order(sitting, officer)]
    assert found == [files[3], files[0], files[1], files[2]]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({3: 1}, "3012"),
        ({0: 3}, "1203"),
        ({0: 99}, "1230"),
        ({0: 40, 1: 30, 2: 20, 3: 10}, "3210"),
        ({2: 1, 3: 1}, "2301"),
    ],
)
def test_a_file_has_the_number_that_was_typed(officer, sitting, typed, read):
    points = [point_of(presented(sitting)) for _n in range(4)]
    sitting.refresh_from_db()

    places = {points[key].pk: (Block.DEBATED, place) for key, place in typed.items()}
    agenda.save(sitting, places, turn=sitting.turn, by=officer)

    ranks = {one.pk: str(rank) for rank, one in enumerate(points)}
    rows = agenda.points(sitting, officer)
    assert "".join(ranks[one.pk] for one in rows) == read
    assert [one.position for one in rows] == [1, 2, 3, 4]


def test_a_block_is_read_before_the_next_whatever_the_numbers(officer, sitting):
    first, second = presented(sitting), presented(sitting)
    sitting.refresh_from_db()

    places = {point_of(second).pk: (Block.CONSENSUAL, 9)}
    agenda.save(sitting, places, turn=sitting.turn, by=officer)

    assert order(sitting, officer) == [
        (Block.CONSENSUAL, second),
        (Block.DEBATED, first),
    ]
    assert point_of(second).position == 1


def test_an_agenda_that_changed_since_it_was_read_is_not_written_over(officer, sitting):
    one = presented(sitting)
    sitting.refresh_from_db()
    read = sitting.turn
    presented(sitting)

    places = {point_of(one).pk: (Block.CONSENSUAL, 1)}
    with pytest.raises(Stale):
        agenda.save(sitting, places, turn=read, by=officer)

    assert point_of(one).block == Block.DEBATED
    sitting.refresh_from_db()
    agenda.save(sitting, places, turn=sitting.turn, by=officer)
    assert point_of(one).block == Block.CONSENSUAL


def test_what_is_shut_to_whoever_types_it_stays(officer, sitting):
    one = presented(sitting)
    tied(one, officer)
    sitting.refresh_from_db()

    places = {point_of(one).pk: (Block.CONSENSUAL, 1)}
    agenda.save(sitting, places, turn=sitting.turn, by=officer)

    assert point_of(one).block == Block.DEBATED
