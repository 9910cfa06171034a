"""Two who validate at once, two errata at once: what only PostgreSQL can prove."""

import pytest

from agency.documents.models import IssuedDocument
from agency.people.models import Person
from grants.minutes_paper import MINUTES
from grants.models import InternalNote, Minutes, Sitting
from grants.services import minutes
from tests.grants.commission import MemberFactory
from tests.grants.minuted import close, heard, held, to_come, validated
from tests.grants.test_submission_races import CLICKS, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_those_who_validate_at_once_one_does():
    sitting = held()
    application = heard(sitting, "adjourned")
    to_come(application.scheme)
    deputy = MemberFactory(sitting=sitting, office="deputy")
    people = (close(sitting).chair.person.pk, deputy.person.pk)

    def click(number):
        by = Person.objects.get(pk=people[number % 2])
        return minutes.validate(Sitting.objects.get(pk=sitting.pk), by=by)

    answers = at_once(click)

    assert sum(isinstance(one, Minutes) for one in answers) == 1
    assert IssuedDocument.objects.filter(kind=MINUTES).count() == 1
    assert InternalNote.objects.filter(application=application).count() == 1


def test_errata_written_at_once_each_make_a_version():
    sitting = held()
    heard(sitting)
    sitting, row = validated(sitting)
    by = sitting.chair.person.pk

    def click(number):
        return minutes.add_erratum(
            Sitting.objects.get(pk=sitting.pk),
            f"Lire {number}.",
            by=Person.objects.get(pk=by),
        )

    at_once(click)

    row.refresh_from_db()
    assert row.errata.count() == CLICKS
    assert row.document.version == CLICKS + 1
