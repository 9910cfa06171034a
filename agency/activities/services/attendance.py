"""Who was there: by half-day, signed or noted, countersigned, locked.

Every service takes the turn of the activity first, then reads the sheet: two tablets,
or a tablet and the desk, write one after the other, and nothing is written once the
sheet is locked. See ``roll`` for who stands on it and ``halfdays`` for what one signs.
"""

import re
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities import tasks
from agency.activities.choices import ATTENDED, AttendanceStatus, AttendanceWay
from agency.activities.models import Attendance, Participation, Session
from agency.activities.services import seats, sessions
from agency.activities.services.halfdays import half_days, starts
from agency.activities.services.roll import ON_THE_ROLL, addable, roll, sheet_of
from agency.activities.states import ParticipationState, SessionState, SheetState
from agency.core import bell, dates, journal
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked, move
from agency.core.text import fold

# Whoever comes early may sign at once.
EARLY = timedelta(hours=1)


class SignedAlready(MoveBlocked):
    """The person signed that they were there: it is not overwritten without being asked."""


# --- Writing on the sheet ------------------------------------------------------
def closed(session, sheet):
    """Why nothing is written on the sheet now, in a sentence, or ``""``.

    ``sheet``: None while nothing was ever written on it.
    """
    if session.is_off:
        return _("This session does not take place: there is nobody to note.")
    if sheet is not None and sheet.state == SheetState.LOCKED:
        return _("The sheet is locked: an officer of the agency can unlock it.")
    if dates.as_day(session.starts_at) > today():
        return _("Attendance is noted from the day of the session on.")
    return ""


def take_turn(session):
    """Take the turn of the activity and hand back the open sheet, or raise MoveBlocked."""
    seats.lock(session.activity)
    fresh = Session.objects.get(pk=session.pk)
    sheet = sheet_of(fresh)
    sheet.session = fresh
    fresh.activity = session.activity
    if sentence := closed(fresh, sheet):
        raise MoveBlocked(sentence)
    return sheet


@transaction.atomic
def mark(participation, half_day, status, *, by, way=AttendanceWay.NOTED, over=False):
    """Note how somebody attended a half-day; return the ``Attendance``.

    The last who writes is right, but for a signature: ``over`` says that one knows
    about it. Late or left early leaves it where it stands. Raises MoveBlocked on a
    locked sheet or for somebody who left, SignedAlready.
    """
    sheet = take_turn(participation.session)
    participation.refresh_from_db(fields=["state"])
    return _mark(sheet, participation, half_day, status, by=by, way=way, over=over)


def _mark(sheet, participation, half_day, status, *, by, way, over=False):
    _check(sheet.session, participation, half_day)
    known = participation.attendances.filter(half_day=half_day).first()
    signed = known is not None and known.signed_at is not None
    kept = signed and status in ATTENDED
    if signed and not kept and not over:
        said = {"person": participation.person, "hour": dates.hour(known.signed_at)}
        raise SignedAlready(
            _("%(person)s signed at %(hour)s: tick the box to note something else.")
            % said
        )
    if signed and not kept:
        journal.record(
            sheet, "set_signature_aside", by=by, person=participation.person_id
        )
    return _write(
        participation,
        half_day,
        status=status,
        way=AttendanceWay.PRESSED if kept else way,
        signed_at=known.signed_at if kept else None,
        by=by,
    )


def _check(session, participation, half_day):
    if half_day not in half_days(session):
        raise MoveBlocked(
            _("The hours of this session have changed: open the sheet again.")
        )
    if participation.state not in ON_THE_ROLL:
        raise MoveBlocked(
            _("%(person)s is no longer expected: if they were there, add them first.")
            % {"person": participation.person}
        )


def _write(participation, half_day, *, by, **values):
    values |= {"recorded_by": by, "recorded_at": now()}
    written, _new = Attendance.objects.update_or_create(
        participation=participation, half_day=half_day, defaults=values
    )
    return written


@transaction.atomic
def mark_all(session, marks, *, by, way=AttendanceWay.NOTED):
    """Note several cells at once; return the sentences of those that were refused.

    ``marks``: (participation, half_day, status, over). Raises MoveBlocked when nothing
    at all can be written.
    """
    sheet = take_turn(session)
    refused = []
    for participation, half_day, status, over in marks:
        try:
            _mark(sheet, participation, half_day, status, by=by, way=way, over=over)
        except MoveBlocked as blocked:
            refused.append(str(blocked))
    return refused


def too_early_to_sign(session, half_day):
    """Why ``half_day`` is not signed yet, in a sentence, or ``""``."""
    opens = starts(session).get(half_day, session.starts_at) - EARLY
    if now() >= opens:
        return ""
    said = {"day": dates.day(opens), "hour": dates.hour(opens)}
    return _("One signs from %(day)s, %(hour)s on.") % said


