"""A test client that works like production and refuses a page unfit for our policy."""

from html.parser import HTMLParser

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client, TestCase

DATA = {"application/json", "application/ld+json", "importmap", "speculationrules"}
SPOKEN = {"alt", "title", "placeholder", "aria-label"}
LINKS = {("a", "href"), ("form", "action"), ("iframe", "src"), ("embed", "src")}
UNRENDERED = ("{{", "{%", "{#")


class PageReader(HTMLParser):
    """Reads a page and keeps its offences, its visible text and its title."""

    def __init__(self, typed=()):
        super().__init__(convert_charrefs=True)
        self.typed = typed
        self.offences = []
        self.text = []
        self.title = ""
        self.path = []
        self.ids = set()
        self.repeated_ids = set()
        self.links = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "style":
            self.offences.append("<style>")
        if tag == "script" and "src" not in given and given.get("type") not in DATA:
            self.offences.append("<script> without src")
        for name, value in attrs:
            self.handle_attribute(tag, name, (value or "").strip())
        if tag not in VOID:
            self.path.append(tag)

    def handle_attribute(self, tag, name, value):
        if name.startswith(("on", "hx-on")) or name == "style":
            self.offences.append(f"<{tag} {name}=...>")
        if value.lower().startswith("javascript:"):
            self.offences.append(f'<{tag} {name}="javascript:...">')
        self.refuse_unrendered(value)
        if name in SPOKEN and value:
            self.text.append(value)
        if name == "id":
            (self.repeated_ids if value in self.ids else self.ids).add(value)
        if (tag, name) in LINKS and value:
            self.links.append(value)

    def handle_endtag(self, tag):
        if tag in self.path:
            while self.path.pop() != tag:
                pass

    def handle_data(self, data):
        if "script" in self.path:
            return
        self.refuse_unrendered(data)
        if self.path[-1:] == ["title"] and "svg" not in self.path:
            self.title += data
        if data.strip():
            self.text.append(data.strip())

    def refuse_unrendered(self, text):
        for typed in self.typed:
            text = text.replace(typed, "")
        self.offences += [f"{mark} in {text!r}" for mark in UNRENDERED if mark in text]


VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
    *("source", "track", "wbr"),
}


def read_page(html, typed=()):
    page = PageReader(typed)
    page.feed(html)
    page.close()
    return page


def is_page(response):
    """HTML of ours; a mail shown in a sandbox brings its own style."""
    policy = response.get("Content-Security-Policy", "")
    return (
        response.get("Content-Type", "").startswith("text/html")
        and "sandbox" not in policy
    )


class StrictClient(Client):
    """Runs on-commit callbacks like production, and refuses inline or unrendered HTML.

    ``typed`` are texts that a test has typed itself and that may hold ``{{``.
    """

    typed = ()

    def request(self, **request):
        with TestCase.captureOnCommitCallbacks(execute=True):
            response = super().request(**request)
        if is_page(response):
            offences = read_page(response.text, self.typed).offences
            assert not offences, f"{request['PATH_INFO']}: {offences}"
        return response

    def sign_in(self, person):
        """Sign ``person`` in as from the site; staff with the second factor they need."""
        self.force_login(person)
        request = HttpRequest()
        request.session, request.user = self.session, person
        record_authentication(request, person, "password", reauthenticated=True)
        if person.is_staff:
            record_authentication(request, person, "mfa", id=0, type="totp")
        request.session.save()
        return self
