"""A new season by copy: what comes along, what does not, when, and once."""

from datetime import date

import pytest

from agency.activities.models import ActivitySlug
from agency.activities.services import renewal
from agency.core.clock import travel
from agency.core.models import JournalEntry
from groups.models import PeerGroupDetails
from programmes.models import PracticeCycleDetails
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    CharterFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    PracticeCycleFactory,
    QuestionFactory,
    SeasonFactory,
)
from tests.activities.renewed import SPRING, at, meet, renewed
from tests.people.factories import (
    PersonFactory,
    ProfessionFactory,
    RoleFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_spring():
    with travel(SPRING):
        yield


@pytest.fixture
def now_season():
    return SeasonFactory(starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31))


@pytest.fixture
def season(now_season):
    """The next one: 2027-2028."""
    return SeasonFactory(starts_on=date(2027, 9, 1), ends_on=date(2028, 8, 31))


@pytest.fixture
def group(now_season):
    return ActivityFactory(
        season=now_season,
        title="Régie générale 2026-2027",
        slug="regie-generale-2026-2027",
        running=True,
        opens_at=at(2026, 9, 7, 9),
        closes_at=at(2026, 10, 5, 18),
    )


# --- Settings --------------------------------------------------------------------
def test_the_copy_is_a_draft_of_the_next_season(group, season, officer):
    made = renewal.copy(group, season=season, by=officer)
    new = made.activity

    assert (new.state, new.season, new.renewed_from) == ("draft", season, group)
    assert (new.title, new.slug) == (
        "Régie générale 2027-2028",
        "regie-generale-2027-2028",
    )
    assert new.officer == group.officer
    assert made.fresh
    entry = JournalEntry.objects.about(new).get(action="renew")
    assert (entry.by, entry.data) == (officer, {"source": group.pk})


def test_settings_come_along(group, season):
    profession, territory = ProfessionFactory(), TerritoryFactory()
    group.professions.add(profession)
    group.territories.add(territory)
    settings = {
        "registration_mode": "cooptation",
        "capacity": 9,
        "max_per_organisation": 1,
        "offer_hours": 48,
        "late_entry_until_session": 3,
        "attendance_threshold": 70,
        "charter": CharterFactory(),
        "cost_text": "Gratuit",
        "signatory_name": "Maud Kerjean",
        "announcement": "Précisions à venir.",
    }
    for name, value in settings.items():
        setattr(group, name, value)
    group.turn = group.version = 7
    group.save()

    new = renewed(group, season)

    assert {name: getattr(new, name) for name in settings} == settings
    assert list(new.professions.all()) == [profession]
    assert list(new.territories.all()) == [territory]
    assert (new.version, new.uuid != group.uuid) == (0, True)
    assert (new.opens_at, new.closes_at) == (at(2027, 9, 6, 9), at(2027, 10, 4, 18))


def test_a_title_without_a_season_is_kept(group, season):
    group.title, group.slug = "Régie générale", "regie-generale"
    group.save()

    new = renewed(group, season)

    assert (new.title, new.slug) == ("Régie générale", "regie-generale-2027-2028")
    assert (
        renewed(PracticeCycleFactory(season=group.season), season, title="Autre").title
        == "Autre"
    )


@pytest.mark.parametrize("former", [True, False])
def test_an_address_that_was_ever_used_is_not_taken(group, season, former):
    other = ActivityFactory(slug="autre" if former else "regie-generale-2027-2028")
    if former:
        ActivitySlug.objects.create(slug="regie-generale-2027-2028", activity=other)

    assert renewed(group, season).slug == "regie-generale-2027-2028-2"


def test_somebody_who_left_the_house_is_not_in_charge(group, season, officer):
    group.officer.roles.all().delete()

    made = renewal.copy(group, season=season, by=officer)

    assert made.activity.officer == officer


