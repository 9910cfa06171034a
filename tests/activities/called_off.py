"""Sessions that are called off, and what was written of it."""

from datetime import timedelta

from agency.activities.models import Session
from agency.activities.services import (
    sessions,
)
from agency.mail.models import OutgoingEmail

WEEK = timedelta(days=7)


def fresh(session):
    return Session.objects.get(pk=session.pk)


def cancel(session, by, **how):
    return sessions.cancel_session(fresh(session), by=by, **how)


def later(session, weeks=1):
    return {
        "starts_at": session.starts_at + weeks * WEEK,
        "ends_at": session.ends_at + weeks * WEEK,
    }


def written(template):
    return OutgoingEmail.objects.filter(template=f"activities/emails/{template}")
