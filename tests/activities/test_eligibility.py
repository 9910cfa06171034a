"""Who an activity is for: each subject holds, does not, or is not known; exceptions."""

import pytest
from django.urls import reverse

from agency.activities.choices import RuleForce, RuleSubject
from agency.activities.models import Enrolment
from agency.activities.services import eligibility, enrolments
from agency.activities.services.enrolments import Refusal, RegistrationRefused
from agency.core.clock import today
from agency.people.choices import MembershipState
from tests.activities.factories import (
    ActivityFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationLabelFactory,
    PersonFactory,
    ProfessionFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db
SEND = 'type="submit">M’inscrire'
OK, NOT_OK, UNKNOWN = (True, False), (False, False), (False, True)


def judged(rule, person):
    (verdict,) = eligibility.verdicts(rule.activity, person)
    return verdict.ok, verdict.unknown


def rule_on(subject, **fields):
    return EligibilityRuleFactory(subject=subject, **fields)


def test_profession_or_the_family_it_belongs_to():
    family = ProfessionFactory()
    rule = rule_on(RuleSubject.PROFESSION, professions=[family])
    inside = AffiliationFactory(profession=ProfessionFactory(parent=family))
    outside = AffiliationFactory(profession=ProfessionFactory())

    assert judged(rule, inside.person) == OK
    assert judged(rule, outside.person) == NOT_OK
    assert judged(rule, PersonFactory()) == UNKNOWN


def test_years_are_counted_from_the_first_in_the_profession():
    rule = rule_on(RuleSubject.YEARS, years=2)
    old = AffiliationFactory(practising_since=today().year - 3)
    AffiliationFactory(person=old.person, practising_since=today().year)
    new = AffiliationFactory(practising_since=today().year - 1)

    assert judged(rule, old.person) == OK
    assert judged(rule, new.person) == NOT_OK
    assert judged(rule, AffiliationFactory(practising_since=None).person) == UNKNOWN


def test_kind_of_organisation_by_any_affiliation():
    rule = rule_on(RuleSubject.ORGANISATION_KIND, organisation_kinds=["festival"])
    two = AffiliationFactory(organisation=OrganisationFactory(kind="company"))
    other = two.person
    assert judged(rule, other) == NOT_OK

    AffiliationFactory(person=other, organisation=OrganisationFactory(kind="festival"))

    assert judged(rule, other) == OK
    assert judged(rule, PersonFactory()) == UNKNOWN


def test_label_of_the_organisation():
    label = OrganisationLabelFactory()
    rule = rule_on(RuleSubject.ORGANISATION_LABEL, labels=[label])
    labelled, otherwise = AffiliationFactory(), AffiliationFactory()
    labelled.organisation.labels.add(label)
    otherwise.organisation.labels.add(OrganisationLabelFactory())

    assert judged(rule, labelled.person) == OK
    assert judged(rule, otherwise.person) == NOT_OK
    assert judged(rule, AffiliationFactory().person) == UNKNOWN


def test_territory_of_the_person_or_of_their_house():
    region = TerritoryFactory()
    rule = rule_on(RuleSubject.TERRITORY, territories=[region])
    inside = TerritoryFactory(parent=region)
    house = OrganisationFactory(territory=inside)

    assert judged(rule, PersonFactory(territory=inside)) == OK
    assert judged(rule, AffiliationFactory(organisation=house).person) == OK
    assert judged(rule, PersonFactory(territory=TerritoryFactory())) == NOT_OK
    assert judged(rule, PersonFactory()) == UNKNOWN


def test_membership_of_the_house_counts_for_its_people():
    rule = rule_on(RuleSubject.MEMBERSHIP)
    member, late = AffiliationFactory(), AffiliationFactory()
    now = {"year": today().year, "status": MembershipState.ACTIVE}
    MembershipFactory(organisation=member.organisation, **now)
    MembershipFactory(
        organisation=late.organisation, year=today().year - 1, status=now["status"]
    )

    assert judged(rule, member.person) == OK
    assert judged(rule, late.person) == NOT_OK
    # Whoever has no affiliation has no membership that we know: nothing to complete.
    assert judged(rule, PersonFactory()) == NOT_OK


def test_distinct_organisation_by_a_secondary_affiliation_too():
    rule = rule_on(RuleSubject.DISTINCT_ORGANISATION)
    seated = AffiliationFactory()
    EnrolmentFactory(activity=rule.activity, person=seated.person, confirmed=True)
    colleague = AffiliationFactory(is_primary=True)
    assert judged(rule, colleague.person) == OK

    AffiliationFactory(person=colleague.person, organisation=seated.organisation)

    assert judged(rule, colleague.person) == NOT_OK
    assert judged(rule, PersonFactory()) == OK


def test_not_already_in_another_group():
    other = ActivityFactory()
    rule = rule_on(RuleSubject.NOT_ALREADY_IN, other=other)
    inside = EnrolmentFactory(activity=other, confirmed=True).person
    gone = EnrolmentFactory(activity=other, withdrawn=True).person

    assert judged(rule, inside) == NOT_OK
    assert judged(rule, gone) == OK
    assert judged(rule, PersonFactory()) == OK


# --- What comes of it --------------------------------------------------------
@pytest.fixture
def barred():
    """An activity for a profession that the person does not have."""
    rule = rule_on(
        RuleSubject.PROFESSION,
        professions=[ProfessionFactory(name="Régie générale")],
        message="Le cycle de l’an prochain s’adresse à vous.",
    )
    return rule.activity


def address(activity):
    return reverse("activities:enrolment-create", args=[activity.slug])


def test_who_is_barred_reads_why_and_who_decides_and_gets_no_form(client, barred):
    client.force_login(PersonFactory())

    page = client.get(address(barred))

    assert SEND not in page.text
    assert "Régie générale" in page.text
    assert "Le cycle de l’an prochain s’adresse à vous." in page.text
    assert reverse("people:profile-edit") in page.text
    assert f"écrivez à {barred.officer.full_name}" in page.text
    assert barred.officer.email in page.text


def test_who_is_barred_is_not_registered_by_a_post_either(client, barred):
    client.force_login(PersonFactory())

    client.post(address(barred))

    assert not Enrolment.objects.exists()


def test_a_wish_bars_nobody_and_is_told_as_such(client):
    rule = rule_on(RuleSubject.MEMBERSHIP, force=RuleForce.WARNING)
    client.force_login(PersonFactory())

    page = client.get(address(rule.activity))

    assert "Souhaité, sans être exigé" in page.text
    assert SEND in page.text


def test_what_is_fulfilled_is_told_before_the_form(client):
    post = AffiliationFactory(profession=ProfessionFactory())
    rule = rule_on(RuleSubject.PROFESSION, professions=[post.profession])
    client.force_login(post.person)

    text = client.get(address(rule.activity)).text

    assert text.index("Condition remplie") < text.index(SEND)


def test_override_needs_reason(barred):
    """Reference c7, 10."""
    person, officer = PersonFactory(), barred.officer

    with pytest.raises(RegistrationRefused) as refused:
        enrolments.register(barred, person=person, by=officer, exception="  ")
    assert refused.value.refusal == Refusal.NO_REASON

    reason = "Vingt ans de régie sans le titre."
    one = enrolments.register(barred, person=person, by=officer, exception=reason)
    assert one.exception == reason


def test_nobody_excuses_themselves_from_a_rule(barred):
    person = PersonFactory()

    with pytest.raises(RegistrationRefused) as refused:
        enrolments.register(barred, person=person, by=person, exception="J’y tiens.")

    assert refused.value.refusal == Refusal.NOT_ELIGIBLE


def test_the_desk_asks_the_reason_and_says_which_rule(client, officer, barred):
    client.sign_in(officer)
    person, url = PersonFactory(), "/gestion/activities/enrolment/inscrire/"
    sent = {"activity": barred.pk, "person": person.pk}
    assert 'name="exception"' not in client.get(url).text

    page = client.post(url, sent)

    assert 'name="exception"' in page.text
    assert "Régie générale" in page.text
    assert not Enrolment.objects.exists()

    client.post(url, sent | {"exception": "Vingt ans de régie sans le titre."})
    assert Enrolment.objects.get().exception == "Vingt ans de régie sans le titre."


@pytest.mark.parametrize("count", [1, 3])
def test_verdicts_ask_a_constant_number_of_questions(
    count, django_assert_max_num_queries
):
    activity = ActivityFactory()
    for _one in range(count):
        EligibilityRuleFactory(activity=activity, professions=[ProfessionFactory()])
    person = AffiliationFactory().person

    # rules, their professions, labels, territories; posts and labels of the person
    with django_assert_max_num_queries(6):
        eligibility.verdicts(activity, person)
