"""Who counts: the rules of decree 2006-672 by default, each by its article."""

import pytest

from agency.core.lifecycle import MoveBlocked, MoveRefused
from grants.models import Proxy, Sitting
from grants.services import live, room
from grants.services.quorum import House, Rules
from tests.grants.commission import DAY, MemberFactory, in_review, tied
from tests.grants.live_scene import (
    chair_of,
    on_the_agenda,
    opened,
    seats,
    there,
)

pytestmark = pytest.mark.django_db


def counted(sitting, point=None):
    about = point.application_id if point else None
    one = House(sitting).count(about)
    return one.counted, one.required, one.seats, one.ok


def test_half_of_the_members_are_needed_art_11(sitting, by):
    point = on_the_agenda(sitting)
    members = seats(sitting, 5)
    there(sitting, *members[:2], by=by)
    assert counted(sitting, point) == (2, 3, 5, False)

    with pytest.raises(MoveBlocked):
        live.open_sitting(sitting, by=by)

    there(sitting, members[2], by=by)
    live.open_sitting(sitting, by=by)
    assert sitting.state == "in_session"
    assert sitting.quorum_at_opening["counted"] == 3


def test_whoever_is_online_counts_art_11(sitting, by):
    members = seats(sitting, 2)
    there(sitting, members[0], mode="remote", by=by)

    assert counted(sitting) == (1, 1, 2, True)


def test_whoever_is_represented_counts_art_11(sitting, by):
    first, second, _third, _fourth = seats(sitting, 4)
    there(sitting, first, by=by)
    assert not House(sitting).count().ok

    room.give_proxy(sitting, second, first, by=by)

    assert counted(sitting) == (2, 2, 4, True)


def test_a_second_convocation_asks_no_quorum_art_11(sitting, by):
    on_the_agenda(sitting)
    members = seats(sitting, 9)
    there(sitting, members[0], by=by)
    Sitting.objects.filter(pk=sitting.pk).update(is_second=True)
    sitting.refresh_from_db()

    live.open_sitting(sitting, by=by)

    assert sitting.quorum_at_opening["second"] is True


def test_a_second_convocation_where_nobody_came_deliberates_nothing(sitting, by):
    on_the_agenda(sitting)
    seats(sitting, 3)
    Sitting.objects.filter(pk=sitting.pk).update(is_second=True)
    sitting.refresh_from_db()

    with pytest.raises(MoveBlocked):
        live.open_sitting(sitting, by=by)


def test_a_member_holds_one_proxy_at_most_art_10(sitting, by):
    holder, one, two = seats(sitting, 3)
    on_the_agenda(sitting)
    there(sitting, holder, by=by)
    room.give_proxy(sitting, one, holder, by=by)

    with pytest.raises(MoveBlocked):
        room.give_proxy(sitting, two, holder, by=by)

    assert Proxy.objects.count() == 1


def test_a_proxy_is_not_passed_on(sitting, by):
    first, second, third = seats(sitting, 3)
    there(sitting, third, by=by)
    room.give_proxy(sitting, first, third, by=by)

    with pytest.raises(MoveBlocked):
        room.give_proxy(sitting, third, second, by=by)
    with pytest.raises(MoveBlocked):
        room.give_proxy(sitting, second, first, by=by)


def test_whoever_advises_has_no_voice_and_holds_none(sitting, by):
    adviser = MemberFactory(sitting=sitting, consultative=True)
    (titular,) = seats(sitting, 1)
    there(sitting, adviser, by=by)

    assert counted(sitting) == (0, 1, 1, False)
    with pytest.raises(MoveBlocked):
        room.give_proxy(sitting, titular, adviser, by=by)


def test_arriving_ends_the_proxy_that_was_given(sitting, by):
    first, second = seats(sitting, 2)
    there(sitting, first, by=by)
    room.give_proxy(sitting, second, first, by=by)

    there(sitting, second, by=by)

    assert not House(sitting).proxies
    assert counted(sitting) == (2, 1, 2, True)


