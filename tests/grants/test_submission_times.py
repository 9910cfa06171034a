"""Sent in time: at the very second, in the nights when clocks change, with an extension."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agency.core.clock import travel
from agency.core.lifecycle import MoveBlocked
from grants.services import submission
from tests.grants.factories import (
    ExtensionFactory,
    SchemeFactory,
    SittingFactory,
)
from tests.grants.whole import owner, whole

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def send(application):
    return submission.submit(application, by=owner(application))


def parts(application):
    return [part for part, _sentence in submission.missing(application)]


def at(*when, fold=0):
    return datetime(*when, tzinfo=PARIS, fold=fold).astimezone(UTC)


def closing(*when, fold=0):
    """A whole application for a sitting that closes at that hour of Paris."""
    last = at(*when, fold=fold)
    with travel(last - timedelta(days=2)):
        sitting = SittingFactory(deadline_at=last, number=3, year=2026)
        return whole(sitting=sitting)


def test_at_23_59_59_it_is_in_time_and_at_midnight_it_is_not():
    late, in_time = closing(2026, 9, 15, 23, 59, 59), closing(2026, 9, 15, 23, 59, 59)

    with travel(at(2026, 9, 15, 23, 59, 59)):
        assert send(in_time).submitted_at == at(2026, 9, 15, 23, 59, 59)
    with travel(at(2026, 9, 16, 0, 0, 0)), pytest.raises(MoveBlocked) as blocked:
        send(late)

    assert "est clos depuis" in str(blocked.value)
    assert "15\u00a0septembre\u00a02026" in str(blocked.value)
    late.refresh_from_db()
    assert (late.is_draft, late.number) == (True, None)


def test_a_deadline_at_midnight_is_in_time_at_midnight():
    application = closing(2026, 9, 16, 0, 0, 0)
    other = closing(2026, 9, 16, 0, 0, 0)

    with travel(at(2026, 9, 16, 0, 0, 0)):
        send(application)
    with travel(at(2026, 9, 16, 0, 0, 0) + timedelta(microseconds=1)):
        assert parts(other) == ["sitting"]


def test_in_the_night_when_clocks_go_back_the_hour_is_the_one_that_was_meant():
    """On 25 October 2026 half past two comes twice: it closes at the second."""
    application = closing(2026, 10, 25, 2, 30, fold=1)
    other = closing(2026, 10, 25, 2, 30, fold=1)

    with travel(at(2026, 10, 25, 2, 45)):  # the first time: an hour is left
        send(application)
    with travel(at(2026, 10, 25, 2, 45, fold=1)), pytest.raises(MoveBlocked):
        send(other)


def test_in_the_night_when_clocks_go_forward_nothing_is_lost():
    """On 29 March 2026 two o'clock is three."""
    application, other = closing(2026, 3, 29, 3, 0), closing(2026, 3, 29, 3, 0)

    with travel(datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)):  # 1:59:59 in Paris
        send(application)
    with travel(datetime(2026, 3, 29, 1, 0, 1, tzinfo=UTC)):  # 3:00:01
        assert parts(other) == ["sitting"]


def test_before_it_opens_nothing_is_sent():
    application = whole(sitting=SittingFactory(to_come=True))

    assert parts(application) == ["sitting"]


def test_an_extension_opens_for_its_organisation_alone():
    sitting = SittingFactory(closed=True)
    application, other = (
        whole(sitting=sitting),
        whole(sitting=sitting, scheme=SchemeFactory()),
    )
    extension = ExtensionFactory(sitting=sitting, organisation=application.organisation)

    assert parts(other) == ["sitting"]
    assert send(application).number == 1
    third = whole(
        sitting=sitting, organisation=application.organisation, scheme=SchemeFactory()
    )
    with travel(extension.until + timedelta(seconds=1)):
        assert parts(third) == ["sitting"]
