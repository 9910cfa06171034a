"""A composition applied at once: the letters before they leave, all of it or nothing."""

from datetime import timedelta

import pytest

from agency.activities.choices import DifficultyKind
from agency.activities.models import Application, Difficulty, Enrolment
from agency.activities.services import composing
from agency.activities.states import EnrolmentState
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.boards import candidate, url
from tests.activities.factories import (
    CharterFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
)
from tests.activities.queued import NOON
from tests.core.desk import texts
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db
E = EnrolmentState
REASON = "Le groupe s’adresse à des personnes en poste."


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


@pytest.fixture
def cycle(officer):
    return PracticeCycleFactory(
        registration_mode="application",
        officer=officer,
        max_per_organisation=1,
        charter=CharterFactory(),
        sessions=2,
        capacity=2,
    )


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def decided(activity, selection, reason="", **fields):
    """A candidate on whom the board has decided."""
    enrolment = candidate(activity, **fields)
    Application.objects.filter(enrolment=enrolment).update(
        selection=selection,
        reason=reason,
        selected_by=activity.officer,
        selected_at=now(),
    )
    return enrolment


def apply(activity, seal=None):
    seal = composing.plan(activity, activity.officer).seal if seal is None else seal
    return composing.apply(activity, by=activity.officer, seal=seal)


def state(enrolment):
    return Enrolment.objects.get(pk=enrolment.pk).state


def templates():
    names = OutgoingEmail.objects.order_by("pk").values_list("template", flat=True)
    return [name.rsplit("/", 1)[-1] for name in names]


# --- The preview ---------------------------------------------------------------------
def test_the_preview_shows_a_real_letter_of_each_kind_and_sends_none(desk, cycle):
    retained = decided(cycle, "select")
    decided(cycle, "select")
    waits = decided(cycle, "wait")
    refused = decided(cycle, "refuse", REASON)
    candidate(cycle)

    page = desk.get(url(cycle, "appliquer/"))

    letters = page.context["letters"]
    assert [person for _title, person, _letter in letters] == [
        retained.person,
        waits.person,
        refused.person,
    ]
    charter, line, no = (letter for _title, _person, letter in letters)
    assert "charte à signer" in charter.subject
    assert "liste d’attente : 1." in line.text.replace("\u202f", " ")
    assert REASON in no.text
    assert "4 lettres partiraient" in page.text
    assert "1 demande reste à décider" in page.text
    assert not OutgoingEmail.objects.exists()
    assert state(retained) == E.UNDER_REVIEW


def test_the_rank_in_the_letter_counts_those_who_wait_already(desk, cycle):
    EnrolmentFactory.create_batch(2, activity=cycle, confirmed=True)
    earlier = now() - timedelta(days=3)
    EnrolmentFactory(activity=cycle, waitlisted=True, submitted_at=earlier)
    waits = decided(cycle, "wait")

    ((_title, person, letter),) = desk.get(url(cycle, "appliquer/")).context["letters"]

    assert person == waits.person
    assert "liste d’attente : 2." in letter.text.replace("\u202f", " ")
    apply(cycle)
    sent = OutgoingEmail.objects.get(person=waits.person)
    assert sent.text == letter.text


def test_the_letter_says_that_a_colleague_has_the_seat(desk, cycle):
    chosen = decided(cycle, "select")
    house = chosen.person.affiliations.get().organisation
    waits = decided(cycle, "wait", house=house)

    *_others, (_title, person, letter) = desk.get(url(cycle, "appliquer/")).context[
        "letters"
    ]

    assert person == waits.person
    assert "Une personne de l’une de vos structures" in letter.text
    apply(cycle)
    assert OutgoingEmail.objects.get(person=waits.person).text == letter.text


def test_nothing_decided_leads_back_to_the_board(desk, cycle):
    candidate(cycle)

    page = desk.get(url(cycle, "appliquer/")).text

    assert "Aucune lettre ne partirait." in page
    with pytest.raises(MoveBlocked, match="Rien n’est encore décidé"):
        apply(cycle)


