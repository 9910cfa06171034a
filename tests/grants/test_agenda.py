"""The agenda of a sitting: what goes on it, in which block and order (T7; art. 9)."""

from datetime import timedelta

import pytest

from agency.activities.choices import Purpose
from agency.activities.models import Convening, Session
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from grants.choices import Block
from grants.models import Point, Sitting
from grants.services import agenda, convoking, instruction, submission
from grants.states import ApplicationState
from tests.activities.factories import ConveningFactory
from tests.grants.agenda_scene import (
    given,
    in_session,
    order,
    ready,
    titles,
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
    ApplicationFactory,
    SittingFactory,
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


# --- What goes on it ---------------------------------------------------------------------
def test_a_file_that_is_scheduled_has_its_point_with_what_is_proposed(officer, sitting):
    first = presented(sitting)
    one = ready(sitting, computed=900, proposed=700)

    instruction.schedule(one, by=officer)

    point = point_of(one)
    assert (point.block, point.position, point.amount) == (Block.DEBATED, 2, 700)
    assert point_of(first).position == 1


def test_without_a_proposal_what_is_computed_is_put_to_the_vote(sitting):
    assert point_of(presented(sitting, computed=450, proposed=None)).amount == 450


def test_added_twice_it_is_there_once(sitting):
    one = presented(sitting)
    kept = point_of(one)

    assert agenda.add(sitting, one, by=None) == kept
    assert sitting.points.count() == 1


def test_taken_off_or_withdrawn_it_is_there_no_more(officer, sitting):
    """Its item stays when it is withdrawn: the minutes say so."""
    one, other, third = (presented(sitting) for _n in range(3))

    instruction.unschedule(one, by=officer)
    instruction.withdraw(other, by=officer, proof="Leur message du 3.")
    submission.withdraw(third, by=third.editors.get().person)

    assert agenda.points(sitting, officer) == []
    kept = sitting.points.values_list("application", flat=True)
    assert set(kept) == {other.pk, third.pk}


def test_once_members_are_convened_a_file_comes_late(officer, sitting):
    early = presented(sitting)
    ConveningFactory(session=sitting.session)
    one = ready(sitting)

    instruction.schedule(one, by=officer)

    assert point_of(one).block == Block.LATE
    assert point_of(early).block == Block.DEBATED


def test_told_of_a_change_is_not_convened(officer, sitting):
    ConveningFactory(session=sitting.session, purpose=Purpose.CHANGE)
    one = ready(sitting)

    instruction.schedule(one, by=officer)

    assert point_of(one).block == Block.DEBATED


# --- T7 ------------------------------------------------------------------------------------
def test_in_session_whoever_runs_it_alone_adds_a_file_and_says_why(
    officer, secretary, sitting
):
    one = ready(sitting)
    live = in_session(sitting)
    one.sitting = live

    for by, reason in ((officer, "Urgence."), (secretary, "")):
        with pytest.raises(MoveBlocked):
            instruction.schedule(one, by=by, reason=reason)
    assert not live.points.exists()
    instruction.schedule(one, by=secretary, reason="Urgence : la tournée part demain.")

    one.refresh_from_db()
    assert (one.state, point_of(one).block) == (S.SCHEDULED, Block.LATE)


def test_in_session_a_file_of_another_sitting_of_the_scheme_is_added_too(secretary):
    one = ApplicationFactory(ready=True)
    live = in_session(SittingFactory(schemes=[one.scheme]))

    instruction.schedule(one, by=secretary, sitting=live, reason="Urgence.")

    assert (one.sitting, point_of(one).block) == (live, Block.LATE)


@pytest.mark.parametrize("state", ["deliberated", "validated"])
def test_a_sitting_that_is_over_takes_nothing(secretary, sitting, state):
    one = ready(sitting)
    live = in_session(sitting)
    Sitting.objects.filter(pk=live.pk).update(state=state, closed_at=now())
    one.sitting = Sitting.objects.get(pk=live.pk)

    with pytest.raises(MoveBlocked):
        instruction.schedule(one, by=secretary, reason="Urgence.")
    assert not live.points.exists()


def test_whatever_is_written_on_the_agenda_raises_the_turn_of_the_sitting(sitting):
    before = sitting.turn
    presented(sitting)
    sitting.refresh_from_db()
    assert sitting.turn > before


# --- Who reads it ----------------------------------------------------------------------------
def test_a_file_is_not_on_the_agenda_of_whoever_stands_back_from_it(officer, sitting):
    one, shut = presented(sitting), presented(sitting)
    tied(shut, officer)
    other = MemberFactory(sitting=sitting).person

    assert order(sitting, officer) == [(Block.DEBATED, one)]
    assert len(order(sitting, other)) == 2


def test_what_the_opinions_come_to_is_told_once_they_are_closed(officer, sitting):
    one = presented(sitting)
    for score in (1, 4):
        given(one, MemberFactory(sitting=sitting).person, score)

    assert agenda.points(sitting, officer)[0].standing is None
    close_reviews(sitting)
    assert agenda.points(sitting, officer)[0].standing.is_contested


def test_two_hundred_files_take_as_many_queries_as_one(
    officer, sitting, django_assert_max_num_queries
):
    rules = rules_with_criteria()
    house = presented(sitting, rules=rules).organisation
    close_reviews(sitting)
    for count in (0, 199):
        files = ApplicationFactory.create_batch(
            count, scheduled=True, sitting=sitting, rules=rules, organisation=house
        )
        Point.objects.bulk_create(
            Point(sitting=sitting, application=one, position=rank)
            for rank, one in enumerate(files, start=2)
        )
        with django_assert_max_num_queries(5):
            assert len(agenda.points(sitting, officer)) == count + 1


# --- What the convocation says of it ----------------------------------------------------------
def test_the_convocation_says_how_many_files_and_names_none(officer, sitting):
    files = [presented(sitting) for _n in range(3)]
    presented(sitting, block=Block.CONSENSUAL)

    assert titles(sitting) == [
        agenda.opening(),
        agenda.line_of(Block.CONSENSUAL, 1),
        agenda.line_of(Block.DEBATED, 3),
        agenda.closing(),
    ]
    instruction.unschedule(files[0], by=officer)
    assert titles(sitting)[2] == agenda.line_of(Block.DEBATED, 2)
    said = " ".join(titles(sitting))
    assert not any(one.number in said or one.show.title in said for one in files)
    assert Session.objects.get(pk=sitting.session_id).documents_text


def test_a_line_that_the_house_wrote_stays_in_its_place(sitting):
    presented(sitting)
    session = sitting.session
    session.agenda_items.filter(title=agenda.closing()).update(order=9)
    session.agenda_items.create(order=2, title="Approbation du procès-verbal")

    presented(sitting, block=Block.LATE)

    assert "Approbation du procès-verbal" in titles(sitting)[1:-1]
    assert titles(sitting)[-1] == agenda.closing()
    assert agenda.line_of(Block.LATE, 1) in titles(sitting)


def test_those_who_were_convened_are_told_that_the_agenda_changed(officer, sitting):
    presented(sitting)
    seat = MemberFactory(sitting=sitting)
    told = {"welcome_at": "", "agenda": titles(sitting)}
    sitting.session.participations.update_or_create(
        person=seat.person, defaults={"told": told, "enrolment": seat.enrolment}
    )
    ConveningFactory(session=sitting.session)

    instruction.schedule(ready(sitting), by=officer)

    notice = Convening.objects.get(purpose=Purpose.CHANGE)
    assert (notice.session, notice.state) == (sitting.session, "scheduled")


# --- The notice (decree 2006-672, art. 9) -------------------------------------------------------
def test_notice_article_9_the_convocation_leaves_five_days_before_at_the_latest():
    sitting = in_review(session__starts_in=5)
    assert not convoking.notice(sitting).is_short

    late = in_review(session__starts_in=4)
    assert convoking.notice(late).is_short
    sent = ConveningFactory(session=late.session)
    Convening.objects.filter(pk=sent.pk).update(created_at=now() - timedelta(days=3))
    assert not convoking.notice(late).is_short


def test_notice_article_9_a_sitting_may_ask_for_more():
    assert convoking.notice(in_review(notice_days=15)).is_short
