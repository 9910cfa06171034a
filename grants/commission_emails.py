"""The messages of the commission: files, reviews, questions, a second convocation."""

from django.urls import reverse

from agency.core.clock import now
from agency.mail.hours import morning
from agency.mail.services import send
from grants.contacts import spoken
from grants.dialogue_emails import FOLDER


def reviews_open(sitting, person, **how):
    """The files of a sitting are open: interests first, then the reviews."""
    return _of_sitting("reviews_open", sitting, person, **how)


def review_reminder(sitting, person, **how):
    """Seven days, three days, a day before reviews close: what is left to read."""
    return _of_sitting("review_reminder", sitting, person, **how)


def second_convocation(sitting, person, **how):
    """Convened again on the same agenda: no quorum is asked any more (art. 11)."""
    return _of_sitting("second_convocation", sitting, person, **how)


def member_question(question, person):
    """A member asks: to whoever has the file in hand. What is asked does not travel."""
    page = reverse("admin:grants_memberquestion_change", args=[question.pk])
    return _of_question("member_question", question, person, page)


def member_answer(question, person):
    """Their question is answered."""
    application = question.application
    page = reverse(
        "grants:commission-file", args=[application.sitting_id, application.uuid]
    )
    return _of_question("member_answer", question, person, page)


def minutes_draft(sitting, person):
    """The sitting is closed: whoever chairs reads the draft of its minutes."""
    return _of_minutes("minutes_draft", sitting, person)


def minutes_validated(sitting, person):
    """The minutes are validated: every member reads them. No file is named."""
    return _of_minutes("minutes_validated", sitting, person)


def _of_minutes(name, sitting, person):
    """Once for each time that it was closed: a sitting that is resumed has a new draft."""
    page = reverse("grants:commission-minutes", args=[sitting.pk])
    closed = sitting.closed_at
    occurrence = closed.isoformat(timespec="seconds") if closed else ""
    return _of_sitting(name, sitting, person, page=page, occurrence=occurrence)


def _of_sitting(name, sitting, person, *, page="", **how):
    officer = sitting.session.activity.officer
    how = {"about": sitting.session, "not_before": morning(now()), **how}
    context = {
        "sitting": sitting,
        "activity": sitting.session.activity,
        "is_last": getattr(sitting, "stage", "") == "1",
        "address": page or reverse("grants:commission-sitting", args=[sitting.pk]),
        "contact": spoken(officer),
    }
    return send(f"{FOLDER}/{name}", to=person, context=context, **how)


def _of_question(name, question, person, page):
    return send(
        f"{FOLDER}/{name}",
        to=person,
        about=question.application,
        occurrence=str(question.pk),
        not_before=morning(now()),
        context={
            "application": question.application,
            "author": question.person,
            "address": page,
        },
    )
