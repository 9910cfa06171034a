"""The ranking of a scheme: its line, its scenarios, what is refused."""

from datetime import timedelta

import pytest

from agency.core.clock import now
from grants.models import Sitting
from tests.grants.commission import MemberFactory, tied
from tests.grants.commission_pages import said
from tests.grants.live_pages import ranking
from tests.grants.live_scene import (
    again,
    envelope,
    on_the_agenda,
)

pytestmark = pytest.mark.django_db
VIEWS = ("secretaire", "membre", "ecran")


# --- The ranking ------------------------------------------------------------------------------
def test_the_ranking_shows_where_the_envelope_ends(client, sitting, point, by):
    envelope(sitting, point, 1000)
    client.sign_in(by)

    read = said(client.get(ranking(sitting, point), {"method": "waterline"}))

    assert "Ligne de flottaison" in read
    assert 'class="under"' in read


def test_an_amount_typed_by_hand_is_applied(client, sitting, point, by):
    client.sign_in(by)
    sitting.refresh_from_db()

    client.post(
        ranking(sitting, point),
        {"method": "manual", f"p{point.pk}": "900,00", "turn": sitting.turn},
    )

    assert again(point).amount == 900


def test_a_wrong_amount_comes_back(client, sitting, point, by):
    client.sign_in(by)
    sitting.refresh_from_db()

    answer = client.post(
        ranking(sitting, point),
        {"method": "manual", f"p{point.pk}": "neuf cents", "turn": sitting.turn},
    )

    assert "neuf cents" in said(answer)
    assert again(point).amount == 1500


def test_whoever_stands_back_from_one_shares_nothing_out(client, sitting, point, by):
    tied(point.application, by)
    client.sign_in(by)
    sitting.refresh_from_db()

    client.post(
        ranking(sitting, point),
        {"method": "waterline", "turn": sitting.turn},
    )

    assert again(point).amount == 1500


def test_members_see_no_ranking_before_reviews_are_closed(client, sitting, by):
    point = on_the_agenda(sitting)
    seat = MemberFactory(sitting=sitting)
    Sitting.objects.filter(pk=sitting.pk).update(
        review_closes_at=now() + timedelta(hours=1)
    )
    client.sign_in(seat.person)

    assert client.get(ranking(sitting, point)).status_code == 404
