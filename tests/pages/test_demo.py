"""The demo: fresh whatever the day, the same twice, refused by production."""

import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.urls import reverse

from agency.activities.models import Activity, Convening, Participation, Session
from agency.activities.states import ActivityState, ConveningState, SessionState
from agency.core import journal
from agency.core.clock import now, travel
from agency.core.management.commands import up
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from agency.mail.states import EmailState
from agency.pages.demo import gatherings, plan, script
from agency.pages.demo.prose import read
from agency.people.models import Organisation, Person
from agency.settings import base
from mentoring.models import MentoringApplication
from mentoring.states import ApplicationState

A = ActivityState
CYCLE = "practice_cycle"
PASSWORD = "plateau-demo"
ACCOUNTS = (
    *("pro", "pro2", "intervenante", "mentor", "mentoree", "agence", "direction"),
    *("compagnie", "compagnie2", "compta", "membre", "membre2", "presidence"),
)
DAYS = {
    "january": datetime(2027, 1, 11, 9, 0, tzinfo=UTC),
    "leap day": datetime(2028, 2, 29, 6, 30, tzinfo=UTC),
    "new year's eve": datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
}


@pytest.fixture
def demo(db, settings):
    settings.DEMO = True
    yield
    # --fresh makes the content types anew, and the test's end takes them back.
    ContentType.objects.clear_cache()


# One day of the year always, the others once in CI.
LOADED = [
    pytest.param(day, id=name, marks=() if name == "january" else pytest.mark.slow)
    for name, day in DAYS.items()
]


@pytest.fixture(params=LOADED)
def loaded(request, demo):
    with travel(request.param):
        call_command("demo", small=True, verbosity=0)
        yield request.param


@pytest.fixture
def early_spring(demo):
    with travel(datetime(2027, 3, 9, 10, 0, tzinfo=UTC)) as moment:
        yield moment


def person(name):
    return Person.objects.get(email=f"{name}@demo.plateau.example")


def test_demo_is_fresh_on_any_day(loaded):
    cycles = Activity.objects.filter(kind=CYCLE)
    assert cycles.filter(state=A.COMPLETED).count() == 1
    assert cycles.filter(state=A.ANNOUNCED).count() == 1

    # A visitor may register for the cycle of production, and its first session is ahead.
    cycle = cycles.with_seats().with_dates().get(state=A.OPEN)
    assert cycle.opens_at < now() < cycle.closes_at < cycle.first_at
    assert (cycle.capacity, cycle.session_count) == (15, 6)
    assert cycle.taken < cycle.capacity
    assert {
        s.starts_at.astimezone(plan.PARIS).weekday() for s in cycle.sessions.all()
    } == {4}

    # One is convened, with a letter, to a session that is near.
    session = Session.objects.coming().get(
        participations__person=person("pro2"), number=2
    )
    assert (session.starts_at - now()).days < 40
    letters = person("pro2").documents.filter(object_id=session.pk)
    # Its room has changed since: the second version replaces the first.
    assert sorted(letters.values_list("version", flat=True)) == [1, 2]
    assert letters.current().count() == 1
    assert not Convening.objects.exclude(state=ConveningState.DONE).exists()

    # What is over is over, what is ahead is planned, and nothing waits from the past.
    assert not Session.objects.filter(
        ends_at__lt=plan.on(plan.working(now().date() - plan.DAY), "08:00"),
        state=SessionState.PLANNED,
    ).exists()
    assert not Session.objects.filter(
        starts_at__gt=now(), state=SessionState.HELD
    ).exists()
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {
        EmailState.SENT
    }
    assert not OutgoingEmail.objects.filter(sent_at__gt=now()).exists()
    assert list(journal.broken_links()) == []


@pytest.mark.slow
def test_demo_twice_is_the_same(early_spring):
    call_command("demo", small=True, verbosity=0)
    first = told()

    call_command("demo", small=True, fresh=True, verbosity=0)

    assert told() == first


def told():
    """Everything that a reader of the demo could notice."""
    return [
        list(rows)
        for rows in (
            Person.objects.order_by("pk").values_list("given_name", "email", "city"),
            Organisation.objects.order_by("pk").values_list("name", "address"),
            Activity.objects.order_by("slug").values_list("slug", "state", "closes_at"),
            Session.objects.order_by("starts_at", "title").values_list(
                "starts_at", "state"
            ),
            Participation.objects.order_by(
                "person__email", "session__starts_at", "person__family_name"
            ).values_list("person__family_name", "session__title", "state"),
            OutgoingEmail.objects.order_by("created_at", "to", "subject").values_list(
                "to", "subject", "sent_at"
            ),
            IssuedDocument.objects.order_by("reference", "version").values_list(
                "reference", "recipient__family_name", "issued_at"
            ),
        )
    ]


def test_demo_is_refused_by_production(db):
    with pytest.raises(CommandError, match="not a demonstration"):
        call_command("demo")

    assert not Person.objects.exists()


