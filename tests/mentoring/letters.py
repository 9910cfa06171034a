"""The messages of mentoring, for tests/test_letters.py."""

from datetime import UTC, date, datetime
from uuid import UUID

from agency.activities import emails as activity_emails
from agency.activities import reminder_emails
from agency.core.clock import travel
from mentoring import agreement_emails, documents, emails
from mentoring import nudge_emails as emails_of_health
from mentoring.choices import Side
from mentoring.models import MentoringEdition, Pair, PairAgreement
from mentoring.services import terms
from mentoring.services.health import health_of
from tests.activities.factories import EnrolmentFactory, SessionFactory
from tests.mentoring import year_papers
from tests.mentoring.factories import (
    AgencyNoteFactory,
    EditionFactory,
    MatchProposalFactory,
    MentoringApplicationFactory,
    NudgeSentFactory,
    PairAlertFactory,
    PairFactory,
    PairMeetingFactory,
    PulseCheckFactory,
)
from tests.people.factories import PersonFactory

FIXED = UUID("00000000-0000-0000-0000-000000000001")


def application(**traits):
    officer = PersonFactory(
        given_name="Maud",
        family_name="Kerjean",
        email="maud.kerjean@agence.example",
        phone="+33199000001",
        officer=True,
    )
    edition = EditionFactory(
        title="Mentorat : débuter en production",
        slug="mentorat",
        officer=officer,
        closes_at=datetime(2026, 12, 18, 17, 0, tzinfo=UTC),
    )
    awa = PersonFactory(
        given_name="Awa",
        family_name="Diallo",
        email="awa.diallo@compagnie.example",
    )
    return MentoringApplicationFactory(
        edition=edition, person=awa, uuid=FIXED, **traits
    )


def received():
    emails.application_received(application(submitted=True))


def received_of_a_mentor():
    emails.application_received(application(submitted=True, mentor=True))


def complement():
    emails.application_complement(application(complement=True))


def retained():
    emails.application_retained(application(retained=True))


def waitlisted():
    emails.application_waitlisted(application(waitlisted=True))


def refused():
    emails.application_refused(application(refused=True))


def refused_and_kept():
    emails.application_refused(application(refused=True, keep_for_next=True))


# --- The pair ------------------------------------------------------------------
def pair(**traits):
    """Awa, accompanied by Camille."""
    one = application(submitted=True)
    camille = PersonFactory(
        given_name="Camille", family_name="Roux", email="camille.roux@lieu.example"
    )
    edition = MentoringEdition.objects.get(pk=one.edition_id)
    return PairFactory(
        uuid=FIXED, activity=edition, mentee=one.person, mentor=camille, **traits
    )


def proposed():
    until = datetime(2026, 12, 6, 8, 0, tzinfo=UTC)
    emails.pair_proposed(pair(notified=True, answer_by=until), Side.MENTEE)


def proposed_by_a_matching():
    until = datetime(2026, 12, 6, 8, 0, tzinfo=UTC)
    MatchProposalFactory(pair=pair(notified=True, answer_by=until))
    emails.pair_proposed(Pair.objects.get(), Side.MENTEE)


def proposed_to_the_mentor():
    until = datetime(2026, 12, 6, 8, 0, tzinfo=UTC)
    emails.pair_proposed(pair(notified=True, answer_by=until), Side.MENTOR)


def confirmed():
    emails.pair_confirmed(pair(accepted=True), Side.MENTEE)


def not_formed():
    emails.pair_not_formed(pair(declined=True), Side.MENTOR)


def ended():
    emails.pair_ended(pair(ended_early=True), Side.MENTEE)


def word():
    emails.pair_word(AgencyNoteFactory(pk=7, pair=pair(active=True)))


def words_end():
    until = datetime(2027, 5, 28, 8, 0, tzinfo=UTC)
    over = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    one = pair(completed=True, ended_at=over, words_until=until)
    emails.pair_words_end(one, one.mentee)


def call():
    """The call, for whoever asked to hear of what opens."""
    one = application()
    one.edition.summary = "Onze binômes pendant un an."
    SessionFactory(
        activity=one.edition,
        title="Lancement",
        starts_at=datetime(2027, 1, 15, 8, 30, tzinfo=UTC),
        venue__name="La Filature",
    )
    return one.edition, one.person


def call_opened():
    reminder_emails.registration_opened(*call(), topic="openings")


def call_closing():
    reminder_emails.registration_closing(*call(), topic="openings")


# --- How it goes ---------------------------------------------------------------
def silent(**traits):
    """Awa and Camille began on the fourth of January, and nothing happened since."""
    began = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    return pair(active=True, activated_at=began, **traits)


def nudge(step):
    return NudgeSentFactory(
        uuid=FIXED, pair=silent(), step=step, since=date(2027, 1, 4)
    )


def nudged():
    emails_of_health.pair_nudge(nudge(1), Side.MENTEE)


