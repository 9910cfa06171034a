"""What the kernel knows about a person, and how it lets them go."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agency.activities.models import (
    AccessNeed,
    Activity,
    Answer,
    Application,
    Attendance,
    AttendanceSheet,
    CalendarFeed,
    CharterSignature,
    Convening,
    Convocation,
    Difficulty,
    Enrolment,
    Facilitator,
    Invitation,
    Participation,
)
from agency.activities.models.application import addressed_to
from agency.activities.services import enrolments, seats
from agency.activities.states import ENDED, ActivityState
from agency.core.admin import words
from agency.mail.models import OutgoingEmail
from agency.people import privacy
from agency.people.privacy import Erasure

CONSENT = _("Your consent, which you may take back at any time")
OVER = (ActivityState.COMPLETED, ActivityState.CANCELLED)


def declare():
    """Called once, when the apps are ready."""
    privacy.professional(Activity, "officer", "the officer in charge, at work")
    privacy.professional(Convening, "by", "the officer who convenes, at work")
    privacy.block(is_awaited_at_work)
    privacy.professional(Application, "selected_by", "the officer at the board")
    privacy.professional(Attendance, "recorded_by", "who leads the session, at work")
    privacy.professional(AttendanceSheet, "locked_by", "who countersigns, at work")
    privacy.professional(AttendanceSheet, "document", "of a whole group: to nobody")
    _what_people_do()
    _what_people_write()
    _proofs()
    words.describe(
        open_calendar=_("Opened a calendar address"),
        renew_calendar=_("Renewed the calendar address"),
        close_calendar=_("Closed the calendar address"),
    )


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
            "signature_due_at",
            "refusal_reason",
            "keep_for_next",
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
        erase=Erasure(privacy.keep().sentence, forget_trials),
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

    privacy.register(
        CalendarFeed,
        path="person",
        purpose=_("To keep your own calendar up to date, at your request"),
        legal_basis=CONSENT,
        retention=_("Until you close it, or a year without being read"),
        # Never its secret: it is shown on its own page alone.
        export=("created_at", "used_on", "alarm"),
        erase=privacy.delete(),
    )


SIX_MONTHS = _("Five years; six months when the request was refused")
THIRTY_DAYS = _("Thirty days after the last session")


def _what_people_write():
    privacy.register(
        Application,
        path="enrolment__person",
        purpose=_("To compose a group; read by the officer in charge alone"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=("motivation", "topic", "reason"),
        erase=privacy.delete(),
    )
    privacy.register(
        Answer,
        path="enrolment__person",
        purpose=_("To prepare the activity; the form says who reads each answer"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=("question", "value"),
        erase=privacy.delete(),
    )
    privacy.register(
        AccessNeed,
        path="enrolment__person",
        purpose=_(
            "To welcome you; read by the officer in charge and the disability officer"
        ),
        legal_basis=CONSENT,
        retention=THIRTY_DAYS,
        export=("kind", "text", "created_at"),
        erase=privacy.delete(),
    )
    privacy.register(
        Difficulty,
        path=_declared,
        purpose=_("To compose a group in which you can speak"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        # One's own alone: that somebody declared something about a person is theirs.
        export=(
            ("kind", _("difficulty")),
            "with_person",
            "with_organisation",
            "text",
            ("created_at", _("declared at")),
        ),
        erase=Erasure(_("Deleted for good"), forget_difficulties),
    )
    privacy.register(
        Invitation,
        path=_invited_or_sponsor,
        purpose=_("To invite you, once"),
        legal_basis=privacy.INTEREST,
        retention=privacy.ONE_YEAR,
        export=("activity", "email", "state", "created_at"),
        erase=privacy.delete(),
    )


def _declared(rows, person):
    return rows.filter(enrolment__person=person)


def forget_difficulties(rows, person):
    """What one declared, and what others declared about whoever is no longer there."""
    rows.delete()
    Difficulty.objects.filter(with_person=person).delete()


def _invited_or_sponsor(rows, person):
    return rows.filter(addressed_to(person) | Q(sponsor=person))


def _proofs():
    privacy.register(
        CharterSignature,
        path="person",
        purpose=_("To prove that you agreed to the charter of the group"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=("version", "typed_name", "signed_at", "sha256"),
        erase=privacy.blank(typed_name="", address_hash=""),
    )
    privacy.register(
        Attendance,
        path="participation__person",
        purpose=_("To certify your attendance, and to report it to the funders"),
        legal_basis=privacy.LEGAL_DUTY,
        retention=privacy.FIVE_YEARS,
        export=("half_day", "status", "way", "signed_at"),
        erase=privacy.keep(),
    )
    privacy.register(
        Convocation,
        path=_received,
        purpose=_("To convene you, and to prove that we did"),
        legal_basis=privacy.LEGAL_DUTY,
        retention=privacy.FIVE_YEARS,
        export=("part", "state", "settled_at"),
        erase=privacy.blank(error=""),
    )


def _received(rows, person):
    return rows.filter(Q(participation__person=person) | Q(person=person))


def forget_trials(rows, person):
    """What an officer sent to themself, to read it as this person, is deleted."""
    OutgoingEmail.objects.filter(
        template="activities/emails/session_convocation_trial",
        content_type=ContentType.objects.get_for_model(Participation),
        object_id__in=rows.order_by().values("pk"),
    ).delete()


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
