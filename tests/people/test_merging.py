"""Two records made one: what follows, what stays, and who is refused."""

import pytest
from allauth.account.models import EmailAddress

from agency.core.models import JournalEntry, Stale
from agency.people.choices import RoleName
from agency.people.models import Merge, Person
from agency.people.services import erasure, merging
from agency.people.services.accounts import Refused
from tests.activities.factories import (
    ParticipationFactory,
)
from tests.people.factories import (
    PASSWORD,
    AffiliationFactory,
    PersonFactory,
    RoleFactory,
)
from tests.people.merged import refused

pytestmark = pytest.mark.django_db


# --- What follows --------------------------------------------------------------------
def test_what_hangs_on_the_duplicate_follows(two, officer):
    kept, dropped = two
    post = AffiliationFactory(person=dropped)
    place = ParticipationFactory(person=dropped)

    merge = merging.merge(kept, dropped, by=officer)

    assert kept.affiliations.get() == post
    assert kept.participations.get() == place
    assert kept.enrolments.get() == place.enrolment
    dropped.refresh_from_db()
    assert dropped.merged_into == kept
    assert not dropped.is_active
    assert (merge.kept_id, merge.dropped_id, merge.by) == (kept.pk, dropped.pk, officer)


def test_the_duplicate_leaves_every_list(two, officer):
    kept, dropped = two
    merging.merge(kept, dropped, by=officer)

    assert kept in Person.objects.visible_to(officer)
    assert dropped not in Person.objects.visible_to(officer)
    assert dropped not in Person.objects.present()


def test_the_values_that_were_chosen_are_taken(two, officer):
    kept, dropped = two
    Person.objects.filter(pk=dropped.pk).update(phone="+33612345678", city="Dijon")
    address = dropped.email
    dropped.refresh_from_db()

    merging.merge(kept, dropped, take=["phone", "email"], by=officer)

    before = kept.email
    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert (str(kept.phone), kept.email, kept.city) == ("+33612345678", address, "")
    assert dropped.email == before
    assert EmailAddress.objects.get(user=kept).email == address
    assert EmailAddress.objects.get(user=dropped).email == before
    assert address in kept.folded


def test_the_journal_says_it_on_both_and_its_chains_hold(two, officer):
    from agency.core.journal import broken_links

    kept, dropped = two
    merging.merge(kept, dropped, take=["given_name"], by=officer)

    entry = JournalEntry.objects.about(kept).get(action="merge")
    assert entry.data == {"dropped": dropped.pk, "fields": ["given_name"]}
    assert JournalEntry.objects.about(dropped).get().action == "set_aside"
    assert list(broken_links()) == []


def test_a_page_left_open_on_the_record_is_out_of_date(two, officer):
    kept, dropped = two
    seen = Person.objects.get(pk=kept.pk)
    merging.merge(kept, dropped, by=officer)

    with pytest.raises(Stale):
        seen.take_version()


# --- Who is refused --------------------------------------------------------------------
def test_with_itself(two, officer):
    assert "avec elle-même" in refused(two[0], two[0], officer)


def test_in_a_circle(two, officer):
    kept, dropped = two
    merging.merge(kept, dropped, by=officer)

    with pytest.raises(Refused, match="déjà été réunie"):
        merging.merge(dropped, kept, by=officer)

    kept.refresh_from_db()
    assert kept.merged_into is None


def test_twice_in_two_tabs(two, officer):
    kept, dropped = two
    third = PersonFactory(unclaimed=True)
    merging.merge(kept, dropped, by=officer)

    for other in (kept, third):
        with pytest.raises(Refused, match="déjà été réunie"):
            merging.merge(other, dropped, by=officer)

    assert Merge.objects.count() == 1


@pytest.mark.parametrize("which", [0, 1])
def test_somebody_erased(two, officer, which):
    erasure.erase(two[which], by=officer)

    assert "effacées" in refused(*two, officer)


@pytest.mark.parametrize("which", [0, 1])
def test_somebody_with_a_role_is_merged_by_direction_alone(
    two, officer, direction, which
):
    role = RoleFactory(person=two[which], role=RoleName.FACILITATOR)
    assert "direction" in refused(*two, officer)

    merging.merge(*two, by=direction)

    assert two[0].roles.get() == role


@pytest.mark.parametrize("which", [0, 1])
def test_somebody_of_the_team_is_merged_by_direction_alone(
    two, officer, direction, which
):
    RoleFactory(person=two[which], role=RoleName.OFFICER)
    assert "direction" in refused(*two, officer)

    merging.merge(*two, by=direction)

    assert two[0].is_staff


@pytest.mark.parametrize("which", [0, 1])
def test_nobody_merges_their_own_record(two, direction, which):
    pair = list(two)
    pair[which] = direction

    assert "collègue" in refused(*pair, direction)


def test_a_technical_administrator_is_merged_with_nobody(two, superuser, direction):
    assert "technique" in refused(superuser, two[1], direction)


def test_what_was_shown_and_has_changed_is_shown_again(two, officer):
    kept, dropped = two
    seen = merging.plan(kept, dropped, by=officer).fingerprint
    AffiliationFactory(person=dropped)

    with pytest.raises(Refused, match="entre-temps"):
        merging.merge(kept, dropped, by=officer, seen=seen)

    fresh = merging.plan(kept, dropped, by=officer).fingerprint
    assert merging.merge(kept, dropped, by=officer, seen=fresh)


# --- Accounts ----------------------------------------------------------------------------
def test_an_account_is_never_handed_over(two, officer):
    owner = PersonFactory()

    assert "conservez cette fiche" in refused(two[0], owner, officer)

    merging.merge(owner, two[0], by=officer)
    owner.refresh_from_db()
    assert owner.has_usable_password()


def test_the_address_of_an_account_is_not_changed(two, officer):
    owner = PersonFactory()

    with pytest.raises(Refused, match="titulaire"):
        merging.merge(owner, two[1], take=["email"], by=officer)


def test_of_two_accounts_none_is_closed_without_its_owner(officer):
    assert "d’accord" in refused(PersonFactory(), PersonFactory(), officer)


def test_nobody_signs_in_with_the_duplicate(two, officer, client):
    kept, dropped = two
    merging.merge(kept, dropped, by=officer)
    # Even with a password, set by whatever way.
    dropped.refresh_from_db()
    dropped.set_password(PASSWORD)
    dropped.save()

    client.force_login(dropped)
    response = client.get("/mon-espace/")

    assert response.status_code == 302
    assert client.login(email=dropped.email, password=PASSWORD) is False
