"""To apply: what is kept, what is sent, what is refused, and why."""

from datetime import timedelta

import pytest

from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from mentoring.choices import Side
from mentoring.models import MentoringApplication, Veto
from mentoring.services import applications, calls, review
from mentoring.states import RUNNING, ApplicationState
from tests.mentoring.factories import (
    EditionFactory,
    MentoringApplicationFactory,
    VetoFactory,
)
from tests.people.factories import PersonFactory, ProfessionFactory

pytestmark = pytest.mark.django_db
S = ApplicationState
MARKER = "MARQUEUR-QUE-PERSONNE-NE-LIT"


def letters(person):
    found = OutgoingEmail.objects.filter(person=person).order_by("pk")
    return [one.template.rpartition("/")[2] for one in found]


def draft(edition, person=None, **more):
    return MentoringApplicationFactory(
        edition=edition, person=person or PersonFactory(), **more
    )


# --- Writing -------------------------------------------------------------------------
def test_a_draft_is_kept_as_far_as_it_goes(edition, stranger):
    one = applications.write(
        edition,
        person=stranger,
        side=Side.MENTEE,
        answers={"years": 1, "topics": ["budget"]},
        vetoes=["La compagnie de mon stage"],
    )

    assert (one.state, one.years, one.topics) == (S.DRAFT, 1, ["budget"])
    assert [veto.words for veto in one.vetoes.all()] == ["La compagnie de mon stage"]
    assert letters(stranger) == []


def test_writing_again_changes_the_same_row_and_keeps_the_links(edition, stranger):
    say = {"edition": edition, "person": stranger, "side": Side.MENTOR, "answers": {}}
    one = applications.write(**say, vetoes=["Paul", "Anne"])
    house = PersonFactory()
    one.vetoes.filter(words="Paul").update(with_person=house)

    again = applications.write(**say, vetoes=["Paul", "Zoé"])

    assert again.pk == one.pk
    assert dict(again.vetoes.values_list("words", "with_person")) == {
        "Paul": house.pk,
        "Zoé": None,
    }


@pytest.mark.parametrize("role", ["officer", "accountant", "superuser"])
def test_nobody_of_the_team_applies(edition, role):
    person = PersonFactory(**{role: True})
    if role == "superuser":
        assert person.is_staff

    with pytest.raises(MoveBlocked, match="équipe de l’agence"):
        applications.write(edition, person=person, side=Side.MENTOR, answers={})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": "announced"}, "pas encore ouvert"),
        ({"opens_at": now() + timedelta(days=1)}, "pas encore ouvert"),
        ({"closes_at": now() - timedelta(days=1)}, "clos"),
        ({"state": "running"}, "clos"),
        ({"state": "cancelled"}, "annulée"),
    ],
)
def test_nobody_writes_outside_the_call(stranger, changes, sentence):
    edition = EditionFactory(**changes)

    with pytest.raises(MoveBlocked, match=sentence):
        applications.write(edition, person=stranger, side=Side.MENTEE, answers={})

    assert not MentoringApplication.objects.exists()


@pytest.mark.parametrize("state", ["eligible", "interviewed", "retained", "refused"])
def test_what_is_read_changes_no_more(edition, state):
    one = draft(edition, **{state: True})

    with pytest.raises(MoveBlocked, match="à l’étude"):
        applications.write(
            edition, person=one.person, side=one.side, answers={"years": 9}
        )


def test_a_complement_is_written_after_the_call(edition):
    one = draft(edition, complement=True)
    edition.closes_at = now() - timedelta(hours=1)
    edition.save(update_fields=["closes_at"])

    applications.write(edition, person=one.person, side=one.side, answers={"years": 1})
    one.refresh_from_db()
    applications.complete(one, by=one.person)

    assert (one.state, one.years) == (S.SUBMITTED, 1)
    assert letters(one.person) == ["application_received"]


# --- Sending -------------------------------------------------------------------------
@pytest.mark.parametrize("side", [{}, {"mentor": True}])
def test_a_whole_draft_is_sent_once_with_a_receipt(edition, side):
    one = draft(edition, **side)

    applications.submit(one, by=one.person)

    assert one.state == S.SUBMITTED
    assert letters(one.person) == ["application_received"]
    with pytest.raises(MoveRefused):
        applications.submit(one, by=one.person)
    assert len(letters(one.person)) == 1


@pytest.mark.parametrize("name", applications.needed(Side.MENTEE))
def test_nothing_is_sent_with_a_hole(edition, name):
    empty = {"profession": None, "territory": None, "years": None}
    lists = ("topics", "art_forms", "organisation_kinds")
    value = empty.get(name, [] if name in lists else "")
    one = draft(edition, **{name: value})

    assert applications.missing(one) == [name]
    with pytest.raises(MoveBlocked, match="manque des réponses"):
        applications.submit(one, by=one.person)


