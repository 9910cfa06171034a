"""Strictness shared by every test, the cast, and the world of the demo."""

import contextlib
import os
import random
import shutil
import time
import uuid

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import FileField, QuerySet
from hypothesis import settings as hypothesis_settings

from tests import world as worlds
from tests.strict import StrictClient

SOME, MANY = 30, 60
for profile, examples in (("default", SOME), ("ci", MANY)):
    hypothesis_settings.register_profile(
        profile, max_examples=examples, deadline=None, print_blob=True
    )
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

NEEDS_POSTGRES = "proves what only PostgreSQL can: set DATABASE_URL"


# --- The run -----------------------------------------------------------------
def pytest_configure(config):
    if is_worker(config):
        return
    # Workers inherit it: they share one world, and one name for what they make.
    os.environ["PLATEAU_TEST_RUN"] = uuid.uuid4().hex[:8]
    from agency.core import catalogues  # settings are read by now

    catalogues.compile_all()
    whole = config.args_source is config.ArgsSource.TESTPATHS
    if whole and not config.option.collectonly:
        # The world takes half a minute: it is built beside the tests that need none.
        config.builder = worlds.build_ahead()


def pytest_unconfigure(config):
    if builder := getattr(config, "builder", None):
        builder.wait()
    if not is_worker(config) and "PLATEAU_TEST_RUN" in os.environ:
        worlds.forget()


def is_worker(config):
    return hasattr(config, "workerinput")


NEEDS_A_DATABASE = {
    "db",
    "transactional_db",
    "world",
    "world_folder",
    "django_db_setup",
}


# What these prove is written on a page, in a message or in a file, or is a right: no
# database has a say in it. The journeys of a browser (e2e) are played once; the walk and
# axe open every page on PostgreSQL, as everybody.
DRAWN = {
    "test_account_messages",
    "test_agreement_copies",
    "test_agreement_pages",
    "test_alerts_desk",
    "test_animation",
    "test_animation_tablet",
    "test_announcing_desk",
    "test_application_pages",
    "test_applications_desk",
    "test_attendance_desk",
    "test_calendar_clients",
    "test_calendar_text",
    "test_charter_copies",
    "test_composition_file",
    "test_convocation",
    "test_desk_forms",
    "test_difficulties",
    "test_engine",
    "test_letters",
    "test_letters_reminders",
    "test_morning_lines",
    "test_presence",
    "test_printed",
    "test_printing",
    "test_profile",
    "test_pulse_pages",
    "test_reception",
    "test_reports",
    "test_rules",
    "test_sealed_names",
    "test_season_programme",
    "test_sheets",
    "test_signing_page",
    "test_views",
    "test_waiting_views",
}


def proved_already(config, item):
    """In CI, on PostgreSQL: what asks no database was proved on SQLite just before."""
    if "PLATEAU_CI" not in os.environ or connection.vendor != "postgresql":
        return False
    if any(map(item.get_closest_marker, ("postgres", "slow", "hypothesis"))):
        return False
    if item.path.stem in DRAWN or item.path.parent.name == "e2e":
        return True
    if item.get_closest_marker("django_db"):
        return False
    return NEEDS_A_DATABASE.isdisjoint(item.fixturenames)


def when(item):
    short = item.get_closest_marker("slow") is None
    return ("world_folder" in item.fixturenames, short)


