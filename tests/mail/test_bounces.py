"""What other mail servers send back: believed when it names a message of ours, harmless else."""

import io
import sys
from datetime import timedelta
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agency.core.clock import now, travel
from agency.mail import bounces
from agency.mail.models import OutgoingEmail
from agency.mail.services import flag_address, send
from agency.pages import morning
from agency.people.models import Person
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
UNKNOWN = "smtp; 550 5.1.1 <lou@compagnie.example>: no such mailbox"


@pytest.fixture
def email(template):
    person = PersonFactory(email="lou@compagnie.example")
    context = {"title": "Convocation"}
    email = send(template(), to=person, context=context)
    OutgoingEmail.objects.filter(pk=email.pk).update(state="sent", sent_at=now())
    email.refresh_from_db()
    return email


def report(email, status="5.1.1", diagnostic=UNKNOWN, action="failed", **changes):
    """A notification as Postfix and its like write them."""
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"] = "MAILER-DAEMON@mx.compagnie.example"
    whole["Message-ID"] = "<20261126.BOUNCE@mx.compagnie.example>"
    whole.attach(MIMEText("I'm sorry to have to inform you...", "plain", "utf-8"))
    server, reader = Message(), Message()
    server["Reporting-MTA"] = "dns; mx.compagnie.example"
    reader["Final-Recipient"] = "rfc822; lou@compagnie.example"
    reader["Action"] = action
    reader["Status"] = status
    if diagnostic:
        reader["Diagnostic-Code"] = diagnostic
    facts = Message()
    facts["Content-Type"] = "message/delivery-status"
    facts.set_payload([server, reader])
    whole.attach(facts)
    original = MIMEText("Bonjour", "plain", "utf-8")
    original["Message-ID"] = changes.get("message_id", email.message_id)
    back = Message()
    back["Content-Type"] = changes.get("kind", "message/rfc822")
    as_text = changes.get("kind") == "text/rfc822-headers"
    back.set_payload(original.as_string() if as_text else [original])
    whole.attach(back)
    return whole.as_bytes()


def is_flagged(email):
    return Person.objects.get(pk=email.person_id).email_refused_at is not None


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_dead_address_is_flagged_and_its_message_says_so(email, kind, officer):
    bounces.read(report(email, kind=kind))

    email.refresh_from_db()
    assert is_flagged(email)
    assert email.returned_at
    assert email.state == "sent"
    assert "no such mailbox" in email.last_error
    waits = {one.sort.title(one.count): one.count for one in morning.waiting(officer)}
    assert waits["Adresse à corriger"] == 1


@pytest.mark.parametrize(
    ("status", "diagnostic"),
    [
        ("5.1.2", "smtp; 550 5.1.2 bad destination"),
        ("5.2.1", "smtp; 550 5.2.1 account disabled"),
        ("5.4.4", "X-Postfix; Host or domain name not found"),
        ("5.0.0", "smtp; 550-5.1.1 The email account does not exist"),
    ],
)
def test_every_way_to_say_that_nobody_lives_there(email, status, diagnostic):
    bounces.read(report(email, status, diagnostic))

    assert is_flagged(email)


@pytest.mark.parametrize(
    ("status", "diagnostic"),
    [
        ("5.2.2", "smtp; 552 5.2.2 mailbox full"),
        ("5.7.1", "smtp; 550 5.7.1 blocked: policy"),
        ("5.1.8", "smtp; 550 5.1.8 bad sender"),
        ("5.3.4", "smtp; 552 too large"),
        ("5.0.0", ""),
    ],
)
def test_what_is_not_about_the_address_is_noted_alone(email, status, diagnostic):
    bounces.read(report(email, status, diagnostic))

    email.refresh_from_db()
    assert email.returned_at
    assert not is_flagged(email)


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("4.4.1", "delayed"),
        ("4.2.2", "failed"),
        ("5.1.1", "delayed"),
        ("2.0.0", "relayed"),
    ],
)
def test_a_delay_or_a_success_notes_nothing(email, status, action):
    assert bounces.read(report(email, status, "", action)) is None

    email.refresh_from_db()
    assert email.returned_at is None
    assert not is_flagged(email)


def test_said_twice_the_first_stays_and_a_mended_address_too(email, officer):
    bounces.read(report(email))
    email.refresh_from_db()
    first = email.returned_at
    Person.objects.filter(pk=email.person_id).update(email_refused_at=None)

    with travel(now() + timedelta(days=1)):
        bounces.read(report(email))

    email.refresh_from_db()
    assert email.returned_at == first
    assert not is_flagged(email)


def test_an_address_changed_meanwhile_is_left_alone(email):
    Person.objects.filter(pk=email.person_id).update(email="lou@ailleurs.example")

    bounces.read(report(email))

    assert not is_flagged(email)


def test_a_report_that_names_no_message_of_ours_is_nothing(email):
    for other in ("<forged@plateau.example>", email.message_id[:-20] + ">", ""):
        assert bounces.read(report(email, message_id=other)) is None

    assert not is_flagged(email)


def test_an_answer_of_its_reader_is_no_report(email):
    answer = MIMEText("Je serai là ! 550 5.1.1", "plain", "utf-8")
    answer["In-Reply-To"] = email.message_id

    assert bounces.read(answer.as_bytes()) is None
    assert not is_flagged(email)


# --- Whatever comes in ----------------------------------------------------------------
DEEP = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 5000
BAD = [
    b"",
    b"\0" * 1000,
    b"Content-Type: multipart/report; boundary=x\n\n--x\n",
    b"Content-Type: message/delivery-status\n\nAction: failed\n\nStatus: 5.1.1",
    DEEP,
    b"Content-Type: text/plain; charset=no-such-thing\n\n\xff\xfe",
    b"Subject: " + b"A" * 5_000_000,
]


@pytest.mark.parametrize("raw", BAD, ids=range(len(BAD)))
def test_garbage_is_harmless(raw):
    assert bounces.read(raw) is None


def test_what_stands_in_a_report_can_hurt_no_row(email):
    bounces.read(report(email, diagnostic="550 5.1.1 a\0b " + "x" * 9000))

    email.refresh_from_db()
    assert len(email.last_error) == 400
    assert "\0" not in email.last_error


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_report_that_is_cut_or_scratched_never_raises(email, data):
    raw = report(email)
    at = data.draw(st.integers(0, len(raw)))
    junk = data.draw(st.binary(max_size=30))

    bounces.read(raw[:at] + junk + raw[at + data.draw(st.integers(0, 200)) :])


def test_the_mail_server_pipes_it_to_a_command(email, monkeypatch, capsys):
    stdin = SimpleNamespace(buffer=io.BytesIO(report(email) + b"x" * 3_000_000))
    monkeypatch.setattr(sys, "stdin", stdin)

    call_command("read_bounce")

    assert capsys.readouterr().out == "noted\n"
    assert is_flagged(email)


def test_by_hand_it_is_flagged_all_the_same(email, officer):
    flag_address(email.person, by=officer)

    assert is_flagged(email)