# --- Applied -------------------------------------------------------------------------
def test_all_decisions_are_followed_and_each_is_told_once(desk, cycle, officer):
    retained = decided(cycle, "select")
    seated = decided(cycle, "select")
    waits = decided(cycle, "wait")
    refused = decided(cycle, "refuse", REASON)
    left = candidate(cycle)
    page = desk.get(url(cycle, "appliquer/"))

    answer = desk.post(
        url(cycle, "appliquer/"), {"seal": page.context["plan"].seal}, follow=True
    )

    assert [state(one) for one in (retained, seated, waits, refused, left)] == [
        E.ACCEPTED,
        E.ACCEPTED,
        E.WAITLISTED,
        E.REFUSED,
        E.UNDER_REVIEW,
    ]
    assert Enrolment.objects.get(pk=refused.pk).refusal_reason == REASON
    assert templates() == [
        "charter_to_sign",
        "charter_to_sign",
        "enrolment_waitlisted",
        "enrolment_refused",
    ]
    assert "4 lettres partent" in texts(answer)[0]
    entry = JournalEntry.objects.about(cycle).get(action="compose")
    assert (entry.by, entry.data) == (
        officer,
        {"retained": 2, "waiting": 1, "refused": 1},
    )
    moved = JournalEntry.objects.about(refused).get(action="refuse")
    assert moved.by == officer
    assert REASON not in str(moved.data)


def test_the_line_keeps_the_order_of_the_requests(cycle):
    EnrolmentFactory.create_batch(2, activity=cycle, confirmed=True)
    days = (2, 9, 5)
    rows = [
        decided(cycle, "wait", submitted_at=now() - timedelta(days=one)) for one in days
    ]

    apply(cycle)

    line = list(cycle.enrolments.in_line().values_list("pk", flat=True))
    assert line == [rows[1].pk, rows[2].pk, rows[0].pk]


def test_seats_left_over_are_offered_to_the_line_and_the_preview_says_so(desk, cycle):
    decided(cycle, "select")
    waits = decided(cycle, "wait")

    page = desk.get(url(cycle, "appliquer/")).text

    assert "Des places restent libres" in page
    apply(cycle)
    assert state(waits) == E.OFFERED


def test_a_full_selection_says_nothing_of_offers(desk, cycle):
    for selection in ("select", "select", "wait"):
        decided(cycle, selection)

    assert "Des places restent libres" not in desk.get(url(cycle, "appliquer/")).text


# --- What stands in the way ------------------------------------------------------------
def test_more_than_there_are_seats_is_refused_with_the_numbers(desk, cycle):
    EnrolmentFactory(activity=cycle, confirmed=True)
    rows = [decided(cycle, "select") for _n in range(3)]

    page = desk.get(url(cycle, "appliquer/"))

    (trouble,) = page.context["plan"].troubles
    assert "3" in trouble
    assert "1" in trouble
    assert "Appliquer et envoyer" not in page.text
    with pytest.raises(MoveBlocked, match="Places libres"):
        apply(cycle)
    assert {state(one) for one in rows} == {E.UNDER_REVIEW}


def test_a_refusal_without_a_reason_is_named(desk, cycle):
    bare = decided(cycle, "refuse")
    decided(cycle, "refuse", REASON)

    (trouble,) = desk.get(url(cycle, "appliquer/")).context["plan"].troubles

    assert bare.person.full_name in trouble
    with pytest.raises(MoveBlocked):
        apply(cycle)
    assert not OutgoingEmail.objects.exists()


def test_a_colleague_comes_too_with_a_reason_alone(cycle):
    """Reference c7, 10; the reason stays in the history."""
    house = OrganisationFactory()
    first = decided(cycle, "select", house=house)
    second = decided(cycle, "select", house=house)

    with pytest.raises(MoveBlocked, match=second.person.full_name):
        apply(cycle)
    Application.objects.filter(enrolment=second).update(reason="Deux métiers.")
    apply(cycle)

    assert state(first) == state(second) == E.ACCEPTED
    entry = JournalEntry.objects.about(second).get(action="retain")
    assert entry.data["reason"] == "Deux métiers."


def test_a_reason_left_over_from_a_refusal_is_not_kept_for_a_seat(cycle):
    retained = decided(cycle, "select", REASON)

    apply(cycle)

    entry = JournalEntry.objects.about(retained).get(action="retain")
    assert "reason" not in entry.data


