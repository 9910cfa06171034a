"""Every message and every PDF, rendered and compared with its approved text.

A wording that changes shows in the diff of ``__snapshots__``; approve it, once read
aloud, with ``pytest tests/test_letters.py --snapshot-update``.
"""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from agency.activities.models import Convocation
from agency.core.clock import travel
from agency.documents import codes
from agency.mail.letters import compose
from tests import certified
from tests.documents.printed import PRINTED
from tests.documents.reading import opened
from tests.letters import DOCUMENTS, MESSAGES, as_it_is_read
from tests.letters_cast import TODAY, awa, convened

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
# Its digits are of many widths: whether it begins a line is a matter of chance.
STAMP = re.compile(r"\s+[0-9a-f]{4}(?:\s[0-9a-f]{4}){2}\b")
# What allauth tells: see agency.people.adapters.
ACCOUNT = {
    "address": "awa.diallo@compagnie.example",
    "timestamp": TODAY,
    "from_email": "awa.diallo@compagnie.example",
    "to_email": "awa@ensemble.example",
    "deleted_email": "awa@ancienne.example",
    "signup_url": "https://plateau.example/compte/signup/",
    "password_reset_url": "https://plateau.example/compte/password/reset/",
    "minutes": 15,
    "days": 3,
}


def account_templates():
    found = sorted((TEMPLATES / "account/email").glob("[!_]*.fr.txt"))
    return [f"account/email/{path.name.removesuffix('.fr.txt')}" for path in found]


@pytest.fixture(autouse=True)
def on_the_first_of_december(settings):
    settings.SITE_URL = "https://plateau.example"
    with travel(TODAY):
        yield


@pytest.mark.parametrize("name", MESSAGES)
def test_message_is_approved(name, snapshot):
    MESSAGES[name]()

    assert as_it_is_read(name) == snapshot


@pytest.mark.parametrize("name", account_templates())
def test_account_message_is_approved(name, snapshot):
    letter = compose(name, ACCOUNT | {"person": awa()})

    assert f"Objet : {letter.subject}\n\n{letter.text}" == snapshot


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_approved(name, snapshot):
    made = DOCUMENTS[name]()
    convocation = made if isinstance(made, Convocation) else convened(made)

    with convocation.document.file.open() as file:
        reader = opened(file.read())
    text = "\n--- page ---\n".join(page.extract_text() for page in reader.pages)
    text = re.sub(r"[ \t]+\n", "\n", text)

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert STAMP.sub(" (empreinte)", text) == snapshot


@pytest.mark.parametrize("name", certified.PAPERS)
def test_paper_is_approved(name, snapshot, monkeypatch):
    monkeypatch.setattr(codes, "new", lambda: "23456789ABCDEFGH")

    reader = opened(certified.PAPERS[name]())
    text = "\n--- page ---\n".join(page.extract_text() for page in reader.pages)
    text = re.sub(r"[ \t]+\n", "\n", text)

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert STAMP.sub(" (empreinte)", text) == snapshot


# --- None is missing ---------------------------------------------------------
def written(kind, suffix):
    paths = TEMPLATES.glob(f"*/{kind}/[!_]*{suffix}")
    return {p.relative_to(TEMPLATES).as_posix().removesuffix(suffix) for p in paths}


def situations(table):
    return {name.partition("#")[0] for name in table}


def test_every_message_is_approved():
    from tests.test_letters_reminders import REMINDERS  # it needs this module

    assert written("emails", ".fr.txt") == situations(MESSAGES | REMINDERS)


def test_every_document_is_approved():
    found = situations(DOCUMENTS | certified.PAPERS | PRINTED)
    assert written("documents", ".fr.html") == found


@pytest.mark.parametrize(
    "module",
    [
        "agency.activities.emails",
        "agency.activities.notices",
        "agency.activities.reminder_emails",
        "grants.commission_emails",
        "grants.dialogue_emails",
        "grants.emails",
        "mentoring.agreement_emails",
        "mentoring.emails",
        "mentoring.nudge_emails",
    ],
)
def test_every_function_of_a_module_of_messages_has_its_template(module):
    functions = {
        name
        for name, function in inspect.getmembers(
            import_module(module), inspect.isfunction
        )
        if function.__module__ == module and not name.startswith("_")
    } - {
        *("coming_into_line", "call_off_nudges", "call_off_all"),
        "call_off_unread",
    }

    assert {f"{module.split('.')[-2]}/emails/{name}" for name in functions} <= written(
        "emails", ".fr.txt"
    )
