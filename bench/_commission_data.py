"""A commission in the middle of its work: members, files in review, a sitting that is held."""

from datetime import timedelta
from decimal import Decimal

from agency.activities.models import Enrolment, Session
from agency.core.clock import now, today
from agency.people.models import Person, Role
from grants.models import (
    Application,
    ApplicationRevision,
    Criterion,
    CriterionLevel,
    InterestAnswer,
    Member,
    Opinion,
    Point,
    Presence,
    Proxy,
    Recusal,
    Review,
    ReviewScore,
    Sitting,
    SittingEnvelope,
    StepOut,
    Vote,
)
from grants.services import snapshots

FILES, MEMBERS, GIVEN = 40, 12, 3
# Of the files of a sitting that is held: so many have their opinion, and one is at hand.
DONE, TOGETHER = 20, 8
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
READ = ("scheme", "rules", "sitting__session", "organisation", "show")


def secretary():
    """Who runs the sittings."""
    one = Person.objects.create(
        email="secretary@example.org", given_name="Nour", family_name="Bench"
    )
    Role.objects.create(person=one, role="secretary")
    return one


def seats(sitting, count=MEMBERS):
    """So many people in office in the commission of ``sitting``; the first one chairs."""
    people = list(Person.objects.filter(given_name__startswith="p").order_by("pk"))
    people = people[:count]
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
            starts_on=today() - 30 * DAY,
        )
        for rank, one in enumerate(enrolments)
    )
    return people


def scale(rules):
    """Three criteria of four levels each."""
    for order, weight in enumerate((3, 2, 1), start=1):
        one = Criterion.objects.create(
            rules=rules, order=order, label=f"Criterion {order}", weight=weight
        )
        CriterionLevel.objects.bulk_create(
            CriterionLevel(criterion=one, score=score, description="What earns it.")
            for score in range(1, 5)
        )


# --- A sitting in review ---------------------------------------------------------------
def in_review(sitting, people, count=FILES):
    """``count`` files on its agenda, declared free of interest by all but the second."""
    Sitting.objects.filter(pk=sitting.pk).update(
        review_opens_at=now() - DAY, review_closes_at=now() + 5 * DAY
    )
    rows = Application.objects.filter(sitting=sitting)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:count])
    rows.update(state="ready_for_commission", ended_at=None)
    rows.filter(pk__in=keys).update(state="scheduled", ended_at=None)
    files = read(keys)
    sent(files, people[0])
    _free(files, (people[0], *people[2:]))
    _points(sitting, files)
    return files


def read(keys):
    rows = Application.objects.filter(pk__in=keys).select_related(*READ)
    return list(rows.order_by("number"))


def sent(files, person):
    """The revision of each, with the file as it was sent."""
    ApplicationRevision.objects.filter(application__in=files).delete()
    ApplicationRevision.objects.bulk_create(
        ApplicationRevision(
            application=one,
            number=1,
            reason="initial",
            snapshot=snapshots.of(one),
            sha256="0" * 64,
            submitted_by=person,
            submitted_at=now(),
        )
        for one in files
    )


def _free(files, people):
    InterestAnswer.objects.bulk_create(
        InterestAnswer(application=one, person=person)
        for one in files
        for person in people
    )


