"""The workspace of members with years of reviews: ``python -m bench.commission``.

Three reviews an application (30,000 at 10,000), a sitting of forty files in review.
"""

from datetime import timedelta

from bench._pages import run

LISTS = {"sittings", "grid", "recusals"}
FILES, MEMBERS, GIVEN = 40, 12, 3


def filled(size):
    """The pages of a member in the middle of their reading."""
    from bench import _aid_data
    from grants.models import Application, Sitting

    _aid_data.fill(size)
    sitting = Sitting.objects.order_by("-deadline_at").first()
    people = _seats(sitting)
    files = _opened(sitting, people)
    _reviews(people)
    reader, last = people[0], files[-1]
    home = f"/commission/{sitting.pk}/"
    assert Application.objects.count() == size
    return {
        "sittings": (reader, "/commission/"),
        "interests": (people[1], f"{home}interets/"),
        "grid": (reader, home),
        "review page": (reader, f"{home}{last.uuid}/"),
        "review page, others beside it": (reader, f"{home}{files[0].uuid}/"),
        "recusals": (reader, f"{home}deports/"),
    }


def _seats(sitting):
    from agency.activities.models import Enrolment
    from agency.core.clock import now, today
    from agency.people.models import Person
    from grants.models import Member

    people = list(Person.objects.filter(given_name__startswith="p").order_by("pk"))
    people = people[:MEMBERS]
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            activity_id=sitting.session.activity_id,
            person=one,
            state="confirmed",
            submitted_at=now(),
            confirmed_at=now(),
        )
        for one in people
    )
    Member.objects.bulk_create(
        Member(
            enrolment=one,
            office="chair" if rank == 0 else "",
            starts_on=today() - timedelta(days=30),
        )
        for rank, one in enumerate(enrolments)
    )
    return people


def _opened(sitting, people):
    """Forty files on the agenda, declared free of interest by all but the second."""
    from agency.core.clock import now
    from grants.models import (
        Application,
        ApplicationRevision,
        Criterion,
        CriterionLevel,
        InterestAnswer,
        Sitting,
    )
    from grants.services import snapshots

    Sitting.objects.filter(pk=sitting.pk).update(
        review_opens_at=now() - timedelta(days=1),
        review_closes_at=now() + timedelta(days=5),
    )
    rows = Application.objects.filter(sitting=sitting)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:FILES])
    rows.update(state="ready_for_commission", ended_at=None)
    rows.filter(pk__in=keys).update(state="scheduled", ended_at=None)
    rows = rows.filter(pk__in=keys).select_related(
        "scheme", "rules", "sitting__session", "organisation", "show"
    )
    files = list(rows.order_by("number"))
    for order, weight in enumerate((3, 2, 1), start=1):
        one = Criterion.objects.create(
            rules=files[0].rules, order=order, label=f"Criterion {order}", weight=weight
        )
        CriterionLevel.objects.bulk_create(
            CriterionLevel(criterion=one, score=score, description="What earns it.")
            for score in range(1, 5)
        )
    ApplicationRevision.objects.filter(application__in=keys).delete()
    for one in files:
        ApplicationRevision.objects.create(
            application=one,
            number=1,
            reason="initial",
            snapshot=snapshots.of(one),
            sha256="0" * 64,
            submitted_by=people[0],
            submitted_at=now(),
        )
    InterestAnswer.objects.bulk_create(
        InterestAnswer(application=one, person=person)
        for one in files
        for person in (people[0], *people[2:])
    )
    return files


def _reviews(people):
    """Three of each application, in turn; the first member has half of the sitting left."""
    from agency.core.clock import now
    from grants.models import Application, Criterion, Review, ReviewScore

    keys = list(Application.objects.order_by("pk").values_list("pk", flat=True))
    rows = [
        Review(
            application_id=key,
            person=people[(rank + turn * 4) % MEMBERS],
            revision=1,
            state="submitted",
            opinion="favourable",
            suggested=900,
            comment="A few words.",
            saved_at=now(),
            submitted_at=now(),
        )
        for rank, key in enumerate(keys)
        for turn in range(GIVEN)
    ]
    made = Review.objects.bulk_create(rows, batch_size=2000)
    criteria = list(Criterion.objects.all())
    ReviewScore.objects.bulk_create(
        (
            ReviewScore(review=one, criterion=each, score=1 + (one.pk + each.pk) % 4)
            for one in made
            for each in criteria
        ),
        batch_size=4000,
    )


if __name__ == "__main__":
    run("commission", LISTS, filled)
