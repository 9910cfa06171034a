"""Drafts and completions are spoken of twice, each once, in time or not at all."""

from datetime import datetime, time, timedelta

import pytest

from agency.core.clock import PARIS, now, today, travel
from agency.mail import reminders
from agency.mail.models import OutgoingEmail, QuietPeriod
from grants.models import Application, CompletionRequest
from grants.services import completions
from grants.states import ApplicationState
from tests.grants.factories import (
    ApplicationEditorFactory,
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    SittingFactory,
)

pytestmark = pytest.mark.django_db
NOON = now().replace(hour=11, minute=0)
DAY = timedelta(days=1)


def written(days, name, times=2, hour=None):
    """Run the engine twice at noon, so many days from now; what was written in all."""
    moment = NOON + days * DAY
    with travel(moment if hour is None else moment.replace(hour=hour)):
        completions.expire()
        for _run in range(times):
            reminders.run()
    return OutgoingEmail.objects.filter(template=f"grants/emails/{name}").count()


def in_days(count, clock=time(18)):
    return datetime.combine(today() + count * DAY, clock, PARIS)


# --- Drafts ----------------------------------------------------------------------
@pytest.fixture
def draft():
    """Begun today; the sitting of its scheme closes in twenty days."""
    with travel(NOON):
        one = ApplicationFactory()
        SittingFactory(schemes=[one.scheme], deadline_at=in_days(20))
        SittingFactory(schemes=[one.scheme], deadline_at=in_days(60))
    return one


def test_a_draft_is_spoken_of_a_week_before_then_two_days_before(draft):
    assert written(12, "draft_reminder") == 0
    assert written(13, "draft_reminder") == 1
    assert written(16, "draft_reminder") == 1
    assert written(18, "draft_reminder") == 2
    assert written(20, "draft_reminder") == 2
    mail = OutgoingEmail.objects.order_by("pk").first()
    assert mail.person == draft.editors.get().person
    assert mail.expires_at.date() == (NOON + 20 * DAY).date()


def test_it_is_said_to_whoever_may_send_it(draft):
    sends = ApplicationEditorFactory(application=draft, may_submit=True).person
    ApplicationEditorFactory(application=draft)

    assert written(13, "draft_reminder") == 2
    people = set(OutgoingEmail.objects.values_list("person", flat=True))
    assert people == {sends.pk, draft.editors.get(role="owner").person_id}


def test_the_sitting_that_was_chosen_counts(draft):
    with travel(NOON):
        later = SittingFactory(schemes=[draft.scheme], deadline_at=in_days(40))
    Application.objects.update(sitting=later)

    assert written(13, "draft_reminder") == 0
    assert written(33, "draft_reminder") == 1


def test_a_sitting_of_another_scheme_says_nothing_of_it():
    with travel(NOON):
        ApplicationFactory()
        SittingFactory(schemes=[ApplicationFactory(sent=True).scheme])

    assert written(25, "draft_reminder") == 0


def test_what_was_sent_is_left_in_peace(draft):
    Application.objects.filter(pk=draft.pk).delete()
    with travel(NOON):
        sent = ApplicationFactory(sent=True, rules=draft.rules)

    assert sent.state == ApplicationState.SUBMITTED
    assert written(13, "draft_reminder") == 0


def test_a_draft_that_was_forgotten_is_left_in_peace(draft):
    Application.objects.update(saved_at=NOON - 130 * DAY)

    assert written(13, "draft_reminder") == 0


def test_a_draft_begun_yesterday_evening_is_not_pressed():
    with travel(NOON):
        one = ApplicationFactory()
        SittingFactory(schemes=[one.scheme], deadline_at=in_days(5))

    assert written(0, "draft_reminder") == 0
    assert written(2, "draft_reminder") == 1


def test_once_the_sitting_is_closed_nothing_is_said(draft):
    assert written(21, "draft_reminder") == 0


def test_quiet_weeks_are_quiet_for_drafts(draft):
    first = NOON.date() + 12 * DAY
    QuietPeriod.objects.create(
        label="\u00c9t\u00e9", starts_on=first, ends_on=first + 5 * DAY
    )

    assert written(14, "draft_reminder") == 0
    assert written(18, "draft_reminder") == 1


def test_by_day_only(draft):
    assert written(13, "draft_reminder", hour=23) == 0


# --- What is asked ---------------------------------------------------------------
@pytest.fixture
def asked():
    """Asked today, due in ten days."""
    with travel(NOON):
        one = CompletionRequestFactory()
        CompletionItemFactory(request=one)
    return one


def test_what_is_asked_is_recalled_three_days_before_and_on_the_day(asked):
    ApplicationEditorFactory(application=asked.application)

    assert written(6, "completion_reminder") == 0
    assert written(7, "completion_reminder") == 2
    assert written(9, "completion_reminder") == 2
    assert written(10, "completion_reminder") == 4
    assert written(10, "completion_overdue") == 0


def test_past_its_date_it_is_said_once(asked):
    assert written(11, "completion_reminder") == 0
    assert written(11, "completion_overdue") == 1
    assert written(13, "completion_overdue") == 1
    assert written(26, "completion_overdue") == 1


def test_what_was_asked_a_moment_ago_is_recalled_on_its_day_alone():
    with travel(NOON):
        CompletionRequestFactory(due_on=today() + 2 * DAY)

    assert written(0, "completion_reminder") == 0
    assert written(1, "completion_reminder") == 0
    assert written(2, "completion_reminder") == 1


@pytest.mark.parametrize("state", ["answered", "resolved"])
def test_what_came_back_is_left_in_peace(asked, state):
    CompletionRequest.objects.update(state=state, answered_at=now())

    assert written(7, "completion_reminder") == 0
    assert written(12, "completion_overdue") == 0


def test_what_was_withdrawn_is_left_in_peace(asked):
    Application.objects.update(state=ApplicationState.WITHDRAWN, ended_at=now())

    assert written(7, "completion_reminder") == 0
    assert written(12, "completion_overdue") == 0


def test_quiet_weeks_are_quiet_and_what_is_late_is_not_said(asked):
    first = NOON.date() + 6 * DAY
    QuietPeriod.objects.create(
        label="\u00c9t\u00e9", starts_on=first, ends_on=first + 4 * DAY
    )

    assert written(8, "completion_reminder") == 0
    assert written(10, "completion_reminder") == 0
    assert written(11, "completion_reminder") == 0
    assert written(11, "completion_overdue") == 1


def test_one_that_fails_does_not_hold_back_the_others(asked, monkeypatch):
    from grants import dialogue_emails  # patched here alone

    with travel(NOON):
        other = CompletionRequestFactory()
        CompletionItemFactory(request=other)
    usual = dialogue_emails.sections.targets

    def failing(application):
        if application.pk == asked.application_id:
            raise RuntimeError("no")
        return usual(application)

    monkeypatch.setattr(dialogue_emails.sections, "targets", failing)

    assert written(7, "completion_reminder", times=1) == 1
    monkeypatch.undo()
    assert written(7, "completion_reminder", times=1) == 2
