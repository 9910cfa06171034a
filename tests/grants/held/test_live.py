"""The sitting, file by file: who votes, what is recorded, what is refused."""

from decimal import Decimal

import pytest

from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from grants.models import Opinion, Vote
from grants.services import (
    live,
    opinions,
    room,
    voting,
)
from tests.grants.commission import MemberFactory, tied
from tests.grants.live_scene import (
    FAVOURABLE,
    again,
    chair_of,
    on_the_agenda,
    read,
    recorded,
    secretary,
    state,
    taken_up,
    there,
    voted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def others():
    return 4


# --- One file at a time ---------------------------------------------------------------
def test_a_file_is_taken_up_voted_and_given_an_opinion(point, members, by):
    taken_up(point, by)
    assert state(point) == ("open", "in_session")

    voted(point, "for", "for", "for", "against", "abstain", by=by)
    opinions.record(again(point), FAVOURABLE, by=by)

    assert state(point) == ("recorded", "opinion_recorded")
    kept = Opinion.objects.get()
    assert (kept.outcome, kept.amount, kept.recorded_by) == (
        *("favourable", Decimal(1500)),
        by,
    )
    done = again(point)
    assert (done.votes_for, done.votes_against, done.abstentions) == (3, 1, 1)
    assert (done.count["counted"], done.count["required"]) == (5, 3)


def test_nothing_is_taken_up_before_the_sitting_is_open(sitting, members, by):
    point = on_the_agenda(sitting)

    with pytest.raises(MoveBlocked):
        taken_up(point, by)

    assert state(point) == ("waiting", "scheduled")


def test_two_files_are_not_taken_up_at_once(point, sitting, by):
    other = on_the_agenda(sitting)
    taken_up(point, by)

    with pytest.raises(MoveBlocked):
        taken_up(other, by)

    assert state(other) == ("waiting", "scheduled")


def test_of_two_secretaries_the_second_learns_of_the_first(point, by):
    mine, theirs = again(point), again(point)
    live.start(mine, by=by)

    with pytest.raises(MoveRefused):
        live.start(theirs, by=secretary())

    assert JournalEntry.objects.about(point).filter(action="start").count() == 1


def test_what_is_put_off_comes_back_later(point, by):
    live.put_off(taken_up(point, by), by=by)
    assert state(point) == ("waiting", "scheduled")

    taken_up(point, by)
    assert state(point) == ("open", "in_session")


# --- Whoever stands back ---------------------------------------------------------------
def test_whoever_stands_back_leaves_the_room_first(point, members, by):
    tied(point.application, members[1].person)

    with pytest.raises(MoveBlocked, match=members[1].person.full_name):
        taken_up(point, by)

    taken_up(point, by, out=True)
    step = again(point).steps_out.get()
    assert (step.member, step.back_at) == (members[1], None)

    opinions.record(again(point), FAVOURABLE, by=by)
    step.refresh_from_db()
    assert step.back_at is not None


def test_a_tie_that_nobody_decided_about_stops_the_file(point, members, by):
    recusal = tied(point.application, members[1].person)
    type(recusal).objects.filter(pk=recusal.pk).update(
        state="suspected", decided_at=None, decided_by=None
    )

    with pytest.raises(MoveBlocked):
        taken_up(point, by, out=True)


def test_whoever_stands_back_has_no_voice_nor_their_proxy(sitting, point, members, by):
    away = MemberFactory(sitting=sitting)
    room.give_proxy(sitting, away, members[1], by=by)
    tied(point.application, members[1].person)
    taken_up(point, by, out=True)
    voting.open_vote(again(point), by=by)

    for seat in (members[1], away):
        with pytest.raises(MoveBlocked):
            voting.cast(again(point), seat.pk, "for", by=members[1].person)

    assert not Vote.objects.exists()


def test_a_secretary_who_stands_back_leads_another_file(point, by):
    tied(point.application, by)

    with pytest.raises(MoveBlocked):
        taken_up(point, by)

    taken_up(point, secretary())
    assert state(point) == ("open", "in_session")


def test_the_chair_in_conflict_leaves_it_to_the_deputy(sitting, point, members, by):
    deputy = chair_of(sitting, "deputy")
    there(sitting, deputy, by=by)
    tied(point.application, members[0].person)

    assert taken_up(point, by, out=True).presided_by == deputy.person


# --- To close -----------------------------------------------------------------------------------
def test_what_was_not_examined_waits_for_another_sitting(sitting, point, by):
    other = on_the_agenda(sitting)
    recorded(point, by)

    live.close_sitting(read(sitting), by=by)

    assert state(other) == ("waiting", "ready_for_commission")
    assert state(point) == ("recorded", "opinion_recorded")
    assert read(sitting).state == "deliberated"


def test_a_sitting_is_not_closed_in_the_middle_of_a_file(sitting, point, by):
    taken_up(point, by)

    with pytest.raises(MoveBlocked):
        live.close_sitting(read(sitting), by=by)


def test_a_sitting_closed_too_soon_is_resumed_with_a_reason(sitting, point, by):
    recorded(point, by)
    live.close_sitting(read(sitting), by=by)

    with pytest.raises(MoveBlocked):
        live.resume(read(sitting), by=by, reason="")
    live.resume(read(sitting), by=by, reason="Un dossier oublié.")

    assert read(sitting).state == "in_session"
