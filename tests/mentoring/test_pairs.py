"""A pair from its proposal to its end, and who can never be half of one."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from agency.core.clock import now, today, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people.services import erasure, roles
from agency.people.services import merging as merges
from agency.people.services.accounts import Refused
from mentoring.choices import EndReason
from mentoring.models import Pair
from mentoring.services import goals, pairs
from tests.mentoring.factories import PairFactory, RunningEditionFactory
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return RunningEditionFactory()


def test_from_the_proposal_to_the_end(edition):
    mentor, mentee = PersonFactory(), PersonFactory()
    pair = pairs.propose(edition, mentor, mentee, by=edition.officer)
    pairs.notify(pair, by=edition.officer)
    assert pair.answer_by - pair.notified_at == timedelta(days=5)

    pairs.accept(pair, by=mentor)
    assert pair.state == "notified"
    pairs.accept(pair, by=mentee)
    assert pair.state == "agreement_pending"
    pairs.prepare_agreement(pair)
    assert pair.agreements.count() == 1
    pairs.activate(pair, by=edition.officer)
    pairs.pause(pair, by=edition.officer)
    pairs.resume(pair, by=edition.officer)
    pairs.wind_up(pair, by=edition.officer)
    pairs.complete(pair, by=edition.officer)

    assert (pair.state, pair.paused_at) == ("completed", None)
    assert JournalEntry.objects.about(pair).count() == 11


def test_accepting_twice_is_accepting_once():
    pair = PairFactory(notified=True)

    pairs.accept(pair, by=pair.mentee)
    first = pair.mentee_accepted_at
    pairs.accept(pair, by=pair.mentee)

    assert (pair.state, pair.mentee_accepted_at) == ("notified", first)


def test_a_stranger_answers_for_nobody():
    pair = PairFactory(notified=True)

    for act in (pairs.accept, pairs.decline):
        with pytest.raises(MoveBlocked):
            act(pair, by=PersonFactory())


def test_a_no_gives_both_back_and_says_nothing_of_why(edition):
    pair = PairFactory(activity=edition, notified=True)

    pairs.decline(pair, by=pair.mentor)

    assert (pair.state, pair.declined_by) == ("declined", "mentor")
    assert pairs.hindrance(edition, pair.mentor, pair.mentee) == ""


def test_five_days_and_no_later():
    pair = PairFactory(notified=True)
    pairs.accept(pair, by=pair.mentor)

    with travel(pair.answer_by - timedelta(seconds=1)):
        assert pairs.expire_unanswered() == 0
    with travel(pair.answer_by):
        with pytest.raises(MoveBlocked, match="d\u00e9lai"):
            pairs.accept(pair, by=pair.mentee)
        assert pairs.expire_unanswered() == 1
        assert pairs.expire_unanswered() == 0

    pair.refresh_from_db()
    assert pair.state == "expired"


def test_one_living_pair_for_each_mentee(edition):
    pair = PairFactory(activity=edition)

    with pytest.raises(MoveBlocked, match="d\u00e9j\u00e0"):
        pairs.propose(edition, PersonFactory(), pair.mentee)
    with pytest.raises(IntegrityError), transaction.atomic():
        PairFactory(activity=edition, mentee=pair.mentee)
    pairs.propose(RunningEditionFactory(), PersonFactory(), pair.mentee)


@pytest.mark.parametrize("capacity", [1, 2])
def test_a_mentor_over_capacity(capacity):
    edition = RunningEditionFactory(details={"mentor_capacity": capacity})
    mentor = PersonFactory()
    for _number in range(capacity):
        pairs.propose(edition, mentor, PersonFactory())

    with pytest.raises(MoveBlocked, match="autant de personnes"):
        pairs.propose(edition, mentor, PersonFactory())


def test_never_of_the_same_organisation(edition):
    post = AffiliationFactory()
    colleague = AffiliationFactory(organisation=post.organisation).person

    with pytest.raises(MoveBlocked, match="m\u00eame structure"):
        pairs.propose(edition, post.person, colleague)

    pair = PairFactory(activity=edition, accepted=True)
    AffiliationFactory(person=pair.mentor, organisation=post.organisation)
    AffiliationFactory(person=pair.mentee, organisation=post.organisation)
    with pytest.raises(MoveBlocked, match="m\u00eame structure"):
        pairs.activate(pair)


def test_an_organisation_that_one_has_left_is_no_obstacle(edition):
    post = AffiliationFactory(
        starts_on=date(2020, 1, 1), ends_on=today() - timedelta(days=1)
    )
    colleague = AffiliationFactory(organisation=post.organisation).person

    assert pairs.hindrance(edition, post.person, colleague) == ""


def test_nobody_is_their_own_mentor(edition):
    person = PersonFactory()

    with pytest.raises(MoveBlocked):
        pairs.propose(edition, person, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        PairFactory(mentor=person, mentee=person)


@pytest.mark.parametrize("trait", ["officer", "direction", "accountant", "superuser"])
@pytest.mark.parametrize("half", ["mentor", "mentee"])
def test_nobody_of_the_team_is_half_of_a_pair(edition, trait, half):
    people = {"mentor": PersonFactory(), "mentee": PersonFactory()}
    people[half] = PersonFactory(**{trait: True})

    with pytest.raises(MoveBlocked, match="\u00e9quipe"):
        pairs.propose(edition, **people)


def test_whoever_joined_the_team_meanwhile_does_not_accept():
    pair = PairFactory(notified=True)
    pairs.accept(pair, by=pair.mentor)
    type(pair.mentor).objects.filter(pk=pair.mentor.pk).update(is_superuser=True)

    with pytest.raises(MoveBlocked, match="\u00e9quipe"):
        pairs.accept(pair, by=pair.mentee)


def test_half_of_a_pair_does_not_join_the_team_before_it_is_over(direction):
    pair = PairFactory(active=True)

    with pytest.raises(Refused, match="scell\u00e9"):
        roles.give_role(pair.mentor, "officer", by=direction)

    pairs.end_early(pair, by=pair.mentor, category=EndReason.TIME)
    assert roles.give_role(pair.mentor, "officer", by=direction)


@pytest.mark.parametrize("trait", ["notified", "active", "completed", "ended_early"])
@pytest.mark.parametrize("half", ["mentor", "mentee"])
def test_a_merge_lets_nobody_into_a_pair(direction, trait, half):
    dropped = PersonFactory(unclaimed=True)
    PairFactory(**{trait: True, half: dropped})

    with pytest.raises(Refused, match="scell\u00e9"):
        merges.merge(PersonFactory(unclaimed=True), dropped, by=direction)


def test_a_pair_is_not_merged_into_one_person(direction):
    pair = PairFactory(
        declined=True,
        mentor=PersonFactory(unclaimed=True),
        mentee=PersonFactory(unclaimed=True),
    )

    with pytest.raises(Refused, match="scell\u00e9"):
        merges.merge(pair.mentor, pair.mentee, by=direction)


@pytest.mark.parametrize(
    ("who", "together", "said"),
    [
        ("mentor", False, "mentor"),
        ("mentee", True, "both"),
        ("officer", False, "agency"),
    ],
)
def test_an_early_end_is_neutral(who, together, said):
    pair = PairFactory(active=True)
    by = pair.activity.officer if who == "officer" else getattr(pair, who)

    pairs.end_early(pair, by=by, category=EndReason.FIT, together=together)

    assert (pair.state, pair.ended_by, pair.end_reason) == ("ended_early", said, "fit")
    entry = JournalEntry.objects.about(pair).first()
    assert "fit" not in str(entry.data.get("reason", ""))


def test_a_pair_that_is_over_does_not_end_again():
    pair = PairFactory(completed=True)

    with pytest.raises(MoveRefused):
        pairs.end_early(pair, by=pair.mentor, category=EndReason.TIME)


def test_an_early_end_has_a_reason_of_the_list():
    pair = PairFactory(active=True)

    with pytest.raises(MoveBlocked):
        pairs.end_early(pair, by=pair.mentor, category="colere")


@pytest.mark.parametrize(
    ("trait", "state"), [("notified", "declined"), ("active", "ended_early")]
)
def test_whoever_erases_their_data_leaves_the_pair(trait, state):
    pair = PairFactory(**{trait: True})

    erasure.erase(pair.mentee, by=pair.mentee)

    pair.refresh_from_db()
    assert pair.state == state


def test_who_is_told_of_a_pair():
    prepared, notified = PairFactory(), PairFactory(notified=True)

    assert not Pair.objects.told_to(prepared.mentor).exists()
    assert Pair.objects.told_to(notified.mentor).get() == notified
    assert not Pair.objects.told_to(notified.activity.officer).exists()


# --- Who is told -----------------------------------------------------------------
def told(template):
    rows = OutgoingEmail.objects.filter(template=f"mentoring/emails/{template}")
    return set(rows.values_list("person", flat=True))


def test_each_of_the_two_is_written_to_alone(edition):
    pair = pairs.propose(edition, PersonFactory(), PersonFactory())

    pairs.notify(pair)

    written = OutgoingEmail.objects.filter(template="mentoring/emails/pair_proposed")
    assert told("pair_proposed") == {pair.mentor_id, pair.mentee_id}
    assert all("," not in email.to for email in written)


def test_who_says_no_is_named_to_nobody(edition):
    pair = pairs.propose(edition, PersonFactory(), PersonFactory())
    pairs.notify(pair)

    pairs.decline(pair, by=pair.mentee)

    [email] = OutgoingEmail.objects.filter(template="mentoring/emails/pair_not_formed")
    assert email.person == pair.mentor
    assert pair.mentee.family_name not in email.subject + email.text


def test_without_an_answer_both_are_told(edition):
    pair = pairs.propose(edition, PersonFactory(), PersonFactory())
    pairs.notify(pair)

    with travel(now() + timedelta(days=6)):
        pairs.expire_unanswered()
        pairs.expire_unanswered()

    assert told("pair_not_formed") == {pair.mentor_id, pair.mentee_id}


def test_the_other_one_learns_of_the_end_and_not_of_its_reason():
    pair = PairFactory(active=True)

    pairs.end_early(pair, by=pair.mentee, category=EndReason.FIT)

    [email] = OutgoingEmail.objects.filter(template="mentoring/emails/pair_ended")
    assert email.person == pair.mentor
    assert str(EndReason.FIT.label) not in email.text


def test_a_word_to_the_agency_is_not_in_its_message():
    pair = PairFactory(active=True)

    goals.tell_agency(pair, "mot-tres-personnel", by=pair.mentee)

    [email] = OutgoingEmail.objects.filter(template="mentoring/emails/pair_word")
    assert email.person == pair.activity.officer
    assert "mot-tres-personnel" not in email.subject + email.text
