"""The publication of a matching: all of it once, or nothing, and why by name."""

from datetime import timedelta

import pytest

from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people.services import erasure
from mentoring.choices import Side
from mentoring.models import MatchProposal, MatchRule, MatchRun, Pair
from mentoring.services import applications, matching, pairs, retention
from mentoring.why import why
from tests.mentoring.factories import PairFactory, VetoFactory
from tests.mentoring.matches import mentee, mentor, names, run, two_by_two
from tests.people.factories import AffiliationFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(edition):
    return two_by_two(edition)


def publish(made):
    return matching.publish(made, by=made.edition.officer)


def test_pairs_are_made_and_both_are_written_to(edition, cast):
    made = run(edition)

    done = publish(made)

    assert {pair.state for pair in done} == {"notified"}
    assert Pair.objects.count() == 2
    assert OutgoingEmail.objects.filter(template__endswith="pair_proposed").count() == 4
    assert (made.published_by, made.is_published) == (edition.officer, True)
    assert {one.pair for one in made.proposals.all()} == set(done)
    assert JournalEntry.objects.about(made).filter(action="publish_pairs").count() == 1


def test_pressed_twice_it_is_published_once(edition, cast):
    made = run(edition)
    stale = MatchRun.objects.select_related("edition").get(pk=made.pk)
    publish(made)

    with pytest.raises(MoveBlocked, match="d\u00e9j\u00e0 publi\u00e9"):
        publish(stale)

    assert Pair.objects.count() == 2
    assert OutgoingEmail.objects.count() == 4


def a_veto(cast, _edition):
    VetoFactory(application=cast["awa"], with_person=cast["camille"].person)
    return "Awa Diallo et Camille Roux"


def a_common_house(cast, _edition):
    post = AffiliationFactory(person=cast["awa"].person)
    AffiliationFactory(person=cast["camille"].person, organisation=post.organisation)
    return "Awa Diallo et Camille Roux"


def a_withdrawal(cast, _edition):
    applications.withdraw(cast["nour"], by=cast["nour"].person)
    return "Nour Belkacem"


def a_role(cast, _edition):
    RoleFactory(person=cast["sacha"].person, role="secretary")
    return "Sacha Petit"


def a_pair_elsewhere(cast, edition):
    PairFactory(activity=edition, mentor=cast["sacha"].person)
    return "Sacha Petit"


def a_ban(cast, edition):
    two = [cast["camille"].pk, cast["awa"].pk]
    matching.settle(edition, "ban", two, by=edition.officer)
    return "Awa Diallo et Camille Roux"


def a_lock(cast, edition):
    two = [cast["camille"].pk, cast["nour"].pk]
    matching.settle(edition, "lock", two, by=edition.officer)
    return "Nour Belkacem et Camille Roux"


SINCE = (a_veto, a_common_house, a_withdrawal, a_role, a_pair_elsewhere, a_ban, a_lock)


@pytest.mark.parametrize("since", SINCE, ids=lambda since: since.__name__)
def test_what_came_since_the_run_is_told_by_name_and_nothing_is_written(
    edition, cast, since
):
    made = run(edition)
    told = since(cast, edition)
    before = Pair.objects.count()

    with pytest.raises(MoveBlocked) as refused:
        publish(made)

    assert told in str(refused.value)
    made.refresh_from_db()
    assert (Pair.objects.count(), made.published_at) == (before, None)
    assert not OutgoingEmail.objects.filter(template__endswith="proposed").exists()


def test_only_the_last_run_is_published_and_not_an_empty_one(edition, cast):
    first = run(edition)
    mentee(edition, "budget", name="Lou Un")
    run(edition)

    with pytest.raises(MoveBlocked, match="plus r\u00e9cent"):
        publish(first)

    for row in cast.values():
        applications.withdraw(row, by=row.person)
    with pytest.raises(MoveBlocked, match="Aucun bin\u00f4me"):
        publish(run(edition))


def test_who_was_left_out_is_matched_next_and_who_said_no_goes_back(edition, cast):
    mentor(edition, "budget", name="Dominique Faure")
    lock = matching.settle(
        edition, "lock", [cast["camille"].pk, cast["awa"].pk], by=edition.officer
    )
    done = {pair.mentee.given_name: pair for pair in publish(run(edition))}
    assert not MatchRule.objects.filter(pk=lock.pk).exists()

    pairs.decline(done["Awa"], by=cast["camille"].person)
    again = run(edition)

    assert names(again) == {"Awa": "Dominique"}
    assert again.number == 2
    assert publish(again)[0].mentor.given_name == "Dominique"


def test_who_did_not_answer_goes_back_too(edition, cast):
    done = publish(run(edition))
    with travel(max(pair.answer_by for pair in done)):
        pairs.expire_unanswered()

        assert names(run(edition)) == {"Awa": "Sacha", "Nour": "Camille"}


def test_a_veto_after_the_publication_changes_nothing_that_was_sent(edition, cast):
    done = publish(run(edition))
    VetoFactory(application=cast["awa"], with_person=cast["camille"].person)

    assert names(run(edition)) == {}
    assert {pair.state for pair in done} == {"notified"}


# --- Why you two -------------------------------------------------------------------------
def test_each_reads_why_in_sentences_of_their_own(edition, cast):
    done = {pair.mentee.given_name: pair for pair in publish(run(edition))}

    to_mentee = why(done["Awa"], Side.MENTEE)
    to_mentor = why(done["Awa"], Side.MENTOR)

    assert to_mentee[0] == "Camille propose ce que vous cherchez\u202f: budget."
    assert to_mentor[0] == "Awa cherche ce que vous proposez\u202f: budget."
    told = " ".join([*to_mentee, *to_mentor])
    assert "Sacha" not in told
    assert "Nour" not in told
    assert not any(sign.isdigit() for sign in told)
    letter = OutgoingEmail.objects.get(
        template__endswith="pair_proposed", person=cast["awa"].person
    )
    assert to_mentee[0] in letter.text


def test_what_is_missing_is_not_told(edition):
    mentor(edition, "budget", name="Camille Roux", art_forms=["dance"], years=1)
    mentee(edition, "touring", name="Awa Diallo", art_forms=["music"])
    (pair,) = publish(run(edition))

    told = " ".join(why(pair, Side.MENTEE))

    assert "discipline" not in told
    assert "Budget" not in told


def test_a_pair_that_no_matching_made_has_no_reasons():
    assert why(PairFactory(), Side.MENTEE) == []


# --- The end of it -------------------------------------------------------------------------
def test_scores_go_after_six_months_and_pairs_stay(edition, cast):
    publish(run(edition))
    two = [cast["camille"].pk, cast["nour"].pk]
    matching.settle(edition, "ban", two, by=edition.officer)

    with travel(now() + timedelta(days=184)):
        retention.forget()

    assert not MatchRun.objects.exists()
    assert not MatchProposal.objects.exists()
    assert not MatchRule.objects.exists()
    assert Pair.objects.count() == 2


def test_who_leaves_takes_the_figures_of_the_runs_with_them(edition, cast):
    made = run(edition)
    two = [cast["camille"].pk, cast["awa"].pk]
    matching.settle(edition, "ban", two, by=edition.officer)

    erasure.erase(cast["awa"].person, by=cast["awa"].person)

    made.refresh_from_db()
    assert (made.snapshot, made.result, matching.again(made)) == ({}, {}, None)
    assert names(made) == {"Nour": "Sacha"}
    assert not MatchRule.objects.exists()
    with pytest.raises(MoveBlocked, match="relancez"):
        publish(made)
