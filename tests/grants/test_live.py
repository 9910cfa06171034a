"""The sitting, file by file: who votes, what is recorded, what is refused."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from grants.choices import Block
from grants.models import Application, Opinion, Point, SchemeVersion, Vote
from grants.services import live, room
from grants.services.live import Said
from tests.grants.commission import MemberFactory, tied
from tests.grants.live_scene import (
    FAVOURABLE,
    again,
    chair_of,
    envelope,
    on_the_agenda,
    opened,
    read,
    seats,
    secretary,
    taken_up,
    there,
    today_sitting,
    voted,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return secretary()


@pytest.fixture
def sitting():
    return today_sitting()


@pytest.fixture
def members(sitting, by):
    """A chair and four others, all in the room."""
    rows = [chair_of(sitting), *seats(sitting, 4)]
    there(sitting, *rows, by=by)
    return rows


@pytest.fixture
def point(sitting, members, by):
    made = on_the_agenda(sitting)
    opened(sitting, by)
    return made


def state(point):
    one = Point.objects.select_related("application").get(pk=point.pk)
    return one.state, one.application.state


# --- One file at a time ---------------------------------------------------------------
def test_a_file_is_taken_up_voted_and_given_an_opinion(point, members, by):
    taken_up(point, by)
    assert state(point) == ("open", "in_session")

    voted(point, "for", "for", "for", "against", "abstain", by=by)
    live.record(again(point), FAVOURABLE, by=by)

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

    live.record(again(point), FAVOURABLE, by=by)
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
    live.open_vote(again(point), by=by)

    for seat in (members[1], away):
        with pytest.raises(MoveBlocked):
            live.cast(again(point), seat.pk, "for", by=members[1].person)

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


# --- Votes (I7) ------------------------------------------------------------------------
def test_a_voice_votes_once(point, members, by):
    taken_up(point, by)
    live.open_vote(again(point), by=by)
    live.cast(again(point), members[1].pk, "for", by=members[1].person)

    with pytest.raises(MoveBlocked):
        live.cast(again(point), members[1].pk, "against", by=members[1].person)

    assert (again(point).votes_for, again(point).votes_against) == (1, 0)


def test_nobody_votes_before_it_is_open_nor_after(point, members, by):
    taken_up(point, by)
    with pytest.raises(MoveBlocked):
        live.cast(again(point), members[1].pk, "for", by=members[1].person)

    voted(point, *["for"] * 5, by=by)
    with pytest.raises(MoveBlocked):
        live.cast(again(point), members[1].pk, "for", by=members[1].person)

    assert again(point).votes_for == 5


def test_whoever_has_left_votes_no_more(sitting, point, members, by):
    taken_up(point, by)
    live.open_vote(again(point), by=by)
    room.leave(sitting, members[1], by=by)

    with pytest.raises(MoveBlocked):
        live.cast(again(point), members[1].pk, "for", by=members[1].person)


def test_nobody_votes_for_another(point, members, by):
    taken_up(point, by)
    live.open_vote(again(point), by=by)

    for person in (members[2].person, PersonFactory()):
        with pytest.raises(MoveBlocked):
            live.cast(again(point), members[1].pk, "for", by=person)

    live.cast(again(point), members[1].pk, "for", by=by)  # a hand that they see
    assert Vote.objects.get().member == members[1]


def test_a_proxy_is_voted_by_whoever_holds_it(sitting, point, members, by):
    away = MemberFactory(sitting=sitting)
    room.give_proxy(sitting, away, members[1], by=by)
    taken_up(point, by)
    live.open_vote(again(point), by=by)

    live.cast(again(point), away.pk, "against", by=members[1].person)

    vote = Vote.objects.get()
    assert (vote.member, vote.via, vote.choice) == (away, "proxy", "against")


def test_a_secret_ballot_keeps_who_voted_and_never_what(point, members, by):
    taken_up(point, by)
    live.open_vote(again(point), by=by, secret=True)
    for one, choice in zip(
        members, ("for", "for", "against", "for", "abstain"), strict=True
    ):
        live.cast(again(point), one.pk, choice, by=one.person)
    live.close_vote(again(point), by=by)

    assert set(Vote.objects.values_list("choice", flat=True)) == {""}
    done = again(point)
    assert (done.votes_for, done.votes_against, done.abstentions) == (3, 1, 1)
    about = JournalEntry.objects.about(point).values_list("data", flat=True)
    told = [value for data in about for value in data.values()]
    assert not {"for", "against", "abstain"} & {str(one) for one in told}


def test_nobody_casts_the_secret_vote_of_a_hand_that_they_see(point, members, by):
    taken_up(point, by)
    live.open_vote(again(point), by=by, secret=True)

    with pytest.raises(MoveBlocked):
        live.cast(again(point), members[1].pk, "for", by=by)


def test_a_second_ballot_makes_the_first_void(point, members, by):
    taken_up(point, by)
    voted(point, "for", "against", "against", "against", "against", by=by)

    voted(point, "for", "for", "for", "for", "for", by=by)

    assert (again(point).votes_for, Vote.objects.count()) == (5, 5)


# --- The quorum in the middle of a file (I8) --------------------------------------------
def test_the_quorum_lost_in_the_middle_stops_the_vote(sitting, point, members, by):
    taken_up(point, by)
    live.open_vote(again(point), by=by)
    for one in members[:3]:
        live.cast(again(point), one.pk, "for", by=one.person)
    for one in members[:3]:
        room.leave(sitting, one, by=by)

    with pytest.raises(MoveBlocked):
        live.close_vote(again(point), by=by)
    with pytest.raises(MoveBlocked):
        live.record(again(point), FAVOURABLE, by=by)

    there(sitting, members[0], by=by)
    live.close_vote(again(point), by=by)
    assert live.result(again(point)) == "carried"


def test_no_opinion_is_recorded_without_the_quorum(sitting, point, members, by):
    taken_up(point, by)
    for one in members[:3]:
        room.leave(sitting, one, by=by)

    with pytest.raises(MoveBlocked):
        live.record(again(point), FAVOURABLE, by=by)

    assert not Opinion.objects.exists()


# --- Majorities (art. 12) ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("majority", "choices", "found"),
    [
        ("simple", ("for", "for", "against", "abstain", "abstain"), "carried"),
        ("simple", ("for", "against", "against", "abstain", "abstain"), "rejected"),
        ("absolute", ("for", "for", "against", "abstain", "abstain"), "rejected"),
        ("absolute", ("for", "for", "for", "against", "against"), "carried"),
        ("two_thirds", ("for", "for", "for", "against", "against"), "rejected"),
        ("two_thirds", ("for", "for", "for", "for", "against"), "carried"),
    ],
)
def test_the_majority_is_that_of_the_rules(point, majority, choices, found, by):
    SchemeVersion.objects.update(majority=majority)
    taken_up(point, by)

    voted(point, *choices, by=by)

    assert live.result(again(point)) == found


def test_the_chair_settles_a_tie_that_they_voted_in_art_12(point, members, by):
    taken_up(point, by)

    done = voted(point, "for", "for", "against", "against", "abstain", by=by)

    # In their order: the chair is the first of the voices.
    first = live.count_of(done).voices[0].by
    mine = Vote.objects.get(point=point, member=members[0]).choice
    assert first == members[0]
    assert done.casting == mine == "for"
    assert live.result(done) == "carried"


def test_a_tie_where_the_chair_abstained_is_settled_aloud(point, by):
    taken_up(point, by)
    done = voted(point, "abstain", "for", "for", "against", "against", by=by)
    assert live.result(done) == "tie"
    with pytest.raises(MoveBlocked):
        live.record(again(point), FAVOURABLE, by=by)

    live.settle(again(point), "against", by=by)

    assert live.result(again(point)) == "rejected"


def test_without_a_casting_vote_a_tie_is_adjourned(point, by):
    SchemeVersion.objects.update(casting_vote=False)
    taken_up(point, by)
    voted(point, "for", "for", "against", "against", "abstain", by=by)

    with pytest.raises(MoveBlocked):
        live.settle(again(point), "for", by=by)
    live.record(
        again(point), Said("adjourned", "Partage.", questions="Quel budget ?"), by=by
    )

    assert Opinion.objects.get().outcome == "adjourned"


# --- What is recorded --------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        {"told": "  "},
        {"amount": None},
        {"amount": Decimal(0)},
        {"amount": Decimal(2001)},
        {"outcome": "reserved"},
        {"outcome": "adjourned", "amount": None},
    ],
)
def test_an_opinion_that_lacks_something_is_refused(point, wrong, by):
    taken_up(point, by)

    with pytest.raises(MoveBlocked):
        live.record(again(point), replace(FAVOURABLE, **wrong), by=by)

    assert state(point) == ("open", "in_session")


def test_the_opinion_follows_the_vote(point, by):
    taken_up(point, by)
    voted(point, *["against"] * 5, by=by)

    with pytest.raises(MoveBlocked):
        live.record(again(point), FAVOURABLE, by=by)
    live.record(again(point), Said("unfavourable", "Hors du périmètre."), by=by)

    assert Opinion.objects.get().amount is None


def test_the_envelope_is_not_exceeded(sitting, point, by):
    envelope(sitting, point, 1499)
    taken_up(point, by)

    with pytest.raises(MoveBlocked, match=r"1.499"):
        live.record(again(point), FAVOURABLE, by=by)
    live.record(again(point), replace(FAVOURABLE, amount=Decimal(1499)), by=by)

    assert live.left_of(sitting, point.application.scheme_id) == 0


def test_an_envelope_of_zero_gives_nothing(sitting, point, by):
    envelope(sitting, point, 0)
    taken_up(point, by)

    with pytest.raises(MoveBlocked):
        live.record(again(point), FAVOURABLE, by=by)


def test_a_file_withdrawn_under_discussion_gets_no_opinion(point, by):
    taken_up(point, by)
    Application.objects.filter(pk=point.application_id).update(
        state="withdrawn", ended_at=now()
    )

    with pytest.raises(MoveRefused):
        live.record(again(point), FAVOURABLE, by=by)

    assert not Opinion.objects.exists()


# --- To take back -------------------------------------------------------------------------
def recorded(point, by):
    taken_up(point, by)
    live.record(again(point), FAVOURABLE, by=by)


def test_an_opinion_is_taken_back_within_thirty_seconds(point, by):
    recorded(point, by)

    live.take_back(again(point), by=by)

    assert state(point) == ("open", "in_session")
    assert not Opinion.objects.exists()
    (trace,) = JournalEntry.objects.about(point).filter(action="opinion_taken_back")
    assert trace.data["amount"] == "1500.00"


def test_later_it_needs_a_reason(point, by):
    recorded(point, by)
    with time_machine.travel(now() + timedelta(seconds=31)):
        with pytest.raises(MoveBlocked):
            live.take_back(again(point), by=by)

        live.take_back(again(point), by=by, reason="Montant mal lu.")

    assert state(point) == ("open", "in_session")


def test_once_the_sitting_is_closed_nothing_is_taken_back(sitting, point, by):
    recorded(point, by)
    live.close_sitting(read(sitting), by=by)

    with pytest.raises(MoveBlocked):
        live.take_back(again(point), by=by, reason="Trop tard.")

    assert Opinion.objects.exists()


# --- Examined together ----------------------------------------------------------------------
def test_files_on_which_all_agree_are_recorded_together(sitting, members, by):
    points = [on_the_agenda(sitting, block=Block.CONSENSUAL) for _ in range(3)]
    apart = on_the_agenda(sitting, block=Block.DEBATED)
    opened(sitting, by)

    done = live.record_together(
        sitting, {one.pk for one in (*points[:2], apart)}, "De bonnes routes.", by=by
    )

    assert [one.pk for one in done] == [one.pk for one in points[:2]]
    assert Opinion.objects.count() == 2
    assert {state(one)[0] for one in (points[2], apart)} == {"waiting"}


def test_together_it_is_all_or_nothing(sitting, members, by):
    one, two = (on_the_agenda(sitting, block=Block.CONSENSUAL) for _ in range(2))
    Point.objects.filter(pk=two.pk).update(amount=None)
    opened(sitting, by)

    with pytest.raises(MoveBlocked, match=two.application.number):
        live.record_together(sitting, {one.pk, two.pk}, "De bonnes routes.", by=by)

    assert not Opinion.objects.exists()
    assert state(one) == ("waiting", "scheduled")


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