def pytest_collection_modifyitems(config, items):
    """The world last, it is being built, and the long tests first among those: they end
    together. Skip what only PostgreSQL can prove without it.
    """
    items.sort(key=when)
    again = [item for item in items if proved_already(config, item)]
    if again:
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in set(again)]
    if connection.vendor == "postgresql":
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason=NEEDS_POSTGRES))


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    waiting = [report for report in skipped if NEEDS_POSTGRES in str(report.longrepr)]
    if waiting:
        terminalreporter.section("NOT PROVED", yellow=True, bold=True)
        terminalreporter.line(
            f"{len(waiting)} tests need PostgreSQL and did NOT run: locks and"
            " simultaneous clicks are unproved. Set DATABASE_URL, or run .ci/run.",
            yellow=True,
        )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """In CI, on PostgreSQL, no test of PostgreSQL may be skipped, for any reason."""
    outcome = yield
    report = outcome.get_result()
    watched = "PLATEAU_CI" in os.environ and connection.vendor == "postgresql"
    if watched and report.skipped and item.get_closest_marker("postgres"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where it must run: {report.longrepr}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Every worker begins with a copy of the same empty tables."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "postgresql":
        test["TEMPLATE"] = worlds.empty()
        yield
    else:
        # A database in memory lasts as long as somebody is connected to it.
        with contextlib.closing(worlds.fill(connection.creation._get_test_db_name())):
            yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A server or thread that some test left behind must not keep the database open: what
    it holds is thrown away anyway, and every test has been judged by then.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


# --- Strictness --------------------------------------------------------------
@pytest.fixture
def client():
    return StrictClient()


@pytest.fixture(autouse=True)
def unordered_querysets_come_back_shuffled(monkeypatch):
    """A page that depends on an order says so; the others must not care."""
    fetch = QuerySet._fetch_all

    def fetch_shuffled(self):
        fresh = self._result_cache is None
        fetch(self)
        if fresh and not self.ordered:
            random.shuffle(self._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_shuffled)


@pytest.fixture(autouse=True)
def nothing_is_left_in_the_cache(monkeypatch):
    """The limits of one test do not count in the next."""
    monkeypatch.setattr(caches["default"], "key_prefix", uuid.uuid4().hex)


@pytest.fixture(autouse=True)
def the_house_has_just_opened(monkeypatch):
    """However long the tests run, no beat is awaited yet: nothing beats here."""
    from agency.pages import health  # settings are read by now

    monkeypatch.setattr(health, "OPENED", time.monotonic())


@pytest.fixture(autouse=True)
def private_files(request, tmp_path_factory, monkeypatch):
    """Issued documents go to a folder of the test's own."""
    folder = tmp_path_factory.getbasetemp() / "media" / uuid.uuid4().hex
    with private_files_in(folder, monkeypatch):
        yield folder


@contextlib.contextmanager
def private_files_in(folder, monkeypatch):
    monkeypatch.setattr(django_settings, "PRIVATE_MEDIA_ROOT", str(folder))
    storages = private_storages()
    for storage in storages:
        monkeypatch.setattr(storage, "_location", str(folder))
        forget_location(storage)
    yield
    for storage in storages:
        forget_location(storage)


def private_storages():
    from django.apps import apps  # models are loaded by now

    fields = [f for model in apps.get_models() for f in model._meta.fields]
    return [f.storage for f in fields if isinstance(f, FileField)]


def forget_location(storage):
    for cached in ("base_location", "location"):
        storage.__dict__.pop(cached, None)


# --- The cast ----------------------------------------------------------------
@pytest.fixture
def anonymous():
    return AnonymousUser()


@pytest.fixture
def stranger(db):
    """A professional who is registered for nothing."""
    return person()


@pytest.fixture
def enrolled(db):
    """A professional with a seat in an activity."""
    from tests.activities.factories import EnrolmentFactory  # only tests that ask

    return EnrolmentFactory(confirmed=True).person


@pytest.fixture
def officer(db):
    return person(officer=True)


@pytest.fixture
def secretary(db):
    return person(secretary=True)


@pytest.fixture
def direction(db):
    return person(direction=True)


@pytest.fixture
def accountant(db):
    return person(accountant=True)


@pytest.fixture
def superuser(db):
    return person(superuser=True)


def person(**traits):
    from tests.people.factories import PersonFactory  # only tests that ask

    return PersonFactory(**traits)


# --- The world ---------------------------------------------------------------
class World:
    """The demo agency in use; what a test does to it is rolled back."""

    def person(self, name):
        """``pro``, ``pro2``, ``agence``, ``direction``: the accounts of the demo."""
        from agency.people.models import Person  # models are loaded by now

        return Person.objects.get(email=f"{name}@demo.plateau.example")


@pytest.fixture(scope="session")
def world_folder():
    return worlds.ready()


@pytest.fixture(scope="session")
def world_connection(world_folder, django_db_blocker):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    wrapper = worlds.connect(worlds.copy(world_folder, worker))
    yield wrapper
    with django_db_blocker.unblock():
        wrapper.close()


@pytest.fixture(scope="session")
def world_media(world_folder, tmp_path_factory):
    """The documents of the demo, as links: what a test adds stays out of the world."""
    media = tmp_path_factory.mktemp("world") / "media"
    (world_folder / "media").mkdir(exist_ok=True)
    shutil.copytree(world_folder / "media", media, copy_function=os.link)
    return media


@pytest.fixture
def world(request, world_media, world_connection, django_db_blocker, monkeypatch):
    """Instead of ``db``: the database of the demo, rolled back after the test."""
    assert "db" not in request.fixturenames, "the world has its own database"
    with (
        private_files_in(world_media, monkeypatch),
        django_db_blocker.unblock(),
        worlds.instead_of_default(world_connection),
        rolled_back(),
    ):
        yield World()


@contextlib.contextmanager
def rolled_back():
    atomic = transaction.atomic()
    # As TestCase does: a durable service does not see this block.
    atomic._from_testcase = True
    with atomic:
        yield
        transaction.set_rollback(True)
