"""Why these two, told to one of them: what they have in common, and nothing else.

Of the score the two read sentences, those that speak for the pair (people.md, c5:
"own, as sentences"): neither points, nor what is missing, nor anybody else.
"""

from django.utils.translation import gettext as _

from agency.people.choices import OrganisationKind
from mentoring.choices import ArtForm, Side, Topic
from mentoring.models import MatchProposal
from mentoring.models.application import said

LISTS = {"needs": Topic, "art_forms": ArtForm, "structures": OrganisationKind}


def why(pair, side):
    """The sentences for that half of ``pair``; none when no matching made it."""
    made = MatchProposal.objects.filter(pair=pair).first()
    if made is None:
        return []
    return reasons(made.lines, side, pair.other_of(side))


def reasons(lines, side, other):
    """The sentences of ``lines`` for that ``side`` of a pair with ``other``."""
    return [told for line in lines if (told := _told(line, side, other))]


def _told(line, side, other):
    """The sentence of a criterion that speaks for the pair, or an empty text."""
    if not line["points"]:
        return ""
    words = {"given": other.given_name}
    if line["criterion"] in LISTS:
        names = said(LISTS[line["criterion"]], line["keys"])
        words["names"] = ", ".join(name.lower() for name in names)
    return _sentence(line, side == Side.MENTOR) % words


def _sentence(line, to_mentor):
    match line["criterion"]:
        case "needs" if to_mentor:
            return _("%(given)s is looking for what you offer: %(names)s.")
        case "needs":
            return _("%(given)s offers what you are looking for: %(names)s.")
        case "art_forms":
            return _("You have art forms in common: %(names)s.")
        case "structures":
            return _("You know the same kinds of organisation: %(names)s.")
        case "experience" if to_mentor:
            return _("You are further along in the profession than %(given)s.")
        case "experience":
            return _("%(given)s is further along in the profession than you.")
    return PLACES.get(line["finding"], lambda: "")()


PLACES = {
    "same_territory": lambda: _("You live in the same territory."),
    "reachable": lambda: _("One of you can travel to the other."),
    "remote_wanted": lambda: _("You both like to meet at a distance."),
    "remote": lambda: _("You can meet at a distance."),
}
