"""After a new key was put in front of SEALED_TEXT_KEYS: seal everything with it."""

from django.core.management.base import BaseCommand, CommandError

from agency.core import resealing


class Command(BaseCommand):
    help = "Encrypt everything that is sealed with the newest of SEALED_TEXT_KEYS."

    def handle(self, **options):
        unopened = 0
        for tally in resealing.run():
            self.stdout.write(f"{tally.column}: {tally.resealed} sealed again")
            if tally.unopened:
                self.stderr.write(f"{tally.column}: no key opens {tally.unopened}")
            unopened += tally.unopened
        if unopened:
            raise CommandError(
                f"{unopened} values were left as they are: their key is missing. "
                "Put it back at the end of SEALED_TEXT_KEYS and run this again."
            )
        self.stdout.write("Everything bears the newest key: the others may go.")