def reviews(people):
    """Three of each application, in turn; the first member has half of the sitting left."""
    keys = list(Application.objects.order_by("pk").values_list("pk", flat=True))
    rows = [
        Review(
            application_id=key,
            person=people[(rank + turn * 4) % len(people)],
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


# --- A sitting that is held ---------------------------------------------------------------
def held(after, people, keys, *, by, at=""):
    """A sitting that opened an hour ago, of the commission of ``after``, with files ``keys``.

    Half of them have their opinion; of the others one is in the state ``at``, if any.
    """
    sitting = _opened(after)
    rows = Application.objects.filter(pk__in=keys)
    rows.update(sitting=sitting, state="scheduled", ended_at=None)
    files = read(keys)
    sent(files, people[0])
    _free(files, people)
    _attendance(sitting, people)
    points = _points(sitting, files)
    _said(points[:DONE], people, by)
    for rank, one in enumerate(points[::5]):
        _stand_back(one.application, people[3 + rank % 3])
    if at:
        _at_hand(points[DONE], at, people)
    amount = Decimal(FILES * 700)
    SittingEnvelope.objects.create(
        sitting=sitting, scheme=files[0].scheme, amount=amount
    )
    return sitting


def _opened(after):
    activity, start = after.session.activity, now() - HOUR
    session = Session.objects.create(
        activity=activity,
        number=activity.sessions.count() + 1,
        starts_at=start,
        ends_at=start + 8 * HOUR,
    )
    sitting = Sitting.objects.create(
        session=session,
        number=9,
        year=start.year,
        opens_at=start - 90 * DAY,
        deadline_at=start - 30 * DAY,
        review_opens_at=start - 20 * DAY,
        review_closes_at=start - 2 * DAY,
        state="in_session",
        opened_at=start,
    )
    sitting.schemes.set(after.schemes.all())
    return sitting


def _attendance(sitting, people):
    """All are there but the last, who is represented."""
    rows = Member.objects.filter(enrolment__activity=sitting.session.activity_id)
    by_person = {one.enrolment.person_id: one for one in rows}
    seats = [by_person[one.pk] for one in people]
    Presence.objects.bulk_create(
        Presence(sitting=sitting, member=one, mode=("onsite", "remote")[rank % 4 == 3])
        for rank, one in enumerate(seats[:-1])
    )
    Proxy.objects.create(sitting=sitting, giver=seats[-1], holder=seats[0])


def _points(sitting, files):
    """An item for each, the first ones to be examined together."""
    return Point.objects.bulk_create(
        Point(
            sitting=sitting,
            application=one,
            position=rank,
            block="consensual" if rank <= TOGETHER else "debated",
            amount=Decimal(900),
        )
        for rank, one in enumerate(files, start=1)
    )


def _said(points, people, by):
    """Each has its opinion; one in four is adjourned, one in four had a ballot."""
    at = now() - HOUR / 2
    keys = [one.pk for one in points]
    Point.objects.filter(pk__in=keys).update(
        state="recorded", started_at=at, ended_at=at, presided_by=people[0]
    )
    Application.objects.filter(points__in=keys).update(state="opinion_recorded")
    Point.objects.filter(pk__in=keys[::4]).update(votes_for=9, votes_against=2)
    Opinion.objects.bulk_create(
        Opinion(
            point=one,
            outcome="adjourned" if rank % 4 == 1 else "favourable",
            amount=None if rank % 4 == 1 else Decimal(800),
            told="What the applicants read, in a sentence or two.",
            questions="Who signs the contracts?" if rank % 4 == 1 else "",
            recorded_at=at,
            recorded_by=by,
        )
        for rank, one in enumerate(points)
    )


def _stand_back(application, person):
    Recusal.objects.create(
        application=application,
        person=person,
        state="in_force",
        origin="self",
        nature="collaboration",
        decided_at=now(),
        decided_by=person,
    )


def _at_hand(point, state, people):
    """The room is at it; of a vote that is open, five voices are cast."""
    Application.objects.filter(pk=point.application_id).update(state="in_session")
    rows = Point.objects.filter(pk=point.pk)
    rows.update(state=state, started_at=now() - HOUR / 6, presided_by=people[0])
    if state == "voting":
        seats = Member.objects.filter(enrolment__person__in=people[6:11])
        Vote.objects.bulk_create(
            Vote(point=point, member=one, by=one.person, choice="for")
            for one in seats.select_related("enrolment__person")
        )
        rows.update(votes_for=5)
    leaving = Member.objects.filter(
        enrolment__person__in=point.application.recusals.values("person")
    )
    StepOut.objects.bulk_create(StepOut(point=point, member=one) for one in leaving)
