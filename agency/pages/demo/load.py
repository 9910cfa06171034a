"""Build the agency of the demo, or empty the house first."""

import gc
import random
import shutil
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction

from agency.core.clock import now, paris, travel
from agency.pages import registry
from agency.pages.demo import directory, lately, programme
from agency.pages.demo.directory import Directory
from agency.pages.demo.script import Script
from agency.people.models import Person

FOUNDED = timedelta(days=900)
SEED = "Les Lisieres"
SELDOM = 100_000


def is_empty():
    return not Person.objects.exists()


def build(*, small=False):
    """Everything, in one transaction: a demo half loaded is no demo."""
    until = now()
    # S311: the same agency each time is the point.
    book = Directory(dice=random.Random(SEED), small=small)  # noqa: S311
    script = Script(until)
    with _seldom_collected(), _hashed_at_once(), transaction.atomic():
        with travel(until - FOUNDED):
            directory.open_house(book)
            directory.gather(book)
            programme.furnish(book)
            lately.write_twice(book)
        lately.stories(book, script, paris(until).date())
        programme.stories(book, script, paris(until).date())
        for tell in registry.stories():
            tell(book, script, paris(until).date())
        script.play()
    return book


@contextmanager
def _seldom_collected():
    """Fewer searches for garbage: most of what is made is small and soon given back."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _hashed_at_once():
    """The password of the demo is published: to hash it slowly for each account would
    protect nobody. Whoever signs in has it hashed as everybody's.
    """
    usual = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = [f"{__name__}.{AtOnce.__name__}", *usual]
    hashers.get_hashers.cache_clear()
    try:
        yield
    finally:
        settings.PASSWORD_HASHERS = usual
        hashers.get_hashers.cache_clear()


class AtOnce(hashers.Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 1024, 1


def forget():
    """Empty the database and the folders of the demo."""
    # PostgreSQL empties no table of which a check still waits for the commit.
    connection.check_constraints()
    call_command("flush", interactive=False, verbosity=0)
    ContentType.objects.clear_cache()
    mailbox = getattr(settings, "EMAIL_FILE_PATH", None)
    for folder in (Path(settings.PRIVATE_MEDIA_ROOT) / "documents", mailbox):
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
