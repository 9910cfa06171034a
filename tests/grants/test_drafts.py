"""To begin an application for aid, and what becomes of its draft."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import today
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from grants.models import Application
from grants.services import drafts
from grants.services.standing import standing
from grants.states import ApplicationState
from tests.grants.factories import (
    BEGUN,
    IBAN,
    LICENCE,
    SIRET,
    ApplicationEditorFactory,
    ApplicationFactory,
    EligibilityRuleFactory,
    ExpenseLineFactory,
    ExtensionFactory,
    IncomeLineFactory,
    LegFactory,
    PartyMemberFactory,
    PerformanceFactory,
    RulesFactory,
    SchemeFactory,
    SittingFactory,
    ZoneFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def scheme():
    return RulesFactory(full=True).scheme


@pytest.fixture
def house():
    return OrganisationFactory(siret=SIRET, licence=LICENCE)


@pytest.fixture
def writer(person, house):
    AffiliationFactory(person=person, organisation=house)
    return person


def start_url(scheme):
    return reverse("grants:application-start", args=[scheme.slug])


def said(response):
    return response.content.decode()


def begun(client, scheme, house, title="Tournée de printemps"):
    data = {"organisation": house.pk, "title": title}
    return client.post(start_url(scheme), data)


def test_start_opens_a_draft_with_what_is_known_of_the_organisation(
    client, writer, scheme, house
):
    sitting = SittingFactory(schemes=[scheme])
    client.force_login(writer)

    response = begun(client, scheme, house)

    application = Application.objects.get()
    assert response["Location"] == application.get_absolute_url()
    assert application.state == S.DRAFT
    assert application.rules == scheme.rules_on()
    assert application.sitting == sitting
    assert (application.siret, application.licence) == (SIRET, LICENCE)
    assert application.account_holder == house.name
    editor = application.editors.get()
    assert (editor.person, editor.role, editor.may_submit) == (writer, "owner", True)
    assert JournalEntry.objects.about(application).get().action == "add"


def test_start_twice_gives_the_same_draft_back(client, writer, scheme, house):
    client.force_login(writer)

    first = begun(client, scheme, house)
    second = begun(client, scheme, house, title="Autre nom")

    assert first["Location"] == second["Location"]
    assert Application.objects.get().title == "Tournée de printemps"
    page = said(client.get(start_url(scheme)))
    assert first["Location"] in page


def test_start_offers_only_the_organisations_one_works_for_today(
    client, writer, scheme, house
):
    yesterday = today() - timedelta(days=1)
    gone = AffiliationFactory(person=writer, starts_on=BEGUN, ends_on=yesterday)
    other = OrganisationFactory()
    client.force_login(writer)

    page = said(client.get(start_url(scheme)))

    assert house.name in page
    assert gone.organisation.name not in page
    assert other.name not in page
    assert begun(client, scheme, other).status_code == 200
    assert not Application.objects.exists()


def test_start_service_refuses_an_organisation_one_has_left(person, scheme, house):
    with pytest.raises(MoveBlocked):
        drafts.start(scheme, organisation=house, title="Non", by=person)

    assert not Application.objects.exists()


def test_start_says_what_is_asked_before_it_begins(client, writer, scheme):
    EligibilityRuleFactory(rules=scheme.rules_on(), message="Le siège est en région.")
    client.force_login(writer)

    page = said(client.get(start_url(scheme)))

    assert "Le siège est en région." in page
    assert "Attestation Urssaf" in page


def test_start_without_an_affiliation_says_where_to_add_one(client, person, scheme):
    client.force_login(person)

    page = said(client.get(start_url(scheme)))

    assert reverse("people:affiliation-create") in page


@pytest.mark.parametrize("applies", [True, False])
def test_start_refuses_a_scheme_that_takes_none(client, writer, house, applies):
    scheme = SchemeFactory(takes_applications=applies)
    RulesFactory(scheme=scheme, valid_from=today() + timedelta(days=applies))
    client.force_login(writer)

    response = begun(client, scheme, house)

    assert response.status_code == 200
    assert not Application.objects.exists()


def test_start_takes_the_bank_over_from_ones_own_last_application_alone(
    writer, scheme, house
):
    ApplicationFactory(organisation=house, iban=IBAN)
    application, _new = drafts.start(scheme, organisation=house, title="A", by=writer)
    assert application.iban == ""

    application.iban = IBAN
    application.save()
    other = RulesFactory().scheme
    again, _new = drafts.start(other, organisation=house, title="B", by=writer)

    assert again.iban == IBAN


def test_sittings_are_those_open_or_kept_open_for_the_organisation(scheme, house):
    SittingFactory(schemes=[scheme], to_come=True)
    SittingFactory(schemes=[scheme], closed=True)
    open_one = SittingFactory(schemes=[scheme])
    kept = ExtensionFactory(organisation=house)
    kept.sitting.schemes.set([scheme])

    assert list(drafts.sittings(scheme, house)) == [kept.sitting, open_one]
    assert list(drafts.sittings(scheme, OrganisationFactory())) == [open_one]


# --- Newer rules ------------------------------------------------------------------
def test_rules_published_meanwhile_are_told_and_taken_over(client, person):
    rules = RulesFactory(full=True, cap_per_application=5000)
    application = ApplicationFactory(rules=rules, owner=person)
    newer = RulesFactory(
        scheme=rules.scheme, valid_from=today(), cap_per_application=4000
    )
    ZoneFactory(rules=newer, code="europe", rate=75)
    client.force_login(person)

    page = said(client.get(application.get_absolute_url()))
    assert "5\u202f000" in page
    assert "4\u202f000" in page
    assert "75\u202f%" in page

    client.post(reverse("grants:application-renew", args=[application.uuid]))

    application.refresh_from_db()
    assert application.rules == newer
    assert JournalEntry.objects.about(application).first().action == "renew"
    again = said(client.get(application.get_absolute_url()))
    assert "Suivre le nouveau règlement" not in again


def test_rules_of_a_sent_application_stay_its_own():
    application = ApplicationFactory(sent=True)
    RulesFactory(scheme=application.scheme, valid_from=today())

    assert drafts.newer_rules(application) is None
    with pytest.raises(MoveBlocked):
        drafts.renew(application, by=None)


# --- Thrown away --------------------------------------------------------------------
def test_discard_asks_then_deletes_the_draft_with_its_rows(client, person):
    application = ApplicationFactory(owner=person, tour=True)
    url = reverse("grants:application-discard", args=[application.uuid])
    client.force_login(person)

    assert application.title in said(client.get(url))
    assert Application.objects.exists()
    client.post(url)

    assert not Application.objects.exists()


def test_discard_leaves_what_was_sent(client, person):
    application = ApplicationFactory(owner=person, sent=True)
    url = reverse("grants:application-discard", args=[application.uuid])
    client.force_login(person)

    assert client.post(url).status_code == 404
    with pytest.raises(MoveBlocked):
        drafts.discard(application, by=person)
    assert Application.objects.exists()


# --- Its page -----------------------------------------------------------------------
def test_page_says_what_is_missing_and_until_when(client, person):
    sitting = SittingFactory()
    application = ApplicationFactory(owner=person, sitting=sitting, requested=None)
    client.force_login(person)

    page = said(client.get(application.get_absolute_url()))

    assert standing(application) in page
    assert "Il reste à donner" in page
    assert "aucune représentation" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_queries_however_many_rows(
    client, person, rows, django_assert_num_queries
):
    application = ApplicationFactory(owner=person, sitting=SittingFactory())
    for _n in range(rows):
        PerformanceFactory(application=application)
        LegFactory(application=application)
        PartyMemberFactory(application=application)
        ExpenseLineFactory(application=application)
        IncomeLineFactory(application=application)
        ApplicationEditorFactory(application=application)
    client.force_login(person)
    client.get(application.get_absolute_url())

    with django_assert_num_queries(13):
        client.get(application.get_absolute_url())


def test_page_hides_the_bank_from_the_team(client, officer):
    application = ApplicationFactory(sent=True)
    client.sign_in(officer)

    page = said(client.get(application.get_absolute_url()))

    assert application.title in page
    assert IBAN not in page.replace(" ", "")


def test_draft_is_hidden_from_strangers_and_the_team(client, person, officer):
    application = ApplicationFactory()

    for reader in (person, officer):
        client.sign_in(reader)
        assert client.get(application.get_absolute_url()).status_code == 404
