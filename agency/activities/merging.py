"""Where what people do goes when two of them turn out to be one."""

from django.utils.translation import gettext as _

from agency.activities.models import (
    Activity,
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
    Venue,
)
from agency.activities.states import (
    ActivityState,
    EnrolmentState,
    ParticipationState,
    SessionState,
)
from agency.core import dates
from agency.people import merging

OVER = (ActivityState.COMPLETED, ActivityState.CANCELLED)


def declare():
    """Called once, when the apps are ready."""
    merging.move(Activity, "officer")
    merging.leave(Convening, "by", "who convened, at work: it is not rewritten")
    merging.leave(Convocation, "person", "who was told, on that day: not rewritten")
    merging.move(Venue, "organisation")
    merging.move(Facilitator, "person", settle=both_lead, related=("activity",))
    merging.move(Enrolment, "person", settle=both_registered, related=("activity",))
    merging.move(
        Participation,
        "person",
        settle=both_awaited,
        related=("session__activity",),
        follows="enrolment",
    )
    merging.leave(
        CalendarFeed, "person", "a key of that account; closed with it, like the others"
    )
    _closed_groups()


def _closed_groups():
    merging.leave(Application, "selected_by", "who decided at the board, at work")
    merging.leave(Attendance, "recorded_by", "who noted it, at work: not rewritten")
    merging.leave(AttendanceSheet, "locked_by", "who countersigned: not rewritten")
    merging.move(CharterSignature, "person", settle=both_signed)
    merging.move(Difficulty, "with_person")
    merging.move(Difficulty, "with_organisation")
    merging.move(Invitation, "person")
    merging.move(Invitation, "sponsor")


def both_signed(row, twin):
    return merging.stays(
        _("Both signed the same text: each keeps their own signature.")
    )


def both_lead(row, twin):
    said = {"activity": row.activity}
    if row.activity.state in OVER:
        return merging.stays(
            _("Both led %(activity)s, which is over: each keeps their part.") % said
        )
    return merging.blocks(
        _(
            "Both lead %(activity)s: take one of them off its page first, their names "
            "stand on the site."
        )
        % said
    )


def _named(activity):
    """As whoever compares two records may read it: a sealed group is not named."""
    return _("a sealed group") if activity.sealed else activity


def both_registered(row, twin):
    said = {"activity": _named(row.activity)}
    if row.activity.state in OVER:
        return merging.stays(
            _(
                "Both are registered for %(activity)s, which is over: the enrolment of "
                "the record set aside stays with it."
            )
            % said
        )
    if EnrolmentState.CONFIRMED in (row.state, twin.state):
        return merging.blocks(
            _(
                "Both are registered for %(activity)s: cancel one of the two enrolments "
                "first, so that no seat is held for nobody."
            )
            % said
        )
    return merging.blocks(
        _(
            "Both wait for a seat in %(activity)s: cancel one of the two enrolments "
            "first, so that nobody waits twice."
        )
        % said
    )


def both_awaited(row, twin):
    """Two rows of one session: what is to come must be expected of the one that stays."""
    session = row.session
    said = {
        "activity": _named(session.activity),
        "day": dates.day_year(session.starts_at),
    }
    to_come = session.state == SessionState.PLANNED and not session.is_past
    if row.state == ParticipationState.EXPECTED and to_come:
        return merging.blocks(
            _(
                "The record that would be set aside is expected at %(activity)s on "
                "%(day)s, and the other one is known there already: keep that record "
                "instead, or cancel its enrolment first."
            )
            % said
        )
    return merging.stays(
        _(
            "Both are known at %(activity)s on %(day)s: what is noted of the record set "
            "aside stays with it."
        )
        % said
    )
