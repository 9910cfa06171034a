"""What was kept comes back: database and files, encrypted, on both databases."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import CommandError, call_command

from agency.core.management.commands import backup

ROOT = Path(__file__).resolve().parent.parent
RECIPIENT = "backups@agence.example"
MAKE = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.contrib.auth import get_user_model
get_user_model()(given_name="Lou", family_name="Kept").save()
default_storage.save("issued/letter.pdf", ContentFile(b"%PDF kept"))
"""
LOSE = """
from django.core.files.storage import default_storage
from django.contrib.auth import get_user_model
get_user_model()._base_manager.all().delete()
default_storage.delete("issued/letter.pdf")
"""
LOOK = """
from django.core.files.storage import default_storage
from django.contrib.auth import get_user_model
people = get_user_model()._base_manager.values_list("family_name", flat=True)
print(*people, default_storage.open("issued/letter.pdf").read().decode())
"""


@pytest.fixture
def keyring(monkeypatch):
    """A key pair of the test's own; GnuPG's sockets need a short path."""
    home = tempfile.mkdtemp(prefix="gpg")
    monkeypatch.setenv("GNUPGHOME", home)
    gpg = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key"]
    subprocess.run([*gpg, RECIPIENT, "future-default", "default", "never"], check=True)
    yield home
    subprocess.run(["gpgconf", "--kill", "all"], check=False)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def manage(request, tmp_path, keyring):
    """Run a command in a house with a database and a folder of its own."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "agency.settings.dev",
        "PLATEAU_VAR": str(tmp_path),
        "BACKUP_GPG_RECIPIENT": RECIPIENT,
    }
    name = f"plateau_backup_{uuid.uuid4().hex[:8]}"
    server = env.pop("DATABASE_URL", "")
    if request.param == "postgresql":
        env["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        psql = ["psql", "-Xq", "-d", server, "-c"]
        subprocess.run([*psql, f"CREATE DATABASE {name}"], check=True)

    def manage(*command):
        run = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    manage("migrate", "--verbosity", "0")
    yield manage
    if request.param == "postgresql":
        subprocess.run([*psql, f"DROP DATABASE {name} WITH (FORCE)"], check=True)


@pytest.mark.slow
def test_newest_backup_brings_everything_back(manage, tmp_path):
    manage("shell", "-v", "0", "-c", MAKE)
    manage("backup")
    kept = sorted((tmp_path / "backups").glob("*.gpg"))
    assert len(kept) == 2
    assert all(b"Kept" not in path.read_bytes() for path in kept)

    manage("shell", "-v", "0", "-c", LOSE)
    said = manage("restore", "--yes", "--no-passphrase")

    assert manage("shell", "-v", "0", "-c", LOOK) == "Kept %PDF kept\n"
    assert said.endswith("restored\n")


def test_backups_older_than_thirty_days_are_forgotten(tmp_path, settings):
    settings.BACKUP_ROOT = tmp_path
    for days in (0, 29, 31, 400):
        path = tmp_path / f"{days}.gpg"
        path.touch()
        os.utime(path, (time.time() - days * 86400,) * 2)

    assert backup.forget_old_backups() == 2
    assert {path.stem for path in tmp_path.iterdir()} == {"0", "29"}


def test_a_recipient_without_a_key_is_said(tmp_path, settings, keyring):
    settings.BACKUP_ROOT = tmp_path / "backups"
    settings.DBBACKUP_GPG_RECIPIENT = "nobody@agence.example"

    with pytest.raises(CommandError, match="no public key of nobody"):
        call_command("backup")

    assert not settings.BACKUP_ROOT.exists()
    assert backup.is_known(RECIPIENT)
