"""A member proposes, the agency looks, the person decides; each learns what is theirs."""

import pytest
from django.urls import reverse

from agency.activities.models import Enrolment, Invitation
from agency.activities.services import cooptation, enrolments, invitations
from agency.activities.states import InvitationState
from agency.mail.models import OutgoingEmail
from agency.people.services import erasure
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    InvitationFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

N = InvitationState
ROOM = "/gestion/activities/invitation/"
KNOWN = "L’agence connaît déjà cette personne"
TYPED = {
    "given_name": "Inès",
    "family_name": "Roux",
    "email": "Ines@lieu.example",
    "words": "Elle coordonne la régie depuis dix ans.",
}


@pytest.fixture
def member():
    """A confirmed member of a group whose members propose."""
    group = ActivityFactory(registration_mode="cooptation", title="Régie générale")
    sponsor = PersonFactory(given_name="Maud", family_name="Kerjean")
    return EnrolmentFactory(activity=group, person=sponsor, confirmed=True)


def propose(member, **changes):
    typed = TYPED | changes
    return cooptation.propose(member, by=member.person, **typed)


def page_of(member):
    return reverse("activities:enrolment-propose", args=[member.uuid])


# --- To propose ------------------------------------------------------------------
def test_a_member_proposes_from_their_own_page(client, member):
    client.force_login(member.person)

    assert page_of(member) in client.get(member.get_absolute_url()).text
    assert "Lu par les seul·es chargé·es de mission" in client.get(page_of(member)).text
    page = client.post(page_of(member), TYPED, follow=True)

    proposal = Invitation.objects.get()
    assert (proposal.state, proposal.sponsor) == (N.PROPOSED, member.person)
    assert proposal.email == "ines@lieu.example"
    assert "Inès Roux" in page.text
    assert "À l’examen de l’agence" in page.text
    assert "Vous pouvez encore proposer 2 personnes." in page.text
    assert not OutgoingEmail.objects.filter(to="ines@lieu.example").exists()


@pytest.mark.parametrize("field", ["given_name", "family_name", "email", "words"])
def test_everything_is_needed(client, member, field):
    client.force_login(member.person)

    page = client.post(page_of(member), TYPED | {field: " "})

    assert page.context["form"].errors.keys() == {field}
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("state", ["waitlisted", "under_review", "withdrawn"])
def test_only_a_confirmed_member_proposes(client, member, state):
    other = EnrolmentFactory(activity=member.activity, **{state: True})
    client.force_login(other.person)

    assert client.get(page_of(other)).status_code == 404
    assert page_of(other) not in client.get(other.get_absolute_url()).text
    with pytest.raises(cooptation.ProposalRefused):
        propose(other)


def test_nobody_proposes_in_another_kind_of_group(client):
    enrolment = EnrolmentFactory(confirmed=True)
    client.force_login(enrolment.person)

    assert client.get(page_of(enrolment)).status_code == 404
    assert page_of(enrolment) not in client.get(enrolment.get_absolute_url()).text


def test_three_proposals_stand_at_most(client, member):
    first, *_others = [propose(member, email=f"p{n}@lieu.example") for n in range(3)]

    with pytest.raises(cooptation.ProposalRefused, match="trois propositions"):
        propose(member)
    client.force_login(member.person)
    assert "trois propositions en cours" in client.get(page_of(member)).text
    invitations.revoke(first, by=member.activity.officer)
    assert propose(member).state == N.PROPOSED


def test_one_does_not_propose_oneself(member):
    with pytest.raises(cooptation.ProposalRefused, match="votre propre adresse"):
        propose(member, email=member.person.email.upper())


def test_one_sentence_hides_whether_somebody_waits_or_was_proposed(member):
    waits = EnrolmentFactory(activity=member.activity, under_review=True)
    asked = InvitationFactory(activity=member.activity, sent=True)
    proposed = InvitationFactory(activity=member.activity, sponsor=PersonFactory())

    for email in (waits.person.email, asked.email, proposed.email):
        with pytest.raises(cooptation.ProposalRefused, match=KNOWN):
            propose(member, email=email)


