"""Reminders when a worker is killed, the broker is away or the mail server puts off.

Real processes on PostgreSQL and Redis, a real mail server, as in ``test_faults``.
"""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.contrib.contenttypes.models import ContentType

from agency.activities.models import Session
from agency.activities.services import seats
from agency.core.clock import PARIS, now, today
from agency.mail import reminders
from agency.mail.models import OutgoingEmail
from mentoring.models import Pair
from tests import world as worlds
from tests.activities.factories import (
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.activities.works import Works

NOBODY = "redis://127.0.0.1:1/0"
BUSY = "451 4.3.2 try again later"
PEOPLE, LATER = 6, 7
DAY = timedelta(days=1)


@pytest.fixture
def works(world_folder, tmp_path, django_db_blocker):
    """The works, their database being that of the test."""
    if "REDIS_URL" not in os.environ:
        pytest.skip("workers are rung over Redis: set REDIS_URL")
    works = Works(world_folder, tmp_path)
    try:
        with django_db_blocker.unblock(), worlds.connected(works.database):
            yield works
    finally:
        works.close()


def morning(day):
    return datetime.combine(day, datetime.min.time(), tzinfo=PARIS).replace(hour=10)


# Far from all that the demo has: the house is asleep but for these sessions.
EVE = morning(today() + 400 * DAY)


def sessions(works, number=2):
    """So many sessions the day after ``EVE``, and those expected at them."""
    found = [works.session_with(PEOPLE) for _one in range(number)]
    for session in found:
        session.starts_at = EVE + DAY
        session.ends_at = EVE + DAY + timedelta(hours=3)
        session.save()
    return found


def expected(found):
    return sorted(
        one.person.email for session in found for one in session.participations.all()
    )


def told():
    return OutgoingEmail.objects.filter(template__endswith="session_tomorrow")


def unsent():
    return told().exclude(state="sent")


def remind(works, **environment):
    works.do("remind", EVE.isoformat(), **environment)


def start(works):
    """A worker at the reminders, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.activities.verbs", "remind", EVE.isoformat()],
        cwd=worlds.ROOT,
        env=works.environment(),
    )


def deliver(works):
    """Beat and a worker until nothing is left."""
    works.do("sweep", 0)
    for _try in range(5):
        if unsent().exists():
            works.do("sweep", LATER)


@pytest.mark.postgres
def test_worker_killed_in_the_middle_reminds_everybody_once(works):
    first, second = found = sessions(works)
    with works.held(second.activity):
        worker = start(works)
        works.wait_until(lambda: works.is_awaited(second.activity))
        worker.kill()
        worker.wait()
    left = told().count()

    remind(works)
    deliver(works)

    assert left == first.participations.count() == PEOPLE
    assert sorted(works.sink.readers) == expected(found)


@pytest.mark.postgres
def test_two_workers_at_the_same_time_remind_everybody_once(works):
    found = sessions(works)

    for worker in [start(works), start(works)]:
        assert worker.wait(90) == 0
    deliver(works)

    assert sorted(works.sink.readers) == expected(found)


@pytest.mark.postgres
def test_who_leaves_while_the_worker_waits_is_not_reminded(works):
    (session,) = found = sessions(works, 1)
    leaving = session.participations.order_by("pk").last()
    with works.held(session.activity):
        worker = start(works)
        works.wait_until(lambda: works.is_awaited(session.activity))
        type(leaving).objects.filter(pk=leaving.pk).update(state="cancelled")
    assert worker.wait(90) == 0
    deliver(works)

    staying = [one for one in expected(found) if one != leaving.person.email]
    assert sorted(works.sink.readers) == staying


@pytest.mark.postgres
def test_broker_away_while_reminding_loses_nobody(works):
    found = sessions(works)

    remind(works, REDIS_URL=NOBODY)
    assert works.sink.readers == []
    deliver(works)

    assert sorted(works.sink.readers) == expected(found)


@pytest.mark.postgres
def test_mail_server_that_puts_off_one_in_ten_gets_each_reminder_once(works):
    asked = count(1)
    works.sink.answer_data = lambda address: BUSY if next(asked) % 10 == 0 else None
    found = sessions(works)
    works.work()

    remind(works)
    works.wait_until(lambda: unsent().count() <= PEOPLE * 2 // 10)
    while unsent().exists():
        works.do("sweep", LATER)

    assert sorted(works.sink.readers) == expected(found)


# --- The demo -------------------------------------------------------------------------
def test_the_demo_left_alone_for_thirty_days_sends_nothing_of_what_is_past(world):
    from time_machine import travel  # the clock of the machine: beat turns no other

    known = list(OutgoingEmail.objects.values_list("pk", flat=True))
    moment = morning(today() + 30 * DAY)

    with travel(moment, tick=False):
        for _ring in range(2):
            reminders.run()

    written = OutgoingEmail.objects.exclude(pk__in=known)
    near = Session.objects.filter(
        starts_at__gt=moment - 9 * DAY, starts_at__lt=moment + 8 * DAY
    )
    stale = written.exclude(
        content_type=ContentType.objects.get_for_model(Session),
        object_id__in=near.values("pk"),
    )
    # Half-way is still to come: its review is asked for.
    to_review = Pair.objects.filter(activity__mentoring__mid_term_on__gt=moment)
    stale = stale.exclude(
        content_type=ContentType.objects.get_for_model(Pair),
        object_id__in=to_review.values("pk"),
    )
    assert [mail.subject for mail in stale] == []


def test_the_demo_left_alone_still_reminds_who_registers_then(world):
    """So that the test above would notice an engine that says nothing at all."""
    from time_machine import travel  # see above

    with travel(morning(today() + 30 * DAY), tick=False):
        session = SessionFactory(starts_at=morning(today() + DAY))
        long_ago = now() - 20 * DAY
        enrolment = EnrolmentFactory(
            activity=session.activity, confirmed=True, confirmed_at=long_ago
        )
        seats.lock(session.activity)
        one = ParticipationFactory(
            session=session, person=enrolment.person, enrolment=enrolment
        )
        reminders.run()

    assert told().filter(person=one.person).count() == 1
