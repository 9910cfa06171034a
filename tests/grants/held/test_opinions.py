"""The opinion on a file: what it needs, how it is taken back, several at once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from grants.choices import Block
from grants.models import Opinion, Point
from grants.services import (
    live,
    opinions,
    submission,
)
from grants.services.opinions import Said
from tests.grants.live_scene import (
    FAVOURABLE,
    again,
    envelope,
    on_the_agenda,
    opened,
    read,
    recorded,
    state,
    taken_up,
    voted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def others():
    return 4


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
        opinions.record(again(point), replace(FAVOURABLE, **wrong), by=by)

    assert state(point) == ("open", "in_session")


def test_the_opinion_follows_the_vote(point, by):
    taken_up(point, by)
    voted(point, *["against"] * 5, by=by)

    with pytest.raises(MoveBlocked):
        opinions.record(again(point), FAVOURABLE, by=by)
    opinions.record(again(point), Said("unfavourable", "Hors du périmètre."), by=by)

    assert Opinion.objects.get().amount is None


def test_the_envelope_is_not_exceeded(sitting, point, by):
    envelope(sitting, point, 1499)
    taken_up(point, by)

    with pytest.raises(MoveBlocked, match=r"1.499"):
        opinions.record(again(point), FAVOURABLE, by=by)
    opinions.record(again(point), replace(FAVOURABLE, amount=Decimal(1499)), by=by)

    assert opinions.left_of(sitting, point.application.scheme_id) == 0


def test_an_envelope_of_zero_gives_nothing(sitting, point, by):
    envelope(sitting, point, 0)
    taken_up(point, by)

    with pytest.raises(MoveBlocked):
        opinions.record(again(point), FAVOURABLE, by=by)


def test_a_file_withdrawn_under_discussion_gets_no_opinion(point, by):
    taken_up(point, by)
    seen = again(point)
    author = point.application.editors.first().person

    submission.withdraw(seen.application, by=author)

    with pytest.raises(MoveRefused):
        opinions.record(seen, FAVOURABLE, by=by)
    assert not Opinion.objects.exists()
    assert again(point).state == "waiting"
    # The room goes on.
    taken_up(on_the_agenda(point.sitting), by)


# --- To take back -------------------------------------------------------------------------
def test_an_opinion_is_taken_back_within_thirty_seconds(point, by):
    recorded(point, by)

    opinions.take_back(again(point), by=by)

    assert state(point) == ("open", "in_session")
    assert not Opinion.objects.exists()
    (trace,) = JournalEntry.objects.about(point).filter(action="opinion_taken_back")
    assert trace.data["amount"] == "1500.00"


def test_later_it_needs_a_reason(point, by):
    recorded(point, by)
    with time_machine.travel(now() + timedelta(seconds=31)):
        with pytest.raises(MoveBlocked):
            opinions.take_back(again(point), by=by)

        opinions.take_back(again(point), by=by, reason="Montant mal lu.")

    assert state(point) == ("open", "in_session")


def test_once_the_sitting_is_closed_nothing_is_taken_back(sitting, point, by):
    recorded(point, by)
    live.close_sitting(read(sitting), by=by)

    with pytest.raises(MoveBlocked):
        opinions.take_back(again(point), by=by, reason="Trop tard.")

    assert Opinion.objects.exists()


# --- Examined together ----------------------------------------------------------------------
def test_files_on_which_all_agree_are_recorded_together(sitting, members, by):
    points = [on_the_agenda(sitting, block=Block.CONSENSUAL) for _ in range(3)]
    apart = on_the_agenda(sitting, block=Block.DEBATED)
    opened(sitting, by)

    done = opinions.record_together(
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
        opinions.record_together(sitting, {one.pk, two.pk}, "De bonnes routes.", by=by)

    assert not Opinion.objects.exists()
    assert state(one) == ("waiting", "scheduled")
