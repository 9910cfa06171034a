"""Sealed against joining: the agency's team is outside, and stays outside."""

from django.utils.translation import gettext as _

from agency.activities.choices import Confidentiality
from agency.activities.models import Activity
from agency.activities.states import ActivityState

OVER = (ActivityState.COMPLETED, ActivityState.CANCELLED)


def hinders_role(person):
    """Why this person can hold no staff role now, in a sentence, or None.

    Whoever takes part in a sealed activity, or leads it, leaves it first.
    """
    rooms = Activity.objects.filter(confidentiality=Confidentiality.SEALED)
    rooms = rooms.exclude(state__in=OVER)
    inside = rooms.filter(facilitators__person=person) | rooms.filter(
        pk__in=person.enrolments.running().values("activity")
    )
    title = inside.values_list("title", flat=True).first()
    if title is None:
        return None
    return _(
        "%(person)s is in a sealed room (%(title)s): they leave it before they join "
        "the team."
    ) % {"person": person, "title": title}
