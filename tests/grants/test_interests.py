"""Interests come before files; who stands back reads nothing, whichever way they come."""

import pytest

from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from grants.models import InterestAnswer, InternalNote, Recusal
from grants.models.application import Application
from grants.models.reading import presented_to
from grants.services import conflicts, interests, reviews, to_read
from tests.grants.commission import MemberFactory, free, in_review, presented, tied
from tests.grants.desk import LIST, PIPELINE, page
from tests.grants.factories import ApplicationDocumentFactory
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def person(sitting):
    return MemberFactory(sitting=sitting).person


@pytest.fixture
def chair(sitting):
    return MemberFactory(sitting=sitting, chair=True).person


@pytest.fixture
def application(sitting):
    return presented(sitting)


# --- Before any file opens ----------------------------------------------------------
def test_no_file_opens_before_one_declared(sitting, person, application):
    assert not presented_to(person).exists()

    interests.declare(sitting, person, {application.pk: ""})

    assert list(presented_to(person)) == [application]


def test_what_is_declared_shuts_the_file_at_once(sitting, person, application):
    other = presented(sitting)

    interests.declare(sitting, person, {application.pk: "family", other.pk: ""})

    assert list(presented_to(person)) == [other]
    recusal = Recusal.objects.get()
    assert (recusal.state, recusal.origin) == ("in_force", "self")
    assert JournalEntry.objects.about(recusal).get().action == "declare"


def test_every_file_is_answered_about(sitting, person, application):
    presented(sitting)

    with pytest.raises(MoveBlocked):
        interests.declare(sitting, person, {application.pk: ""})

    assert not InterestAnswer.objects.exists()


def test_a_file_that_comes_later_is_asked_about_alone(sitting, person, application):
    interests.declare(sitting, person, {application.pk: ""})
    late = presented(sitting)

    assert list(interests.to_declare(sitting, person)) == [late]
    assert list(presented_to(person)) == [application]


def test_declared_twice_the_first_answer_stands(sitting, person, application):
    interests.declare(sitting, person, {application.pk: "family"})
    interests.declare(sitting, person, {application.pk: ""})

    assert not presented_to(person).exists()
    assert InterestAnswer.objects.get().nature == "family"


# --- Somebody decides -----------------------------------------------------------------
@pytest.fixture
def suspected(sitting, person, application):
    AffiliationFactory(person=person, organisation=application.organisation)
    free(application, person)
    (found,) = conflicts.notice(sitting)
    return found


def test_rejected_with_a_reason_the_file_opens(person, chair, suspected):
    with pytest.raises(MoveBlocked):
        interests.reject(suspected, by=chair)
    assert not presented_to(person).exists()

    interests.reject(suspected, by=chair, reason="Un homonyme.")

    assert presented_to(person).exists()
    entry = JournalEntry.objects.about(suspected).get(action="reject")
    assert (entry.by, entry.data["reason"]) == (chair, "Un homonyme.")


def test_confirmed_it_stays_shut_until_it_is_lifted(person, chair, suspected):
    interests.confirm(suspected, by=chair)
    assert not presented_to(person).exists()

    interests.lift(suspected, by=chair, reason="Plus aucun lien depuis six ans.")
    assert presented_to(person).exists()

    interests.impose(suspected, by=chair)
    assert not presented_to(person).exists()


def test_a_declared_interest_that_the_chair_lifts_opens_the_file(
    sitting, person, chair, application
):
    interests.declare(sitting, person, {application.pk: "rivalry"})
    assert not presented_to(person).exists()

    interests.lift(Recusal.objects.get(), by=chair, reason="Un différend réglé.")

    assert list(presented_to(person)) == [application]


def test_nobody_decides_about_themselves_not_even_the_chair(sitting, chair):
    one = presented(sitting)
    own = tied(one, chair)

    with pytest.raises(MoveBlocked):
        interests.lift(own, by=chair, reason="Je suis impartial.")

    assert not presented_to(chair).exists()


