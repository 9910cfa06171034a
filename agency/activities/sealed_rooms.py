"""Sealed against joining: the agency's team is outside, and stays outside."""

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from agency.activities.choices import Confidentiality
from agency.activities.models import (
    Activity,
    AttendanceSheet,
    CharterSignature,
    Enrolment,
    Facilitator,
    Invitation,
    Participation,
    Session,
)
from agency.activities.models.names import names_read_by
from agency.activities.states import ActivityState
from agency.core import discretion
from agency.people.models import Person

OVER = (ActivityState.COMPLETED, ActivityState.CANCELLED)


# What messages and documents are about, and the way from there to the activity.
TOLD_ABOUT = {
    AttendanceSheet: "session__activity",
    CharterSignature: "enrolment__activity",
    Enrolment: "activity",
    Invitation: "activity",
    Participation: "session__activity",
    Session: "activity",
}


def declare():
    """What is sent about a sealed group is read by its officer in charge alone."""
    for model, way in TOLD_ABOUT.items():
        discretion.keep(model, partial(_hidden, model, way))


def _hidden(model, way, user):
    return model.objects.exclude(names_read_by(user, way))


def hinders_role(person):
    """Why this person can hold no staff role now, in a sentence, or None.

    Whoever takes part in a sealed activity, or leads it, leaves it first.
    """
    rooms = Activity.objects.filter(confidentiality=Confidentiality.SEALED)
    rooms = rooms.exclude(state__in=OVER)
    inside = rooms.filter(facilitators__person=person) | rooms.filter(
        pk__in=person.enrolments.running().values("activity")
    )
    if not inside.exists():
        return None
    # Which one is known in the room, and to its officer.
    return _(
        "%(person)s is in a sealed room: they leave it before they join the team."
    ) % {"person": person}


def hinders_merge(kept, dropped):
    """Why two persons cannot be made one: nobody enters a sealed room that way."""
    if not isinstance(kept, Person):
        return
    rooms = Activity.objects.filter(confidentiality=Confidentiality.SEALED)
    taking_part = Enrolment.objects.running()
    # Who only waits for a seat is not inside yet.
    reading = Enrolment.objects.confirmed()
    rooms = rooms.filter(_inside(dropped, taking_part))
    if rooms.exclude(_inside(kept, reading)).exists():
        yield _(
            "%(person)s is in a sealed room where the record that stays is not: a merge "
            "lets nobody in. Keep that record instead."
        ) % {"person": dropped}


def _inside(person, enrolments):
    """Those that ``person`` leads or takes part in, also what is over: they still read."""
    led = Facilitator.objects.filter(person=person).values("activity")
    joined = enrolments.filter(person=person).values("activity")
    return Q(pk__in=led) | Q(pk__in=joined)
