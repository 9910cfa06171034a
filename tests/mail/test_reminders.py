"""The engine, with reminders of the tests: each said once, in time, or not at all."""

import threading
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from django.db import OperationalError, connection

from agency.core.clock import PARIS, travel
from agency.core.models import JobRun
from agency.mail import delivery, reminders
from agency.mail.choices import Topic
from agency.mail.models import MailPreference, OutgoingEmail, QuietPeriod
from agency.mail.reminders import Reminder
from agency.mail.services import send
from agency.people.models import Person
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=PARIS)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BUSY = "451 4.3.2 try again later"


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch):
    """Only what the test declares is said."""
    monkeypatch.setattr(reminders, "_reminders", {})


@pytest.fixture
def declare(template):
    """A function that declares a reminder to everybody, with changes."""

    def write(name="tests/emails/letter", **changes):
        path = template(name=name)

        def message(row, person, **how):
            return send(path, to=person, context={"title": "Rappel"}, **how)

        common = {
            "due": lambda: Person.objects.all(),
            "readers": lambda person: (person,),
            "message": message,
        }
        reminders.register(Reminder(path, **common | changes))
        return path

    return write


def run(moment=NOON):
    with travel(moment):
        return reminders.run()


def told(template="tests/emails/letter"):
    rows = OutgoingEmail.objects.filter(template=template)
    return sorted(rows.values_list("person", flat=True))


def keys(people):
    return sorted(person.pk for person in people)


def test_each_is_told_once_however_often_it_runs(declare):
    people = PersonFactory.create_batch(3)
    declare()

    assert [run(), run(), run(NOON + DAY)] == [3, 0, 0]
    assert told() == keys(people)
    assert JobRun.objects.get(name="mail.remind").last_run_at == NOON + DAY


def test_declared_twice_it_is_one(declare):
    declare()
    declare()

    assert len(reminders.declared()) == 1


def test_another_occurrence_is_told_again(declare):
    PersonFactory()
    declare(occurrence=lambda person: str(reminders.now().date()))

    assert [run(), run(NOON + HOUR), run(NOON + DAY)] == [1, 0, 1]


@pytest.mark.parametrize("hour", [22, 23, 0, 3, 7])
def test_at_night_only_what_cannot_wait_is_told(declare, hour):
    PersonFactory()
    declare()
    declare("tests/emails/urgent", by_day=False)

    run(NOON.replace(hour=hour, minute=59 if hour == 7 else 0))

    assert told() == []
    assert len(told("tests/emails/urgent")) == 1


def test_in_quiet_periods_nudges_wait_their_last_day_included(declare):
    PersonFactory()
    QuietPeriod.objects.create(
        label="Été", starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 25)
    )
    declare(rests=True)
    declare("tests/emails/essential")

    run(NOON.replace(hour=21, minute=59))
    assert (told(), len(told("tests/emails/essential"))) == ([], 1)
    run(NOON + DAY)

    assert len(told()) == 1


def test_who_cannot_or_will_not_be_written_to_is_left(declare):
    reached = PersonFactory()
    PersonFactory(email=None)
    PersonFactory(erased_at=NOON)
    other = PersonFactory(is_active=False)
    Person.objects.filter(pk=other.pk).update(merged_into=reached)
    unwilling = PersonFactory()
    MailPreference.objects.create(person=unwilling, week_before=False)
    dead = PersonFactory(email_refused_at=NOON)
    declare(topic=Topic.WEEK_BEFORE)
    declare("tests/emails/essential")

    run()

    assert told() == [reached.pk]
    assert told("tests/emails/essential") == keys([reached, unwilling, dead])


def test_one_reminder_that_fails_does_not_hold_back_the_others(declare, caplog):
    PersonFactory()

    def broken():
        raise ValueError("a query that cannot be")

    declare("tests/emails/broken", due=broken)
    declare()

    assert run() == 1
    assert "tests/emails/broken" in caplog.text


def test_one_row_that_fails_does_not_hold_back_the_others(declare, caplog):
    people = PersonFactory.create_batch(3)
    bad = people[1].pk
    path = declare()
    write = reminders.declared()[0].message

    def message(row, person, **how):
        email = write(row, person, **how)
        if row.pk == bad:
            raise ValueError("after it was written")
        return email

    declare(message=message)

    assert run() == 2
    assert bad not in told(path)
    assert f"row {bad}" in caplog.text


