"""Simultaneous clicks: one winner on every lifecycle, and no seat given twice."""

import http.client
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from importlib import import_module
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, connections
from django.urls import reverse

from agency.activities.models import (
    Activity,
    AttendanceSheet,
    CharterVersion,
    Convening,
    Convocation,
    Enrolment,
)
from agency.core.clock import now
from agency.core.journal import broken_links
from agency.core.lifecycle import MoveRefused, move
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from agency.people.models import ImportBatch
from grants.models import (
    Application,
    Point,
    Recusal,
    Review,
    SchemeVersion,
    Sitting,
)
from mentoring.models import MentoringApplication, Pair, PairAlert
from mentoring.states import BACK, JOINED, MEETING, OVER, PairState
from tests import world as worlds
from tests.activities import factories
from tests.grants import factories as grants_factories
from tests.house import GUNICORN, House
from tests.mentoring import factories as mentoring_factories
from tests.people import factories as people_factories
from tests.people.factories import PersonFactory


def pair_in(state):
    """What the database wants of a pair in ``state``."""
    values = {}
    if state in JOINED:
        values |= {"mentor_accepted_at": "now", "mentee_accepted_at": "now"}
    if state in MEETING:
        values["activated_at"] = "now"
    if state in (*OVER, *BACK):
        values["ended_at"] = "now"
    if state == PairState.ENDED_EARLY:
        values["end_reason"] = "other"
    return values


CLICKS = 8
MODELS = [m for m in apps.get_models() if hasattr(m, "moves") and not m._meta.proxy]
# A second convocation leads back to where it starts, guarded by what it changes beside
# the state: its service is raced (tests/grants/held/test_live_races.py).
RACED_APART = {(Sitting, "reconvene")}
ARROWS = [
    (model, name)
    for model in MODELS
    for name in model.moves
    if (model, name) not in RACED_APART
]
# What the database wants beside the state, on the way in and once there.
SETTLED = {
    (Enrolment, "waitlisted"): {"ended_at": None, "signature_due_at": None},
    (Enrolment, "under_review"): {"ended_at": None},
    (Enrolment, "accepted"): {"ended_at": None, "offer_expires_at": None},
    (Enrolment, "confirmed"): {
        "confirmed_at": "now",
        "ended_at": None,
        "offer_expires_at": None,
    },
    (Enrolment, "offered"): {"offer_expires_at": "now"},
    **{
        (Enrolment, over): {"ended_at": "now", "offer_expires_at": None}
        for over in (
            "declined",
            "expired",
            "withdrawn",
            "cancelled",
            "refused",
            "excluded",
        )
    },
    (CharterVersion, "published"): {"published_at": "now"},
    (AttendanceSheet, "locked"): {"locked_at": "now"},
    (AttendanceSheet, "open"): {"locked_at": None},
    (Convening, "done"): {"finished_at": "now"},
    **{
        (ImportBatch, over): {"ended_at": "now"}
        for over in ("done", "failed", "dropped")
    },
    **{
        (MentoringApplication, state): {"submitted_at": "now"}
        for state in ("submitted", "complement", "eligible")
    },
    **{
        (MentoringApplication, state): {"submitted_at": "now", "decided_at": "now"}
        for state in ("retained", "waitlisted")
    },
    (MentoringApplication, "interviewed"): {
        "submitted_at": "now",
        "interviewed_on": "now",
    },
    (MentoringApplication, "refused"): {
        "submitted_at": "now",
        "decided_at": "now",
        "ended_at": "now",
    },
    (MentoringApplication, "withdrawn"): {"submitted_at": "now", "ended_at": "now"},
    (Convening, "running"): {"finished_at": None},
    (Convening, "scheduled"): {"due_at": "now", "finished_at": None},
    (Convocation, "made"): {"document": "letter"},
    (Convocation, "paper"): {"document": "letter"},
    **{(Pair, state): pair_in(state) for state in PairState},
    **{(PairAlert, over): {"settled_at": "now"} for over in ("settled", "lapsed")},
    # Aid: the row that is raced was numbered already, for a sitting.
    (SchemeVersion, "published"): {"published_at": "now"},
    **{
        (Application, over): {"ended_at": "now"}
        for over in ("inadmissible", "withdrawn", "closed_no_action")
    },
    # The commission: what is decided has its date, what is given its opinion.
    (Recusal, "suspected"): {"decided_at": None},
    **{
        (Recusal, decided): {"decided_at": "now"}
        for decided in ("in_force", "rejected", "lifted")
    },
    (Review, "submitted"): {"submitted_at": "now", "opinion": "abstain"},
    (Point, "recorded"): {"ended_at": "now"},
}


