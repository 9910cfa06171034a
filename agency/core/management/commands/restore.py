"""Bring back the newest backup, database and files, and check the journal."""

from getpass import getpass

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections


class Command(BaseCommand):
    help = "Replace the database and the files by the newest backup of BACKUP_ROOT."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--database", help="this file of BACKUP_ROOT instead")
        parser.add_argument("--files", help="this file of BACKUP_ROOT instead")
        parser.add_argument(
            "--yes", action="store_true", help="replace what is there, without asking"
        )
        parser.add_argument(
            "--no-passphrase", action="store_true", help="the private key has none"
        )

    def handle(self, *, database, files, yes, no_passphrase, **_):
        if not yes and input("Replace the database and the files? [yes/no] ") != "yes":
            raise CommandError("nothing was changed")
        # SQLite folds its write-ahead log back into the file that is to be replaced.
        connections.close_all()
        decrypt = bool(settings.DBBACKUP_GPG_RECIPIENT)
        options = {"decrypt": decrypt, "interactive": False, "verbosity": 0}
        if decrypt:
            # dbbackup would ask for each file, and again for an empty one.
            options["passphrase"] = "-" if no_passphrase else getpass("Passphrase: ")
        call_command("dbrestore", input_filename=database, **options)
        call_command(
            "mediarestore",
            input_filename=files,
            uncompress=True,
            replace=True,
            **options,
        )
        connections.close_all()
        call_command("verify_journal")
        self.stdout.write("restored")
