"""Sessions that people know about, for the tests of what they are told."""

from datetime import timedelta
from io import BytesIO

from icalendar import Calendar
from pypdf import PdfReader

from agency.activities.models import Session
from agency.activities.services import (
    announcing,
    convenings,
    sessions,
)
from agency.activities.services.expected import expect
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

CHANGED = "activities/emails/session_changed"

HOUR = timedelta(hours=1)


def session_of(people=2, *, told=True, **fields):
    activity = fields.pop("activity", None) or ActivityFactory()
    when = {} if "starts_at" in fields else {"starts_in": 15}
    session = SessionFactory(activity=activity, **when, **fields)
    for _one in range(people):
        join(session, told=told)
    return session


def join(session, person=None, *, told=True):
    enrolment = EnrolmentFactory(
        activity=session.activity, person=person or PersonFactory(), confirmed=True
    )
    expect(enrolment, sessions=[session], told=told)
    return session.participations.get(person=enrolment.person)


def convene(session, by):
    batch = convenings.convene(session, by=by)
    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))
    return batch


def edit(session, **changes):
    """As the form of the desk does; ``later``: hours by which it moves."""
    fresh = Session.objects.get(pk=session.pk)
    later = changes.pop("later", 0) * HOUR
    fresh.starts_at, fresh.ends_at = fresh.starts_at + later, fresh.ends_at + later
    for name, value in changes.items():
        setattr(fresh, name, value)
    return sessions.save_session(fresh)


def edit_agenda(session, *titles):
    before = announcing.facts.letter(Session.objects.get(pk=session.pk))
    session.agenda_items.all().delete()
    for title in titles:
        AgendaItemFactory(session=session, title=title)
    fresh = Session.objects.get(pk=session.pk)
    sessions.note_change(fresh, before=before)


def told():
    return OutgoingEmail.objects.filter(template=CHANGED).order_by("pk")


def versions(person):
    letters = IssuedDocument.objects.filter(recipient=person, kind="convocation")
    return list(letters.order_by("version").values_list("version", flat=True))


def text_of(document):
    with document.file.open() as file:
        pages = PdfReader(BytesIO(file.read())).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)


def event(email):
    files = [a for a in email.attachments.all() if "calendar" in a.mimetype]
    return [Calendar.from_ical(bytes(file.content)) for file in files]
