"""The agreement of a pair: drawn up, corrected, and signed by the three in any order."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from agency.activities.services.charters import NotSigned
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.people.services import erasure
from mentoring.models import AgreementSignature, Pair, PairAgreement
from mentoring.services import agreements, pairs, terms
from tests.mentoring.agreements import all_sign, pending_pair, signed, worded
from tests.mentoring.factories import (
    EditionFactory,
    MentoringApplicationFactory,
    PairFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
TITLES = (
    "Objet",
    "Dur\u00e9e",
    "Objectifs",
    "Rythme et modalit\u00e9s",
    "Engagements de la ou du mentor\u00b7e",
    "Engagements de la ou du mentor\u00e9\u00b7e",
    "Engagements de l\u2019agence",
    "Confidentialit\u00e9",
    "Donn\u00e9es",
    "Fin anticip\u00e9e",
    "Bilan",
)


@pytest.fixture
def pair():
    return pending_pair()


def parties(pair):
    return pair.mentor, pair.mentee, pair.activity.officer


def test_the_second_yes_draws_it_up():
    pair = PairFactory(notified=True)

    pairs.accept(pair, by=pair.mentor)
    assert not pair.agreements.exists()
    pairs.accept(pair, by=pair.mentee)

    agreement = pair.agreements.get()
    assert pair.state == "agreement_pending"
    assert [one["title"] for one in agreement.articles] == list(TITLES)
    assert agreement.sha256 == agreement.print()


def test_it_names_nobody(pair):
    text = agreements.in_force(pair).text()

    assert str(pair.uuid) in text
    for person in parties(pair):
        assert person.family_name not in text


def test_what_the_edition_says_later_is_not_in_it(pair):
    before = agreements.in_force(pair).text()
    details = pair.activity.mentoring
    details.interval_days, details.ends_on = 7, today() + timedelta(days=30)
    details.save()

    assert agreements.in_force(pair).text() == before
    assert "une fois par mois" in before


def test_its_objectives_are_the_topics_asked_for():
    edition = EditionFactory()
    pair = PairFactory(accepted=True, activity=edition)
    MentoringApplicationFactory(edition=edition, person=pair.mentee, retained=True)
    MentoringApplicationFactory(
        edition=edition, person=pair.mentor, mentor=True, retained=True
    )

    usual = terms.usual(pair)

    assert "montage de production, budget" in usual.objectives
    assert usual.way == "both"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_signed_in_any_order_the_third_name_begins_the_pair(pair, order):
    people = parties(pair)

    for rank in order[:2]:
        signed(pair, people[rank])
        assert pair.state == "agreement_pending"
    signed(pair, people[order[2]])

    pair.refresh_from_db()
    agreement = agreements.in_force(pair)
    assert pair.state == "active"
    assert agreement.signed_at is not None
    assert set(agreement.names) == {"mentor", "mentee", "agency"}


def test_pressed_twice_is_signed_once(pair):
    for _press in range(2):
        signed(pair, pair.mentee)

    signature = AgreementSignature.objects.get()
    assert signature.sha256 == signature.agreement.sha256
    assert signature.typed_name == pair.mentee.full_name
    assert "192.0.2.7" not in signature.address_hash
    assert len(signature.address_hash) == 64
    entries = JournalEntry.objects.about(pair).filter(action="sign_agreement")
    assert entries.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"typed_name": "Personne d\u2019autre"}, "votre nom"),
        ({"sha256": "0" * 64}, "corrig"),
        ({"version": 0}, "corrig"),
    ],
)
def test_another_name_or_another_text_signs_nothing(pair, said, sentence):
    with pytest.raises(NotSigned, match=sentence):
        signed(pair, pair.mentor, **said)

    assert not AgreementSignature.objects.exists()


def test_nobody_else_signs(pair):
    others = PersonFactory(), PersonFactory(officer=True), PersonFactory(superuser=True)

    for person in others:
        with pytest.raises(NotSigned):
            signed(pair, person)


def test_two_who_work_together_meanwhile_do_not_begin(pair):
    signed(pair, pair.mentor)
    signed(pair, pair.activity.officer)
    shared = AffiliationFactory(person=pair.mentor).organisation
    AffiliationFactory(person=pair.mentee, organisation=shared)

    with pytest.raises(MoveBlocked, match="m\u00eame structure"):
        signed(pair, pair.mentee)

    assert AgreementSignature.objects.count() == 2
    assert Pair.objects.get().state == "agreement_pending"


def test_corrected_the_names_fall_and_a_version_follows(pair):
    signed(pair, pair.mentor)
    old = agreements.in_force(pair)

    agreements.correct(
        pair, worded(old, objectives="Monter un dossier."), by=pair.activity.officer
    )

    new = agreements.in_force(pair)
    assert (new.number, new.missing) == (2, ["mentor", "mentee", "agency"])
    assert "Monter un dossier." in new.text()
    assert old.signatures.count() == 1
    with pytest.raises(NotSigned, match="corrig"):
        signed(pair, pair.mentee, old)
    all_sign(pair)
    assert pair.state == "active"


def test_saved_as_it_was_it_is_the_same_version(pair):
    signed(pair, pair.mentor)
    agreement = agreements.in_force(pair)

    assert agreements.correct(pair, worded(agreement), by=None) == agreement
    assert list(agreement.names) == ["mentor"]


def test_what_the_three_signed_is_not_corrected(pair):
    all_sign(pair)
    agreement = agreements.in_force(pair)

    with pytest.raises(MoveBlocked, match="trois l\u2019ont sign"):
        agreements.correct(pair, worded(agreement, objectives="Autre."), by=None)
    for columns in (
        {"replaced_at": now()},
        {"signed_at": None, "on_paper_on": today()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PairAgreement.objects.update(**columns)


def test_signed_on_paper_it_begins_by_hand(pair):
    day = today() - timedelta(days=2)

    pairs.activate(pair, by=pair.activity.officer, paper_on=day)

    agreement = agreements.in_force(pair)
    assert (pair.state, agreement.on_paper_on) == ("active", day)
    with pytest.raises(NotSigned, match="plus"):
        signed(pair, pair.mentor)


def test_a_paper_of_tomorrow_begins_nothing(pair):
    with pytest.raises(MoveBlocked, match="venir"):
        pairs.activate(pair, paper_on=today() + timedelta(days=1))

    assert Pair.objects.get().state == "agreement_pending"


def test_a_pair_that_ended_before_is_not_signed(pair):
    signed(pair, pair.mentor)
    pairs.end_early(pair, by=pair.mentor, category="time")

    with pytest.raises(NotSigned, match="plus"):
        signed(pair, pair.mentee)


def test_the_facts_of_its_agreement_come_with_each_pair(
    pair, django_assert_num_queries
):
    other, without = pending_pair(), PairFactory(active=True)
    all_sign(other)
    signed(pair, pair.mentee)

    with django_assert_num_queries(1):
        rows = {one.pk: one for one in Pair.objects.with_agreement()}

    mine = rows[pair.pk]
    assert mine.agreement_since == pair.agreements.get().prepared_at
    assert mine.agreement_signed_at is None
    assert (mine.signed_by_mentor, mine.signed_by_mentee) == (False, True)
    assert rows[other.pk].agreement_signed_at is not None
    assert rows[without.pk].agreement_since is None


def test_whoever_leaves_takes_their_name_from_under_it(pair):
    all_sign(pair)
    erasure.erase(pair.mentee, by=pair.mentee)

    names = AgreementSignature.objects.order_by("party")
    assert [(one.party, bool(one.typed_name)) for one in names] == [
        ("agency", True),
        ("mentee", False),
        ("mentor", True),
    ]
