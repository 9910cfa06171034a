"""A sealed group as the colleagues of its officer see it: numbers, and why no names."""

from django.utils.translation import gettext as _

from agency.activities.admin.columns import people_count
from agency.activities.rules import reads_names


def sealed_facts(user, activity):
    """What the page of ``activity`` says instead of names; nothing to who reads them."""
    if reads_names(user, activity) or not user.has_perm("activities.view_enrolment"):
        return []
    return [
        (_("Seats held"), people_count(activity.taken)),
        (_("On the waiting list"), people_count(activity.waiting)),
        (_("Requests to study"), people_count(activity.to_review)),
        (_("Names"), why_no_names(activity)),
    ]


def why_no_names(activity):
    """Why there are none, and how a colleague stands in for whoever is away."""
    return _(
        "A sealed group: %(officer)s alone reads who is in it. To stand in for them, "
        "choose yourself as the officer in the form of the activity: the history keeps it."
    ) % {"officer": activity.officer}
