import pytest
from django.urls import reverse

from agency.documents.views import filename
from tests.documents.factories import issue
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return issue()


@pytest.fixture
def opened(client, document):
    """Ask for the document and read it to its end, which closes its file."""

    def get(url=None, **headers):
        response = client.get(url or document.get_absolute_url(), headers=headers)
        response.body = b"".join(response)
        return response

    return get


def test_recipient_opens_their_document(client, document, opened):
    client.sign_in(document.recipient)

    response = opened()

    assert response.status_code == 200
    assert response.body.startswith(b"%PDF-1.7")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        f'inline; filename="Lettre {document.reference} v1.pdf"'
    )


def test_document_is_kept_by_no_cache_and_framed_by_us_alone(client, document, opened):
    client.sign_in(document.recipient)

    response = opened()

    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_officer_opens_the_document_of_anybody(client, opened):
    client.sign_in(PersonFactory(officer=True))

    assert opened().status_code == 200


def test_stranger_does_not_know_that_it_exists(client, document, stranger, opened):
    client.sign_in(stranger)
    etag = f'"{document.sha256}"'

    assert opened().status_code == 404
    known = opened(**{"If-None-Match": etag})
    assert known.status_code == 404


def test_superuser_is_a_stranger(client, opened):
    client.sign_in(PersonFactory(superuser=True))

    assert opened().status_code == 404


def test_anonymous_signs_in_first(opened):
    response = opened()

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "path", ["/documents/5f0c7b1e-93a6-4d0e-9c55-6a1f1f7b9d10/", "/documents/../x/"]
)
def test_forged_address_leads_nowhere(client, document, path, opened):
    client.sign_in(document.recipient)

    assert opened(path).status_code == 404


def test_document_is_read_and_not_written(client, document):
    client.sign_in(document.recipient)

    assert client.post(document.get_absolute_url()).status_code == 405
    head = client.head(document.get_absolute_url())
    assert b"".join(head) == b""
    assert head.status_code == 200


def test_same_file_is_not_sent_twice(client, document, opened):
    client.sign_in(document.recipient)
    etag = opened()["ETag"]

    again = opened(**{"If-None-Match": etag})

    assert again.status_code == 304


def test_document_being_made_is_not_there_yet(client, document, opened):
    type(document).objects.filter(pk=document.pk).update(file="")
    client.sign_in(document.recipient)

    assert opened().status_code == 404


def test_nginx_sends_the_file_when_there_is_one(client, document, settings, opened):
    settings.DOCUMENTS_ACCEL = "/prive/"
    client.sign_in(document.recipient)

    response = opened()

    assert response["X-Accel-Redirect"] == f"/prive/{document.file.name}"
    assert response["Content-Type"] == "application/pdf"
    assert response.body == b""


def test_new_version_has_its_own_address(client, document, opened):
    second = issue(
        about=document.about, recipient=document.recipient, supersedes=document
    )
    client.sign_in(document.recipient)

    assert second.get_absolute_url() != document.get_absolute_url()
    assert opened().status_code == 200
    assert filename(second) == f"Lettre {document.reference} v2.pdf"


def test_page_takes_a_constant_number_of_queries(
    client, document, django_assert_num_queries, opened
):
    client.sign_in(document.recipient)
    opened()

    with django_assert_num_queries(4):  # session, user, roles, document
        opened()
