"""The agreements on paper, and the messages that bring them: made in the background."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from agency.core import bell
from agency.core.clock import now
from mentoring import agreement_emails, documents, emails, tasks
from mentoring.choices import Side
from mentoring.models import PairAgreement
from mentoring.states import JOINED, OVER

logger = logging.getLogger(__name__)

# What was rung for less than that ago is still being made.
RUNG_LATELY = timedelta(minutes=2)
# A minute's work: the rest waits for the next turn of the sweeper.
AT_ONCE = 20


def make(agreement_id):
    """The PDF of an agreement in force as it stands, then what brings it to the two."""
    agreement = documents.READ.in_force().filter(pk=agreement_id).first()
    if agreement is None or agreement.pair.state in OVER:
        return
    try:
        document = documents.pair_agreement(agreement)
    except documents.NotTheTextSigned:
        logger.exception("an agreement was changed after it was signed")
        return
    tell(agreement, document)


@transaction.atomic
def tell(agreement, document=None):
    """Write to each of the two where the agreement stands, once; with its PDF if there is.

    Told and signed at the same time, the earlier step is left to the later one.
    """
    waiting = PairAgreement.objects.in_force().filter(
        pk=agreement.pk, told_at=None, signed_at=agreement.signed_at
    )
    if not waiting.update(told_at=now()):
        return
    message = _message(agreement)
    for side in Side:
        message(agreement, side, document)


def _message(agreement):
    if agreement.signed_at is not None:
        return agreement_emails.agreement_signed
    if agreement.number > 1:
        return agreement_emails.agreement_corrected
    return _confirmed


def _confirmed(agreement, side, document):
    emails.pair_confirmed(agreement.pair, side, document)


def sweep():
    """Ring again for what has no PDF, or was not told; return how many."""
    still = now() - RUNG_LATELY
    rows = PairAgreement.objects.in_force().filter(prepared_at__lt=still)
    rows = rows.filter(pair__state__in=JOINED).exclude(pair__state__in=OVER)
    signed = Q(signed_at__isnull=False, on_paper_on=None)
    made = documents.issued().filter(object_id=OuterRef("pk"))
    text, copy = (
        Exists(made.filter(kind=kind)) for kind in (documents.TEXT, documents.SIGNED)
    )
    missing = Q(told_at=None) | (signed & ~copy) | (~signed & ~text)
    lost = list(rows.filter(missing).order_by("-pk").values_list("pk", flat=True))
    for pk in lost[:AT_ONCE]:
        bell.ring(tasks.make_agreement, pk)
    return len(lost[:AT_ONCE])
