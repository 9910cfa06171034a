"""The minutes: what they say and never say, validated once."""

import json
from decimal import Decimal

import pytest

from agency.activities.models import Participation
from agency.activities.services import enrolments
from agency.core.clock import paris
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from grants.minutes_paper import MINUTES
from grants.models import (
    Application,
    InternalNote,
    Minutes,
    Point,
    Proxy,
    Sitting,
    SittingEnvelope,
    StepOut,
    Vote,
)
from grants.services import minutes, submission
from grants.services.minutes_content import Told, content
from grants.states import ApplicationState, SittingState
from tests.documents.reading import tags, words
from tests.grants.commission import (
    MemberFactory,
    point_of,
    presented,
    rules_with_criteria,
    tied,
)
from tests.grants.factories import ApplicationFactory
from tests.grants.minuted import (
    DEBATE,
    HOUR,
    close,
    give,
    heard,
    held,
    paper,
    reviewed,
    secretary,
    validated,
)

pytestmark = pytest.mark.django_db
MARKER = "MARQUEUR"


@pytest.fixture
def sitting():
    return held()


# --- What they say -------------------------------------------------------------------
def test_who_was_there_when_and_how(sitting):
    _chair, present, giver, *_others = sitting.seats
    stay = giver.presences.get()
    stay.left_at, stay.mode = stay.arrived_at + HOUR, "remote"
    stay.save()
    Proxy.objects.create(sitting=sitting, giver=giver, holder=present)
    alternate = MemberFactory(
        sitting=sitting, capacity="alternate", alternate_of=present
    )
    away = MemberFactory(sitting=sitting)
    Participation.objects.create(
        session=sitting.session,
        enrolment=away.enrolment,
        person=away.person,
        state="excused",
    )

    said = {one["person"]: one for one in content(close(sitting))["members"]}

    assert len(said) == 7
    (kept,) = said[giver.person.pk]["stays"]
    assert (kept["mode"], kept["to"]) == (
        "remote",
        _written(stay.left_at),
    )
    assert said[giver.person.pk]["gave"][0]["name"] == present.person.full_name
    assert said[present.person.pk]["holds"][0]["name"] == giver.person.full_name
    assert said[alternate.person.pk]["alternate_of"] == present.person.full_name
    assert (said[away.person.pk]["excused"], said[away.person.pk]["stays"]) == (
        True,
        [],
    )
    assert next(iter(said)) == sitting.chair.person.pk


def _written(moment):
    return paris(moment).isoformat(timespec="minutes")


def test_a_seat_whose_mandate_ended_since_stays_in_them(sitting):
    heard(sitting)
    gone = sitting.seats[-1]
    enrolments.withdraw(gone.enrolment, by=None, reason="Fin du mandat.")

    said = content(close(sitting))["members"]

    assert gone.person.pk in [one["person"] for one in said]


def test_each_file_with_its_quorum_its_ballot_and_its_opinion(sitting):
    rules = rules_with_criteria()
    SittingEnvelope.objects.create(
        sitting=sitting, scheme=rules.scheme, amount=Decimal(5000)
    )
    aided = heard(sitting, rules=rules, amount=Decimal(900))
    refused = heard(sitting, "unfavourable", rules=rules)
    deputy = MemberFactory(sitting=sitting, office="deputy")
    Point.objects.filter(application=refused).update(
        presided_by=deputy.person, is_secret=True, votes_against=5, casting="against"
    )
    left = presented(sitting, rules=rules)
    Application.objects.filter(pk=left.pk).update(state=ApplicationState.READY)

    said = content(close(sitting))

    first, second = said["files"]
    assert (first["number"], first["amount"]) == (aided.number, "900.00")
    assert (first["quorum"]["seats"], first["quorum"]["counted"]) == (5, 5)
    assert (first["vote"]["for"], first["vote"]["secret"]) == (5, False)
    assert first["presided_by"] == ""
    assert second["presided_by"] == deputy.person.full_name
    assert second["vote"]["casting"] == "against"
    (scheme,) = said["schemes"]
    assert (scheme["envelope"], scheme["granted"]) == ("5000.00", "900.00")
    assert [one["number"] for one in said["aside"]] == [left.number]
    assert json.loads(json.dumps(said)) == said


def test_what_was_withdrawn_stands_there_and_what_was_never_on_the_agenda_does_not(
    sitting,
):
    heard(sitting)
    gone = presented(sitting)
    never = ApplicationFactory(sent=True, sitting=sitting)
    for one in (gone, never):
        submission.withdraw(one, by=one.editors.first().person)

    said = content(close(sitting))

    assert [(one["number"], one["withdrawn"]) for one in said["aside"]] == [
        (gone.number, True)
    ]


def test_whoever_stands_back_is_named_with_the_hours(sitting):
    application = presented(sitting)
    inside, absent = sitting.seats[1], MemberFactory(sitting=sitting)
    tied(application, inside.person)
    tied(application, absent.person)
    give(application)
    point = point_of(application)
    StepOut.objects.create(
        point=point, member=inside, left_at=point.started_at, back_at=point.ended_at
    )
    # Found once the opinion was given: it changes nothing of who took part.
    tied(application, sitting.seats[2].person)

    (file,) = content(close(sitting))["files"]

    said = {one["person"]: one for one in file["recusals"]}
    assert set(said) == {inside.person.pk, absent.person.pk}
    assert "retiré" in said[inside.person.pk]["sentence"]
    assert said[inside.person.pk]["left_at"] == _written(point.started_at)
    assert "retiré" not in said[absent.person.pk]["sentence"]


