"""What the secretary follows before a sitting: who declared, who reviewed, what was read."""

import re

import pytest
from django.urls import reverse

from grants.services import reviews
from tests.grants.commission import (
    MemberFactory,
    close_reviews,
    free,
    in_review,
    presented,
    tied,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def secretary():
    return PersonFactory(secretary=True)


@pytest.fixture
def desk(client, secretary):
    client.sign_in(secretary)
    return client


def page(client, sitting):
    response = client.get(reverse("admin:grants_sitting_progress", args=[sitting.pk]))
    return re.sub(r"\s+", " ", response.content.decode())


def given(one, person, score=3):
    free(one, person)
    words = {"opinion": "favourable", "suggested": 700, "comment": "Secret."}
    scores = {criterion.pk: score for criterion in one.rules.criteria.all()}
    own = reviews.begin(one, person)
    reviews.save(own, words, scores, version=0, revision=1, hand_in=True)


def seat_of(sitting, reader, person):
    from grants.services import workspace  # as the page does

    seats = workspace.progress(sitting, reader)["seats"]
    return next(one for one in seats if one.enrolment.person_id == person.pk)


def test_each_member_with_what_they_declared_and_gave(sitting, secretary):
    first, second = presented(sitting), presented(sitting)
    person, other, adviser = (
        MemberFactory(sitting=sitting, **traits).person
        for traits in ({}, {}, {"consultative": True})
    )
    given(first, person)
    tied(second, person)

    seat = seat_of(sitting, secretary, person)
    assert (seat.declared, seat.shut, seat.given, seat.expected) == (2, 1, 1, 1)
    seat = seat_of(sitting, secretary, other)
    assert (seat.declared, seat.given, seat.expected) == (0, 0, 2)
    assert seat_of(sitting, secretary, adviser).expected == 0


def test_with_nothing_on_the_agenda_nobody_is_late(sitting, desk):
    MemberFactory(sitting=sitting)
    assert "Rien de déclaré" not in page(desk, sitting)
    presented(sitting)
    assert "Rien de déclaré" in page(desk, sitting)


def test_under_the_strict_option_no_file_of_that_scheme_is_expected(sitting, secretary):
    first = presented(sitting)
    presented(sitting, rules=first.rules)
    elsewhere = presented(sitting)
    person = MemberFactory(sitting=sitting).person
    tied(first, person, "employment")
    assert seat_of(sitting, secretary, person).expected == 2

    sitting.strict = True

    assert seat_of(sitting, secretary, person).expected == 1
    assert elsewhere.scheme_id != first.scheme_id


def test_what_the_opinions_come_to_is_told_once_they_are_closed(desk, sitting):
    one = presented(sitting)
    given(one, MemberFactory(sitting=sitting).person)

    before = page(desk, sitting)
    assert one.number in before
    assert "1 sur 1" in before
    assert "Moyenne" not in before
    assert ">3,0<" not in before

    close_reviews(sitting)
    after = page(desk, sitting)
    assert ">3,0<" in after
    assert "Secret." not in after


def test_a_file_shut_to_the_secretary_is_not_there(desk, sitting, secretary):
    one, shut = presented(sitting), presented(sitting)
    tied(shut, secretary)

    said = page(desk, sitting)

    assert one.number in said
    assert shut.number not in said


def test_empty_it_says_what_to_do(desk, sitting):
    said = page(desk, sitting)

    assert "nommez d’abord ses membres" in said
    assert "Aucun dossier à l’ordre du jour" in said


def test_as_many_queries_for_many(desk, sitting, django_assert_max_num_queries):
    rules = presented(sitting).rules
    for _n in range(6):
        one = presented(sitting, rules=rules)
        given(one, MemberFactory(sitting=sitting).person)
    close_reviews(sitting)

    with django_assert_max_num_queries(15):
        page(desk, sitting)