def test_a_group_that_is_over_takes_no_proposal(client, member):
    member.activity.state = "completed"
    member.activity.save()
    client.force_login(member.person)

    page = client.post(page_of(member), TYPED)

    assert "Le groupe n’accueille plus personne cette saison." in page.text
    assert not Invitation.objects.exists()


# --- The agency looks -----------------------------------------------------------------
def test_proposals_wait_on_the_morning_page(client, officer, member):
    client.sign_in(officer)
    assert "Cooptation" not in client.get("/gestion/?pour=equipe").text

    propose(member)

    page = client.get("/gestion/?pour=equipe").text
    assert "Cooptation à examiner" in page
    assert "à inviter ou à écarter" in page
    found = client.get(f"{ROOM}?state__exact=proposed&origine=membre").text
    assert "Inès Roux" in found
    assert "Maud Kerjean" in found


def test_what_the_agency_prepares_is_no_proposal(client, officer):
    InvitationFactory()

    assert "Cooptation" not in client.sign_in(officer).get("/gestion/?pour=equipe").text
    assert "invitee" not in client.get(f"{ROOM}?origine=membre").text


def test_a_proposal_leaves_by_hand_alone(member, officer):
    proposal = propose(member)

    assert invitations.turn() == 0
    invitations.send(proposal, by=officer)

    letter = OutgoingEmail.objects.get(to="ines@lieu.example")
    assert "Maud Kerjean vous propose" in letter.text
    assert "dix ans" not in letter.text


def test_the_officer_reads_why_and_the_group_does_not(client, officer, member):
    proposal = propose(member)
    other = EnrolmentFactory(activity=member.activity, confirmed=True)

    desk = client.sign_in(officer).get(f"{ROOM}{proposal.pk}/change/").text
    assert "Elle coordonne la régie depuis dix ans." in desk
    client.force_login(other.person)
    assert "Inès" not in client.get(page_of(other)).text
    client.force_login(PersonFactory(email="ines@lieu.example"))
    assert "dix ans" not in client.get(member.activity.get_absolute_url()).text


def test_set_aside_the_address_is_forgotten_and_the_sponsor_told(
    client, officer, member
):
    proposal = propose(member)

    invitations.revoke(proposal, by=officer)

    proposal.refresh_from_db()
    assert (proposal.email, proposal.words) == ("", "")
    client.force_login(member.person)
    page = client.get(page_of(member)).text
    assert "Inès Roux" in page
    assert "Non retenue" in page


# --- The person decides ---------------------------------------------------------------
def test_the_proposed_person_asks_and_the_officer_reads_by_whom(
    client, officer, member
):
    person = PersonFactory(email="ines@lieu.example")
    with pytest.raises(enrolments.RegistrationRefused):
        enrolments.register(member.activity, person=person)
    invitations.send(propose(member), by=officer)

    enrolment = enrolments.register(member.activity, person=person)

    assert enrolment.state == "under_review"
    assert cooptation.sponsor_of(enrolment) == member.person
    page = client.sign_in(officer).get(
        f"/gestion/activities/enrolment/{enrolment.pk}/change/"
    )
    assert ("Proposé·e par", "Maud Kerjean") in page.context["facts"]


def test_a_request_without_a_sponsor_names_none(client, officer):
    enrolment = EnrolmentFactory(under_review=True)

    page = client.sign_in(officer).get(
        f"/gestion/activities/enrolment/{enrolment.pk}/change/"
    )

    assert "Proposé·e par" not in page.text


@pytest.mark.parametrize("answer", ["declines", "registers", "waits"])
def test_the_sponsor_does_not_read_the_answer(client, officer, member, answer):
    person = PersonFactory(email="ines@lieu.example")
    proposal = propose(member)
    invitations.send(proposal, by=officer)
    if answer == "declines":
        invitations.decline(proposal, by=person)
    if answer == "registers":
        enrolments.register(member.activity, person=person)
    client.force_login(member.person)

    page = client.get(member.get_absolute_url()).text

    assert "Invitation envoyée par l’agence" in page
    assert "Déclinée" not in page


def test_a_sponsor_who_leaves_takes_their_proposals_along(member):
    propose(member)

    erasure.erase(member.person, by=member.person)

    assert not Invitation.objects.exists()
    assert Enrolment.objects.get(pk=member.pk).state == "withdrawn"
