"""From the outbox to the mail server: each row once, whoever rings and how often.

A row is claimed by a conditional UPDATE before its message leaves and settled by
another after. A worker killed in between leaves it claimed; the sweeper gives it back
after five minutes. Killed between the server's "yes" and the settling, it would be
sent again under the same Message-ID: that is the one case nobody can rule out.
"""

import logging
import time
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from agency.core.clock import now
from agency.core.sealed import WrongKey
from agency.core.services import ran
from agency.mail.messages import build
from agency.mail.models import Attachment, OutgoingEmail
from agency.mail.preferences import wanting
from agency.mail.states import EmailState
from agency.mail.transport import Refusal, Refused, hand_over

logger = logging.getLogger(__name__)

CLAIM = timedelta(minutes=5)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
# 1, 2, 4... minutes, then every six hours: a server away for two days loses nothing.
ATTEMPTS = 18
SWEEP_SECONDS = 45
BATCH = 500
NEIGHBOURS = 25


def deliver(email_id):
    """Hand over one message if it is due and nobody else has it.

    False when the mail server is away: the next message would fare no better.
    """
    email = _claim(email_id)
    if email is None:
        return True
    if getattr(email.person, "erased_at", None):
        _settle(email, state=EmailState.SUPPRESSED, secret=None)
        return True
    if why := _moot(email):
        _settle(email, state=EmailState.SUPPRESSED, last_error=why)
        return True
    refusal = _attempt(email)
    if refusal is None:
        _settle(email, state=EmailState.SENT, sent_at=now(), secret=None, last_error="")
        return True
    _refused(email, refusal)
    return not refusal.server_away


def answer(email_id):
    """Hand over the message that rang, then some of those that rang after it.

    The embedded broker gives out five tasks a second: a batch of messages leaves with
    its first ring, and the rings that follow find nothing to do.
    """
    if deliver(email_id):
        _deliver_due(NEIGHBOURS)


def sweep():
    """Deliver what is due: rings that nobody heard, refusals to try again.

    Two sweeps at once share the work, since each row is claimed by one of them.
    """
    release()
    _deliver_due(BATCH)
    ran("mail.sweep")


def _moot(email):
    """Why its reader has nothing from this message any more, in words, or ``""``."""
    if email.expires_at and email.expires_at <= now():
        return _("Not delivered in time: it would make no sense any more.")
    if email.topic and not wanting(email.topic, [email.person_id]):
        return _("Its reader has asked for no more of these.")
    return ""


def _deliver_due(count):
    ids = OutgoingEmail.objects.due().order_by("pk").values_list("pk", flat=True)
    until = time.monotonic() + SWEEP_SECONDS
    for email_id in list(ids[:count]):
        if time.monotonic() > until or not deliver(email_id):
            break


def release():
    """Give back the rows of workers that died with them in hand."""
    lost = OutgoingEmail.objects.filter(
        state=EmailState.SENDING, claimed_at__lt=now() - CLAIM
    )
    hopeless = lost.filter(attempts__gte=ATTEMPTS)
    hopeless.filter(template__startswith="account/").update(secret=None)
    hopeless.update(
        state=EmailState.FAILED, last_error=_("Every attempt was cut short.")
    )
    lost.update(state=EmailState.QUEUED, next_attempt_at=None)


def _claim(email_id):
    claimed = (
        OutgoingEmail.objects.due()
        .filter(pk=email_id)
        .update(state=EmailState.SENDING, claimed_at=now(), attempts=F("attempts") + 1)
    )
    if not claimed:
        return None
    return readable(OutgoingEmail.objects.all()).get(pk=email_id)


def readable(rows):
    """``rows`` with all that their messages are built from, but the files."""
    files = Attachment.objects.filter(email=OuterRef("pk"))
    return rows.select_related("person").annotate(has_files=Exists(files))


def _attempt(email):
    """Try once; None when the message left, else why it did not."""
    try:
        hand_over(_built(email))
    except Refused as refused:
        return refused.refusal
    except ValueError as error:
        # What the standard library refuses to write: it never will.
        logger.error("mail %s: %s", email.pk, type(error).__name__)
        return Refusal(_("This message cannot be written."), permanent=True)
    return None


def _built(email):
    try:
        return build(email)
    except OSError as error:
        logger.warning("mail %s: attachment away: %s", email.pk, error)
        raise Refused(Refusal(_("An attachment could not be read."))) from error
    except WrongKey as error:
        logger.error(
            "mail %s: its key was sealed with a key we no longer have", email.pk
        )
        raise Refused(Refusal(_("Its personal link could not be opened."))) from error


def _refused(email, refusal):
    # What a server answers about one message may name its reader: the row keeps it.
    said = refusal.reason if refusal.server_away else "refused"
    logger.warning("mail %s, attempt %s: %s", email.pk, email.attempts, said)
    if refusal.bad_address:
        flag(email)
    if not refusal.permanent and email.attempts < ATTEMPTS:
        delay = min(FIRST_DELAY * 2 ** (email.attempts - 1), LONGEST_DELAY)
        changes = {"state": EmailState.QUEUED, "next_attempt_at": now() + delay}
    else:
        # Staff never send an account message again, so its key is of no more use.
        changes = {"state": EmailState.FAILED}
        changes |= {"secret": None} if email.is_account else {}
    _settle(email, last_error=refusal.reason, **changes)


def _settle(email, **changes):
    """Write how the attempt ended, unless the sweeper took the row away meanwhile."""
    mine = OutgoingEmail.objects.filter(
        pk=email.pk,
        state=EmailState.SENDING,
        attempts=email.attempts,
        claimed_at=email.claimed_at,
    )
    if not mine.update(**changes):
        logger.warning("mail %s: settled by somebody else", email.pk)


def flag(email):
    """The address takes no mail: say so on the person it still belongs to."""
    people = get_user_model()._base_manager.filter(
        pk=email.person_id, email=email.to, email_refused_at=None
    )
    people.update(email_refused_at=now())
