"""Two presses at the same time: what only PostgreSQL can prove."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from agency.activities.models import Activity
from agency.core.clock import now, today
from agency.core.lifecycle import MoveRefused
from agency.mail.models import OutgoingEmail
from agency.people.models import Person
from mentoring.choices import Side
from mentoring.models import MatchRun, NudgeSent, Pair, PulseCheck
from mentoring.services import (
    agreements,
    matching,
    meetings,
    pairs,
    presses,
    reviews,
    tending,
)
from mentoring.services.meetings import Facts
from tests.mentoring import matches
from tests.mentoring.agreements import pending_pair, signed, worded
from tests.mentoring.factories import (
    EditionFactory,
    NudgeSentFactory,
    PairFactory,
    ReviewFactory,
    RunningEditionFactory,
    SharedReviewFactory,
)
from tests.people.factories import PersonFactory

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


def test_logged_by_both_at_once_it_is_one_meeting_confirmed():
    pair = PairFactory(active=True)
    halves = [pair.mentor_id, pair.mentee_id]

    def click(number):
        by = Person.objects.get(pk=halves[number % 2])
        mine = Pair.objects.get(pk=pair.pk)
        return meetings.log(mine, Facts(today(), 60, "remote"), by=by)[1]

    answers = at_once(click)

    meeting = pair.meetings.get()
    assert meeting.is_confirmed
    assert answers.count("noted") == 1
    assert "confirmed" in answers


def test_the_link_of_a_reminder_answers_once():
    nudge = NudgeSentFactory()

    def click(number):
        mine = NudgeSent.objects.select_related("pair__mentee").get(pk=nudge.pk)
        day = today() - timedelta(days=number)
        return presses.answer(
            mine,
            "mentee",
            lambda pair, by: meetings.log(pair, Facts(day, 60, "remote"), by=by),
        )

    answers = at_once(click)

    assert sum(not isinstance(one, MoveRefused) for one in answers) == 1
    assert nudge.pair.meetings.count() == 1


def test_eight_workers_send_each_step_once_and_ask_once():
    pair = PairFactory(active=True, activated_at=now() - timedelta(days=38))

    at_once(lambda _number: tending.tend())

    letters = OutgoingEmail.objects.filter(object_id=pair.pk)
    assert NudgeSent.objects.count() == 1
    assert letters.filter(template__endswith="pair_nudge").count() == 2
    assert PulseCheck.objects.count() == 2


def test_a_pair_that_ends_while_it_is_reminded_keeps_its_peace():
    pair = PairFactory(active=True, activated_at=now() - timedelta(days=38))

    def click(number):
        if number % 2:
            return tending.tend()
        mine = Pair.objects.get(pk=pair.pk)
        return pairs.end_early(mine, by=mine.mentee, category="time")

    at_once(click)

    pair.refresh_from_db()
    assert pair.state == "ended_early"
    left = OutgoingEmail.objects.filter(template__contains="pair_nudge")
    assert not left.exclude(state="suppressed").exists()


def test_both_accept_at_once():
    pair = PairFactory(notified=True)
    halves = [pair.mentor_id, pair.mentee_id]

    def click(number):
        by = Person.objects.get(pk=halves[number % 2])
        pairs.accept(Pair.objects.get(pk=pair.pk), by=by)

    at_once(click)

    pair.refresh_from_db()
    assert pair.state == "agreement_pending"
    assert pair.agreements.count() == 1


def test_the_three_sign_at_once_and_the_pair_begins_once():
    pair = pending_pair()
    agreement = pair.agreements.get()
    people = [pair.mentor_id, pair.mentee_id, pair.activity.officer_id]

    def click(number):
        by = Person.objects.get(pk=people[number % 3])
        signed(Pair.objects.get(pk=pair.pk), by, agreement)

    answers = at_once(click)

    pair.refresh_from_db()
    assert pair.state == "active"
    assert agreement.signatures.count() == 3
    assert not [one for one in answers if one is not None]


def test_corrected_and_signed_at_once_no_name_stands_under_the_old_text():
    pair = pending_pair()
    old = pair.agreements.get()

    def click(number):
        mine = Pair.objects.get(pk=pair.pk)
        if number % 2:
            by = Person.objects.get(pk=mine.mentor_id)
            return signed(mine, by, old)
        return agreements.correct(mine, worded(old, objectives="Autre."), by=None)

    at_once(click)

    last = pair.agreements.in_force().get()
    assert (last.number, last.names) == (2, {})


def _draft(pair, side):
    review = ReviewFactory(pair=pair, side=side, sent_at=None)
    return SharedReviewFactory(review=review).review


def test_both_send_their_review_at_once_and_each_reads_the_other():
    pair = PairFactory(active=True, activity__details={"mid_term_on": today()})
    rows = [_draft(pair, side) for side in Side]

    def click(number):
        mine = rows[number % 2]
        by = Person.objects.get(pk=getattr(pair, f"{mine.side}_id"))
        with transaction.atomic():
            found = reviews.begin(Pair.objects.get(pk=pair.pk), mine.stage, by=by)
            reviews.send(found[0], by=by)

    at_once(click)

    assert pair.reviews.exclude(exchanged_at=None).count() == 2


def test_a_mentor_is_proposed_to_eight_and_accompanies_one():
    edition, mentor = RunningEditionFactory(), PersonFactory()
    mentees = PersonFactory.create_batch(CLICKS)

    def click(number):
        mine = Activity.objects.get(pk=edition.pk)
        return pairs.propose(mine, mentor, mentees[number])

    answers = at_once(click)

    assert sum(isinstance(one, Pair) for one in answers) == 1
    assert Pair.objects.count() == 1


def test_a_matching_that_is_published_eight_times_at_once_is_published_once():
    edition = EditionFactory()
    matches.two_by_two(edition)
    made = matches.run(edition)

    def click(_number):
        mine = MatchRun.objects.select_related("edition").get(pk=made.pk)
        by = Person.objects.get(pk=edition.officer_id)
        return matching.publish(mine, by=by)

    answers = at_once(click)

    assert sum(isinstance(one, list) for one in answers) == 1
    assert Pair.objects.count() == 2
    assert OutgoingEmail.objects.filter(template__endswith="proposed").count() == 4


def test_of_a_veto_and_the_publication_at_once_one_comes_first():
    """Either the pair was proposed before it, or nothing at all was."""
    edition = EditionFactory()
    cast = matches.two_by_two(edition)
    made = matches.run(edition)
    two = [cast["camille"].pk, cast["awa"].pk]

    def click(number):
        mine = MatchRun.objects.select_related("edition").get(pk=made.pk)
        by = Person.objects.get(pk=edition.officer_id)
        if number % 2:
            return matching.settle(mine.edition, "ban", two, by=by)
        return matching.publish(mine, by=by)

    at_once(click)

    assert Pair.objects.count() in (0, 2)
    assert OutgoingEmail.objects.count() == 2 * Pair.objects.count()
