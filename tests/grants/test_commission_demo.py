"""The commission of the demo: twelve members, a sitting closed, one today, one being read."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Sum

from agency.core import journal
from agency.core.clock import now, paris, today, travel
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from agency.pages.demo import plan
from grants.choices import AIDED, Attending, Block, Capacity, Office, Outcome
from grants.demo import opinions
from grants.demo.agendas import prose
from grants.demo.days import CLOSED, READ, TODAY, Days
from grants.demo.schemes import HOURS, CommissionStory
from grants.demo.schemes import prose as dispositifs
from grants.models import (
    Application,
    InterestAnswer,
    Member,
    Opinion,
    Point,
    Recusal,
    Review,
    ReviewScore,
    Sitting,
    StepOut,
)
from grants.models.reading import presented_to
from grants.services import interests, live, reviews, room
from grants.services.quorum import House
from grants.states import PRESENTED, RecusalState, SittingState
from tests.grants.commission import MemberFactory, free, in_review, presented
from tests.grants.factories import InstructionReportFactory

MEMBERS, FILES = 12, 40


# --- Which is which -------------------------------------------------------------------
def sittings():
    """Those of the season that the demo tells, by name."""
    (rows,) = (
        one["sittings"]
        for one in dispositifs()["commission"]
        if one["slug"] == "commission-mobilite"
    )
    told = [Days.of(today(), row) for row in rows]
    return {one.story: opinions.sitting_of(one) for one in told if one.story}


@pytest.fixture
def told(world):
    return sittings()


def agenda(sitting):
    return Point.objects.filter(sitting=sitting)


# --- Who sits -------------------------------------------------------------------------
def test_twelve_members_with_a_chair_a_deputy_and_two_without_a_voice(told):
    seats = House(told[TODAY]).members

    assert len(seats) == MEMBERS
    assert Counter(one.capacity for one in seats) == {
        Capacity.TITULAR: 9,
        Capacity.ALTERNATE: 1,
        Capacity.CONSULTATIVE: 2,
    }
    assert {one.office for one in seats} == {Office.CHAIR, Office.DEPUTY, ""}


# --- The one that is being read ---------------------------------------------------------
def test_forty_files_are_read_of_all_disciplines_zones_and_departements(told):
    files = Application.objects.filter(sitting=told[READ], state__in=PRESENTED)

    assert files.count() == agenda(told[READ]).count() == FILES
    assert set(agenda(told[READ]).values_list("block", flat=True)) == {
        Block.CONSENSUAL,
        Block.DEBATED,
    }
    assert files.values("show__discipline").distinct().count() >= 7
    assert files.values("organisation__territory").distinct().count() == 5
    assert files.values("performances__zone").distinct().count() == 4
    assert files.filter(proposed__lte=0).count() == 0


def test_the_waterline_falls_inside(told):
    for name in (READ, TODAY):
        foreseen = agenda(told[name]).aggregate(sum=Sum("amount"))["sum"]
        given = told[name].envelopes.aggregate(sum=Sum("amount"))["sum"]

        assert Decimal("0.65") * foreseen < given < Decimal("0.8") * foreseen


def test_opinions_are_at_every_stage(told, world):
    half, tied = world.person("membre"), world.person("membre2")
    given = Review.objects.filter(application__sitting=told[READ]).given()

    assert given.filter(person=half).count() in range(15, 25)
    assert presented_to(half).filter(sitting=told[READ]).count() >= FILES - 2
    assert (
        not InterestAnswer.objects.filter(
            person=tied, application__in=agenda(told[READ]).values("application")
        )
        .exclude(application__number__contains="-S3-")
        .exists()
    )
    ties = Recusal.objects.filter(person=tied, application__sitting=told[READ])
    assert [one.state for one in ties] == [RecusalState.SUSPECTED]
    files = list(Application.objects.filter(sitting=told[READ]).select_related("rules"))
    standing = reviews.standings(files).values()
    assert 3 <= sum(one.is_contested for one in standing) <= 10


def test_opinions_in_bulk_are_those_of_the_service(db):
    """The same rows, to the entry of the journal, as a member who fills in the card."""
    sitting = in_review()
    file = presented(sitting, number="MOB-2026-S1-0003", proposed=Decimal(900))
    InstructionReportFactory(application=file)
    one, other = (MemberFactory(sitting=sitting).person for _member in range(2))
    free(file, one, other)

    opinions.write(sitting, one, 1)

    bulk = Review.objects.get(person=one)
    scores = {row.criterion_id: row.score for row in bulk.scores.all()}
    own = reviews.begin(file, other)
    words = {name: getattr(bulk, name) for name in ("opinion", "suggested", "comment")}
    reviews.save(own, words, scores, version=0, revision=bulk.revision, hand_in=True)
    service = Review.objects.get(person=other)

    assert facts(bulk) == facts(service)
    assert scores
    assert list(journal.broken_links()) == []


def facts(review):
    told = JournalEntry.objects.about(review).values_list("action", "data", "seq")
    rows = ReviewScore.objects.filter(review=review).order_by("criterion")
    return {
        "row": [
            getattr(review, name)
            for name in (
                "version",
                "revision",
                "state",
                "opinion",
                "suggested",
                "comment",
            )
        ],
        "dated": review.submitted_at is not None and review.saved_at is not None,
        "scores": list(rows.values_list("criterion", "score")),
        "journal": list(told),
        "by": [one.by == review.person for one in JournalEntry.objects.about(review)],
    }


# --- The one of today -----------------------------------------------------------------
def test_a_sitting_is_ready_today_and_opens_after_the_roll_call(told, world):
    sitting, officer = told[TODAY], world.person("agence")
    assert paris(sitting.meets_at).date() == today()
    assert sitting.state == SittingState.PREPARING
    assert 8 <= agenda(sitting).count() <= 12
    assert sitting.session.participations.exclude(convocations=None).count() == MEMBERS
    assert not Recusal.objects.filter(
        application__sitting=sitting, state=RecusalState.SUSPECTED
    ).exists()

    for one in House(sitting).members[:9]:
        room.arrive(sitting, one, by=officer)
    live.open_sitting(sitting, by=officer)

    first = agenda(sitting).filter(block=Block.DEBATED).first()
    point = live.start(first, by=officer, out=True)
    assert live.count_of(point).ok
    assert interests.leads(world.person("presidence"), sitting)


def test_everybody_has_declared_and_given_for_today(told):
    for one in House(told[TODAY]).members:
        person = one.person
        assert not interests.to_declare(told[TODAY], person).exists()
        left = presented_to(person).filter(sitting=told[TODAY])
        left = left.exclude(reviews__person=person)
        assert not (one.votes and left.exists())


SATURDAY = datetime(2027, 1, 16, 9, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "starts"), [(7, "09:30"), (11, "14:00"), (16, "18:00"), (22, "18:00")]
)
def test_the_sitting_of_today_is_today_on_a_saturday_too(hour, starts):
    day = SATURDAY.date()

    class Script:
        until = SATURDAY.replace(hour=hour - 1)

    days = Days.of(day, [-115, -57, 0, 7, TODAY])
    story = CommissionStory.__new__(CommissionStory)
    story.script = Script

    assert days.meets == day
    assert story._hours(days)[0] == starts
    assert (starts,) in [hours[:1] for hours in HOURS]
    assert days.closes <= day - timedelta(days=7)
    assert plan.is_working(days.closes)


@pytest.mark.parametrize("offset", range(0, 366, 5))
def test_whatever_the_day_reviews_close_between_the_deadline_and_the_sitting(offset):
    day = date(2027, 1, 1) + timedelta(days=offset)
    for row in ([-160, -116, -80, 7, CLOSED], [-115, -57, 0, 7, TODAY]):
        days = Days.of(day, row)
        assert days.opens < days.deadline < days.after(0.57) < days.closes < days.meets


# --- The one that is over -----------------------------------------------------------------
def test_a_sitting_is_closed_with_validated_minutes(told, world):
    sitting = told[CLOSED]

    assert sitting.state == SittingState.VALIDATED
    assert sitting.minutes.validated_by == world.person("presidence")
    assert sitting.minutes.document.file
    assert sitting.quorum_at_opening["ok"]
    assert sitting.opened_at < sitting.closed_at < sitting.minutes.validated_at
    outcomes = Counter(
        Opinion.objects.filter(point__sitting=sitting).values_list("outcome", flat=True)
    )
    assert outcomes[Outcome.ADJOURNED] == outcomes[Outcome.RESERVED] == 1
    assert outcomes[Outcome.UNFAVOURABLE] == 1
    assert sum(outcomes.values()) == agenda(sitting).count() in range(6, 11)


def test_it_had_everything_that_happens_in_a_sitting(told):
    sitting, points = told[CLOSED], agenda(told[CLOSED])

    assert set(sitting.presences.values_list("mode", flat=True)) == set(
        Attending.values
    )
    assert sitting.presences.exclude(left_at=None).count() == 1
    assert sitting.proxies.count() == 1
    assert StepOut.objects.filter(point__sitting=sitting).exists()
    assert points.filter(is_secret=False, votes_for__gt=0).count() >= 3
    secret = points.get(is_secret=True)
    assert secret.opinion.outcome == Outcome.UNFAVOURABLE
    tie = points.exclude(casting="").get()
    assert (tie.votes_for, tie.casting) == (tie.votes_against, "for")
    assert tie.opinion.outcome == Outcome.FAVOURABLE
    together = points.filter(block=Block.CONSENSUAL, votes_for=0)
    assert together.filter(opinion__outcome=Outcome.FAVOURABLE).count() >= 2
    assert points.filter(started_at=None).count() == 0


def test_what_was_adjourned_is_on_the_agenda_that_is_being_read(told):
    adjourned = agenda(told[CLOSED]).get(opinion__outcome=Outcome.ADJOURNED)

    assert adjourned.application.sitting == told[READ]
    assert agenda(told[READ]).filter(application=adjourned.application).exists()
    assert not adjourned.application.reviews.given().exists()


# --- Nothing is broken ------------------------------------------------------------------
def test_no_envelope_is_exceeded_and_every_link_of_the_journal_holds(told):
    for sitting in Sitting.objects.exclude(envelopes=None):
        for envelope in sitting.envelopes.all():
            given = Opinion.objects.filter(
                point__sitting=sitting,
                point__application__scheme=envelope.scheme,
                outcome__in=AIDED,
            ).aggregate(sum=Sum("amount"))["sum"]
            assert (given or 0) <= envelope.amount
    assert list(journal.broken_links()) == []


def test_nobody_was_counted_for_a_file_that_is_shut_to_them(told):
    barred = Recusal.objects.barring().filter(application__points__sitting=told[CLOSED])
    assert barred.exists()

    for one in barred:
        count = one.application.points.get(sitting=told[CLOSED]).count
        assert one.person_id not in count["present"]
        assert not one.application.points.filter(
            votes__member__enrolment__person=one.person
        ).exists()


def test_loading_draws_few_papers(world):
    """Notes and summaries of the files are for the workers, once the demo is open."""
    kinds = Counter(IssuedDocument.objects.values_list("kind", flat=True))

    assert kinds["grant_briefing"] == 0
    assert kinds["grant_minutes"] == 1
    assert kinds["grant_summary"] <= 12


def test_zones_of_the_usual_scheme_have_their_targets(told):
    file = Application.objects.filter(sitting=told[TODAY]).first()

    rows = file.rules.zones.exclude(target=None).order_by("order")
    assert list(rows.values_list("target", flat=True)) == [60, 20, 10, 10]


def test_the_reasons_are_set_as_in_print():
    for text in texts(prose()):
        assert "'" not in text
        for mark in (" ;", " :", " !", " ?", " %"):
            assert mark not in text, text


def texts(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.slow
@pytest.mark.parametrize(
    "day",
    [
        datetime(2027, 1, 8, 10, 0, tzinfo=UTC),
        datetime(2027, 3, 21, 21, 0, tzinfo=UTC),
        datetime(2026, 8, 15, 5, 0, tzinfo=UTC),
    ],
    ids=["after the holidays", "a sunday evening", "in august"],
)
def test_whatever_the_day_the_three_sittings_are_there(db, settings, day):
    settings.DEMO = True
    with travel(day):
        call_command("demo", verbosity=0)

        found = sittings()
        assert agenda(found[READ]).count() == FILES
        assert agenda(found[CLOSED]).count() == 9
        assert found[CLOSED].state == SittingState.VALIDATED
        assert paris(found[TODAY].meets_at).date() == paris(now()).date()
        assert agenda(found[TODAY]).count() == 10
        assert Member.objects.in_office().count() == MEMBERS
