"""The seats that only a telephone call can give, in two queries however many they are.

The same judgement as ``waiting.first_eligible``, made for every activity at once.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Exists, FilteredRelation, OuterRef

from agency.activities.models import Enrolment, Session
from agency.activities.services import moments, waiting
from agency.activities.states import HOLDING, OFF, EnrolmentState
from agency.core.access import STAFF_ROLES
from agency.core.clock import now
from agency.people.models import Role
from agency.people.models.person import in_force


def to_call(activities):
    """Those of ``activities`` where a seat is free, somebody waits, and only a call is left.

    They were read ``with_seats()``, ``with_dates()`` and ``with_line()``.
    """
    late = [one for one in activities if waiting.has_a_free_seat(one)]
    late = _too_late_for_a_mail(late)
    if not late:
        return []
    waits, held = _people(late)
    return [one for one in late if _somebody(one, waits[one.pk], held[one.pk])]


def _too_late_for_a_mail(activities):
    """Nothing is offered by itself: too late, begun, or the line was closed meanwhile."""
    starts = _starts([one for one in activities if one.late_entry_until_session])
    found = []
    for one in activities:
        if one.pk in starts:
            # What ``moments.last_entry`` would ask of each.
            one.last_entry_at = starts[one.pk]
        by_hand = not moments.takes_people(one) or not one.waiting_list
        if by_hand or moments.deadline(one, now()) is None:
            found.append(one)
    return found


def _starts(activities):
    """Until when each may still be entered, of those that one enters late."""
    if not activities:
        return {}
    rows = Session.objects.filter(activity__in=activities)
    rows = rows.exclude(state__in=OFF).order_by("starts_at", "pk")
    dates = defaultdict(list)
    for activity, start in rows.values_list("activity", "starts_at"):
        dates[activity].append(start)
    return {
        one.pk: dates[one.pk][: one.late_entry_until_session][-1]
        for one in activities
        if dates[one.pk]
    }


@dataclass
class Seeker:
    """Somebody who waits or has a seat: what a seat depends on."""

    is_active: bool
    of_team: bool
    houses: set


def _people(activities):
    """By activity, those who wait and those who have a seat: one query for all."""
    states = (EnrolmentState.WAITLISTED, *HOLDING)
    team = Role.objects.in_force().filter(
        person=OuterRef("person"), role__in=STAFF_ROLES
    )
    path = "person__affiliations"
    rows = Enrolment.objects.filter(activity__in=activities, state__in=states)
    rows = rows.annotate(
        of_team=Exists(team),
        post=FilteredRelation(path, condition=in_force(prefix=f"{path}__")),
    ).values_list(
        "activity",
        "pk",
        "state",
        "person__is_active",
        "person__is_superuser",
        "of_team",
        "post__organisation",
    )
    waits, held = defaultdict(dict), defaultdict(dict)
    for activity, pk, state, active, superuser, of_team, house in rows.order_by("pk"):
        side = waits if state == EnrolmentState.WAITLISTED else held
        seeker = Seeker(active, superuser or of_team, set())
        seeker = side[activity].setdefault(pk, seeker)
        if house is not None:
            seeker.houses.add(house)
    return waits, held


def _somebody(activity, waits, held):
    """Whether one of those who wait may take a seat."""
    counted = Counter(house for one in held.values() for house in one.houses)
    most = activity.max_per_organisation
    full = {h for h, n in counted.items() if most is not None and n >= most}
    return any(
        waiting.skipped(activity, one, full=full, own=one.houses, staff=one.of_team)
        is None
        for one in waits.values()
    )
