"""Two records made one: what follows, what stays, and who is refused."""

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from agency.activities.models import Enrolment
from agency.core.models import JournalEntry, Stale
from agency.people.choices import MembershipState, RoleName
from agency.people.models import Merge, Organisation, Person
from agency.people.services import erasure, merging
from agency.people.services.accounts import Refused
from agency.people.services.directory import find_organisation
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
)
from tests.people.factories import (
    PASSWORD,
    AffiliationFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationLabelFactory,
    PersonFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """The record that stays, and its duplicate; nobody has opened an account."""
    kept = PersonFactory(unclaimed=True, given_name="Inès", family_name="Maréchal")
    dropped = PersonFactory(unclaimed=True, given_name="Ines", family_name="Marechal")
    return kept, dropped


def refused(kept, dropped, by):
    with pytest.raises(Refused) as error, transaction.atomic():
        merging.merge(kept, dropped, by=by)
    assert not Merge.objects.filter(undone_at=None, dropped_id=dropped.pk).exists()
    return str(error.value)


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


# --- What is in the way --------------------------------------------------------------------
def test_two_running_enrolments_are_settled_first(two, officer):
    kept, dropped = two
    activity = ActivityFactory(title="Jouer dehors")
    for person in two:
        EnrolmentFactory(activity=activity, person=person, confirmed=True)

    assert "Jouer dehors" in refused(kept, dropped, officer)


def test_two_enrolments_of_what_is_over_stay_apart(two, officer):
    kept, dropped = two
    activity = ActivityFactory(title="Jouer dehors", completed=True)
    for person in two:
        EnrolmentFactory(activity=activity, person=person, confirmed=True)
    lone = ParticipationFactory(
        person=dropped,
        session__activity=activity,
        enrolment=dropped.enrolments.get(),
    )
    plan = merging.plan(kept, dropped, by=officer)
    assert any("Jouer dehors" in note for note in plan.notes)

    merging.merge(kept, dropped, by=officer)

    assert dropped.enrolments.get().activity == activity
    # What hangs on an enrolment that stays does not go without it.
    lone.refresh_from_db()
    assert lone.person == dropped


def test_an_ended_enrolment_is_in_nobodys_way(two, officer):
    kept, dropped = two
    activity = ActivityFactory()
    EnrolmentFactory(activity=activity, person=kept, confirmed=True)
    EnrolmentFactory(activity=activity, person=dropped, withdrawn=True)

    merging.merge(kept, dropped, by=officer)

    assert Enrolment.objects.filter(person=kept).count() == 2


def test_who_is_expected_is_not_lost_behind_who_no_longer_is(two, officer):
    kept, dropped = two
    place = ParticipationFactory(person=dropped)
    ParticipationFactory(
        person=kept,
        session=place.session,
        state="cancelled",
        enrolment=EnrolmentFactory(
            person=kept, activity=place.session.activity, withdrawn=True
        ),
    )

    assert "attendue" in refused(kept, dropped, officer)
    # The other way round nothing is lost.
    merging.merge(dropped, kept, by=officer)
    assert dropped.participations.get() == place


def test_two_main_affiliations_become_one(two, officer):
    for person in two:
        AffiliationFactory(person=person, is_primary=True)

    merging.merge(*two, by=officer)

    assert two[0].affiliations.count() == 2
    assert two[0].affiliations.filter(is_primary=True).count() == 1


def test_two_memberships_of_a_year_do_not_count_twice(two, officer):
    from agency.people.models import Membership

    for person in two:
        MembershipFactory(organisation=None, person=person, year=2026)

    merging.merge(*two, by=officer)

    assert [one.person for one in Membership.objects.visible_to(officer)] == [two[0]]


def test_a_membership_that_is_up_to_date_is_not_lost(two, officer):
    pending = MembershipState.PENDING
    MembershipFactory(organisation=None, person=two[0], year=2026, status=pending)
    MembershipFactory(organisation=None, person=two[1], year=2026)

    assert "2026" in refused(*two, officer)


# --- Sealed rooms ----------------------------------------------------------------------------
@pytest.mark.parametrize("traits", [{"confirmed": True}, {"waitlisted": True}])
def test_a_merge_lets_nobody_into_a_sealed_room(two, officer, traits):
    cycle = PracticeCycleFactory(title="Cycle scellé")
    EnrolmentFactory(activity=cycle, person=two[1], **traits)

    said = refused(*two, officer)

    assert "est dans un espace scellé où la fiche qui reste n’est pas" in said
    assert cycle.title not in said


def test_nor_as_the_one_who_leads_it_even_when_it_is_over(two, officer):
    cycle = PracticeCycleFactory(title="Cycle scellé", completed=True)
    FacilitatorFactory(activity=cycle, person=two[1])

    assert "est dans un espace scellé où la fiche qui reste n’est pas" in refused(
        *two, officer
    )


def test_who_is_inside_already_may_stay(two, officer):
    cycle = PracticeCycleFactory(completed=True)
    for person in two:
        EnrolmentFactory(activity=cycle, person=person, confirmed=True)

    merging.merge(*two, by=officer)

    assert Enrolment.objects.filter(person=two[0]).count() == 1


def test_a_role_of_the_team_follows_nobody_into_a_sealed_room(two, direction):
    EnrolmentFactory(activity=PracticeCycleFactory(), person=two[0], confirmed=True)
    RoleFactory(person=two[1], role=RoleName.OFFICER)

    assert "scellé" in refused(*two, direction)


# --- Organisations -----------------------------------------------------------------------------
def test_organisations_are_merged_with_who_works_there(officer):
    kept = OrganisationFactory(name="Théâtre des Feuillants", siret="73282932000074")
    dropped = OrganisationFactory(name="Le théâtre des Feuillants", siret="")
    label, other = OrganisationLabelFactory.create_batch(2)
    kept.labels.add(label)
    dropped.labels.add(label, other)
    post = AffiliationFactory(organisation=dropped)

    merging.merge(kept, dropped, take=["name"], by=officer)

    kept.refresh_from_db()
    assert kept.name == "Le théâtre des Feuillants"
    assert set(kept.labels.all()) == {label, other}
    assert kept.affiliations.get() == post
    assert dropped not in Organisation.objects.visible_to(officer)


def test_two_siret_numbers_change_places(officer):
    kept = OrganisationFactory(siret="73282932000074")
    dropped = OrganisationFactory(siret="44306184100047")

    merging.merge(kept, dropped, take=["siret"], by=officer)

    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert (kept.siret, dropped.siret) == ("44306184100047", "73282932000074")


def test_a_name_that_was_merged_still_leads_to_the_one_that_stayed(officer):
    kept, dropped = OrganisationFactory(), OrganisationFactory(name="Cie du Fil")
    merging.merge(kept, dropped, by=officer)

    assert find_organisation("cie du fil") == kept


# --- Erasure --------------------------------------------------------------------------------------
def test_who_is_erased_takes_the_duplicates_along(two, officer):
    kept, dropped = two
    first = PersonFactory(unclaimed=True, family_name="Zibeline")
    merging.merge(dropped, first, by=officer)
    merging.merge(kept, dropped, take=["family_name"], by=officer)

    erasure.erase(Person.objects.get(pk=kept.pk), by=kept)

    for person in Person.objects.filter(pk__in=[kept.pk, dropped.pk, first.pk]):
        assert person.erased_at
        assert person.email is None
    assert not Person.objects.filter(folded__contains="zibeline").exists()
    assert all(merge.changes == [] for merge in Merge.objects.all())
