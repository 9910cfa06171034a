"""From a French template to the subject, the text and the HTML of a message.

``<template>.fr.txt`` is a subject, a blank line, a body and, when there is one more
thing to say, a line of two dashes followed by the reason why its reader gets it.
The signature of the agency is added to every message.
"""

import re
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.translation import override

# What everybody but its reader sees in the place of a personal link or code.
PLACEHOLDER = "\u27e6lien personnel\u27e7"
BRACKETS = str.maketrans({"\u27e6": "[", "\u27e7": "]"})

# What is written of an account is not chosen.
OF_ACCOUNTS = ("account/", "people/")
SUBJECT_LENGTH = 150
ELLIPSIS = "\u2026"
SPACES = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
# Control characters, and those that turn the direction of what follows.
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# What mail readers know as the start of a signature, its last space included.
SIGNATURE = "-- "
REASON = re.compile(r"\n--[ ]?\n")
LABELLED = re.compile(r"([^\n]{1,120}?)[ \u00a0\u202f]*:[ \u00a0](\S[^\n]*)")
URL = re.compile(r"https?://\S+")
# A personal link with one of its answers: ``{{ key }}oui/``.
ANSWER = re.compile(re.escape(PLACEHOLDER) + r"[a-z-]+/")
BULLET = re.compile(r"^[-\u2022][ \u00a0]")


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def compose(template, context, *, key_is_link=False, topic=""):
    """The letter that ``template`` makes of ``context``, any key left out of it.

    With a ``topic`` the key is the link by which its reader says no more.
    """
    # Rendered under a name nobody can guess: a title that spells the placeholder
    # would otherwise receive the key.
    marker = uuid.uuid4().hex
    context = {
        "agency": settings.AGENCY,
        "site_url": settings.SITE_URL,
        "person": None,
        **context,
        "key": marker,
        "unsubscribe": PLACEHOLDER if topic else "",
    }
    context["chooses"] = context["person"] and not template.startswith(OF_ACCOUNTS)
    with override(settings.LANGUAGE_CODE):
        written = _plain(f"{template}.fr.txt", context).translate(BRACKETS)
        head, body, reason = parse(written.replace(marker, PLACEHOLDER))
        reason = reason or _plain("mail/reason.fr.txt", context).strip()
        subject = one_line(head.replace(PLACEHOLDER, ""))
        footer = _plain("mail/footer.fr.txt", context | {"reason": reason}).strip()
        html = render_to_string(
            "emails/base.html",
            {
                "subject": subject,
                "body": body,
                "paragraphs": body.split("\n\n"),
                "blocks": blocks(body, key_is_link=key_is_link),
                "reason": reason,
                "agency": context["agency"],
                "site_url": context["site_url"],
                "unsubscribe": context["unsubscribe"],
                "chooses": context["chooses"],
            },
        )
    return Letter(subject, f"{body}\n\n{SIGNATURE}\n{footer}\n", html)


def with_key(letter, key):
    """Text in which ``key`` stands where the placeholder was."""
    return letter.replace(PLACEHOLDER, key)


def parse(written: str) -> tuple[str, str, str]:
    """A rendered template cut into its subject, body and reason."""
    text = UNSAFE.sub("", written.replace("\r\n", "\n").replace("\r", "\n")).strip()
    text = re.sub(r"[ \t]+\n", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    head, _, rest = text.partition("\n\n")
    *bodies, last = REASON.split(f"\n{rest}\n")
    body, reason = ("\n--\n".join(bodies), last) if bodies else (last, "")
    return head, body.strip(), one_line(reason, length=1000)


def one_line(text: str, length: int = SUBJECT_LENGTH) -> str:
    """``text`` on one line, cut between two words when it is too long."""
    line = UNSAFE.sub("", SPACES.sub(" ", text)).strip()
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    words = cut.rsplit(" ", 1)[0]
    return (words if len(words) > length // 2 else cut).rstrip(" ,;:") + ELLIPSIS


def blocks(body: str, *, key_is_link: bool = False) -> list[dict]:
    """What a body is made of, for the HTML: see ``templates/emails/base.html``.

    paragraph (text), list (items), facts (rows of label and value), link (label,
    url), key (label, value, is_link), answer (label, url).
    """
    parts = [part.strip("\n") for part in body.split("\n\n")]
    return [block for part in parts if part for block in _blocks(part, key_is_link)]


def _blocks(part, key_is_link):
    lines = part.split("\n")
    bullets = [bool(BULLET.match(line)) for line in lines]
    first = bullets.index(True) if True in bullets else len(lines)
    if first < len(lines) and all(bullets[first:]):
        items = [BULLET.sub("", line) for line in lines[first:]]
        lead = "\n".join(lines[:first])
        opening = [{"kind": "paragraph", "text": lead}] if lead else []
        return [*opening, {"kind": "list", "items": items}]
    rows = [LABELLED.fullmatch(line) for line in lines]
    if len(lines) > 1 and all(rows):
        return [{"kind": "facts", "rows": [row.groups() for row in rows]}]
    return [_target(part, key_is_link) or {"kind": "paragraph", "text": part}]


def _target(part, key_is_link):
    """The link or the key that a part is, with its label before it or above it."""
    labelled = LABELLED.fullmatch(part.replace(":\n", ": "))
    label, value = labelled.groups() if labelled else ("", part)
    if value == PLACEHOLDER:
        return {"kind": "key", "label": label, "value": value, "is_link": key_is_link}
    if ANSWER.fullmatch(value):
        return {"kind": "answer", "label": label, "url": value}
    if URL.fullmatch(value):
        return {"kind": "link", "label": label, "url": value}
    return None


def _plain(name, context):
    """A text template rendered as text: nothing is escaped for HTML."""
    return get_template(name).template.render(Context(context, autoescape=False))
