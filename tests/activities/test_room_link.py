"""The link of the online room: its page alone, its people alone, its window alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities import calendar, linked_data
from agency.activities.models import Session
from agency.activities.models.session import LINK_AFTER, LINK_BEFORE
from agency.activities.services import (
    charters,
    convenings,
    enrolments,
    excuses,
    feeds,
    postponing,
    sessions,
)
from agency.activities.services.expected import expect
from agency.core.clock import now, travel
from agency.documents.models import IssuedDocument
from agency.mail import reminders
from agency.mail.models import Attachment, OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    CharterFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.documents.reading import words
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
MARKER = "https://visio.example/MARQUE-SECRETE"
SECOND = timedelta(seconds=1)


def online(activity=None, **how):
    """A session to come with the marked link, at half past nine."""
    how = {"format": "remote", "venue": None, **how}
    activity = activity or ActivityFactory()
    return SessionFactory(activity=activity, **{"remote_url": MARKER, **how})


def pages_of(client, person, enrolment):
    """What the signed-in person reads of it: own page, own space, public page."""
    client.force_login(person)
    addresses = (
        enrolment.get_absolute_url(),
        reverse("pages:own-space"),
        enrolment.activity.get_absolute_url(),
    )
    return "".join(client.get(address).text for address in addresses)


@pytest.fixture
def awaited():
    """Somebody confirmed who is expected at an online session."""
    session = online()
    enrolment = EnrolmentFactory(activity=session.activity, confirmed=True)
    expect(enrolment, sessions=[session])
    return enrolment.participations.select_related("session", "enrolment").get()


# -- the window -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "sees"),
    [
        (lambda s: s.starts_at - LINK_BEFORE - SECOND, False),
        (lambda s: s.starts_at - LINK_BEFORE, True),
        (lambda s: s.starts_at, True),
        (lambda s: s.ends_at + LINK_AFTER, True),
        (lambda s: s.ends_at + LINK_AFTER + SECOND, False),
    ],
)
def test_link_is_shown_in_its_window_alone(awaited, moment, sees, client):
    with travel(moment(awaited.session)):
        page = pages_of(client, awaited.person, awaited.enrolment)

        assert awaited.sees_link is sees
    assert (MARKER in page) is sees


def test_page_says_when_the_link_will_be_there(awaited, client):
    client.force_login(awaited.person)

    page = client.get(awaited.enrolment.get_absolute_url()).text

    assert "Le lien s’ouvrira ici le" in page
    assert "à\u00a09\u00a0h." in page
    with travel(awaited.session.ends_at + LINK_AFTER + SECOND):
        client.force_login(awaited.person)
        page = client.get(awaited.enrolment.get_absolute_url()).text
    assert "Le lien s’ouvrira ici" not in page


def test_half_an_hour_on_each_side():
    assert (timedelta(minutes=30),) * 2 == (LINK_BEFORE, LINK_AFTER)


# -- the people -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("how", "mode", "sees"),
    [
        ({}, "onsite", True),
        ({"format": "hybrid"}, "onsite", False),
        ({"format": "hybrid"}, "remote", True),
        ({"cancelled": True}, "remote", False),
        ({"remote_url": ""}, "remote", False),
    ],
)
def test_link_is_for_those_expected_online(how, mode, sees, client):
    session = online(**how)
    enrolment = EnrolmentFactory(activity=session.activity, confirmed=True, mode=mode)
    expect(enrolment, sessions=[session])

    with travel(session.starts_at):
        assert (MARKER in pages_of(client, enrolment.person, enrolment)) is sees
        assert enrolment.participations.get().sees_link is sees


@pytest.mark.parametrize("state", ["waitlisted", "offered", "under_review", "accepted"])
def test_link_is_not_for_whoever_has_no_seat_or_has_not_signed(state, client):
    session = online()
    enrolment = EnrolmentFactory(activity=session.activity, **{state: True})
    # A row that should not be there must not open the room either.
    row = ParticipationFactory(
        session=session, person=enrolment.person, enrolment=enrolment
    )

    with travel(session.starts_at):
        assert row.sees_link is False
        assert MARKER not in pages_of(client, enrolment.person, enrolment)


def test_link_opens_once_the_charter_is_signed(client):
    activity = ActivityFactory(charter=CharterFactory())
    session = online(activity)
    enrolment = enrolments.register(activity, person=PersonFactory())
    version = activity.charter.in_force()
    with travel(session.starts_at):
        before = pages_of(client, enrolment.person, enrolment)

    charters.sign(
        enrolment,
        version=version,
        sha256=version.sha256,
        typed_name=enrolment.person.full_name,
        address="",
        by=enrolment.person,
    )

    with travel(session.starts_at):
        after = pages_of(client, enrolment.person, enrolment)
    assert (MARKER in before, MARKER in after) == (False, True)


def test_link_is_not_for_whoever_is_excused(awaited, client):
    excuses.excuse(awaited, by=awaited.person)

    with travel(awaited.session.starts_at):
        assert MARKER not in pages_of(client, awaited.person, awaited.enrolment)


def test_link_is_not_for_whoever_withdrew(awaited, client):
    enrolments.withdraw(awaited.enrolment, by=awaited.person)

    with travel(awaited.session.starts_at):
        assert MARKER not in pages_of(client, awaited.person, awaited.enrolment)


def test_link_is_not_for_visitors_nor_for_others(awaited, client):
    page = awaited.session.activity.get_absolute_url()
    with travel(awaited.session.starts_at):
        assert MARKER not in client.get(page).text
        assert client.get(awaited.enrolment.get_absolute_url()).status_code == 302
        client.force_login(PersonFactory())
        assert MARKER not in client.get(page).text
        assert client.get(awaited.enrolment.get_absolute_url()).status_code == 404


def test_whoever_leads_has_the_link_ahead_and_no_longer_than_the_others(client):
    session = online()
    leader = FacilitatorFactory(activity=session.activity).person
    page = reverse("activities:animation-session", args=[session.uuid])

    client.force_login(leader)
    assert MARKER in client.get(page).text

    with travel(session.ends_at + LINK_AFTER + SECOND):
        client.force_login(leader)
        assert MARKER not in client.get(page).text


@pytest.mark.parametrize(("role", "sees"), [("officer", True), ("accountant", False)])
def test_desk_shows_the_link_to_those_who_write_it(role, sees, client):
    session = online()
    client.sign_in(PersonFactory(mfa=True, **{role: True}))

    page = client.get(reverse("admin:activities_session_change", args=[session.pk]))

    assert page.status_code == 200
    assert (MARKER in page.text) is sees


def printed(document):
    with document.file.open() as opened:
        return words(opened.read())


# -- what leaves the house ----------------------------------------------------------
def everything_sent():
    """The text of every message, file and letter that left; and which messages."""
    mails = list(OutgoingEmail.objects.all())
    said = [mail.subject + mail.text + mail.html for mail in mails]
    said += [bytes(one.content or b"").decode() for one in Attachment.objects.all()]
    said += map(printed, IssuedDocument.objects.exclude(file=""))
    return " ".join(said), {mail.template.rpartition("/")[2] for mail in mails}


def convene(session):
    batch = convenings.convene(session, by=session.activity.officer)
    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))


def test_link_is_in_nothing_that_leaves_the_house(client):
    activity = ActivityFactory(officer=PersonFactory(officer=True))
    session = online(activity)
    enrolment = enrolments.register(activity, person=PersonFactory(), mode="remote")
    feeds.open_feed(enrolment.person)
    convene(session)
    excuses.excuse(enrolment.participations.get(), by=enrolment.person)

    with travel(session.starts_at):
        left = [
            calendar.file([Session.objects.get(pk=session.pk)]).decode(),
            str(linked_data.script(activity, [session])),
            calendar.Feed(feeds.lines(enrolment.person), name="").drawn().decode(),
            client.get(reverse("pages:agenda-ics")).text,
            client.get(reverse("pages:agenda-rss")).text,
        ]
    sent, names = everything_sent()

    assert names == {"enrolment_confirmed", "session_convocation", "excuse_recorded"}
    assert all(str(session.uuid) in one for one in left)
    assert "MARQUE-SECRETE" not in " ".join([sent, *left])


def test_link_is_in_no_notice_and_no_reminder(django_capture_on_commit_callbacks):
    activity = ActivityFactory(officer=PersonFactory(officer=True))
    session, other = online(activity), online(activity)
    enrolments.register(activity, person=PersonFactory(), mode="remote")
    convene(session)
    for before in (timedelta(days=1), LINK_BEFORE):
        with travel(session.starts_at - before):
            reminders.run()

    with django_capture_on_commit_callbacks(execute=True):
        session.title = "Autre titre"
        session.starts_at += timedelta(hours=1)
        sessions.save_session(session)
        sessions.cancel_session(other, by=activity.officer)
    with travel(now() + timedelta(minutes=11)):
        with django_capture_on_commit_callbacks(execute=True):
            convenings.sweep()
        with django_capture_on_commit_callbacks(execute=True):
            postponing.postpone(session, by=activity.officer)

    sent, names = everything_sent()
    assert names >= {
        *("session_changed", "session_cancelled", "session_postponed"),
        *("session_tomorrow", "link_open"),
    }
    assert "MARQUE-SECRETE" not in sent