def nudged_again():
    emails_of_health.pair_nudge_again(nudge(2), Side.MENTOR)


def pulse_asked():
    emails_of_health.pair_pulse(PulseCheckFactory(pair=silent(), number=1))


def pulse_asked_again():
    pulse = PulseCheckFactory(pair=silent(), number=2, side="mentor")
    emails_of_health.pair_pulse(pulse)


def alerted(one, day, cause, **more):
    with travel(datetime(*day, 9, 0, tzinfo=UTC)):
        alert = PairAlertFactory(pk=7, pair=one, cause=cause, **more)
        emails_of_health.pair_alert(alert, health_of(one))


def silence():
    alerted(silent(), (2027, 4, 1), "silent")


def help_asked():
    words = "Un mot que le message tait."
    alerted(silent(), (2027, 1, 20), "help", side="mentee", words=words)


def low_pulse():
    one, day = silent(), (2027, 2, 5)
    PairMeetingFactory(pair=one, day=date(2027, 1, 30))
    when = datetime(*day, 8, 0, tzinfo=UTC)
    said = {"answered_at": when, "level": 2, "fit": "unsure"}
    PulseCheckFactory(pair=one, number=1, **said)
    alerted(one, day, "pulse", side="mentee")


def appointed():
    """The two of a pair are enrolled in its collective times by the agency."""
    one = pair(active=True)
    one.activity.registration_mode = "appointment"
    day = datetime(2027, 1, 14, 9, 30, tzinfo=UTC)
    SessionFactory(
        activity=one.activity,
        starts_at=day,
        venue__name="La Fabrique des Quais",
        venue__city="Montreval",
    )
    enrolment = EnrolmentFactory(
        activity=one.activity, person=one.mentee, confirmed=True, uuid=FIXED
    )
    activity_emails.enrolment_confirmed(enrolment, list(one.activity.sessions.all()))


def certified():
    """The message with the certificate, as the workers write it."""
    year_papers.certificate()


def confirmed_with_its_agreement():
    """Its PDF travels with it."""
    agreement = agreed()
    document = documents.pair_agreement(agreement)
    emails.pair_confirmed(agreement.pair, Side.MENTOR, document)


# --- The agreement and the reviews ---------------------------------------------------
def agreed(**columns):
    one = pair(accepted=True)
    terms.draw_up(one, terms.usual(one))
    PairAgreement.objects.update(**columns)
    return documents.READ.get()


def corrected():
    agreement_emails.agreement_corrected(agreed(number=2), Side.MENTEE)


def signed():
    at = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    agreement_emails.agreement_signed(agreed(signed_at=at), Side.MENTEE)


def in_review(stage):
    one = pair(active=True)
    one.stage, one.closes_on = stage, date(2026, 12, 15)
    return one, one.mentee


def invited():
    agreement_emails.review_invitation(*in_review("mid_term"))


def invited_at_the_end():
    agreement_emails.review_invitation(*in_review("final"))


def reminded():
    agreement_emails.review_reminder(*in_review("mid_term"))


STEM, PAIR = "mentoring/emails/application", "mentoring/emails/pair"
OPENINGS = "activities/emails/registration"
MESSAGES = {
    f"{OPENINGS}_opened#call": call_opened,
    f"{OPENINGS}_closing#call": call_closing,
    f"{STEM}_received": received,
    f"{STEM}_received#mentor": received_of_a_mentor,
    f"{STEM}_complement": complement,
    f"{STEM}_retained": retained,
    f"{STEM}_waitlisted": waitlisted,
    f"{STEM}_refused": refused,
    f"{STEM}_refused#kept": refused_and_kept,
    f"{PAIR}_proposed": proposed,
    f"{PAIR}_proposed#mentor": proposed_to_the_mentor,
    f"{PAIR}_proposed#matched": proposed_by_a_matching,
    f"{PAIR}_confirmed": confirmed,
    f"{PAIR}_confirmed#attached": confirmed_with_its_agreement,
    "mentoring/emails/agreement_corrected": corrected,
    "mentoring/emails/agreement_signed": signed,
    "mentoring/emails/review_invitation": invited,
    "mentoring/emails/review_invitation#final": invited_at_the_end,
    "mentoring/emails/review_reminder": reminded,
    f"{PAIR}_not_formed": not_formed,
    f"{PAIR}_ended": ended,
    f"{PAIR}_word": word,
    f"{PAIR}_words_end": words_end,
    "mentoring/emails/certificate_available": certified,
    "activities/emails/enrolment_confirmed#appointed": appointed,
    f"{PAIR}_nudge": nudged,
    f"{PAIR}_nudge_again": nudged_again,
    f"{PAIR}_pulse": pulse_asked,
    f"{PAIR}_pulse#again": pulse_asked_again,
    f"{PAIR}_alert": silence,
    f"{PAIR}_alert#help": help_asked,
    f"{PAIR}_alert#pulse": low_pulse,
}
