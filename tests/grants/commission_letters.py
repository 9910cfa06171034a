"""The messages of the commission, for tests/test_letters.py."""

from datetime import UTC, datetime

from grants import booklet, commission_emails
from grants.services import notes
from tests.grants import submission_letters
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


PAPERS = {
    "grants/documents/briefing_note": note,
    "grants/documents/booklet_cover": cover,
}
