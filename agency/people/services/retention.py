"""What was kept for as long as was said goes by itself, once a day.

Each job asks the database what is due: run twice, late, or after a day away, it takes
the same rows.
"""

from datetime import timedelta
from functools import wraps

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, OuterRef, ProtectedError
from django.utils.translation import gettext as _

from agency.core.clock import now
from agency.core.models import JobRun
from agency.core.services import ran
from agency.mail.models import Attachment, OutgoingEmail
from agency.mail.states import EmailState
from agency.people import personal_data, privacy
from agency.people.models import Merge, Person
from agency.people.services import imports
from agency.people.services.merging import UNDONE_FOR, two_of

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
YEAR = timedelta(days=366)

# What a sign-up alone leaves behind; anything else keeps the person.
OF_A_SIGNUP = {
    *(Person, EmailAddress, EmailConfirmation),
    *(UserSession, Session, OutgoingEmail, Attachment),
}


def daily(job):
    """Run ``job`` unless it ran within a day, and note that it did."""

    @wraps(job)
    def run():
        lately = JobRun.objects.filter(name=job.__name__, last_run_at__gt=now() - DAY)
        if not lately.exists():
            job()
            ran(job.__name__)

    return run


@daily
def end_sessions():
    """Clear the sessions that ended, and the places signed in from that they were."""
    Session.objects.filter(expire_date__lt=now()).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    # A place is noted a moment before its session is written.
    settled = UserSession.objects.filter(created_at__lt=now() - timedelta(hours=1))
    settled.filter(~Exists(alive)).delete()


@daily
def forget_signups():
    """Delete those who signed up, proved no address within a week and left it at that."""
    for person in _unfinished().order_by("pk").iterator():
        if not _attached(person):
            _forget(person)


def _unfinished():
    proved = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    people = Person.objects.present().filter(
        ~Exists(proved), joined_at__lt=now() - WEEK
    )
    people = people.filter(last_login=None, is_superuser=False)
    # Those whom the agency wrote down have no password.
    return people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


def _attached(person):
    letters = OutgoingEmail.objects.filter(person=person)
    if letters.exclude(template__startswith="account/").exists():
        return True
    others = [one for one in privacy.entries() if one.model not in OF_A_SIGNUP]
    return any(entry.rows(person).exists() for entry in others)


def _forget(person):
    try:
        with transaction.atomic():
            # Their row is held, and looked at again: they may have typed their code.
            still = _unfinished().filter(pk=person.pk)
            if still.update(joined_at=F("joined_at")):
                OutgoingEmail.objects.filter(person=person).delete()
                person.delete()
    except ProtectedError:
        return


@daily
@transaction.atomic
def empty_emails():
    """Of messages of more than twelve months, keep the subject, the date and the proof."""
    old = OutgoingEmail.objects.filter(created_at__lt=now() - YEAR)
    old = old.exclude(state__in=(EmailState.QUEUED, EmailState.SENDING))
    old = old.exclude(text="", html="")
    # A document that was joined is part of the proof; it has a life of its own.
    Attachment.objects.filter(email__in=old, document=None).delete()
    old.update(text="", html="", last_error="", secret=None)


@daily
def forget_traces():
    """Delete what a library notes of edits and of addresses checked, after a year."""
    LogEntry.objects.filter(action_time__lt=now() - YEAR).delete()
    EmailConfirmation.objects.filter(created__lt=now() - YEAR).delete()


@daily
def forget_imports():
    """Delete the lines of the imports that are over, after a month."""
    imports.forget()


@daily
def close_merges():
    """After thirty days a merge is final: nothing is left of the record set aside."""
    due = Merge.objects.filter(undone_at=None, closed_at=None)
    for merge in due.filter(at__lte=now() - UNDONE_FOR).order_by("pk"):
        _close(merge)


@transaction.atomic
def _close(merge):
    mine = Merge.objects.filter(pk=merge.pk, undone_at=None, closed_at=None)
    if not mine.update(closed_at=now(), changes=[]):
        return
    _kept, dropped = two_of(merge)
    if isinstance(dropped, Person):
        Authenticator.objects.filter(user=dropped).delete()
        EmailAddress.objects.filter(user=dropped).delete()
        personal_data.empty(dropped, _("Merged record"))
    else:
        # Its name still leads to the one that stayed.
        for column in ("email", "phone", "address", "siret", "licence", "website"):
            setattr(dropped, column, "")
    dropped.save()
