"""From the outbox to a real mail server, in fair weather and in foul."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth import get_user_model
from django.core.management import call_command

from agency.core.clock import now, travel
from agency.core.models import JobRun
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