def test_years_may_be_none_at_all(edition):
    assert applications.missing(draft(edition, years=0)) == []


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ({"mentor": True}, {}, "candidaté pour être mentor·e"),
        ({}, {"mentor": True}, "candidaté pour être accompagné·e"),
    ],
)
@pytest.mark.parametrize("state", RUNNING)
def test_one_is_not_both_halves_of_a_pair(edition, first, second, sentence, state):
    sent = draft(edition, **first, **{state.value: True})
    other = draft(edition, person=sent.person, **second)

    with pytest.raises(MoveBlocked, match=sentence):
        applications.submit(other, by=other.person)

    other.refresh_from_db()
    assert other.state == S.DRAFT


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_what_is_over_bars_the_other_side_no_more(edition, state):
    over = draft(edition, mentor=True, **{state: True})
    other = draft(edition, person=over.person)

    applications.submit(other, by=other.person)

    assert other.state == S.SUBMITTED


def test_who_joined_the_team_meanwhile_sends_nothing(edition):
    one = draft(edition, person=PersonFactory(secretary=True))

    with pytest.raises(MoveBlocked, match="équipe"):
        applications.submit(one, by=one.person)


def test_a_draft_is_not_sent_once_the_call_is_over(edition):
    one = draft(edition)

    with travel(edition.closes_at), pytest.raises(MoveBlocked, match="clos"):
        applications.submit(one, by=one.person)


# --- Taking back -----------------------------------------------------------------------
def test_what_was_withdrawn_is_taken_up_again_while_the_call_is_open(edition):
    one = draft(edition, submitted=True)

    applications.withdraw(one, by=one.person)
    applications.resume(one, by=one.person)
    applications.submit(one, by=one.person)

    assert (one.state, one.ended_at) == (S.SUBMITTED, None)


def test_nothing_is_taken_up_again_after_the_call(edition):
    one = draft(edition, withdrawn=True)

    with travel(edition.closes_at), pytest.raises(MoveBlocked, match="clos"):
        applications.resume(one, by=one.person)


def test_a_draft_thrown_away_leaves_no_row_and_what_is_sent_stays(edition):
    one, sent = draft(edition), draft(edition, submitted=True)
    VetoFactory(application=one)

    applications.discard(one, by=one.person)
    applications.discard(sent, by=sent.person)

    assert list(MentoringApplication.objects.all()) == [sent]
    assert not Veto.objects.exists()


# --- Last year -------------------------------------------------------------------------
def test_last_years_answers_are_those_of_the_same_side(edition, stranger):
    mentee = draft(EditionFactory(), person=stranger, refused=True)
    mentor = draft(EditionFactory(), person=stranger, mentor=True, withdrawn=True)
    draft(EditionFactory(), person=stranger)  # never sent
    draft(EditionFactory(), submitted=True)  # of somebody else

    assert applications.former(edition, stranger, Side.MENTEE) == mentee
    assert applications.former(edition, stranger, Side.MENTOR) == mentor


def test_a_former_mentee_finds_what_they_wrote_as_one(edition, stranger):
    mentee = draft(EditionFactory(), person=stranger, retained=True)

    assert applications.former(edition, stranger, Side.MENTOR) == mentee


def test_what_was_emptied_is_not_taken_over(edition, stranger):
    draft(EditionFactory(), person=stranger, refused=True, motivation="")

    assert applications.former(edition, stranger, Side.MENTEE) is None


# --- Thresholds ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wrote", "alert"),
    [
        ({"mentor": True, "years": 8}, []),
        (
            {"mentor": True, "years": 7},
            ["7 ans de pratique, quand l’édition en demande 8 ans."],
        ),
        ({"years": 3}, []),
        ({"years": 4}, ["4 ans de pratique, quand l’édition s’arrête à 3 ans."]),
        ({"years": 12, "stage": "changing"}, []),
        ({"years": None}, []),
        (
            {"mentor": True, "capacity": 3},
            ["Un·e mentor·e accompagne 1 personne au plus dans cette édition."],
        ),
    ],
)
def test_thresholds_are_told_and_bar_nobody(edition, wrote, alert):
    one = draft(edition, **wrote)

    assert list(calls.alerts(one)) == alert


def test_a_profession_of_the_family_is_of_the_edition(edition):
    family = ProfessionFactory()
    edition.professions.add(family)

    assert not list(
        calls.alerts(draft(edition, profession=ProfessionFactory(parent=family)))
    )
    assert list(calls.alerts(draft(edition))) == [
        "L’édition s’adresse à d’autres métiers."
    ]


def test_the_journal_holds_no_word_of_it(edition, officer):
    one = draft(edition, motivation=MARKER, submitted=True)
    VetoFactory(application=one, words=MARKER)

    review.ask(one, by=officer, reason=MARKER)
    applications.complete(one, by=one.person)
    review.qualify(one, by=officer)
    review.interview(one, by=officer, note=MARKER)
    review.refuse(one, by=officer, told=MARKER, note=MARKER)

    said = list(JournalEntry.objects.filter(object_id=one.pk).values_list("data"))
    assert len(said) == 5
    assert MARKER not in str(said)
