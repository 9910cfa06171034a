"""Two tablets and a countersignature at once: what is written is written before the lock."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connections

from agency.activities.models import Attendance, AttendanceSheet, Participation
from agency.activities.services import attendance
from agency.activities.states import SheetState
from agency.core.clock import now
from agency.core.journal import broken_links
from agency.core.lifecycle import MoveBlocked
from tests import world as worlds
from tests.activities.factories import ParticipationFactory, SessionFactory
from tests.people.factories import PersonFactory

TABLETS = 7


@pytest.fixture(scope="module")
def arena(world_folder, django_db_blocker):
    """A database that real threads may write to, and nobody needs afterwards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    address = worlds.copy(world_folder, f"sheets_{worker}")
    with django_db_blocker.unblock():
        yield address


def elsewhere(arena, barrier, action):
    """Do ``action`` from a connection of its own; whether it was not refused."""
    wrapper = worlds.connect(arena)
    connections["default"] = wrapper
    try:
        barrier.wait()
        action()
    except MoveBlocked:
        return False
    finally:
        wrapper.close()
    return True


def noted_by(pk, status, leader):
    def note():
        one = Participation.objects.select_related("session__activity").get(pk=pk)
        (part,) = attendance.half_days(one.session)
        attendance.mark(one, part, status, by=leader)

    return note


@pytest.mark.postgres
@pytest.mark.parametrize("_round", range(5))
def test_nothing_is_written_after_the_lock(arena, _round):
    with closing(worlds.connect(arena)) as own, worlds.instead_of_default(own):
        leader = PersonFactory()
        start = now() - timedelta(minutes=5)
        session = SessionFactory(starts_at=start, ends_at=start + timedelta(minutes=60))
        people = ParticipationFactory.create_batch(TABLETS, session=session)
        attendance.fill(session, by=leader)
        barrier = threading.Barrier(TABLETS + 1)

        def countersign():
            attendance.lock(session, typed_name=leader.full_name, by=leader)

        with ThreadPoolExecutor(TABLETS + 1) as pool:
            notes = {
                one.pk: pool.submit(
                    elsewhere, arena, barrier, noted_by(one.pk, "late", leader)
                )
                for one in people
            }
            locking = pool.submit(elsewhere, arena, barrier, countersign)

        assert locking.result()
        sheet = AttendanceSheet.objects.get(session=session)
        assert (sheet.state, sheet.locks) == (SheetState.LOCKED, 1)
        cells = Attendance.objects.filter(participation__session=session)
        for pk, status in cells.values_list("participation", "status"):
            assert status == ("late" if notes[pk].result() else "absent")
        late = cells.filter(status="late")
        assert not late.filter(recorded_at__gt=sheet.locked_at).exists()
        assert list(broken_links()) == []


@pytest.mark.postgres
def test_two_tablets_sign_one_cell_once(arena):
    with closing(worlds.connect(arena)) as own, worlds.instead_of_default(own):
        leader = PersonFactory()
        start = now() - timedelta(minutes=5)
        session = SessionFactory(starts_at=start, ends_at=start + timedelta(minutes=60))
        one = ParticipationFactory(session=session)
        barrier = threading.Barrier(TABLETS)

        def sign():
            mine = Participation.objects.select_related("session__activity")
            mine = mine.get(pk=one.pk)
            (part,) = attendance.half_days(mine.session)
            attendance.sign(mine, part, by=leader)

        with ThreadPoolExecutor(TABLETS) as pool:
            presses = [
                pool.submit(elsewhere, arena, barrier, sign) for _n in range(TABLETS)
            ]

        assert all(press.result() for press in presses)
        assert Attendance.objects.filter(participation=one).count() == 1
        assert AttendanceSheet.objects.filter(session=session).count() == 1
