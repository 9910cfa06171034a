"""The reminders and the announcements, compared with their approved text.

As in ``tests/test_letters.py``, whose cast they share: read them aloud, then approve
with ``pytest tests/test_letters_reminders.py --snapshot-update``.
"""

from datetime import UTC, datetime, timedelta

import pytest

from agency.activities import reminder_emails
from agency.core.clock import travel
from agency.mail.letters import PLACEHOLDER
from tests.activities.factories import (
    ActivityFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.letters import as_it_is_read, expected_at_the_first
from tests.letters_cast import FIXED, awa, cycle, enrolment, open_group
from tests.test_letters import on_the_first_of_december  # noqa: F401  for all of them

pytestmark = pytest.mark.django_db


def session_in_a_week():
    one = expected_at_the_first()
    with travel(one.session.starts_at - timedelta(days=7)):
        reminder_emails.session_in_a_week(one, one.person, topic="week_before")


def session_tomorrow():
    one = expected_at_the_first()
    with travel(one.session.starts_at - timedelta(days=1)):
        reminder_emails.session_tomorrow(one, one.person)


def online():
    """Awa, expected at a session online; its link stays on her page."""
    one = enrolment(open_group())
    session = one.activity.sessions.get(number=1)
    return ParticipationFactory(
        pk=7000, session=session, enrolment=one, person=one.person
    )


def session_tomorrow_online():
    one = online()
    with travel(one.session.starts_at - timedelta(hours=3)):
        reminder_emails.session_tomorrow(one, one.person)


def link_open():
    one = online()
    with travel(one.session.starts_at - timedelta(minutes=30)):
        reminder_emails.link_open(one, one.person)


def to_run():
    """A session of the cycle with its figures, and who leads it."""
    activity = cycle()
    activity.min_to_run = 6
    session = SessionFactory(
        pk=7000,
        uuid=FIXED,
        activity=activity,
        number=3,
        starts_at=datetime(2027, 3, 15, 8, 30, tzinfo=UTC),
        venue__name="La Filature",
    )
    session.expected, session.excused = 4, 2
    leader = activity.facilitators.get().person
    leader.email = "nour.belkacem@conseil.example"
    leader.save()
    return session, leader


def session_under_minimum():
    session, _leader = to_run()
    reminder_emails.session_under_minimum(session, session.activity.officer)


def session_under_minimum_leading():
    reminder_emails.session_under_minimum(*to_run())


def sheet_to_lock():
    session, leader = to_run()
    reminder_emails.sheet_to_lock(session, leader, missing=3)


def sheet_still_open():
    session, _leader = to_run()
    reminder_emails.sheet_still_open(session, session.activity.officer, missing=1)


def announced():
    """The cycle, to be asked for until the fourth of January, for Awa."""
    activity = cycle()
    activity.registration_mode = "application"
    activity.audience_text = "Chargé·es de production en poste"
    activity.closes_at = datetime(2027, 1, 4, 17, 0, tzinfo=UTC)
    return activity, awa()


def registration_opened():
    reminder_emails.registration_opened(*announced(), topic="openings")


def registration_closing():
    reminder_emails.registration_closing(*announced(), topic="openings")


def openings_digest():
    activity, person = announced()
    activity.next_at = datetime(2027, 1, 15, 8, 30, tzinfo=UTC)
    other = ActivityFactory(
        title="Groupe lumière",
        slug="groupe-lumiere",
        closes_at=datetime(2026, 12, 6, 17, 0, tzinfo=UTC),
    )
    reminder_emails.openings_digest(
        person, opened=[activity], closing=[other], topic="openings"
    )


REMINDERS = {
    "activities/emails/session_in_a_week": session_in_a_week,
    "activities/emails/session_tomorrow": session_tomorrow,
    "activities/emails/session_tomorrow#online": session_tomorrow_online,
    "activities/emails/link_open": link_open,
    "activities/emails/session_under_minimum": session_under_minimum,
    "activities/emails/session_under_minimum#leading": session_under_minimum_leading,
    "activities/emails/sheet_to_lock": sheet_to_lock,
    "activities/emails/sheet_still_open": sheet_still_open,
    "activities/emails/registration_opened": registration_opened,
    "activities/emails/registration_closing": registration_closing,
    "activities/emails/openings_digest": openings_digest,
}
MAY_BE_REFUSED = {
    "activities/emails/session_in_a_week",
    "activities/emails/registration_opened",
    "activities/emails/registration_closing",
    "activities/emails/openings_digest",
}


@pytest.mark.parametrize("name", REMINDERS)
def test_reminder_is_approved(name, snapshot):
    REMINDERS[name]()

    read = as_it_is_read(name)
    assert read == snapshot
    # The link is put in at delivery: no row shows it.
    assert (PLACEHOLDER in read) == (name in MAY_BE_REFUSED)
