"""The messages of the commission, for tests/test_letters.py."""

from datetime import UTC, datetime

from grants import commission_emails
from tests.grants.dialogue_letters import application, ines, maud
from tests.grants.factories import SittingFactory

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
    f"{STEM}/member_question": asked,
    f"{STEM}/member_answer": answered,
}
