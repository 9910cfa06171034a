"""The two of a pair at the collective times: enrolled when it begins, freed when it ends."""

from datetime import timedelta

import pytest

from agency.activities.models import Participation
from agency.activities.services import waiting
from agency.core.clock import now, travel
from agency.mail.models import OutgoingEmail
from mentoring.services import gatherings, pairs
from tests.activities.factories import (
    CharterClauseFactory,
    CharterVersionFactory,
    EnrolmentFactory,
    SessionFactory,
    publish,
)
from tests.mentoring.factories import PairFactory, RunningEditionFactory

pytestmark = pytest.mark.django_db

CONFIRMED = "activities/emails/enrolment_confirmed"


@pytest.fixture
def edition():
    edition = RunningEditionFactory(
        confidentiality="sealed", registration_mode="appointment", sessions=2
    )
    SessionFactory(activity=edition, held=True)
    return edition


def begun(edition, **who):
    pair = PairFactory(activity=edition, accepted=True, **who)
    pairs.activate(pair, by=edition.officer)
    return pair


def awaited(person, edition):
    rows = Participation.objects.expected().filter(session__activity=edition)
    return rows.filter(person=person).count()


def test_both_are_awaited_at_what_is_to_come_and_told_its_dates(edition):
    pair = begun(edition)

    for person in (pair.mentor, pair.mentee):
        assert edition.enrolments.get(person=person).state == "confirmed"
        assert awaited(person, edition) == 2
        assert (
            OutgoingEmail.objects.filter(person=person, template=CONFIRMED).count() == 1
        )


def test_entering_twice_is_entering_once(edition):
    pair = begun(edition)

    gatherings.enter(pair, by=edition.officer)

    assert edition.enrolments.count() == 2
    assert OutgoingEmail.objects.filter(template=CONFIRMED).count() == 2


def test_a_mentor_of_two_has_one_place_and_keeps_it_for_the_other(edition):
    edition.mentoring.mentor_capacity = 2
    edition.mentoring.save()
    first = begun(edition)
    begun(edition, mentor=first.mentor)

    pairs.end_early(first, by=first.mentee, category="time")

    assert edition.enrolments.filter(person=first.mentor).count() == 1
    assert awaited(first.mentor, edition) == 2
    assert awaited(first.mentee, edition) == 0


def test_an_early_end_frees_both_without_another_message(edition):
    pair = begun(edition)

    pairs.end_early(pair, by=edition.officer, category="time")

    assert {one.state for one in edition.enrolments.all()} == {"withdrawn"}
    assert awaited(pair.mentor, edition) == awaited(pair.mentee, edition) == 0
    told = OutgoingEmail.objects.filter(person=pair.mentee).values_list(
        "template", flat=True
    )
    assert set(told) == {CONFIRMED, "mentoring/emails/pair_ended"}


def test_a_finished_pair_stays_until_the_last_collective_time(edition):
    pair = begun(edition)

    pairs.complete(pair, by=edition.officer)

    assert awaited(pair.mentee, edition) == 2


def test_one_person_takes_part_in_two_editions(edition):
    other = RunningEditionFactory(confidentiality="sealed", sessions=1)
    pair = begun(edition)
    begun(other, mentor=pair.mentee)

    pairs.end_early(pair, by=pair.mentor, category="time")

    assert awaited(pair.mentee, edition) == 0
    assert awaited(pair.mentee, other) == 1


def test_a_seat_is_added_where_none_is_left(edition):
    edition.capacity = 1
    edition.save()
    EnrolmentFactory(activity=edition, confirmed=True)

    begun(edition)

    edition.refresh_from_db()
    assert edition.capacity == edition.enrolments.holding().count() == 3


def test_who_left_the_house_meanwhile_is_awaited_nowhere(edition):
    pair = PairFactory(activity=edition, accepted=True, mentor__is_active=False)

    pairs.activate(pair, by=edition.officer)

    assert not edition.enrolments.filter(person=pair.mentor).exists()
    assert awaited(pair.mentee, edition) == 2


def test_an_edition_that_is_over_takes_nobody(edition):
    edition.state = "completed"
    edition.save()

    begun(edition)

    assert not edition.enrolments.exists()


def test_with_a_charter_they_sign_it_and_nobody_takes_the_seat_meanwhile(edition):
    version = CharterVersionFactory(charter__use="pair")
    CharterClauseFactory(version=version)
    publish(version)
    edition.charter = version.charter
    edition.save()
    pair = begun(edition)
    seats = edition.enrolments.all()
    assert {one.state for one in seats} == {"accepted"}

    with travel(now() + timedelta(days=20)):
        waiting.catch_up(edition)
        assert {one.state for one in edition.enrolments.all()} == {"accepted"}
        pairs.end_early(pair, by=pair.mentee, category="time")

    assert {one.state for one in edition.enrolments.all()} == {"withdrawn"}


def test_two_who_let_the_charter_lapse_leave_all_the_same(edition):
    """The seat that the first frees settles the line, where the other one lapses."""
    pair = begun(edition)
    rows = edition.enrolments.order_by("pk")
    rows.update(state="accepted", signature_due_at=now() - timedelta(days=1))

    pairs.end_early(pair, by=pair.mentee, category="time")

    assert {row.state for row in rows.all()} == {"withdrawn"}
