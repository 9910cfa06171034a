"""What is asked of applicants: item by item, once at a time, until it comes back or not."""

from datetime import timedelta

import pytest

from agency.core.clock import now, today, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail import delivery, reminders
from agency.mail.models import OutgoingEmail
from grants.models import CompletionRequest
from grants.services import completions, instruction
from grants.states import ApplicationState, CompletionState
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
)
from tests.grants.whole import whole
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
S, C = ApplicationState, CompletionState
NOON = now().replace(hour=11, minute=0)
DAY = timedelta(days=1)
DATES, RIB = "section:performances", "document:rib"


@pytest.fixture
def application():
    return whole(sent=True)


def owner_of(application):
    return application.editors.get(role="owner").person


def ask(application, officer, *items, days=10):
    items = items or [(DATES, "Le lieu ?"), (RIB, "Illisible.")]
    return completions.ask(
        application, items=items, due_on=today() + days * DAY, by=officer
    )


def done(asked, by):
    asked.items.update(answered_at=now())


# --- The house asks ------------------------------------------------------------
@pytest.mark.parametrize("state", [S.SUBMITTED, S.ADMISSIBLE, S.INSTRUCTION])
def test_everybody_of_the_organisation_is_told_what_is_missing(
    application, officer, state
):
    type(application).objects.update(state=state)
    application.refresh_from_db()
    other = ApplicationEditorFactory(application=application).person

    ask(application, officer)

    application.refresh_from_db()
    assert application.state == S.COMPLETION
    mails = OutgoingEmail.objects.filter(template__endswith="completion_asked")
    assert {one.person_id for one in mails} == {owner_of(application).pk, other.pk}
    assert "Le lieu ?" in mails[0].text
    assert f"/aides/demandes/{application.uuid}/complements/" in mails[0].text


@pytest.mark.parametrize(
    "items",
    [
        [],
        [("section:nothing", "Quoi ?")],
        [("document:nothing", "Quoi ?")],
        [(DATES, "  ")],
        [(DATES, "Le lieu ?")] * 21,
    ],
)
def test_what_is_asked_says_what_it_is_about(application, officer, items):
    with pytest.raises(MoveBlocked):
        completions.ask(application, items=items, due_on=today() + 10 * DAY, by=officer)

    assert not CompletionRequest.objects.exists()
    application.refresh_from_db()
    assert application.state == S.SUBMITTED


@pytest.mark.parametrize("days", [-1, 0])
def test_they_have_until_tomorrow_at_least(application, officer, days):
    with pytest.raises(MoveBlocked):
        ask(application, officer, days=days)


@pytest.mark.parametrize("state", ["draft", "withdrawn", "scheduled"])
def test_nothing_is_asked_of_what_is_not_studied(officer, state):
    traits = {} if state == "draft" else {state: True}
    application = ApplicationFactory(**traits)

    with pytest.raises(MoveRefused):
        ask(application, officer, (DATES, "Le lieu ?"))

    assert not OutgoingEmail.objects.exists()


def test_of_two_who_ask_at_once_one_wins(application, officer):
    stale = type(application).objects.get(pk=application.pk)
    ask(application, officer)

    with pytest.raises(MoveRefused):
        ask(stale, officer)

    assert CompletionRequest.objects.count() == 1


def test_asking_again_settles_what_was_answered(application, officer):
    first = ask(application, officer, (DATES, "Le lieu ?"))
    done(first, officer)
    completions.complete(application, by=owner_of(application))
    application.refresh_from_db()

    second = ask(application, officer, (DATES, "Et la jauge ?"))

    first.refresh_from_db()
    assert (first.state, second.state) == (C.RESOLVED, C.SENT)


def test_admitted_it_is_settled(application, officer):
    first = ask(application, officer, (DATES, "Le lieu ?"))
    done(first, officer)
    completions.complete(application, by=owner_of(application))
    application.refresh_from_db()

    instruction.admit(application, by=officer, reason="Le RIB suit.")

    first.refresh_from_db()
    assert first.state == C.RESOLVED


# --- What is open meanwhile ----------------------------------------------------
def test_a_draft_is_open_everywhere_and_what_is_sent_nowhere(application):
    draft = ApplicationFactory()

    assert completions.is_open_for(draft, DATES)
    assert completions.is_open_for(draft, "document:whatever")
    assert DATES in completions.open_targets(draft)
    assert not completions.is_open_for(application, DATES)
    assert completions.open_targets(application) == set()


def test_only_what_is_asked_is_open(application, officer):
    ask(application, officer, (DATES, "Le lieu ?"))

    assert completions.is_open_for(application, DATES)
    assert not completions.is_open_for(application, RIB)
    assert not completions.is_open_for(application, "section:expenses")
    assert completions.open_targets(application) == {DATES}


def test_it_is_closed_again_once_sent_back(application, officer):
    asked = ask(application, officer, (DATES, "Le lieu ?"))
    done(asked, officer)
    completions.complete(application, by=owner_of(application))

    assert not completions.is_open_for(application, DATES)


