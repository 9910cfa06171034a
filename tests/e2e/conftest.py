"""A real browser on the real thing: the supervisor, its web server and its worker."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests import world as worlds
from tests.e2e import cast
from tests.e2e.barriers import LARGE
from tests.e2e.seen import Seen
from tests.house import House
from tests.people.factories import PersonFactory

# Playwright keeps an event loop in this thread; our queries are made beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


class Site:
    """The house that a browser visits, and the people it may be."""

    def __init__(self, house):
        self.house = house
        self.address = "http://localhost"

    def open(self):
        self.address = f"http://localhost:{self.house.run()}"
        return self

    def someone(self, **traits):
        """A person of the house, and the cookie of their session."""
        with worlds.connected(self.house.database):
            person = PersonFactory(**traits)
            return person, self._cookie(person)

    def demo(self, name):
        """The cookie of one of the accounts of the demo."""
        with worlds.connected(self.house.database):
            return self._cookie(cast.account(name)())

    def as_role(self, role):
        """The person of the cast who has ``role``, and the cookie of their session."""
        with worlds.connected(self.house.database):
            person = cast.CAST[role]()
            return person, self._cookie(person) if person else None

    def cookie(self, person):
        """The cookie of a session of somebody who is there already."""
        with worlds.connected(self.house.database):
            return self._cookie(person)

    def _cookie(self, person):
        return cast.cookie(person) | {"url": self.address}

    def find(self, query):
        """What ``query`` finds in the database of the house."""
        with worlds.connected(self.house.database):
            return query()


@pytest.fixture(scope="session")
def site(world_folder, django_db_blocker):
    house = House(world_folder, os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    try:
        with django_db_blocker.unblock():
            yield Site(house).open()
    finally:
        house.close()


@pytest.fixture(scope="session")
def seen(tmp_path_factory):
    """What was looked at: a folder that the processes of this run have in common."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return Seen(folder / "pages-seen")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


# What a busy machine makes the browser say when the next page stands before its transition
# could begin: it is shown at once, and nobody sees a difference.
TOO_FAST = "Transition was "


def note_failure(said, errors):
    if not said.startswith(TOO_FAST):
        errors.append(said)


@pytest.fixture
def visit(site, chromium):
    """Open a window: ``visit(cookie, viewport=PHONE)``. An error in its console fails."""
    windows, errors = [], []

    def window(cookie=None, **options):
        given = {"viewport": LARGE, "locale": "fr-FR", "base_url": site.address}
        context = chromium.new_context(**given | options)
        context.set_default_timeout(20_000)
        if cookie:
            context.add_cookies([cookie])
        context.on("weberror", lambda error: note_failure(str(error.error), errors))
        context.on("console", lambda said: note(said, errors))
        windows.append(context)
        return context.new_page()

    yield window
    for context in windows:
        context.close()
    assert errors == []


def note(said, errors):
    where = said.location.get("url", "")
    if said.type in {"error", "warning"}:
        errors.append(f"{said.text} ({where})")
