"""The thread and the completions, as the applicants use their pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import now, today
from grants.models import ThreadMessage
from grants.services import thread
from grants.states import ApplicationState, CompletionState
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    ThreadMessageFactory,
)
from tests.grants.whole import whole
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def url(application, page):
    return reverse(f"grants:application-{page}", args=[application.uuid])


def said(response):
    return response.content.decode()


@pytest.fixture
def asked():
    """Two things are asked of the stranger, a part and a document."""
    application = whole(sent=True, state=ApplicationState.COMPLETION)
    application.documents.update(uploaded_at=now() - DAY)
    one = CompletionRequestFactory(application=application, message="Presque complet.")
    CompletionItemFactory(
        request=one, target="section:performances", message="Le lieu ?"
    )
    CompletionItemFactory(request=one)
    return one


def sign_in(client, application):
    owner = application.editors.get(role="owner").person
    client.sign_in(owner)
    return owner


def press(client, asked, **data):
    return said(client.post(url(asked.application, "completion"), data, follow=True))


# --- What is asked -------------------------------------------------------------
def test_the_page_says_what_is_missing_and_until_when(client, asked):
    sign_in(client, asked.application)

    page = said(client.get(url(asked.application, "completion")))

    for words in ("Presque complet.", "Le lieu\u202f?", "Les repr\u00e9sentations"):
        assert words in page
    assert "Deux points" in page
    assert "Il reste 2 points \u00e0 faire." in page
    assert "Envoyer \u00e0 l\u2019agence" not in page


def test_item_by_item_then_all_of_it(client, asked):
    sign_in(client, asked.application)
    first, paper = asked.items.order_by("pk")

    page = press(client, asked, done=paper.pk)
    assert "D\u00e9posez d\u2019abord le nouveau fichier" in page
    ApplicationDocumentFactory(application=asked.application, uploaded_at=now())
    press(client, asked, done=first.pk)
    page = press(client, asked, done=paper.pk)
    assert "Tout est fait." in page

    page = press(client, asked, send="1")

    asked.refresh_from_db()
    asked.application.refresh_from_db()
    assert asked.state == CompletionState.ANSWERED
    assert asked.application.state == ApplicationState.SUBMITTED
    assert "Les compl\u00e9ments sont envoy\u00e9s." in page
    assert "Aucun compl\u00e9ment n\u2019est attendu" in page


def test_what_is_done_may_be_undone(client, asked):
    sign_in(client, asked.application)
    first = asked.items.order_by("pk").first()
    press(client, asked, done=first.pk)

    press(client, asked, undone=first.pk)

    first.refresh_from_db()
    assert first.answered_at is None


def test_nothing_is_sent_while_something_is_to_do(client, asked):
    sign_in(client, asked.application)

    page = press(client, asked, send="1")

    assert "Il reste un compl\u00e9ment \u00e0 fournir." in page


def test_a_collaborator_answers_and_the_owner_sends(client, asked):
    person = ApplicationEditorFactory(application=asked.application).person
    client.sign_in(person)
    asked.items.update(answered_at=now())

    page = said(client.get(url(asked.application, "completion")))
    assert "La personne responsable de la demande envoie le tout." in page
    response = client.post(url(asked.application, "completion"), {"send": "1"})
    assert response.status_code == 403


def test_a_page_gone_stale_sends_nothing_twice(client, asked):
    sign_in(client, asked.application)
    asked.items.update(answered_at=now())
    press(client, asked, send="1")

    page = press(client, asked, send="1")

    assert "Ce dossier a chang\u00e9 entre-temps." in page


def test_the_item_of_another_file_is_not_there(client, asked):
    sign_in(client, asked.application)
    other = CompletionItemFactory()

    response = client.post(url(asked.application, "completion"), {"done": other.pk})

    assert response.status_code == 404


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "\u0663"])
def test_a_press_on_nothing_changes_nothing(client, asked, value):
    sign_in(client, asked.application)

    response = client.post(url(asked.application, "completion"), {"done": value})

    assert response.status_code in (302, 404)
    assert not asked.items.exclude(answered_at=None).exists()


def test_past_its_date_it_may_still_be_sent(client):
    application = whole(sent=True, state=ApplicationState.COMPLETION)
    late = {"due_on": today() - DAY, "sent_at": now() - 9 * DAY}
    one = CompletionRequestFactory(application=application, state="expired", **late)
    CompletionItemFactory(request=one, target="section:party", answered_at=now())
    sign_in(client, one.application)

    assert "La date est pass\u00e9e" in said(
        client.get(url(one.application, "completion"))
    )
    press(client, one, send="1")

    one.refresh_from_db()
    assert one.state == CompletionState.ANSWERED


# --- The thread ----------------------------------------------------------------
def test_one_reads_and_answers(client):
    application = ApplicationFactory(instructed=True)
    owner = sign_in(client, application)
    thread.reply(application, body="Bonjour.", by=application.rapporteur)

    page = said(client.get(url(application, "thread")))
    assert "Bonjour." in page
    assert "pour l\u2019agence" in page
    assert "nouveau" in page
    assert "nouveau" not in said(client.get(url(application, "thread")))

    client.post(url(application, "thread"), {"body": "Merci <b>bien</b>."})

    message = ThreadMessage.objects.get(author=owner)
    assert not message.from_staff
    assert "Merci &lt;b&gt;bien&lt;/b&gt;." in said(
        client.get(url(application, "thread"))
    )


def test_another_of_the_organisation_reads_the_same_thread(client):
    application = ApplicationFactory(sent=True)
    ThreadMessageFactory(application=application, body="Une date de plus.")
    client.sign_in(ApplicationEditorFactory(application=application).person)

    assert "Une date de plus." in said(client.get(url(application, "thread")))


def test_an_empty_message_is_not_sent(client):
    application = ApplicationFactory(sent=True)
    sign_in(client, application)

    page = said(client.post(url(application, "thread"), {"body": "  "}))

    assert "\u00c9crivez votre message" in page
    assert not ThreadMessage.objects.exists()


def test_nothing_is_written_about_a_draft(client):
    draft = ApplicationFactory()
    sign_in(client, draft)

    assert "L\u2019agence ne lit rien d\u2019un brouillon." in said(
        client.get(url(draft, "thread"))
    )
    client.post(url(draft, "thread"), {"body": "Bonjour."})
    assert not ThreadMessage.objects.exists()


@pytest.mark.parametrize("page", ["thread", "completion"])
def test_it_is_the_applicants_page(client, asked, officer, page):
    address = url(asked.application, page)
    assert client.get(address).status_code == 302
    for person in (PersonFactory(), officer):
        client.sign_in(person)
        assert client.get(address).status_code == 404
        assert client.post(address, {"body": "Non.", "send": "1"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("page", ["thread", "completion"])
def test_as_many_queries_for_one_as_for_three(
    client, django_assert_max_num_queries, page, rows
):
    one = CompletionRequestFactory()
    CompletionItemFactory.create_batch(rows, request=one, target="section:party")
    ThreadMessageFactory.create_batch(rows, application=one.application)
    sign_in(client, one.application)

    with django_assert_max_num_queries(12):
        client.get(url(one.application, page))


# --- On the page of the application ----------------------------------------------
def test_the_page_of_the_application_leads_to_both(client, asked, officer):
    sign_in(client, asked.application)
    thread.reply(asked.application, body="Bonjour.", by=officer)

    page = said(client.get(asked.application.get_absolute_url()))

    assert url(asked.application, "completion") in page
    assert url(asked.application, "thread") in page
    assert "Un message de l\u2019agence vous attend." in page
    assert "Le lieu\u202f?" in page


def test_each_thing_that_is_asked_leads_to_where_it_is_written(client, asked):
    sign_in(client, asked.application)

    page = said(client.get(url(asked.application, "completion")))

    for address in ("remplir/representations/", "pieces/rib/"):
        where = f"/aides/demandes/{asked.application.uuid}/{address}"
        assert where in page
        assert client.get(where).status_code == 200


# --- The own space -------------------------------------------------------------
def space(client):
    return said(client.get(reverse("pages:own-space")))


def test_the_own_space_says_where_each_stands_and_what_to_do(client, asked):
    owner = sign_in(client, asked.application)
    due = asked.due_on.strftime("%d").lstrip("0")
    ApplicationFactory(owner=owner, scheduled=True, title="Vers l\u2019Est")
    draft = ApplicationFactory(owner=owner, title="Plus tard")

    page = space(client)

    assert "Mes demandes d\u2019aide" in page
    assert draft.title in page
    assert "Fournissez les compl\u00e9ments" in page
    assert due in page
    assert "La commission lit le dossier." in page
    assert "Compl\u00e9ter votre demande d\u2019aide" in page


def test_several_organisations_are_named(client, asked):
    owner = sign_in(client, asked.application)
    name = asked.application.organisation.name
    assert name not in space(client).partition("Mes demandes")[2]

    other = ApplicationFactory(owner=owner, sent=True)

    page = space(client)
    assert name in page
    assert other.organisation.name in page


def test_a_message_to_read_is_to_do(client, officer):
    application = ApplicationFactory(sent=True)
    sign_in(client, application)
    assert "Lire un message" not in space(client)

    thread.reply(application, body="Bonjour.", by=officer)
    assert "Lire un message de l\u2019agence" in space(client)

    thread.reply(application, body="Bonjour.", by=officer)
    assert "Lire 2 messages de l\u2019agence" in space(client)
    client.get(url(application, "thread"))
    assert "message de l\u2019agence" not in space(client)


def test_without_an_application_there_is_no_panel(client, stranger):
    client.sign_in(stranger)

    assert "Mes demandes d\u2019aide" not in space(client)
