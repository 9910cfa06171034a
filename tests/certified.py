"""Sheets and certificates of a cycle that is over, for ``test_letters``."""

from datetime import timedelta

from agency.activities import sheets
from agency.activities.models import Attendance, Session
from agency.activities.services import certificates
from agency.activities.services import sheets as papers_of_sheets
from agency.mail.models import OutgoingEmail
from tests import letters_cast as cast
from tests.activities.factories import (
    AttendanceFactory,
    AttendanceSheetFactory,
    ParticipationFactory,
)
from tests.grants import commission_letters, submission_letters
from tests.mentoring import year_papers

YEAR = timedelta(days=364)


def followed():
    """Awa's cycle of two sessions, both held, the second one missed; sheets locked."""
    activity = cast.cycle()
    activity.attendance_threshold = 50
    activity.save(update_fields=["attendance_threshold"])
    one = cast.enrolment(activity)
    for session in activity.sessions.order_by("number"):
        Session.objects.filter(pk=session.pk).update(
            starts_at=session.starts_at - YEAR, ends_at=session.ends_at - YEAR
        )
        there = "present" if session.number == 1 else "excused"
        expected = ParticipationFactory(
            session=session, enrolment=one, person=one.person
        )
        AttendanceFactory(participation=expected, status=there)
        AttendanceSheetFactory(
            session=session, locked=True, countersigned_as="Nour Belkacem"
        )
    return one


def certified(one):
    certificates.make(one.activity_id, [one.person_id])
    return one.person.documents.order_by("version").last()


def certificate_available():
    certified(followed())


def certificate_available_again():
    one = followed()
    certified(one)
    OutgoingEmail.objects.all().delete()
    Attendance.objects.update(status="present")
    certified(one)


MESSAGES = {
    "activities/emails/certificate_available": certificate_available,
    "activities/emails/certificate_available#again": certificate_available_again,
}


def stored(document):
    with document.file.open() as file:
        return file.read()


def certificate():
    return stored(certified(followed()))


def certificate_of_one_date():
    one = followed()
    last = one.activity.sessions.get(number=2)
    Session.objects.filter(pk=last.pk).update(state="cancelled")
    return stored(certified(one))


def sheet():
    return followed().activity.sessions.get(number=1).attendance_sheet


def attendance_sheet():
    return stored(papers_of_sheets.make(sheet().pk))


def attendance_sheet_blank():
    return sheets.blank(sheet().session)


# template, or template#situation: the file
PAPERS = {
    **year_papers.PAPERS,
    **submission_letters.PAPERS,
    **commission_letters.PAPERS,
    "activities/documents/certificate": certificate,
    "activities/documents/certificate#single": certificate_of_one_date,
    "activities/documents/attendance_sheet": attendance_sheet,
    "activities/documents/attendance_sheet_blank": attendance_sheet_blank,
}
