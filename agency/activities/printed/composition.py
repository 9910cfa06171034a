"""The file of a composition: the group as it would be, and who asks, for its officer alone.

Made on the spot and kept nowhere. What was declared in private, and what one needs for
one's health, stay on the screen of the officer.
"""

from collections import Counter
from itertools import groupby

from django.conf import settings
from django.utils.translation import gettext as _

from agency.activities.choices import Selection
from agency.activities.models import Answer
from agency.activities.services import balance, composing, eligibility
from agency.core.clock import now
from agency.documents import engine

TEMPLATE = "activities/documents/composition_file"
# Years of practice, from and up to; nobody asks for more than that to spread a group.
PRACTICE = ((0, 2), (3, 9), (10, 19), (20, None))
# The order of the chapters: what is retained first, what is refused last.
CHAPTERS = (Selection.SELECT, Selection.OPEN, Selection.WAIT, Selection.REFUSE)
WIDE = 1000


def composition_file(activity, user):
    """The PDF, as ``user``, the officer in charge, reads the board now; and of how many."""
    made = context(activity, user)
    return engine.render(TEMPLATE, made), len(made["board"].candidates)


def context(activity, user):
    planned = composing.plan(activity, user)
    loaded = planned.board
    figures = [*balance.figures(loaded), _practice(loaded)]
    return {
        "agency": settings.AGENCY,
        "foot": _("confidential, does not leave the agency"),
        "activity": activity,
        "by": user,
        "at": now(),
        "board": loaded,
        "troubles": planned.troubles,
        "twice": balance.twice(loaded),
        "figures": [(title, shares, max(most, 1)) for title, shares, most in figures],
        "parts": _parts(loaded),
        "chapters": list(_chapters(loaded, user)),
    }


# --- Figures -------------------------------------------------------------------
def _practice(loaded):
    """Since how many years they practise, as a figure like the others."""
    asked = Counter(map(_years, [*loaded.seated, *loaded.candidates]))
    inside = Counter(map(_years, loaded.inside))
    order = [_said(span) for span in PRACTICE] + [_("Not given")]
    shares = [
        balance.Share(one, inside[one], asked[one]) for one in order if asked[one]
    ]
    return _("By experience"), shares, max(asked.values(), default=1)


def _years(row):
    years = row.years
    if years is None:
        return _("Not given")
    return _said(next(one for one in PRACTICE if one[1] is None or years <= one[1]))


def _said(span):
    first, last = span
    said = {"first": first, "last": last}
    if last is None:
        return _("%(first)s years and more") % said
    return _("%(first)s to %(last)s years") % said


def _parts(loaded):
    """What is said of all who are here, as the segments of one bar: drawn and counted."""
    counted = [
        (_("In already"), len(loaded.seated), "#15141f"),
        (_("Retained here"), len(loaded.retained), "#a8101f"),
        (_("To decide"), len(loaded.undecided), "#ffffff"),
        (_("Waiting list"), len(loaded.waiting) + len(loaded.line), "#8f8798"),
        (_("Refusals"), len(loaded.refused), "#d9d3c6"),
    ]
    total = sum(count for _label, count, _fill in counted) or 1
    at, parts = 0, []
    for label, count, fill in counted:
        width = round(count * WIDE / total)
        said = {"label": label, "count": count, "fill": fill}
        parts.append({**said, "x": at, "width": width})
        at += width
    return parts


# --- Candidates ------------------------------------------------------------------
def _chapters(loaded, user):
    """(what is said of them, the candidates with all that is known), those there are."""
    candidates = loaded.candidates
    answers = _answers(loaded.activity, user)
    people = [row.person for row in candidates]
    verdicts = eligibility.verdicts_of(loaded.activity, people)
    for selection in CHAPTERS:
        rows = loaded.said(selection)
        if rows:
            yield (
                selection.label,
                [
                    {
                        "row": row,
                        "verdicts": verdicts[row.person.pk],
                        "answers": answers.get(row.pk, []),
                        "alerts": [one for one in row.alerts if not one.private],
                    }
                    for row in rows
                ],
            )


def _answers(activity, user):
    """What candidates answered, by enrolment: needs of health are no answers."""
    found = Answer.objects.visible_to(user).filter(enrolment__activity=activity)
    found = found.select_related("question")
    found = found.order_by("enrolment", "question__order", "pk")
    by_enrolment = groupby(found, key=lambda one: one.enrolment_id)
    return {key: list(some) for key, some in by_enrolment}