def test_the_database_away_ends_the_reminder_and_the_next_run_says_it(declare):
    PersonFactory.create_batch(2)
    fails = iter([True, False, False])

    def lock(row):
        if next(fails):
            raise OperationalError

    declare(lock=lock)

    assert [run(), run()] == [0, 2]


def test_who_answered_meanwhile_is_seen_under_the_lock(declare):
    first, second = PersonFactory(), PersonFactory()
    willing, unwilling = PersonFactory(), PersonFactory()

    def answer(row):
        # Somebody else's transaction, between the first look and the lock.
        Person.objects.filter(pk=second.pk).update(family_name="Parti")
        MailPreference.objects.update_or_create(
            person=unwilling, defaults={"week_before": False}
        )

    declare(
        due=lambda: Person.objects.exclude(family_name="Parti"),
        lock=answer,
        topic=Topic.WEEK_BEFORE,
    )
    run()

    assert told() == keys([first, willing])


def test_what_a_query_cannot_say_is_asked_of_each_row(declare):
    early, late = PersonFactory(given_name="Tôt"), PersonFactory(given_name="Tard")
    declare(ready=lambda person: person.given_name == "Tard")

    run()

    assert told() == [late.pk]
    assert early.pk not in told()


def test_readers_may_be_a_query_of_the_row(declare):
    row, *others = PersonFactory.create_batch(4)
    declare(
        due=lambda: Person.objects.filter(pk=row.pk),
        readers=lambda person: Person.objects.exclude(pk=person.pk),
    )

    run()

    assert told() == keys(others)


@pytest.mark.parametrize(("size", "people"), [(2, 5), (5, 5), (500, 5)])
def test_nobody_is_lost_between_two_chunks(declare, monkeypatch, size, people):
    monkeypatch.setattr(reminders, "CHUNK", size)
    everybody = PersonFactory.create_batch(people)
    declare()
    declare(
        "tests/emails/query",
        due=lambda: Person.objects.filter(pk=everybody[0].pk),
        readers=lambda person: Person.objects.all(),
    )

    run()

    assert told() == told("tests/emails/query") == keys(everybody)


@pytest.mark.parametrize("people", [1, 6])
def test_what_was_said_costs_as_much_however_many(
    declare, people, django_assert_num_queries
):
    PersonFactory.create_batch(people)
    declare()
    run()

    # The quiet periods, the rows, their messages, and that it ran (four).
    with travel(NOON), django_assert_num_queries(7):
        reminders.run()


def test_a_run_that_takes_too_long_leaves_the_rest_to_the_next(declare, monkeypatch):
    people = PersonFactory.create_batch(3)
    declare()
    monkeypatch.setattr(reminders, "RUN_SECONDS", 0)
    run()
    assert told() == []

    monkeypatch.setattr(reminders, "RUN_SECONDS", 200)
    run()

    assert told() == keys(people)


# --- What fails around it --------------------------------------------------------------
def test_a_server_that_puts_off_one_in_ten_gets_each_once(declare, sink):
    people = PersonFactory.create_batch(30)
    asked = count(1)
    sink.answer_data = lambda address: BUSY if next(asked) % 10 == 0 else None
    declare(until=lambda person: NOON + DAY)

    run()
    for minutes in (0, 2, 5, 10):
        with travel(NOON + timedelta(minutes=minutes)):
            reminders.run()
            delivery.sweep()

    assert sorted(sink.readers) == sorted(person.email for person in people)


def test_a_server_away_until_it_makes_no_sense_gets_none(declare, sink):
    PersonFactory.create_batch(2)
    declare(until=lambda person: NOON + HOUR)
    sink.down()
    run()
    with travel(NOON):
        delivery.sweep()

    sink.up()
    with travel(NOON + 2 * HOUR):
        delivery.sweep()

    assert sink.readers == []
    states = OutgoingEmail.objects.values_list("state", flat=True)
    assert set(states) == {"suppressed"}


def test_a_broker_away_loses_no_reminder(declare, sink, settings, monkeypatch):
    from kombu.exceptions import OperationalError as Away  # what celery raises

    from agency.mail import tasks  # whose bell it is

    def away(*args):
        raise Away

    PersonFactory.create_batch(2)
    declare()
    monkeypatch.setattr(tasks.deliver, "delay", away)
    run()
    assert sink.readers == []

    with travel(NOON):
        delivery.sweep()

    assert len(sink.readers) == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_the_same_time_tell_each_once_on_postgresql(declare):
    people = PersonFactory.create_batch(20)
    declare()
    gate = threading.Barrier(4)

    def work():
        gate.wait()
        try:
            run()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told() == keys(people)
