"""Two records made one: what is in the way, sealed rooms, organisations, erasure."""

import pytest

from agency.activities.models import Enrolment
from agency.people.choices import MembershipState, RoleName
from agency.people.models import Merge, Organisation, Person
from agency.people.services import erasure, merging
from agency.people.services.directory import find_organisation
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationLabelFactory,
    PersonFactory,
    RoleFactory,
)
from tests.people.merged import refused

pytestmark = pytest.mark.django_db


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
