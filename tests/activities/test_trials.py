"""A convocation sent to oneself: as somebody would get it, to nobody else, without effect."""

import pytest

from agency.activities.models import Convening, Convocation
from agency.activities.services import trials
from agency.documents.models import DocumentSequence, IssuedDocument
from agency.mail.messages import build
from agency.mail.models import OutgoingEmail
from agency.people.services import erasure
from tests.activities.factories import ParticipationFactory, SessionFactory
from tests.core.desk import texts
from tests.documents.reading import words
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
SESSIONS = "/gestion/activities/session/"
TRIAL = "activities/emails/session_convocation_trial"


@pytest.fixture
def session():
    session = SessionFactory(starts_in=15, activity__title="Groupe administration")
    for given_name in ("Rose", "Noé"):
        ParticipationFactory(session=session, person__given_name=given_name)
    ParticipationFactory(session=session, person__email=None)
    return session


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def url_of(session):
    return f"{SESSIONS}{session.pk}/convoquer/"


def tried(desk, session, **typed):
    reader = session.participations.get(person__given_name="Rose")
    return desk.post(url_of(session), {"reader": reader.pk, "try": "", **typed})


def test_trial_goes_to_whoever_presses_and_to_nobody_else(desk, officer, session):
    page = tried(desk, session, paragraph="Le parking est fermé.")

    message = OutgoingEmail.objects.get()
    assert (message.to, message.person) == (officer.email, officer)
    assert message.subject.startswith("Essai de convocation")
    assert officer.email in texts(page)[0]
    # What was typed stays, for the next trial or for the sending.
    assert page.context["form"]["paragraph"].value() == "Le parking est fermé."


def test_trial_is_what_that_person_would_get(desk, session):
    tried(desk, session, paragraph="Le parking est fermé.")

    message = OutgoingEmail.objects.get()
    assert "Bonjour Rose" in message.text
    assert "Le parking est fermé." in message.text
    letter, invitation = message.attachments.order_by("pk")
    assert "Bonjour Rose" in words(bytes(letter.content))
    assert "Le parking est fermé." in words(bytes(letter.content))
    assert b"METHOD:REQUEST" in bytes(invitation.content)
    kinds = [part.get_content_type() for part in build(message).message().walk()]
    assert {"application/pdf", "text/calendar"} <= set(kinds)


def test_trial_takes_no_number_and_convenes_nobody(desk, session):
    tried(desk, session)

    for model in (Convening, Convocation, IssuedDocument, DocumentSequence):
        assert not model.objects.exists()
    letter = OutgoingEmail.objects.get().attachments.order_by("pk")[0]
    assert "Aperçu, sans valeur" in words(bytes(letter.content))
    assert "CONV-" not in OutgoingEmail.objects.get().text
    assert len(desk.get(url_of(session)).context["people"]) == 3


def test_trial_may_be_sent_again(desk, session):
    for _time in range(2):
        tried(desk, session)

    assert OutgoingEmail.objects.count() == 2


def test_trial_of_a_letter_on_paper_says_so(desk, session):
    reader = session.participations.get(person__email=None)

    desk.post(url_of(session), {"reader": reader.pk, "try": ""})

    message = OutgoingEmail.objects.get()
    assert "sur papier" in message.text
    assert message.attachments.count() == 1


def test_trial_as_somebody_of_another_session_is_refused(desk, session):
    other = ParticipationFactory()

    page = desk.post(url_of(session), {"reader": other.pk, "try": ""})

    assert page.context["form"].errors["reader"]
    assert not OutgoingEmail.objects.exists()


def test_officer_without_an_address_is_told(session):
    officer = PersonFactory(officer=True, email=None)

    sent = trials.send(
        trials.loaded(session.participations.first().pk), paragraph="", to=officer
    )

    assert sent is None


@pytest.mark.parametrize("role", ["accountant", "superuser", "stranger"])
def test_others_send_themselves_nothing(client, request, session, role):
    client.sign_in(request.getfixturevalue(role))

    assert tried(client, session).status_code == 403
    assert not OutgoingEmail.objects.exists()


def test_colleague_tries_nothing_as_somebody_of_a_sealed_group(client, session):
    session.activity.confidentiality = "sealed"
    session.activity.save()
    colleague = client.sign_in(PersonFactory(officer=True))

    assert tried(colleague, session).status_code == 404
    own = client.sign_in(session.activity.officer)
    tried(own, session)
    message = OutgoingEmail.objects.get()
    visible = OutgoingEmail.objects.visible_to
    assert message in visible(session.activity.officer)
    assert message not in visible(PersonFactory(officer=True))


def test_trial_is_forgotten_with_the_person_it_shows(desk, session):
    rose = session.participations.get(person__given_name="Rose").person
    tried(desk, session)
    noe = session.participations.get(person__given_name="Noé")
    desk.post(url_of(session), {"reader": noe.pk, "try": ""})

    erasure.erase(rose, by=rose)

    [message] = OutgoingEmail.objects.filter(template=TRIAL)
    assert "Noé" in message.text
