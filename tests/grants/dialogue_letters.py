"""The messages of the dialogue about a file, for tests/test_letters.py."""

from datetime import UTC, date, datetime
from uuid import UUID

from grants import dialogue_emails
from tests.grants.factories import (
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    DocumentRequirementFactory,
    SittingFactory,
    ThreadMessageFactory,
)
from tests.people.factories import OrganisationFactory, PersonFactory

FIXED = UUID("00000000-0000-0000-0000-000000000001")


def ines():
    return PersonFactory(
        given_name="In\u00e8s",
        family_name="Faure",
        email="ines.faure@compagnie.example",
    )


def maud():
    return PersonFactory(
        given_name="Maud",
        family_name="Kerjean",
        email="maud.kerjean@agence.example",
        phone="+33199000001",
        officer=True,
    )


def application(**traits):
    """In the hands of Maud, whom they write to."""
    if "sitting" not in traits:
        traits |= {"sent": True, "rapporteur": maud(), "number": "MOB-2026-S3-0042"}
    return ApplicationFactory(
        uuid=FIXED,
        title="Tourn\u00e9e en Bretagne",
        organisation=OrganisationFactory(name="Compagnie du Seuil"),
        rules__scheme__name="Aide \u00e0 la mobilit\u00e9 artistique",
        **traits,
    )


def request(**columns):
    one = application(state="completion_requested")
    DocumentRequirementFactory(rules=one.rules, key="rib", label="RIB")
    asked = CompletionRequestFactory(
        application=one, due_on=date(2026, 12, 14), **columns
    )
    CompletionItemFactory(
        request=asked,
        target="section:performances",
        message="Il manque le lieu de la deuxi\u00e8me date.",
    )
    CompletionItemFactory(
        request=asked, target="document:rib", message="Le RIB est illisible."
    )
    asked.stage = "3"
    return asked


def asked():
    dialogue_emails.completion_asked(
        request(message="Votre dossier est clair, et presque complet."), ines()
    )


def reminded():
    one = request()
    one.items.filter(target="document:rib").update(answered_at=one.sent_at)
    dialogue_emails.completion_reminder(one, ines())


def reminded_on_the_day():
    one = request()
    one.stage = "0"
    dialogue_emails.completion_reminder(one, ines())


def reminded_to_send():
    one = request()
    one.items.update(answered_at=one.sent_at)
    dialogue_emails.completion_reminder(one, ines())


def overdue():
    dialogue_emails.completion_overdue(request(), ines())


def closed():
    said = "Vous pourrez reprendre ce dossier pour la commission de mars."
    dialogue_emails.application_closed(application(told=said), ines())


def draft(stage):
    sitting = SittingFactory(session__activity__officer=maud())
    one = application(sitting=sitting)
    one.closes_at = datetime(2026, 12, 18, 17, 0, tzinfo=UTC)
    one.stage = stage
    dialogue_emails.draft_reminder(one, ines())


def draft_a_week_before():
    draft("7")


def draft_two_days_before():
    draft("2")


def written():
    one = application()
    message = ThreadMessageFactory(
        application=one, author=one.rapporteur, from_staff=True
    )
    dialogue_emails.thread_message(message, ines(), first=1)


def written_to_the_house():
    one = application()
    one.pk = 7
    message = ThreadMessageFactory.build(application=one, author=ines())
    dialogue_emails.thread_message_to_the_house(message, one.rapporteur, first=1)


STEM = "grants/emails"
MESSAGES = {
    f"{STEM}/completion_asked": asked,
    f"{STEM}/completion_reminder": reminded,
    f"{STEM}/completion_reminder#day": reminded_on_the_day,
    f"{STEM}/completion_reminder#send": reminded_to_send,
    f"{STEM}/completion_overdue": overdue,
    f"{STEM}/application_closed": closed,
    f"{STEM}/draft_reminder": draft_a_week_before,
    f"{STEM}/draft_reminder#last": draft_two_days_before,
    f"{STEM}/thread_message": written,
    f"{STEM}/thread_message_to_the_house": written_to_the_house,
}
