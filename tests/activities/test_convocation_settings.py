"""What an activity decides of its convocations: its words, its contact, who signs."""

from datetime import timedelta

import pytest

from agency.activities import documents
from agency.activities.services import renewal
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    ParticipationFactory,
    SeasonFactory,
    SessionFactory,
)
from tests.activities.test_convenings import convened
from tests.core.desk import form_of
from tests.documents.reading import words
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
GROUPS = "/gestion/groups/peergroup/"
SESSIONS = "/gestion/activities/session/"
OWN = {
    "convocation_paragraph": "Le parking est en travaux.",
    "contact_name": "Ismaël Brun",
    "contact_phone": "+33199000007",
    "contact_email": "ismael.brun@agence.example",
    "convene_automatically": True,
    "signatory_name": "Hélène Marsan",
    "signatory_role": "la directrice",
}


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def test_contact_is_the_officer_in_charge():
    officer = PersonFactory(officer=True, phone="+33199000001")

    contact = ActivityFactory(officer=officer).contact

    assert contact == {
        "name": officer.full_name,
        "phone": "01\xa099\xa000\xa000\xa001",
        "email": officer.email,
    }


def test_contact_of_the_activity_is_never_reached_at_the_officer_s_own_number(settings):
    officer = PersonFactory(officer=True, phone="+33199000001")
    activity = ActivityFactory(officer=officer, contact_name="Ismaël Brun")

    assert activity.contact == {
        "name": "Ismaël Brun",
        "phone": settings.AGENCY["phone"],
        "email": settings.AGENCY["email"],
    }


def test_officer_may_be_reached_at_another_number():
    activity = ActivityFactory(contact_phone="+33199000007")
    activity.refresh_from_db()

    assert activity.contact["name"] == activity.officer.full_name
    assert activity.contact["phone"] == "01\xa099\xa000\xa000\xa007"


def test_letter_and_message_name_the_contact_and_the_signatory(officer):
    activity = ActivityFactory(**OWN)
    participation = ParticipationFactory(
        session=SessionFactory(activity=activity, starts_in=15)
    )

    convened(participation.session, officer)

    with IssuedDocument.objects.get().file.open() as stored:
        letter = words(stored.read())
    message = OutgoingEmail.objects.get().text
    for text in (letter, message):
        assert "Ismaël Brun" in text
        assert "01 99 00 00 07" in text.replace("\xa0", " ")
        assert "ismael.brun@agence.example" in text
        assert activity.officer.full_name not in text
    assert "la directrice Hélène Marsan" in letter


def test_desk_writes_them_in_the_form_of_the_activity(desk):
    activity = ActivityFactory()
    url = f"{GROUPS}{activity.pk}/change/"

    desk.post(url, form_of(desk, url) | OWN | {"contact_phone": "01 99 00 00 07"})

    activity.refresh_from_db()
    kept = {name: getattr(activity, name) for name in OWN}
    assert kept == OWN


def test_telephone_that_rings_nowhere_is_refused_beside_its_field(desk):
    activity = ActivityFactory()
    url = f"{GROUPS}{activity.pk}/change/"

    page = desk.post(url, form_of(desk, url) | {"contact_phone": "12"})

    assert page.context["adminform"].form.errors["contact_phone"]
    activity.refresh_from_db()
    assert not activity.contact_phone


def test_batch_begins_with_the_paragraph_of_the_activity(desk):
    session = SessionFactory(starts_in=15, activity__convocation_paragraph="Bonjour !")
    ParticipationFactory(session=session)
    url = f"{SESSIONS}{session.pk}/convoquer/"

    page = desk.get(url)
    emptied = desk.post(url, {"paragraph": "", "preview": ""})

    assert page.context["form"]["paragraph"].value() == "Bonjour !"
    assert "Bonjour !" in page.context["letter"].text
    assert "Bonjour !" not in emptied.context["letter"].text


def test_renewal_copies_them(officer):
    activity = ActivityFactory(**OWN)
    starts_on = activity.season.ends_on + timedelta(days=1)
    season = SeasonFactory(name="La suivante", starts_on=starts_on)

    draft = renewal.copy(activity, season=season, by=officer).activity

    draft.refresh_from_db()
    assert {name: getattr(draft, name) for name in OWN} == OWN


def test_letter_reads_the_contact_without_a_query(django_assert_num_queries):
    participation = ParticipationFactory()
    loaded = (
        type(participation)
        .objects.select_related("session__activity__officer")
        .get(pk=participation.pk)
    )

    with django_assert_num_queries(0):
        documents.contact(loaded.session.activity)
