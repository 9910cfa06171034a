"""What the officer in charge does with an application: read, ask, meet, decide."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked, move
from mentoring import emails
from mentoring.services import calls


@transaction.atomic
def qualify(application, *, by):
    """Say that it fits the edition: an interview comes next."""
    _need_to_be_outside_the_team(application)
    move(application, "qualify", by=by)
    return application


@transaction.atomic
def ask(application, *, by, reason):
    """Ask the person for what is missing; they write in their application again."""
    move(application, "ask", by=by, asked=reason)
    emails.application_complement(application)
    return application


@transaction.atomic
def interview(application, *, by, note, held_on=None):
    """Note that one has spoken with the person; the note is the officer's own."""
    day = held_on or today()
    move(application, "interview", by=by, interview_note=note, interviewed_on=day)
    return application


@transaction.atomic
def retain(application, *, by, reason=""):
    _need_to_be_outside_the_team(application)
    move(application, "retain", by=by, reason=reason, decided_at=now())
    emails.application_retained(application)
    return application


@transaction.atomic
def waitlist(application, *, by, reason=""):
    move(application, "waitlist", by=by, reason=reason, decided_at=now())
    emails.application_waitlisted(application)
    return application


@transaction.atomic
def refuse(application, *, by, told, note=""):
    """``told`` stands in the message; ``note`` is read by the officer alone."""
    moment = now()
    kept = {"note": note} if note else {}
    ends = {"decided_at": moment, "ended_at": moment}
    move(application, "refuse", by=by, told=told, **ends, **kept)
    emails.application_refused(application)
    return application


def _need_to_be_outside_the_team(application):
    """They may have joined the team since they applied."""
    if calls.barred(application.person):
        raise MoveBlocked(
            _("This person is of the agency's team, or their account is closed.")
        )


@transaction.atomic
def link(veto, *, person=None, organisation=None):
    """Lead a name to whom it means; nothing of it goes to the journal, as of a difficulty."""
    meant = {"with_person": person, "with_organisation": organisation}
    type(veto).objects.filter(pk=veto.pk).update(**meant)
