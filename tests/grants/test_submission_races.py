"""Eight presses at the same time: what only PostgreSQL can prove."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from agency.core.lifecycle import MoveRefused
from agency.mail.models import OutgoingEmail
from agency.people.models import Person
from grants.choices import RuleSubject, Severity
from grants.models import Application, ApplicationRevision
from grants.services import papers, receipts, submission, takeover
from tests.grants import files
from tests.grants.factories import EligibilityRuleFactory
from tests.grants.whole import owner, whole

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CLICKS = 8


def at_once(click):
    """Run ``click(n)`` in eight threads that start together; return what each gave."""
    start = Barrier(CLICKS)

    def run(number):
        try:
            start.wait()
            return click(number)
        except MoveRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(run, range(CLICKS)))


def test_eight_presses_are_one_submission_and_one_number():
    application = whole()
    by = owner(application)

    answers = at_once(
        lambda _n: submission.submit(Application.objects.get(pk=application.pk), by=by)
    )

    assert sum(isinstance(one, ApplicationRevision) for one in answers) == 1
    application.refresh_from_db()
    assert application.number == "MOB-2026-S3-0001"
    assert application.revisions.count() == 1


def test_eight_applications_have_eight_numbers_without_a_gap():
    first = whole()
    others = [
        whole(sitting=first.sitting, rules=first.rules) for _n in range(CLICKS - 1)
    ]
    keys = [one.pk for one in (first, *others)]

    def click(number):
        application = Application.objects.get(pk=keys[number])
        by = Person.objects.get(edited_applications__application=application)
        return submission.submit(application, by=by)

    at_once(click)

    numbers = Application.objects.sent().values_list("number", flat=True)
    assert sorted(numbers) == [f"MOB-2026-S3-{n:04}" for n in range(1, CLICKS + 1)]


def test_of_eight_sent_at_once_by_an_organisation_one_a_year_goes():
    first = whole()
    EligibilityRuleFactory(
        rules=first.rules, subject=RuleSubject.ONCE_A_YEAR, severity=Severity.BLOCKING
    )
    house = {"sitting": first.sitting, "rules": first.rules}
    house["organisation"] = first.organisation
    keys = [one.pk for one in (first, *(whole(**house) for _n in range(CLICKS - 1)))]

    def click(number):
        application = Application.objects.get(pk=keys[number])
        return submission.submit(application, by=owner(application))

    answers = at_once(click)

    assert sum(isinstance(one, ApplicationRevision) for one in answers) == 1
    assert Application.objects.sent().count() == 1


def test_eight_workers_send_one_receipt():
    application = whole()
    revision = submission.submit(application, by=owner(application))

    at_once(lambda _n: receipts.make(revision.pk))

    assert OutgoingEmail.objects.filter(template="grants/emails/receipt").count() == 1


def test_the_same_file_pressed_eight_times_is_one():
    application = whole()
    application.documents.all().delete()
    by, data = owner(application), files.picture()

    def click(_number):
        mine = Application.objects.get(pk=application.pk)
        requirement = papers.requirement_of(mine, "rib")
        return papers.give(mine, requirement, files.upload(data), by=by)

    at_once(click)

    assert application.documents.count() == 1


def test_taken_over_eight_times_at_once_is_one_draft():
    application = whole()
    by = owner(application)
    submission.submit(application, by=by)

    at_once(
        lambda _n: takeover.take_over(Application.objects.get(pk=application.pk), by=by)
    )

    assert application.followed_by.count() == 1
