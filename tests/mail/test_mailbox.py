"""The mailbox of the demo: newest first, by address, and nothing outside the demo."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from agency.core.clock import travel
from agency.mail import delivery
from agency.mail.services import send

pytestmark = pytest.mark.django_db
URL = "/demo/courrier/"
MORNING = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "agency.mail.backends.FolderBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


@pytest.fixture
def arrive(template):
    def arrive(number, *, to="lou@compagnie.example", **options):
        name = template("{{ title }}\n\nBonjour, {{ title }}\n\nOuvrir :\n{{ key }}\n")
        with travel(MORNING + timedelta(minutes=number)):
            email = send(
                name,
                to=to,
                context={"title": f"Message {number}"},
                occurrence=number,
                key=f"https://plateau.example/{number}",
                **options,
            )
            delivery.deliver(email.pk)
        return email

    return arrive


def shown(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return response.context["messages_sent"]


def test_messages_are_read_newest_first_with_their_keys(client, arrive, folder):
    for number in (1, 3, 2):
        arrive(number)

    newest, _second, oldest = shown(client)

    assert newest["subject"] == "Message 3"
    assert "https://plateau.example/3" in newest["text"]
    assert newest["at"] == MORNING + timedelta(minutes=3)
    assert newest["to"] == "lou@compagnie.example"
    assert oldest["subject"] == "Message 1"
    assert [path.suffix for path in folder.iterdir()] == [".eml"] * 3


def test_messages_of_one_address(client, arrive):
    arrive(1)
    arrive(2, to="Camille@Compagnie.example")

    assert [m["subject"] for m in shown(client, a="camille@compagnie.example")] == [
        "Message 2"
    ]
    assert [m["subject"] for m in shown(client, a="camille")] == ["Message 2"]


def test_address_without_a_mail_is_told_so(client, arrive):
    arrive(1)

    answer = client.get(URL, {"a": "personne"})

    assert "Aucun courriel pour cette adresse." in answer.text
    assert shown(client, a="personne@compagnie.example") == []


def test_empty_mailbox_is_a_page(client):
    assert shown(client) == []


def test_at_most_sixty_are_read(client, arrive):
    for number in range(62):
        arrive(number)

    assert len(shown(client)) == 60


def test_message_delivered_again_replaces_itself(arrive, folder):
    email = arrive(1)
    type(email).objects.update(state="queued", sent_at=None)

    delivery.deliver(email.pk)

    assert len(list(folder.iterdir())) == 1


def test_attachments_are_served_safely(client, arrive):
    files = [
        ("lettre é.pdf", "application/pdf", b"%PDF-1.7"),
        ("seance.ics", "text/calendar", "BEGIN:VCALENDAR"),
        ('a".html', "text/html", b"<script>alert(1)</script>"),
    ]
    arrive(1, attachments=files)
    [message] = shown(client)

    pdf, ics, html = (client.get(part["url"]) for part in message["attachments"])

    assert pdf.content == b"%PDF-1.7"
    assert pdf["Content-Disposition"] == 'inline; filename="lettre _.pdf"'
    assert ics["Content-Disposition"] == 'attachment; filename="seance.ics"'
    assert html["Content-Disposition"].startswith("attachment")
    assert html["Content-Type"] == "application/octet-stream"
    assert html["X-Content-Type-Options"] == "nosniff"


def test_html_is_read_under_a_policy_of_its_own(arrive, client, folder):
    arrive(1)
    [message] = shown(client)

    response = client.get(message["html_url"])

    assert b"https://plateau.example/1" in response.content
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src 'none'" in policy


@pytest.mark.parametrize("name", ["absent", "..%2F..%2Fetc%2Fpasswd", ".env"])
def test_only_messages_of_the_folder_are_served(client, arrive, name):
    arrive(1)

    assert client.get(f"{URL}{name}/").status_code == 404
    assert client.get(f"{URL}{name}/0/").status_code == 404


def test_part_that_is_not_there(client, arrive):
    arrive(1)
    [message] = shown(client)

    assert client.get(f"{message['html_url']}7/").status_code == 404


def test_nothing_outside_the_demo(client, arrive, settings):
    arrive(1, attachments=[("a.pdf", "application/pdf", b"%PDF-")])
    [message] = shown(client)
    settings.DEMO = False

    for url in (URL, message["html_url"], message["attachments"][0]["url"]):
        assert client.get(url).status_code == 404
    assert reverse("pages:demo-mailbox") == URL


def test_message_without_html_has_no_such_page(client, folder):
    folder.mkdir()
    text = "To: lou@compagnie.example\nSubject: S\nDate: {}\n\nTexte.\n"
    (folder / "brut.eml").write_text(text.format("Sun, 22 Nov 2026 09:00:00 +0100"))

    [message] = shown(client)

    assert message["html_url"] is None
    assert client.get(f"{URL}brut/").status_code == 404
