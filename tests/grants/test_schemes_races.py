"""Eight presses on publish at once: what only PostgreSQL can prove."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from agency.core.clock import today
from agency.core.journal import broken_links
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.people.models import Person
from grants.models import Scheme, SchemeVersion
from grants.services import schemes
from grants.states import RulesState
from tests.grants.factories import RulesFactory
from tests.people.factories import PersonFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CLICKS = 8


def at_once(click):
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


def test_of_eight_presses_on_publish_one_publishes():
    rules = RulesFactory(full=True)
    by = PersonFactory(officer=True)
    draft = schemes.new_version(rules.scheme, by=by)

    def click(_number):
        mine = SchemeVersion.objects.get(pk=draft.pk)
        schemes.publish(mine, by=Person.objects.get(pk=by.pk))
        return True

    answers = at_once(click)

    assert answers.count(True) == 1
    assert JournalEntry.objects.about(draft).filter(action="publish").count() == 1
    assert JournalEntry.objects.about(rules).filter(action="change").count() == 1
    rules.refresh_from_db()
    assert rules.valid_until == draft.valid_from - timedelta(days=1)
    assert list(broken_links()) == []


def test_of_two_drafts_of_the_same_day_one_is_published():
    """Made behind the service: whoever comes second is told which rules begin then."""
    scheme = RulesFactory(full=True).scheme
    by = PersonFactory(officer=True)
    day = today() + timedelta(days=3)
    drafts = [
        RulesFactory(scheme=scheme, draft=True, full=True, valid_from=day)
        for _number in range(2)
    ]

    def click(number):
        mine = SchemeVersion.objects.get(pk=drafts[number % 2].pk)
        schemes.publish(mine, by=Person.objects.get(pk=by.pk))
        return True

    answers = at_once(click)

    assert answers.count(True) == 1
    assert any(isinstance(one, MoveBlocked) for one in answers)
    assert scheme.versions.filter(state=RulesState.PUBLISHED).count() == 2


def test_eight_presses_on_new_version_make_one_draft():
    scheme = RulesFactory(full=True).scheme
    by = PersonFactory(officer=True)

    def click(_number):
        mine = Scheme.objects.get(pk=scheme.pk)
        return schemes.new_version(mine, by=Person.objects.get(pk=by.pk)).pk

    assert len(set(at_once(click))) == 1
    assert scheme.versions.count() == 2
    assert scheme.versions.get(state=RulesState.DRAFT).zones.count() == 4
