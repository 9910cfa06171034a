"""The dialogue on the desk: to ask, to follow, to close, to answer; the morning lines."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import now, today, travel
from agency.mail import delivery, reminders
from grants.models import CompletionRequest, InternalNote, ThreadMessage
from grants.states import ApplicationState
from tests.grants.factories import (
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    DocumentRequirementFactory,
    InternalNoteFactory,
    ThreadMessageFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def said(response):
    return response.content.decode()


def url(name, pk):
    return reverse(f"admin:grants_{name}", args=[pk])


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


@pytest.fixture
def application():
    one = ApplicationFactory(sent=True)
    DocumentRequirementFactory(rules=one.rules, key="rib", label="RIB")
    return one


def lines(**more):
    return {
        "item0-target": "section:performances",
        "item0-message": "Le lieu ?",
        "due_on": (today() + 10 * DAY).isoformat(),
        "message": "Presque complet.",
        **more,
    }


# --- To ask --------------------------------------------------------------------
def test_the_officer_asks_line_by_line(desk, application, officer):
    page = said(desk.get(url("completionrequest_ask", application.pk)))
    assert "Les repr\u00e9sentations" in page
    assert "RIB" in page

    data = lines(**{"item5-target": "document:rib", "item5-message": "Illisible."})
    desk.post(url("completionrequest_ask", application.pk), data)

    asked = CompletionRequest.objects.get()
    assert (asked.sent_by, asked.message) == (officer, "Presque complet.")
    assert set(asked.items.values_list("target", flat=True)) == {
        "section:performances",
        "document:rib",
    }
    application.refresh_from_db()
    assert application.state == ApplicationState.COMPLETION


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"item0-target": ""}, "Choisissez ce que cette ligne concerne."),
        ({"item0-message": ""}, "\u00c9crivez ce qui manque."),
        (
            {"item0-target": "", "item0-message": ""},
            "Indiquez au moins une chose qui manque.",
        ),
        ({"item0-target": "section:secret"}, "secret"),
        ({"due_on": "2001-01-01"}, "Laissez au moins jusqu\u2019\u00e0 demain"),
        ({"due_on": "31/02/2027"}, "date"),
        ({"due_on": ""}, "Ce champ"),
    ],
)
def test_a_line_that_is_not_whole_is_said(desk, application, change, sentence):
    data = lines(**change)

    page = said(desk.post(url("completionrequest_ask", application.pk), data))

    if sentence != "Ce champ":
        assert sentence in page
    assert 'class="errors"' in page or "error" in page
    assert not CompletionRequest.objects.exists()


def test_one_asks_nothing_of_a_file_that_waits_for_an_answer(desk):
    asked = CompletionRequestFactory()

    address = url("completionrequest_ask", asked.application_id)

    assert desk.get(address).status_code == 302
    assert desk.post(address, lines()).status_code == 302
    assert CompletionRequest.objects.count() == 1


def test_a_draft_is_not_there(desk):
    draft = ApplicationFactory()

    for name in (
        *("completionrequest_ask", "completionrequest_close"),
        "threadmessage_file",
    ):
        assert desk.get(url(name, draft.pk)).status_code == 404


# --- To follow, to close -------------------------------------------------------
def test_its_page_says_what_is_done(desk):
    asked = CompletionRequestFactory()
    CompletionItemFactory(request=asked, answered_at=now())
    CompletionItemFactory(request=asked, target="section:party", message="Combien ?")

    page = said(desk.get(url("completionrequest_change", asked.pk)))

    assert "1 sur 2" in page
    assert "Combien\u202f?" in page
    assert "Classer sans suite" in page


@pytest.fixture
def by_day():
    """Nothing leaves at night, whenever the tests run."""
    with travel(now().replace(hour=11, minute=0)):
        yield


def test_a_file_is_closed_once_the_reminder_is_past(by_day, desk):
    asked = CompletionRequestFactory(
        state="expired", due_on=today() - DAY, sent_at=now() - 9 * DAY
    )
    CompletionItemFactory(request=asked)
    address = url("completionrequest_close", asked.application_id)
    assert "n\u2019est pas encore parti" in said(desk.get(address))

    for reminder in reminders.declared():
        if reminder.template.endswith("completion_overdue"):
            reminders._say(reminder, float("inf"))
    delivery.sweep()
    assert "malgr\u00e9 un rappel" in said(desk.get(address))
    desk.post(address, {"reason": "Reprenez en mars."})

    asked.application.refresh_from_db()
    assert asked.application.state == ApplicationState.CLOSED
    assert asked.application.told == "Reprenez en mars."


# --- The thread ----------------------------------------------------------------
def test_the_house_reads_answers_and_keeps_its_notes_apart(desk, application, officer):
    ThreadMessageFactory(application=application, body="Une date de plus.")
    InternalNoteFactory(application=application, body="Rappeler la compagnie.")
    address = url("threadmessage_file", application.pk)

    page = said(desk.get(address))
    assert "Une date de plus." in page
    assert "Rappeler la compagnie." in page
    assert ThreadMessage.objects.get().read_at

    desk.post(address, {"body": "Entendu.", "send": "1"})
    desk.post(address, {"note-body": "Contrat \u00e0 v\u00e9rifier.", "keep": "1"})

    assert ThreadMessage.objects.get(author=officer).from_staff
    assert InternalNote.objects.filter(author=officer).count() == 1


@pytest.mark.parametrize("data", [{"send": "1"}, {"keep": "1"}, {"keep": "1", "x": 2}])
def test_nothing_empty_is_sent_nor_kept(desk, application, data):
    page = said(desk.post(url("threadmessage_file", application.pk), data))

    assert "puis" in page
    assert not ThreadMessage.objects.exists()
    assert not InternalNote.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_queries_for_one_as_for_three(
    desk, application, django_assert_max_num_queries, rows
):
    ThreadMessageFactory.create_batch(rows, application=application)
    InternalNoteFactory.create_batch(rows, application=application)

    with django_assert_max_num_queries(15):
        desk.get(url("threadmessage_file", application.pk))
    with django_assert_max_num_queries(12):
        desk.get(reverse("admin:grants_threadmessage_changelist"))


@pytest.mark.parametrize("who", ["stranger", "accountant"])
def test_whoever_does_not_handle_files_has_no_such_page(
    client, request, application, who
):
    client.sign_in(request.getfixturevalue(who))

    for name in ("completionrequest_ask", "threadmessage_file"):
        assert client.get(url(name, application.pk)).status_code in (403, 404)


# --- The morning ---------------------------------------------------------------
def morning(client):
    return said(client.get(reverse("admin:index") + "?pour=equipe"))


def test_the_morning_says_what_waits(desk, application):
    CompletionRequestFactory(
        state="answered",
        answered_at=now(),
        application__state="submitted",
    )
    CompletionRequestFactory(
        state="expired", due_on=today() - DAY, sent_at=now() - 9 * DAY
    )
    ThreadMessageFactory(application=application)

    page = morning(desk)

    for words in (
        "Demande d\u2019aide \u00e0 contr\u00f4ler",
        "Dossier compl\u00e9t\u00e9 \u00e0 contr\u00f4ler",
        "Dossier avec un message \u00e0 lire",
        "Dossier dont les compl\u00e9ments ne sont pas arriv\u00e9s",
    ):
        assert words in page
    assert url("threadmessage_file", application.pk) in page


def test_many_of_a_sitting_are_one_line(desk, application):
    ApplicationFactory.create_batch(3, sent=True, sitting=application.sitting)

    assert "Demandes d\u2019aide \u00e0 contr\u00f4ler" in morning(desk)


def test_what_was_read_or_is_studied_does_not_wait(desk):
    one = ApplicationFactory(instructed=True)
    ThreadMessageFactory(application=one, read_at=now())
    ThreadMessageFactory(application=one, from_staff=True)
    CompletionRequestFactory(application=one, state="answered", answered_at=now())

    page = morning(desk)

    assert "dossier" not in page.partition("<main")[2].lower().partition("index")[0]
