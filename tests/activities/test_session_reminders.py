"""Around a session: who is reminded, when, once; and who is left in peace."""

from datetime import datetime, timedelta

import pytest

from agency.activities.choices import SeatScope
from agency.activities.services import convenings, excuses, sessions
from agency.activities.states import ParticipationState
from agency.core.clock import PARIS, now, travel
from agency.core.lifecycle import move
from agency.mail.models import MailPreference, OutgoingEmail, QuietPeriod
from tests.activities.factories import (
    PracticeCycleFactory,
)
from tests.activities.reminded import LONG_AGO, START, at, expected, meeting, ring, told

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REMOTE = "https://visio.example/salle-secrete"


@pytest.fixture
def session():
    return meeting()


@pytest.fixture
def one(session):
    return expected(session)


def convene(session, moment):
    with travel(moment):
        batch = convenings.convene(session, by=session.activity.officer)
        convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))


# --- The day before ------------------------------------------------------------------
def test_everybody_expected_is_reminded_the_day_before_once(session, one):
    other = expected(session)
    at(-1, hour=7, minute=59)
    assert told("session_tomorrow") == 0

    at(-1)
    at(-1, hour=15)
    at(0)

    assert told("session_tomorrow", one.person) == 1
    assert told("session_tomorrow", other.person) == 1


def test_who_is_excused_or_left_or_was_erased_is_not(session, one):
    gone, erased = expected(session), expected(session)
    with travel(START - 2 * DAY):
        excuses.excuse(one, by=one.person)
        move(gone, "release")
    erased.person.erased_at = now()
    erased.person.save()

    at(-1)

    assert told("session_tomorrow") == 0


def test_after_a_day_without_beat_it_comes_in_the_morning_or_not_at_all():
    morning, afternoon = meeting(), meeting(START.replace(hour=14))
    early, late = expected(morning), expected(afternoon)

    at(0)
    at(0, hour=12, minute=30)

    assert told("session_tomorrow", early.person) == 0
    assert told("session_tomorrow", late.person) == 1
    mail = OutgoingEmail.objects.get(person=late.person)
    assert mail.subject.startswith("Rappel, aujourd’hui")


def test_a_cancelled_session_is_not_reminded_of(session, one):
    with travel(START - 3 * DAY):
        sessions.cancel_session(session, by=session.activity.officer, reason="Grève.")

    at(-1)

    assert told("session_tomorrow") == 0


def test_put_off_to_another_day_it_is_reminded_of_again(session, one):
    at(-1)
    later = START + 14 * DAY
    type(session).objects.filter(pk=session.pk).update(
        starts_at=later, ends_at=later + 3 * HOUR
    )

    at(13)

    assert told("session_tomorrow", one.person) == 2


def test_whoever_was_convened_today_is_not_reminded_in_the_same_breath(session, one):
    convene(session, START - DAY + 4 * HOUR)

    at(-1, hour=14)
    at(-1, hour=21)

    assert told("session_convocation", one.person) == 1
    assert told("session_tomorrow") == 0


def test_who_has_just_registered_is_reminded_a_few_hours_later(session):
    moment = START.replace(day=13, hour=10)
    one = expected(session, confirmed_at=moment)

    ring(moment + HOUR)
    assert told("session_tomorrow") == 0
    ring(moment + 3 * HOUR)

    assert told("session_tomorrow", one.person) == 1
    assert told("session_in_a_week") == 0


def test_two_sessions_of_one_day_are_two_reminders(one):
    other = expected(meeting(START.replace(hour=15)), person=one.person)

    at(-1)

    assert told("session_tomorrow", other.person) == 2


def test_quiet_periods_leave_it_and_the_convocation(session, one):
    QuietPeriod.objects.create(
        label="Festival", starts_on="2027-01-01", ends_on="2027-01-31"
    )
    at(-7)
    convene(session, START - 4 * DAY)
    at(-1)

    assert told("session_in_a_week") == 0
    assert told("session_convocation") == 1
    assert told("session_tomorrow") == 1


def test_an_address_that_was_refused_gets_it_once_more_and_no_nudge(session, one):
    one.person.email_refused_at = LONG_AGO
    one.person.save()

    at(-7)
    at(-1)

    assert told("session_in_a_week") == 0
    assert told("session_tomorrow", one.person) == 1