def test_the_team_is_not_let_into_a_sealed_room(cycle):
    retained = decided(cycle, "select")
    retained.person.roles.create(role="accountant")

    with pytest.raises(MoveBlocked, match=retained.person.full_name):
        apply(cycle)
    assert state(retained) == E.UNDER_REVIEW


def test_whoever_came_before_and_waits_is_passed_over_in_words_alone(cycle):
    """The night offers nothing: somebody may wait although a seat is free."""
    post = AffiliationFactory()
    earlier = now() - timedelta(days=9)
    EnrolmentFactory(
        activity=cycle, person=post.person, waitlisted=True, submitted_at=earlier
    )
    decided(cycle, "select")

    with pytest.raises(MoveBlocked, match=post.person.full_name):
        apply(cycle)


def test_one_that_fails_leaves_everything_as_it_was(cycle, monkeypatch):
    retained, refused = decided(cycle, "select"), decided(cycle, "refuse", REASON)

    def fail(enrolment, **how):
        raise MoveBlocked("Empêchement.")

    monkeypatch.setattr(composing.review, "refuse", fail)
    with pytest.raises(MoveBlocked, match=f"{refused.person.full_name}.*Empêchement"):
        apply(cycle)

    assert state(retained) == E.UNDER_REVIEW
    assert not OutgoingEmail.objects.exists()
    assert not JournalEntry.objects.about(cycle).filter(action="compose").exists()


# --- Two officers, two tabs --------------------------------------------------------------
def test_the_second_of_two_finds_it_applied_and_by_whom(desk, cycle, officer):
    retained = decided(cycle, "select")
    candidate(cycle)
    seal = desk.get(url(cycle, "appliquer/")).context["plan"].seal

    first = desk.post(url(cycle, "appliquer/"), {"seal": seal})
    second = desk.post(url(cycle, "appliquer/"), {"seal": seal}, follow=True)

    assert first["Location"] == url(cycle)
    said = texts(second)[-1]
    assert officer.full_name in said
    assert "appliqué" in said
    assert templates() == ["charter_to_sign"]
    assert state(retained) == E.ACCEPTED


@pytest.mark.parametrize("change", ["selection", "reason", "capacity", "newcomer"])
def test_a_board_that_changed_is_shown_again_and_nothing_leaves(desk, cycle, change):
    decided(cycle, "refuse", REASON)
    seal = desk.get(url(cycle, "appliquer/")).context["plan"].seal
    if change == "selection":
        Application.objects.update(selection="wait")
    elif change == "reason":
        Application.objects.update(reason="Une autre raison.")
    elif change == "capacity":
        type(cycle).objects.update(capacity=9)
    else:
        candidate(cycle)

    answer = desk.post(url(cycle, "appliquer/"), {"seal": seal}, follow=True)

    assert "a changé entre-temps" in texts(answer)[0]
    assert answer.redirect_chain[-1][0] == url(cycle, "appliquer/")
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("role", ["officer", "direction"])
def test_nobody_else_applies_a_board(client, cycle, role):
    retained = decided(cycle, "select")
    seal = composing.plan(cycle, cycle.officer).seal
    client.sign_in(PersonFactory(**{role: True}))

    assert client.post(url(cycle, "appliquer/"), {"seal": seal}).status_code == 403
    assert state(retained) == E.UNDER_REVIEW


def test_the_board_afterwards_says_who_applied_it(desk, cycle, officer):
    decided(cycle, "select")
    apply(cycle)

    page = desk.get(url(cycle)).text

    assert f"{officer.full_name} a appliqué la dernière sélection" in page


def test_the_history_of_the_activity_says_what_was_applied(desk, cycle):
    decided(cycle, "select")
    decided(cycle, "refuse", REASON)
    apply(cycle)

    page = desk.get(f"/gestion/programmes/practicecycle/{cycle.pk}/history/").text

    assert "Sélection appliquée" in page
    assert "1 retenue" in page


def test_a_declared_difficulty_stays_between_two(desk, cycle):
    """It is on the board of the officer; in no letter and no journal."""
    member = EnrolmentFactory(activity=cycle, accepted=True)
    named = decided(cycle, "select")
    Difficulty.objects.create(
        enrolment=member, kind=DifficultyKind.PERSON, with_person=named.person
    )

    apply(cycle)

    for text in OutgoingEmail.objects.values_list("text", flat=True):
        assert member.person.full_name not in text
