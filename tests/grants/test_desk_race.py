"""Eight presses at once on one file: what only PostgreSQL can prove."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from agency.core.lifecycle import MoveRefused
from agency.core.models import JournalEntry, Stale
from agency.mail.models import OutgoingEmail
from agency.people.models import Person
from grants.models import Application, ExpenseLine
from grants.services import instruction, report
from tests.grants.desk import complete, reported
from tests.grants.factories import ApplicationFactory
from tests.people.factories import PersonFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CLICKS = 8


def at_once(click):
    """What each of eight threads that start together got: the file, or a refusal."""
    start = Barrier(CLICKS)

    def run(number):
        try:
            start.wait()
            return click(number)
        except (MoveRefused, Stale) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(run, range(CLICKS)))


def won(answers):
    return [one for one in answers if not isinstance(one, (MoveRefused, Stale))]


def entries(application, action):
    return JournalEntry.objects.about(application).filter(action=action).count()


def test_it_is_admitted_once():
    one, by = complete(), PersonFactory(officer=True).pk

    def click(_number):
        mine = Application.objects.get(pk=one.pk)
        return instruction.admit(mine, by=Person.objects.get(pk=by))

    assert len(won(at_once(click))) == 1
    assert entries(one, "admit") == 1


def test_admitted_and_dismissed_at_once_it_is_one_of_the_two():
    one, by = complete(), PersonFactory(officer=True).pk

    def click(number):
        mine, officer = Application.objects.get(pk=one.pk), Person.objects.get(pk=by)
        if number % 2:
            return instruction.admit(mine, by=officer)
        return instruction.dismiss(mine, by=officer, told="Non.")

    answers = at_once(click)

    one.refresh_from_db()
    # Admitted first, it may still be dismissed: by one press alone.
    assert entries(one, "admit") <= 1
    assert entries(one, "dismiss") <= 1
    assert 1 <= len(won(answers)) <= 2
    dismissed = one.state == "inadmissible"
    assert OutgoingEmail.objects.count() == int(dismissed)


def test_taken_up_by_eight_it_has_one_rapporteur():
    one = ApplicationFactory(admissible=True)
    team = [PersonFactory(officer=True).pk for _n in range(CLICKS)]

    def click(number):
        mine = Application.objects.get(pk=one.pk)
        return instruction.instruct(mine, by=Person.objects.get(pk=team[number]))

    (winner,) = won(at_once(click))

    one.refresh_from_db()
    assert one.rapporteur_id == winner.rapporteur_id


def test_retained_by_eight_one_amount_is_kept():
    one = reported()
    line, by = one.expenses.get(), one.rapporteur_id

    def click(number):
        mine = ExpenseLine.objects.get(pk=line.pk)
        return report.retain(
            mine,
            Decimal(number + 1),
            by=Person.objects.get(pk=by),
            version=0,
            reason="Oui.",
        )

    assert len(won(at_once(click))) == 1
    assert one.computations.count() == 2
    line.refresh_from_db()
    assert line.version == 1


def test_finished_while_it_is_written_the_report_is_whole():
    one = reported()
    by = one.rapporteur_id

    def click(number):
        mine = Application.objects.get(pk=one.pk)
        officer = Person.objects.get(pk=by)
        if number:
            return instruction.finish(mine, by=officer)
        line = ExpenseLine.objects.get(application=mine)
        return report.retain(line, Decimal(3), by=officer, version=0, reason="Peu.")

    answers = at_once(click)

    one.refresh_from_db()
    assert one.state == "ready_for_commission"
    assert entries(one, "finish") == 1
    assert len(won(answers)) in (1, 2)