# --- Eight clicks on every arrow ---------------------------------------------
@pytest.fixture(scope="module")
def arena(world_folder, django_db_blocker):
    """A database that real threads may write to, and nobody needs afterwards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    address = worlds.copy(world_folder, f"arena_{worker}")
    with django_db_blocker.unblock():
        yield address


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize(
    ("model", "name"), ARROWS, ids=[f"{m._meta.label}.{name}" for m, name in ARROWS]
)
def test_of_eight_simultaneous_clicks_one_wins(arena, model, name):
    with closing(worlds.connect(arena)) as own, worlds.instead_of_default(own):
        row = made(model, model.moves[name].sources[0])
        barrier = threading.Barrier(CLICKS)
        with ThreadPoolExecutor(CLICKS) as pool:
            presses = [
                pool.submit(press, arena, row, name, barrier) for _ in range(CLICKS)
            ]
        wins = [press.result() for press in presses]
        entries = JournalEntry.objects.about(row).filter(action=name)

        assert wins.count(True) == 1
        assert entries.count() == 1
        assert list(broken_links()) == []
        row.refresh_from_db()
        assert row.state == model.moves[name].target


def press(arena, row, name, barrier):
    """One click, from a process's worth of its own: True when it won."""
    wrapper = worlds.connect(arena)
    connections["default"] = wrapper
    try:
        seen = type(row).objects.get(pk=row.pk)
        changes = settled(type(row), row.moves[name].target)
        barrier.wait()
        move(seen, name, **changes)
    except MoveRefused:
        return False
    finally:
        wrapper.close()
    return True


def made(model, state):
    """A row of ``model`` in ``state``, with what the database wants beside it."""
    if model is OutgoingEmail:
        row = OutgoingEmail.objects.order_by("pk").last()
        row.pk, row.key = None, f"{state}{now().timestamp()}"
        row.state, row.sent_at = state, None
        row.save(force_insert=True)
    else:
        row = factory_of(model)()
    model.objects.filter(pk=row.pk).update(state=state, **settled(model, state))
    row.refresh_from_db()
    return row


def factory_of(model):
    """What makes a row of ``model`` that may be put in any state."""
    if model is Application:
        return partial(grants_factories.ApplicationFactory, sent=True)
    if model is SchemeVersion:
        return grants_factories.RulesFactory
    if model is Review:  # mentoring has its own, under the same name
        return grants_factories.ReviewFactory
    name = f"{model.__name__}Factory"
    rooms = (factories, people_factories, mentoring_factories, grants_factories)
    return next(getattr(room, name) for room in rooms if hasattr(room, name))


def settled(model, state):
    known = {"now": now(), "letter": None, None: None}
    if "letter" in (values := SETTLED.get((model, state), {})).values():
        known["letter"] = IssuedDocument.objects.order_by("pk").first()
    return {field: known.get(value, value) for field, value in values.items()}


def test_every_lifecycle_is_raced():
    raced = {model for model, _name in ARROWS}

    assert {m for m in apps.get_models() if hasattr(m, "moves")} - raced == {
        m for m in apps.get_models() if hasattr(m, "moves") and m._meta.proxy
    }
    assert Activity in raced


# --- Registration, through real HTTP and two processes ------------------------
def test_seats_are_given_once_by_two_servers_at_once(
    world_folder, django_db_blocker, request
):
    people, seats = (50, 15) if connection.vendor == "postgresql" else (24, 7)
    house = House(world_folder, "registration")
    request.addfinalizer(house.close)
    wrapper = worlds.connect(house.database)
    with django_db_blocker.unblock(), worlds.instead_of_default(wrapper):
        activity = factories.ActivityFactory(capacity=seats, sessions=2)
        cookies = [signed_in(PersonFactory()) for _ in range(people)]
    path = reverse("activities:enrolment-create", args=[activity.slug])
    ports = [house.run(GUNICORN), house.run(GUNICORN)]

    barrier = threading.Barrier(people)
    with ThreadPoolExecutor(people) as pool:
        clicks = [
            pool.submit(register, ports[i % 2], path, cookie, barrier)
            for i, cookie in enumerate(cookies)
        ]
    answers = [click.result() for click in clicks]

    with django_db_blocker.unblock(), worlds.instead_of_default(wrapper):
        held = Enrolment.objects.filter(activity=activity)
        # Invariant 1 of c7: whoever comes too late is not lost, but waits in line.
        assert held.confirmed().count() == seats
        line = held.in_line()
        assert line.count() == people - seats
        places = [one.place_in_line() for one in line]
        assert places == list(range(1, people - seats + 1))
        assert list(broken_links()) == []
        written = OutgoingEmail.objects.filter(template__endswith="enrolment_confirmed")
        assert written.filter(object_id__in=held.values("pk")).count() == seats
        wrapper.close()
    assert set(answers) == {302}


def signed_in(person):
    """The cookie of a session in which ``person`` is signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"session={session.session_key}"


def register(port, path, cookie, barrier):
    """Open the form, wait for everybody, press the button; the status of the answer."""
    web = http.client.HTTPConnection("localhost", port, timeout=60)
    web.request("GET", path, headers={"Cookie": cookie})
    page = web.getresponse()
    body = page.read().decode()
    csrf = re.search(r"csrf=(\w+)", page.headers["Set-Cookie"])[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', body)[1]
    barrier.wait()
    web.request(
        "POST",
        path,
        urlencode({"csrfmiddlewaretoken": token}),
        {
            "Cookie": f"{cookie}; csrf={csrf}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://localhost:{port}",
        },
    )
    status = web.getresponse().status
    web.close()
    return status
