"""What a second reading of the sitting found: each with what it did wrong."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from grants.choices import Block
from grants.models import (
    Application,
    Opinion,
    Point,
    SchemeVersion,
    Sitting,
    Vote,
)
from grants.services import (
    convoking,
    deliberation,
    interests,
    live,
    opinions,
    room,
    scenarios,
    submission,
    voting,
)
from grants.services.opinions import Said
from grants.services.quorum import House
from tests.grants.commission import DAY, MemberFactory, in_review, tied
from tests.grants.live_scene import (
    FAVOURABLE,
    again,
    envelope,
    on_the_agenda,
    opened,
    read,
    recorded,
    secretary,
    taken_up,
    there,
    today_sitting,
    voted,
)

pytestmark = pytest.mark.django_db


def ballot(point, by, choices, **more):
    """An open vote with the ``choices`` of the first voices, not closed yet."""
    voting.open_vote(again(point), by=by, **more)
    voices = live.count_of(again(point)).voices
    for voice, choice in zip(voices, choices, strict=False):
        voting.cast(again(point), voice.seat.pk, choice, by=voice.by.person)


# --- Ballots ------------------------------------------------------------------------
def test_what_is_being_voted_keeps_its_amount_whatever_is_applied(sitting, point, by):
    taken_up(point, by)
    ballot(point, by, ["for"])
    scheme, fresh = point.application.scheme, read(sitting)

    scenarios.apply(
        fresh,
        scheme,
        "manual",
        lambda: deliberation.everything(fresh, scheme),
        by=by,
        turn=fresh.turn,
        parameters={"amounts": {point.pk: Decimal(10)}},
    )

    assert again(point).amount == 1500


def test_a_secret_ballot_is_not_closed_while_a_voice_is_awaited(point, by):
    taken_up(point, by)
    ballot(point, by, ["against"], secret=True)

    with pytest.raises(MoveBlocked):
        voting.close_vote(again(point), by=by)

    assert again(point).state == "voting"


def test_whoever_stands_back_after_they_voted_spoils_the_ballot(point, members, by):
    taken_up(point, by)
    ballot(point, by, ["for", "for", "against", "against"])
    interests.stand_back(
        point.application, members[0].person, "family", by=members[0].person
    )

    with pytest.raises(MoveBlocked):
        voting.close_vote(again(point), by=by)


def test_whoever_stands_back_after_the_vote_spoils_the_opinion(point, members, by):
    taken_up(point, by)
    voted(point, "for", "for", "for", "against", by=by)
    interests.stand_back(
        point.application, members[0].person, "family", by=members[0].person
    )

    with pytest.raises(MoveBlocked):
        opinions.record(again(point), FAVOURABLE, by=by)


def test_a_chair_who_is_gone_settles_nothing(sitting, point, members, by):
    taken_up(point, by)
    voted(point, "abstain", "for", "against", "abstain", by=by)
    room.leave(sitting, members[0], by=by)

    with pytest.raises(MoveBlocked):
        voting.settle(again(point), "for", by=by)


def test_abstentions_alone_are_no_tie_to_settle(point, by):
    taken_up(point, by)
    voted(point, *["abstain"] * 4, by=by)

    with pytest.raises(MoveBlocked):
        voting.settle(again(point), "for", by=by)


def test_a_secret_tie_is_not_settled_by_a_voice_said_aloud(point, by):
    taken_up(point, by)
    ballot(point, by, ["for", "for", "against", "against"], secret=True)
    voting.close_vote(again(point), by=by)

    with pytest.raises(MoveBlocked):
        voting.settle(again(point), "for", by=by)


def test_one_voice_of_four_is_no_absolute_majority(point, by):
    SchemeVersion.objects.update(majority="absolute")
    taken_up(point, by)

    voted(point, "for", "against", "abstain", "abstain", by=by)

    assert voting.result(again(point)) == "rejected"


def test_no_more_is_recorded_than_what_was_voted(point, by):
    taken_up(point, by)
    voted(point, *["for"] * 4, by=by)

    with pytest.raises(MoveBlocked):
        opinions.record(again(point), replace(FAVOURABLE, amount=Decimal(1501)), by=by)


def test_put_off_the_ballot_is_void(point, by):
    taken_up(point, by)
    voted(point, *["for"] * 4, by=by)
    opinions.record(again(point), FAVOURABLE, by=by)
    opinions.take_back(again(point), by=by)

    live.put_off(again(point), by=by)

    assert (again(point).cast, Vote.objects.count()) == (0, 0)


def test_an_alternate_beside_their_titular_votes_for_nobody(sitting, members, by):
    away = MemberFactory(sitting=sitting)
    alternate = MemberFactory(
        sitting=sitting, capacity="alternate", alternate_of=members[1]
    )
    there(sitting, alternate, by=by)
    room.give_proxy(sitting, away, alternate, by=by)
    assert House(sitting).count().of(alternate.person.pk) == []

    room.leave(sitting, members[1], by=by)

    assert len(House(sitting).count().of(alternate.person.pk)) == 2


# --- The room ---------------------------------------------------------------------------
def test_the_presences_of_a_first_day_do_not_count_on_the_second(sitting, members, by):
    on_the_agenda(sitting)
    starts = now() + 8 * DAY

    convoking.reconvene(
        read(sitting), starts_at=starts, ends_at=starts + timedelta(hours=3), by=by
    )

    with time_machine.travel(starts):
        assert House(read(sitting)).count().counted == 0


def test_a_second_convocation_waits_for_the_day_of_the_first(by):
    later = in_review()
    starts = now() + 30 * DAY

    with pytest.raises(MoveBlocked):
        convoking.reconvene(
            later, starts_at=starts, ends_at=starts + timedelta(hours=3), by=by
        )


def test_who_comes_while_their_file_is_discussed_waits_outside(sitting, point, by):
    late = MemberFactory(sitting=sitting)
    tied(point.application, late.person)
    taken_up(point, by)

    there(sitting, late, by=by)

    assert again(point).steps_out.get().member == late


def test_a_file_that_went_elsewhere_is_on_this_agenda_no_more(sitting, point):
    other = today_sitting()
    Application.objects.filter(pk=point.application_id).update(sitting=other)

    assert not live.agenda(sitting).exists()


def test_resumed_what_was_left_is_on_the_agenda_again(sitting, point, by):
    other = on_the_agenda(sitting)
    recorded(point, by)
    live.close_sitting(read(sitting), by=by)

    live.resume(read(sitting), by=by, reason="Un dossier oublié.")

    assert again(other).application.state == "scheduled"


def test_whoever_stands_back_is_seen_on_every_page_at_once(sitting, point, members):
    before = read(sitting).turn

    tied(point.application, members[1].person)

    assert read(sitting).turn > before


# --- Money ---------------------------------------------------------------------------------
def test_a_sum_that_would_tell_of_a_shut_file_is_not_said(sitting, point, by):
    rules = point.application.rules
    shut = on_the_agenda(sitting, rules=rules, scheme=point.application.scheme)
    envelope(sitting, point, 2000)
    recorded(shut, by)
    other = secretary()
    tied(shut.application, other)
    taken_up(point, other)

    with pytest.raises(MoveBlocked) as refused:
        opinions.record(again(point), FAVOURABLE, by=other)

    assert "500" not in str(refused.value)
    with pytest.raises(MoveBlocked, match="500"):
        opinions.record(again(point), FAVOURABLE, by=by)


def test_what_was_withdrawn_after_its_opinion_gives_its_amount_back(sitting, point, by):
    envelope(sitting, point, 2000)
    recorded(point, by)
    assert opinions.left_of(sitting, point.application.scheme_id) == 500

    one = Application.objects.get(pk=point.application_id)
    submission.withdraw(one, by=one.editors.first().person)

    assert opinions.left_of(sitting, point.application.scheme_id) == 2000


# --- Together -------------------------------------------------------------------------------
@pytest.fixture
def agreed(sitting, members, by):
    rows = [on_the_agenda(sitting, block=Block.CONSENSUAL) for _ in range(2)]
    opened(sitting, by)
    return rows


def together(sitting, points, by, **more):
    keys = {one.pk for one in points}
    return opinions.record_together(sitting, keys, "De belles routes.", by=by, **more)


def test_recorded_together_they_are_taken_back_together(sitting, agreed, by):
    together(sitting, agreed, by)

    opinions.take_back(again(agreed[0]), by=by)

    assert not Opinion.objects.exists()
    assert {again(one).state for one in agreed} == {"waiting"}


def test_an_amount_that_changed_meanwhile_is_looked_at_first(sitting, agreed, by):
    seen = read(sitting).turn
    room.leave(sitting, House(sitting).members[0], by=by)

    with pytest.raises(MoveBlocked):
        together(read(sitting), agreed, by, turn=seen)

    assert not Opinion.objects.exists()


# --- Who reads --------------------------------------------------------------------------------
def test_the_strict_option_holds_after_a_file_was_carried_over(sitting, by):
    Sitting.objects.filter(pk=sitting.pk).update(strict=True)
    mine = on_the_agenda(sitting)
    rules = mine.application.rules
    rival = on_the_agenda(sitting, rules=rules, scheme=mine.application.scheme)
    tied(mine.application, by, nature="employment")
    assert rival not in Point.objects.open_to(by)

    Application.objects.filter(pk=mine.application_id).update(sitting=today_sitting())

    assert rival not in Point.objects.open_to(by)


def test_an_adjourned_file_says_what_the_next_sitting_has_to_know(point, by):
    taken_up(point, by)

    with pytest.raises(MoveBlocked):
        opinions.record(again(point), Said("adjourned", "Trop tôt."), by=by)
