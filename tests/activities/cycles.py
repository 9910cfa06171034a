"""Cycles that were followed, for the tests of certificates."""

from datetime import datetime

from agency.activities.models import AttendanceSheet
from agency.activities.services import attendance, certificates
from agency.activities.services.sheets import latest
from agency.core.clock import PARIS
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    AttendanceFactory,
    AttendanceSheetFactory,
    EnrolmentFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.documents.reading import words
from tests.people.factories import PersonFactory

TEMPLATE = "activities/emails/certificate_available"
NOON = datetime(2027, 6, 30, 12, 0, tzinfo=PARIS)


class Cycle:
    """An activity of some sessions, all held, and one person who was there or not."""

    def __init__(self, *statuses, kind=PracticeCycleFactory, person=None, **traits):
        self.officer = PersonFactory(officer=True, given_name="Maud")
        self.activity = kind(officer=self.officer, **traits)
        self.enrolment = EnrolmentFactory(
            activity=self.activity,
            person=person or PersonFactory(given_name="Camille", family_name="Aubrac"),
            confirmed=True,
        )
        self.person = self.enrolment.person
        for month, status in enumerate(statuses, start=1):
            self.hold(month, status)

    def hold(self, month, status, *, until=12, locked=True):
        """A session of the 15th of ``month``, from nine; ``status`` None: not awaited."""
        start = datetime(2027, month, 15, 9, 0, tzinfo=PARIS)
        session = SessionFactory(
            activity=self.activity,
            number=month,
            starts_at=start,
            ends_at=start.replace(hour=until),
            state="held",
        )
        if status:
            self.attend(session, status)
        AttendanceSheetFactory(session=session, locked=locked)
        return session

    def attend(self, session, *statuses):
        one = ParticipationFactory(
            session=session, person=self.person, enrolment=self.enrolment
        )
        for half_day, status in zip(("morning", "afternoon"), statuses, strict=False):
            AttendanceFactory(participation=one, half_day=half_day, status=status)

    def settle(self):
        """As the workers do: settle, then make what was rung for."""
        certificates.settle(self.activity.pk)
        certificates.make(
            self.activity.pk, [one.person.pk for one in self.records() if one.is_due]
        )
        return self.document

    def records(self):
        return certificates.records(self.activity)

    @property
    def document(self):
        return latest(self.enrolment, kind="certificate")

    def relock(self, session, status):
        """The sheet is unlocked, somebody's attendance changed, and locked again."""
        sheet = AttendanceSheet.objects.get(session=session)
        attendance.unlock(sheet, by=self.officer, reason="Une erreur de lecture")
        one = session.participations.get(person=self.person)
        attendance.mark(one, "morning", status, by=self.officer, over=True)
        attendance.lock(session, typed_name=self.officer.full_name, by=self.officer)


def content(document):
    with document.file.open() as stored:
        return words(stored.read())


def messages():
    return OutgoingEmail.objects.filter(template=TEMPLATE)
