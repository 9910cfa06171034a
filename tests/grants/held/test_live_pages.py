"""The live pages: three views of one room, and nothing of a file to who stands back."""

import pytest

from grants.models import Opinion, Point, Presence, Proxy, Vote
from grants.services import (
    live,
    opinions,
    room,
)
from tests.grants.commission import MemberFactory, tied
from tests.grants.commission_pages import said
from tests.grants.live_pages import act, page, spot, watch
from tests.grants.live_scene import (
    FAVOURABLE,
    again,
    envelope,
    on_the_agenda,
    opened,
    taken_up,
    today_sitting,
)
from tests.people.factories import PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db
VIEWS = ("secretaire", "membre", "ecran")


# --- Who sees it -----------------------------------------------------------------------
def test_a_stranger_finds_no_sitting(client, sitting, point):
    client.sign_in(PersonFactory())

    for address in (
        page(sitting),
        page(sitting, "screen"),
        page(sitting, "ranking", point.application.scheme.slug),
        *(page(sitting, "watch", view) for view in VIEWS),
    ):
        assert client.get(address).status_code == 404
    assert act(client, sitting, "arrivee", mode="remote").status_code == 404


def test_a_member_does_not_run_it(client, sitting, point, members):
    client.sign_in(members[2].person)

    assert watch(client, sitting, "secretaire").status_code == 403
    for verb in ("ouverture", "cloture", "examen", "avis", "retour", "pouvoir"):
        assert act(client, sitting, verb, **spot(point)).status_code == 403
    assert again(point).state == "waiting"


def test_an_officer_who_is_no_secretary_finds_nothing(client, sitting, point):
    client.sign_in(RoleFactory(role="officer").person)

    assert client.get(page(sitting)).status_code == 404


def test_the_secretary_and_the_chair_run_it(client, sitting, point, members, by):
    for person in (by, members[0].person):
        client.sign_in(person)
        assert watch(client, sitting, "secretaire").status_code == 200


# --- Live -------------------------------------------------------------------------------
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_new_is_answered_by_304_until_something_changes(
    client, sitting, point, by, view
):
    client.sign_in(by)
    first = watch(client, sitting, view)
    assert watch(client, sitting, view, first["ETag"]).status_code == 304

    taken_up(point, by)

    after = watch(client, sitting, view, first["ETag"])
    assert after.status_code == 200
    assert point.application.number in said(after)


def test_the_answer_of_one_person_is_no_other_s(client, sitting, point, members, by):
    client.sign_in(by)
    etag = watch(client, sitting, "membre")["ETag"]
    client.sign_in(members[1].person)

    assert watch(client, sitting, "membre", etag).status_code == 200


def test_an_unchanged_room_costs_few_queries(
    client, sitting, point, by, django_assert_max_num_queries
):
    client.sign_in(by)
    etag = watch(client, sitting, "secretaire")["ETag"]

    with django_assert_max_num_queries(8):
        watch(client, sitting, "secretaire", etag)


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("view", VIEWS)
def test_the_queries_do_not_grow_with_the_agenda(
    client, sitting, members, by, view, count, django_assert_max_num_queries
):
    for _ in range(count):
        on_the_agenda(sitting)
    opened(sitting, by)
    taken_up(Point.objects.first(), by)
    client.sign_in(by)

    with django_assert_max_num_queries(15):
        watch(client, sitting, view)


# --- A file that is shut to its reader (I6) ------------------------------------------------
def test_whoever_stands_back_reads_nothing_of_the_file(
    client, sitting, point, members, by
):
    other = on_the_agenda(sitting)
    envelope(sitting, point, 5000)
    tied(point.application, members[1].person)
    taken_up(point, by, out=True)
    opinions.record(again(point), FAVOURABLE, by=by)
    client.sign_in(members[1].person)
    marks = ("Compagnie Ultraviolette", point.application.number, "1\u202f500")

    pages = (
        page(sitting),
        page(sitting, "screen"),
        page(sitting, "watch", "membre"),
        page(sitting, "ranking", point.application.scheme.slug),
    )
    read = [said(client.get(one)) for one in pages]

    assert not [mark for mark in marks for one in read if mark in one]
    assert other.application.number in read[0]
    # To another member it is all there.
    client.sign_in(members[2].person)
    assert "Compagnie Ultraviolette" in said(client.get(page(sitting)))