def test_never_the_debate_nor_a_score_nor_who_voted_what(sitting):
    application = heard(sitting, "adjourned")
    person = sitting.seats[1].person
    reviewed(application, person, comment=f"{MARKER}-AVIS", suggested=Decimal(4321))
    Vote.objects.create(
        point=point_of(application),
        member=sitting.seats[1],
        choice="against",
        by=sitting.seats[1].person,
    )

    sitting, row = validated(sitting)

    assert DEBATE not in json.dumps(row.content)
    text = words(paper(row))
    for marker in (DEBATE, f"{MARKER}-AVIS", "4321", "4 321"):
        assert marker not in text
    assert "against" not in json.dumps(row.content["files"]).replace('"against": 0', "")
    assert DEBATE not in str(InternalNote.objects.get().body)


def missing(sitting, reader=None):
    told = Told(sitting)
    return minutes.missing(
        sitting, told.points, told.shut.get(reader and reader.pk, ())
    )


# --- To validate them ----------------------------------------------------------------
def test_what_is_missing_is_said_before_and_refused(sitting):
    application = presented(sitting)
    closed = close(sitting)
    assert any(application.number in line for line in missing(closed))

    with pytest.raises(MoveBlocked, match=application.number):
        minutes.validate(closed, by=closed.chair.person)

    assert not Minutes.objects.exclude(validated_at=None).exists()
    closed.refresh_from_db()
    assert closed.state == SittingState.DELIBERATED


def test_what_is_missing_of_a_file_is_not_told_to_who_stands_back(sitting):
    application = presented(sitting)
    tied(application, sitting.chair.person)
    closed = close(sitting)

    said = " ".join(missing(closed, closed.chair.person))

    assert said
    assert application.number not in said


def test_a_file_that_is_no_longer_there_keeps_nothing_back(sitting):
    heard(sitting)
    gone = presented(sitting)
    Application.objects.filter(pk=gone.pk).update(state=ApplicationState.READY)

    assert missing(close(sitting)) == []


def test_the_chair_validates_once_closed_and_nobody_else(sitting):
    heard(sitting)
    with pytest.raises(MoveRefused):
        minutes.validate(sitting, by=sitting.chair.person)

    closed = close(sitting)
    for person in (secretary(), sitting.seats[1].person):
        with pytest.raises(MoveBlocked):
            minutes.validate(closed, by=person)
    row = minutes.validate(closed, by=closed.chair.person)

    assert row.validated_by == closed.chair.person
    assert Sitting.objects.get(pk=closed.pk).state == SittingState.VALIDATED
    document = IssuedDocument.objects.get(kind=MINUTES)
    assert document.reference.startswith("PVC-")
    assert row.document == document
    data = paper(row)
    text = words(data)
    assert closed.chair.person.full_name in text
    assert "Projet" not in text
    assert {"/H1", "/H2", "/H3", "/Table"} <= set(tags(data))


def test_the_deputy_validates_too(sitting):
    heard(sitting)
    deputy = MemberFactory(sitting=sitting, office="deputy")

    row = minutes.validate(close(sitting), by=deputy.person)

    assert row.validated_by == deputy.person


def test_validated_a_second_time_is_refused(sitting):
    heard(sitting)
    closed = close(sitting)
    again = Sitting.objects.get(pk=closed.pk)
    minutes.validate(closed, by=closed.chair.person)

    with pytest.raises(MoveRefused):
        minutes.validate(again, by=closed.chair.person)

    assert IssuedDocument.objects.filter(kind=MINUTES).count() == 1


def test_what_is_frozen_does_not_move_and_remarks_are_locked(sitting):
    application = heard(sitting, told="Un motif.")
    by = secretary()
    minutes.save_remarks(sitting, "Un accueil.", version=0, by=by)
    sitting, row = validated(sitting)
    application.show.title = "Un autre titre"
    application.show.save()

    with pytest.raises(MoveBlocked):
        minutes.save_remarks(sitting, "Autre chose.", version=1, by=by)

    row.refresh_from_db()
    assert row.remarks == "Un accueil."
    assert "Un autre titre" not in json.dumps(row.content)
    assert "Un accueil." in words(paper(row))


def test_members_are_told_and_the_chair_of_the_draft():
    sitting = held(members=2)
    heard(sitting)
    closed = close(sitting)
    minutes.draft(closed, by=secretary())
    minutes.draft(closed, by=secretary())
    (letter,) = OutgoingEmail.objects.filter(template__endswith="minutes_draft")
    assert letter.person == closed.chair.person

    minutes.validate(closed, by=closed.chair.person)

    told = OutgoingEmail.objects.filter(template__endswith="minutes_validated")
    assert {one.person_id for one in told} == {one.person.pk for one in closed.seats}


def test_without_the_chair_in_the_room_the_deputy_is_told(sitting):
    deputy = MemberFactory(sitting=sitting, office="deputy")
    sitting.chair.presences.all().delete()

    minutes.draft(close(sitting), by=secretary())

    told = OutgoingEmail.objects.filter(template__endswith="minutes_draft")
    assert {one.person_id for one in told} == {
        deputy.person.pk,
        sitting.chair.person.pk,
    }
