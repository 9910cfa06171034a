"""The messages of the commission, for tests/test_letters.py."""

from datetime import UTC, datetime

from agency.documents import engine
from grants import booklet, commission_emails
from grants.admin import summary
from grants.services import agenda, minutes, notes, sitting_summary
from tests.grants import minuted, submission_letters
from tests.grants.dialogue_letters import application, ines, maud
from tests.grants.factories import InstructionReportFactory, SittingFactory
from tests.people.factories import PersonFactory

NOON = datetime(2026, 12, 9, 17, 0, tzinfo=UTC)


def sitting(stage=""):
    one = SittingFactory(
        session__activity__officer=maud(),
        session__activity__title="Commission d’aide à la mobilité",
        session__starts_at=datetime(2026, 12, 17, 8, 30, tzinfo=UTC),
        session__ends_at=datetime(2026, 12, 17, 16, 0, tzinfo=UTC),
        deadline_at=datetime(2026, 11, 20, 17, 0, tzinfo=UTC),
        opens_at=datetime(2026, 10, 1, 8, 0, tzinfo=UTC),
        review_closes_at=NOON,
    )
    one.stage = stage
    return one


def opened():
    commission_emails.reviews_open(sitting(), ines())


def reminded():
    commission_emails.review_reminder(sitting("7"), ines())


def reminded_for_the_last_time():
    commission_emails.review_reminder(sitting("1"), ines())


def convened_again():
    one = sitting()
    one.session.venue.name = "Maison des Deux-Quais"
    commission_emails.second_convocation(one, ines())


def to_validate():
    commission_emails.minutes_draft(sitting(), ines())


def minutes_read():
    commission_emails.minutes_validated(sitting(), ines())


def question():
    one = application()
    return one.questions.create(person=ines(), body="Est-ce signé ?", asked_at=NOON)


def asked():
    one = question()
    one.pk = 7
    commission_emails.member_question(one, one.application.rapporteur)


def answered():
    one = question()
    one.application.sitting_id = 3
    commission_emails.member_answer(one, one.person)


STEM = "grants/emails"
MESSAGES = {
    f"{STEM}/reviews_open": opened,
    f"{STEM}/review_reminder": reminded,
    f"{STEM}/review_reminder#last": reminded_for_the_last_time,
    f"{STEM}/second_convocation": convened_again,
    f"{STEM}/minutes_draft": to_validate,
    f"{STEM}/minutes_validated": minutes_read,
    f"{STEM}/member_question": asked,
    f"{STEM}/member_answer": answered,
}


def filed():
    """A file that was sent, whose report proposes what was computed."""
    one = submission_letters.sent().application
    one.revisions.update(sha256="0123456789abcdef" * 4)
    InstructionReportFactory(
        application=one,
        summary="Deux villes, deux publics, une seule route.",
        context="Une \u00e9quipe suivie depuis trois ans.",
        budget="Tenu, avec une r\u00e9serve sur l\u2019h\u00e9bergement.",
        risks="La date de Gand n\u2019est pas sign\u00e9e.",
        opinion="reserved",
    )
    type(one).objects.filter(pk=one.pk).update(proposed=one.computed)
    one.refresh_from_db()
    return notes.READ.get(pk=one.pk)


def note():
    document = booklet.briefing_note(filed())
    with document.file.open() as file:
        return file.read()


def cover():
    one = filed()
    one.sitting.session.activity.title = (
        "Commission d\u2019aide \u00e0 la mobilit\u00e9"
    )
    return booklet._cover(one.sitting, [one], [one], reader(), {one.pk: 2})


def reader():
    return PersonFactory(given_name="Sol\u00e8ne", family_name="Guivarch")


def of_minutes():
    """A sitting that was closed: one file, adjourned."""
    one = minuted.held(members=1, number=1)
    one.session.activity.title = "Commission d\u2019aide \u00e0 la mobilit\u00e9"
    one.session.activity.save(update_fields=["title"])
    one.session.venue.name = "Maison des Deux-Quais"
    one.session.venue.save(update_fields=["name"])
    names = ("Guivarch", "Le Bihan")
    for seat, name in zip(one.seats, names, strict=True):
        seat.person.given_name, seat.person.family_name = "Sol\u00e8ne", name
        seat.person.save()
    file = filed()
    type(file).objects.filter(pk=file.pk).update(state="scheduled", sitting=one)
    file.refresh_from_db()
    agenda.add(one, file, by=None)
    minuted.give(file, "adjourned")
    return minuted.close(one)


def minutes_draft_paper():
    one = of_minutes()
    return minutes.for_reader(one, one.chair.person)


def minutes_paper():
    one = of_minutes()
    row = minutes.validate(one, by=one.chair.person)
    with row.document.file.open() as file:
        return file.read()


def summary_paper():
    one = of_minutes()
    told = sitting_summary.summary(one, one.chair.person)
    return engine.render(summary.SHEET, summary.on_paper(told, one.chair.person))


PAPERS = {
    "grants/documents/sitting_summary": summary_paper,
    "grants/documents/minutes": minutes_paper,
    "grants/documents/minutes#draft": minutes_draft_paper,
    "grants/documents/briefing_note": note,
    "grants/documents/booklet_cover": cover,
}
