"""A row of the outbox as the message that travels."""

import re
from email.mime.text import MIMEText
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape

from agency.core.clock import now, paris
from agency.core.sealed import unseal
from agency.mail import preferences
from agency.mail.letters import with_key

CALENDAR = "text/calendar"
METHOD = re.compile(rb"^METHOD:([A-Z]+)\r?$", re.MULTILINE)


def build(email):
    """The message of ``email``, for its one reader, with its key in place.

    Raises OSError when the file of an attachment is away.
    """
    text, html = email.text, email.html
    key = _key(email)
    if key:
        text, html = with_key(text, key), with_key(html, escape(key))
    message = EmailMultiAlternatives(
        email.subject,
        text,
        to=[email.to],
        reply_to=[settings.AGENCY["email"]],
        headers=_headers(email) | (_unsubscribing(key) if email.topic else {}),
    )
    message.attach_alternative(html, "text/html")
    # Most have none, and a batch of reminders is spared as many questions.
    if getattr(email, "has_files", True):
        for attachment in email.attachments.select_related("document"):
            _attach(message, attachment)
    return message


def _key(email):
    """The link or code of its reader, that no row shows; None for most messages."""
    if email.topic:
        return preferences.link(email.person, email.topic)
    return unseal(email.secret) if email.secret is not None else None


def _unsubscribing(link):
    """One press in the mail program itself (RFC 2369, RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _headers(email):
    return {
        "Message-ID": email.message_id,
        "Date": format_datetime(paris(now())),
        "Content-Language": settings.LANGUAGE_CODE,
        # No holiday reply, no bounce loop: nobody reads the answers of a machine.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def _attach(message, attachment):
    content = attachment.content
    if attachment.document is not None:
        with attachment.document.file.open("rb") as file:
            content = file.read()
    content = bytes(content)
    if attachment.mimetype.startswith(CALENDAR):
        message.attach(_calendar(attachment.filename, content))
    else:
        message.attach(attachment.filename, content, attachment.mimetype)


def _calendar(filename, content):
    """A calendar part says its method in its type, or no agenda offers to take it."""
    part = MIMEText(content.decode(), "calendar", "utf-8")
    method = METHOD.search(content)
    part.set_param("method", method.group(1).decode() if method else "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename=filename)
    return part