# --- The applicants answer -----------------------------------------------------
def test_all_is_done_then_sent_back(application, officer):
    asked, owner = ask(application, officer, (DATES, "Le lieu ?")), None
    owner = owner_of(application)
    completions.answer(asked.items.get(), by=owner)

    completions.complete(application, by=owner)

    application.refresh_from_db()
    asked.refresh_from_db()
    assert application.state == S.SUBMITTED
    assert (asked.state, asked.answered_at is not None) == (C.ANSWERED, True)
    verbs = JournalEntry.objects.filter(object_id=asked.pk).values_list("action")
    assert {"add", "answer"} <= {verb for (verb,) in verbs}


def test_nothing_is_sent_while_something_is_to_do(application, officer):
    asked, owner = ask(application, officer), owner_of(application)
    completions.answer(asked.items.get(target=DATES), by=owner)

    with pytest.raises(MoveBlocked):
        completions.complete(application, by=owner)

    asked.refresh_from_db()
    application.refresh_from_db()
    assert (asked.state, application.state) == (C.SENT, S.COMPLETION)


def test_what_was_done_may_be_taken_back(application, officer):
    asked, owner = ask(application, officer, (DATES, "Le lieu ?")), None
    item, owner = asked.items.get(), owner_of(application)
    completions.answer(item, by=owner)
    completions.take_back(item, by=owner)

    with pytest.raises(MoveBlocked):
        completions.complete(application, by=owner)


def test_a_document_is_done_once_a_new_file_is_there(application, officer):
    application.documents.update(uploaded_at=now() - DAY)
    item = ask(application, officer, (RIB, "Illisible.")).items.get()
    owner = owner_of(application)
    with pytest.raises(MoveBlocked):
        completions.answer(item, by=owner)
    refused = ApplicationDocumentFactory(application=application, scan="infected")
    with pytest.raises(MoveBlocked):
        completions.answer(item, by=owner)
    assert refused.scan == "infected"

    ApplicationDocumentFactory(application=application, uploaded_at=now())

    completions.answer(item, by=owner)
    item.refresh_from_db()
    assert item.answered_at


def test_a_file_that_comes_is_an_answer(application, officer):
    asked = ask(application, officer)

    completions.note_file(application, "rib", by=owner_of(application))

    assert asked.items.get(target=RIB).answered_at
    assert asked.items.get(target=DATES).answered_at is None


def test_nothing_is_answered_twice_nor_after_the_withdrawal(application, officer):
    asked, owner = ask(application, officer, (DATES, "Le lieu ?")), None
    owner, item = owner_of(application), asked.items.get()
    done(asked, owner)
    completions.complete(application, by=owner)

    with pytest.raises(MoveRefused):
        completions.complete(application, by=owner)
    item = type(item).objects.select_related("request__application").get(pk=item.pk)
    with pytest.raises(MoveRefused):
        completions.answer(item, by=owner)


# --- It does not come ----------------------------------------------------------
def late(days=1, **columns):
    """Something was asked until so many days ago, and its date was noted as past."""
    asked = CompletionRequestFactory(
        due_on=today() - days * DAY, sent_at=now() - 20 * DAY, **columns
    )
    CompletionItemFactory(request=asked)
    completions.expire()
    asked.refresh_from_db()
    return asked


def test_its_day_is_theirs_to_the_end():
    asked = CompletionRequestFactory(due_on=today())

    completions.expire()

    asked.refresh_from_db()
    assert asked.state == C.SENT


def test_past_its_date_it_says_so_and_may_still_be_answered():
    asked = late(application=whole(sent=True, state=S.COMPLETION))

    assert asked.state == C.EXPIRED
    asked.items.update(answered_at=now())
    completions.complete(asked.application, by=owner_of(asked.application))
    asked.refresh_from_db()
    assert asked.state == C.ANSWERED


def test_what_was_withdrawn_does_not_expire():
    application = ApplicationFactory(withdrawn=True)

    assert late(application=application).state == C.SENT


def test_the_file_is_not_closed_before_its_date_nor_before_a_reminder(officer):
    with travel(NOON):
        asked = CompletionRequestFactory()
        with pytest.raises(MoveBlocked):
            completions.close(asked.application, by=officer)
        asked = late()
        with pytest.raises(MoveBlocked):
            completions.close(asked.application, by=officer)

        reminders.run()
        with pytest.raises(MoveBlocked):  # it has not left yet
            completions.close(asked.application, by=officer)
        delivery.sweep()
        completions.close(asked.application, by=officer, reason="Reprenez en mars.")

    application = type(asked.application).objects.get(pk=asked.application_id)
    assert application.state == S.CLOSED
    assert application.ended_at
    mail = OutgoingEmail.objects.get(template__endswith="application_closed")
    assert mail.person == owner_of(application)
    assert "Reprenez en mars." in mail.text


def test_after_two_weeks_no_reminder_is_waited_for(officer):
    asked = late(days=15)

    completions.close(asked.application, by=officer)

    asked.application.refresh_from_db()
    assert asked.application.state == S.CLOSED


def test_whom_nobody_can_write_to_is_closed_without_a_reminder(officer):
    asked = late(application__owner=PersonFactory(email=None))

    completions.close(asked.application, by=officer)

    assert asked.application.state == S.CLOSED


def test_what_came_back_is_not_closed(application, officer):
    asked = ask(application, officer, (DATES, "Le lieu ?"))
    done(asked, officer)
    completions.complete(application, by=owner_of(application))

    with pytest.raises(MoveRefused):
        completions.close(application, by=officer)
