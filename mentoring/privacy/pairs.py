"""What a pair knows about a person, and how it lets them go."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.admin import words
from agency.people import privacy
from agency.people.privacy import Erasure
from mentoring.models import AgencyNote, Goal, Pair, PairMeeting, PrivateNote
from mentoring.services import pairs

SIX_MONTHS = _("Six months after the end of the pair")
OWN_SPACE = _("On the page \u201cOur notes\u201d of your pair, to print or to keep")


def elsewhere(row):
    """A sealed text is handed out on the page of its room, and in no file."""
    return str(OWN_SPACE)


def declare():
    """Called once, when the apps are ready."""
    _facts()
    _words()
    words.describe(
        propose=_("Prepared a pair"),
        accept_side=_("Said yes to a pair"),
        plan=_("Planned a meeting"),
        confirm=pgettext_lazy("pair meeting", "Confirmed"),
        share_goals=_("Shared the goals with the agency"),
        erase_words=_("Erased what the two wrote"),
        unshare_goals=_("Shared the goals no longer"),
    )


def _facts():
    privacy.register(
        Pair,
        path=_half,
        purpose=_("To bring you together with a mentor, or with whom you accompany"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=(
            "activity",
            "mentor",
            "mentee",
            "state",
            "notified_at",
            "activated_at",
            "ended_at",
        ),
        erase=Erasure(_("The pair ends; the fact stays under a number"), leave),
    )
    privacy.register(
        PairMeeting,
        path=halves,
        purpose=_("To follow the rhythm of the pair: dates and lengths, never a word"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=("day", "minutes", "way", "state", (elsewhere, _("shared note"))),
        erase=privacy.keep(),
    )


def _words():
    privacy.register(
        PrivateNote,
        path=_written_in,
        purpose=_("Your own notes on the meetings, read by you alone"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=((elsewhere, _("private note")),),
        erase=privacy.delete(),
    )
    privacy.register(
        Goal,
        path=halves,
        purpose=_("The goals that you set together"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=("state", "created_at", (elsewhere, _("goal"))),
        erase=Erasure(
            _("Kept for the other one until six months after the end, then erased"),
            privacy.keep().run,
        ),
    )
    privacy.register(
        AgencyNote,
        path=_told,
        purpose=_("What you write to the officer in charge, on purpose"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=("text", "sent_at"),
        erase=privacy.delete(),
    )


def _half(rows, person):
    return rows.filter(Q(mentor=person) | Q(mentee=person))


def halves(rows, person):
    return rows.filter(Q(pair__mentor=person) | Q(pair__mentee=person))


def _written_in(rows, person):
    return rows.filter(
        Q(side="mentor", meeting__pair__mentor=person)
        | Q(side="mentee", meeting__pair__mentee=person)
    )


def _told(rows, person):
    return own_side(rows, person, "")


def own_side(rows, person, way):
    """What ``person`` wrote for their half; ``way`` leads to the row that has a side."""
    mentor = {f"{way}side": "mentor", f"{way}pair__mentor": person}
    mentee = {f"{way}side": "mentee", f"{way}pair__mentee": person}
    return rows.filter(Q(**mentor) | Q(**mentee))


def leave(rows, person):
    """Through the service, in neutral words: the other one finds the pair over."""
    for pair in rows.select_related("activity").order_by("activity_id", "pk"):
        pairs.leave(pair, by=person)
