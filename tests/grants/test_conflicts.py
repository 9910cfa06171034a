"""What ties a member to a file is found without their saying so, and shuts it."""

from datetime import timedelta

import pytest

from agency.core.clock import today
from grants.models import Recusal
from grants.models.reading import presented_to
from grants.services import conflicts, instruction
from grants.services.conflicts import months_before
from tests.grants.commission import MemberFactory, free, in_review, presented
from tests.grants.desk import reported
from tests.grants.factories import (
    ApplicationEditorFactory,
    ApplicationFactory,
    IncomeLineFactory,
    PerformanceFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db
IBAN = "FR7630006000011234567890189"


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def person(sitting):
    one = PersonFactory(email="lea@theatre-du-port.example")
    MemberFactory(sitting=sitting, person=one)
    return one


@pytest.fixture
def house(person):
    one = OrganisationFactory(name="Théâtre du Port")
    AffiliationFactory(
        person=person, organisation=one, starts_on=today() - timedelta(days=2000)
    )
    return one


@pytest.fixture
def application(sitting):
    return presented(sitting, iban="", siret="")


def works_there(application, house):
    type(application).objects.filter(pk=application.pk).update(organisation=house)


def same_number(application, house):
    type(house).objects.filter(pk=house.pk).update(siret="73282932000074")
    type(application).objects.filter(pk=application.pk).update(siret="73282932000074")


def same_account(application, house):
    ApplicationFactory(sent=True, organisation=house, iban=IBAN)
    type(application).objects.filter(pk=application.pk).update(iban=IBAN)


def hosts(application, house):
    PerformanceFactory(application=application, venue="THEATRE du port")


def pays(application, house):
    IncomeLineFactory(application=application, funder="Théâtre du Port")


def mail(application, house):
    ApplicationEditorFactory(
        application=application, person__email="sam@theatre-du-port.example"
    )


@pytest.mark.parametrize(
    ("tie", "nature"),
    [
        (works_there, "employment"),
        (same_number, "employment"),
        (same_account, "funding"),
        (hosts, "funding"),
        (pays, "funding"),
        (mail, "employment"),
    ],
)
def test_each_tie_is_found_and_shuts_the_file(
    sitting, application, person, house, tie, nature
):
    free(application, person)
    assert not conflicts.notice(sitting)
    tie(application, house)

    (found,) = conflicts.notice(sitting)

    assert (found.person, found.nature, found.state) == (person, nature, "suspected")
    assert found.facts
    assert not presented_to(person).exists()


def test_authors_of_the_show_and_of_the_application(sitting, application, person):
    show = application.show
    show.authors = f"Texte : {person.full_name.upper()}"
    show.save()
    own = presented(sitting, owner=person)

    natures = {one.application_id: one.nature for one in conflicts.notice(sitting)}

    assert natures == {application.pk: "collaboration", own.pk: "collaboration"}


def test_a_name_inside_another_is_not_that_author(sitting, application):
    MemberFactory(sitting=sitting, person__given_name="Ann", person__family_name="Lee")
    application.show.authors = "Texte : Joann Leeson"
    application.show.save()

    assert not conflicts.notice(sitting)


def test_a_public_mailbox_ties_nobody(sitting, application):
    member = MemberFactory(sitting=sitting, person__email="a.b@gmail.com")
    ApplicationEditorFactory(application=application, person__email="c.d@gmail.com")
    free(application, member.person)

    assert not conflicts.notice(sitting)
    assert presented_to(member.person).exists()


def test_a_domain_of_many_houses_ties_nobody(sitting, application):
    MemberFactory(sitting=sitting, person__email="a@partout.example")
    for number in range(3):
        AffiliationFactory(person=PersonFactory(email=f"p{number}@partout.example"))
    ApplicationEditorFactory(application=application, person__email="b@partout.example")

    assert not conflicts.notice(sitting)


@pytest.mark.parametrize(("months", "counts"), [(35, True), (37, False)])
def test_a_former_house_counts_for_three_years(sitting, application, months, counts):
    member = MemberFactory(sitting=sitting)
    AffiliationFactory(
        person=member.person,
        organisation=application.organisation,
        starts_on=today() - timedelta(days=3000),
        ends_on=months_before(today(), months),
    )

    found = conflicts.notice(sitting)

    assert bool(found) is counts
    if counts:
        assert "jusqu’en" in found[0].facts


def test_how_far_back_is_for_each_sitting_to_say(sitting, application):
    member = MemberFactory(sitting=sitting)
    AffiliationFactory(
        person=member.person,
        organisation=application.organisation,
        starts_on=today() - timedelta(days=3000),
        ends_on=months_before(today(), 20),
    )
    sitting.look_back = 12

    assert not conflicts.notice(sitting)


def test_all_affiliations_are_looked_at_and_no_file_of_another_sitting(sitting, person):
    houses = OrganisationFactory.create_batch(3)
    for one in houses:
        AffiliationFactory(person=person, organisation=one)
    here = [presented(sitting, organisation=one) for one in houses[:2]]
    presented(in_review(), organisation=houses[2])

    found = conflicts.notice(sitting)

    assert {one.application_id for one in found} == {one.pk for one in here}


def test_looked_for_again_nothing_decided_changes(sitting, application, person, house):
    works_there(application, house)
    conflicts.notice(sitting)
    Recusal.objects.update(state="rejected", decided_at="2026-01-01T00:00Z")

    assert not conflicts.notice(sitting)
    assert Recusal.objects.get().state == "rejected"


def test_whoever_joins_a_house_since_is_found_by_the_job(sitting, application):
    member = MemberFactory(sitting=sitting)
    assert conflicts.notice_all() == 0
    AffiliationFactory(person=member.person, organisation=application.organisation)

    assert conflicts.notice_all() == 1
    assert conflicts.notice_all() == 0


def test_put_on_the_agenda_it_is_looked_at(person, house, sitting):
    one = reported(organisation=house, sitting=sitting)
    instruction.finish(one, by=one.rapporteur)

    instruction.schedule(one, by=one.rapporteur)

    assert one.recusals.get().person == person


def test_as_many_queries_for_many_files(sitting, django_assert_max_num_queries):
    for _n in range(6):
        MemberFactory(sitting=sitting)
        presented(sitting)

    with django_assert_max_num_queries(10):
        conflicts.notice(sitting)


def test_months_before_a_day_that_the_month_has_not():
    day = today().replace(month=3, day=31)
    assert months_before(day, 1) == day.replace(month=3, day=1)
    assert months_before(day, 36) == day.replace(year=day.year - 3)
    assert months_before(day.replace(month=1, day=2), 1).month == 12
