"""The kernel's cast: one factory per model, situations as traits."""

from datetime import date, datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory

from agency.activities.choices import AttendanceStatus, HalfDay, NeedKind, RuleSubject
from agency.activities.models import (
    AccessNeed,
    Activity,
    AgendaItem,
    Application,
    Attendance,
    AttendanceSheet,
    Charter,
    CharterClause,
    CharterSignature,
    CharterVersion,
    Convening,
    Convocation,
    Difficulty,
    EligibilityRule,
    Enrolment,
    Facilitator,
    Invitation,
    Participation,
    Question,
    Season,
    Session,
    Venue,
)
from agency.activities.states import (
    ActivityState,
    CharterState,
    ConveningState,
    EnrolmentState,
    InvitationState,
    SessionState,
    SheetState,
)
from agency.core.clock import PARIS, now, today
from tests.people.factories import AffiliationFactory, PersonFactory

WEEK = timedelta(days=7)


def season_start():
    """The first of September of the season that runs."""
    day = today()
    return date(day.year if day.month > 8 else day.year - 1, 9, 1)


class SeasonFactory(DjangoModelFactory):
    class Meta:
        model = Season
        django_get_or_create = ("name",)

    starts_on = factory.LazyFunction(season_start)
    ends_on = factory.LazyAttribute(lambda o: date(o.starts_on.year + 1, 8, 31))
    name = factory.LazyAttribute(lambda o: f"{o.starts_on:%Y}-{o.ends_on:%Y}")


class VenueFactory(DjangoModelFactory):
    class Meta:
        model = Venue

    name = factory.Sequence(lambda n: f"Lieu {n}")
    address = "12 rue des Capucins"
    postal_code = "21000"
    city = "Dijon"


class ActivityFactory(DjangoModelFactory):
    """An activity open for registration, unless a trait says otherwise."""

    class Meta:
        model = Activity
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state=ActivityState.DRAFT)
        announced = factory.Trait(state=ActivityState.ANNOUNCED)
        closed = factory.Trait(state=ActivityState.CLOSED)
        running = factory.Trait(state=ActivityState.RUNNING)
        completed = factory.Trait(state=ActivityState.COMPLETED)
        cancelled = factory.Trait(state=ActivityState.CANCELLED)

    kind = "peer_group"
    title = factory.Sequence(lambda n: f"Groupe de travail {n}")
    slug = factory.Sequence(lambda n: f"groupe-de-travail-{n}")
    season = factory.SubFactory(SeasonFactory)
    summary = "On s’y retrouve entre pairs."
    officer = factory.SubFactory(PersonFactory, officer=True)
    state = ActivityState.OPEN
    capacity = 15
    opens_at = factory.LazyFunction(lambda: now() - timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: now() + timedelta(days=20))

    @factory.post_generation
    def sessions(activity, create, count):
        """``sessions=2``: two sessions to come, a month apart."""
        for number in range(1, (count or 0) + 1):
            SessionFactory(activity=activity, number=number)


class PracticeCycleFactory(ActivityFactory):
    kind = "practice_cycle"
    title = factory.Sequence(lambda n: f"Cycle d’analyse de pratiques {n}")
    slug = factory.Sequence(lambda n: f"cycle-{n}")
    confidentiality = "sealed"


def day_of(session):
    """A month from today, then a month apart: half past nine in Paris."""
    if session.starts_in is not None:
        return now() + timedelta(days=session.starts_in)
    day = today() + timedelta(days=30 * session.number)
    return datetime.combine(day, time(9, 30), tzinfo=PARIS)


def a_week_ago():
    """Half past nine in Paris."""
    return datetime.combine(today() - WEEK, time(9, 30), tzinfo=PARIS)


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    class Params:
        # In so many days from now, negative for the past.
        starts_in = None
        # A morning whatever the hour the tests run at: who signs does so for one.
        past = factory.Trait(starts_at=factory.LazyFunction(a_week_ago))
        held = factory.Trait(past=True, state=SessionState.HELD)
        cancelled = factory.Trait(state=SessionState.CANCELLED)
        remote = factory.Trait(
            format="remote", venue=None, remote_url="https://visio.example/salle"
        )

    activity = factory.SubFactory(ActivityFactory)
    number = factory.LazyAttribute(lambda o: o.activity.sessions.count() + 1)
    starts_at = factory.LazyAttribute(day_of)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=3))
    venue = factory.SubFactory(VenueFactory)


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    session = factory.SubFactory(SessionFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Point {n}")


class FacilitatorFactory(DjangoModelFactory):
    class Meta:
        model = Facilitator

    activity = factory.SubFactory(ActivityFactory)
    person = factory.SubFactory(PersonFactory)
    qualification = "psychosociologue du travail"


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    class Params:
        confirmed = factory.Trait(
            state=EnrolmentState.CONFIRMED, confirmed_at=factory.LazyFunction(now)
        )
        waitlisted = factory.Trait(state=EnrolmentState.WAITLISTED)
        offered = factory.Trait(
            state=EnrolmentState.OFFERED,
            offer_count=1,
            offer_expires_at=factory.LazyFunction(lambda: now() + timedelta(days=3)),
        )
        under_review = factory.Trait(state=EnrolmentState.UNDER_REVIEW)
        accepted = factory.Trait(
            state=EnrolmentState.ACCEPTED,
            signature_due_at=factory.LazyFunction(lambda: now() + WEEK),
        )
        refused = factory.Trait(
            state=EnrolmentState.REFUSED,
            refusal_reason="Le groupe est destiné à des personnes déjà en poste.",
            ended_at=factory.LazyFunction(now),
        )
        withdrawn = factory.Trait(
            state=EnrolmentState.WITHDRAWN, ended_at=factory.LazyFunction(now)
        )
        cancelled = factory.Trait(
            state=EnrolmentState.CANCELLED, ended_at=factory.LazyFunction(now)
        )
        affiliated = factory.Trait(
            affiliation=factory.SubFactory(
                AffiliationFactory, person=factory.SelfAttribute("..person")
            )
        )

    activity = factory.SubFactory(ActivityFactory)
    person = factory.SubFactory(PersonFactory)


class ParticipationFactory(DjangoModelFactory):
    """A person expected at a session, through a confirmed enrolment."""

    class Meta:
        model = Participation

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)
    enrolment = factory.SubFactory(
        EnrolmentFactory,
        confirmed=True,
        activity=factory.SelfAttribute("..session.activity"),
        person=factory.SelfAttribute("..person"),
    )


