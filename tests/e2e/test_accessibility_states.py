"""axe on what the walk does not meet: an empty house, mistakes, waiting codes, errors."""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import reverse

from agency.activities import offers
from agency.activities.models import Activity
from agency.activities.services import enrolments, waiting
from agency.core.admin import site as desk
from agency.core.clock import now
from agency.people import claims
from agency.people.models import Person
from mentoring import press_links
from mentoring.press_links import Answer
from tests import world as worlds
from tests.access import DESK
from tests.activities.factories import ActivityFactory
from tests.e2e import cast
from tests.e2e.barriers import barriers, look, see
from tests.e2e.conftest import Site
from tests.e2e.desk_pages import to_convene
from tests.e2e.pages import pages_of
from tests.house import House
from tests.mentoring.factories import NudgeSentFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.slow

ADDRESS = "personne@courriel.example"
# The limit of allauth for one address of the network, each minute.
RESETS = 20
HTML = "text/html; charset=utf-8"


# --- A house in which nothing has happened yet -----------------------------------
@pytest.fixture(scope="module")
def empty(world_folder, django_db_blocker):
    """The site of a house without a row but those of the people who look at it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    house = House(world_folder, f"empty-{worker}")
    try:
        for letter in house.letters():
            letter.unlink()
        with django_db_blocker.unblock():
            with worlds.connected(house.database):
                call_command("flush", interactive=False, verbosity=0)
            site = Site(house)
            # Somebody must be there, or the house would load the demo.
            site.as_role("officer")
            yield site.open()
    finally:
        house.close()


@pytest.mark.parametrize("role", ["anonymous", "stranger", "officer"])
def test_page_of_an_empty_house_is_accessible(empty, visit, seen, role):
    person, cookie = empty.as_role(role)
    page = visit(cookie, bypass_csp=True, base_url=empty.address)
    names = empty.find(cast.names)

    troubles = [
        f"{address}: {trouble}"
        for address in empty.find(lambda: pages_of(role, person))
        for trouble in look(page, address, seen, names)
    ]

    assert not troubles, "\n".join(["", *troubles])


# --- Somebody waits, somebody is offered a seat ---------------------------------------
def a_line():
    """A full room of which a seat has freed itself.

    The activity, the one who waits, the offer, with their people: read here, for
    outside there is no house to ask.
    """
    activity = ActivityFactory(capacity=1, sessions=2)
    seat, offer, waits = (
        enrolments.register(activity, person=PersonFactory()) for _n in range(3)
    )
    enrolments.withdraw(seat, by=seat.person)
    # At night nobody is written to: an officer offers it.
    offer.refresh_from_db()
    if offer.is_waiting:
        waiting.offer(offer, by=activity.officer)
    return activity, (waits, waits.person), (offer, offer.person)


def test_waiting_and_being_offered_a_seat_are_accessible(site, visit, seen):
    activity, (waits, waiting_person), (offer, offered) = site.find(a_line)
    _officer, desk_cookie = site.as_role("officer")
    line = reverse("admin:activities_enrolment_line", args=[activity.pk])
    link = reverse("activities:offer-answer", args=[offer.uuid, offers.token(offer)])
    leave = reverse("activities:enrolment-withdraw", args=[waits.uuid])
    visits = [
        (None, [activity.get_absolute_url(), link]),
        (site.cookie(waiting_person), [waits.get_absolute_url(), leave]),
        (site.cookie(offered), [offer.get_absolute_url(), "/mon-espace/"]),
        (desk_cookie, [line, reverse("admin:index")]),
    ]
    names = site.find(cast.names)

    troubles = [
        f"{address}: {trouble}"
        for cookie, addresses in visits
        for page in [visit(cookie, bypass_csp=True)]
        for address in addresses
        for trouble in look(page, address, seen, names)
    ]

    assert not troubles, "\n".join(["", *troubles])


# --- A reminder is answered by its link -------------------------------------------------
def a_reminder():
    """The addresses of its answers, then that of one which has its answer."""
    asked = NudgeSentFactory()
    done = NudgeSentFactory(mentee_answered_at=now())
    for nudge, answers in ((asked, Answer.values), (done, [Answer.MET.value])):
        token = press_links.token(nudge, "mentee")
        for answer in answers:
            yield reverse("mentoring:nudge-answer", args=[nudge.uuid, token, answer])


def test_the_link_of_a_reminder_is_accessible(site, visit, seen):
    addresses = site.find(lambda: list(a_reminder()))
    names, page = site.find(cast.names), visit(None, bypass_csp=True)

    troubles = [
        f"{address}: {trouble}"
        for address in addresses
        for trouble in look(page, address, seen, names)
    ]

    assert not troubles, "\n".join(["", *troubles])


# --- Forms that come back ----------------------------------------------------------
@dataclass(frozen=True)
class Mistake:
    """A form sent empty but for what is ``typed``."""

    role: str
    address: str
    typed: dict = field(default_factory=dict)


EMPTIED = """form => {
    form.noValidate = true;
    const typed = "text email password search tel url date time textarea select-one";
    for (const one of form.elements)
        if (typed.split(" ").includes(one.type) && !one.readOnly) one.value = "";
}"""
SHOWN = "[aria-invalid=true], [data-errors], .error"


def mistakes():
    yield Mistake("anonymous", reverse("account_login"))
    yield Mistake(
        "anonymous", reverse("account_login"), {"login": ADDRESS, "password": "faux"}
    )
    yield Mistake("anonymous", reverse("account_signup"))
    yield Mistake("anonymous", reverse("account_request_login_code"))
    yield Mistake("anonymous", reverse("account_reset_password"))
    yield Mistake("anonymous", claim_page(), {"password": "court"})
    yield Mistake("stranger", reverse("people:profile-edit"))
    yield Mistake("stranger", reverse("people:affiliation-create"))
    yield Mistake("stranger", reverse("people:personal-data-erase"))
    yield Mistake("stranger", reverse("account_email"))
    yield Mistake("stranger", reverse("account_change_password"))
    yield Mistake("stranger", reverse("account_reauthenticate"), {"password": "faux"})
    yield Mistake("stranger", reverse("mfa_activate_totp"), {"code": "000000"})
    # The page of a new activity has no form: it leads to those of the kinds.
    for model in desk._registry.keys() - {Activity}:
        if "officer" in DESK[model._meta.label_lower].add:
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            yield Mistake("officer", reverse(f"admin:{name}_add"))
    yield Mistake("officer", reverse("admin:activities_enrolment_enrol"))
    yield Mistake(
        "officer",
        reverse(
            "admin:activities_session_convene",
            args=to_convene(cast.CAST["officer"]())[0],
        ),
        {"paragraph": "Bonjour. " * 200},
    )
    person = Person.objects.present().filter(roles=None).order_by("pk")[0]
    yield Mistake(
        "direction", reverse("admin:people_person_give_role", args=[person.pk])
    )


def claim_page():
    # Not of the team: the cast opens their accounts.
    known = Person.objects.present().filter(roles=None, email__isnull=False)
    unclaimed = known.filter(password__startswith="!")
    return urlsplit(claims.link(unclaimed.order_by("pk")[0])).path


def test_form_that_comes_back_is_accessible(site, visit, seen):
    windows, troubles = {}, []
    for mistake in site.find(lambda: list(mistakes())):
        if mistake.role not in windows:
            _person, cookie = site.as_role(mistake.role)
            # A resize in the middle of a transition would be told in the console.
            windows[mistake.role] = visit(
                cookie, bypass_csp=True, reduced_motion="reduce"
            )
        page = windows[mistake.role]
        troubles += [f"{mistake}: {one}" for one in make(page, mistake, seen)]

    assert not troubles, "\n".join(["", *troubles])


def make(page, mistake, seen):
    """Send the form with its mistake; the troubles of the page that comes back."""
    page.goto(mistake.address)
    form = page.locator("main form[method=post]").first
    form.evaluate(EMPTIED)
    for name, words in mistake.typed.items():
        form.evaluate(
            "(form, [name, words]) => { form.elements[name].value = words; }",
            [name, words],
        )
    with page.expect_navigation():
        form.locator("[type=submit]").last.click()
    if not page.locator(SHOWN).count():
        yield "shows no error"
    yield from see(page, page.content(), seen)


# --- Pages that wait for a code ------------------------------------------------------
def test_page_that_waits_for_a_code_is_accessible(site, visit):
    page = visit(bypass_csp=True, reduced_motion="reduce")
    troubles = []
    page.goto(reverse("account_request_login_code"))
    page.locator("main [name=email]").fill("pro@demo.plateau.example")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url("**/code/confirm/")
    troubles += barriers(page)
    page.locator("main [name=code]").fill("AAAAAA")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_selector(SHOWN)
    troubles += barriers(page)

    page.context.clear_cookies()
    page.goto(reverse("account_signup"))
    words = {
        "given_name": "Lou",
        "family_name": "Arnal",
        "email": ADDRESS,
        "password1": "une phrase facile à retenir",
    }
    for name, typed in words.items():
        page.locator(f"main [name={name}]").fill(typed)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url("**/confirm-email/")
    troubles += barriers(page)

    assert not troubles, "\n".join(["", *troubles])


# --- Pages for when something is wrong --------------------------------------------------
def test_page_that_says_what_is_wrong_is_accessible(empty, visit):
    _person, cookie = empty.as_role("stranger")
    page = visit(cookie, bypass_csp=True, base_url=empty.address)
    visitor = visit(bypass_csp=True, base_url=empty.address)
    with unreadable(empty) as broken:
        broke = visitor.request.get(broken)
    troubles = []

    for status, window, answer in [
        (403, page, page.request.get("/gestion/")),
        (403, page, page.request.post("/compte/logout/")),
        (404, page, page.request.get("/introuvable/")),
        (404, visitor, visitor.request.get("/introuvable/")),
        (429, visitor, one_too_many(visitor)),
        (500, visitor, broke),
    ]:
        assert answer.status == status
        show(window, answer)
        troubles += [f"{status}: {trouble}" for trouble in barriers(window)]

    assert not troubles, "\n".join(["", *troubles])


@contextmanager
def unreadable(empty):
    """The page of an activity of a kind that no app has registered, inside the block."""
    officer, _cookie = empty.as_role("officer")
    activity = empty.find(lambda: ActivityFactory(officer=officer))
    row = Activity.objects.filter(pk=activity.pk)
    empty.find(lambda: row.update(kind="inconnu"))
    yield activity.get_absolute_url()
    empty.find(lambda: row.delete())
    empty.find(lambda: activity.season.delete())


def one_too_many(page):
    """What answers somebody who asks for a new password again and again."""
    address = reverse("account_reset_password")
    page.goto(address)
    token = page.locator("main [name=csrfmiddlewaretoken]").first.input_value()
    headers = {"origin": page.url.removesuffix(address)}
    for _time in range(RESETS + 1):
        answer = page.request.post(
            address,
            form={"csrfmiddlewaretoken": token, "email": ADDRESS},
            headers=headers,
        )
    return answer


def show(page, answer):
    """Open what was answered, as a page: its status alone would be told in the console."""
    html = answer.text()
    page.route("**/montre/", lambda route: route.fulfill(body=html, content_type=HTML))
    page.goto("/montre/")
    page.unroute("**/montre/")
