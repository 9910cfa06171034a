"""What the link of a reminder does, and how the two put reminders off."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from mentoring import nudge_emails, press_links
from mentoring.health.ladder import LONGEST_SNOOZE
from mentoring.models import NudgeSent, Snooze
from mentoring.services.meetings import lock


def refusal(nudge, side):
    """Why the link answers nothing now, in a sentence, or ``""``."""
    if not nudge.pair.is_meeting:
        return _("There is nothing to note for this reminder any more.")
    if nudge.answered_at(side) is not None:
        return _("This reminder has its answer already: its link answers once.")
    if press_links.is_stale(nudge):
        return _("This reminder is more than a month old: its link answers no more.")
    return ""


@transaction.atomic
def answer(nudge, side, act):
    """Do ``act(pair, by)`` for whoever the letter was written to, once.

    When ``act`` refuses, the link has not been used. Raises MoveBlocked with a sentence.
    """
    pair = nudge.pair
    by = pair.person_of(side)
    lock(pair, by)
    nudge.refresh_from_db(fields=["mentor_answered_at", "mentee_answered_at"])
    if sentence := refusal(nudge, side):
        raise MoveBlocked(sentence)
    name = f"{side}_answered_at"
    NudgeSent.objects.filter(pk=nudge.pk).update(**{name: now()})
    done = act(pair, by)
    setattr(nudge, name, now())
    return done


# --- Later ------------------------------------------------------------------------
def put_off(pair):
    """The last day until which ``pair`` is left in peace, or None."""
    lasting = pair.snoozes.filter(ends_on__gte=today()).order_by("-ends_on")
    return lasting.values_list("ends_on", flat=True).first()


@transaction.atomic
def snooze(pair, days, *, by):
    """No reminder for ``days``, thirty at most; noted for both of them.

    Raises MoveBlocked with a sentence.
    """
    side = lock(pair, by)
    if not 0 < days <= LONGEST_SNOOZE.days:
        raise MoveBlocked(_("Reminders are put off by thirty days at most."))
    last = today() + timedelta(days=days - 1)
    there = pair.snoozes.filter(starts_on=today(), side=side).first()
    if there is not None:
        pair.snoozes.filter(pk=there.pk).update(ends_on=last)
    else:
        Snooze.objects.create(pair=pair, side=side, ends_on=last)
    nudge_emails.call_off_nudges(pair)
    journal.record(pair, "snooze", by=by)
    return last


@transaction.atomic
def wake(pair, *, by):
    """Reminders come again from today."""
    lock(pair, by)
    yesterday = today() - timedelta(days=1)
    pair.snoozes.filter(starts_on=today()).delete()
    pair.snoozes.filter(ends_on__gte=today()).update(ends_on=yesterday)
    journal.record(pair, "wake", by=by)
