"""Candidates on the board."""

from agency.activities.models import Application
from agency.activities.services import board
from tests.activities.factories import (
    ApplicationFactory,
    EnrolmentFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
)

MARKER = "Une fin de tournée qui m’a laissée sans voix."


def url(activity, page=""):
    return f"/gestion/activities/activity/{activity.pk}/composition/{page}"


def candidate(activity, house=None, **fields):
    """Somebody who asks, from an organisation of their own unless one is given."""
    house = house or OrganisationFactory()
    post = AffiliationFactory(organisation=house)
    enrolment = EnrolmentFactory(
        activity=activity,
        person=post.person,
        affiliation=post,
        under_review=True,
        **fields,
    )
    ApplicationFactory(enrolment=enrolment, motivation=MARKER)
    return enrolment


def row_of(activity, enrolment):
    return board.load(activity, activity.officer).row(enrolment.pk)


def press(desk, enrolment, selection, *, seen="", **more):
    data = {"act": "decide", "enrolment": enrolment.pk, "selection": selection}
    return desk.post(url(enrolment.activity), data | {"seen": seen} | more)


def selection(enrolment):
    return Application.objects.get(enrolment=enrolment).selection
