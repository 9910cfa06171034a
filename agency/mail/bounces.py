"""What another mail server sends back days later: a delivery status notification.

RFC 3464. Anybody may write to the address that reads them, so nothing is believed but
the Message-ID of a message of ours, which only its reader has seen.
"""

import re
from email import message_from_bytes, policy

from django.db import transaction

from agency.core.clock import now
from agency.mail.delivery import flag
from agency.mail.models import OutgoingEmail

# The report stands before the message that it brings back; what is longer is cut.
LONGEST = 512 * 1024
MESSAGE_ID = re.compile(r"<[^<>\s]{1,190}>")
CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463: no such mailbox, no such domain, no mail there; disabled; nowhere to route.
# 5.1.7 and 5.1.8 are about the sender, 5.2.2 is a mailbox that is full.
ABOUT_THE_ADDRESS = {
    *("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"),
    *("5.2.1", "5.4.4"),
}
# The server found no better word: what the other one answered is beside it.
VAGUE = {"5.0.0", ""}
FAILED = "failed"


def read(raw):
    """Note the message of ours that ``raw`` sends back, and flag its address if it is dead.

    Returns the message, or None: no report, a delay only, or nothing of ours.
    """
    try:
        report = message_from_bytes(raw[:LONGEST], policy=policy.compat32)
        failures = [block for block in _recipients(report) if _failed(block)]
        names = _references(report) if failures else ()
    except (LookupError, RecursionError, ValueError):
        # Made to hurt, or by a program that cannot write one.
        return None
    known = OutgoingEmail.objects.filter(message_id__in=names)
    email = known.select_related("person").order_by("-pk").first()
    if email is None:
        return None
    _note(email, failures[0])
    return email


@transaction.atomic
def _note(email, block):
    reason = _text(block, "Diagnostic-Code") or _text(block, "Status")
    first = OutgoingEmail.objects.filter(pk=email.pk, returned_at=None)
    if first.update(returned_at=now(), last_error=reason[:400]):
        email.refresh_from_db(fields=["returned_at", "last_error"])
        if _status(block) in ABOUT_THE_ADDRESS:
            flag(email)


def _recipients(report):
    """The blocks of the report, one for each recipient."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            # A report that is no report is a string here.
            yield from blocks if isinstance(blocks, list) else ()


def _failed(block):
    return _text(block, "Action").lower() == FAILED and _status(block)[:1] != "4"


def _status(block):
    """5.1.1, as the report says it or as the server that refused did."""
    said = _code(_text(block, "Status"))
    return _code(_text(block, "Diagnostic-Code")) or said if said in VAGUE else said


def _code(text):
    found = CODE.search(text)
    return ".".join(found.groups()) if found else ""


def _references(report):
    """Every Message-ID that the report names: of what it brings back, or answers."""
    found = set()
    for part in report.walk():
        for name in ("Message-ID", "In-Reply-To", "References"):
            found |= set(MESSAGE_ID.findall(_text(part, name)))
        if part.get_content_type() == "text/rfc822-headers":
            found |= set(MESSAGE_ID.findall(str(part.get_payload())[:LONGEST]))
    return sorted(found)[:50]


def _text(block, name):
    """A header on one line, whatever stands in it, without what no row can hold."""
    return " ".join(str(block.get(name, "")).replace("\0", "").split())
