"""For the mail server: it pipes here what comes back to the address of the sender."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from agency.mail import bounces

# What tells a mail server to keep the report and to try again later (sysexits.h).
TRY_AGAIN = 75


class Command(BaseCommand):
    help = "Read one returned message on the standard input; what is none is ignored."
    requires_system_checks = ()

    def handle(self, *args, **options):
        raw = sys.stdin.buffer.read(bounces.LONGEST)
        try:
            email = bounces.read(raw)
        except OperationalError as error:
            raise CommandError("database away", returncode=TRY_AGAIN) from error
        # Nothing of the report is repeated: whoever wrote it might be answered.
        self.stdout.write("noted" if email else "nothing of ours")
