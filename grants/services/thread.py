"""What applicants and the house write to each other; and, apart, the notes of the team."""

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from grants import dialogue_emails
from grants.contacts import contact_of
from grants.models import InternalNote, ThreadMessage
from grants.services.completions import editors

MOST_A_DAY = 40


@transaction.atomic
def write(application, *, body, by):
    """One of the organisation writes; what the house had written is read by then."""
    message = _keep(application, body, by, from_staff=False)
    read_by_applicants(application)
    contact = contact_of(application)
    if contact is not None:
        first = _first_unread(application, from_staff=False)
        dialogue_emails.thread_message_to_the_house(message, contact, first=first)
    return message


@transaction.atomic
def reply(application, *, body, by):
    """Somebody of the house writes: everybody of the organisation is told, once."""
    message = _keep(application, body, by, from_staff=True)
    read_by_house(application)
    first = _first_unread(application, from_staff=True)
    for person in editors(application):
        dialogue_emails.thread_message(message, person, first=first)
    return message


def _keep(application, body, by, *, from_staff):
    if application.is_draft:
        raise MoveBlocked(_("The house reads nothing of a draft: send it first."))
    own = application.messages.filter(author=by, sent_at__date=today())
    if own.count() >= MOST_A_DAY:
        raise MoveBlocked(_("That is many messages for one day: telephone us instead."))
    message = ThreadMessage.objects.create(
        application=application, author=by, body=body, from_staff=from_staff
    )
    journal.record(application, "write", by=by, message=message.pk)
    return message


def _first_unread(application, *, from_staff):
    """The message since which the other side has read nothing: one mail for all of them."""
    rows = unread(application, from_staff=from_staff)
    return rows.values_list("pk", flat=True).first()


def unread(application, *, from_staff):
    return application.messages.filter(from_staff=from_staff, read_at=None)


# --- Read markers ------------------------------------------------------------------
def read_by_applicants(application):
    """Somebody of the organisation has read it: it is read for all of them."""
    if unread(application, from_staff=True).update(read_at=now()):
        dialogue_emails.call_off_unread(application)


def read_by_house(application):
    unread(application, from_staff=False).update(read_at=now())


def messages_of(application):
    """The thread, the eldest first; each with the name of its author."""
    return list(application.messages.select_related("author"))


def counts(application):
    """How many messages there are, and how many the applicants have not read."""
    new = Q(from_staff=True, read_at=None)
    return application.messages.aggregate(
        total=Count("pk"), unread=Count("pk", filter=new)
    )


# --- The notes of the team: no applicant reads them, anywhere ----------------------
@transaction.atomic
def note(application, *, body, by):
    row = InternalNote.objects.create(application=application, author=by, body=body)
    journal.record(application, "note", by=by, note=row.pk)
    return row


def notes_of(application):
    return list(application.notes.select_related("author"))
