"""The certificates of mentors and mentees: what both confirmed, once the pair is over."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.services import certificates as kernel
from agency.activities.services import enrolments
from agency.core.clock import now, today, travel
from agency.mail.models import OutgoingEmail
from mentoring.services import certificates, pairs
from tests.activities.factories import (
    AttendanceFactory,
    AttendanceSheetFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.documents.reading import words
from tests.mentoring.factories import (
    PairFactory,
    PairMeetingFactory,
    RunningEditionFactory,
)

pytestmark = pytest.mark.django_db

TOLD = "mentoring/emails/certificate_available"


@pytest.fixture
def edition():
    return RunningEditionFactory(
        confidentiality="sealed", registration_mode="appointment"
    )


def finished(edition, *minutes, **who):
    """A pair that met so many times, confirmed by both, and went to its end."""
    pair = PairFactory(activity=edition, accepted=True, **who)
    pairs.activate(pair, by=edition.officer)
    for number, length in enumerate(minutes, start=1):
        meet(pair, number, length)
    pairs.complete(pair, by=edition.officer)
    return pair


def meet(pair, number, minutes, **more):
    more = {"confirmed_at": now()} | more
    day = today() - timedelta(days=number)
    return PairMeetingFactory(pair=pair, day=day, minutes=minutes, **more)


def made(edition):
    """As the workers do."""
    certificates.settle()
    due = [one.person.pk for one in kernel.records(edition) if one.is_due]
    kernel.make(edition.pk, due)
    return {one.person.pk: one for one in kernel.records(edition)}


def content(record):
    with record.current.file.open() as stored:
        return words(stored.read())


def collective(edition, *people, minutes=180, locked=True):
    session = SessionFactory(activity=edition, held=True)
    for person in people:
        one = ParticipationFactory(
            session=session,
            person=person,
            enrolment=edition.enrolments.get(person=person),
        )
        AttendanceFactory(participation=one, status="present")
    AttendanceSheetFactory(session=session, locked=locked)
    return session


def test_both_are_certified_for_what_both_confirmed(edition):
    pair = finished(edition, 90, 60)

    records = made(edition)

    mentor, mentee = records[pair.mentor_id], records[pair.mentee_id]
    assert mentor.current.printed["followed"] == 150
    assert pair.mentor.full_name in content(mentor)
    assert pair.mentee.full_name not in content(mentor)
    assert "accompagné" in content(mentee)
    assert "2 h 30" in content(mentee)
    assert OutgoingEmail.objects.filter(template=TOLD).count() == 2


def test_collective_times_count_beside_the_meetings(edition):
    pair = PairFactory(activity=edition, accepted=True)
    pairs.activate(pair, by=edition.officer)
    collective(edition, pair.mentor)
    meet(pair, 1, 60)
    pairs.complete(pair, by=edition.officer)

    said = made(edition)[pair.mentor_id].current.printed

    assert (said["meeting_minutes"], said["collective_minutes"]) == (60, 180)
    assert said["followed"] == 240


def test_nobody_is_certified_before_the_pair_is_over(edition):
    pair = PairFactory(activity=edition, accepted=True)
    pairs.activate(pair, by=edition.officer)
    meet(pair, 1, 60)

    record = made(edition)[pair.mentor_id]

    assert record.current is None
    assert record.why_not


def test_an_early_end_is_certified_to_nobody(edition):
    pair = PairFactory(activity=edition, accepted=True)
    pairs.activate(pair, by=edition.officer)
    meet(pair, 1, 60)
    pairs.end_early(pair, by=pair.mentor, category="time")

    assert made(edition) == {}


def test_a_meeting_that_waits_is_waited_for_and_then_counts(edition):
    pair = PairFactory(activity=edition, accepted=True)
    pairs.activate(pair, by=edition.officer)
    meet(pair, 1, 60)
    meet(pair, 2, 45, confirmed_at=None)
    pairs.complete(pair, by=edition.officer)

    assert made(edition)[pair.mentee_id].current is None

    with travel(now() + timedelta(days=8)):
        assert made(edition)[pair.mentee_id].current.printed["followed"] == 105


def test_a_mentor_of_two_has_one_certificate_for_both(edition):
    edition.mentoring.mentor_capacity = 2
    edition.mentoring.save()
    first = finished(edition, 60)
    finished(edition, 30, mentor=first.mentor)

    said = made(edition)[first.mentor_id].current.printed

    assert (said["pairs"], said["followed"]) == (2, 90)


def test_the_sheets_are_locked_first_as_for_any_certificate(edition):
    pair = PairFactory(activity=edition, accepted=True)
    pairs.activate(pair, by=edition.officer)
    collective(edition, pair.mentor, locked=False)
    meet(pair, 1, 60)
    pairs.complete(pair, by=edition.officer)

    assert made(edition)[pair.mentor_id].current is None
    assert kernel.hindrance(edition)


def test_made_twice_it_is_made_once(edition):
    pair = finished(edition, 60)
    first = made(edition)[pair.mentor_id].current

    again = made(edition)[pair.mentor_id].current

    assert (again.pk, again.version) == (first.pk, 1)
    assert OutgoingEmail.objects.filter(template=TOLD).count() == 2


def test_whoever_holds_the_paper_checks_it_with_its_code(edition, client):
    pair = finished(edition, 60)
    paper = made(edition)[pair.mentor_id].current

    page = client.get(reverse("documents:document-check", args=[paper.code]))

    assert pair.mentor.full_name in page.content.decode()
    assert pair.mentee.full_name not in page.content.decode()


def test_as_many_queries_for_one_as_for_many(edition, django_assert_max_num_queries):
    finished(edition, 60)
    with django_assert_max_num_queries(7):
        assert len(kernel.records(edition)) == 2
    for _n in range(3):
        finished(edition, 60, 30)
    with django_assert_max_num_queries(7):
        assert len(kernel.records(edition)) == 8


def test_who_leaves_the_collective_times_by_themself_is_not_certified(edition):
    pair = finished(edition, 60)
    enrolments.withdraw(edition.enrolments.get(person=pair.mentee), by=pair.mentee)

    assert pair.mentee_id not in made(edition)


def test_it_stands_on_the_page_of_the_pair_once_it_is_made(edition, client):
    pair = finished(edition, 60)
    client.force_login(pair.mentor)
    assert "attestation-binome" not in client.get(pair.get_absolute_url()).text

    paper = made(edition)[pair.mentor_id].current

    assert paper.get_absolute_url() in client.get(pair.get_absolute_url()).text
    client.force_login(pair.mentee)
    assert paper.get_absolute_url() not in client.get(pair.get_absolute_url()).text
