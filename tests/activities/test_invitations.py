"""Who is invited, how it leaves, what it opens, and what nobody else learns."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from agency.activities.models import Enrolment, Invitation
from agency.activities.services import activities, enrolments, guests, invitations
from agency.activities.states import InvitationState
from agency.core.clock import travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.mail.models import OutgoingEmail
from agency.people.models import Person
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    InvitationFactory,
    PracticeCycleFactory,
)
from tests.core.test_admin import texts
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

N = InvitationState
NOON = datetime(2027, 1, 11, 11, 0, tzinfo=UTC)
NIGHT = datetime(2027, 1, 11, 22, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ROOM = "/gestion/activities/invitation/"
INVITE = f"{ROOM}inviter/"


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


@pytest.fixture
def group():
    return ActivityFactory(registration_mode="invitation", title="Groupe fermé")


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def letters():
    return OutgoingEmail.objects.filter(template="activities/emails/invitation_sent")


def ask(activity, email="ines@lieu.example", **given):
    return invitations.invite(activity, email=email, by=activity.officer, **given)


def judged(activity, *asked):
    return [(fate.outcome, fate.sentence) for fate in guests.judge(activity, asked)]


def form_url(activity):
    return reverse("activities:enrolment-create", args=[activity.slug])


# --- Lines as they are pasted ----------------------------------------------------
@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("ines@lieu.example", ("ines@lieu.example", "", "")),
        ("  INES@lieu.example, ", ("ines@lieu.example", "", "")),
        ("Inès Roux <ines@lieu.example>", ("ines@lieu.example", "Inès", "Roux")),
        ('"Inès Le Roux" <i@l.example>', ("i@l.example", "Inès", "Le Roux")),
        ("LE ROUX Inès <i@l.example>", ("i@l.example", "Inès", "LE ROUX")),
        ("Le Roux, Inès <i@l.example>", ("i@l.example", "Inès", "Le Roux")),
        ("<i@l.example>", ("i@l.example", "", "")),
    ],
)
def test_a_line_is_an_address_with_or_without_a_name(line, read):
    (guest,) = guests.read(line, Person.objects.all())

    assert (guest.email, guest.given_name, guest.family_name) == read


def test_lines_are_cut_at_their_ends_and_at_semicolons():
    found = guests.read("a@b.example; c@d.example\r\n\n e@f.example", Person.objects)

    assert [g.email for g in found] == ["a@b.example", "c@d.example", "e@f.example"]


def test_a_name_alone_is_somebody_of_the_directory():
    ines = PersonFactory(given_name="Inès", family_name="Roux")
    PersonFactory(given_name="Awa", family_name="Diallo")
    PersonFactory(given_name="Awa", family_name="Diallo")

    one, two, none = guests.read(
        "ines roux\nAwa Diallo\nZoé Inconnue", Person.objects.all()
    )

    assert (one.person, one.email) == (ines, ines.email)
    assert "Plusieurs personnes" in two.trouble
    assert "Personne dans l’annuaire" in none.trouble


# --- What becomes of each --------------------------------------------------------
def test_each_guest_is_judged_in_a_sentence(group):
    seated = EnrolmentFactory(activity=group, confirmed=True).person
    asked = InvitationFactory(activity=group, sent=True)
    InvitationFactory(activity=group, email="non@lieu.example", state=N.DECLINED)
    InvitationFactory(activity=group, email="retire@lieu.example", state=N.REVOKED)
    InvitationFactory(email="ailleurs@lieu.example", sent=True)
    paper = PersonFactory(email=None)
    closed = PersonFactory(is_active=False)

    fates = judged(
        group,
        guests.Guest("ines@lieu.example"),
        guests.Guest("Ines@lieu.example"),
        guests.Guest(seated.email),
        guests.Guest(asked.email),
        guests.Guest("non@lieu.example"),
        guests.Guest("retire@lieu.example"),
        guests.Guest("ailleurs@lieu.example"),
        guests.Guest(person=paper),
        guests.Guest(person=closed),
        guests.Guest("pas une adresse@"),
    )

    assert [outcome for outcome, _sentence in fates] == [
        "ok",
        "ignored",
        "ignored",
        "ignored",
        "ignored",
        "ok",
        "ok",
        "error",
        "ignored",
        "error",
    ]
    assert "Déjà inscrit·e." in fates[2][1]
    assert "appelez" in fates[7][1]


def test_nobody_of_the_team_is_invited_to_a_sealed_room(officer):
    cycle = PracticeCycleFactory(registration_mode="invitation")
    open_group = ActivityFactory(registration_mode="invitation")

    assert judged(cycle, guests.Guest(officer.email))[0][0] == "error"
    assert judged(open_group, guests.Guest(officer.email))[0][0] == "ok"
    with pytest.raises(invitations.InvitationRefused):
        ask(cycle, officer.email)


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_is_judged_with_as_many_queries(group, count, django_assert_num_queries):
    asked = [guests.Guest(PersonFactory().email) for _n in range(count)]

    with django_assert_num_queries(3):
        guests.judge(group, asked)


# --- It leaves -------------------------------------------------------------------
def test_an_invitation_leaves_at_once_while_registration_is_open(group):
    invitation = ask(group, given_name="Inès")

    assert invitation.state == N.SENT
    letter = letters().get()
    assert letter.to == "ines@lieu.example"
    assert form_url(group) in letter.text


def test_somebody_known_is_invited_at_their_own_address(group):
    person = PersonFactory()

    invitation = ask(group, email="", person=person)

    assert (invitation.person, invitation.email) == (person, person.email)
    assert invitation.name == person.full_name
    assert "avec votre compte" in letters().get().text


@pytest.mark.parametrize("state", ["draft", "announced"])
def test_before_registration_it_is_prepared_and_leaves_once_open(group, state):
    group.state = state
    group.save()
    invitation = ask(group)

    assert (invitation.state, letters().count()) == (N.PROPOSED, 0)
    assert invitations.turn() == 0
    activities.open_registration(group, by=group.officer)
    assert invitations.turn() == 1
    assert invitations.turn() == 0
    assert letters().count() == 1


def test_a_window_that_opens_at_night_writes_in_the_morning(group):
    group.opens_at = NIGHT - timedelta(minutes=5)
    group.save()
    ask(group)

    with travel(NIGHT):
        assert invitations.turn() == 1

    assert letters().get().next_attempt_at == datetime(2027, 1, 12, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"registration_mode": "none"}, "On ne s’inscrit pas"),
        ({"registration_mode": "appointment"}, "L’agence désigne"),
        ({"state": "closed"}, "Les inscriptions sont closes."),
        ({"state": "running"}, "commencé"),
        ({"state": "completed"}, "terminée"),
        ({"closes_at": NOON - DAY, "opens_at": None}, "Les inscriptions sont closes."),
        ({"capacity": 1, "waiting_list": False}, "Il ne reste plus de place."),
    ],
)
def test_nobody_is_invited_where_nobody_can_come_in(group, changes, said):
    EnrolmentFactory(activity=group, confirmed=True)
    for name, value in changes.items():
        setattr(group, name, value)
    group.save()

    with pytest.raises(invitations.InvitationRefused, match=said):
        ask(group)

    assert not Invitation.objects.exists()


def test_it_is_sent_again_after_a_day_alone(group, officer):
    invitation = ask(group)

    with pytest.raises(MoveBlocked, match="moins d’un jour"):
        invitations.resend(invitation, by=officer)
    with travel(NOON + DAY):
        invitations.resend(invitation, by=officer)
        with pytest.raises(MoveBlocked):
            invitations.resend(Invitation.objects.get(), by=officer)

    assert letters().count() == 2


def test_what_was_answered_is_not_sent_again(group, officer):
    invitation = ask(group)
    invitations.decline(invitation, by=PersonFactory(email=invitation.email))

    with travel(NOON + 2 * DAY), pytest.raises(MoveRefused):
        invitations.resend(invitation, by=officer)

    assert letters().count() == 1


def test_what_is_set_aside_keeps_no_address(group, officer):
    invitation = ask(group, given_name="Inès", words="Elle a fondé le lieu.")

    invitations.revoke(invitation, by=officer)

    invitation.refresh_from_db()
    assert (invitation.state, invitation.email, invitation.words) == (N.REVOKED, "", "")
    # The same person may be asked once more.
    assert ask(group).state == N.SENT


def test_after_twelve_months_nothing_is_left(group):
    InvitationFactory(activity=group, sent=True, created_at=NOON - timedelta(days=370))
    recent = InvitationFactory(activity=group, created_at=NOON - timedelta(days=300))

    invitations.forget_invitations()

    assert list(Invitation.objects.all()) == [recent]


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
