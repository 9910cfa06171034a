"""Invitations: what they open, and the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.models import Enrolment, Invitation
from agency.activities.services import enrolments
from agency.core.clock import travel
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    InvitationFactory,
)
from tests.activities.invited import DAY, NOON, N, ask, form_url, letters
from tests.core.desk import texts
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


ROOM = "/gestion/activities/invitation/"
INVITE = f"{ROOM}inviter/"


@pytest.fixture
def group():
    return ActivityFactory(registration_mode="invitation", title="Groupe fermé")


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


# --- What it opens ------------------------------------------------------------------
def test_the_invited_person_reads_so_and_registers(client, group):
    person = PersonFactory(email="ines@lieu.example")
    invitation = ask(group)
    client.force_login(person)

    page = client.get(group.get_absolute_url()).text
    assert "Vous êtes invité·e" in page
    assert form_url(group) in page
    assert "Vous êtes invité·e" in client.get("/mon-espace/").text
    client.post(form_url(group))

    assert Enrolment.objects.get(person=person).state == "confirmed"
    invitation.refresh_from_db()
    assert (invitation.state, invitation.person) == (N.USED, person)
    assert "Vous êtes invité·e" not in client.get(group.get_absolute_url()).text


def test_somebody_else_learns_nothing_and_registers_not(client, group, stranger):
    ask(group, given_name="Inès")
    client.force_login(stranger)

    page = client.get(group.get_absolute_url()).text
    form = client.get(form_url(group)).text
    client.post(form_url(group))

    for text in (page, form):
        assert "On s’inscrit à cette activité sur invitation." in text
        assert "ines@lieu.example" not in text
        assert "Inès" not in text
    assert "Vous êtes invité·e" not in page
    assert not Enrolment.objects.exists()


def test_a_visitor_is_told_to_sign_in(client, group):
    ask(group)

    page = client.get(group.get_absolute_url()).text

    assert "On s’inscrit à cette activité sur invitation." in page
    assert f"{reverse('account_login')}?next={group.get_absolute_url()}" in page


def test_those_appointed_do_not_register(client, stranger):
    group = ActivityFactory(registration_mode="appointment")
    client.force_login(stranger)

    assert "L’agence désigne" in client.get(group.get_absolute_url()).text
    client.post(form_url(group))
    assert not Enrolment.objects.exists()
    enrolment = enrolments.register(group, person=stranger, by=group.officer)
    assert enrolment.state == "confirmed"


def test_an_invitation_ends_with_the_registration(client, desk, group):
    invitation = ask(group)
    person = PersonFactory(email=invitation.email)

    with travel(group.closes_at):
        with pytest.raises(enrolments.RegistrationRefused):
            enrolments.register(group, person=person)
        assert "Expirée" in desk.get(ROOM).text
    assert "Expirée" not in desk.get(ROOM).text


def test_an_open_group_takes_note_of_the_answer_too(stranger):
    group = ActivityFactory()
    invitation = ask(group, email="", person=stranger)

    enrolments.register(group, person=stranger)

    invitation.refresh_from_db()
    assert invitation.state == N.USED


def test_the_invited_person_declines(client, group):
    person = PersonFactory(email="ines@lieu.example")
    invitation = ask(group)
    url = reverse("activities:invitation-decline", args=[invitation.uuid])
    client.force_login(person)

    assert "Décliner l’invitation" in client.get(url).text
    page = client.post(url, follow=True)

    invitation.refresh_from_db()
    assert invitation.state == N.DECLINED
    assert "Votre réponse est notée." in texts(page)[0]
    assert client.post(url).status_code == 404
    with pytest.raises(enrolments.RegistrationRefused):
        enrolments.register(group, person=person)


def test_nobody_declines_for_somebody_else(client, group, stranger):
    invitation = ask(group)
    client.force_login(stranger)

    url = reverse("activities:invitation-decline", args=[invitation.uuid])

    assert client.post(url).status_code == 404
    invitation.refresh_from_db()
    assert invitation.state == N.SENT


# --- The desk ----------------------------------------------------------------------
def typed(activity, lines, **more):
    return {"activity": activity.pk, "lines": lines, **more}


def looked_at(desk, activity, lines, **more):
    page = desk.post(INVITE, typed(activity, lines, **more))
    return page, page.context["seen"]


def test_the_activity_leads_to_its_invitations(desk, group):
    page = desk.get(f"/gestion/groups/peergroup/{group.pk}/change/").text

    assert f"{ROOM}?activity__id__exact={group.pk}" in page


def test_a_list_is_looked_at_before_it_leaves(desk, group):
    lines = "Inès Roux <ines@lieu.example>\nfaux@\nZoé Inconnue"

    page, seen = looked_at(desk, group, lines)

    assert "Inès Roux, ines@lieu.example" in page.text
    assert "Inviter 1 personne" in page.text
    assert not Invitation.objects.exists()
    answer = desk.post(INVITE, typed(group, lines, seen=seen, send="1"), follow=True)
    assert "1 invitation est en route." in texts(answer)[0]
    assert [one.email for one in Invitation.objects.all()] == ["ines@lieu.example"]


def test_lines_changed_since_are_looked_at_first(desk, group):
    _page, seen = looked_at(desk, group, "ines@lieu.example")

    desk.post(INVITE, typed(group, "autre@lieu.example", seen=seen, send="1"))

    assert not Invitation.objects.exists()


def test_those_of_last_season_and_one_person_more(desk, group):
    before = ActivityFactory()
    members = [
        EnrolmentFactory(activity=before, confirmed=True).person for _n in range(2)
    ]
    EnrolmentFactory(activity=before, withdrawn=True)
    more = PersonFactory()

    page, _seen = looked_at(desk, group, "", person=more.pk, members_of=before.pk)

    going = {fate.guest.person for fate in page.context["fates"]}
    assert going == {*members, more}


def test_a_selection_of_the_directory_becomes_lines(desk, group):
    people = [PersonFactory(), PersonFactory(email=None)]
    action = {
        "action": "invite_people",
        "_selected_action": [person.pk for person in people],
    }

    page = desk.post("/gestion/people/person/", action, follow=True)

    lines = page.context["form"]["lines"].value().splitlines()
    assert f"{people[0].full_name} <{people[0].email}>" in lines
    assert people[1].full_name in lines


def test_an_empty_list_says_what_to_write(desk, group):
    page = desk.post(INVITE, typed(group, " "))

    assert "Écrivez au moins une adresse ou un nom." in page.text


def test_a_draft_is_told_when_it_leaves(desk):
    draft = ActivityFactory(draft=True, registration_mode="invitation")

    page, seen = looked_at(desk, draft, "ines@lieu.example")

    assert "les messages partiront d’eux-mêmes à l’ouverture" in page.text
    lines = typed(draft, "ines@lieu.example", seen=seen, send="1")
    said = texts(desk.post(INVITE, lines, follow=True))
    assert "elle part à l’ouverture des inscriptions" in said[0]
    assert "Prête" in desk.get(ROOM).text


@pytest.mark.parametrize(("step", "state"), [("send", N.SENT), ("revoke", N.REVOKED)])
def test_a_proposal_is_sent_or_set_aside_by_a_button(desk, group, step, state):
    proposal = InvitationFactory(activity=group, sponsor=PersonFactory())

    desk.post(f"{ROOM}{proposal.pk}/etape/{step}/")

    proposal.refresh_from_db()
    assert proposal.state == state
    assert letters().count() == (state == N.SENT)


def test_the_page_of_one_that_cannot_leave_says_why(desk):
    draft = ActivityFactory(draft=True, registration_mode="cooptation")
    proposal = InvitationFactory(activity=draft, sponsor=PersonFactory())

    page = desk.get(f"{ROOM}{proposal.pk}/change/").text

    assert "Les inscriptions ne sont pas ouvertes." in page
    assert "etape/send" not in page


def test_sending_again_is_asked_first(desk, group):
    invitation = ask(group)
    url = f"{ROOM}{invitation.pk}/relance/"

    assert url in desk.get(f"{ROOM}{invitation.pk}/change/").text
    assert "Renvoyer l’invitation" in desk.get(url).text
    assert "moins d’un jour" in texts(desk.post(url, follow=True))[0]
    Invitation.objects.update(sent_at=NOON - 2 * DAY)
    with travel(NOON + timedelta(minutes=1)):
        assert "partie" in texts(desk.post(url, follow=True))[0]
    assert letters().count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_makes_as_many_queries(desk, group, count, django_assert_num_queries):
    for _n in range(count):
        invitation = InvitationFactory(activity=group, sent=True)
        invitation.person = invitation.sponsor = PersonFactory()
        invitation.save()
    desk.get(ROOM)

    with django_assert_num_queries(8):
        desk.get(ROOM)


def test_the_accountant_invites_nobody(client, accountant, group):
    client.sign_in(accountant)

    assert client.get(INVITE).status_code == 403
    assert client.get(ROOM).status_code == 403
