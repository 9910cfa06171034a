"""Keep the database and the files, encrypted, for thirty days."""

import time
from pathlib import Path

import gnupg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

# Sealed texts end by themselves; a backup must not keep them much longer.
KEPT = 30 * 24 * 3600


class Command(BaseCommand):
    help = "Back up the database and the files to BACKUP_ROOT; forget the old ones."

    def add_arguments(self, parser):
        parser.add_argument(
            "--unencrypted", action="store_true", help="without BACKUP_GPG_RECIPIENT"
        )

    def handle(self, *, unencrypted, **_):
        encrypt = bool(settings.DBBACKUP_GPG_RECIPIENT)
        if not (encrypt or unencrypted or settings.LOCAL):
            raise CommandError("BACKUP_GPG_RECIPIENT is empty (or say --unencrypted)")
        if encrypt and not is_known(settings.DBBACKUP_GPG_RECIPIENT):
            raise CommandError(
                f"no public key of {settings.DBBACKUP_GPG_RECIPIENT} here: "
                "gpg --import it first (docs/operations.md)"
            )
        settings.BACKUP_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.PRIVATE_MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
        options = {"encrypt": encrypt, "interactive": False, "verbosity": 0}
        call_command("dbbackup", **options)
        call_command("mediabackup", compress=True, **options)
        forgotten = forget_old_backups()
        self.stdout.write(
            f"backed up to {settings.BACKUP_ROOT}, {forgotten} old files removed"
        )


def is_known(recipient):
    """Whether the keyring of this machine has a key of that recipient."""
    return bool(gnupg.GPG().list_keys(keys=[recipient]))


def forget_old_backups():
    limit = time.time() - KEPT
    old = [
        path
        for path in Path(settings.BACKUP_ROOT).iterdir()
        if path.is_file() and path.stat().st_mtime < limit
    ]
    for path in old:
        path.unlink()
    return len(old)
