"""The cast of mentoring: editions, applications in each state, pairs and their meetings."""

from dataclasses import asdict
from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from agency.core.clock import now, paris, today
from mentoring.choices import EndReason, Way
from mentoring.matching.engine import match
from mentoring.matching.inputs import VERSION, Inputs, Settings
from mentoring.matching.snapshots import snapshot
from mentoring.models import (
    AgencyNote,
    EditionDetails,
    Goal,
    MatchProposal,
    MatchRule,
    MatchRun,
    MentoringApplication,
    MentoringEdition,
    NudgeSent,
    Pair,
    PairAlert,
    PairMeeting,
    PrivateNote,
    PulseCheck,
    Review,
    SharedReview,
    Veto,
)
from mentoring.services.matching import outcome
from mentoring.services.pool import USUAL
from mentoring.states import ApplicationState, MeetingState, PairState
from tests.activities.factories import ActivityFactory
from tests.people.factories import PersonFactory, ProfessionFactory, TerritoryFactory

S = ApplicationState


class EditionFactory(ActivityFactory):
    """Next year's, its call open."""

    kind = "mentoring"
    title = factory.Sequence(lambda n: f"Mentorat, promotion {n}")
    slug = factory.Sequence(lambda n: f"mentorat-{n}")
    registration_mode = "appointment"
    confidentiality = "sealed"
    capacity = None
    details = factory.RelatedFactory(
        "tests.mentoring.factories.DetailsFactory", "activity"
    )


class DetailsFactory(DjangoModelFactory):
    class Meta:
        model = EditionDetails


def sent(state, **more):
    """In ``state``, sent three days ago."""
    dates = {"submitted_at": factory.LazyFunction(lambda: now() - timedelta(days=3))}
    return factory.Trait(state=state, **dates, **more)


class MentoringApplicationFactory(DjangoModelFactory):
    """A whole draft of somebody who starts out, unless a trait says otherwise."""

    class Meta:
        model = MentoringApplication

    class Params:
        mentor = factory.Trait(side="mentor", stage="", capacity=1, years=12)
        submitted = sent(S.SUBMITTED)
        complement = sent(S.COMPLEMENT, asked="Quelles productions avez-vous suivies ?")
        eligible = sent(S.ELIGIBLE)
        interviewed = sent(
            S.INTERVIEWED,
            interviewed_on=factory.LazyFunction(today),
            interview_note="Parle de son poste avec justesse.",
        )
        retained = sent(S.RETAINED, decided_at=factory.LazyFunction(now))
        waitlisted = sent(S.WAITLISTED, decided_at=factory.LazyFunction(now))
        refused = sent(
            S.REFUSED,
            decided_at=factory.LazyFunction(now),
            ended_at=factory.LazyFunction(now),
            told="Cette édition s’adresse aux personnes qui débutent.",
        )
        withdrawn = sent(S.WITHDRAWN, ended_at=factory.LazyFunction(now))

    edition = factory.SubFactory(EditionFactory)
    person = factory.SubFactory(PersonFactory)
    side = "mentee"
    profession = factory.SubFactory(ProfessionFactory)
    years = 2
    stage = "starting"
    experience = "Un stage, puis un premier poste."
    art_forms = ["theatre"]
    organisation_kinds = ["company"]
    territory = factory.SubFactory(TerritoryFactory)
    mobility = "region"
    meeting = "both"
    availability = "Le vendredi"
    topics = ["production", "budget"]
    expectations = "Comprendre un montage."
    motivation = "Je n’ai personne à qui poser les questions simples."


class VetoFactory(DjangoModelFactory):
    class Meta:
        model = Veto

    application = factory.SubFactory(MentoringApplicationFactory, submitted=True)
    words = "La compagnie de mon stage"


# --- Pairs ----------------------------------------------------------------------
class RunningEditionFactory(ActivityFactory):
    """A year of mentoring that began three months ago."""

    class Meta:
        model = MentoringEdition
        skip_postgeneration_save = True

    kind = "mentoring"
    title = factory.Sequence(lambda n: f"Mentorat, \u00e9dition {n}")
    slug = factory.Sequence(lambda n: f"promotion-{n}")
    state = "running"

    @factory.post_generation
    def details(edition, create, said):
        EditionDetails.objects.create(
            **{
                "activity": edition,
                "starts_on": today() - timedelta(days=100),
                "ends_on": today() + timedelta(days=250),
            }
            | (said or {})
        )


def ago(**span):
    # By the clock on the wall: late in the evening, a month ago is another day in UTC.
    return factory.LazyFunction(lambda: paris(now()) - timedelta(**span))


class PairFactory(DjangoModelFactory):
    class Meta:
        model = Pair

    class Params:
        notified = factory.Trait(
            state=PairState.NOTIFIED,
            notified_at=ago(hours=1),
            answer_by=factory.LazyFunction(lambda: now() + timedelta(days=5)),
        )
        accepted = factory.Trait(
            notified=True,
            state=PairState.ACCEPTED,
            mentor_accepted_at=ago(minutes=30),
            mentee_accepted_at=ago(minutes=20),
        )
        active = factory.Trait(
            accepted=True, state=PairState.ACTIVE, activated_at=ago(days=90)
        )
        completed = factory.Trait(
            active=True, state=PairState.COMPLETED, ended_at=ago(days=1)
        )
        ended_early = factory.Trait(
            active=True,
            state=PairState.ENDED_EARLY,
            ended_at=ago(days=1),
            ended_by="mentee",
            end_reason=EndReason.TIME,
        )
        declined = factory.Trait(
            notified=True,
            state=PairState.DECLINED,
            declined_by="mentee",
            ended_at=ago(minutes=5),
        )

    activity = factory.SubFactory(RunningEditionFactory)
    mentor = factory.SubFactory(PersonFactory)
    mentee = factory.SubFactory(PersonFactory)


