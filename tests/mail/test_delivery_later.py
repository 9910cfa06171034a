"""Messages that wait, are taken up again, or end refused."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth import get_user_model
from django.core.management import call_command

from agency.core.clock import now, travel
from agency.mail import delivery, tasks
from agency.mail.models import OutgoingEmail
from agency.mail.services import send
from agency.mail.states import EmailState
from tests.documents.factories import issue

pytestmark = pytest.mark.django_db
SECRET = "https://plateau.example/?cle=marker-secret&b=<1>"
KEY_TEMPLATE = "Votre lien\n\nBonjour,\n\nOuvrir\u202f: {{ key }}\n"


def write(template, *, to="lou@compagnie.example", **options):
    return send(template(), to=to, context={"title": "Un cycle"}, **options)


def states():
    return dict(OutgoingEmail.objects.values_list("to", "state"))


def later(**delta):
    return travel(now() + timedelta(**delta))


def test_attempts_grow_apart_and_end(template, sink):
    sink.answer_rcpt = lambda address: "451 Later"
    email = write(template)
    waits = []

    for _attempt in range(delivery.ATTEMPTS):
        email.refresh_from_db()
        with travel(email.next_attempt_at or now()) as moment:
            delivery.deliver(email.pk)
        email.refresh_from_db()
        if email.state == EmailState.QUEUED:
            waits.append(email.next_attempt_at - moment)

    assert waits[:3] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
    ]
    assert waits[-1] == timedelta(hours=6)
    assert (email.state, email.attempts) == (EmailState.FAILED, delivery.ATTEMPTS)


def test_account_message_that_failed_keeps_no_key(template, sink):
    sink.answer_rcpt = lambda address: "550 No such user"
    name = template(KEY_TEMPLATE, name="account/email/login_code")
    email = send(name, to="lou@compagnie.example", context={}, key="123456")

    delivery.deliver(email.pk)

    email.refresh_from_db()
    assert (email.state, email.secret) == (EmailState.FAILED, None)


def test_row_of_a_dead_worker_is_given_back_after_five_minutes(template, sink):
    email = write(template)
    assert delivery._claim(email.pk) is not None

    delivery.sweep()
    assert sink.envelopes == []
    with later(minutes=6):
        delivery.sweep()

    email.refresh_from_db()
    assert (email.state, email.attempts) == (EmailState.SENT, 2)


def test_row_on_which_every_worker_dies_ends_refused(template, sink):
    email = write(template)
    OutgoingEmail.objects.update(
        state=EmailState.SENDING, attempts=delivery.ATTEMPTS, claimed_at=now()
    )

    with later(minutes=6):
        delivery.sweep()

    email.refresh_from_db()
    assert (email.state, sink.envelopes) == (EmailState.FAILED, [])


def test_worker_thought_dead_does_not_settle_for_another(template, sink):
    email = write(template)
    slow = delivery._claim(email.pk)
    with later(minutes=6):
        delivery.release()
        delivery._claim(email.pk)

    delivery._settle(slow, state=EmailState.FAILED)

    email.refresh_from_db()
    assert (email.state, email.attempts) == (EmailState.SENDING, 2)


def test_attachment_whose_file_is_away_waits_for_it(template, sink):
    document = issue()
    path = Path(document.file.path)
    email = write(template, attachments=[document])
    content = path.read_bytes()
    path.unlink()

    delivery.deliver(email.pk)
    email.refresh_from_db()
    assert (email.state, email.last_error) == (
        EmailState.QUEUED,
        "Une pièce jointe n’a pas pu être lue.",
    )
    path.write_bytes(content)
    with later(minutes=2):
        delivery.deliver(email.pk)

    [message] = sink.messages
    [attached] = message.iter_attachments()
    assert attached.get_filename() == f"{document.reference}.pdf"
    assert attached.get_content() == content


def test_key_sealed_with_a_lost_key_waits(template, sink, settings):
    email = send(
        template(KEY_TEMPLATE), to="lou@compagnie.example", context={}, key=SECRET
    )
    settings.SEALED_TEXT_KEYS = [Fernet.generate_key().decode()]

    delivery.deliver(email.pk)

    email.refresh_from_db()
    assert (email.state, sink.envelopes) == (EmailState.QUEUED, [])


def test_reader_erased_meanwhile_gets_nothing(template, sink, person):
    email = write(template, to=person, key="123456")
    get_user_model().objects.filter(pk=person.pk).update(erased_at=now())

    delivery.deliver(email.pk)

    email.refresh_from_db()
    assert (email.state, email.secret, sink.envelopes) == (
        EmailState.SUPPRESSED,
        None,
        [],
    )


def test_injection_reaches_no_header(template, sink):
    name = template("{{ title }}\n\n{{ title }}\n")
    title = "Titre\r\nBcc: tout@monde.example\r\n\r\n<b>corps</b>"
    email = send(name, to="lou@compagnie.example", context={"title": title})

    delivery.deliver(email.pk)

    [message] = sink.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "Titre Bcc: tout@monde.example"
    assert sink.readers == ["lou@compagnie.example"]


def test_title_of_300_characters_and_every_script_arrives(template, sink):
    title = "Œuvre 👩🏽‍🎤 עברית " * 20
    email = send(template(), to="lou@compagnie.example", context={"title": title})

    delivery.deliver(email.pk)

    [message] = sink.messages
    assert message["Subject"].strip() == email.subject
    assert title.strip() in message.get_body(("plain",)).get_content()


def test_task_run_twice_sends_once(template, sink):
    email = write(template)

    tasks.deliver.delay(email.pk)
    tasks.deliver.delay(email.pk)
    tasks.sweep.delay()

    assert len(sink.envelopes) == 1


def test_message_that_cannot_be_written_is_refused_for_good(template, sink):
    email = write(template, attachments=[("a.ics", "text/calendar", b"\xff\xfe")])

    delivery.deliver(email.pk)

    email.refresh_from_db()
    assert (email.state, sink.envelopes) == (EmailState.FAILED, [])


def test_first_ring_of_a_batch_sends_them_all(template, sink):
    emails = [write(template, occurrence=number) for number in range(10)]

    tasks.deliver.delay(emails[0].pk)

    assert len(sink.envelopes) == 10
    assert sink.connections == 1


def test_command_sweeps(template, sink):
    write(template)

    call_command("sweep_mail")

    assert len(sink.envelopes) == 1
