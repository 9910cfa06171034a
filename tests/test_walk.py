"""One walk over every page as each role, over the demo in use: what every page promises.

Access as the tables of tests/access.py say; French words; no inline script or
style (the client refuses them); a strict policy; no-store for whoever is signed in; no
dead link; a GET that writes nothing, with few queries.
"""

import re
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.urls import Resolver404, resolve, reverse

from agency.core import catalogues
from agency.core.admin import site
from agency.core.admin.permissions import visible_rows
from tests.access import ACCESS, DESK, DOORS, LEADS
from tests.answers import ROLES, STAFF
from tests.scene import Scene
from tests.strict import is_page, read_page

# One file of everything: it reads every table, and the journal notes who took it.
EXPORT = "/mon-espace/donnees/export/"
# Files made on the spot: the journal notes who took them.
TAKEN = (
    *(EXPORT, "/exporter/csv/", "/restes/"),
    *("/accueil.pdf", "/dossier.pdf", "/appariement.pdf", "/bilan.pdf", "/bilan.xlsx"),
)
# What may be known but not done, and what may not even be known.
REFUSED = (403, 404)
MOST_QUERIES = 15
# The journal names the objects of each kind in one query.
JOURNAL, KINDS = "/gestion/core/journalentry/", 12
POLICY = "default-src 'none'"
# Written by a GET on purpose: the session, who is signed in where, the day on which a
# calendar came to read.
OWN_TABLES = (
    *("django_session", "usersessions_usersession", "account_emailaddress"),
    "activities_calendarfeed",
)
WRITES = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# The gallery of components shows the codes of states, for those who build pages.
GALLERY = "/composants/"
# What no French sentence holds; names of people and places are not English.
ENGLISH = re.compile(
    r"\b(?:the|and|your|you|please|with|this|that|are|has|have|been|from|not|these"
    r"|delete|select|enter|required|sign in|log in|password|search|history|view|by)\b"
)
# The words of the house's own that are the same, or quoted, in French.
QUOTED = re.compile(r"components/[\w.]+|[\w.+-]+@[\w.-]+|https?://\S+|BEGIN:VCALENDAR")

# The pages of a room: how each is addressed, and which right of Room opens it.
DESK_PAGES = {
    "changelist": "view",
    "add": "add",
    "change": "view",
    "history": "view",
    "delete": "delete",
    "export": "export",
    "move": None,
}


@pytest.fixture
def scene(world):
    return Scene().convene()


# The whole desk, for each of its roles, is seen once in CI.
WALKS = [
    pytest.param(role, marks=pytest.mark.slow)
    if role in (*STAFF, "facilitator")
    else role
    for role in ROLES
]


@pytest.mark.parametrize("role", WALKS)
def test_walk(role, scene, client):
    person = scene.person(role)
    if person:
        client.sign_in(person)

    troubles = [
        f"{url}: {trouble}"
        for url, expected in pages(role, scene, person)
        for trouble in look(client, url, expected, signed_in=person is not None)
    ]

    assert not troubles, "\n".join(["", *troubles])


def pages(role, scene, person):
    """(address, status) of every page."""
    for name, answers in ACCESS.items():
        expected = answers[ROLES.index(role)]
        yield reverse(name, args=scene.arguments(name)), expected
    yield from desk_pages(role, person)
    for name, who in DOORS.items():
        yield reverse(name, args=scene.arguments(name)), desk_answer(role, who)


def desk_pages(role, person):
    """(address, status) of every page of every room of the desk.

    Those who have no role there are refused at the door: one page of each room shows it.
    """
    for model in site._registry:
        row = row_for(person, model)
        for page, right in DESK_PAGES.items():
            arguments = page_arguments(page, row)
            if arguments is None or (role not in STAFF and page != "changelist"):
                continue
            meta = model._meta
            name = f"admin:{meta.app_label}_{meta.model_name}_{page}"
            answer = desk_answer(role, getattr(DESK[meta.label_lower], right))
            leads = name in LEADS and answer == 200
            yield reverse(name, args=arguments), 302 if leads else answer


def row_for(person, model):
    """One that they may see, where they may see any; else one that is not for them."""
    rows = model._default_manager.order_by("pk")
    seen = visible_rows(model, person).order_by("pk") if person else rows
    return seen.first() or rows.first()


def page_arguments(page, row):
    """What the address of a page of a room takes; None when there is no such page."""
    if page in {"changelist", "add"}:
        return []
    if page == "export":
        return ["csv"]
    return None if row is None or page == "move" else [row.pk]


def desk_answer(role, allowed):
    if role == "anonymous":
        return 302
    return 200 if role in allowed else REFUSED


def look(client, url, expected, *, signed_in):
    """The troubles of one page, as sentences."""
    try:
        with watched() as (statements, written):
            response = client.get(url)
            if response.streaming:
                b"".join(response)  # closes the file
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 told with the others
        yield f"{type(error).__name__}: {error}"
        return
    if response.status_code not in (expected if expected is REFUSED else (expected,)):
        yield f"answers {response.status_code}, not {expected}"
    if written and not url.endswith(TAKEN):
        yield f"a GET wrote: {written}"
    most = MOST_QUERIES + KINDS if url == JOURNAL else MOST_QUERIES
    if len(statements) > most and url != EXPORT:
        yield f"{len(statements)} queries"
    yield from headers(response, signed_in)
    if is_page(response) and response.content:
        page = read_page(response.text)
        yield from promises(page, whole="<html" in response.text)
        yield from english(page) if url != GALLERY else ()


@contextmanager
def watched():
    """Every statement of a request, and those that write where a GET must not."""
    statements, written = [], []

    def watch(execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            statements.append(sql)
        found = WRITES.match(sql)
        if found and not found[1].startswith(OWN_TABLES):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield statements, written


def headers(response, signed_in):
    if POLICY not in response.get("Content-Security-Policy", ""):
        yield "has no strict policy"
    if "unsafe" in response.get("Content-Security-Policy", ""):
        yield "allows what is unsafe"
    if response.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"
    if signed_in and "no-store" not in response.get("Cache-Control", ""):
        yield "may be stored"


def promises(page, *, whole):
    if whole and not page.title.strip():
        yield "has no title"
    if page.repeated_ids:
        yield f"ids given twice: {page.repeated_ids}"
    for link in page.links:
        yield from dead(link, page.ids)


def english(page):
    for text in {page.title, *page.text}:
        if text.strip() in untranslated() or ENGLISH.search(QUOTED.sub(" ", text)):
            yield f"English: {text[:80]!r}"


def dead(link, ids):
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or link.startswith("/static/"):
        return
    if not parts.path:
        if parts.fragment and parts.fragment not in ids:
            yield f"leads nowhere: {link}"
        return
    try:
        resolve(parts.path)
    except Resolver404:
        if parts.path.startswith("/"):
            yield f"leads nowhere: {link}"


_untranslated = set()


def untranslated():
    """English sentences of the catalogues that are not also French ones."""
    if not _untranslated:
        french = set()
        for folder in catalogues.folders():
            for (_, msgid), message in catalogues.entries(
                catalogues.read(folder)
            ).items():
                _untranslated.add(msgid)
                french |= (
                    set(message.string) if message.pluralizable else {message.string}
                )
        _untranslated.difference_update(french)
    return _untranslated
