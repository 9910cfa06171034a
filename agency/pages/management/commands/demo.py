"""Load the agency of the demonstration."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agency.pages.demo import load


class Command(BaseCommand):
    help = "Build a believable agency for the demonstration; production refuses it."

    def add_arguments(self, parser):
        parser.add_argument(
            "--fresh", action="store_true", help="empty the house first"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing in a house in use"
        )
        parser.add_argument("--small", action="store_true", help="fewer people")

    def handle(self, *, fresh, if_empty, small, verbosity, **_options):
        if not settings.DEMO:
            raise CommandError("This is not a demonstration: nothing was loaded.")
        if fresh:
            load.forget()
        elif not load.is_empty():
            if if_empty:
                return
            raise CommandError("This house is in use: --fresh empties it first.")
        began = time.monotonic()
        load.build(small=small)
        if verbosity:
            self.stdout.write(f"demo: loaded in {time.monotonic() - began:.1f} s")