class PairMeetingFactory(DjangoModelFactory):
    class Meta:
        model = PairMeeting

    pair = factory.SubFactory(PairFactory, active=True)
    day = factory.LazyFunction(lambda: today() - timedelta(days=10))
    minutes = 60
    way = Way.REMOTE
    state = MeetingState.HELD
    logged_by = "mentee"


class PrivateNoteFactory(DjangoModelFactory):
    class Meta:
        model = PrivateNote

    meeting = factory.SubFactory(PairMeetingFactory)
    side = "mentee"
    text = "Une note pour moi."


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = Goal

    pair = factory.SubFactory(PairFactory, active=True)
    text = "Monter seule un budget de tourn\u00e9e"


class AgencyNoteFactory(DjangoModelFactory):
    class Meta:
        model = AgencyNote

    pair = factory.SubFactory(PairFactory, active=True)
    side = "mentee"
    text = "Pouvez-vous nous appeler\u202f?"


# --- A matching ---------------------------------------------------------------------
LINES = [
    {
        "criterion": "needs",
        "points": 44,
        "maximum": 44,
        "finding": "all_common",
        "keys": ["budget", "production"],
        "numbers": {"common": 2, "wanted": 2},
    },
    {
        "criterion": "experience",
        "points": 11,
        "maximum": 11,
        "finding": "gap",
        "keys": [],
        "numbers": {"years": 10},
    },
]


class MatchRunFactory(DjangoModelFactory):
    """A run of nobody: a test that looks at pairs makes a real one."""

    class Meta:
        model = MatchRun

    edition = factory.SubFactory(EditionFactory)
    number = 1
    objective = "max_pairs"
    floor = 30
    weights = factory.LazyFunction(lambda: asdict(USUAL))
    version = VERSION
    snapshot = factory.LazyFunction(
        lambda: snapshot(Inputs((), (), Settings(weights=USUAL)))
    )
    result = factory.LazyFunction(lambda: outcome(match(Inputs((), ()))))
    made_by = factory.SelfAttribute("edition.officer")


class MatchProposalFactory(DjangoModelFactory):
    class Meta:
        model = MatchProposal

    run = factory.SubFactory(MatchRunFactory)
    mentor = factory.SubFactory(
        MentoringApplicationFactory,
        retained=True,
        mentor=True,
        edition=factory.SelfAttribute("..run.edition"),
    )
    mentee = factory.SubFactory(
        MentoringApplicationFactory,
        retained=True,
        edition=factory.SelfAttribute("..run.edition"),
    )
    score = 82
    locked = False
    lines = factory.LazyFunction(lambda: [dict(line) for line in LINES])
    alternatives = factory.LazyFunction(lambda: {"mentors": [], "mentees": []})


class MatchRuleFactory(DjangoModelFactory):
    class Meta:
        model = MatchRule

    mentor = factory.SubFactory(MentoringApplicationFactory, retained=True, mentor=True)
    mentee = factory.SubFactory(
        MentoringApplicationFactory,
        retained=True,
        edition=factory.SelfAttribute("..mentor.edition"),
    )
    kind = "ban"
    by = factory.SelfAttribute("mentor.edition.officer")


# --- Health ---------------------------------------------------------------------
class PulseCheckFactory(DjangoModelFactory):
    """Asked of the mentee, and not answered unless the trait says so."""

    class Meta:
        model = PulseCheck

    class Params:
        answered = factory.Trait(
            answered_at=factory.LazyFunction(now), level=4, fit="works"
        )

    pair = factory.SubFactory(PairFactory, active=True)
    side = "mentee"
    number = factory.Sequence(lambda n: n + 1)


class PairAlertFactory(DjangoModelFactory):
    class Meta:
        model = PairAlert

    pair = factory.SubFactory(PairFactory, active=True)
    cause = "silent"
    occurrence = factory.Sequence(str)


class NudgeSentFactory(DjangoModelFactory):
    """The first letter, of today, about a silence of forty days."""

    class Meta:
        model = NudgeSent

    pair = factory.SubFactory(PairFactory, active=True)
    step = 1
    since = factory.LazyFunction(lambda: today() - timedelta(days=40))


class ReviewFactory(DjangoModelFactory):
    """Sent, with three marks; ``sent_at=None`` for a draft."""

    class Meta:
        model = Review

    pair = factory.SubFactory(PairFactory, active=True)
    stage = "mid_term"
    side = "mentee"
    headway, rhythm, support = 4, 3, 5
    sent_at = ago(hours=1)


class SharedReviewFactory(DjangoModelFactory):
    class Meta:
        model = SharedReview

    review = factory.SubFactory(ReviewFactory)
    gained = "J\u2019ose appeler un lieu."
