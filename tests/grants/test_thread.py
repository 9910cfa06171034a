"""The thread of a file: both sides, told once until it is read; the notes stay inside."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import today
from agency.core.lifecycle import MoveBlocked
from agency.mail.models import OutgoingEmail
from agency.mail.states import EmailState
from grants.forms.pages import WAYS
from grants.services import completions, thread
from tests.grants.factories import (
    ApplicationEditorFactory,
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    InternalNoteFactory,
    ThreadMessageFactory,
)

pytestmark = pytest.mark.django_db
MARKER = "Zibeline-7431"


@pytest.fixture
def application():
    return ApplicationFactory(instructed=True)


def owner_of(application):
    return application.editors.get(role="owner").person


def mails(name="thread_message"):
    return OutgoingEmail.objects.filter(template=f"grants/emails/{name}")


# --- Who is told, and how often ------------------------------------------------
def test_everybody_of_the_organisation_is_told_once_until_it_is_read(
    application, officer
):
    other = ApplicationEditorFactory(application=application).person
    two = {owner_of(application).pk, other.pk}

    thread.reply(application, body=f"Bonjour. {MARKER}", by=officer)
    thread.reply(application, body="Et encore ceci.", by=officer)

    assert {one.person_id for one in mails()} == two
    assert mails().count() == 2
    assert not [one for one in mails() if MARKER in one.text + one.html]

    thread.read_by_applicants(application)
    thread.reply(application, body="Une autre fois.", by=officer)

    assert mails().count() == 4


def test_what_was_read_in_time_is_not_told(application, officer):
    thread.reply(application, body="Bonjour.", by=officer)

    thread.read_by_applicants(application)

    assert mails().get().state == EmailState.SUPPRESSED


def test_whoever_has_the_file_in_hand_is_told_once_until_it_is_read(application):
    owner = owner_of(application)
    thread.write(application, body=f"Bonjour. {MARKER}", by=owner)
    thread.write(application, body="Et encore ceci.", by=owner)

    mail = mails("thread_message_to_the_house").get()
    assert mail.person == application.rapporteur
    assert MARKER not in mail.text + mail.html

    thread.reply(application, body="Bonjour.", by=application.rapporteur)
    thread.write(application, body="Merci.", by=owner)

    assert mails("thread_message_to_the_house").count() == 2


def test_without_a_rapporteur_it_goes_to_whoever_runs_the_commission():
    application = ApplicationFactory(sent=True)

    thread.write(application, body="Bonjour.", by=owner_of(application))

    officer = application.sitting.session.activity.officer
    assert mails("thread_message_to_the_house").get().person == officer


def test_to_answer_is_to_have_read(application, officer):
    owner = owner_of(application)
    thread.reply(application, body="Bonjour.", by=officer)
    thread.write(application, body="Merci.", by=owner)

    said, answered = thread.messages_of(application)
    assert (said.read_at is not None, answered.read_at) == (True, None)


def test_the_house_reads_nothing_of_a_draft():
    draft = ApplicationFactory()

    with pytest.raises(MoveBlocked):
        thread.write(draft, body="Bonjour.", by=owner_of(draft))

    assert not draft.messages.exists()


def test_a_day_holds_so_many_messages(application):
    owner = owner_of(application)
    ThreadMessageFactory.create_batch(
        thread.MOST_A_DAY, application=application, author=owner
    )

    with pytest.raises(MoveBlocked):
        thread.write(application, body="Encore.", by=owner)


# --- The notes of the team -----------------------------------------------------
def pages_of(application):
    """Every page on which somebody of the organisation meets their application."""
    one = [application.uuid]
    for name in ("detail", "editors", "thread", "completion", "withdraw", "take-over"):
        yield reverse(f"grants:application-{name}", args=one)
    for way in WAYS:
        yield reverse("grants:application-part", args=[*one, way])
    yield from map(
        reverse,
        ("pages:own-space", "pages:own-documents", "people:personal-data"),
    )
    yield reverse("people:personal-data-export")


def test_no_applicant_meets_an_internal_note(client, officer):
    asked = CompletionRequestFactory()
    CompletionItemFactory(request=asked)
    application = asked.application
    owner = owner_of(application)
    InternalNoteFactory(application=application, body=f"Prudence. {MARKER}")
    thread.note(application, body=f"Autre note. {MARKER}", by=officer)
    thread.reply(application, body="Bonjour.", by=officer)
    thread.write(application, body="Merci.", by=owner)
    client.sign_in(owner)

    for url in pages_of(application):
        response = client.get(url, follow=True)
        assert response.status_code in (200, 405), url
        body = b"".join(response) if response.streaming else response.content
        assert MARKER not in body.decode("utf-8", "replace"), url

    said = [one.subject + one.text + one.html for one in OutgoingEmail.objects.all()]
    assert said
    assert not [text for text in said if MARKER in text]


def test_no_message_of_the_file_bears_an_internal_note(application, officer):
    InternalNoteFactory(application=application, body=MARKER)
    items = [("section:performances", "Le lieu ?")]
    due_on = today() + timedelta(days=10)

    completions.ask(application, items=items, due_on=due_on, by=officer)

    assert OutgoingEmail.objects.exists()
    assert not OutgoingEmail.objects.filter(text__contains=MARKER).exists()


def test_the_journal_keeps_no_word_of_what_is_written(application, officer):
    from agency.core.models import JournalEntry  # what was kept, for this test alone

    thread.note(application, body=MARKER, by=officer)
    thread.reply(application, body=MARKER, by=officer)
    thread.write(application, body=MARKER, by=owner_of(application))

    assert not [row for row in JournalEntry.objects.all() if MARKER in str(row.data)]
