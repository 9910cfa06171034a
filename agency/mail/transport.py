"""One connection per worker thread, kept between messages, and what its errors mean."""

import re
import smtplib
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import get_connection
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

# Servers hang up on idle clients and on those that stay for too many messages.
IDLE_SECONDS = 20
MESSAGES_PER_CONNECTION = 100
PERMANENT = 500
CLOSING, TOO_LARGE = 421, 552
# 550 no such mailbox, 551 not here, 553 impossible name...
ADDRESS_CODES = {550, 551, 553}
# ...unless the server says that it is its policy or its own trouble (RFC 3463).
NOT_THE_ADDRESS = re.compile(r"^[45]\.[347]\.")

_thread = threading.local()


@dataclass(frozen=True)
class Refusal:
    """Why a message did not leave, in words, and what that says about the rest."""

    reason: str
    permanent: bool = False
    bad_address: bool = False
    server_away: bool = False


class Refused(Exception):
    def __init__(self, refusal):
        super().__init__(refusal.reason)
        self.refusal = refusal


def hand_over(message):
    """Give ``message`` to the mail server; raises Refused."""
    connection, fresh = _connection()
    try:
        try:
            _send(connection, message)
        except smtplib.SMTPServerDisconnected:
            if fresh:
                raise
            # It hung up while we were idle.
            hang_up()
            connection, _fresh = _connection()
            _send(connection, message)
    except OSError as error:
        refusal = read(error)
        if refusal.server_away:
            hang_up()
        raise Refused(refusal) from error


def _send(connection, message):
    connection.send_messages([message])
    _thread.used_at, _thread.count = time.monotonic(), _thread.count + 1


def _connection():
    """The connection of this thread, and whether it is a new one."""
    server = (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)
    held = getattr(_thread, "connection", None)
    if held is not None:
        stale = time.monotonic() - _thread.used_at > IDLE_SECONDS
        if (
            stale
            or _thread.count >= MESSAGES_PER_CONNECTION
            or _thread.server != server
        ):
            hang_up()
            held = None
    if held is not None:
        return held, False
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        raise Refused(read(error)) from error
    _thread.connection, _thread.server = connection, server
    _thread.used_at, _thread.count = time.monotonic(), 0
    return connection, True


def hang_up():
    """Close the connection of this thread, if it has one."""
    connection = getattr(_thread, "connection", None)
    _thread.connection = None
    if connection is not None:
        with suppress(OSError):
            connection.close()


def read(error: OSError) -> Refusal:
    """What an error of the connection or of the server means."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return _answered(code, reply, about_address=True)
    if isinstance(error, smtplib.SMTPDataError):
        return _answered(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        reason = _("The mail server cannot write to this address.")
        return Refusal(reason, permanent=True)
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code == TOO_LARGE:
            return _answered(error.smtp_code, error.smtp_error)
        # At the greeting, the sign-in or the sender: nothing to do with this message.
        return _away(_reply(error.smtp_code, error.smtp_error))
    return _away(str(error) or type(error).__name__)


def _away(detail):
    reason = _("The mail server did not answer: %(detail)s") % {"detail": detail}
    return Refusal(reason[:400], server_away=True)


def _answered(code, reply, *, about_address=False):
    if code == CLOSING:
        return _away(_reply(code, reply))
    said = {"reply": _reply(code, reply)}
    if code < PERMANENT:
        reason = _("The mail server asked to come back later: %(reply)s") % said
        return Refusal(reason[:400])
    text = force_str(reply, errors="replace")
    bad = code in ADDRESS_CODES and not NOT_THE_ADDRESS.match(text)
    if bad and (about_address or text.startswith("5.1.")):
        reason = _("The mail server refused the address: %(reply)s") % said
        return Refusal(reason[:400], permanent=True, bad_address=True)
    reason = _("The mail server refused the message: %(reply)s") % said
    return Refusal(reason[:400], permanent=True)


def _reply(code, reply):
    return f"{code} {force_str(reply, errors='replace')}".strip()
