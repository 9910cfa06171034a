"""A message is written once, says what its template says, and keeps its key apart."""

from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import transaction

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.core.sealed import unseal
from agency.mail.letters import PLACEHOLDER
from agency.mail.models import OutgoingEmail
from agency.mail.services import (
    flag_address,
    resend,
    send,
    unflag_address,
)
from agency.mail.states import EmailState

pytestmark = pytest.mark.django_db
SECRET = "https://plateau.example/compte/activation/marker-secret/"


def test_message_is_written_and_delivered_after_commit(
    person, template, django_capture_on_commit_callbacks
):
    name = template("Confirmé : {{ title }}\n\nBonjour {{ person.given_name }},\n")

    with django_capture_on_commit_callbacks(execute=True):
        email = send(name, to=person, context={"title": "Un cycle"})
        assert mail.outbox == []

    email.refresh_from_db()
    assert email.subject == "Confirmé : Un cycle"
    assert email.text.startswith("Bonjour Camille,\n\n--")
    assert (email.state, email.attempts) == (EmailState.SENT, 1)
    assert [sent.to for sent in mail.outbox] == [["camille@compagnie.example"]]


def test_message_of_a_transaction_that_failed_does_not_exist(person, template):
    name = template()

    with transaction.atomic():
        send(name, to=person, context={"title": "Un cycle"})
        transaction.set_rollback(True)

    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("about", [True, False])
def test_same_message_is_written_once(person, template, about):
    name, about = template(), person if about else None
    context = {"title": "Un cycle"}

    first = send(name, to=person, context=context, about=about, occurrence="1")
    second = send(
        name, to=person, context={"title": "Autre"}, about=about, occurrence=1
    )

    assert second.pk == first.pk
    assert OutgoingEmail.objects.count() == 1


def test_another_reader_object_or_occurrence_is_another_message(person, template):
    name = template()
    other = get_user_model().objects.create_user(
        "lou@compagnie.example", given_name="Lou", family_name="Bel"
    )
    context = {"title": "Un cycle"}

    send(name, to=person, context=context)
    send(name, to=other, context=context)
    send(name, to=person, context=context, about=person)
    send(name, to=person, context=context, about=other)
    send(name, to=person, context=context, occurrence="2")
    send(name, to="camille@compagnie.example", context=context)
    send(template(name="tests/emails/other"), to=person, context=context)

    assert OutgoingEmail.objects.count() == 7


def test_an_address_is_the_same_reader_whatever_its_case(template):
    name = template()

    first = send(name, to="Lou@Compagnie.example", context={"title": "T"})
    second = send(name, to="lou@compagnie.example", context={"title": "T"})

    assert first == second


def test_person_without_an_address_gets_nothing(template):
    nobody = get_user_model().objects.create_user(None, given_name="A", family_name="B")

    assert send(template(), to=nobody, context={"title": "T"}) is None
    assert not OutgoingEmail.objects.exists()


def test_person_who_was_erased_is_not_written_to(person, template):
    person.erased_at, person.email = now(), None
    person.save()

    email = send(template(), to=person, context={"title": "T"}, key=SECRET)

    assert (email.state, email.to, email.secret) == (EmailState.SUPPRESSED, "", None)
    assert email.last_error == "Les données de cette personne ont été effacées."


@pytest.mark.parametrize(
    "address", ["pas une adresse", "a@b.example, c@d.example", "a@b.example\nCc: c@d.e"]
)
def test_what_is_not_one_address_is_refused_at_once(template, address):
    email = send(template(), to=address, context={"title": "T"}, key=SECRET)

    assert (email.state, email.secret) == (EmailState.FAILED, None)


def test_key_is_kept_apart_and_sealed(person, template):
    name = template("Votre lien\n\nOuvrez :\n{{ key }}\n")

    email = send(name, to=person, context={}, key=SECRET)

    email.refresh_from_db()
    assert email.text.startswith(f"Ouvrez :\n{PLACEHOLDER}\n")
    assert email.has_secret
    assert unseal(email.secret) == SECRET
    told = f"{email.__dict__ | {'secret': None}} {email!r} {email}"
    assert "marker-secret" not in told


def test_title_that_spells_the_placeholder_does_not_get_the_key(person, template):
    name = template("{{ title }}\n\n{{ title }}\n\n{{ key }}\n")
    title = f"https://loin.example/?{PLACEHOLDER}"

    email = send(name, to=person, context={"title": title}, key=SECRET)

    assert email.text.count(PLACEHOLDER) == 1
    assert PLACEHOLDER not in email.subject


def test_written_again_at_the_same_moment_gives_the_first(
    person, template, monkeypatch
):
    name = template()
    first = send(name, to=person, context={"title": "T"})
    real, seen = OutgoingEmail.objects.filter, []

    def blind_at_first(**conditions):
        seen.append(conditions)
        found = real(**conditions)
        return found.none() if len(seen) == 1 else found

    monkeypatch.setattr(OutgoingEmail.objects, "filter", blind_at_first)

    assert send(name, to=person, context={"title": "T"}).pk == first.pk


def test_attachments_are_kept_with_a_plain_name(person, template):
    files = [("../a\r\nX: y.ics", "text/calendar", "BEGIN:VCALENDAR"), ("b", "", b"b")]

    email = send(template(), to=person, context={"title": "T"}, attachments=files)

    kept = [(a.filename, bytes(a.content)) for a in email.attachments.all()]
    assert kept == [("..-a X: y.ics", b"BEGIN:VCALENDAR"), ("b", b"b")]
    assert BytesIO(kept[0][1]).read().startswith(b"BEGIN")


def failed(person, template, **changes):
    email = send(template(), to=person, context={"title": "T"}, **changes)
    email.state, email.attempts, email.last_error = EmailState.FAILED, 16, "550 non"
    email.save()
    return email


def test_refused_message_is_sent_again_and_journalled(
    person, template, django_capture_on_commit_callbacks
):
    email = failed(person, template)

    with django_capture_on_commit_callbacks(execute=True):
        resend(email, by=person)

    email.refresh_from_db()
    assert (email.state, email.attempts, email.last_error) == (EmailState.SENT, 1, "")
    entry = JournalEntry.objects.about(email).get()
    assert (entry.action, entry.by) == ("resend", person)


def test_account_message_is_never_sent_again_by_staff(person, template):
    name = template(name="account/email/login_code")
    email = send(name, to=person, context={"title": "T"}, key="123456")
    OutgoingEmail.objects.update(state=EmailState.FAILED)
    email.refresh_from_db()

    with pytest.raises(MoveBlocked, match="ne se renvoie pas"):
        resend(email, by=person)


def test_message_whose_key_is_gone_is_not_sent_again(person, template):
    email = failed(person, template, key=SECRET)
    email.secret = None
    email.save()

    with pytest.raises(MoveBlocked, match="n’existe plus"):
        resend(email, by=person)


def test_message_without_an_address_is_not_sent_again(person, template):
    email = failed(person, template)
    email.to = ""

    with pytest.raises(MoveBlocked, match="aucune adresse"):
        resend(email, by=person)


def test_address_is_flagged_and_unflagged_by_hand(person):
    flag_address(person, by=person)
    person.refresh_from_db()
    assert person.email_refused_at is not None

    unflag_address(person, by=person)
    person.refresh_from_db()
    assert person.email_refused_at is None
    actions = JournalEntry.objects.about(person).values_list("action", flat=True)
    assert list(actions) == ["unflag_address", "flag_address"]
