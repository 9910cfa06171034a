"""Every message and every PDF, rendered and compared with its approved text.

A wording that changes shows in the diff of ``__snapshots__``; approve it, once read
aloud, with ``pytest tests/test_letters.py --snapshot-update``.
"""

import inspect
import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest

from agency.activities import emails as activity_emails
from agency.activities.choices import SessionFormat
from agency.activities.models import Session
from agency.activities.services import convenings, papers
from agency.core.clock import travel
from agency.mail.letters import compose
from agency.mail.models import OutgoingEmail
from agency.people.services import accounts, agreements, erasure
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    CharterFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    InvitationFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    QuestionFactory,
    SeasonFactory,
    SessionFactory,
    VenueFactory,
)
from tests.documents.reading import opened
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
)

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
TODAY = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIXED = UUID("00000000-0000-0000-0000-000000000001")
# What allauth tells: see agency.people.adapters.
ACCOUNT = {
    "address": "awa.diallo@compagnie.example",
    "timestamp": TODAY,
    "from_email": "awa.diallo@compagnie.example",
    "to_email": "awa@ensemble.example",
    "deleted_email": "awa@ancienne.example",
    "signup_url": "https://plateau.example/compte/signup/",
    "password_reset_url": "https://plateau.example/compte/password/reset/",
    "minutes": 15,
    "days": 3,
}


# --- The cast of the letters -------------------------------------------------
def awa(**traits):
    return PersonFactory(
        given_name="Awa",
        family_name="Diallo",
        email="awa.diallo@compagnie.example",
        **traits,
    )


def officer():
    return PersonFactory(
        given_name="Maud",
        family_name="Kerjean",
        email="maud.kerjean@agence.example",
        phone="+33199000001",
        officer=True,
    )


def cycle():
    """A sealed cycle of two sessions, the first with all that a letter may say."""
    activity = PracticeCycleFactory(
        title="Métiers de la production : tenir dans la durée",
        slug="tenir-dans-la-duree",
        officer=officer(),
        cost_text="Gratuit, déjeuner libre.",
        bring_text="De quoi écrire.",
    )
    venue = VenueFactory(
        name="La Filature",
        address="22 quai des Teinturiers",
        postal_code="00450",
        city="Bréville",
        transport="Gare à 9 minutes à pied.",
        step_free=True,
        hearing_loop=True,
    )
    FacilitatorFactory(
        activity=activity, person__given_name="Nour", person__family_name="Belkacem"
    )
    for number, month in enumerate((1, 2), start=1):
        session = SessionFactory(
            activity=activity,
            number=number,
            starts_at=datetime(2027, month, 15, 8, 30, tzinfo=UTC),
            venue=venue,
            room="salle Navette",
            title="Première rencontre" if number == 1 else "",
        )
    AgendaItemFactory(session=session, order=1, title="Tour de table")
    return activity


def enrolment(activity):
    affiliation = AffiliationFactory(
        person=awa(),
        profession=ProfessionFactory(name="Production"),
        job_title="chargée de production",
        organisation=OrganisationFactory(
            name="Compagnie du Seuil",
            address="3 passage de la Halle",
            postal_code="00400",
            city="Montreval",
        ),
    )
    return EnrolmentFactory(
        activity=activity,
        person=affiliation.person,
        affiliation=affiliation,
        confirmed=True,
        uuid=FIXED,
    )


def convened(activity, **changes):
    """The first session of ``activity``, convened through the service."""
    session = activity.sessions.get(number=1)
    Session.objects.filter(pk=session.pk).update(**changes)
    session.refresh_from_db()
    one = enrolment(activity)
    ParticipationFactory(session=session, enrolment=one, person=one.person)
    batch = convenings.convene(
        session, by=activity.officer, paragraph="Nous déjeunerons ensemble."
    )
    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))
    return batch.convocations.get()


def open_group():
    """A peer group, whose agenda is no secret, online."""
    activity = ActivityFactory(
        title="Groupe communication", slug="groupe-communication", officer=officer()
    )
    session = SessionFactory(
        activity=activity,
        number=1,
        starts_at=datetime(2027, 3, 4, 8, 30, tzinfo=UTC),
        remote=True,
    )
    AgendaItemFactory(session=session, order=1, title="Annoncer une saison à trois")
    return activity


# --- What is written, and when -----------------------------------------------
def enrolment_confirmed():
    one = enrolment(cycle())
    coming = list(one.activity.sessions.coming())
    activity_emails.enrolment_confirmed(one, coming)


def enrolment_cancelled():
    activity_emails.enrolment_cancelled(enrolment(cycle()))


