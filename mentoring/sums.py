"""The figures of an edition for whoever reads them: whole, or without small counts.

The dashboard of the officer in charge tells all of it; that of direction, and the report,
tell no count under five, of persons, pairs or applications (mentoring.small_cells).
"""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agency.core.dates import month_short
from agency.documents import charts
from mentoring.choices import EndReason, Side
from mentoring.health.colours import Colour
from mentoring.models import Review
from mentoring.models.review import SCALES
from mentoring.services.figures import Figures
from mentoring.small_cells import FEWEST, shares, told
from mentoring.states import ApplicationState, PairState

S, P = ApplicationState, PairState
# The fills of the colours: each beside its neighbours in black and white too.
COLOUR_FILLS = {
    "red": "f-red",
    "orange": "f-hair",
    "green": "f-ink",
    "grey": "f-paper",
}
# What a pair came to. Those that were formed are told together, so that their total is
# the number of pairs reached; proposals are for the officer alone.
FORMED = (
    ("preparing", (P.ACCEPTED, P.AGREEMENT_PENDING)),
    ("active", (P.ACTIVE, P.PAUSED, P.ENDING)),
    ("completed", (P.COMPLETED,)),
    ("ended_early", (P.ENDED_EARLY,)),
)
PROPOSALS = (
    ("waiting", (P.PROPOSED, P.NOTIFIED)),
    ("not_formed", (P.DECLINED, P.EXPIRED)),
)
OVER_KEYS = ("completed", "ended_early")


def _outcome_labels():
    return {
        "waiting": _("Proposed, or in preparation"),
        "preparing": _("Accepted, agreement to sign"),
        "active": _("Under way"),
        "completed": pgettext("pairs", "Finished"),
        "ended_early": _("Ended early"),
        "not_formed": _("Not formed"),
    }


CALL = (
    (S.SUBMITTED, (S.SUBMITTED, S.COMPLEMENT, S.ELIGIBLE, S.INTERVIEWED)),
    (S.RETAINED, (S.RETAINED,)),
    (S.WAITLISTED, (S.WAITLISTED,)),
    (S.REFUSED, (S.REFUSED,)),
    (S.WITHDRAWN, (S.WITHDRAWN,)),
)


@dataclass(frozen=True)
class Part:
    """So many of so many. Both are None where they, or those left, are too few to tell:
    then ``percent`` is a round one, and None under five.
    """

    done: int | None
    of: int | None
    percent: int | None


def part(done, of, *, whole=False):
    """``done`` of ``of`` as it may be told."""
    if not of:
        return Part(0, 0, None)
    share = done * 100 / of
    if whole or None not in (told(of), told(done), told(of - done)):
        return Part(done, of, round(share))
    return Part(None, None, round(share / 10) * 10 if told(of) is not None else None)


def reviews(figures):
    """What mentoring.services.reviews counts of an edition, as it may be told: for each
    review its label, the ``Part`` that is sent, the averages of its scales by label.
    """
    labels = {name: Review._meta.get_field(name).verbose_name for name in SCALES}
    return [
        {
            "label": stage.label,
            "sent": part(said["sent"], said["expected"]),
            "scales": [
                (labels[name], round(mark, 1))
                for name, mark in said["scales"].items()
                if mark is not None
            ],
        }
        for stage, said in figures.items()
        if said["sent"]
    ]


