"""The board of a composition: who may read it, what it says, one press at a time."""

import pytest

from agency.activities.choices import DifficultyKind, RuleForce, Selection
from agency.activities.models import Application, Difficulty
from agency.core.clock import now
from tests.activities.boards import MARKER, candidate, press, row_of, selection, url
from tests.activities.factories import (
    ActivityFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
    SeasonFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(officer):
    return PracticeCycleFactory(
        registration_mode="application", officer=officer, max_per_organisation=1
    )


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def alerts(activity, enrolment):
    return [one.text for one in row_of(activity, enrolment).alerts]


# --- Who reads it ------------------------------------------------------------------
@pytest.mark.parametrize("role", ["officer", "secretary", "direction"])
def test_only_the_officer_in_charge_reads_what_was_written_to_them(client, cycle, role):
    candidate(cycle)
    client.sign_in(PersonFactory(**{role: True}))

    for page in ("", "appliquer/"):
        answer = client.get(url(cycle, page))

        assert answer.status_code == 403
        assert MARKER not in answer.text
        assert f"ont été écrites à {cycle.officer.full_name}" in answer.text


def test_a_colleague_can_press_nothing(client, cycle):
    enrolment = candidate(cycle)
    client.sign_in(PersonFactory(direction=True))

    assert press(client, enrolment, "select").status_code == 403
    assert selection(enrolment) == Selection.OPEN


def test_the_board_goes_with_the_charge(client, cycle):
    candidate(cycle)
    cycle.officer = PersonFactory(officer=True)
    cycle.save()

    assert MARKER in client.sign_in(cycle.officer).get(url(cycle)).text


def test_an_activity_that_nobody_reviews_has_no_board(desk, officer):
    activity = ActivityFactory(officer=officer, registration_mode="open")

    assert desk.get(url(activity)).status_code == 404


def test_an_empty_board_says_what_will_be_there(desk, cycle):
    page = desk.get(url(cycle)).text

    assert "Aucune demande n’attend de décision." in page


def test_the_page_of_the_activity_leads_to_the_board(desk, cycle):
    candidate(cycle)
    page = desk.get(f"/gestion/programmes/practicecycle/{cycle.pk}/change/").text

    assert f'href="{url(cycle)}"' in page


# --- What it says ------------------------------------------------------------------
def test_a_row_says_who_from_where_and_why(desk, cycle):
    territory = TerritoryFactory(name="Nièvre")
    house = OrganisationFactory(name="Le Grand Plateau", territory=territory)
    enrolment = candidate(cycle, house)
    post = enrolment.affiliation
    post.profession = ProfessionFactory(name="Production")
    post.practising_since = now().year - 7
    post.save()
    second = OrganisationFactory(name="Bureau Nomade", kind="production_office")
    AffiliationFactory(person=post.person, organisation=second)
    Application.objects.update(topic="funding")

    page = desk.get(url(cycle)).text

    for words in ("Le Grand Plateau", "Bureau Nomade", "Production", "Nièvre"):
        assert words in page
    assert "7 ans" in page
    assert str(dict(cycle.kind_info.topics)["funding"]) in page
    assert MARKER in page


def test_colleagues_are_told_by_every_affiliation(cycle):
    """Reference c7, 9: a secondary affiliation counts."""
    house = OrganisationFactory(name="Le Grand Plateau")
    one, other = candidate(cycle, house), candidate(cycle)
    AffiliationFactory(person=other.person, organisation=house)
    alone = candidate(cycle)

    assert any("Le Grand Plateau" in text for text in alerts(cycle, one))
    assert any(one.person.full_name in text for text in alerts(cycle, other))
    assert alerts(cycle, alone) == []


def test_a_colleague_with_a_seat_stands_against_a_second_one(cycle):
    house = OrganisationFactory()
    enrolment = candidate(cycle, house)
    post = AffiliationFactory(organisation=house)
    EnrolmentFactory(activity=cycle, person=post.person, confirmed=True)

    (alert,) = row_of(cycle, enrolment).alerts

    assert alert.grave
    assert "confirmé" in alert.text


def test_rules_that_do_not_hold_and_their_exceptions_are_told(cycle):
    wanted = ProfessionFactory(name="Diffusion")
    EligibilityRuleFactory(activity=cycle, professions=[wanted])
    EligibilityRuleFactory(
        activity=cycle, subject="years", years=3, force=RuleForce.WARNING
    )
    outside = candidate(cycle)
    excepted = candidate(cycle, exception="Change de métier en janvier.")

    strict, lenient = row_of(cycle, outside), row_of(cycle, excepted)

    assert strict.ineligible
    assert not lenient.ineligible
    assert any("Diffusion" in one.text and one.grave for one in strict.alerts)
    assert not any(one.grave for one in lenient.alerts)
    assert any("Change de métier" in one.text for one in lenient.alerts)


def test_a_declared_difficulty_is_on_the_row_of_whom_it_names(cycle):
    member = EnrolmentFactory(activity=cycle, accepted=True)
    named, other = candidate(cycle), candidate(cycle)
    Difficulty.objects.create(
        enrolment=member, kind=DifficultyKind.HIERARCHY, with_person=named.person
    )

    assert any(member.person.full_name in text for text in alerts(cycle, named))
    assert alerts(cycle, other) == []


def test_a_settled_difficulty_is_no_alert(cycle):
    member, named = EnrolmentFactory(activity=cycle, accepted=True), candidate(cycle)
    Difficulty.objects.create(
        enrolment=member,
        kind=DifficultyKind.PERSON,
        with_person=named.person,
        settled_at=now(),
    )

    assert alerts(cycle, named) == []


def test_other_sealed_groups_and_former_editions_are_told(cycle):
    enrolment = candidate(cycle)
    own = {"officer": cycle.officer}
    other = PracticeCycleFactory(title="Un autre cycle en cours", running=True, **own)
    day = cycle.season.starts_on
    before = SeasonFactory(
        name="Avant", starts_on=day.replace(year=day.year - 1), ends_on=day
    )
    past = PracticeCycleFactory(title="La première édition", season=before, **own)
    kept = PracticeCycleFactory(title="L’édition refusée", season=before, **own)
    person = enrolment.person
    EnrolmentFactory(activity=other, person=person, confirmed=True)
    EnrolmentFactory(activity=past, person=person, confirmed=True)
    EnrolmentFactory(activity=kept, person=person, refused=True, keep_for_next=True)

    told = " ".join(alerts(cycle, enrolment))

    for title in ("Un autre cycle en cours", "La première édition", "L’édition refus"):
        assert title in told
    assert row_of(cycle, enrolment).returning


def test_the_sealed_group_of_another_officer_is_told_without_its_name(cycle):
    enrolment = candidate(cycle)
    other = PracticeCycleFactory(title="Un autre cycle en cours", running=True)
    EnrolmentFactory(activity=other, person=enrolment.person, confirmed=True)

    told = " ".join(alerts(cycle, enrolment))

    assert "un groupe scellé" in told
    assert other.title not in told


def test_the_team_is_never_retained_in_a_sealed_room(cycle):
    enrolment = candidate(cycle)
    enrolment.person.roles.create(role="accountant")

    assert row_of(cycle, enrolment).barred
