"""The matching on real applications: who is in it, what a run keeps, locks and bans."""

from datetime import timedelta

import pytest

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from mentoring.matching.inputs import MAX_SCORE, Settings, Weights
from mentoring.models import MatchRule, MatchRun, Pair
from mentoring.services import applications, matching, pool
from tests.mentoring.factories import EditionFactory, PairFactory, VetoFactory
from tests.mentoring.matches import mentee, mentor, names, run, two_by_two
from tests.people.factories import AffiliationFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(edition):
    return two_by_two(edition)


def person(row):
    return row.person


# --- A run -----------------------------------------------------------------------------
def test_a_run_matches_who_fits_and_sends_nothing(edition, cast):
    made = run(edition)

    assert names(made) == {"Awa": "Camille", "Nour": "Sacha"}
    assert (made.number, made.objective, made.made_by) == (
        1,
        "max_pairs",
        edition.officer,
    )
    # Nobody makes a wish here: the others share its points.
    assert made.weights["wishes"] == 0
    assert sum(line["maximum"] for line in made.proposals.first().lines) == 100
    assert not Pair.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_its_snapshot_makes_the_same_again(edition, cast):
    made = run(edition)
    made.refresh_from_db()
    applications.withdraw(cast["awa"], by=person(cast["awa"]))

    result = matching.again(made)

    rows = made.proposals.order_by("mentee_id")
    assert [one.pair for one in result.pairs] == [pool.keys(row) for row in rows]
    assert matching.outcome(result) == made.result
    assert result.fingerprint == made.fingerprint


def test_pressed_again_with_nothing_changed_it_is_the_same_run(edition, cast):
    assert run(edition) == run(edition)

    assert MatchRun.objects.count() == 1
    assert JournalEntry.objects.filter(action="match").count() == 1


def test_more_people_on_one_side_than_on_the_other(edition, cast):
    for name in ("Lou Un", "Max Deux"):
        mentee(edition, "payroll", name=name)

    made = run(edition)

    assert len(names(made)) == 2
    assert {one["cause"] for one in made.result["unmatched_mentees"]} == {"capacity"}
    assert made.result["unmatched_mentors"] == []

    for number in range(3):
        mentor(edition, "team", name=f"Mentor {number}")
    made = run(edition)

    assert len(names(made)) == 4
    assert {one["cause"] for one in made.result["unmatched_mentors"]} == {"taken"}


def test_nobody_is_left_out_though_they_share_no_topic(edition):
    mentor(edition, "budget", name="Camille Roux", art_forms=[], organisation_kinds=[])
    mentee(edition, "touring", name="Awa Diallo")

    fit = Settings(weights=Weights(wishes=0, place=0), objective=MAX_SCORE, floor=50)
    assert names(run(edition, settings=fit)) == {}
    assert names(run(edition)) == {"Awa": "Camille"}


# --- Who is in it ------------------------------------------------------------------------
def test_a_mentor_over_capacity_has_the_seats_of_the_edition(edition):
    edition.mentoring.mentor_capacity = 2
    edition.mentoring.save()
    mentor(edition, "budget", name="Camille Roux", capacity=9)
    for name in ("Awa Un", "Lou Deux", "Nour Trois"):
        mentee(edition, "budget", name=name)

    assert len(names(run(edition))) == 2


def test_living_pairs_hold_seats(edition, cast):
    PairFactory(
        activity=edition, mentor=person(cast["camille"]), mentee=person(cast["awa"])
    )

    found = pool.gather(edition)

    assert set(found.placed) == {cast["camille"], cast["awa"]}
    assert names(run(edition)) == {"Nour": "Sacha"}


@pytest.mark.parametrize("state", ["declined", "ended_early"])
def test_a_pair_that_came_to_nothing_is_never_made_again(edition, cast, state):
    where = edition if state == "declined" else EditionFactory()
    two = {"mentor": person(cast["camille"]), "mentee": person(cast["awa"])}
    PairFactory(activity=where, **two, **{state: True})

    assert names(run(edition)) == {"Awa": "Sacha", "Nour": "Camille"}


def test_same_organisation_by_a_second_affiliation(edition, cast):
    post = AffiliationFactory(person=person(cast["camille"]), is_primary=False)
    AffiliationFactory(person=person(cast["awa"]), organisation=post.organisation)

    assert names(run(edition)) == {"Awa": "Sacha", "Nour": "Camille"}

    post.ends_on = (now() - timedelta(days=1)).date()
    post.starts_on = post.ends_on
    post.save()
    assert names(run(edition)) == {"Awa": "Camille", "Nour": "Sacha"}


def test_a_veto_led_to_somebody_holds_and_one_that_is_not_is_counted(edition, cast):
    veto = VetoFactory(application=cast["awa"])
    assert pool.gather(edition).unlinked == 1
    assert names(run(edition))["Awa"] == "Camille"

    veto.with_person = person(cast["camille"])
    veto.save()

    assert pool.gather(edition).unlinked == 0
    assert names(run(edition))["Awa"] == "Sacha"


def test_a_veto_of_an_organisation_holds_for_all_who_work_there(edition, cast):
    post = AffiliationFactory(person=person(cast["awa"]))
    VetoFactory(application=cast["camille"], with_organisation=post.organisation)

    assert names(run(edition))["Awa"] == "Sacha"


