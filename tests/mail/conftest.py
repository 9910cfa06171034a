import contextlib
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from agency.mail import transport
from tests.mail.sink import Sink

SUBJECT_AND_BODY = "{{ title }}\n\nBonjour,\n\n{{ title }}\n"


@pytest.fixture
def person(db):
    return get_user_model().objects.create_user(
        "camille@compagnie.example", given_name="Camille", family_name="Aubry"
    )


@pytest.fixture
def template(settings, tmp_path):
    """A function that writes a template of the test and returns its name."""
    folder = tmp_path / "templates"
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [folder, *engine["DIRS"]]}]

    def write(text=SUBJECT_AND_BODY, name="tests/emails/letter"):
        path = folder / f"{name}.fr.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
        return name

    return write


@pytest.fixture
def sink(settings):
    """A mail server that is up, and that the settings lead to."""
    server = Sink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    server.up()
    yield server
    transport.hang_up()
    with contextlib.suppress(OSError):
        server.down()


@pytest.fixture(autouse=True)
def _no_connection_left():
    yield
    transport.hang_up()