class Sums:
    """``figures`` told whole or not; read by templates."""

    def __init__(self, figures: Figures, *, whole):
        self.figures, self.whole = figures, whole

    def _told(self, count):
        return count if self.whole else told(count)

    # --- Pairs ---------------------------------------------------------------------
    @property
    def wanted(self):
        return self.figures.details.pairs_wanted

    @property
    def reached(self):
        return self._told(self.figures.reached)

    @property
    def signed(self):
        """None also where so few are left unsigned that the difference would tell."""
        signed, reached = len(self.figures.begun), self.figures.reached
        if not self.whole and told(reached - signed) is None:
            return None
        return self._told(signed)

    @property
    def waiting_alerts(self):
        return self._told(len(self.figures.alerts))

    @property
    def tells_colours(self):
        """Not where the sum of the colours would give away how many pairs are over."""
        over = [one for one in self.outcomes.cells if one.key in OVER_KEYS]
        return self.whole or not any(one.is_kept for one in over)

    @cached_property
    def colours(self):
        counts = self.figures.colours
        rows = [(one.value, one.label, counts[one.value]) for one in Colour]
        return shares(rows, whole=self.whole)

    @cached_property
    def colour_parts(self):
        """The bar of the colours; what is told together is one segment."""
        rows = [
            (one.label, one.count, COLOUR_FILLS[one.key])
            for one in self.colours.cells
            if one.count
        ]
        if self.colours.rest:
            rows.append((_("Told together"), self.colours.rest, "f-soft"))
        return charts.segments(rows)

    @cached_property
    def outcomes(self):
        labels, states = _outcome_labels(), self.figures.states
        rows = [
            (key, labels[key], sum(states[one] for one in among))
            for key, among in (*FORMED, *(PROPOSALS if self.whole else ()))
        ]
        return shares(rows, whole=self.whole)

    @cached_property
    def early_ends(self):
        """By reason; None where not even their number is told."""
        ended = {one.key: one for one in self.outcomes.cells}["ended_early"]
        if ended.is_kept or self.outcomes.total is None:
            return None
        counts = self.figures.early_ends
        rows = [(one.value, one.label, counts[one.value]) for one in EndReason]
        return shares(rows, whole=self.whole)

    # --- Meetings ------------------------------------------------------------------
    @cached_property
    def months(self):
        """Those in which enough pairs were under way to tell of them."""
        every = self.figures.months
        return [one for one in every if self.whole or one.pairs >= FEWEST]

    @property
    def held(self):
        return sum(one.held for one in self.months)

    @property
    def expected(self):
        return sum(one.expected for one in self.months)

    @property
    def percent(self):
        return round(self.held * 100 / self.expected) if self.expected else None

    @property
    def minutes(self):
        enough = self.whole or len(self.figures.begun) >= FEWEST
        return self.figures.minutes if enough else None

    @property
    def hours(self):
        """Whole ones: minutes in a year say nothing."""
        return round(self.minutes / 60)

    @cached_property
    def chart(self):
        rows = ((month_short(one.first), one.held, one.expected) for one in self.months)
        return charts.columns(rows)

    @cached_property
    def topics(self):
        """The hottest first; those of too few pairs are named without a count."""
        return [
            one
            for one in self.figures.topics
            if one.meetings and (self.whole or one.pairs >= FEWEST)
        ]

    @cached_property
    def rare_topics(self):
        if not self.whole and len(self.figures.begun) < FEWEST:
            return []
        return [
            one
            for one in self.figures.topics
            if one.meetings and one not in self.topics
        ]

    @property
    def hottest(self):
        return max((one.meetings for one in self.topics), default=1)

    # --- Collective times -----------------------------------------------------------
    @cached_property
    def gatherings(self):
        return [
            {
                "session": one.session,
                "there": part(one.there, one.awaited, whole=self.whole),
            }
            for one in self.figures.gatherings
        ]

    # --- The barometer -----------------------------------------------------------------
    @cached_property
    def pulse(self):
        """(the average of the last answers, how many); None under five people, always."""
        last = {}
        for row in self.figures.rows:
            for one in row.facts.pulses:
                last[row.pair.pk, one.side] = one.level, row.pair.person_of(one.side).pk
        if len({person for _level, person in last.values()}) < FEWEST:
            return None
        levels = [level for level, _person in last.values()]
        return round(sum(levels) / len(levels), 1), len(levels)

    # --- The call ------------------------------------------------------------------------
    @cached_property
    def call(self):
        """For each side: its label, its ``Shares``, how many retained are alone."""
        return [
            {
                "side": side.value,
                "label": side.label,
                "shares": shares(
                    [
                        (one.value, one.label, self.figures.call.of(side, *among))
                        for one, among in CALL
                    ],
                    whole=self.whole,
                ),
                "alone": self._told(self.figures.call.alone[side]),
            }
            for side in Side
        ]
