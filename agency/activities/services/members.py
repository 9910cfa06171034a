"""Who is in a closed group, as its own members may read it: names and organisations."""

from dataclasses import dataclass
from itertools import groupby

from agency.activities.choices import Readers
from agency.activities.models import Answer
from agency.activities.states import INSIDE
from agency.people.models import Organisation, Person


@dataclass(frozen=True)
class Member:
    """Somebody of the group, and the organisation they said they come for, or None."""

    person: Person
    organisation: Organisation | None


def is_closed(activity):
    """Whether who takes part is told to the members: a sealed room, or one with a charter."""
    return activity.sealed or activity.charter_id is not None


def members(activity):
    """Those who hold a seat, by name, in one query."""
    rows = activity.enrolments.filter(state__in=INSIDE)
    rows = rows.select_related("person", "affiliation__organisation")
    return [
        Member(row.person, row.affiliation and row.affiliation.organisation)
        for row in rows.order_by("person__folded", "pk")
    ]


def facilitators(activity):
    """Those who lead the sessions, in one query."""
    return list(activity.facilitators.select_related("person"))


def answers(activity, reader):
    """What the others of the group wrote, where the form named ``reader`` among those who
    read it: [(person, their answers)] by name, in one query.
    """
    found = Answer.objects.visible_to(reader).filter(
        enrolment__activity=activity,
        enrolment__state__in=INSIDE,
        question__readers__in=(Readers.FACILITATOR, Readers.GROUP),
    )
    found = found.exclude(enrolment__person=reader)
    rows = found.select_related("question", "enrolment__person").order_by(
        "enrolment__person__folded", "enrolment", "question__order", "pk"
    )
    by_person = groupby(rows, key=lambda one: one.enrolment.person)
    return [(person, list(said)) for person, said in by_person]
