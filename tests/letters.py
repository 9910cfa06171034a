"""What causes every message and every PDF, and how it is read."""

from datetime import UTC, date, datetime

from agency.activities import emails as activity_emails
from agency.activities.choices import SessionFormat
from agency.activities.printed import charters
from agency.activities.services import papers, trials
from agency.mail.models import OutgoingEmail
from agency.people.services import accounts, agreements, erasure
from tests import certified, notices
from tests.activities.factories import (
    CharterFactory,
    EnrolmentFactory,
    InvitationFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    QuestionFactory,
    SeasonFactory,
)
from tests.grants import (
    commission_letters,
    dialogue_letters,
    instruction_letters,
    submission_letters,
)
from tests.letters_cast import (
    FIXED,
    HOUR,
    TODAY,
    awa,
    convened,
    cycle,
    enrolment,
    officer,
    open_group,
)
from tests.mentoring import letters as mentoring_letters
from tests.people.factories import (
    PersonFactory,
)


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
    one = asked(accepted=True)
    charters.issue_text(one.activity.charter.in_force())
    activity_emails.charter_to_sign(one)


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


def session_convocation_trial():
    convocation = convened(cycle())
    trials.send(
        trials.loaded(convocation.participation_id),
        paragraph="Nous déjeunerons ensemble.",
        to=convocation.convening.by,
    )


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


def as_it_is_read(name):
    """The one message of this template in the outbox, with its envelope."""
    email = OutgoingEmail.objects.get(template=name.partition("#")[0])
    files = ", ".join(sorted(a.filename for a in email.attachments.all()))
    head = (
        f"À : {email.to}\nObjet : {email.subject}\nPièces jointes : {files or 'aucune'}"
    )
    return f"{head}\n\n{email.text}"


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
    "activities/emails/session_convocation_trial": session_convocation_trial,
    "people/emails/account_claim": account_claim,
    "people/emails/merge_consent": merge_consent,
    "people/emails/second_factor_reset": second_factor_reset,
    "people/emails/personal_data_erased": personal_data_erased,
    **certified.MESSAGES,
    **mentoring_letters.MESSAGES,
    # The dialogue about applications for aid.
    **dialogue_letters.MESSAGES,
    **commission_letters.MESSAGES,
    # Papers and submission.
    **instruction_letters.MESSAGES,
    **submission_letters.MESSAGES,
    **notices.MESSAGES,
}
DOCUMENTS = {
    "activities/documents/session_convocation": cycle,
    "activities/documents/session_convocation#online": open_group,
    **notices.DOCUMENTS,
}