@transaction.atomic
def sign(participation, half_day, *, by):
    """The person has pressed their name and confirmed; return the ``Attendance``.

    ``by`` is whoever is signed in on the tablet. Somebody noted as late or as having
    left early stays so, and signs; a second press changes nothing. Raises MoveBlocked.
    """
    sheet = take_turn(participation.session)
    participation.refresh_from_db(fields=["state"])
    _check(sheet.session, participation, half_day)
    if sentence := too_early_to_sign(sheet.session, half_day):
        raise MoveBlocked(sentence)
    known = participation.attendances.filter(half_day=half_day).first()
    if known and known.signed_at:
        return known
    there = known is not None and known.status in ATTENDED
    return _write(
        participation,
        half_day,
        status=known.status if there else AttendanceStatus.PRESENT,
        way=AttendanceWay.PRESSED,
        signed_at=now(),
        by=by,
    )


@transaction.atomic
def fill(session, *, by):
    """Whoever nothing is known of was absent, or excused when they had said so.

    Returns how many half-days were written. Raises MoveBlocked before the session.
    """
    sheet = take_turn(session)
    if early := sessions.too_early(sheet.session):
        raise MoveBlocked(early)
    return _fill(roll(sheet.session), by=by)


def _fill(rows, *, by):
    written = 0
    for row in rows:
        status = AttendanceStatus.EXCUSED if row.excused else AttendanceStatus.ABSENT
        for cell in row.cells:
            if cell.attendance is None:
                _write(
                    row.participation,
                    cell.half_day,
                    status=status,
                    way=AttendanceWay.NOTED,
                    by=by,
                )
                written += 1
    return written


# --- Those who were not expected ----------------------------------------------
@transaction.atomic
def add(session, person, *, by):
    """Put on the roll somebody who came without being expected: they were there.

    Somebody who had a seat in the activity, or who had left; of the others, only an
    officer lets them in, and nobody into a sealed room. Raises MoveBlocked.
    """
    sheet = take_turn(session)
    session = sheet.session
    enrolment = next((e for e in addable(session) if e.person_id == person.pk), None)
    known = session.participations.filter(person=person).first()
    if known is not None and known.state in ON_THE_ROLL:
        return known
    if enrolment is None and (sentence := _not_at_the_door(session, person, by)):
        raise MoveBlocked(sentence)
    journal.record(sheet, "add_person", by=by, person=person.pk)
    if known is None:
        return Participation.objects.create(
            session=session,
            person=person,
            enrolment=enrolment,
            **({"mode": enrolment.mode} if enrolment else {}),
        )
    waits = known.state == ParticipationState.WAITING
    return move(known, "promote" if waits else "expect", by=by)


def _not_at_the_door(session, person, by):
    """Why somebody without a seat is not put on the roll, in a sentence, or ``""``."""
    if session.activity.sealed:
        return _("Nobody enters a sealed group at the door.")
    if not by.has_perm("activities.add_enrolment"):
        return _("They are not registered: ask an officer of the agency to add them.")
    return "" if person.is_active else _("This account is closed.")


# --- Countersigning ------------------------------------------------------------
def unknown(rows):
    """How many people have a half-day of which nothing is known, and did not excuse."""
    return sum(1 for row in rows if not row.is_known and not row.excused)


@transaction.atomic
def lock(session, *, typed_name, by):
    """Countersign the sheet: attendance no longer changes; return the sheet.

    ``typed_name`` is the name of whoever countersigns, in whichever order. The session
    is then held. Raises MoveBlocked before it starts, and while nothing is known of
    somebody.
    """
    sheet = take_turn(session)
    session = sheet.session
    rows = roll(session)
    if sentence := hindrance(session, rows) or _other_name(typed_name, by):
        raise MoveBlocked(sentence)
    _fill(rows, by=by)  # those alone who were excused
    stale = Attendance.objects.filter(participation__session=session)
    stale.exclude(half_day__in=half_days(session)).delete()
    move(
        sheet,
        "lock",
        by=by,
        locked_at=now(),
        locked_by=by,
        locks=sheet.locks + 1,
        countersigned_as=" ".join(typed_name.split()),
        document=None,
        certified_at=None,
    )
    bell.ring(tasks.make_sheet, sheet.pk)
    bell.ring(tasks.settle_certificates, session.activity_id)
    if session.state == SessionState.PLANNED:
        sessions.hold_session(session, by=by)
    return sheet


def hindrance(session, rows):
    """Why the sheet whose rows these are cannot be locked yet, in a sentence, or ``""``."""
    if early := sessions.too_early(session):
        return early
    if missing := unknown(rows):
        return ngettext(
            "Nothing is noted yet for %(count)s person: note them, or mark them absent.",
            "Nothing is noted yet for %(count)s people: note them, or mark them absent.",
            missing,
        ) % {"count": missing}
    return ""


def _other_name(typed, person):
    if _words(typed) == _words(person.full_name):
        return ""
    return _("Write your own name to countersign: %(name)s.") % {
        "name": person.full_name
    }


def _words(name):
    return sorted(re.findall(r"\w+", fold(name)))


@transaction.atomic
def unlock(sheet, *, by, reason):
    """Open a locked sheet again. Raises MoveBlocked without a reason, MoveRefused."""
    seats.lock(sheet.session.activity)
    if not reason.strip():
        raise MoveBlocked(_("Write why the sheet is unlocked: the history keeps it."))
    cleared = {"locked_at": None, "locked_by": None, "countersigned_as": ""}
    cleared |= {"document": None}
    move(sheet, "unlock", by=by, reason=reason.strip(), **cleared)
