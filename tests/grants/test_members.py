"""Who sits in a commission: appointed, enrolled, in office until the last day."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agency.activities.models import Enrolment
from agency.core.clock import today
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from grants.models import Member
from grants.models.reading import presented_to, sittings_of
from grants.services import members
from tests.grants.commission import (
    DAY,
    CollegeFactory,
    MemberFactory,
    free,
    in_review,
    presented,
)
from tests.grants.factories import CommissionFactory
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


def test_who_is_appointed_is_enrolled_and_so_convened(officer):
    commission, person = CommissionFactory(), PersonFactory()
    college = CollegeFactory()

    member = members.appoint(
        commission, person, by=officer, college=college, capacity="titular"
    )

    enrolment = Enrolment.objects.get(activity=commission, person=person)
    assert (member.enrolment, enrolment.state) == (enrolment, "confirmed")
    assert list(members.in_office(commission.pk)) == [member]
    entry = JournalEntry.objects.about(commission).get(action="seat_member")
    assert entry.data["person"] == person.pk


def test_nobody_has_two_seats(officer):
    commission, person = CommissionFactory(), PersonFactory()
    members.appoint(commission, person, by=officer)

    with pytest.raises(MoveBlocked):
        members.appoint(commission, person, by=officer)

    assert Member.objects.count() == 1


def test_one_chair_at_a_time(officer):
    commission = CommissionFactory()
    ends = today() + 30 * DAY
    members.appoint(
        commission, PersonFactory(), by=officer, office="chair", ends_on=ends
    )

    with pytest.raises(MoveBlocked):
        members.appoint(commission, PersonFactory(), by=officer, office="chair")

    later = {"office": "chair", "starts_on": ends + DAY}
    members.appoint(commission, PersonFactory(), by=officer, **later)
    assert Member.objects.filter(office="chair").count() == 2


def test_an_alternate_stands_for_a_full_member_of_the_same_commission(officer):
    commission, other = CommissionFactory.create_batch(2)
    titular = members.appoint(commission, PersonFactory(), by=officer)
    stranger = members.appoint(other, PersonFactory(), by=officer)
    given = {"capacity": "alternate"}

    for wrong in (stranger,):
        with pytest.raises(MoveBlocked):
            members.appoint(
                commission, PersonFactory(), by=officer, alternate_of=wrong, **given
            )
    alternate = members.appoint(
        commission, PersonFactory(), by=officer, alternate_of=titular, **given
    )
    assert alternate.votes
    with pytest.raises(MoveBlocked):
        members.appoint(
            commission, PersonFactory(), by=officer, alternate_of=alternate, **given
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"office": "chair", "capacity": "consultative"},
        {"ends_on": today() - timedelta(days=400)},
    ],
)
def test_the_database_refuses_an_office_without_a_voice_and_a_mandate_backwards(wrong):
    sitting = in_review()

    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(sitting=sitting, **wrong)


def test_a_mandate_that_ends_on_the_day_still_counts_that_day():
    sitting = in_review()
    one = presented(sitting)
    ends_today = MemberFactory(sitting=sitting, ends_on=today())
    ended = MemberFactory(sitting=sitting, ends_on=today() - DAY)
    not_yet = MemberFactory(sitting=sitting, starts_on=today() + DAY)
    free(one, *(member.person for member in (ends_today, ended, not_yet)))

    assert list(presented_to(ends_today.person)) == [one]
    for member in (ended, not_yet):
        assert not presented_to(member.person).exists()
        assert not sittings_of(member.person).exists()
        assert not member.is_in_office(today())


def test_ties_are_looked_for_when_somebody_is_appointed(officer):
    sitting = in_review()
    one = presented(sitting)
    person = PersonFactory()
    AffiliationFactory(person=person, organisation=one.organisation)

    members.appoint(sitting.session.activity, person, by=officer)

    assert one.recusals.get().person == person


def test_the_seat_of_a_mandate_that_ended_is_free_the_day_after(officer):
    commission = CommissionFactory()
    last_day, over, on = (PersonFactory() for _n in range(3))
    for person, ends in ((last_day, today()), (over, today() + DAY), (on, None)):
        members.appoint(commission, person, by=officer, ends_on=ends)
    Member.objects.filter(enrolment__person=over).update(
        starts_on=today() - 9 * DAY, ends_on=today() - DAY
    )

    assert members.retire() == 1
    assert members.retire() == 0

    confirmed = Enrolment.objects.confirmed().filter(activity=commission)
    assert {one.person for one in confirmed} == {last_day, on}
    # What it was stays, and they may be appointed again.
    assert Member.objects.filter(enrolment__person=over).exists()
    members.appoint(commission, over, by=officer)
    assert confirmed.filter(person=over).exists()