# --- Paris -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "start",
    [
        datetime(2027, 3, 28, 9, 0, tzinfo=PARIS),  # twenty-three hours
        datetime(2027, 10, 31, 9, 0, tzinfo=PARIS),  # twenty-five
        datetime(2027, 3, 28, 23, 30, tzinfo=PARIS),
        datetime(2027, 10, 31, 0, 30, tzinfo=PARIS),
    ],
)
def test_the_day_before_is_that_of_paris_when_clocks_change(start):
    one = expected(meeting(start))
    eve = datetime.combine(start.date() - DAY, datetime.min.time(), tzinfo=PARIS)

    ring(eve - HOUR)
    ring(eve.replace(hour=7, minute=55))
    assert told("session_tomorrow") == 0
    ring(eve.replace(hour=8))

    assert told("session_tomorrow", one.person) == 1


def test_a_link_due_at_half_past_two_in_the_night_of_the_change_is_told_once():
    # Half past two comes twice; the session begins at three, wintertime.
    start = datetime(2027, 10, 31, 3, 0, tzinfo=PARIS)
    one = expected(meeting(start, remote=True, remote_url=REMOTE))

    for minutes in range(-120, 30, 5):
        ring(start.astimezone(now().tzinfo) + timedelta(minutes=minutes))

    assert told("link_open", one.person) == 1


# --- A week before -----------------------------------------------------------------------
def test_members_of_a_group_are_reminded_a_week_before_once(session, one):
    at(-8, hour=20)
    assert told("session_in_a_week") == 0

    at(-7)
    at(-6)

    assert told("session_in_a_week", one.person) == 1


def test_after_an_outage_of_days_it_is_left(session, one):
    at(-4)

    assert told("session_in_a_week") == 0


def test_who_registers_session_by_session_has_the_day_before_alone(one):
    one.session.activity.seat_scope = SeatScope.SESSION
    one.session.activity.save()

    at(-7)
    at(-1)

    assert told("session_in_a_week") == 0
    assert told("session_tomorrow", one.person) == 1


def test_who_was_just_convened_or_has_just_come_in_is_not_reminded_that_week(
    session, one
):
    new = expected(session, confirmed_at=START - 7 * DAY)
    convene(session, START - 7 * DAY)

    at(-7, hour=20)
    assert told("session_in_a_week") == 0

    at(-5, hour=8)
    assert told("session_in_a_week", new.person) == 0


def test_it_may_be_refused_and_the_day_before_may_not(session, one):
    willing = expected(session)
    MailPreference.objects.create(person=one.person, week_before=False)

    at(-7)
    at(-1)

    assert told("session_in_a_week", one.person) == 0
    assert told("session_in_a_week", willing.person) == 1
    assert told("session_tomorrow", one.person) == 1


def test_nothing_of_a_sealed_session_is_in_a_reminder():
    cycle = PracticeCycleFactory(running=True)
    session = meeting(activity=cycle, title="Le conflit avec la direction de X")
    session.agenda_items.create(order=1, title="Le cas de la tournée annulée")
    expected(session)

    at(-7)
    at(-1)

    mails = OutgoingEmail.objects.all()
    assert mails.count() == 2
    for mail in mails:
        assert "direction de X" not in mail.text + mail.html + mail.subject
        assert "tournée annulée" not in mail.text + mail.html


# --- The link ------------------------------------------------------------------------------
def test_the_link_is_told_half_an_hour_before_to_those_online_alone():
    session = meeting(format="hybrid", remote_url=REMOTE)
    here, online = expected(session), expected(session, mode="remote")
    away = expected(session, mode="remote", state=ParticipationState.EXCUSED)

    at(0, hour=8, minute=55)
    assert told("link_open") == 0
    at(0, hour=9, minute=0)
    at(0, hour=9, minute=10)

    assert told("link_open", online.person) == 1
    assert told("link_open", here.person) == told("link_open", away.person) == 0
    (mail,) = OutgoingEmail.objects.filter(template="activities/emails/link_open")
    assert REMOTE not in mail.text + mail.html
    assert online.enrolment.get_absolute_url() in mail.text
    assert mail.expires_at == session.starts_at


def test_the_link_is_not_told_once_it_has_begun_or_without_one():
    expected(meeting(remote=True, remote_url=REMOTE))
    expected(meeting(remote=True, remote_url="", starts_at=START + 2 * HOUR))

    at(0, hour=9, minute=30)
    at(0, hour=11, minute=10)

    assert told("link_open") == 0


def test_the_link_of_an_early_session_is_told_at_night():
    one = expected(
        meeting(START.replace(hour=8, minute=0), remote=True, remote_url=REMOTE)
    )

    at(0, hour=7, minute=35)

    assert told("link_open", one.person) == 1
