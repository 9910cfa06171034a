"""The barometer: asked of each of the two, answered for the agency alone."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from mentoring.models import PulseCheck
from mentoring.services import alerts
from mentoring.services.meetings import lock


@dataclass(frozen=True)
class Answer:
    """From one to five, how the pair goes together, and whether help is asked for."""

    level: int
    fit: str
    wants_help: bool = False
    words: str = ""


def to_answer(pair, side):
    """The last one that ``side`` was asked, answered or not; None before the first."""
    return PulseCheck.objects.of(pair, side).order_by("-number").first()


@transaction.atomic
def answer(pulse, said, *, by):
    """``by`` answers, or answers anew until they are asked again.

    A low answer opens an alert for the officer; help that is asked for opens its own,
    and then that one alone. Raises MoveBlocked with a sentence.
    """
    pair = pulse.pair
    side = lock(pair, by)
    last = to_answer(pair, side)
    if pulse.side != side or last is None or last.pk != pulse.pk:
        raise MoveBlocked(_("You were asked again since: answer the last one."))
    values = {
        "answered_at": now(),
        "level": said.level,
        "fit": said.fit,
        "wants_help": said.wants_help,
    }
    PulseCheck.objects.filter(pk=pulse.pk).update(**values)
    for name, value in values.items():
        setattr(pulse, name, value)
    if said.wants_help:
        alerts.ask_help(pair, by=by, words=said.words)
    elif pulse.is_worrying:
        alerts.open_for_pulse(pulse)
    return pulse
