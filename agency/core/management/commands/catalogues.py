"""Compiles the French catalogues; brings them up to date when asked to."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agency.core import catalogues


class Command(BaseCommand):
    help = "Compile the French catalogues (--update: look for words, --check: fail on a gap)."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--update",
            action="store_true",
            help="look for words in the sources, keep the translations, drop the rest",
        )
        parser.add_argument(
            "--fill",
            type=Path,
            metavar="DIR",
            help="with --update: take missing translations from the JSON files there",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="fail on a missing, fuzzy or stale translation",
        )

    def handle(self, *, update, fill, check, **options):
        if update or fill:
            self.update(catalogues.french_of(fill) if fill else {})
        for folder in catalogues.compile_all():
            if options["verbosity"] > 1:
                self.stdout.write(f"compiled {folder}")
        if check:
            self.check_all()

    def update(self, translations):
        for folder in catalogues.folders():
            catalogue = catalogues.updated(folder)
            catalogues.fill(catalogue, translations)
            catalogues.save(folder, catalogue)

    def check_all(self):
        problems = [
            problem
            for folder in catalogues.folders()
            for problem in catalogues.problems(folder)
        ]
        problems += catalogues.clashes()
        if problems:
            raise CommandError("\n".join(problems))
