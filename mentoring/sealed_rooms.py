"""A pair is a sealed room: the agency's team is outside, and nobody is merged into one."""

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from agency.activities.models.names import names_read_by
from agency.core import discretion
from agency.people.models import Person
from mentoring.models import (
    AgencyNote,
    Goal,
    Pair,
    PairAgreement,
    PairAlert,
    PairMeeting,
    Review,
)
from mentoring.states import JOINED, LIVING

# What messages may be about, and the way from there to the edition.
TOLD_ABOUT = {
    Pair: "activity",
    PairMeeting: "pair__activity",
    Goal: "pair__activity",
    AgencyNote: "pair__activity",
    PairAlert: "pair__activity",
    PairAgreement: "pair__activity",
    Review: "pair__activity",
}


def declare():
    """What is sent about a pair is known to its officer in charge alone."""
    for model, way in TOLD_ABOUT.items():
        discretion.keep(model, partial(_hidden, model, way))


def _hidden(model, way, user):
    return model._base_manager.exclude(names_read_by(user, way))


def halves_of(person):
    return Q(mentor=person.pk) | Q(mentee=person.pk)


def hinders_role(person):
    """Why this person can hold no staff role now, in a sentence, or None."""
    if not Pair.objects.living().filter(halves_of(person)).exists():
        return None
    # Which one, and that it is one, is known to its officer.
    return _(
        "%(person)s is in a sealed room: they leave it before they join the team."
    ) % {"person": person}


def hinders_merge(kept, dropped):
    """Why two persons cannot be made one: nobody enters the room of a pair that way."""
    if not isinstance(kept, Person):
        return
    theirs = Pair.objects.filter(halves_of(dropped))
    room = Q(state__in=(*LIVING, *JOINED)) | halves_of(kept)
    if theirs.filter(room).exists():
        yield _(
            "%(person)s is in a sealed room where the record that stays is not: a merge "
            "lets nobody in. Keep that record instead."
        ) % {"person": dropped}
