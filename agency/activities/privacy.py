"""What the kernel knows about a person, and how it lets them go."""

from django.utils.translation import gettext_lazy as _

from agency.activities.models import (
    Activity,
    Convening,
    Convocation,
    Enrolment,
    Facilitator,
    Participation,
)
from agency.activities.services import enrolments, seats
from agency.activities.states import ENDED, ActivityState
from agency.people import privacy
from agency.people.privacy import Erasure

OVER = (ActivityState.COMPLETED, ActivityState.CANCELLED)


def declare():
    """Called once, when the apps are ready."""
    privacy.professional(Activity, "officer", "the officer in charge, at work")
    privacy.professional(Convening, "by", "the officer who convenes, at work")
    privacy.block(is_awaited_at_work)
    _what_people_do()
    _proofs()


def is_awaited_at_work(person):
    running = Activity.objects.exclude(state__in=OVER)
    if running.filter(officer=person).exists():
        yield _(
            "You are in charge of activities that are not over: hand them over to a "
            "colleague first."
        )
    if running.filter(facilitators__person=person).exists():
        yield _(
            "You lead sessions of activities that are not over: agree with the agency "
            "on who takes over first."
        )


def _what_people_do():
    privacy.register(
        Enrolment,
        path="person",
        purpose=_("To keep your place, and to report how many people came from where"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=(
            "activity",
            "affiliation",
            "mode",
            "state",
            "submitted_at",
            "confirmed_at",
            "ended_at",
            "offer_expires_at",
            "requeued_at",
        ),
        erase=Erasure(_("Your place is freed; the fact stays under a number"), leave),
    )
    privacy.register(
        Participation,
        path="person",
        purpose=_("To expect you at each session"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=("session", "mode", "state"),
        erase=privacy.keep(),
    )
    privacy.register(
        Facilitator,
        path="person",
        purpose=_("To say who leads a session"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=("activity", "qualification"),
        erase=privacy.blank(qualification=""),
    )


def _proofs():
    privacy.register(
        Convocation,
        path="participation__person",
        purpose=_("To convene you, and to prove that we did"),
        legal_basis=privacy.LEGAL_DUTY,
        retention=privacy.FIVE_YEARS,
        export=("state", "settled_at"),
        erase=privacy.blank(error=""),
    )


def leave(rows, person):
    """Seats are freed through the service: whoever waits moves up."""
    running = rows.exclude(state__in=ENDED).select_related("activity")
    # Several activities are locked in one order, whoever else is leaving.
    for enrolment in running.order_by("activity_id"):
        seats.lock(enrolment.activity)
        # Offered or lapsed since it was read: under the lock it stands still.
        for now_held in rows.filter(pk=enrolment.pk).exclude(state__in=ENDED):
            now_held.activity = enrolment.activity
            enrolments.withdraw(now_held, by=person)
