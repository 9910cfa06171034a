"""Everything of one person on one page: next date, things to do, seats, documents."""

from django.db.models import Case, Min, Q, Value, When

from agency.activities.models import Enrolment, Participation
from agency.activities.states import (
    ENDED,
    OFF,
    ActivityState,
    ParticipationState,
    SessionState,
)
from agency.core.clock import now
from agency.documents.models import IssuedDocument
from agency.pages import registry

DOCUMENTS_SHOWN = 6
ENROLMENTS_SHOWN = 20
GONE_SHOWN = 5
# Postponed, and people wait for the day.
TO_COME = Q(session__state=SessionState.POSTPONED, session__postponed_to=None) & ~Q(
    session__activity__state=ActivityState.CANCELLED
)


def load(person):
    """The context of the own space of ``person``, in a constant number of queries."""
    upcoming, gone = _dates(person)
    documents = own_documents(person)
    return {
        "participation": upcoming,
        "session_rank": upcoming and upcoming.session.place_in_activity()[0],
        "convocation": upcoming and convocation(documents, upcoming),
        "todo": registry.todo(person),
        "enrolments": enrolments(person)[:ENROLMENTS_SHOWN],
        "gone": gone,
        "documents": documents[:DOCUMENTS_SHOWN],
        "document_count": len(documents),
        "panels": registry.panels(person),
    }


def next_participation(person):
    """The nearest session at which the person is expected, or None."""
    return _dates(person)[0]


def _dates(person):
    """(the nearest session at which they are expected, those that do not take place).

    What does not take place is told until its day is past; one query for both.
    """
    coming = Q(state=ParticipationState.EXPECTED, session__ends_at__gte=now())
    told = Q(session__ends_at__gte=now()) | TO_COME
    off = Q(session__state__in=OFF) & told & ~Q(state=ParticipationState.CANCELLED)
    rows = list(
        Participation.objects.filter(coming | off, person=person)
        .select_related(
            "session__activity", "session__venue", "session__postponed_to", "enrolment"
        )
        .order_by("session__starts_at", "pk")
    )
    gone = [one for one in rows if one.session.state in OFF]
    return next((one for one in rows if one not in gone), None), gone[:GONE_SHOWN]


def own_documents(person):
    """Every document addressed to the person that no later version replaces."""
    own = IssuedDocument.objects.current().filter(recipient=person).exclude(file="")
    return list(own.order_by("-issued_at", "-pk"))


def convocation(documents, participation):
    """The letter that convenes to this session, or None."""
    return next(
        (
            one
            for one in documents
            if one.kind == "convocation" and one.object_id == participation.session_id
        ),
        None,
    )


def enrolments(person):
    """The person's enrolments, those running first, each with its ``next_at``."""
    coming = Q(participations__session__ends_at__gte=now()) & ~Q(
        participations__session__state__in=OFF
    )
    return (
        Enrolment.objects.filter(person=person)
        .select_related("activity")
        .annotate(
            next_at=Min("participations__session__starts_at", filter=coming),
            over=Case(When(state__in=ENDED, then=Value(1)), default=Value(0)),
        )
        .order_by("over", "next_at", "-submitted_at", "pk")
    )
