"""What one agrees to read, and the link that says no without signing in."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse

from agency.core.clock import now, travel
from agency.core.logs import masked
from agency.mail import delivery, preferences
from agency.mail.choices import Openings, Topic
from agency.mail.models import MailPreference, OutgoingEmail
from agency.mail.services import send
from agency.people.services import erasure
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("mail:preferences")
LINK = re.compile(r"https?://\S+/messages/arret/[^\s\"<>]+")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
DAY = timedelta(days=1)


@pytest.fixture
def reader():
    """Somebody who asked to read of everything at once."""
    person = PersonFactory(email="lou@compagnie.example")
    MailPreference.objects.create(person=person, openings=Openings.AT_ONCE)
    return person


def path(person, topic=Topic.OPENINGS):
    return urlsplit(preferences.link(person, topic)).path


def wants(person, topic=Topic.OPENINGS):
    return person.pk in preferences.wanting(topic, [person.pk])


@pytest.fixture
def written(template, reader):
    """A message that may be refused, in the outbox."""
    context = {"title": "Une annonce \u27e6lien personnel\u27e7"}
    return send(template(), to=reader, context=context, topic=Topic.OPENINGS)


# --- The page --------------------------------------------------------------------------
def test_nothing_is_announced_to_who_chose_nothing(client, stranger):
    client.force_login(stranger)

    page = client.get(PAGE)

    assert not wants(stranger)
    assert wants(stranger, Topic.WEEK_BEFORE)
    assert "Convocation, changement de date ou de lieu" in page.content.decode()
    assert not MailPreference.objects.exists()


def test_a_choice_is_saved_with_its_moment_and_taken_back(client, stranger):
    client.force_login(stranger)

    client.post(PAGE, {"openings": "weekly"})
    chosen = MailPreference.objects.get(person=stranger)
    assert (chosen.openings, chosen.week_before) == ("weekly", False)
    with travel(now() + DAY):
        client.post(PAGE, {"openings": "none", "week_before": "on"})

    after = MailPreference.objects.get(person=stranger)
    assert (after.openings, after.week_before) == ("none", True)
    assert after.chosen_at > chosen.chosen_at


def test_what_is_essential_is_not_in_the_form(client, stranger):
    client.force_login(stranger)

    answer = client.post(PAGE, {"openings": "chaque heure", "essential": "off"})

    assert answer.status_code == 200
    assert "chaque heure" in answer.content.decode()
    assert set(answer.context["form"].fields) == {"openings", "week_before"}


def test_nobody_chooses_for_somebody_else(client, stranger, reader):
    client.force_login(stranger)

    client.post(PAGE, {"openings": "none", "person": reader.pk})

    assert wants(reader)
    assert list(MailPreference.objects.visible_to(stranger)) == [
        stranger.mail_preference
    ]


# --- The link --------------------------------------------------------------------------
def test_opening_the_link_changes_nothing_and_one_press_does(client, reader):
    for _scanner in range(2):
        assert client.get(path(reader)).status_code == 200
        assert client.head(path(reader)).status_code == 200
    assert wants(reader)

    page = client.post(path(reader))

    assert "C’est noté" in page.content.decode()
    assert not wants(reader)
    assert wants(reader, Topic.WEEK_BEFORE)


def test_a_mail_program_presses_without_cookie_and_without_a_page(reader, settings):
    from django.test import Client  # ours does not check what forms send

    program = Client(enforce_csrf_checks=True)

    answer = program.post(path(reader, Topic.WEEK_BEFORE), ONE_CLICK)
    again = program.post(path(reader, Topic.WEEK_BEFORE), ONE_CLICK)

    assert (answer.status_code, again.status_code) == (200, 200)
    assert not wants(reader, Topic.WEEK_BEFORE)
    assert wants(reader)


@pytest.mark.parametrize("change", ["x", "", ":", "é", "A" * 3000])
def test_a_forged_link_is_a_clear_page_and_does_nothing(client, reader, change):
    forged = f"{path(reader)[:-3]}{change}/"

    for answer in (client.get(forged), client.post(forged)):
        assert answer.status_code == 404
    assert wants(reader)


def test_the_link_of_another_purpose_stops_nothing(client, reader):
    from django.core import signing  # what other links of ours are made of

    token = signing.dumps([reader.uuid.hex, "openings"], salt="offers")

    answer = client.post(reverse("mail:unsubscribe", args=[token]))

    assert answer.status_code == 404
    assert "n’est plus valable" in answer.content.decode()
    assert wants(reader)


def test_the_link_of_last_season_is_good_and_an_older_one_is_not(client, reader):
    where = path(reader)

    # The signature bears the time of the machine, which the house does not turn.
    for days, status in ((300, 200), (401, 404)):
        with time_machine.travel(now() + days * DAY):
            assert client.get(where).status_code == status


def test_the_page_says_the_same_of_who_is_gone(client, reader):
    where = path(reader)
    here = client.get(where).content.decode()
    erasure.erase(reader, by=reader)

    gone = client.get(where)
    pressed = client.post(where)

    def bare(page):
        return re.sub(r'(value|nonce)="[^"]*"', "", page)

    assert gone.status_code == pressed.status_code == 200
    assert bare(gone.content.decode()) == bare(here)
    assert reader.email is None or reader.email not in here
    assert not MailPreference.objects.exists()


def test_a_key_in_a_path_stays_out_of_the_logs(reader):
    assert masked(f'"GET {path(reader)} HTTP/1.1"') == (
        '"GET /messages/arret/*** HTTP/1.1"'
    )


# --- In the message -----------------------------------------------------------------------
def test_the_link_is_put_in_at_delivery_and_stands_in_no_row(written, sink, client):
    row = " ".join(str(value) for value in vars(written).values())
    assert "/messages/arret/" not in row
    assert "\u27e6lien personnel\u27e7" in written.text

    delivery.deliver(written.pk)

    [message] = sink.messages
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    header = message["List-Unsubscribe"].strip(" <>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert LINK.findall(text) == LINK.findall(html) == [header]
    # A title that spells the placeholder receives nothing.
    assert "[lien personnel]" in text
    client.post(urlsplit(header).path)
    assert not wants(written.person)
    written.refresh_from_db()
    assert "/messages/arret/" not in written.text + written.html


def test_what_is_essential_carries_no_such_link(template, sink, reader):
    email = send(template(), to=reader, context={"title": "Convocation"})

    delivery.deliver(email.pk)

    [message] = sink.messages
    assert message["List-Unsubscribe"] is None
    assert "/messages/arret/" not in message.as_string()


def test_who_refused_meanwhile_is_not_written_to(written, sink):
    preferences.stop(written.person, Topic.OPENINGS)

    delivery.deliver(written.pk)

    written.refresh_from_db()
    assert (written.state, sink.messages) == ("suppressed", [])
    assert written.last_error


def test_what_makes_no_more_sense_does_not_leave_late(template, sink, reader):
    soon = now() + timedelta(minutes=5)
    context = {"title": "La salle ouvre"}
    email = send(template(), to=reader, context=context, expires_at=soon)

    with travel(soon):
        delivery.sweep()

    email.refresh_from_db()
    assert (email.state, sink.messages) == ("suppressed", [])


def test_a_topic_needs_a_known_reader_and_no_other_key(template):
    context = {"title": "T"}
    for more in ({"to": "lou@x.example"}, {"to": PersonFactory(), "key": "https://x"}):
        with pytest.raises(ValueError, match="topic"):
            send(template(), context=context, topic=Topic.OPENINGS, **more)

    assert not OutgoingEmail.objects.exists()


def test_the_desk_reads_the_choice_on_the_page_of_the_person(client, reader, officer):
    client.sign_in(officer)

    page = client.get(reader.get_absolute_url()).content.decode()

    assert "Annonces" in page
    assert "Un message dès qu’une activité ouvre" in page