def test_whoever_stands_back_is_left_out_of_the_quorum_art_13(sitting, by):
    point = on_the_agenda(sitting)
    members = seats(sitting, 5)
    there(sitting, *members[:2], by=by)
    assert counted(sitting, point) == (2, 3, 5, False)

    for one in members[2:]:
        tied(point.application, one.person)

    assert counted(sitting, point) == (2, 1, 2, True)
    assert counted(sitting) == (2, 3, 5, False)


def test_a_proxy_is_void_where_either_stands_back(sitting, by):
    point, other = on_the_agenda(sitting), on_the_agenda(sitting)
    giver, holder, third = seats(sitting, 3)
    there(sitting, holder, third, by=by)
    room.give_proxy(sitting, giver, holder, by=by)
    assert counted(sitting, point) == (3, 2, 3, True)

    tied(point.application, giver.person)
    assert counted(sitting, point) == (2, 1, 2, True)

    tied(other.application, holder.person)
    # The giver is no more expressed; the holder is out: one voice of two seats.
    assert counted(sitting, other) == (1, 1, 2, True)


def test_an_alternate_sits_for_whoever_is_away_or_stands_back(sitting, by):
    point = on_the_agenda(sitting)
    titular, second = seats(sitting, 2)
    alternate = MemberFactory(
        sitting=sitting, capacity="alternate", alternate_of=titular
    )
    there(sitting, titular, alternate, by=by)
    assert counted(sitting, point) == (1, 1, 2, True)  # the titular alone

    tied(point.application, titular.person)

    count = House(sitting).count(point.application_id)
    assert [one.by.pk for one in count.voices] == [alternate.pk]
    assert (count.seats, count.counted) == (2, 1)
    assert second.pk not in {one.seat.pk for one in count.voices}


def test_an_alternate_who_stands_back_too_does_not_sit(sitting, by):
    point = on_the_agenda(sitting)
    titular, _other = seats(sitting, 2)
    alternate = MemberFactory(
        sitting=sitting, capacity="alternate", alternate_of=titular
    )
    there(sitting, alternate, by=by)
    tied(point.application, alternate.person)

    assert House(sitting).count(point.application_id).voices == []


def test_a_mandate_that_ends_on_the_day_still_counts(sitting, by):
    last = MemberFactory(sitting=sitting, ends_on=sitting.meets_at.date())
    there(sitting, last, by=by)

    assert House(sitting).count().counted == 1


def test_a_mandate_that_ended_the_day_before_does_not(sitting, by):
    gone = MemberFactory(sitting=sitting, ends_on=sitting.meets_at.date() - DAY)

    with pytest.raises(MoveBlocked):
        there(sitting, gone, by=by)


def test_the_rules_of_a_scheme_ask_for_more(sitting):
    members = seats(sitting, 4)
    there(sitting, *members[:2])

    assert House(sitting).count(rules=Rules(quorum=50)).ok
    assert not House(sitting).count(rules=Rules(quorum=75)).ok


def test_the_deputy_presides_where_the_chair_stands_back(sitting, by):
    point, other = on_the_agenda(sitting), on_the_agenda(sitting)
    chair, deputy = chair_of(sitting), chair_of(sitting, "deputy")
    there(sitting, chair, deputy, by=by)
    tied(point.application, chair.person)

    house = House(sitting)

    assert house.presiding(other.application_id) == chair
    assert house.presiding(point.application_id) == deputy


def test_attendance_is_noted_on_the_day_alone(by):
    later = in_review()
    (member,) = seats(later, 1)

    with pytest.raises(MoveBlocked):
        there(later, member, by=by)


def test_coming_twice_is_one_presence_and_each_return_another(sitting, by):
    (member,) = seats(sitting, 1)
    there(sitting, member, by=by)
    there(sitting, member, by=by)
    assert sitting.presences.count() == 1

    room.leave(sitting, member, by=by)
    assert House(sitting).count().counted == 0

    there(sitting, member, by=by)
    assert sitting.presences.count() == 2


def test_a_sitting_is_opened_once(sitting, by):
    on_the_agenda(sitting)
    there(sitting, *seats(sitting, 1), by=by)
    opened(sitting, by)
    at = sitting.opened_at

    with pytest.raises(MoveRefused):
        live.open_sitting(sitting, by=by)

    sitting.refresh_from_db()
    assert sitting.opened_at == at