def in_line(activity):
    """Somebody who waits behind another, for a single seat."""
    activity.capacity = 1
    activity.save(update_fields=["capacity"])
    EnrolmentFactory(activity=activity, confirmed=True)
    EnrolmentFactory(activity=activity, waitlisted=True, submitted_at=TODAY - HOUR)
    return EnrolmentFactory(
        activity=activity, person=awa(), waitlisted=True, uuid=FIXED
    )


def enrolment_waitlisted():
    activity_emails.enrolment_waitlisted(in_line(cycle()))


def seat_offered():
    one = in_line(cycle())
    one.offer_expires_at = TODAY + 72 * HOUR
    activity_emails.seat_offered(one)


def offer_declined():
    activity_emails.offer_declined(in_line(cycle()))


def offer_expired():
    activity_emails.offer_expired(in_line(cycle()))


def offer_expired_again():
    one = in_line(cycle())
    one.requeued_at = TODAY
    activity_emails.offer_expired(one)


def asked(**traits):
    """Awa's request for the cycle of two sessions, whose charter is to be signed."""
    activity = cycle()
    activity.charter = CharterFactory()
    activity.save(update_fields=["charter"])
    return EnrolmentFactory(activity=activity, person=awa(), uuid=FIXED, **traits)


def request_received():
    one = asked(under_review=True)
    question = QuestionFactory(activity=one.activity, label="Venez-vous de loin ?")
    papers.keep(one, papers.Papers(answers={question: "Oui, du nord du département"}))
    activity_emails.request_received(one)


def charter_to_sign():
    activity_emails.charter_to_sign(asked(accepted=True))


def charter_to_sign_without():
    one = asked(accepted=True)
    one.activity.charter = None
    activity_emails.charter_to_sign(one)


def charter_reminder():
    activity_emails.charter_reminder(asked(accepted=True))


def signature_lapsed():
    activity_emails.signature_lapsed(asked(waitlisted=True))


def enrolment_refused():
    activity_emails.enrolment_refused(asked(refused=True))


def enrolment_refused_kept():
    activity_emails.enrolment_refused(asked(refused=True, keep_for_next=True))


def edition_opened():
    before = asked(refused=True, keep_for_next=True)
    season = SeasonFactory(
        name="2027\u20132028", starts_on=date(2027, 9, 1), ends_on=date(2028, 8, 31)
    )
    after = PracticeCycleFactory(
        title="Tenir dans la durée, saison 2",
        slug="tenir-dans-la-duree-2",
        officer=before.activity.officer,
        season=season,
        registration_mode="application",
        closes_at=datetime(2027, 9, 30, 16, 0, tzinfo=UTC),
    )
    activity_emails.edition_opened(before, after)


def enrolment_excluded():
    one = asked(confirmed=True)
    one.refusal_reason = "La confidentialité du groupe n’a pas été tenue."
    activity_emails.enrolment_excluded(one)


def offer_reminder():
    one = in_line(cycle())
    one.offer_expires_at = TODAY + 36 * HOUR
    activity_emails.offer_reminder(one)


def expected_at_the_first():
    one = enrolment(cycle())
    session = one.activity.sessions.get(number=1)
    return ParticipationFactory(
        pk=7000, session=session, enrolment=one, person=one.person
    )


def session_seat_found():
    activity_emails.session_seat_found(expected_at_the_first())


def excuse_recorded():
    one = expected_at_the_first()
    one.excused_at = TODAY
    activity_emails.excuse_recorded(one)


def invitation_sent():
    activity_emails.invitation_sent(
        InvitationFactory(
            activity=open_group(), email="ines@lieu.example", given_name="Inès"
        )
    )


def invitation_sent_by_a_member():
    activity_emails.invitation_sent(
        InvitationFactory(
            activity=open_group(), email="ines@lieu.example", sponsor=awa()
        )
    )


def requests_digest():
    activity = cycle()
    line = {"activity": activity, "waiting": 4, "new": 2, "colleagues": 1}
    activity_emails.requests_digest(activity.officer, TODAY.date(), [line])


def officer_changed():
    activity = cycle()
    by = PersonFactory(given_name="Pierre", family_name="Lemoal", officer=True)
    former, activity.officer = activity.officer, by
    activity_emails.officer_changed(former, activity, former=former, by=by)


def officer_changed_for_the_next():
    activity = cycle()
    by = PersonFactory(given_name="Hélène", family_name="Marsan", direction=True)
    former, activity.officer = activity.officer, awa(officer=True)
    activity_emails.officer_changed(activity.officer, activity, former=former, by=by)


def session_convocation():
    convened(cycle())


def session_convocation_online():
    convened(open_group(), format=SessionFormat.REMOTE)


def account_claim():
    accounts.invite(awa(unclaimed=True), by=officer())


def second_factor_reset():
    director = PersonFactory(given_name="Hélène", family_name="Marsan", direction=True)
    accounts.reset_second_factor(awa(), by=director)


