"""The messages of a file between its applicants and the house, and its reminders.

What is written in a thread never travels: the message says that it waits.
"""

from django.utils.translation import gettext as _

from agency.core.clock import now
from agency.mail.hours import morning
from agency.mail.services import call_off, send
from grants import addresses, sections
from grants.contacts import contact_of, spoken

FOLDER = "grants/emails"


def completion_asked(request, person):
    """What is missing, item by item, and until when."""
    return _of_request("completion_asked", request, person)


def completion_reminder(request, person, **how):
    """Three days before its date, and on the day itself."""
    return _of_request("completion_reminder", request, person, **how)


def completion_overdue(request, person, **how):
    """The date is past: one may still answer, until the house closes the file."""
    return _of_request("completion_overdue", request, person, **how)


def _of_request(name, request, person, **how):
    application = request.application
    named = sections.targets(application)
    items = list(request.items.order_by("pk"))
    for item in items:
        item.named = named.get(item.target, "")
    context = {
        "request": request,
        "items": items,
        "left": [item for item in items if item.answered_at is None],
        "address": addresses.completion(application),
    }
    return _write(name, application, person, context, **{"about": request, **how})


def application_closed(application, person):
    """Nothing came: the file is closed without action."""
    context = {"address": addresses.on_the_site(application)}
    return _write("application_closed", application, person, context)


def application_inadmissible(application, person):
    """It is not studied, with the reason that was written to be read."""
    context = {"address": addresses.on_the_site(application)}
    return _write("application_inadmissible", application, person, context)


def draft_reminder(application, person, **how):
    """Applications close in a week, then in two days: it is not sent yet."""
    context = {
        "address": addresses.on_the_site(application),
        "closes_at": application.closes_at,
        "is_last": application.stage == "2",
    }
    return _write("draft_reminder", application, person, context, **how)


def thread_message(message, person, *, first):
    """Somebody of the house has written; once, until it is read (``first`` unread)."""
    application = message.application
    context = {"author": message.author, "address": addresses.thread(application)}
    return _write("thread_message", application, person, context, occurrence=str(first))


def thread_message_to_the_house(message, person, *, first):
    """The applicants have written: to whoever has the file in hand."""
    application = message.application
    context = {
        "author": message.author,
        "address": addresses.thread_on_the_desk(application.pk),
    }
    return _write(
        "thread_message_to_the_house",
        application,
        person,
        context,
        occurrence=str(first),
    )


def _write(name, application, person, context, **how):
    how = {"about": application, "not_before": morning(now()), **how}
    return send(
        f"{FOLDER}/{name}",
        to=person,
        context={
            "application": application,
            "contact": spoken(contact_of(application)),
            **context,
        },
        **how,
    )


def call_off_unread(application):
    """What has not left stays: it was read in the meantime."""
    return call_off(
        f"{FOLDER}/thread_message",
        about=application,
        why=_("It was read in the meantime."),
    )
