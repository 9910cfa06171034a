"""What is said before an application is sent, after it, and when it is pressed twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency.core.clock import now, today
from grants.choices import EditorRole
from grants.models import Application
from grants.services import receipts, submission, takeover
from grants.states import ApplicationState
from tests.grants import files
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ExpenseLineFactory,
    PerformanceFactory,
    SchemeFactory,
    SittingFactory,
)
from tests.grants.whole import owner, whole
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def page(application, name):
    return f"/aides/demandes/{application.uuid}/{name}/"


@pytest.fixture
def draft(client):
    application = whole()
    client.sign_in(owner(application))
    return application


@pytest.fixture
def sent(draft):
    submission.submit(draft, by=owner(draft))
    draft.refresh_from_db()
    return draft


def test_it_says_what_leaves_and_sends_it(client, draft):
    before = client.get(page(draft, "envoi"))
    assert "Prêt à déposer" in before.text
    assert "Compagnie" in before.text or draft.organisation.name in before.text

    answer = client.post(page(draft, "envoi"), follow=True)

    draft.refresh_from_db()
    assert answer.redirect_chain == [(page(draft, "envoyee"), 302)]
    assert draft.number in answer.text


def test_it_says_what_is_missing_and_where(client, draft):
    draft.expenses.update(unit_amount=100)
    draft.documents.filter(requirement="rib").delete()

    before = client.get(page(draft, "envoi"))
    answer = client.post(page(draft, "envoi"))

    assert "2 choses manquent" in before.text
    assert f'{draft.get_absolute_url()}#pieces"' in before.text
    assert "Déposer le dossier</button>" not in before.text
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.is_draft


def test_pressed_twice_sent_once(client, draft):
    for _press in range(3):
        answer = client.post(page(draft, "envoi"))
        assert answer.url == page(draft, "envoyee")

    assert draft.revisions.count() == 1


def test_read_again_it_says_the_same(client, sent):
    texts = [client.get(page(sent, "envoyee")).text for _time in range(2)]

    assert all(sent.number in text for text in texts)
    assert client.get(page(sent, "envoi")).url == page(sent, "envoyee")


def test_before_it_is_sent_there_is_no_confirmation(client, draft):
    assert client.get(page(draft, "envoyee")).url == draft.get_absolute_url()
    assert client.get(page(draft, "reprise")).url == draft.get_absolute_url()
    assert client.get(page(draft, "retrait")).url == draft.get_absolute_url()


def test_who_may_send(client, draft):
    guest = ApplicationEditorFactory(application=draft)
    client.sign_in(guest.person)
    assert client.post(page(draft, "envoi")).status_code == 403
    client.sign_in(PersonFactory())
    assert client.post(page(draft, "envoi")).status_code == 404
    guest.may_submit = True
    guest.save()
    client.sign_in(guest.person)

    client.post(page(draft, "envoi"))

    draft.refresh_from_db()
    assert draft.state == ApplicationState.SUBMITTED


def test_the_page_before_takes_as_many_queries_whatever_the_rows(client, draft):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            client.get(page(draft, "envoi"))
        return len(queries)

    counted()
    before = counted()
    PerformanceFactory.create_batch(3, application=draft)
    ExpenseLineFactory.create_batch(3, application=draft)
    ApplicationDocumentFactory.create_batch(3, application=draft)

    assert counted() == before


def test_the_page_of_what_was_sent_asks_few_queries(
    client, sent, django_assert_max_num_queries
):
    client.force_login(owner(sent))
    client.get(sent.get_absolute_url())

    with django_assert_max_num_queries(15):
        client.get(sent.get_absolute_url())


# --- Afterwards ----------------------------------------------------------------------
def test_the_summary_is_read_by_its_authors_and_by_the_house(client, sent):
    receipts.make(sent.revisions.get().pk)
    url = f"/aides/demandes/{sent.uuid}/revisions/1/recapitulatif.pdf"

    for person in (owner(sent), PersonFactory(officer=True)):
        client.sign_in(person)
        answer = client.get(url)
        files.read(answer)
        assert answer["Content-Type"] == "application/pdf"
    client.sign_in(PersonFactory())
    assert client.get(url).status_code == 404


def test_before_it_is_made_there_is_no_summary(client, sent):
    url = f"/aides/demandes/{sent.uuid}/revisions/1/recapitulatif.pdf"

    assert client.get(url).status_code == 404
    assert client.get(page(sent, "revisions/1")).status_code == 200


def test_what_changed_is_read_on_its_page(client, sent):
    Application.objects.filter(pk=sent.pk).update(state=ApplicationState.COMPLETION)
    sent.refresh_from_db()
    sent.performances.update(city="Quimper")
    submission.complete(sent, by=owner(sent))

    text = client.get(page(sent, "revisions/2")).text

    assert "<del>" in text
    assert "Quimper" in text


def test_taken_back_on_its_page(client, sent):
    assert "Retirer la demande" in client.get(page(sent, "retrait")).text

    for _press in range(2):
        assert client.post(page(sent, "retrait")).url == sent.get_absolute_url()

    sent.refresh_from_db()
    assert sent.state == ApplicationState.WITHDRAWN


# --- Taken over ----------------------------------------------------------------------
def test_taken_over_on_its_page(client, sent):
    assert "Reprendre" in client.get(page(sent, "reprise")).text

    first, second = (client.post(page(sent, "reprise")).url for _press in range(2))

    new = sent.followed_by.get()
    assert first == second == new.get_absolute_url()
    assert new.is_draft
    assert new.editors.get().role == EditorRole.OWNER


def test_what_comes_along_and_what_stays_behind(sent):
    PerformanceFactory(application=sent, day=today() - timedelta(days=3), venue="Hier")
    sent.performances.filter(venue="Théâtre du Port").update(
        contract_status="signed", signed_on=today()
    )
    sent.documents.all().delete()
    kept = ApplicationDocumentFactory(application=sent, requirement="rib")
    kept.file.save("", files.upload(files.pdf()))
    for day in (5, 200):
        dated = today() - timedelta(days=day)
        ApplicationDocumentFactory(
            application=sent, requirement="urssaf", name=f"{day}.pdf", dated_on=dated
        )
    ApplicationDocumentFactory(application=sent, requirement="plus-demande")

    new = takeover.take_over(sent, by=owner(sent))

    assert (new.number, new.previous) == (None, sent)
    assert (new.purpose, new.show, new.iban) == (sent.purpose, sent.show, sent.iban)
    (date,) = new.performances.all()
    assert (date.venue, date.contract_status) == ("Théâtre du Port", "option")
    assert date.signed_on is None
    assert new.expenses.count() == sent.expenses.count()
    assert new.legs.count() == new.party.count() == new.incomes.count() == 1
    assert [one.name for one in new.documents.all()] == ["rib.pdf", "5.pdf"]
    copy = new.documents.get(requirement="rib")
    assert copy.file.name != kept.file.name
    with copy.file.open("rb") as file:
        assert file.read() == files.pdf()


def test_under_the_rules_of_today_and_for_the_next_sitting(sent):
    coming = SittingFactory(
        deadline_at=now() + timedelta(days=3), schemes=[sent.scheme]
    )

    new = takeover.take_over(sent, by=owner(sent))

    assert new.rules == sent.scheme.rules_on()
    assert new.sitting == coming


def test_of_a_scheme_that_takes_none_any_more_nothing_is_taken_over(client, sent):
    sent.scheme.takes_applications = False
    sent.scheme.save()

    assert "ne prend pas" in client.get(page(sent, "reprise")).text
    client.post(page(sent, "reprise"))

    assert not sent.followed_by.exists()


def test_a_stranger_takes_nothing_over(client, sent):
    for person, status in ((PersonFactory(), 404), (PersonFactory(officer=True), 403)):
        client.sign_in(person)
        assert client.post(page(sent, "reprise")).status_code == status
    assert SchemeFactory().applications.count() == 0
