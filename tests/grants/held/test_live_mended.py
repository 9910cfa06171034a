"""The live pages as a second reading left them: nothing typed is lost, nothing crashes."""

import re

import pytest

from grants.models import Opinion, Presence, Scenario
from grants.services import live, voting
from tests.grants.commission import MemberFactory
from tests.grants.commission_pages import said
from tests.grants.live_pages import act, page, ranking, spot, watch
from tests.grants.live_scene import (
    again,
    envelope,
    taken_up,
)

pytestmark = pytest.mark.django_db
VIEWS = ("secretaire", "membre", "ecran")


# --- What a second reading found ---------------------------------------------------------------
def test_whoever_declared_nothing_reads_no_file(client, sitting, point, by):
    seat = MemberFactory(sitting=sitting)
    client.sign_in(seat.person)
    pages = (page(sitting), page(sitting, "screen"), ranking(sitting, point))

    for one in pages:
        assert "Compagnie Ultraviolette" not in said(client.get(one))
    assert "Déclarer mes intérêts" in said(client.get(page(sitting)))

    taken_up(point, by)
    read = said(watch(client, sitting, "membre"))
    assert "Compagnie Ultraviolette" not in read
    assert "Déclarez d’abord" in read


def test_a_refused_amount_is_mended_and_applied(client, sitting, point, by):
    client.sign_in(by)
    sitting.refresh_from_db()
    given = {"method": "manual", f"p{point.pk}": "2 500", "turn": sitting.turn}

    answer = client.post(ranking(sitting, point), given)
    turn = re.search(r'name="turn" value="(\d+)"', said(answer)).group(1)
    client.post(ranking(sitting, point), given | {f"p{point.pk}": "800", "turn": turn})

    assert again(point).amount == 800


@pytest.mark.parametrize(
    "given",
    [
        {"method": ""},
        {"method": "rubbish"},
        {"method": "proportional", "floor": "abc"},
    ],
)
def test_a_scenario_that_is_none_applies_nothing(client, sitting, point, by, given):
    envelope(sitting, point, 10)
    client.sign_in(by)
    sitting.refresh_from_db()

    client.post(ranking(sitting, point), given | {"turn": sitting.turn})

    assert again(point).amount == 1500
    assert not Scenario.objects.exists()


@pytest.mark.parametrize("number", ["9" * 5000, str(2**63), "-1", "²", ""])
def test_a_number_that_is_none_is_no_crash(client, sitting, point, by, number):
    client.sign_in(by)

    for verb in ("examen", "avis", "ensemble", "vote", "arrivee", "pouvoir", "retour"):
        fields = ("point", "seen", "member", "holder", "seat", "points", "turn", "out")
        answer = act(client, sitting, verb, **dict.fromkeys(fields, number))
        assert answer.status_code in {200, 404}
    answer = client.post(
        ranking(sitting, point), {"method": "waterline", "turn": number}
    )
    assert answer.status_code in {200, 302}
    assert again(point).state == "waiting"


def test_an_opinion_on_an_old_page_keeps_its_words(client, sitting, point, by):
    taken_up(point, by)
    old = spot(point)
    voting.open_vote(again(point), by=by)
    voting.cancel_vote(again(point), by=by)
    client.sign_in(by)

    answer = act(
        client,
        sitting,
        "avis",
        outcome="favourable",
        amount="900",
        told="Mot gardé.",
        **old,
    )

    assert "Mot gardé." in said(answer)
    assert not Opinion.objects.exists()


def test_words_about_a_file_that_is_gone_are_given_back(client, sitting, point, by):
    taken_up(point, by)
    old = spot(point)
    live.put_off(again(point), by=by)
    client.sign_in(by)

    answer = act(
        client, sitting, "avis", outcome="favourable", told="Mot gardé.", **old
    )

    assert "Mot gardé." in said(answer)
    assert 'id="avis"' not in said(answer)


def test_voted_again_a_secret_ballot_stays_secret(client, sitting, point, members, by):
    taken_up(point, by)
    voting.open_vote(again(point), by=by, secret=True)
    for one in members:
        voting.cast(again(point), one.pk, "abstain", by=one.person)
    voting.close_vote(again(point), by=by)
    client.sign_in(by)

    assert 'name="secret" value="1"' in said(client.get(page(sitting)))


def test_nobody_says_from_home_that_they_are_in_the_room(client, sitting, point):
    seat = MemberFactory(sitting=sitting)
    client.sign_in(seat.person)

    act(client, sitting, "arrivee", mode="onsite")

    assert not Presence.objects.filter(member=seat).exists()
