import pytest
from django.urls import reverse

from agency.documents.services import short_hash
from tests.documents.factories import issue

pytestmark = pytest.mark.django_db
LIST = "/gestion/documents/issueddocument/"


@pytest.mark.parametrize("count", [1, 3])
def test_staff_find_a_document_by_the_fingerprint_on_the_paper(client, officer, count):
    documents = [issue(title=f"Lettre {n}") for n in range(count)]
    client.sign_in(officer)

    page = client.get(LIST, {"q": short_hash(documents[0].content_hash)})

    assert "Lettre 0" in page.text
    assert "Lettre 1" not in page.text


def test_staff_read_a_document_and_change_nothing(client, officer):
    document = issue()
    client.sign_in(officer)
    page = reverse("admin:documents_issueddocument_change", args=[document.pk])

    response = client.get(page)

    assert document.reference in response.text
    assert short_hash(document.content_hash) in response.text
    assert document.get_absolute_url() in response.text
    assert 'name="_save"' not in response.text
    assert client.post(page, {"title": "Autre"}).status_code == 403


def test_document_being_made_is_in_no_list(client, officer):
    document = issue()
    type(document).objects.update(file="")
    client.sign_in(officer)

    assert document.reference not in client.get(LIST).text
