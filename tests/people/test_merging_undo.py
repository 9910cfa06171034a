"""A merge is undone for thirty days, exactly; then nothing is left of the duplicate."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from time_machine import travel

from agency.core.clock import now
from agency.core.models import JournalEntry
from agency.people import tasks
from agency.people.choices import RoleName
from agency.people.models import Affiliation, Membership, Merge, Person
from agency.people.services import erasure, merging
from agency.people.services.accounts import Refused
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    ParticipationFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationLabelFactory,
    PersonFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db

# The journal only grows; a version only rises; the merge itself is what happened.
NOT_BACK = {"core.JournalEntry", "people.Merge"}
VERSIONS = {"version"}


def everything():
    """Every column of every row of the house."""
    models = list(apps.get_models(include_auto_created=True))
    return {
        model._meta.label: sorted(map(repr, rows(model)))
        for model in models
        if not model._meta.proxy and model._meta.label not in NOT_BACK
    }


def rows(model):
    names = [f.attname for f in model._meta.concrete_fields if f.name not in VERSIONS]
    return model._base_manager.order_by("pk").values_list(*names)


def full(**fields):
    """Somebody of whom the agency knows everything, and whom nobody made an account."""
    person = PersonFactory(
        unclaimed=True,
        phone="+33612345678",
        address="3 rue des Forges",
        postal_code="21000",
        city="Dijon",
        pronouns="elle",
        **fields,
    )
    AffiliationFactory(person=person, is_primary=True)
    MembershipFactory(organisation=None, person=person, year=2026)
    ParticipationFactory(person=person)
    RoleFactory(person=person, role=RoleName.FACILITATOR)
    return person


@pytest.fixture
def two():
    kept, dropped = full(), full()
    Person.objects.filter(pk=dropped.pk).update(
        email_refused_at=now(), joined_at=now() - timedelta(days=900)
    )
    over = ActivityFactory(completed=True)
    for person in (kept, dropped):
        EnrolmentFactory(activity=over, person=person, confirmed=True)
    return kept, Person.objects.get(pk=dropped.pk)


def test_everything_is_as_it_was(two, direction):
    kept, dropped = two
    names = merging.FIELDS[Person]
    before = everything()

    merge = merging.merge(kept, dropped, take=names, by=direction)
    assert everything() != before
    merging.undo(merge, by=direction)

    after = everything()
    assert {label: after[label] for label in before} == before
    merge.refresh_from_db()
    assert (merge.undone_by, merge.changes) == (direction, [])
    said = JournalEntry.objects.about(dropped).values_list("action", flat=True)
    assert list(said) == ["come_back", "set_aside"]


def test_organisations_are_as_they_were(officer):
    kept = OrganisationFactory(siret="73282932000074", city="Dijon")
    dropped = OrganisationFactory(siret="44306184100047", phone="+33380112233")
    shared = OrganisationLabelFactory()
    kept.labels.add(shared)
    dropped.labels.add(shared, OrganisationLabelFactory())
    MembershipFactory(organisation=kept, year=2026)
    MembershipFactory(organisation=dropped, year=2026)
    AffiliationFactory(organisation=dropped)
    before = everything()

    take = merging.FIELDS[type(kept)]
    merge = merging.merge(kept, dropped, take=take, by=officer)
    assert everything() != before
    merging.undo(merge, by=officer)

    assert everything() == before


def test_what_was_added_since_stays_with_the_record_that_stayed(two, direction):
    kept, dropped = two
    merge = merging.merge(kept, dropped, by=direction)
    added = AffiliationFactory(person=kept)
    Person.objects.filter(pk=kept.pk).update(city="Nevers")

    merging.undo(merge, by=direction)

    kept.refresh_from_db()
    added.refresh_from_db()
    assert (added.person, kept.city) == (kept, "Nevers")


def test_a_value_written_since_is_kept(two, direction):
    kept, dropped = two
    Person.objects.filter(pk=dropped.pk).update(city="Nevers")
    merge = merging.merge(kept, dropped, take=["city"], by=direction)
    assert Person.objects.get(pk=kept.pk).city == "Nevers"
    Person.objects.filter(pk=kept.pk).update(city="Autun")

    merging.undo(merge, by=direction)

    assert Person.objects.get(pk=kept.pk).city == "Autun"
    assert Person.objects.get(pk=dropped.pk).city == "Nevers"


def test_sessions_added_since_go_back_with_their_enrolment(direction):
    kept, dropped = PersonFactory(unclaimed=True), PersonFactory(unclaimed=True)
    enrolment = EnrolmentFactory(person=dropped, confirmed=True)
    merge = merging.merge(kept, dropped, by=direction)
    enrolment.refresh_from_db()
    later = ParticipationFactory(
        person=kept, session__activity=enrolment.activity, enrolment=enrolment
    )

    merging.undo(merge, by=direction)

    later.refresh_from_db()
    assert later.person == dropped


# --- Refused -----------------------------------------------------------------------------
def refused(merge, by):
    before = everything()
    with pytest.raises(Refused) as error:
        merging.undo(merge, by=by)
    assert everything() == before
    return str(error.value)


@pytest.fixture
def merged(two, direction):
    return merging.merge(*two, take=["phone", "email"], by=direction)


def test_twice(merged, direction):
    merging.undo(merged, by=direction)

    assert "déjà été défaite" in refused(merged, direction)


def test_after_thirty_days(merged, direction):
    with travel(merged.at + timedelta(days=30)):
        assert "trente jours" in refused(merged, direction)


def test_when_something_that_followed_is_gone(merged, two, direction):
    kept, _dropped = two
    kept.affiliations.order_by("pk").last().delete()

    assert "rattachement" in refused(merged, direction)


def test_when_something_that_followed_went_elsewhere(merged, two, direction):
    row = two[0].affiliations.order_by("pk").last()
    Affiliation.objects.filter(pk=row.pk).update(person=PersonFactory())

    assert "à la main" in refused(merged, direction)


def test_when_the_record_was_merged_on(merged, two, direction):
    later = merging.merge(PersonFactory(unclaimed=True), two[0], by=direction)

    assert "défaites d’abord" in refused(merged, direction)
    # One after the other, the last one first.
    merging.undo(later, by=direction)
    merging.undo(merged, by=direction)
    assert not Person.objects.exclude(merged_into=None).exists()


def test_when_the_person_was_erased(direction):
    kept, dropped = PersonFactory(unclaimed=True), PersonFactory(unclaimed=True)
    merge = merging.merge(kept, dropped, by=direction)
    erasure.erase(Person.objects.get(pk=kept.pk), by=direction)

    assert "effacées" in refused(merge, direction)


def test_by_somebody_who_may_not_merge_them(merged, two, officer):
    assert "direction" in refused(merged, officer)
    assert "collègue" in refused(merged, Person.objects.get(pk=two[0].pk))


# --- After thirty days --------------------------------------------------------------------
def test_nothing_is_left_of_the_duplicate_after_thirty_days(merged, two):
    kept, dropped = two
    with travel(merged.at + timedelta(days=29)):
        tasks.close_merges()
    dropped.refresh_from_db()
    assert dropped.city == "Dijon"

    with travel(merged.at + timedelta(days=31)):
        tasks.close_merges()
        tasks.close_merges()

    dropped.refresh_from_db()
    merged.refresh_from_db()
    assert (dropped.full_name, dropped.email, dropped.city) == (
        "Fiche réunie",
        None,
        "",
    )
    assert not EmailAddress.objects.filter(user=dropped).exists()
    assert (merged.changes, bool(merged.closed_at)) == ([], True)
    assert Person.objects.get(pk=kept.pk).city == "Dijon"
    # What did not follow is still hers, under the record that is closed.
    assert Membership.objects.filter(person=dropped).exists()


def test_a_merge_that_was_undone_is_left_alone(merged, two, direction):
    merging.undo(merged, by=direction)

    with travel(merged.at + timedelta(days=31)):
        tasks.close_merges()

    assert Person.objects.get(pk=two[1].pk).city == "Dijon"
    assert Merge.objects.get().closed_at is None


def test_an_organisation_keeps_the_name_that_leads_to_the_one_that_stayed(officer):
    kept, dropped = OrganisationFactory(), OrganisationFactory(email="a@example.org")
    merge = merging.merge(kept, dropped, by=officer)

    with travel(merge.at + timedelta(days=31)):
        tasks.close_merges()

    name = dropped.name
    dropped.refresh_from_db()
    assert (dropped.name, dropped.email) == (name, "")


def test_who_is_erased_takes_the_duplicate_along_even_when_it_is_closed(merged, two):
    kept, dropped = two
    with travel(merged.at + timedelta(days=31)):
        tasks.close_merges()
        kept.roles.all().delete()
        erasure.erase(Person.objects.get(pk=kept.pk), by=kept)

    dropped.refresh_from_db()
    assert dropped.erased_at
