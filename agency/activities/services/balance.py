"""Who the group is made of, in figures; and a list that spreads, when one is asked for."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Share:
    """One line of a figure: how many would be in, of how many in all who are here."""

    label: str
    inside: int
    asked: int


def figures(board):
    """Of what the group would be made: (title, shares, the most asked), largest first."""
    unknown = _("Not given")
    asks = {
        _("By territory"): lambda row: str(row.territory or unknown),
        _("By kind of organisation"): lambda row: str(row.kind or unknown),
        _("By profession"): lambda row: str(row.profession or unknown),
        _("First time or not"): lambda row: (
            _("Came before") if row.returning else _("First time")
        ),
    }
    people = [*board.seated, *board.candidates]
    inside = board.inside
    found = []
    for title, of in asks.items():
        asked = Counter(map(of, people))
        shares = _shares(Counter(map(of, inside)), asked)
        found.append((title, shares, max(asked.values(), default=1)))
    return found


def _shares(inside, asked):
    rows = [Share(label, inside[label], count) for label, count in asked.items()]
    return sorted(rows, key=lambda one: (-one.inside, -one.asked, one.label))


def twice(board):
    """The organisations with several people in the group: (organisation, names)."""
    found = {}
    for row in board.inside:
        for post in {post.organisation_id: post for post in row.posts}.values():
            names = found.setdefault(post.organisation_id, (post.organisation, []))[1]
            names.append(row.person.full_name)
    several = [(house, names) for house, names in found.values() if len(names) > 1]
    return sorted(several, key=lambda one: str(one[0]))


# --- A proposal ----------------------------------------------------------------
@dataclass
class Proposal:
    """What a list that spreads would say of those not decided on yet.

    ``retained`` and ``waiting`` rows, in the order in which they were chosen; ``left``
    those that it leaves to the officer, as (row, why).
    """

    retained: list
    waiting: list
    left: list


def propose(board):
    """A ``Proposal``: the same for the same board, and nothing that is decided changes.

    One seat after another goes to whoever brings the territory and the kind of
    organisation that the group has least of; between equals, to whoever came first.
    One person of each organisation, unless the activity allows more.
    """
    undecided = board.undecided
    left = [(row, why) for row in undecided if (why := _left_alone(row))]
    skipped = {row.pk for row, _why in left}
    pool = [row for row in undecided if row.pk not in skipped]
    free = board.free
    free = len(pool) if free is None else free - len(board.retained)
    chosen, inside = [], list(board.inside)
    while free > len(chosen):
        fitting = [row for row in pool if _has_room(board, inside, row)]
        if not fitting:
            break
        best = min(fitting, key=lambda row: _weight(inside, row))
        pool.remove(best)
        chosen.append(best)
        inside.append(best)
    if board.activity.waiting_list:
        return Proposal(chosen, pool, left)
    full = _("no seat left, or a colleague is in")
    return Proposal(chosen, [], [*left, *((row, full) for row in pool)])


def _left_alone(row):
    """Why a rule of thumb does not decide on this person, or an empty text."""
    if row.barred:
        return str(row.barred.label)
    if row.ineligible:
        return _("a rule of the activity does not hold")
    if row.difficult:
        return _("a difficulty is declared")
    return ""


def _has_room(board, inside, row):
    limit = board.per_house or 1
    counted = Counter(house for one in inside for house in one.houses)
    return all(counted[house] < limit for house in row.houses)


def _weight(inside, row):
    """The less there is of what they bring, the sooner they come; then who came first."""
    territory = sum(1 for one in inside if one.territory == row.territory)
    kind = sum(1 for one in inside if one.kind == row.kind)
    return territory + kind, row.enrolment.submitted_at, row.pk


def explained(proposal):
    """The proposal in sentences, for the officer who answers for it."""
    count = len(proposal.retained)
    yield ngettext(
        "%(count)s retained: one person of each organisation, the territories and the "
        "kinds of organisation that are least there first, then the order of arrival.",
        "%(count)s retained: one person of each organisation, the territories and the "
        "kinds of organisation that are least there first, then the order of arrival.",
        count,
    ) % {"count": count}
    if count := len(proposal.waiting):
        yield ngettext(
            "%(count)s on the waiting list, in the order of arrival.",
            "%(count)s on the waiting list, in the order of arrival.",
            count,
        ) % {"count": count}
    for row, why in proposal.left:
        said = {"person": row.person.full_name, "why": why}
        yield _("Left to you: %(person)s, %(why)s.") % said
