"""What the matching found, in sentences for the agency's staff.

Names of topics, art forms and structures are given by whoever asks, as {key: label};
a key without a label stands for itself.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mentoring.matching import constraints, engine, grid
from mentoring.matching.inputs import MAX_PAIRS
from mentoring.matching.scoring import breakdown

CRITERIA = {
    "needs": _("Needs and what is offered"),
    "art_forms": _("Art forms"),
    "structures": _("Kinds of structure"),
    "place": _("Ways to meet"),
    "experience": _("Difference in experience"),
    "wishes": _("Wishes"),
}

FINDINGS = {
    ("needs", "unsaid"): _("The mentee has named no need."),
    ("needs", "nothing_common"): _("No topic in common: nothing needed is offered."),
    ("needs", "some_common"): _(
        "Topics needed that are offered: %(common)s of %(wanted)s (%(names)s)."
    ),
    ("needs", "all_common"): _("Every topic needed is offered (%(names)s)."),
    ("art_forms", "unsaid"): _("The mentee has named no art form."),
    ("art_forms", "nothing_common"): _("No art form in common."),
    ("art_forms", "some_common"): _(
        "Art forms that the mentor knows: %(common)s of %(wanted)s (%(names)s)."
    ),
    ("art_forms", "all_common"): _("The mentor knows every art form (%(names)s)."),
    ("structures", "unsaid"): _("The mentee has named no kind of structure."),
    ("structures", "nothing_common"): _("No kind of structure in common."),
    ("structures", "some_common"): _(
        "Kinds of structure that the mentor knows: %(common)s of %(wanted)s (%(names)s)."
    ),
    ("structures", "all_common"): _(
        "The mentor knows every kind of structure (%(names)s)."
    ),
    ("place", "no_common_format"): _("They name no way to meet in common."),
    ("place", "same_territory"): _("They can meet in the same territory."),
    ("place", "reachable"): _("One of them travels as far as the other."),
    ("place", "too_far"): _("They want to meet in person, and neither travels so far."),
    ("place", "remote"): _("They can meet remotely, not in person."),
    ("place", "remote_wanted"): _("Both want to meet remotely."),
    ("experience", "no_gap"): _("The mentor has no more experience than the mentee."),
    ("wishes", "no_wish"): _("Neither has made a wish."),
    ("wishes", "others_wished"): _("The wishes made are for others."),
    ("wishes", "mentee_wished"): _("The mentee's wish number %(mentee)s."),
    ("wishes", "mentor_wished"): _("The mentor's wish number %(mentor)s."),
    ("wishes", "both_wished"): _(
        "The mentee's wish number %(mentee)s, the mentor's number %(mentor)s."
    ),
}

REASONS = {
    constraints.SAME_PERSON: _("This is one and the same person."),
    constraints.SAME_ORGANISATION: _("They work in the same organisation."),
    constraints.HIERARCHY: _("One is above the other in a hierarchy."),
    constraints.VETO: _("One of the two does not want this pair."),
    constraints.FAILED_BEFORE: _(
        "This pair was proposed or made before, and did not last."
    ),
    constraints.BANNED: _("The agency has forbidden this pair."),
    grid.TWICE: _("This mentee is locked with another mentor already."),
    grid.FULL: _("Every place with this mentor is locked already."),
}

CAUSES = {
    engine.NOBODY: _("There is nobody on the other side."),
    engine.FORBIDDEN: _("Every pair is forbidden."),
    engine.BELOW_FLOOR: _("No pair reaches the least score; the best has %(best)s."),
    engine.CAPACITY: _("Every mentor who would do is with others."),
    engine.TAKEN: _("Every mentee who would do is with another mentor."),
    engine.NO_SEAT: _("This mentor accompanies nobody this time."),
}

SHORT_REASONS = {
    constraints.SAME_PERSON: _("same person: %(count)s"),
    constraints.SAME_ORGANISATION: _("same organisation: %(count)s"),
    constraints.HIERARCHY: _("hierarchy: %(count)s"),
    constraints.VETO: _("not wanted by one of the two: %(count)s"),
    constraints.FAILED_BEFORE: _("tried before: %(count)s"),
    constraints.BANNED: _("forbidden by the agency: %(count)s"),
}


def sentence(line, labels=None):
    """Why ``line`` has its points."""
    if line.finding == "gap":
        years = line.numbers["years"]
        text = ngettext(
            "The mentor has %(years)s year more in the profession.",
            "The mentor has %(years)s years more in the profession.",
            years,
        )
    else:
        text = str(FINDINGS[line.criterion, line.finding])
    labels = labels or {}
    names = ", ".join(str(labels.get(key, key)) for key in line.keys)
    return text % (line.numbers | {"names": names})


def explained(mentor, mentee, settings, labels=None):
    """The breakdown of a pair as JSON keeps it, in the language that is active."""
    return [
        {
            "criterion": line.criterion,
            "label": str(CRITERIA[line.criterion]),
            "points": line.points,
            "maximum": line.maximum,
            "sentence": sentence(line, labels),
        }
        for line in breakdown(mentor, mentee, settings)
    ]


def reason(code):
    """Why a pair is forbidden, or its lock refused."""
    return str(REASONS[code])


def why_alone(unmatched):
    """Why somebody has no pair, with how many were forbidden for what."""
    text = str(CAUSES[unmatched.cause]) % {"best": unmatched.best}
    counts = [
        str(SHORT_REASONS[code]) % {"count": count}
        for code, count in unmatched.reasons.items()
    ]
    if not counts:
        return text
    return str(_("%(text)s Forbidden pairs: %(counts)s.")) % {
        "text": text,
        "counts": ", ".join(counts),
    }


def price(cost):
    """What forbidding a pair costs, by what matters first."""
    if cost.order == (0, 0):
        return str(_("Forbidding this pair costs nothing: another is as good."))
    if cost.objective == MAX_PAIRS and cost.pairs:
        return ngettext(
            "Forbidding this pair costs %(pairs)s pair.",
            "Forbidding this pair costs %(pairs)s pairs.",
            cost.pairs,
        ) % {"pairs": cost.pairs}
    if not cost.points:
        return str(_("Forbidding this pair costs a pair, and no point."))
    return ngettext(
        "Forbidding this pair costs %(points)s point in all.",
        "Forbidding this pair costs %(points)s points in all.",
        cost.points,
    ) % {"points": cost.points}
