"""Ballots: once a voice, open or secret, by the majority of the rules."""

import pytest

from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from grants.models import Opinion, SchemeVersion, Vote
from grants.services import (
    live,
    opinions,
    room,
    voting,
)
from grants.services.opinions import Said
from tests.grants.commission import MemberFactory
from tests.grants.live_scene import (
    FAVOURABLE,
    again,
    taken_up,
    there,
    voted,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def others():
    return 4


# --- Votes (I7) ------------------------------------------------------------------------
def test_a_voice_votes_once(point, members, by):
    taken_up(point, by)
    voting.open_vote(again(point), by=by)
    voting.cast(again(point), members[1].pk, "for", by=members[1].person)

    with pytest.raises(MoveBlocked):
        voting.cast(again(point), members[1].pk, "against", by=members[1].person)

    assert (again(point).votes_for, again(point).votes_against) == (1, 0)


def test_nobody_votes_before_it_is_open_nor_after(point, members, by):
    taken_up(point, by)
    with pytest.raises(MoveBlocked):
        voting.cast(again(point), members[1].pk, "for", by=members[1].person)

    voted(point, *["for"] * 5, by=by)
    with pytest.raises(MoveBlocked):
        voting.cast(again(point), members[1].pk, "for", by=members[1].person)

    assert again(point).votes_for == 5


def test_whoever_has_left_votes_no_more(sitting, point, members, by):
    taken_up(point, by)
    voting.open_vote(again(point), by=by)
    room.leave(sitting, members[1], by=by)

    with pytest.raises(MoveBlocked):
        voting.cast(again(point), members[1].pk, "for", by=members[1].person)


def test_nobody_votes_for_another(point, members, by):
    taken_up(point, by)
    voting.open_vote(again(point), by=by)

    for person in (members[2].person, PersonFactory()):
        with pytest.raises(MoveBlocked):
            voting.cast(again(point), members[1].pk, "for", by=person)

    voting.cast(again(point), members[1].pk, "for", by=by)  # a hand that they see
    assert Vote.objects.get().member == members[1]


def test_a_proxy_is_voted_by_whoever_holds_it(sitting, point, members, by):
    away = MemberFactory(sitting=sitting)
    room.give_proxy(sitting, away, members[1], by=by)
    taken_up(point, by)
    voting.open_vote(again(point), by=by)

    voting.cast(again(point), away.pk, "against", by=members[1].person)

    vote = Vote.objects.get()
    assert (vote.member, vote.via, vote.choice) == (away, "proxy", "against")


def test_a_secret_ballot_keeps_who_voted_and_never_what(point, members, by):
    taken_up(point, by)
    voting.open_vote(again(point), by=by, secret=True)
    for one, choice in zip(
        members, ("for", "for", "against", "for", "abstain"), strict=True
    ):
        voting.cast(again(point), one.pk, choice, by=one.person)
    voting.close_vote(again(point), by=by)

    assert set(Vote.objects.values_list("choice", flat=True)) == {""}
    done = again(point)
    assert (done.votes_for, done.votes_against, done.abstentions) == (3, 1, 1)
    about = JournalEntry.objects.about(point).values_list("data", flat=True)
    told = [value for data in about for value in data.values()]
    assert not {"for", "against", "abstain"} & {str(one) for one in told}


def test_nobody_casts_the_secret_vote_of_a_hand_that_they_see(point, members, by):
    taken_up(point, by)
    voting.open_vote(again(point), by=by, secret=True)

    with pytest.raises(MoveBlocked):
        voting.cast(again(point), members[1].pk, "for", by=by)


def test_a_second_ballot_makes_the_first_void(point, members, by):
    taken_up(point, by)
    voted(point, "for", "against", "against", "against", "against", by=by)

    voted(point, "for", "for", "for", "for", "for", by=by)

    assert (again(point).votes_for, Vote.objects.count()) == (5, 5)


# --- The quorum in the middle of a file (I8) --------------------------------------------
def test_the_quorum_lost_in_the_middle_stops_the_vote(sitting, point, members, by):
    taken_up(point, by)
    voting.open_vote(again(point), by=by)
    for one in members[:3]:
        voting.cast(again(point), one.pk, "for", by=one.person)
    for one in members[:3]:
        room.leave(sitting, one, by=by)

    with pytest.raises(MoveBlocked):
        voting.close_vote(again(point), by=by)
    with pytest.raises(MoveBlocked):
        opinions.record(again(point), FAVOURABLE, by=by)

    there(sitting, members[0], by=by)
    voting.close_vote(again(point), by=by)
    assert voting.result(again(point)) == "carried"


def test_no_opinion_is_recorded_without_the_quorum(sitting, point, members, by):
    taken_up(point, by)
    for one in members[:3]:
        room.leave(sitting, one, by=by)

    with pytest.raises(MoveBlocked):
        opinions.record(again(point), FAVOURABLE, by=by)

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

    assert voting.result(again(point)) == found


def test_the_chair_settles_a_tie_that_they_voted_in_art_12(point, members, by):
    taken_up(point, by)

    done = voted(point, "for", "for", "against", "against", "abstain", by=by)

    # In their order: the chair is the first of the voices.
    first = live.count_of(done).voices[0].by
    mine = Vote.objects.get(point=point, member=members[0]).choice
    assert first == members[0]
    assert done.casting == mine == "for"
    assert voting.result(done) == "carried"


def test_a_tie_where_the_chair_abstained_is_settled_aloud(point, by):
    taken_up(point, by)
    done = voted(point, "abstain", "for", "for", "against", "against", by=by)
    assert voting.result(done) == "tie"
    with pytest.raises(MoveBlocked):
        opinions.record(again(point), FAVOURABLE, by=by)

    voting.settle(again(point), "against", by=by)

    assert voting.result(again(point)) == "rejected"


def test_without_a_casting_vote_a_tie_is_adjourned(point, by):
    SchemeVersion.objects.update(casting_vote=False)
    taken_up(point, by)
    voted(point, "for", "for", "against", "against", "abstain", by=by)

    with pytest.raises(MoveBlocked):
        voting.settle(again(point), "for", by=by)
    opinions.record(
        again(point), Said("adjourned", "Partage.", questions="Quel budget ?"), by=by
    )

    assert Opinion.objects.get().outcome == "adjourned"