class ConveningFactory(DjangoModelFactory):
    class Meta:
        model = Convening

    class Params:
        done = factory.Trait(
            state=ConveningState.DONE, finished_at=factory.LazyFunction(now)
        )

    session = factory.SubFactory(SessionFactory)
    by = factory.SubFactory(PersonFactory, officer=True)


class ConvocationFactory(DjangoModelFactory):
    class Meta:
        model = Convocation

    convening = factory.SubFactory(ConveningFactory)
    participation = factory.SubFactory(
        ParticipationFactory, session=factory.SelfAttribute("..convening.session")
    )


class CharterFactory(DjangoModelFactory):
    """A charter with a version in force, of two clauses."""

    class Meta:
        model = Charter
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Charte du groupe {n}")

    @factory.post_generation
    def published(charter, create, wanted):
        """``published=False``: a charter without any version."""
        if wanted is not False:
            version = CharterVersionFactory(charter=charter)
            for order, title in enumerate(("Confidentialité", "Assiduité"), start=1):
                CharterClauseFactory(version=version, order=order, title=title)
            publish(version)


def publish(version):
    """Put a version in force without its service."""
    version.state, version.published_at = CharterState.PUBLISHED, now()
    version.sha256 = version.print()
    version.save(update_fields=["state", "published_at", "sha256"])


class CharterVersionFactory(DjangoModelFactory):
    class Meta:
        model = CharterVersion

    charter = factory.SubFactory(CharterFactory, published=False)
    number = factory.LazyAttribute(lambda o: o.charter.versions.count() + 1)
    introduction = "Nous convenons de ce qui suit."


class CharterClauseFactory(DjangoModelFactory):
    class Meta:
        model = CharterClause

    version = factory.SubFactory(CharterVersionFactory)
    order = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Article {n}")
    text = "Ce qui se dit ici reste ici."


class CharterSignatureFactory(DjangoModelFactory):
    class Meta:
        model = CharterSignature

    enrolment = factory.SubFactory(EnrolmentFactory, accepted=True)
    person = factory.LazyAttribute(
        lambda o: o.enrolment.person if o.enrolment else PersonFactory()
    )
    version = factory.LazyAttribute(lambda o: CharterFactory().in_force())
    typed_name = factory.LazyAttribute(lambda o: o.person.full_name)
    sha256 = factory.LazyAttribute(lambda o: o.version.sha256)


class EligibilityRuleFactory(DjangoModelFactory):
    class Meta:
        model = EligibilityRule
        skip_postgeneration_save = True

    activity = factory.SubFactory(ActivityFactory)
    subject = RuleSubject.PROFESSION

    @factory.post_generation
    def professions(rule, create, wanted):
        rule.professions.set(wanted or ())

    @factory.post_generation
    def territories(rule, create, wanted):
        rule.territories.set(wanted or ())

    @factory.post_generation
    def labels(rule, create, wanted):
        rule.labels.set(wanted or ())


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    activity = factory.SubFactory(ActivityFactory)
    order = factory.Sequence(lambda n: n + 1)
    label = factory.Sequence(lambda n: f"Question {n} ?")


class ApplicationFactory(DjangoModelFactory):
    """A candidate to a cycle, with what moves them."""

    class Meta:
        model = Application

    enrolment = factory.SubFactory(EnrolmentFactory, under_review=True)
    motivation = "Prendre du recul sur une fin de production difficile."


class AccessNeedFactory(DjangoModelFactory):
    class Meta:
        model = AccessNeed

    enrolment = factory.SubFactory(EnrolmentFactory, confirmed=True)
    kind = NeedKind.ACCESS
    text = "Une boucle magnétique."


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    class Params:
        sent = factory.Trait(
            state=InvitationState.SENT, sent_at=factory.LazyFunction(now)
        )

    activity = factory.SubFactory(ActivityFactory, registration_mode="invitation")
    email = factory.Sequence(lambda n: f"invitee{n}@compagnie.example")


class AttendanceSheetFactory(DjangoModelFactory):
    class Meta:
        model = AttendanceSheet

    class Params:
        locked = factory.Trait(
            state=SheetState.LOCKED, locked_at=factory.LazyFunction(now), locks=1
        )

    session = factory.SubFactory(SessionFactory, held=True)


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    participation = factory.SubFactory(ParticipationFactory, session__held=True)
    half_day = HalfDay.MORNING
    status = AttendanceStatus.PRESENT
    recorded_at = factory.LazyFunction(now)


class DifficultyFactory(DjangoModelFactory):
    """Declared in private by somebody who has not signed yet."""

    class Meta:
        model = Difficulty

    enrolment = factory.SubFactory(EnrolmentFactory, accepted=True)
    kind = "person"
    with_person = factory.SubFactory(PersonFactory)
    text = "Nous avons travaillé ensemble."
