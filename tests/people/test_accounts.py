"""Accounts and roles: opened by their owner, given by direction, told and journalled."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError

from agency.core.clock import now, today, travel
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people import addresses, claims
from agency.people.choices import RoleName
from agency.people.models import Person
from agency.people.services import accounts
from agency.people.services.accounts import Refused
from agency.people.services.roles import end_role, give_role
from tests.people.factories import PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def actions(person):
    return [
        entry.action for entry in JournalEntry.objects.about(person).order_by("seq")
    ]


def parts(link):
    return link.rstrip("/").split("/")[-2:]


def test_adding_somebody_gives_no_password(officer):
    person = accounts.add(
        email="Ines@Example.org", given_name="Inès", family_name="Maréchal", by=officer
    )

    assert person.email == "ines@example.org"
    assert not person.has_usable_password()
    address = person.emailaddress_set.get()
    assert (address.email, address.primary, address.verified) == (
        person.email,
        True,
        False,
    )
    assert actions(person) == ["add"]


def test_adding_a_known_address_is_refused():
    PersonFactory(email="ines@example.org")

    with pytest.raises(ValidationError, match="adresse"):
        accounts.add(email="INES@example.org", given_name="Inès", family_name="M")


def test_several_people_have_no_address():
    people = [PersonFactory(email=None, unclaimed=True) for _ in range(2)]

    assert [person.email for person in people] == [None, None]


def test_invitation_keeps_its_link_apart(officer, mailoutbox):
    person = PersonFactory(unclaimed=True)

    email = accounts.invite(person, by=officer)

    assert "compte/activation" not in email.text + email.html
    assert email.secret
    assert actions(person) == ["invite"]


def test_invitation_needs_an_address(officer):
    with pytest.raises(Refused, match="adresse électronique à elle"):
        accounts.invite(PersonFactory(email=None, unclaimed=True), by=officer)


def test_invitation_of_a_claimed_account_is_refused(officer):
    with pytest.raises(Refused, match="a déjà un compte"):
        accounts.invite(PersonFactory(), by=officer)

    assert not OutgoingEmail.objects.exists()


def test_a_new_invitation_voids_the_one_before(officer):
    person = PersonFactory(unclaimed=True)
    accounts.invite(person, by=officer)
    old = claims.link(person)
    assert claims.person_of(*parts(old)) == person

    accounts.invite(person, by=officer)

    assert claims.person_of(*parts(old)) is None
    assert claims.person_of(*parts(claims.link(person))) == person
    assert OutgoingEmail.objects.filter(person=person).count() == 2


def test_a_link_is_void_after_its_days(settings):
    person = PersonFactory(unclaimed=True)
    link = claims.link(person)
    days = claims.days()

    with travel(now() + (days - 0.1) * DAY):
        assert claims.person_of(*parts(link)) == person
    with travel(now() + (days + 0.1) * DAY):
        assert claims.person_of(*parts(link)) is None


def test_a_link_is_void_once_the_account_is_open():
    person = PersonFactory(unclaimed=True)
    link = claims.link(person)

    accounts.claim(person, password="une phrase assez longue")

    assert claims.person_of(*parts(link)) is None


@pytest.mark.parametrize("uid", ["0", "zz", "-1", "é", "1" * 40, "zzzzzzzzzzzzz"])
def test_a_forged_link_is_nobodys(uid):
    assert claims.person_of(uid, "c0ffee-" + "0" * 32) is None


def test_the_link_of_somebody_else_is_nobodys():
    one, other = PersonFactory(unclaimed=True), PersonFactory(unclaimed=True)
    uid, _token = parts(claims.link(one))
    _uid, token = parts(claims.link(other))

    assert claims.person_of(uid, token) is None


def test_claiming_opens_the_account_and_proves_the_address():
    person = PersonFactory(unclaimed=True)

    accounts.claim(person, password="une phrase assez longue")

    person.refresh_from_db()
    assert person.check_password("une phrase assez longue")
    assert person.emailaddress_set.get().verified
    assert actions(person) == ["claim"]


@pytest.mark.parametrize("read", ["before", "after"])
def test_claiming_twice_keeps_the_first_password(read):
    person = PersonFactory(unclaimed=True)
    second = Person.objects.get(pk=person.pk)
    accounts.claim(person, password="une phrase assez longue")
    if read == "after":
        second = Person.objects.get(pk=person.pk)

    with pytest.raises(Refused, match="connectez-vous"):
        accounts.claim(second, password="une autre phrase longue")

    person.refresh_from_db()
    assert person.check_password("une phrase assez longue")


def test_the_address_rows_follow_the_person():
    person = PersonFactory(email="avant@example.org", unclaimed=True)

    person.email = "apres@example.org"
    person.save()
    addresses.keep(person)

    row = EmailAddress.objects.get(user=person)
    assert (row.email, row.primary, row.verified) == ("apres@example.org", True, False)


def test_a_proved_address_stays_proved():
    person = PersonFactory()

    addresses.keep(person)

    assert person.emailaddress_set.get().verified


def test_a_person_without_address_keeps_no_row():
    person = PersonFactory()
    person.email = None
    person.save()

    addresses.keep(person)

    assert not EmailAddress.objects.filter(user=person).exists()


def test_resetting_a_second_factor_signs_out_and_tells(client, direction, mailoutbox):
    person = PersonFactory(officer=True, mfa=True)
    client.sign_in(person)
    accounts_session(client, person)
    stranger_session = type(client)().sign_in(direction).session.session_key

    accounts.reset_second_factor(person, by=direction)

    assert not person.authenticator_set.exists()
    assert [one.pk for one in Session.objects.all()] == [stranger_session]
    assert actions(person) == ["reset_second_factor"]
    email = OutgoingEmail.objects.get(person=person)
    assert direction.full_name in email.text


def accounts_session(client, person):
    UserSession.objects.get_or_create(
        session_key=client.session.session_key,
        defaults={"user": person, "ip": "192.0.2.1", "user_agent": "test"},
    )


def test_resetting_twice_tells_twice(direction):
    person = PersonFactory(mfa=True)

    accounts.reset_second_factor(person, by=direction)
    accounts.reset_second_factor(person, by=direction)

    assert OutgoingEmail.objects.filter(person=person).count() == 2


def test_giving_a_role_is_journalled_and_works_at_once(direction):
    person = PersonFactory()
    assert not person.is_staff

    give_role(person, RoleName.OFFICER, by=direction)

    assert person.is_staff
    entry = JournalEntry.objects.about(person).get()
    assert (entry.action, entry.by) == ("give_role", direction)
    assert entry.data["role"] == "officer"


def test_giving_a_role_twice_gives_it_once(direction):
    person = PersonFactory()

    give_role(person, RoleName.OFFICER, by=direction)
    give_role(person, RoleName.OFFICER, by=direction)

    assert person.roles.count() == 1
    assert actions(person) == ["give_role"]


def test_nobody_gives_themselves_a_role(direction):
    with pytest.raises(Refused, match="Personne ne se donne"):
        give_role(direction, RoleName.ACCOUNTANT, by=direction)

    assert direction.roles.count() == 1


@pytest.mark.parametrize("since", [0, 10])
def test_ending_a_role_works_at_once(direction, since):
    role = RoleFactory(starts_on=(now() - since * DAY).date())
    person = Person.objects.get(pk=role.person_id)
    assert person.is_staff

    end_role(role, by=direction)

    assert not Person.objects.get(pk=person.pk).is_staff
    assert actions(person) == ["end_role"]


def test_nobody_ends_their_own_role(direction):
    with pytest.raises(Refused):
        end_role(direction.roles.get(), by=direction)

    assert direction.roles.exists()


def test_a_role_counts_from_its_first_day_to_its_last():
    day = today()
    tomorrow, yesterday = day + DAY, day - DAY
    ended = RoleFactory(starts_on=yesterday - DAY, ends_on=yesterday).person
    last_day = RoleFactory(starts_on=yesterday, ends_on=day).person
    not_yet = RoleFactory(starts_on=tomorrow).person

    assert [p.is_staff for p in (ended, last_day, not_yet)] == [False, True, False]
