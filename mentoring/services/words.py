"""The end of what a pair wrote: both are warned, take it away, then facts alone stay.

references/people.md, c5 (retention) and c7 (28). Nothing goes that the two could not
have taken away: a pair that nobody warned, for want of a worker or of the key, is
warned first, and fifteen days later its words go.
"""

import logging
from datetime import timedelta

from django.db import transaction

from agency.core import journal
from agency.core.clock import now
from agency.core.sealed_text import SealedTextField
from agency.core.services import ran
from agency.mail.reminders import Reminder, register
from mentoring import emails
from mentoring.models import (
    AgencyNote,
    Goal,
    Pair,
    PairMeeting,
    PrivateNote,
    PulseCheck,
    SharedReview,
)
from mentoring.models.pair import WORDS_KEPT
from mentoring.states import OVER

logger = logging.getLogger(__name__)

# So long before, the two are told.
NOTICE = timedelta(days=15)
# Where the words of a pair lie, each with the way from there to the pair. A row that is
# a fact too stays, emptied; the other is words alone.
EMPTIED = {PairMeeting: "pair", Goal: "pair"}
DELETED = {
    PrivateNote: "meeting__pair",
    SharedReview: "review__pair",
    AgencyNote: "pair",
    PulseCheck: "pair",
}
# A test holds that no sealed text of the app is left out.
SEALED = {PrivateNote: "meeting__pair", SharedReview: "review__pair", **EMPTIED}


def declare():
    """Called once, when the apps are ready."""
    register(
        Reminder(
            "mentoring/emails/pair_words_end",
            due=announced,
            readers=lambda pair: (pair.mentor, pair.mentee),
            message=emails.pair_words_end,
            # Warned once; again only when the day had to be moved.
            occurrence=lambda pair: f"{pair.words_until:%Y%m%d}",
            until=lambda pair: pair.words_until,
        )
    )


def announced():
    """The pairs whose words go on a day that is set, and to come."""
    rows = Pair.objects.filter(words_until__gt=now(), words_erased_at=None)
    return rows.select_related("mentor", "mentee", "activity__officer")


def turn():
    """Set the day for those whose end is near, and erase what is due.

    Run twice, late, or after a day away, it takes the same rows, once each.
    """
    over = Pair.objects.filter(state__in=OVER, words_erased_at=None)
    near = over.filter(words_until=None, ended_at__lte=now() - WORDS_KEPT + NOTICE)
    for pair in near.order_by("pk"):
        announce(pair)
    for pair in over.filter(words_until__lte=now()).order_by("pk"):
        erase(pair)
    ran("forget_words_of_pairs")


def announce(pair):
    """Set the day on which the words of ``pair`` go; whether it was set.

    Never less than the notice away, and not while no key opens them: what cannot be
    read cannot be taken away.
    """
    if not _opens(pair):
        logger.error("pair %s: no key opens its words, which are kept", pair.pk)
        return False
    until = max(pair.ended_at + WORDS_KEPT, now() + NOTICE)
    rows = Pair.objects.filter(pk=pair.pk, words_until=None, words_erased_at=None)
    return bool(rows.update(words_until=until))


@transaction.atomic
def erase(pair):
    """Delete every word of ``pair`` and keep its facts (c7, 28); whether it was done."""
    rows = Pair.objects.filter(pk=pair.pk, words_until__lte=now(), words_erased_at=None)
    if not _opens(pair):
        # Once the key is back they are warned again, with time to take them away.
        rows.update(words_until=None)
        logger.error("pair %s: no key opens its words, which are kept", pair.pk)
        return False
    if not rows.update(words_erased_at=now()):
        return False
    for model, way in DELETED.items():
        model._base_manager.filter(**{way: pair}).delete()
    for model, way in EMPTIED.items():
        empty = dict.fromkeys(_columns(model), b"")
        model._base_manager.filter(**{way: pair}).update(**empty)
    pair.alerts.update(words="", note="")
    # What was ticked for the agency is a figure; what was written to it goes.
    pair.reviews.update(comment="")
    journal.record(pair, "erase_words")
    return True


def _opens(pair):
    """Whether a key opens all that the two wrote; nothing of it is handed back."""
    return all(
        getattr(row, name).opens()
        for model, way in SEALED.items()
        for row in model._base_manager.filter(**{way: pair})
        for name in _columns(model)
    )


def _columns(model):
    return [
        field.attname
        for field in model._meta.local_fields
        if isinstance(field, SealedTextField)
    ]
