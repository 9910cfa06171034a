"""From the outbox to a real mail server, in fair weather and in foul."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from agency.core.clock import now, travel
from agency.core.models import JobRun
from agency.mail import delivery
from agency.mail.models import OutgoingEmail
from agency.mail.services import send
from agency.mail.states import EmailState

pytestmark = pytest.mark.django_db
SECRET = "https://plateau.example/?cle=marker-secret&b=<1>"
KEY_TEMPLATE = "Votre lien\n\nBonjour,\n\nOuvrir\u202f: {{ key }}\n"


def write(template, *, to="lou@compagnie.example", **options):
    return send(template(), to=to, context={"title": "Un cycle"}, **options)


def states():
    return dict(OutgoingEmail.objects.values_list("to", "state"))


def later(**delta):
    return travel(now() + timedelta(**delta))


def test_message_arrives_for_one_reader_with_its_headers(template, sink):
    email = write(template)

    assert delivery.deliver(email.pk)

    [message] = sink.messages
    assert sink.readers == ["lou@compagnie.example"]
    assert message["To"] == "lou@compagnie.example"
    assert (message["Cc"], message["Bcc"]) == (None, None)
    assert message["Message-ID"] == email.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Un cycle"
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_key_is_in_the_message_and_then_nowhere(template, sink, caplog):
    email = send(
        template(KEY_TEMPLATE), to="lou@compagnie.example", context={}, key=SECRET
    )

    delivery.deliver(email.pk)

    [message] = sink.messages
    assert SECRET in message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert 'href="https://plateau.example/?cle=marker-secret&amp;b=&lt;1&gt;"' in html
    email.refresh_from_db()
    assert (email.secret, email.has_secret) == (None, True)
    assert "marker-secret" not in f"{email.__dict__}{caplog.text}"


def test_calendar_part_says_its_method(template, sink):
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Séance\r\nEND:VCALENDAR\r\n"
    )
    files = [
        ("seance.ics", "text/calendar", calendar),
        ("plan.pdf", "application/pdf", b"%PDF-"),
    ]
    email = write(template, attachments=files)

    delivery.deliver(email.pk)

    [message] = sink.messages
    ics, pdf = message.iter_attachments()
    assert ics.get_content_type() == "text/calendar"
    assert ics.get_param("method") == "REQUEST"
    assert (ics.get_filename(), pdf.get_filename()) == ("seance.ics", "plan.pdf")
    assert "SUMMARY:Séance" in ics.get_content()
    assert pdf.get_content() == b"%PDF-"


def test_message_that_was_sent_or_is_not_due_is_left_alone(template, sink):
    sent, waiting = write(template), write(template, occurrence="2")
    delivery.deliver(sent.pk)
    OutgoingEmail.objects.filter(pk=waiting.pk).update(
        next_attempt_at=now() + timedelta(hours=1)
    )

    delivery.deliver(sent.pk)
    delivery.deliver(waiting.pk)
    delivery.deliver(0)
    delivery.sweep()

    assert len(sink.envelopes) == 1


def test_connection_is_kept_between_messages(template, sink):
    for number in range(5):
        write(template, occurrence=number)

    delivery.sweep()

    assert (len(sink.envelopes), sink.connections) == (5, 1)


def test_server_that_hung_up_meanwhile_is_called_again(template, sink):
    write(template)
    delivery.sweep()
    sink.down()
    sink.up()
    write(template, occurrence="2")

    delivery.sweep()

    assert len(sink.envelopes) == 2


def test_ring_that_nobody_hears_is_swept(
    template, sink, settings, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    def away(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("agency.mail.tasks.deliver.delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        write(template)
    assert sink.envelopes == []

    delivery.sweep()

    assert len(sink.envelopes) == 1
    assert JobRun.objects.filter(name="mail.sweep").exists()


def test_server_down_then_up_loses_nothing(template, sink):
    sink.down()
    for number in range(3):
        write(template, occurrence=number)
    delivery.sweep()
    states_while_down = set(states().values())
    tried = OutgoingEmail.objects.exclude(attempts=0).get()
    assert tried.last_error.startswith("Le serveur de messagerie n’a pas répondu")
    sink.up()

    delivery.sweep()
    with later(minutes=2):
        delivery.sweep()

    assert states_while_down == {EmailState.QUEUED}
    assert len(sink.envelopes) == 3
    assert set(states().values()) == {EmailState.SENT}


def test_server_that_refuses_one_in_ten_for_now_gets_them_later(template, sink):
    for number in range(200):
        write(template, to=f"p{number}@compagnie.example")
    refused = {f"p{number}@compagnie.example" for number in range(0, 200, 10)}
    sink.answer_rcpt = lambda address: "451 Later" if address in refused else None

    delivery.sweep()
    assert len(sink.envelopes) == 180
    refused.clear()
    with later(minutes=2):
        delivery.sweep()
        delivery.sweep()

    assert sorted(sink.readers) == sorted(states())
    assert set(states().values()) == {EmailState.SENT}


def test_server_that_refuses_one_in_ten_for_good_flags_them(template, sink):
    people = [
        get_user_model().objects.create_user(
            f"p{number}@compagnie.example", given_name="P", family_name=str(number)
        )
        for number in range(20)
    ]
    for person in people:
        write(template, to=person)
    unknown = {people[0].email, people[10].email}
    sink.answer_rcpt = lambda address: (
        "550 5.1.1 No such user" if address in unknown else None
    )

    delivery.sweep()
    with later(hours=8):
        delivery.sweep()

    flagged = get_user_model().objects.exclude(email_refused_at=None)
    assert {person.email for person in flagged} == unknown
    failed = OutgoingEmail.objects.filter(state=EmailState.FAILED)
    assert {email.to for email in failed} == unknown
    assert failed[0].last_error.endswith("550 5.1.1 No such user")
    assert len(sink.envelopes) == 18


@pytest.mark.parametrize(
    ("answer", "state", "flagged"),
    [
        ("550 No such user", EmailState.FAILED, True),
        ("550 5.7.1 Not from here", EmailState.FAILED, False),
        ("552 5.2.2 Mailbox full", EmailState.FAILED, False),
        ("450 Greylisted", EmailState.QUEUED, False),
    ],
)
def test_only_a_refused_address_is_flagged(
    template, sink, person, answer, state, flagged
):
    sink.answer_rcpt = lambda address: answer
    email = write(template, to=person)

    delivery.deliver(email.pk)

    email.refresh_from_db()
    person.refresh_from_db()
    assert (email.state, person.email_refused_at is not None) == (state, flagged)


def test_message_refused_for_its_content_does_not_flag_its_reader(
    template, sink, person
):
    sink.answer_data = lambda address: "554 Looks like spam"
    email = write(template, to=person)

    delivery.deliver(email.pk)

    email.refresh_from_db()
    person.refresh_from_db()
    assert (email.state, person.email_refused_at) == (EmailState.FAILED, None)


def test_address_changed_since_is_not_flagged(template, sink, person):
    sink.answer_rcpt = lambda address: "550 No such user"
    email = write(template, to=person)
    person.email = "neuve@compagnie.example"
    person.save()

    delivery.deliver(email.pk)

    person.refresh_from_db()
    assert person.email_refused_at is None
