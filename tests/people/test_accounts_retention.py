"""What has been kept long enough goes by itself, and only that."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.urls import reverse

from agency.core.clock import now, travel
from agency.core.models import JobRun
from agency.mail.models import Attachment, OutgoingEmail
from agency.mail.services import send, why_not_resend
from agency.mail.states import EmailState
from agency.people import tasks
from agency.people.models import Person
from agency.people.services import accounts, retention
from agency.people.services.directory import affiliate
from tests.people.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SIGNUP = {
    "given_name": "Inès",
    "family_name": "Maréchal",
    "email": "ines@example.org",
    "password1": "une phrase assez longue",
}


def later(days):
    return travel(now() + days * DAY)


# --- Sessions ----------------------------------------------------------------
def open_session(person, key, *, ends_in):
    Session.objects.create(
        session_key=key, session_data="", expire_date=now() + ends_in * DAY
    )
    return UserSession.objects.create(
        user=person,
        session_key=key,
        ip="192.0.2.1",
        user_agent="-",
        created_at=now() - DAY,
    )


def test_sessions_that_ended_are_cleared_with_their_places():
    person = PersonFactory()
    open_session(person, "passee", ends_in=-1)
    open_session(person, "ouverte", ends_in=1)
    UserSession.objects.create(
        user=person,
        session_key="orpheline",
        ip="192.0.2.1",
        user_agent="-",
        created_at=now() - DAY,
    )

    tasks.end_sessions()

    assert [one.session_key for one in Session.objects.all()] == ["ouverte"]
    assert [one.session_key for one in UserSession.objects.all()] == ["ouverte"]


def test_a_place_being_opened_is_left_alone():
    """Its session is written when the page is answered."""
    UserSession.objects.create(
        user=PersonFactory(), session_key="naissante", ip="192.0.2.1", user_agent="-"
    )

    tasks.end_sessions()

    assert UserSession.objects.exists()


# --- Sign-ups ----------------------------------------------------------------
@pytest.fixture
def unfinished(client, mailoutbox):
    """Somebody signed up, and never typed the code."""
    client.post(reverse("account_signup"), SIGNUP)
    return Person.objects.get(email=SIGNUP["email"])


def test_a_sign_up_nobody_finished_goes_after_a_week(unfinished):
    with later(6.9):
        tasks.forget_signups()
    assert Person.objects.exists()

    with later(8):
        tasks.forget_signups()
    assert not Person.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_a_forgotten_address_signs_up_again(unfinished, client):
    with later(8):
        tasks.forget_signups()

    type(client)().post(reverse("account_signup"), SIGNUP)

    assert Person.objects.get().email == SIGNUP["email"]


@pytest.mark.parametrize("kind", ["proved", "prepared", "signed in", "superuser"])
def test_other_accounts_stay(kind):
    traits = {
        "proved": {},
        "prepared": {"unclaimed": True},
        "signed in": {"verified": False, "last_login": now()},
        "superuser": {"verified": False, "superuser": True},
    }
    PersonFactory(**traits[kind])

    with later(400):
        tasks.forget_signups()

    assert Person.objects.exists()


@pytest.mark.parametrize("what", ["affiliation", "role", "letter", "journal"])
def test_a_sign_up_with_something_attached_stays(unfinished, what, direction):
    if what == "affiliation":
        affiliate(unfinished, organisation=OrganisationFactory(), by=direction)
    elif what == "role":
        unfinished.roles.create(role="facilitator")
    elif what == "letter":
        send(
            "people/emails/second_factor_reset",
            to=unfinished,
            context={"by": direction},
        )
    else:
        accounts.reset_second_factor(unfinished, by=direction)

    with later(30):
        tasks.forget_signups()

    assert Person.objects.filter(pk=unfinished.pk).exists()


# --- Messages ----------------------------------------------------------------
@pytest.fixture
def letter(direction):
    """A message that left, with a file of its own."""
    person = PersonFactory()
    email = send(
        "people/emails/second_factor_reset",
        to=person,
        context={"by": direction},
        attachments=[("seance.ics", "text/calendar", b"BEGIN:VCALENDAR")],
    )
    OutgoingEmail.objects.filter(pk=email.pk).update(
        state=EmailState.SENT, sent_at=now(), secret=None
    )
    email.refresh_from_db()
    return email


def test_an_old_message_keeps_subject_date_and_proof_alone(letter):
    before = OutgoingEmail.objects.values(
        "to", "subject", "sent_at", "created_at", "message_id", "state", "person"
    )
    kept = before.get(pk=letter.pk)

    with later(364):
        tasks.empty_emails()
    assert OutgoingEmail.objects.get().text

    with later(367):
        tasks.empty_emails()
    email = OutgoingEmail.objects.get()
    assert (email.text, email.html) == ("", "")
    assert before.get(pk=letter.pk) == kept
    assert not Attachment.objects.exists()


def test_a_message_that_waits_keeps_its_text(letter):
    OutgoingEmail.objects.update(state=EmailState.QUEUED, sent_at=None)

    with later(400):
        tasks.empty_emails()

    assert OutgoingEmail.objects.get().text


def test_an_emptied_message_is_not_sent_again(letter):
    OutgoingEmail.objects.update(state=EmailState.FAILED, sent_at=None)

    with later(400):
        tasks.empty_emails()

    assert "texte" in why_not_resend(OutgoingEmail.objects.get())


# --- Traces ------------------------------------------------------------------
def test_the_trace_of_an_edit_goes_after_a_year(officer):
    LogEntry.objects.create(
        user=officer,
        content_type=ContentType.objects.get_for_model(Person),
        object_id="1",
        object_repr="-",
        action_flag=CHANGE,
    )

    with later(364):
        tasks.forget_traces()
    assert LogEntry.objects.exists()

    with later(367):
        tasks.forget_traces()
    assert not LogEntry.objects.exists()


# --- All ---------------------------------------------------------------------
NAMES = ["end_sessions", "forget_signups", "empty_emails", "forget_traces"]
NAMES += ["close_merges"]


@pytest.mark.parametrize("name", NAMES)
def test_a_job_is_noted_and_runs_once_a_day(name, django_assert_num_queries):
    task = getattr(tasks, name)
    task()
    assert JobRun.objects.get().name == name

    with django_assert_num_queries(1):
        task()

    first = JobRun.objects.get().last_run_at
    with later(1.1):
        task()
    assert JobRun.objects.get().last_run_at > first


@pytest.mark.parametrize("name", NAMES)
def test_running_a_job_twice_at_once_does_no_harm(name, letter, unfinished):
    with later(400):
        for _ in range(2):
            getattr(retention, name).__wrapped__()

    assert OutgoingEmail.objects.filter(pk=letter.pk).exists()
