"""The messages about how a pair is doing: 30, 31 and 33 of references/people.md (f1).

To each of the two alone, by day; whoever was answered meanwhile is left in peace.
"""

from datetime import timedelta

from django.utils.translation import gettext as _

from agency.core.clock import now
from agency.mail.hours import morning
from agency.mail.services import call_off, send
from mentoring import press_links
from mentoring.health.ladder import BETWEEN_LETTERS

FOLDER = "mentoring/emails"
# Later than that, another one asks the same, or nobody needs it.
NUDGE_KEEPS = timedelta(days=BETWEEN_LETTERS)
PULSE_KEEPS = timedelta(days=14)


def pair_nudge(nudge, side):
    """Have you a date? Three buttons, without signing in."""
    return _nudge("pair_nudge", nudge, side)


def pair_nudge_again(nudge, side):
    """Once more, in other words, and the last time by mail."""
    return _nudge("pair_nudge_again", nudge, side)


def _nudge(name, nudge, side):
    pair = nudge.pair
    return send(
        f"{FOLDER}/{name}",
        to=pair.person_of(side),
        about=pair,
        occurrence=f"{nudge.since.isoformat()}-{nudge.step}",
        context=_context(pair, side) | {"nudge": nudge},
        key=press_links.link(nudge, side),
        not_before=morning(now()),
        expires_at=now() + NUDGE_KEEPS,
    )


def pair_pulse(pulse):
    """Two questions, and who reads the answers."""
    pair = pulse.pair
    return send(
        f"{FOLDER}/pair_pulse",
        to=pair.person_of(pulse.side),
        about=pair,
        occurrence=pulse.number,
        context=_context(pair, pulse.side) | {"pulse": pulse},
        not_before=morning(now()),
        expires_at=now() + PULSE_KEEPS,
    )


def _context(pair, side):
    return {
        "pair": pair,
        "edition": pair.activity,
        "other": pair.other_of(side),
        "is_mentor": side == "mentor",
    }


def pair_alert(alert, health):
    """Facts and what to do next, to the officer in charge; never a word of the two.

    ``health``: the sentences and the action of the pair, as ``PairHealth`` has them.
    """
    pair = alert.pair
    return send(
        f"{FOLDER}/pair_alert",
        to=pair.activity.officer,
        about=alert,
        context={
            "alert": alert,
            "pair": pair,
            "edition": pair.activity,
            "health": health,
            "who": pair.person_of(alert.side) if alert.side else None,
        },
        not_before=morning(now()),
    )


def call_off_nudges(pair):
    """The reminders of ``pair`` that have not left stay: they were answered, or moot."""
    names = ("pair_nudge", "pair_nudge_again")
    return call_off(
        *(f"{FOLDER}/{name}" for name in names),
        about=pair,
        why=_("The pair has answered in the meantime, or is over."),
    )


def call_off_all(pair):
    """Neither reminder nor barometer leaves for a pair that is over or at rest."""
    call_off_nudges(pair)
    why = _("The pair is over, or at rest.")
    return call_off(f"{FOLDER}/pair_pulse", about=pair, why=why)
