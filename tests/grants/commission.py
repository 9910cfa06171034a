"""What the tests of the commission begin with: a sitting in review, members, files."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from agency.core.clock import now, today
from grants.choices import Nature, RevisionReason
from grants.models import (
    ApplicationRevision,
    College,
    InterestAnswer,
    Member,
    Point,
    Sitting,
)
from grants.services import agenda, interests
from tests.activities.factories import EnrolmentFactory
from tests.grants.factories import (
    ApplicationFactory,
    CriterionFactory,
    CriterionLevelFactory,
    RulesFactory,
    SittingFactory,
)
from tests.people.factories import PersonFactory

DAY = timedelta(days=1)


class CollegeFactory(DjangoModelFactory):
    class Meta:
        model = College

    name = factory.Sequence(lambda n: f"Collège {n}")


class MemberFactory(DjangoModelFactory):
    """Somebody in office in the commission of ``sitting``: it is needed."""

    class Meta:
        model = Member
        exclude = ("sitting", "person")

    class Params:
        chair = factory.Trait(office="chair")
        consultative = factory.Trait(capacity="consultative")

    sitting = None
    # Nobody else writes from there: a shared domain is a tie.
    person = factory.SubFactory(
        PersonFactory, email=factory.Sequence(lambda n: f"m{n}@maison{n}.example")
    )
    enrolment = factory.SubFactory(
        EnrolmentFactory,
        activity=factory.SelfAttribute("..sitting.session.activity"),
        person=factory.SelfAttribute("..person"),
        confirmed=True,
    )
    starts_on = factory.LazyFunction(lambda: today() - 30 * DAY)


def in_review(**traits):
    """A sitting whose deadline is past, whose reviews are open, that meets in ten days."""
    moments = {
        "deadline_at": now() - DAY,
        "review_opens_at": now() - DAY / 2,
        "review_closes_at": now() + 8 * DAY,
        "session__starts_in": 10,
    }
    return SittingFactory(**moments | traits)


def rules_with_criteria():
    """Two criteria that count, 3 and 1, and one beside the total; four levels each."""
    rules = RulesFactory(full=True)
    rules.criteria.all().delete()
    for order, (label, weight, independent) in enumerate(
        (("Projet", 3, False), ("Budget", 1, False), ("Éco-mobilité", 1, True)), start=1
    ):
        criterion = CriterionFactory(
            rules=rules,
            label=label,
            weight=weight,
            independent=independent,
            required=not independent,
            order=order,
        )
        for score in range(1, 5):
            CriterionLevelFactory(criterion=criterion, score=score)
    return rules


def presented(sitting, *, block=None, **traits):
    """A file on the agenda of ``sitting``: its point, and its first revision."""
    rules = traits.pop("rules", None) or rules_with_criteria()
    one = ApplicationFactory(scheduled=True, sitting=sitting, rules=rules, **traits)
    revise(one)
    agenda.add(sitting, one, by=None, block=block)
    return one


def point_of(application):
    """Its point on the agenda of its sitting."""
    return Point.objects.get(application=application, sitting=application.sitting)


def revise(application):
    """Another revision, as a completion makes one."""
    number = application.revisions.count() + 1
    return ApplicationRevision.objects.create(
        application=application,
        number=number,
        reason=RevisionReason.INITIAL if number == 1 else RevisionReason.COMPLETION,
        snapshot={},
        sha256=f"{number:064}",
        submitted_by=application.editors.first().person,
        submitted_at=now(),
    )


def free(application, *people):
    """These declared that nothing ties them to the file."""
    for person in people:
        InterestAnswer.objects.create(application=application, person=person)


def tied(application, person, nature=Nature.FAMILY):
    InterestAnswer.objects.update_or_create(
        application=application, person=person, defaults={"nature": nature}
    )
    return interests.stand_back(application, person, nature, by=person)


def close_reviews(sitting):
    Sitting.objects.filter(pk=sitting.pk).update(
        review_closes_at=now() - timedelta(minutes=1)
    )
    sitting.refresh_from_db()
