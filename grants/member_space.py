"""What the own space shows of the commission: for its members, and for nobody else."""

from django.db.models import Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core import dates
from agency.pages import registry
from agency.pages.registry import Task
from agency.people.models.person import STANDINGS
from grants.models import Member
from grants.services import workspace

SITS = "sits_in_a_commission"
SHOWN = 4


def _seats(person):
    """Asked with the roles of a person: who sits nowhere costs no query."""
    rows = Member.objects.in_office().filter(enrolment__person=person)
    return rows.order_by().values_list(Value(SITS))


def _coming(person):
    """The sittings to come of a member; read once for the page."""
    if not person.has_standing(SITS):
        return []
    if not hasattr(person, "_commission"):
        person._commission = workspace.coming(person)[:SHOWN]
    return person._commission


def panel(person):
    rows = _coming(person)
    return {"sittings": rows} if rows else None


def todo(person):
    """Interests to declare, then reviews to give, before they close."""
    for one in _coming(person):
        if not one.phase.writes:
            continue
        until = dates.deadline(one.review_closes_at or one.meets_at)
        if one.undeclared:
            yield Task(
                title=_("Declare your interests for the commission"),
                detail=one.session.activity.title,
                url=reverse("grants:commission-interests", args=[one.pk]),
                word=_("Before %(when)s") % {"when": until},
            )
        elif one.left and one.votes:
            title = ngettext(
                "Give your opinion on a file of the commission",
                "Give your opinion on %(count)s files of the commission",
                one.left,
            )
            yield Task(
                title=title % {"count": one.left},
                detail=one.session.activity.title,
                url=reverse("grants:commission-sitting", args=[one.pk]),
                word=_("Before %(when)s") % {"when": until},
            )


def declare():
    """Called once, when the apps are ready."""
    STANDINGS[SITS] = _seats
    registry.add_panel("grants/panels/commission.html", panel, order=12)
    registry.add_todo(todo)
