"""Said again before it is too late: once, by day, or not at all."""

from datetime import datetime, timedelta

import pytest

from agency.activities import emails
from agency.activities.services import charters, enrolments, review, waiting
from agency.core.clock import PARIS, travel
from agency.core.models import JobRun
from agency.mail import reminders
from agency.mail.models import OutgoingEmail
from agency.mail.tasks import remind
from tests.activities.factories import (
    ActivityFactory,
    CharterFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.activities.queued import full, leave, seated
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
MIDNIGHT = datetime(2026, 11, 29, 0, 0, tzinfo=PARIS)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


def mails(name, person=None):
    found = OutgoingEmail.objects.filter(template=f"activities/emails/{name}")
    return found.filter(person=person).count() if person else found.count()


def at(moment):
    """Beat rings at ``moment``, twice."""
    with travel(moment):
        for _ring in range(2):
            remind()


# --- The charter ---------------------------------------------------------------------
@pytest.fixture
def seat():
    """A seat to sign for within seven days."""
    cycle = PracticeCycleFactory(charter=CharterFactory())
    SessionFactory(activity=cycle, number=1, starts_in=60)
    return enrolments.register(cycle, person=PersonFactory())


def test_a_charter_is_reminded_of_at_half_time_once(seat):
    half = timedelta(days=7) / 2
    at(NOON + half - HOUR)
    assert mails("charter_reminder") == 0

    at(datetime(2026, 11, 28, 8, 0, tzinfo=PARIS))
    at(NOON + 5 * DAY)

    assert mails("charter_reminder", seat.person) == 1


def test_with_weeks_to_sign_the_reminder_comes_after_four_days():
    cycle = PracticeCycleFactory(charter=CharterFactory(), signature_days=30)
    SessionFactory(activity=cycle, number=1, starts_in=90)
    seat = enrolments.register(cycle, person=PersonFactory())

    at(NOON + 4 * DAY - HOUR)
    assert mails("charter_reminder") == 0
    at(NOON + 4 * DAY)

    assert mails("charter_reminder", seat.person) == 1


def test_with_few_days_to_sign_it_comes_at_half_time():
    cycle = PracticeCycleFactory(charter=CharterFactory(), signature_days=2)
    SessionFactory(activity=cycle, number=1, starts_in=90)
    enrolments.register(cycle, person=PersonFactory())

    at(NOON + DAY - HOUR)
    assert mails("charter_reminder") == 0
    at(NOON + DAY)

    assert mails("charter_reminder") == 1


def test_nobody_is_reminded_at_night(seat):
    at(MIDNIGHT)
    at(MIDNIGHT + 7 * HOUR)
    assert mails("charter_reminder") == 0

    at(MIDNIGHT + 8 * HOUR)
    assert mails("charter_reminder") == 1


def test_after_an_outage_it_comes_late_or_not_at_all(seat):
    due = seat.signature_due_at
    at(due - timedelta(minutes=30))
    at(due + DAY)

    assert mails("charter_reminder") == 0


def test_whoever_signed_or_left_is_not_reminded(seat):
    version = seat.activity.charter.in_force()
    other = enrolments.register(seat.activity, person=PersonFactory())
    given = {"version": version, "sha256": version.sha256, "address": ""}
    charters.sign(seat, typed_name=seat.person.full_name, by=seat.person, **given)
    enrolments.withdraw(other, by=other.person)

    at(NOON + 5 * DAY)

    assert mails("charter_reminder") == 0


def test_a_seat_given_again_is_reminded_of_again(seat):
    at(NOON + 5 * DAY)
    with travel(NOON + 9 * DAY):
        waiting.turn()
        seat.refresh_from_db()
        if seat.is_waiting:
            waiting.turn()
        seat.refresh_from_db()
        waiting.accept(seat, by=seat.person)

    at(NOON + 14 * DAY)

    assert mails("charter_reminder", seat.person) == 2


@pytest.mark.slow
def test_thirty_days_alone_remind_nobody_twice(seat):
    for hours in range(0, 30 * 24, 7):
        at(NOON + hours * HOUR)

    assert mails("charter_reminder", seat.person) == 1


# --- An offer ----------------------------------------------------------------------------
@pytest.fixture
def offered():
    """A seat kept for 72 hours."""
    activity, (one, _next) = full(line=2)
    leave(seated(activity))
    one.refresh_from_db()
    return one


def test_an_offer_is_reminded_of_at_half_time_once(offered):
    begun = offered.offer_expires_at - 72 * HOUR
    at(begun + 35 * HOUR)
    assert mails("offer_reminder") == 0

    at(begun + 48 * HOUR)
    at(begun + 50 * HOUR)

    assert mails("offer_reminder", offered.person) == 1


def test_an_offer_that_was_answered_is_not(offered):
    waiting.decline(offered, by=offered.person)
    at(NOON + 2 * DAY)

    assert mails("offer_reminder", offered.person) == 0


def test_an_offer_is_not_reminded_of_at_its_last_minute(offered):
    at(offered.offer_expires_at - timedelta(minutes=10))

    assert mails("offer_reminder") == 0


@pytest.mark.parametrize("count", [1, 3])
def test_nothing_due_asks_as_much_however_many(count, django_assert_num_queries):
    for _n in range(count):
        cycle = PracticeCycleFactory(charter=CharterFactory())
        enrolments.register(cycle, person=PersonFactory())

    reminders.run()

    # The quiet periods, each reminder, and that it ran.
    with django_assert_num_queries(25):
        reminders.run()


# --- Requests to read ----------------------------------------------------------------------
@pytest.fixture
def group():
    return ActivityFactory(registration_mode="approval", title="Chantier lumière")


def asked(activity, **traits):
    return enrolments.register(activity, person=PersonFactory(**traits))


def digests(officer):
    return list(
        OutgoingEmail.objects.filter(
            template="activities/emails/requests_digest", person=officer
        ).order_by("pk")
    )


def morning(days, hour=8):
    return datetime(2026, 11, 24, hour, 0, tzinfo=PARIS) + days * DAY


def test_an_officer_is_told_once_a_day_of_what_has_come(group):
    asked(group)
    asked(group)
    at(morning(1, hour=7))
    assert digests(group.officer) == []

    at(morning(1))
    at(morning(1, hour=15))

    (mail,) = digests(group.officer)
    assert "Chantier lumière" in mail.text
    assert "2 à lire, dont 2 depuis hier" in mail.text


def test_a_day_that_brings_nothing_new_says_nothing(group):
    asked(group)
    at(morning(1))
    at(morning(2))
    assert len(digests(group.officer)) == 1

    with travel(morning(2, hour=11)):
        asked(group)
    at(morning(3))

    assert "2 à lire, dont 1 depuis hier" in digests(group.officer)[-1].text


def test_what_came_during_an_outage_is_told_in_one_go(group):
    asked(group)
    at(morning(1))
    for day in (1, 2, 3):
        with travel(morning(day, hour=18)):
            asked(group)
    at(morning(4, hour=10))

    assert len(digests(group.officer)) == 2
    assert "4 à lire, dont 3 depuis hier" in digests(group.officer)[-1].text


def test_a_request_of_last_month_is_no_news_after_a_long_outage(group):
    asked(group)
    at(morning(17))
    assert digests(group.officer) == []

    with travel(morning(17, hour=18)):
        asked(group)
    at(morning(18))

    assert "2 à lire, dont 1 depuis hier" in digests(group.officer)[0].text


def test_what_was_decided_meanwhile_is_not_told(group):
    review.refuse(asked(group), by=group.officer, reason="Complet.")
    at(morning(1))

    assert digests(group.officer) == []


def test_each_officer_reads_of_their_own_activities(group):
    other = ActivityFactory(registration_mode="approval", title="Autre chantier")
    asked(group)
    asked(other)
    at(morning(1))

    (mail,) = digests(other.officer)
    assert "Chantier lumière" not in mail.text
    assert "Autre chantier" in mail.text


def test_colleagues_of_those_who_are_in_are_pointed_out(group):
    group.max_per_organisation = 1
    group.save()
    post = AffiliationFactory()
    EnrolmentFactory(activity=group, person=post.person, confirmed=True)
    mate = AffiliationFactory(organisation=post.organisation)
    enrolments.register(group, person=mate.person)
    asked(group)
    if group.enrolments.to_review().count() < 2:
        pytest.fail("both requests are to be read")
    at(morning(1))

    assert "1 d’une structure déjà présente" in digests(group.officer)[0].text


def test_one_that_fails_does_not_keep_back_the_others(group, seat, monkeypatch):
    def fail(enrolment, **how):
        raise ValueError

    asked(group)
    monkeypatch.setattr(emails, "charter_reminder", fail)
    at(NOON + 5 * DAY)

    assert mails("charter_reminder") == 0
    assert len(digests(group.officer)) == 1
    assert JobRun.objects.filter(name="mail.remind").exists()
