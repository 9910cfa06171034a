"""A sitting that was held and closed: who was there, what was said of each file."""

from datetime import timedelta
from decimal import Decimal

from agency.activities.models import Session
from agency.core.clock import now
from grants.choices import AIDED
from grants.models import (
    Application,
    Minutes,
    Opinion,
    Point,
    Presence,
    Sitting,
)
from grants.services import minutes
from grants.services.quorum import House
from grants.states import ApplicationState, PointState, SittingState
from tests.grants.commission import MemberFactory, in_review, point_of, presented
from tests.grants.factories import ReviewFactory, SittingFactory
from tests.people.factories import PersonFactory

HOUR = timedelta(hours=1)
DEBATE = "MARQUEUR-DU-DEBAT"


def held(*, members=4, chair=None, **traits):
    """Open for three hours, in session: a chair, and so many members who are there.

    ``chair``: the person in the chair, somebody new by default.
    """
    sitting = in_review(**traits)
    opened = now() - 3 * HOUR
    Session.objects.filter(pk=sitting.pk).update(starts_at=opened, ends_at=now() + HOUR)
    given = {"person": chair} if chair else {}
    chair = MemberFactory(sitting=sitting, chair=True, **given)
    seats = [chair, *(MemberFactory(sitting=sitting) for _n in range(members))]
    for seat in seats:
        Presence.objects.create(sitting=sitting, member=seat, arrived_at=opened)
    Sitting.objects.filter(pk=sitting.pk).update(
        state=SittingState.IN_SESSION, opened_at=opened
    )
    sitting = reread(sitting)
    Sitting.objects.filter(pk=sitting.pk).update(
        quorum_at_opening=House(sitting).count().as_row()
    )
    sitting = reread(sitting)
    sitting.chair, sitting.seats = chair, seats
    return sitting


def reread(sitting):
    rows = Sitting.objects.select_related("session__activity", "session__venue")
    return rows.get(pk=sitting.pk)


def heard(sitting, outcome="favourable", **said):
    """A file of ``sitting`` with its opinion, by an open vote that was unanimous."""
    opinion = {
        name: said.pop(name)
        for name in ("amount", "told", "conditions", "questions")
        if name in said
    }
    application = presented(sitting, **said)
    give(application, outcome, **opinion)
    return application


def give(application, outcome="favourable", **said):
    """Record the opinion of the commission on ``application``, as a sitting does."""
    sitting, point = application.sitting, point_of(application)
    count = House(reread(sitting)).count(application.pk).as_row()
    Point.objects.filter(pk=point.pk).update(
        state=PointState.RECORDED,
        started_at=now() - HOUR,
        ended_at=now(),
        count=count,
        votes_for=count["counted"],
    )
    words = {
        "amount": Decimal(800) if outcome in AIDED else None,
        "told": "Un projet solide.",
        "questions": "Le budget est-il tenu ?" if outcome == "adjourned" else "",
        "debate": DEBATE,
    }
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.OPINION)
    application.refresh_from_db()
    return Opinion.objects.create(
        point=point,
        outcome=outcome,
        recorded_at=now(),
        recorded_by=application.rapporteur or secretary(),
        **words | said,
    )


def close(sitting):
    Sitting.objects.filter(pk=sitting.pk).update(
        state=SittingState.DELIBERATED, closed_at=now()
    )
    chair, seats = sitting.chair, sitting.seats
    sitting = reread(sitting)
    sitting.chair, sitting.seats = chair, seats
    return sitting


def to_come(scheme, **traits):
    """Another sitting of ``scheme``, that meets sixty days from now."""
    return SittingFactory(schemes=[scheme], **traits)


# --- Validated ------------------------------------------------------------------------
def paper(row):
    """The bytes of the document of minutes, as they stand."""
    row = Minutes.objects.select_related("document").get(pk=row.pk)
    with row.document.file.open() as stored:
        return stored.read()


def validated(sitting):
    """Closed, and its minutes validated by its chair: both."""
    closed = close(sitting)
    return closed, minutes.validate(closed, by=closed.chair.person)


def secretary():
    """Somebody who runs sittings, signed in with that role."""
    person = PersonFactory()
    person.roles.create(role="secretary")
    return type(person).objects.get(pk=person.pk)


def reviewed(application, person, **traits):
    return ReviewFactory(
        application=application,
        person=person,
        state="submitted",
        submitted_at=application.submitted_at,
        opinion="favourable",
        **traits,
    )