def test_decided_twice_the_second_learns_of_it(chair, suspected):
    stale = Recusal.objects.get()
    interests.confirm(suspected, by=chair)

    with pytest.raises(MoveRefused):
        interests.reject(stale, by=chair, reason="Non.")


def test_a_suspicion_that_is_declared_is_in_force(person, suspected, application):
    InterestAnswer.objects.all().delete()

    interests.declare(application.sitting, person, {application.pk: "employment"})

    suspected.refresh_from_db()
    assert (suspected.state, suspected.origin) == ("in_force", "self")


def test_what_the_minutes_say_of_it(person, application):
    said = interests.sentence(tied(application, person))

    assert person.full_name in said
    assert application.number in said
    assert "ni au débat ni au vote" in said


# --- The strict option ------------------------------------------------------------------
@pytest.mark.parametrize(("strict", "left"), [(False, 2), (True, 1)])
def test_whose_house_applies_reads_no_file_of_that_scheme_when_it_is_strict(
    sitting, person, application, strict, left
):
    type(sitting).objects.filter(pk=sitting.pk).update(strict=strict)
    rival = presented(sitting, rules=application.rules)
    elsewhere = presented(sitting)
    free(rival, person)
    free(elsewhere, person)
    tied(application, person, "employment")

    assert presented_to(person).count() == left
    assert presented_to(person).filter(pk=elsewhere.pk).exists()


def test_another_tie_shuts_its_own_file_alone_even_then(sitting, person, application):
    type(sitting).objects.filter(pk=sitting.pk).update(strict=True)
    rival = presented(sitting, rules=application.rules)
    free(rival, person)
    tied(application, person, "family")

    assert list(presented_to(person)) == [rival]


# --- Everywhere (I6) ---------------------------------------------------------------------
def test_a_recused_member_reads_and_writes_nothing(sitting, person, application):
    free(application, person)
    review = reviews.begin(application, person)
    interests.stand_back(application, person, "family", by=person)

    assert to_read.queue(sitting, person) == []
    with pytest.raises(MoveBlocked):
        reviews.save(review, {}, {}, version=0, revision=1)
    with pytest.raises(MoveBlocked):
        reviews.ask(application, "Pourquoi ?", by=person)


@pytest.mark.parametrize("role", ["officer", "secretary", "direction", "decider"])
def test_a_recusal_holds_for_the_team_too(client, application, role):
    someone = PersonFactory()
    someone.roles.create(role=role)
    someone = type(someone).objects.get(pk=someone.pk)
    InternalNote.objects.create(
        application=application, author=PersonFactory(officer=True), body="Entre nous."
    )
    paper = ApplicationDocumentFactory(application=application, scan="clean")
    client.sign_in(someone)
    assert client.get(page(application)).status_code == 200
    assert someone.has_perm("grants.read_applicationdocument", paper)

    interests.stand_back(application, someone, "family", by=someone)

    assert client.get(page(application)).status_code == 404
    assert application.number not in client.get(LIST).content.decode()
    for shape in ("csv", "xlsx"):
        exported = client.get(f"{LIST}export/?format={shape}")
        assert application.number.encode() not in exported.content
    beside = presented(application.sitting, organisation=application.organisation)
    for elsewhere in (f"{PIPELINE}?seance=toutes", page(beside)):
        said = client.get(elsewhere).content.decode()
        assert beside.number in said
        assert application.number not in said
    found = client.get(f"{LIST}?q={application.number}").content.decode()
    assert application.organisation.name not in found
    assert (
        not Application.objects.visible_to(someone).filter(pk=application.pk).exists()
    )
    assert not InternalNote.objects.visible_to(someone).exists()
    fresh = type(paper).objects.get(pk=paper.pk)
    assert not someone.has_perm("grants.read_applicationdocument", fresh)
