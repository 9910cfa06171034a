"""axe on every page, as every role, on a telephone and on a large screen."""

import pytest
from django.urls import get_resolver, resolve

from agency.people.choices import RoleName
from tests.access import ACCESS, DESK, DOORS, room_of, url_names
from tests.answers import ROLES
from tests.e2e import cast
from tests.e2e.barriers import barriers, look
from tests.e2e.cast import CAST
from tests.e2e.not_pages import NOT_PAGES
from tests.e2e.pages import pages_of
from tests.test_walk import DESK_PAGES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("role", CAST)
def test_every_page_is_accessible(site, visit, seen, role):
    person, cookie = site.as_role(role)
    page = visit(cookie, bypass_csp=True)
    names = site.find(cast.names)

    troubles = [
        f"{address}: {trouble}"
        for address in site.find(lambda: pages_of(role, person))
        for trouble in look(page, address, seen, names)
    ]

    assert not troubles, "\n".join(["", *troubles])


def test_page_with_a_barrier_is_refused(visit):
    page = visit(bypass_csp=True)
    page.set_content(f"<main><h1>Titre</h1><img><pre>{'m' * 90}</pre></main>")

    troubles = " ".join(barriers(page))

    assert "image-alt (critical), 1280 wide" in troubles
    assert "pixels wide in a window of 390" in troubles


def test_every_role_walks():
    assert set(CAST) >= {*ROLES, *RoleName.values}


def test_every_page_is_walked(site):
    walked = set()
    for role in CAST:
        person, _cookie = site.as_role(role)
        for address in site.find(lambda r=role, p=person: pages_of(r, p)):
            walked.add(resolve(address.partition("?")[0]).view_name)

    assert pages() - walked == set()


def pages():
    """The name of every address that shows a page to somebody."""
    opened = {name for name, answers in ACCESS.items() if 200 in answers}
    of_rooms = {name for name in url_names(get_resolver()) if is_opened(name)}
    return (opened | of_rooms | set(DOORS)) - NOT_PAGES


def is_opened(name):
    """Whether ``name`` is a page of a room that a right of somebody opens."""
    label, page = room_of(name) or (None, None)
    right = DESK_PAGES.get(page)
    return page != "export" and right and bool(getattr(DESK[label], right))
