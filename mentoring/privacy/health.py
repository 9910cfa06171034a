"""What is known of how a pair is doing, and how it goes."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.admin import words
from agency.people import privacy
from agency.people.privacy import Erasure
from mentoring.choices import Side
from mentoring.models import NudgeSent, PairAlert, Pause, PulseCheck, Snooze
from mentoring.privacy.pairs import SIX_MONTHS


def declare():
    """Called once, when the apps are ready."""
    _said()
    _rhythm()
    words.describe(
        open=pgettext_lazy("alert", "Opened"),
        snooze=_("Put the reminders off"),
        wake=_("Took the reminders up again"),
    )


def _said():
    privacy.register(
        PulseCheck,
        path=_own,
        purpose=_(
            "To know from each of the two how the pair goes, and to help in time"
        ),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=("number", "asked_at", "answered_at", "level", "fit", "wants_help"),
        erase=privacy.delete(),
    )
    privacy.register(
        PairAlert,
        path=_own_or_both,
        purpose=_("To call you when you ask for help, or when a pair falls silent"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=("cause", "words", "state", "opened_at", "settled_at"),
        erase=Erasure(_("Its words are erased; that it was there stays"), empty),
    )


def _rhythm():
    for model, purpose, fields in (
        (
            NudgeSent,
            _("To remind you once, and no more, of setting a date"),
            ("step", "since", "sent_on"),
        ),
        (
            Snooze,
            _("To leave you in peace for as long as you asked"),
            ("starts_on", "ends_on"),
        ),
        (
            Pause,
            _("Not to count the days of a pause as silence"),
            ("starts_on", "ends_on"),
        ),
    ):
        privacy.register(
            model,
            path=_of_both,
            purpose=purpose,
            legal_basis=privacy.CONTRACT,
            retention=privacy.FIVE_YEARS,
            export=fields,
            erase=privacy.keep(),
        )


def _of_both(rows, person):
    return rows.filter(Q(pair__mentor=person) | Q(pair__mentee=person))


def _of(person):
    return Q(side=Side.MENTOR, pair__mentor=person) | Q(
        side=Side.MENTEE, pair__mentee=person
    )


def _own(rows, person):
    return rows.filter(_of(person))


def _own_or_both(rows, person):
    """What one asked for oneself, and what is about the pair; never of the other one."""
    both = Q(pair__mentor=person) | Q(pair__mentee=person)
    return rows.filter(_of(person) | Q(side="") & both)


def empty(rows, person):
    """What is about the pair stays for the other one, without a word."""
    rows.update(words="", note="")