def test_an_officer_and_one_on_both_sides_are_left_out_by_name(edition, cast):
    RoleFactory(person=person(cast["camille"]), role="officer")
    mentee(edition, "touring", person=person(cast["sacha"]))

    found = pool.gather(edition)

    told = " ".join(found.left_out_said)
    assert "Camille Roux fait partie de l\u2019\u00e9quipe" in told
    assert "Sacha Petit est retenu" in told
    assert names(run(edition)) == {}


def test_those_who_are_not_retained_are_not_in_it(edition, cast):
    applications.withdraw(cast["camille"], by=person(cast["camille"]))

    assert len(names(run(edition))) == 1


@pytest.mark.parametrize("count", [1, 6])
def test_as_many_queries_for_six_as_for_one(edition, count, django_assert_num_queries):
    for number in range(count):
        one = mentor(edition, "budget", name=f"M {number}")
        VetoFactory(application=one)
        AffiliationFactory(person=one.person)
        mentee(edition, "budget", name=f"E {number}")
    edition = type(edition).objects.get(pk=edition.pk)

    # applications, posts, vetoes, pairs, territories, rules, details
    with django_assert_num_queries(7):
        pool.gather(edition)


# --- By hand -----------------------------------------------------------------------------
def settle(edition, kind, *rows, **said):
    two = [row.pk for row in rows]
    return matching.settle(edition, kind, two, by=edition.officer, **said)


def test_a_lock_holds_and_is_lifted(edition, cast):
    rule = settle(
        edition, "lock", cast["camille"], cast["nour"], reason="Se connaissent"
    )

    assert names(run(edition)) == {"Awa": "Sacha", "Nour": "Camille"}
    assert (rule.by, rule.reason) == (edition.officer, "Se connaissent")

    matching.lift(edition, rule, by=edition.officer)
    matching.lift(edition, rule, by=edition.officer)
    assert names(run(edition)) == {"Awa": "Camille", "Nour": "Sacha"}
    actions = JournalEntry.objects.about(rule).order_by("seq")
    assert [one.action for one in actions] == ["lock_pair", "lift_rule"]


def test_a_ban_holds_and_its_price_is_what_the_optimum_loses(edition, cast):
    two = cast["camille"], cast["awa"]
    before = run(edition)
    price = matching.price(before, tuple(str(row.pk) for row in two))

    settle(edition, "ban", *two)
    after = run(edition)

    assert names(after)["Awa"] == "Sacha"
    lost = before.result["total"] - after.result["total"]
    assert str(lost) in price


def test_a_ban_takes_the_place_of_a_lock(edition, cast):
    for kind in ("lock", "ban"):
        settle(edition, kind, cast["camille"], cast["awa"])

    assert MatchRule.objects.get().kind == "ban"


def test_whoever_works_above_the_other_is_not_their_mentor(edition, cast):
    """Where they have no organisation in common, the officer notes it (c4)."""
    before = run(edition)
    assert names(before)["Awa"] == "Camille"

    rule = settle(edition, "hierarchy", cast["camille"], cast["awa"])
    after = run(edition)

    assert names(after) == {"Awa": "Sacha", "Nour": "Camille"}
    with pytest.raises(MoveBlocked, match=r"Awa Diallo et Camille Roux.*rarchi"):
        settle(edition, "lock", cast["camille"], cast["awa"])
    assert MatchRule.objects.get() == rule
    matching.lift(edition, rule, by=edition.officer)
    assert names(run(edition))["Awa"] == "Camille"


def test_a_link_noted_since_the_run_stands_against_its_publication(edition, cast):
    made = run(edition)
    settle(edition, "hierarchy", cast["camille"], cast["awa"])

    with pytest.raises(MoveBlocked, match="Awa Diallo et Camille Roux"):
        matching.publish(made, by=edition.officer)
    assert not Pair.objects.exists()


def test_a_lock_that_cannot_be_kept_is_refused_by_name(edition, cast):
    veto = VetoFactory(application=cast["awa"], with_person=person(cast["camille"]))
    with pytest.raises(MoveBlocked, match="Awa Diallo et Camille Roux"):
        settle(edition, "lock", cast["camille"], cast["awa"])
    assert not MatchRule.objects.exists()

    veto.delete()
    settle(edition, "lock", cast["camille"], cast["awa"])
    with pytest.raises(MoveBlocked, match="Nour Belkacem"):
        settle(edition, "lock", cast["camille"], cast["nour"])
    VetoFactory(application=cast["awa"], with_person=person(cast["camille"]))
    with pytest.raises(MoveBlocked, match="Awa Diallo"):
        run(edition)


def test_a_lock_of_somebody_who_has_left_is_told_and_holds_nothing(edition, cast):
    rule = settle(edition, "lock", cast["camille"], cast["nour"])
    applications.withdraw(cast["nour"], by=person(cast["nour"]))

    assert pool.gather(edition).idle == [rule]
    assert names(run(edition)) == {"Awa": "Camille"}
    with pytest.raises(MoveBlocked, match="verrouiller"):
        settle(edition, "lock", cast["sacha"], cast["nour"])


def test_two_of_another_edition_are_refused(edition, cast):
    other = mentor(EditionFactory(), "budget")

    for rows in ((other, cast["awa"]), (cast["awa"], cast["nour"])):
        with pytest.raises(MoveBlocked):
            settle(edition, "ban", *rows)
