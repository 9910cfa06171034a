"""Write to somebody: the row appears in the transaction that causes it, once."""

import hashlib

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.bell import ring
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move
from agency.core.rows import insert_unless_there
from agency.core.sealed import seal
from agency.core.text import fold
from agency.documents.models import IssuedDocument
from agency.mail import tasks
from agency.mail.letters import compose, one_line
from agency.mail.models import Attachment, OutgoingEmail
from agency.mail.states import EmailState


def send(
    template,
    *,
    to,
    context,
    about=None,
    occurrence="",
    key=None,
    attachments=(),
    address=None,
    not_before=None,
    topic="",
    expires_at=None,
):
    """Queue ``<template>.fr.txt`` for ``to``, a person or an address; return the row.

    The same template, reader, object and occurrence make one message: asked again,
    the row that exists comes back and nothing is sent. A person without an address
    gets nothing (None). ``key`` is a secret link or code: the template says where
    with ``{{ key }}``, and it is kept apart, sealed, until delivery. ``address``
    writes to a person elsewhere than at their own address; ``not_before`` lets the
    message wait for a moment, as those of the night do, and after ``expires_at`` it
    stays. ``topic``: what it is about, when its reader may refuse to read about it.
    """
    person = None if isinstance(to, str) else to
    address = (address or (to if person is None else person.email) or "").strip()
    erased = getattr(person, "erased_at", None) is not None
    if not address and not erased:
        return None
    unique = key_of(template, person or address, about, occurrence)
    email = _written(template, {"person": person, **context}, key, topic)
    email.key, email.person, email.about = unique, person, about
    email.next_attempt_at, email.expires_at = not_before, expires_at
    email.to = "" if erased else address[:254]
    _judge(email, erased)
    return _store(email, attachments)


def _written(template, context, key, topic):
    """The row, without its reader: what it says, and its secret apart.

    Where the personal link stops the topic, there is no room for another.
    """
    if topic and (key or context["person"] is None):
        raise ValueError("a topic needs a reader who is known, and no other key")
    is_link = bool(key) and key.startswith(("https://", "http://"))
    letter = compose(template, context, key_is_link=is_link, topic=topic)
    return OutgoingEmail(
        template=template,
        topic=topic,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        created_at=now(),
        has_secret=bool(key),
        secret=seal(key) if key else None,
    )


def _judge(email, erased):
    """What will not leave says so at once, and keeps no secret."""
    if erased:
        email.state = EmailState.SUPPRESSED
        email.last_error = _("This person's data was erased.")
    else:
        try:
            validate_email(email.to)
        except ValidationError:
            email.state = EmailState.FAILED
            email.last_error = _("This is not an e-mail address.")
    if email.state != EmailState.QUEUED:
        email.secret = None


def _store(email, attachments):
    email.message_id = _message_id(email)
    email.folded = fold(f"{email.to} {email.subject}")[:700]
    with transaction.atomic(savepoint=False):
        if not insert_unless_there(email):
            # The same message was written before, or a moment ago by somebody else.
            return OutgoingEmail.objects.get(key=email.key)
        Attachment.objects.bulk_create(
            [_attachment(email, attachment) for attachment in attachments]
        )
    if email.state == EmailState.QUEUED:
        ring(tasks.deliver, email.pk)
    return email


def call_off(*templates, about, why):
    """Keep back what was written of ``about`` and has not left yet; return how many.

    What a worker has in hand already leaves. ``why`` stands in the outbox.
    """
    kind = ContentType.objects.get_for_model(about)
    waiting = OutgoingEmail.objects.filter(
        template__in=templates,
        content_type=kind,
        object_id=about.pk,
        state=EmailState.QUEUED,
    )
    return waiting.update(state=EmailState.SUPPRESSED, last_error=why, secret=None)


def key_of(template, reader, about=None, occurrence=""):
    """What makes a message the same: template, reader, object and occurrence."""
    who = reader.lower() if isinstance(reader, str) else reader.pk
    what = (about._meta.concrete_model._meta.label, about.pk) if about else ""
    parts = (template, who, what, str(occurrence))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _message_id(email):
    """Ours and stable: a message delivered again is the same message."""
    host = settings.SITE_URL.split("://", 1)[-1].split(":")[0]
    return f"<{email.created_at:%Y%m%d%H%M%S%f}-{email.key[:32]}@{host}>"


def _attachment(email, attachment):
    if isinstance(attachment, IssuedDocument):
        filename, mimetype = f"{attachment.reference}.pdf", "application/pdf"
        return Attachment(
            email=email, filename=filename, mimetype=mimetype, document=attachment
        )
    filename, mimetype, content = attachment
    return Attachment(
        email=email,
        filename=one_line(filename.replace("/", "-").replace("\\", "-")),
        mimetype=mimetype,
        content=content.encode() if isinstance(content, str) else content,
    )


def why_not_resend(email):
    """The sentence that tells why ``email`` may not be sent again, or nothing."""
    if email.is_account:
        return _(
            "A message about an account is not sent again from here: only its owner can ask for another."
        )
    if email.has_secret and email.secret is None:
        return _(
            "Its personal link is gone: only the person it was for can ask for another."
        )
    if not email.to:
        return _("There is no address to send it to.")
    if email.expires_at and email.expires_at <= now():
        return _("The moment at which it made sense is past.")
    if not email.text:
        return _("Its text is gone: it was kept for twelve months.")
    return ""


def resend(email, *, by, reason=""):
    """Put a refused message back into the outbox; the journal says who did.

    Raises MoveBlocked with a sentence, or MoveRefused when it has moved meanwhile.
    """
    if why := why_not_resend(email):
        raise MoveBlocked(why)
    changes = {"attempts": 0, "next_attempt_at": None, "claimed_at": None}
    with transaction.atomic():
        move(email, "resend", by=by, reason=reason, last_error="", **changes)
        ring(tasks.deliver, email.pk)
    return email


@transaction.atomic
def flag_address(person, *, by):
    """Note by hand that the address of ``person`` takes no mail."""
    return _flag(person, now(), "flag_address", by)


@transaction.atomic
def unflag_address(person, *, by):
    """Note by hand that the address of ``person`` takes mail again."""
    return _flag(person, None, "unflag_address", by)


def _flag(person, moment, action, by):
    type(person)._base_manager.filter(pk=person.pk).update(email_refused_at=moment)
    person.email_refused_at = moment
    journal.record(person, action, by=by)
    return person