def test_what_is_of_last_season_alone_stays_there(group, season):
    meet(group, at(2027, 1, 15, 9, 30))
    EnrolmentFactory(activity=group, confirmed=True)
    session = group.sessions.get()
    AgendaItemFactory(session=session)
    session.remote_url = "https://visio.example/ancienne"
    session.documents_text = "Le compte rendu de décembre"
    session.save()

    new = renewed(group, season)

    (copy,) = new.sessions.all()
    assert (copy.remote_url, copy.documents_text) == ("", "")
    assert not copy.agenda_items.exists()
    assert not new.enrolments.exists()
    assert not new.invitations.exists()


@pytest.mark.parametrize(
    ("factory", "model", "name", "value"),
    [
        (PracticeCycleFactory, PracticeCycleDetails, "method", "Groupe Balint"),
        (ActivityFactory, PeerGroupDetails, "meetings_per_year", 4),
    ],
)
def test_the_details_of_the_kind_come_along(
    now_season, season, factory, model, name, value
):
    activity = factory(season=now_season)
    model.objects.create(activity=activity, **{name: value})

    new = renewed(activity, season)

    assert getattr(model.objects.get(activity=new), name) == value
    assert new.kind == activity.kind
    assert new.confidentiality == activity.confidentiality


# --- Rules, questions, facilitators ------------------------------------------------
def test_rules_come_with_what_they_look_at(group, season, now_season):
    other = ActivityFactory(season=now_season)
    lasting = ActivityFactory(season=now_season)
    profession = ProfessionFactory()
    EligibilityRuleFactory(
        activity=group,
        professions=[profession],
        force="warning",
        message="Écrivez-nous.",
    )
    for one in (other, lasting):
        EligibilityRuleFactory(activity=group, subject="not_already_in", other=one)
    after = renewed(other, season)

    first, second, third = renewed(group, season).eligibility_rules.order_by("pk")

    assert (first.subject, first.force, first.message) == (
        "profession",
        "warning",
        "Écrivez-nous.",
    )
    assert list(first.professions.all()) == [profession]
    assert (second.other, third.other) == (after, lasting)
    assert group.eligibility_rules.count() == 3


def test_questions_depend_on_those_of_the_copy(group, season):
    # Asked after a question that was written later.
    which = QuestionFactory(activity=group, order=2, label="Laquelle ?")
    first = QuestionFactory(
        activity=group, order=1, kind="bool", label="Une convention ?"
    )
    which.depends_on, which.depends_value = first, "oui"
    which.save()

    one, two = renewed(group, season).questions.order_by("order")

    assert (two.label, two.depends_on, two.depends_value) == ("Laquelle ?", one, "oui")
    assert one.depends_on is None
    which.refresh_from_db()
    assert which.depends_on == first


def test_who_leads_comes_along_unless_they_may_not(now_season, season):
    cycle = PracticeCycleFactory(season=now_season)
    leader = FacilitatorFactory(activity=cycle, qualification="psychologue")
    hired = FacilitatorFactory(
        activity=cycle, person=PersonFactory(family_name="Diallo")
    )
    RoleFactory(person=hired.person)

    made = renewal.copy(cycle, season=season, by=cycle.officer)

    (kept,) = made.activity.facilitators.all()
    assert (kept.person, kept.qualification) == (leader.person, "psychologue")
    assert any("Diallo" in sentence for sentence in made.told)


@pytest.mark.parametrize("part", ["sessions", "facilitators", "rules", "questions"])
def test_each_part_may_be_left_out(group, season, part):
    meet(group, at(2027, 1, 15, 9, 30))
    FacilitatorFactory(activity=group)
    EligibilityRuleFactory(activity=group)
    QuestionFactory(activity=group)
    names = {"rules": "eligibility_rules"}

    new = renewed(group, season, **{part: False})

    for name in ("sessions", "facilitators", "eligibility_rules", "questions"):
        left_out = name == names.get(part, part)
        assert getattr(new, name).exists() is not left_out
