"""Eight presses at once in the room: what only PostgreSQL can prove."""

from datetime import timedelta

import pytest

from agency.core.models import JournalEntry
from agency.people.models import Person
from grants.models import Member, Opinion, Point, Proxy, Scenario, Sitting, Vote
from grants.services import (
    convoking,
    deliberation,
    live,
    opinions,
    room,
    scenarios,
    voting,
)
from tests.grants.live_scene import (
    FAVOURABLE,
    again,
    on_the_agenda,
    opened,
    seats,
    taken_up,
)
from tests.grants.test_desk_race import at_once, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_sitting_opened_eight_times_is_open_once(sitting, members, by):
    on_the_agenda(sitting)

    def click(_number):
        mine = Sitting.objects.select_related("session").get(pk=sitting.pk)
        return live.open_sitting(mine, by=Person.objects.get(pk=by.pk))

    assert len(won(at_once(click))) == 1


def test_a_second_convocation_pressed_eight_times_is_one(sitting, members, by):
    on_the_agenda(sitting)
    starts = sitting.meets_at + timedelta(days=10)

    def click(number):
        mine = Sitting.objects.select_related("session").get(pk=sitting.pk)
        return convoking.reconvene(
            mine,
            starts_at=starts + timedelta(hours=number),
            ends_at=starts + timedelta(hours=number + 3),
            by=Person.objects.get(pk=by.pk),
        )

    assert len(won(at_once(click))) == 1
    assert JournalEntry.objects.about(sitting).filter(action="reconvene").count() == 1


def test_of_eight_files_taken_up_at_once_one_is_under_discussion(sitting, members, by):
    points = [on_the_agenda(sitting) for _ in range(8)]
    opened(sitting, by)

    def click(number):
        return live.start(again(points[number]), by=Person.objects.get(pk=by.pk))

    assert len(won(at_once(click))) == 1
    assert Point.objects.current().count() == 1


def test_a_voice_that_votes_eight_times_counts_once(sitting, members, by):
    point = on_the_agenda(sitting)
    opened(sitting, by)
    taken_up(point, by)
    voting.open_vote(again(point), by=by, secret=True)
    seat, person = members[1].pk, members[1].person.pk

    def click(number):
        mine = Person.objects.get(pk=person)
        return voting.cast(again(point), seat, ("for", "against")[number % 2], by=mine)

    assert len(won(at_once(click))) == 1
    assert (again(point).cast, Vote.objects.count()) == (1, 1)


def test_an_opinion_recorded_eight_times_is_one(sitting, members, by):
    point = on_the_agenda(sitting)
    opened(sitting, by)
    taken_up(point, by)
    seen = again(point).version

    def click(_number):
        mine = again(point)
        mine.version = seen
        return opinions.record(mine, FAVOURABLE, by=Person.objects.get(pk=by.pk))

    assert len(won(at_once(click))) == 1
    assert Opinion.objects.count() == 1


def test_of_eight_proxies_given_to_one_member_one_is_held(sitting, members, by):
    on_the_agenda(sitting)
    away = seats(sitting, 8)

    def click(number):
        mine = Sitting.objects.select_related("session").get(pk=sitting.pk)
        giver = Member.objects.select_related("enrolment__person").get(
            pk=away[number].pk
        )
        holder = Member.objects.select_related("enrolment__person").get(
            pk=members[1].pk
        )
        return room.give_proxy(mine, giver, holder, by=Person.objects.get(pk=by.pk))

    assert len(won(at_once(click))) == 1
    assert Proxy.objects.count() == 1


def test_a_scenario_applied_eight_times_is_applied_once(sitting, members, by):
    point = on_the_agenda(sitting)
    scheme = point.application.scheme
    turn = Sitting.objects.get(pk=sitting.pk).turn

    def click(_number):
        mine = Sitting.objects.select_related("session").get(pk=sitting.pk)
        return scenarios.apply(
            mine,
            scheme,
            "waterline",
            lambda: deliberation.everything(mine, scheme),
            by=Person.objects.get(pk=by.pk),
            turn=turn,
        )

    assert len(won(at_once(click))) == 1
    assert Scenario.objects.count() == 1
