"""The house's own pages: health, light, statements."""

from datetime import timedelta

import pytest

from agency.core.clock import now
from agency.core.models import JobRun
from agency.core.services import ran
from agency.pages import health
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_health_is_one_word_for_visitors(client):
    answer = client.get("/sante/")

    assert (answer.status_code, answer.text) == (200, "ok")


def test_storage_away_answers_503(client, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    settings.PRIVATE_MEDIA_ROOT = blocked / "media"

    answer = client.get("/sante/")

    assert (answer.status_code, answer.text) == (503, "indisponible")


def test_staff_read_what_is_wrong(client):
    client.sign_in(PersonFactory(officer=True))
    JobRun.objects.create(name="heartbeat", last_run_at=now() - timedelta(hours=1))

    page = client.get("/sante/")

    labels = {check.label: check.sound for check in page.context["report"].checks}
    assert labels["Base de données"] is True
    assert page.status_code == 200


def test_heartbeat_speaks_for_workers_and_beat():
    assert health.report().checks[-1].sound is False

    ran("heartbeat")

    assert health.report().checks[-1].sound is True


def test_workers_away_answer_503_once_the_house_has_opened(client, monkeypatch):
    monkeypatch.setattr(health, "OPENED", -1000.0)

    assert client.get("/sante/").status_code == 503
    ran("heartbeat")
    assert client.get("/sante/").status_code == 200


def test_light_is_kept_and_leads_back(client):
    answer = client.get("/lumiere/", {"light": "night", "next": "/agenda/"})

    assert answer["Location"] == "/agenda/"
    assert client.cookies["light"].value == "night"
    assert 'data-theme="night"' in client.get("/").text


@pytest.mark.parametrize("target", ["https://ailleurs.example/", "//ailleurs.example"])
def test_light_leads_to_no_other_site(client, target):
    answer = client.get("/lumiere/", {"light": "day", "next": target})

    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    "path", ["/mentions-legales/", "/confidentialite/", "/accessibilite/"]
)
def test_statements_are_read_without_an_account(client, path):
    assert client.get(path).status_code == 200


def test_components_are_for_staff(client):
    assert client.get("/composants/").status_code == 302
    client.force_login(PersonFactory())
    assert client.get("/composants/").status_code == 403


def test_unknown_address_says_what_to_do(client):
    page = client.get("/nulle-part/")

    assert page.status_code == 404
    assert "/activites/" in page.text


def test_broker_away_answers_503(client, monkeypatch):
    away = health.Check("file", sound=False, vital=True)
    monkeypatch.setattr(health, "_broker", lambda: away)

    assert client.get("/sante/").status_code == 503