def test_under_discussion_it_is_shut_to_them_too(client, sitting, point, members, by):
    tied(point.application, members[1].person)
    taken_up(point, by, out=True)
    client.sign_in(members[1].person)

    for view in ("membre", "ecran"):
        read = said(watch(client, sitting, view))
        assert "Compagnie Ultraviolette" not in read
    assert (
        act(
            client, sitting, "vote", seat=members[1].pk, choice="for", **spot(point)
        ).status_code
        == 404
    )
    assert not Vote.objects.exists()


def test_the_projection_tells_no_score(client, sitting, point, members, by):
    taken_up(point, by)
    client.sign_in(by)

    read = said(watch(client, sitting, "ecran"))

    assert "Compagnie Ultraviolette" in read
    assert "Moyenne" not in read
    assert "<form" not in read


# --- Gestures --------------------------------------------------------------------------------
def test_a_member_takes_part_online_and_leaves(client, sitting, point):
    seat = MemberFactory(sitting=sitting)
    client.sign_in(seat.person)

    act(client, sitting, "arrivee", mode="remote")
    assert Presence.objects.get(member=seat, left_at=None).mode == "remote"

    act(client, sitting, "depart")
    assert not Presence.objects.filter(member=seat, left_at=None).exists()


def test_a_member_notes_nobody_else(client, sitting, point, members):
    away = MemberFactory(sitting=sitting)
    client.sign_in(members[2].person)

    act(client, sitting, "arrivee", mode="onsite", member=away.pk)

    assert not Presence.objects.filter(member=away).exists()


def test_the_secretary_notes_presence_and_proxies(client, sitting, point, members, by):
    away, late = MemberFactory(sitting=sitting), MemberFactory(sitting=sitting)
    client.sign_in(by)

    act(client, sitting, "arrivee", mode="onsite", member=late.pk)
    act(client, sitting, "pouvoir", member=away.pk, holder=late.pk)
    assert Proxy.objects.get(ended_at=None).giver == away

    act(client, sitting, "fin-de-pouvoir", member=away.pk)
    assert not Proxy.objects.filter(ended_at=None).exists()


def test_a_whole_sitting_is_run_by_its_forms(client, sitting, members, by):
    point = on_the_agenda(sitting)
    client.sign_in(by)
    act(client, sitting, "ouverture")
    act(client, sitting, "examen", **spot(point))
    act(client, sitting, "scrutin", **spot(point))
    for one in members:
        client.sign_in(one.person)
        act(client, sitting, "vote", seat=one.pk, choice="for", **spot(point))
    client.sign_in(by)
    act(client, sitting, "fin-de-scrutin", **spot(point))
    act(
        client,
        sitting,
        "avis",
        outcome="favourable",
        amount="1 200",
        told="De belles dates.",
        **spot(point),
    )

    kept = Opinion.objects.get()
    assert (kept.amount, again(point).votes_for) == (1200, 4)
    act(client, sitting, "cloture")
    sitting.refresh_from_db()
    assert sitting.state == "deliberated"


def test_a_refused_opinion_comes_back_with_what_was_typed(client, sitting, point, by):
    taken_up(point, by)
    client.sign_in(by)

    answer = act(
        client,
        sitting,
        "avis",
        outcome="favourable",
        amount="9 999",
        told="Mot gardé.",
        **spot(point),
    )

    assert "Mot gardé." in said(answer)
    assert 'role="alert"' in said(answer)
    assert not Opinion.objects.exists()


def test_a_gesture_on_an_old_page_is_said_and_not_done(client, sitting, point, by):
    old = spot(point)
    live.put_off(taken_up(point, by), by=by)
    client.sign_in(by)

    answer = act(client, sitting, "examen", **old)

    assert "plus rapide" in said(answer)
    assert again(point).state == "waiting"


def test_no_other_gesture_exists(client, sitting, point, by):
    client.sign_in(by)

    assert act(client, sitting, "sabotage").status_code == 404


def test_a_point_of_another_sitting_is_not_found(client, sitting, point, by):
    elsewhere = on_the_agenda(today_sitting())
    client.sign_in(by)

    assert act(client, sitting, "examen", **spot(elsewhere)).status_code == 404


def test_room_is_led_by_who_may(sitting, members, by):
    assert room.runs(by, sitting)
    assert room.runs(members[0].person, sitting)
    assert not room.runs(members[1].person, sitting)
