"""Fails when an entry of the journal was changed, removed or inserted."""

from django.core.management.base import BaseCommand, CommandError

from agency.core.journal import broken_links
from agency.core.models import JournalEntry


class Command(BaseCommand):
    help = "Verify the chains of the journal."

    def handle(self, **options):
        broken = list(broken_links())
        for entry, problem in broken:
            self.stderr.write(f"{entry}: {problem}")
        if broken:
            raise CommandError(f"{len(broken)} broken links in the journal")
        self.stdout.write(f"{JournalEntry.objects.count()} entries, every chain whole")
