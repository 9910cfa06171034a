"""Who is invited, how it leaves, what it opens, and what nobody else learns."""

from datetime import UTC, datetime, timedelta

import pytest

from agency.activities.models import Invitation
from agency.activities.services import activities, guests, invitations
from agency.core.clock import travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.people.models import Person
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    InvitationFactory,
    PracticeCycleFactory,
)
from tests.activities.invited import DAY, NOON, N, ask, form_url, letters
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
NIGHT = datetime(2027, 1, 11, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


@pytest.fixture
def group():
    return ActivityFactory(registration_mode="invitation", title="Groupe fermé")


def judged(activity, *asked):
    return [(fate.outcome, fate.sentence) for fate in guests.judge(activity, asked)]


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
