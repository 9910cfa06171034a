"""What an error means: for this message, for its address, for the rest of the queue."""

import smtplib
import ssl

import pytest
from django.core.mail import EmailMessage

from agency.mail import transport
from agency.mail.transport import Refused, hand_over, read

LATER = {"permanent": False, "server_away": False, "bad_address": False}
AWAY = {"server_away": True, "permanent": False, "bad_address": False}
FOR_GOOD = {"permanent": True, "server_away": False, "bad_address": False}
NO_SUCH = {"permanent": True, "server_away": False, "bad_address": True}


def recipient(code, reply):
    return smtplib.SMTPRecipientsRefused({"lou@compagnie.example": (code, reply)})


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (ConnectionRefusedError("refused"), AWAY),
        (TimeoutError(), AWAY),
        (ssl.SSLCertVerificationError("expired"), AWAY),
        (smtplib.SMTPServerDisconnected("gone"), AWAY),
        (smtplib.SMTPConnectError(554, b"No"), AWAY),
        (smtplib.SMTPAuthenticationError(535, b"Bad credentials"), AWAY),
        (smtplib.SMTPSenderRefused(550, b"Not you", "a@b.example"), AWAY),
        (smtplib.SMTPSenderRefused(552, b"Too large", "a@b.example"), FOR_GOOD),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), FOR_GOOD),
        (recipient(421, b"Closing"), AWAY),
        (recipient(450, b"Greylisted"), LATER),
        (recipient(550, b"5.1.1 No such user"), NO_SUCH),
        (recipient(550, b"No such user"), NO_SUCH),
        (recipient(550, b"5.7.1 Relaying denied"), FOR_GOOD),
        (recipient(554, b"Transaction failed"), FOR_GOOD),
        (smtplib.SMTPDataError(451, b"Later"), LATER),
        (smtplib.SMTPDataError(550, b"5.1.1 No such user"), NO_SUCH),
        (smtplib.SMTPDataError(550, b"Spam"), FOR_GOOD),
    ],
)
def test_error_is_understood(error, meaning):
    refusal = read(error)

    assert {name: getattr(refusal, name) for name in meaning} == meaning
    assert refusal.reason


def test_reason_fits_its_column_whatever_the_server_says():
    assert len(read(recipient(550, b"\xff" * 900)).reason) == 400


def message():
    return EmailMessage("Objet", "Texte", to=["lou@compagnie.example"])


def test_refused_address_does_not_cost_the_connection(sink):
    hand_over(message())
    sink.answer_rcpt = lambda address: "550 No such user"
    with pytest.raises(Refused):
        hand_over(message())
    sink.answer_rcpt = lambda address: None

    hand_over(message())

    assert (len(sink.envelopes), sink.connections) == (2, 1)


def test_idle_or_tired_connection_is_renewed(sink, monkeypatch):
    hand_over(message())
    monkeypatch.setattr(transport, "IDLE_SECONDS", -1)
    hand_over(message())
    monkeypatch.setattr(transport, "IDLE_SECONDS", 20)
    monkeypatch.setattr(transport, "MESSAGES_PER_CONNECTION", 1)

    hand_over(message())

    assert (len(sink.envelopes), sink.connections) == (3, 3)


def test_fresh_connection_that_is_cut_says_the_server_is_away(sink):
    sink.answer_rcpt = lambda address: "421 Closing"

    with pytest.raises(Refused) as caught:
        hand_over(message())

    assert caught.value.refusal.server_away
