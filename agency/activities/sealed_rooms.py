"""Sealed against joining: the agency's team is outside, and stays outside."""

from django.db.models import Q
from django.utils.translation import gettext as _

from agency.activities.choices import Confidentiality
from agency.activities.models import Activity, Enrolment, Facilitator
from agency.activities.states import ActivityState
from agency.people.models import Person

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


def hinders_merge(kept, dropped):
    """Why two persons cannot be made one: nobody enters a sealed room that way."""
    if not isinstance(kept, Person):
        return
    rooms = Activity.objects.filter(confidentiality=Confidentiality.SEALED)
    taking_part = Enrolment.objects.running()
    # Who only waits for a seat is not inside yet.
    reading = Enrolment.objects.confirmed()
    rooms = rooms.filter(_inside(dropped, taking_part))
    for activity in rooms.exclude(_inside(kept, reading)).order_by("pk"):
        yield _(
            "%(person)s is in a sealed room (%(title)s) where the record that stays is "
            "not: a merge lets nobody in. Keep that record instead."
        ) % {"person": dropped, "title": activity.title}


def _inside(person, enrolments):
    """Those that ``person`` leads or takes part in, also what is over: they still read."""
    led = Facilitator.objects.filter(person=person).values("activity")
    joined = enrolments.filter(person=person).values("activity")
    return Q(pk__in=led) | Q(pk__in=joined)
