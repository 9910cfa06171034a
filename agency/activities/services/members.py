"""Who is in a closed group, as its own members may read it: names and organisations."""

from dataclasses import dataclass

from agency.activities.states import EnrolmentState
from agency.people.models import Organisation, Person

# Those who hold a seat for good, or while they read the charter.
INSIDE = (EnrolmentState.CONFIRMED, EnrolmentState.ACCEPTED)


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