def merge_consent():
    other = PersonFactory(given_name="Awa", family_name="Diallo-Morel")
    agreements.ask(other, awa(), by=officer())


def personal_data_erased():
    person = awa()
    erasure.erase(person, by=person)


# template, or template#situation: what causes it
MESSAGES = {
    "activities/emails/enrolment_confirmed": enrolment_confirmed,
    "activities/emails/enrolment_cancelled": enrolment_cancelled,
    "activities/emails/enrolment_waitlisted": enrolment_waitlisted,
    "activities/emails/seat_offered": seat_offered,
    "activities/emails/offer_declined": offer_declined,
    "activities/emails/offer_expired": offer_expired,
    "activities/emails/offer_expired#again": offer_expired_again,
    "activities/emails/request_received": request_received,
    "activities/emails/charter_to_sign": charter_to_sign,
    "activities/emails/charter_to_sign#without": charter_to_sign_without,
    "activities/emails/charter_reminder": charter_reminder,
    "activities/emails/signature_lapsed": signature_lapsed,
    "activities/emails/enrolment_refused": enrolment_refused,
    "activities/emails/enrolment_refused#kept": enrolment_refused_kept,
    "activities/emails/edition_opened": edition_opened,
    "activities/emails/enrolment_excluded": enrolment_excluded,
    "activities/emails/offer_reminder": offer_reminder,
    "activities/emails/session_seat_found": session_seat_found,
    "activities/emails/excuse_recorded": excuse_recorded,
    "activities/emails/invitation_sent": invitation_sent,
    "activities/emails/invitation_sent#member": invitation_sent_by_a_member,
    "activities/emails/officer_changed": officer_changed,
    "activities/emails/officer_changed#next": officer_changed_for_the_next,
    "activities/emails/requests_digest": requests_digest,
    "activities/emails/session_convocation": session_convocation,
    "activities/emails/session_convocation#online": session_convocation_online,
    "people/emails/account_claim": account_claim,
    "people/emails/merge_consent": merge_consent,
    "people/emails/second_factor_reset": second_factor_reset,
    "people/emails/personal_data_erased": personal_data_erased,
}
DOCUMENTS = {
    "activities/documents/session_convocation": cycle,
    "activities/documents/session_convocation#online": open_group,
}


def account_templates():
    found = sorted((TEMPLATES / "account/email").glob("[!_]*.fr.txt"))
    return [f"account/email/{path.name.removesuffix('.fr.txt')}" for path in found]


@pytest.fixture(autouse=True)
def on_the_first_of_december(settings):
    settings.SITE_URL = "https://plateau.example"
    with travel(TODAY):
        yield


@pytest.mark.parametrize("name", MESSAGES)
def test_message_is_approved(name, snapshot):
    MESSAGES[name]()

    email = OutgoingEmail.objects.get(template=name.partition("#")[0])
    files = ", ".join(sorted(a.filename for a in email.attachments.all()))
    head = (
        f"À : {email.to}\nObjet : {email.subject}\nPièces jointes : {files or 'aucune'}"
    )
    assert f"{head}\n\n{email.text}" == snapshot


@pytest.mark.parametrize("name", account_templates())
def test_account_message_is_approved(name, snapshot):
    letter = compose(name, ACCOUNT | {"person": awa()})

    assert f"Objet : {letter.subject}\n\n{letter.text}" == snapshot


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_is_approved(name, snapshot):
    convocation = convened(DOCUMENTS[name]())

    with convocation.document.file.open() as file:
        reader = opened(file.read())
    text = "\n--- page ---\n".join(page.extract_text() for page in reader.pages)
    text = re.sub(r"[ \t]+\n", "\n", text)
    stamp = re.compile(r"\b[0-9a-f]{4}(?:\s[0-9a-f]{4}){2}\b")

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert stamp.sub("(empreinte)", text) == snapshot


# --- None is missing ---------------------------------------------------------
def written(kind, suffix):
    paths = TEMPLATES.glob(f"*/{kind}/[!_]*{suffix}")
    return {p.relative_to(TEMPLATES).as_posix().removesuffix(suffix) for p in paths}


def situations(table):
    return {name.partition("#")[0] for name in table}


def test_every_message_is_approved():
    assert written("emails", ".fr.txt") == situations(MESSAGES)


def test_every_document_is_approved():
    assert written("documents", ".fr.html") == situations(DOCUMENTS)


@pytest.mark.parametrize("module", ["agency.activities.emails"])
def test_every_function_of_a_module_of_messages_has_its_template(module):
    functions = {
        name
        for name, function in inspect.getmembers(
            import_module(module), inspect.isfunction
        )
        if function.__module__ == module and not name.startswith("_")
    }

    assert {f"{module.split('.')[-2]}/emails/{name}" for name in functions} <= written(
        "emails", ".fr.txt"
    )
