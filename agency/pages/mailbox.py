"""The mailbox of the demonstration: every message it sent, as its reader got it."""

from email import policy
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

NEWEST = 60
# What keeps its type; only a PDF is shown, anything else is a file to save.
SHOWN, KNOWN = "application/pdf", {"application/pdf", "text/calendar"}
# A mail brings its own styles and nothing else; here it may do nothing else either.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "script-src": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@login_not_required
@require_safe
def demo_mailbox(request):
    address = request.GET.get("a", "").strip().lower()
    messages = list(islice(newest(address), NEWEST))
    context = {"messages_sent": messages, "address": address, "limit": NEWEST}
    return render(request, "pages/demo_mailbox.html", context)


@login_not_required
@require_safe
def demo_mailbox_part(request, name, part):
    """An attachment: shown when it is a PDF, saved otherwise, never run."""
    parts = list(_parsed(name).iter_attachments())
    if not 0 <= part < len(parts):
        raise Http404
    mimetype, filename = parts[part].get_content_type(), parts[part].get_filename()
    if mimetype not in KNOWN:
        mimetype = "application/octet-stream"
    content = parts[part].get_payload(decode=True)
    response = HttpResponse(content, content_type=mimetype)
    kind = "inline" if mimetype == SHOWN else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{_ascii(filename)}"'
    return response


@login_not_required
@require_safe
@xframe_options_sameorigin
@csp_replace(MAIL_POLICY)
def demo_mailbox_html(request, name):
    """The HTML of a message on a page of its own, where it can only be read."""
    body = _parsed(name).get_body(("html",))
    if body is None:
        raise Http404
    return HttpResponse(body.get_content())


def newest(address=""):
    """The messages of the folder, newest first, all or those whose address holds ``address``."""
    for path in sorted(_folder().glob("*.eml"), reverse=True):
        try:
            if not address or address in _reader(path):
                yield _described(path.stem, _parsed(path.stem))
        except (FileNotFoundError, Http404):
            continue


def _described(name, message):
    html = message.get_body(("html",))
    parts = enumerate(message.iter_attachments())
    return {
        "to": message["To"],
        "subject": message["Subject"],
        "at": parsedate_to_datetime(message["Date"]),
        "text": message.get_body(("plain",)).get_content(),
        "html_url": html and reverse("pages:demo-mailbox-html", args=[name]),
        "attachments": [
            {
                "name": part.get_filename(),
                "url": reverse("pages:demo-mailbox-part", args=[name, index]),
            }
            for index, part in parts
        ],
    }


def _folder():
    if not settings.DEMO or not settings.EMAIL_FILE_PATH:
        raise Http404
    return Path(settings.EMAIL_FILE_PATH)


def _parsed(name):
    """The message in the file ``name``, which an address of ours can only spell plainly."""
    path = _folder() / f"{name}.eml"
    if not path.is_file():
        raise Http404
    with path.open("rb") as file:
        return BytesParser(policy=policy.default).parse(file)


def _reader(path):
    with path.open("rb") as file:
        return BytesHeaderParser().parse(file)["To"].lower()


def _ascii(filename):
    plain = (filename or "fichier").encode("ascii", "replace").decode()
    return plain.replace('"', "'").replace("?", "_").replace("\\", "_")
