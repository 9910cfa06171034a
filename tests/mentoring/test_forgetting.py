"""What applicants wrote goes by itself, goes with them, and follows a merge."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency.core.clock import now, travel
from agency.mail.states import EmailState
from agency.people.services import erasure, merging
from mentoring import emails
from mentoring.models import MentoringApplication, Veto
from mentoring.services import retention
from mentoring.states import ApplicationState
from mentoring.tasks import forget
from tests.mentoring.factories import (
    EditionFactory,
    MentoringApplicationFactory,
    VetoFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState
OLD = timedelta(days=184)


def words(application):
    application.refresh_from_db()
    return {getattr(application, name) for name in retention.EMPTIED}


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_six_months_after_the_answer_the_words_are_gone(edition, state):
    one = MentoringApplicationFactory(
        edition=edition, **{state: True}, note="Plus tard"
    )
    VetoFactory(application=one)

    forget()
    assert "Je n’ai personne à qui poser les questions simples." in words(one)
    with travel(now() + OLD):
        forget()
        forget()

    assert words(one) == {""}
    assert one.topics == ["production", "budget"]
    assert not Veto.objects.exists()


def test_what_has_no_word_left_is_not_written_to_again(edition):
    one = MentoringApplicationFactory(edition=edition, refused=True, note="Plus tard")
    with travel(now() + OLD):
        forget()
        with CaptureQueriesContext(connection) as ran:
            forget()

        written = [said["sql"] for said in ran if said["sql"].startswith("UPDATE")]
        assert not [sql for sql in written if "mentoringapplication" in sql]
        VetoFactory(application=one)
        forget()
    assert not Veto.objects.exists()


def test_what_was_to_be_kept_and_what_runs_stay(edition):
    kept = MentoringApplicationFactory(
        edition=edition, refused=True, keep_for_next=True
    )
    runs = MentoringApplicationFactory(edition=edition, retained=True)

    with travel(now() + OLD):
        forget()

    assert kept.motivation in words(kept)
    assert runs.motivation in words(runs)


def test_drafts_of_an_old_call_are_deleted(edition):
    MentoringApplicationFactory(edition=edition)
    with travel(now() + timedelta(days=20)):
        young = MentoringApplicationFactory(edition=EditionFactory())

    with travel(edition.closes_at + OLD):
        forget()

    assert list(MentoringApplication.objects.all()) == [young]


def test_whoever_goes_leaves_no_word(edition):
    person = PersonFactory()
    sent = MentoringApplicationFactory(edition=edition, person=person, eligible=True)
    MentoringApplicationFactory(edition=edition, person=person, mentor=True)
    VetoFactory(application=sent)
    others = VetoFactory(with_person=person)
    left = VetoFactory()

    erasure.erase(person, by=person)

    assert MentoringApplication.objects.get(person=person) == sent
    assert words(sent) == {""}
    assert sent.state == S.WITHDRAWN
    assert list(Veto.objects.all()) == [left]
    assert not Veto.objects.filter(pk=others.pk).exists()


def test_nothing_is_sent_to_somebody_erased(edition):
    one = MentoringApplicationFactory(edition=edition, retained=True)
    erasure.erase(one.person, by=one.person)
    one.refresh_from_db()

    email = emails.application_retained(one)

    assert email.state == EmailState.SUPPRESSED


def test_applications_follow_a_merge_and_two_that_run_block_it(edition, officer):
    kept, dropped = PersonFactory(), PersonFactory(unclaimed=True)
    one = MentoringApplicationFactory(edition=edition, person=dropped, submitted=True)

    merging.merge(kept, dropped, by=officer)

    one.refresh_from_db()
    assert one.person == kept


@pytest.mark.parametrize(
    ("state", "refused"), [("submitted", True), ("refused", False)]
)
def test_two_applications_to_one_edition(edition, officer, state, refused):
    kept, dropped = PersonFactory(), PersonFactory(unclaimed=True)
    MentoringApplicationFactory(edition=edition, person=kept, eligible=True)
    one = MentoringApplicationFactory(edition=edition, person=dropped, **{state: True})

    if refused:
        with pytest.raises(Exception, match="retirée"):
            merging.merge(kept, dropped, by=officer)
    else:
        merging.merge(kept, dropped, by=officer)

    one.refresh_from_db()
    assert one.person == dropped
