"""Two records of one person, or of one company, and their applications."""

from datetime import timedelta

import pytest

from agency.people.services import merging
from grants.services import interests, reviews
from tests.grants.commission import free, in_review, presented, tied
from tests.grants.factories import (
    ApplicationEditorFactory,
    ApplicationFactory,
    ExtensionFactory,
    ShowFactory,
)
from tests.people.factories import OrganisationFactory, PersonFactory
from tests.people.merged import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return PersonFactory(unclaimed=True), PersonFactory(unclaimed=True)


def test_two_writing_in_one_application_keep_the_one_in_charge(two, officer):
    kept, dropped = two
    application = ApplicationFactory(owner=dropped, title="Bretagne en avril")
    ApplicationEditorFactory(application=application, person=kept)

    said = refused(kept, dropped, officer)

    assert "gardez plutôt cette fiche" in said
    # A draft is its authors' alone: whoever compares reads no title.
    assert "Bretagne" not in said
    merging.merge(dropped, kept, by=officer)
    assert application.editors.get(role="owner").person == dropped


def test_an_application_that_is_over_blocks_nobody(two, officer):
    kept, dropped = two
    application = ApplicationFactory(owner=dropped, withdrawn=True)
    ApplicationEditorFactory(application=application, person=kept)

    merging.merge(kept, dropped, by=officer)

    assert application.editors.count() == 2


def test_a_company_s_applications_and_shows_follow_it(officer):
    kept, dropped = OrganisationFactory(), OrganisationFactory()
    show = ShowFactory(organisation=dropped)
    application = ApplicationFactory(organisation=dropped, show=show, sent=True)

    merging.merge(kept, dropped, by=officer)

    application.refresh_from_db()
    show.refresh_from_db()
    assert (application.organisation, show.organisation) == (kept, kept)


def test_of_two_extensions_none_that_is_longer_is_lost(officer):
    kept, dropped = OrganisationFactory(), OrganisationFactory()
    one = ExtensionFactory(organisation=kept)
    longer = ExtensionFactory(
        sitting=one.sitting, organisation=dropped, until=one.until + timedelta(days=1)
    )

    assert "report de la même date limite" in refused(kept, dropped, officer)

    longer.until = one.until
    longer.save()
    merging.merge(kept, dropped, by=officer)
    longer.refresh_from_db()
    assert longer.organisation == dropped


# --- Members of a commission ------------------------------------------------------
@pytest.fixture
def presented_to_both(two):
    sitting = in_review()
    return presented(sitting)


def test_a_recusal_is_never_lost_by_merging(two, officer, presented_to_both):
    kept, dropped = two
    one = tied(presented_to_both, kept)
    interests.lift(one, by=officer, reason="Aucun lien.")
    tied(presented_to_both, dropped)

    assert "se déporte" in refused(kept, dropped, officer)

    merging.merge(dropped, kept, by=officer)
    assert presented_to_both.recusals.get(person=dropped).state == "in_force"


def test_an_interest_is_never_lost_by_merging(two, officer, presented_to_both):
    kept, dropped = two
    free(presented_to_both, kept)
    presented_to_both.interest_answers.create(person=dropped, nature="family")

    assert "a déclaré un lien" in refused(kept, dropped, officer)


def test_nobody_has_two_reviews_of_one_file_by_merging(two, officer, presented_to_both):
    for person in two:
        reviews.begin(presented_to_both, person)

    assert "le secrétariat" in refused(*two, officer)