def test_demo_leaves_a_house_in_use_alone(demo, stranger):
    with pytest.raises(CommandError, match="in use"):
        call_command("demo")
    call_command("demo", if_empty=True)

    assert list(Person.objects.all()) == [stranger]


@pytest.mark.slow
def test_demo_rings_no_worker_and_fills_the_mailbox_with_the_last_days(
    early_spring, mailoutbox, django_capture_on_commit_callbacks
):
    said = StringIO()

    with django_capture_on_commit_callbacks() as callbacks:
        call_command("demo", small=True, if_empty=True, stdout=said)

    assert said.getvalue().startswith("demo: loaded in ")
    assert callbacks == []
    recent = OutgoingEmail.objects.filter(
        created_at__gt=early_spring - script.IN_THE_MAILBOX
    )
    assert [m.subject for m in mailoutbox] == list(
        recent.order_by("created_at", "pk").values_list("subject", flat=True)
    )
    assert OutgoingEmail.objects.count() > len(mailoutbox) > 0


@pytest.mark.slow
def test_demo_without_a_letter_is_not_loaded(early_spring, monkeypatch):
    from agency.documents import engine

    whole = engine.pdf

    def torn(html):
        if "Convocation" in html:
            raise ValueError("no ink")
        return whole(html)

    monkeypatch.setattr(engine, "pdf", torn)

    with pytest.raises(gatherings.Unmade, match="no ink"):
        call_command("demo", small=True)

    assert not Person.objects.exists()


@pytest.mark.parametrize("name", ACCOUNTS)
def test_account_of_the_demo_signs_in(world, client, settings, name):
    settings.DEMO = True
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS

    account = {"login": person(name).email, "password": PASSWORD}
    client.post(reverse("account_login"), account)

    assert client.session["_auth_user_id"] == str(person(name).pk)


def test_the_door_names_every_account_of_the_demo(world, client, settings):
    settings.DEMO = True

    page = client.get(reverse("account_login")).text

    assert set(re.findall(r"(\w+)@demo", page)) == set(ACCOUNTS) >= set(up.ACCOUNTS)


def test_every_activity_of_the_demo_has_its_page(world, client):
    shown = Activity.objects.exclude(state=A.DRAFT)

    for activity in shown:
        page = client.get(activity.get_absolute_url())

        assert page.status_code == 200
        assert activity.title in page.content.decode()


def test_demo_holds_the_groups_of_the_field(world):
    kinds = set(Activity.objects.values_list("kind", "state"))

    assert ("codevelopment", A.RUNNING) in kinds
    assert ("peer_group", A.RUNNING) in kinds
    assert ("peer_group", A.OPEN) in kinds
    assert ("peer_group", A.DRAFT) in kinds
    changing = Activity.objects.get(kind="peer_group", state=A.ANNOUNCED)
    assert (
        changing.announcement
        == "Le groupe devient un co-d\u00e9veloppement\u202f: pr\u00e9cisions \u00e0 venir."
    )
    assert Session.objects.filter(state=SessionState.CANCELLED).count() == 1
    postponed = Session.objects.get(state=SessionState.POSTPONED)
    assert postponed.postponed_to.starts_at > postponed.starts_at
    assert set(Session.objects.values_list("format", flat=True)) == {
        "onsite",
        "remote",
        "hybrid",
    }


def test_a_full_group_of_the_demo_is_full(world):
    full = Activity.objects.with_seats().get(
        slug="administration-trois-journees-trois-sujets"
    )

    assert (full.taken, full.state) == (full.capacity, A.OPEN)


def test_size_of_the_demo(world):
    staff = len(read("people")["staff"]) + len(read("people")["facilitator"])

    # Beside the hundred and twenty: the two of a pair to be, and two of a company.
    assert Person.objects.present().count() - staff == 127
    assert Organisation.objects.present().count() == 60
    # One of each was written twice, and made one.
    assert Person.objects.count() - Person.objects.present().count() == 1
    assert Organisation.objects.exclude(merged_into=None).count() == 1
    assert Person.objects.filter(email=None).count() > 5


def test_the_demo_has_thirty_applications_to_mentoring_in_every_state(world):
    found = MentoringApplication.objects.all()

    assert found.count() == 30
    assert set(found.values_list("state", flat=True)) == set(ApplicationState.values)
    assert MentoringApplication.objects.get(person=world.person("mentor")).is_mentor
    assert not MentoringApplication.objects.get(
        person=world.person("mentoree")
    ).is_mentor


@pytest.mark.parametrize("name", ["directory", "organisations", "people", "activities"])
def test_prose_of_the_demo_is_set_as_in_print(name):
    for text in texts(read(name)):
        assert "'" not in text
        for mark in (" ;", " :", " !", " ?", " %", "\u00ab ", " \u00bb"):
            assert mark not in text, text


def texts(value):
    """Every string of a file, but addresses."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) and "://" not in value else []
