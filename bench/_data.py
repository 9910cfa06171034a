"""A house in use for years: so many enrolments, and all that hangs on them."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType

from agency.activities.models import (
    Activity,
    Enrolment,
    Facilitator,
    Participation,
    Season,
    Session,
    Venue,
)
from agency.activities.states import ActivityState, EnrolmentState, SessionState
from agency.core.clock import now
from agency.documents.models import IssuedDocument
from agency.people.models import (
    Affiliation,
    Organisation,
    Person,
    Profession,
    Role,
    Territory,
)

SEATS = 20
PRESENT = 50
YEAR = timedelta(days=365)
OWN = 12
KINDS = ("practice_cycle", "peer_group", "codevelopment")


def fill(enrolments):
    """A year of activities for each thousand of ``enrolments``; the last one is now.

    Returns the officer and somebody with a dozen enrolments and documents.
    """
    people = _people(enrolments // 2)
    officer = people[0]
    Role.objects.create(person=officer, role="officer")
    activities = _activities(enrolments // SEATS, officer)
    sessions = _sessions(activities)
    rows = [
        (activity, people[(rank * SEATS + seat) % len(people)])
        for rank, activity in enumerate(activities)
        for seat in range(SEATS - 2)
    ]
    rows += [(activity, people[1]) for activity in activities[:OWN]]
    rows = list(dict.fromkeys(rows))
    # The rest of the promised number: those who changed their mind.
    left = [
        (activities[n % len(activities)], people[-1 - n % len(people)])
        for n in range(enrolments - len(rows))
    ]
    made = _enrolments(rows, EnrolmentState.CONFIRMED) + _enrolments(
        left, EnrolmentState.WITHDRAWN
    )
    _participations(made, sessions)
    _documents(made, sessions)
    return officer, people[1]


def _people(count):
    region = Territory.objects.create(code="R", name="Region", kind="region")
    trades = [
        Profession.objects.create(slug=f"metier-{n}", name=f"Profession {n}")
        for n in range(12)
    ]
    houses = Organisation.objects.bulk_create(
        Organisation(
            name=f"House {n}", kind="venue", city=f"Town {n % 40}", territory=region
        )
        for n in range(max(60, count // 4))
    )
    people = Person.objects.bulk_create(
        Person(
            email=f"p{n}@example.org",
            given_name=f"Given{n}",
            family_name=f"Family{n * 7919 % count:05d}",
            folded=f"given{n} family{n}",
            password="!",
        )
        for n in range(count)
    )
    Affiliation.objects.bulk_create(
        Affiliation(
            person=person,
            organisation=houses[n % len(houses)],
            profession=trades[n % len(trades)],
            job_title="Responsable",
            is_primary=True,
        )
        for n, person in enumerate(people)
    )
    return people


def _activities(count, officer):
    moment = now()
    seasons = [
        Season.objects.create(
            name=f"S{n}",
            starts_on=(moment - n * YEAR - YEAR / 2).date(),
            ends_on=(moment - n * YEAR + YEAR / 2).date(),
        )
        for n in range(count // PRESENT + 1)
    ]
    past = [ActivityState.COMPLETED]
    present = [ActivityState.OPEN, ActivityState.RUNNING, ActivityState.ANNOUNCED]
    activities = Activity.objects.bulk_create(
        Activity(
            kind=KINDS[n % 3],
            title=f"Activity {n}, for those who do the work",
            slug=f"activity-{n}",
            season=seasons[n // PRESENT],
            summary="Six mornings to put words on what resists in the work. " * 3,
            description="What is done there. " * 40,
            folded=f"activity {n} six mornings to put words on what resists",
            officer=officer,
            capacity=SEATS,
            state=(present if n < PRESENT else past)[n % (3 if n < PRESENT else 1)],
            opens_at=moment - n // PRESENT * YEAR - timedelta(days=60),
            closes_at=moment - n // PRESENT * YEAR + timedelta(days=60),
        )
        for n in range(count)
    )
    trades = list(Profession.objects.order_by("pk"))
    for n, activity in enumerate(activities[:PRESENT]):
        activity.professions.add(trades[n % len(trades)])
    Facilitator.objects.bulk_create(
        Facilitator(activity=activity, person=officer) for activity in activities
    )
    return activities


def _sessions(activities):
    moment = now()
    venue = Venue.objects.create(name="Hall", city="Town", address="1 street")
    rows = []
    for n, activity in enumerate(activities):
        base = moment - n // PRESENT * YEAR
        for number, days in enumerate((-60, 10, 100), start=1):
            start = base + timedelta(days=days + n % 20)
            rows.append(
                Session(
                    activity=activity,
                    number=number,
                    starts_at=start,
                    ends_at=start + timedelta(hours=3),
                    venue=venue,
                    state=SessionState.HELD if start < moment else SessionState.PLANNED,
                )
            )
    by_activity = {}
    for session in Session.objects.bulk_create(rows):
        by_activity.setdefault(session.activity_id, []).append(session)
    return by_activity


def _enrolments(rows, state):
    moment = now()
    over = state == EnrolmentState.WITHDRAWN
    return Enrolment.objects.bulk_create(
        Enrolment(
            activity=activity,
            person=person,
            state=state,
            submitted_at=activity.opens_at + timedelta(hours=n % 900),
            confirmed_at=moment,
            ended_at=moment if over else None,
        )
        for n, (activity, person) in enumerate(rows)
    )


def _participations(enrolments, sessions):
    rows = {
        (session.pk, one.person_id): Participation(
            session=session, person_id=one.person_id, enrolment=one
        )
        for one in enrolments
        if one.state == EnrolmentState.CONFIRMED
        for session in sessions[one.activity_id]
    }
    Participation.objects.bulk_create(rows.values(), batch_size=2000)


def _documents(enrolments, sessions):
    about = ContentType.objects.get_for_model(Session)
    IssuedDocument.objects.bulk_create(
        (
            IssuedDocument(
                kind="convocation",
                reference=f"CONV-2020-{n:05d}",
                title="Convocation, an activity",
                content_type=about,
                object_id=sessions[one.activity_id][0].pk,
                recipient_id=one.person_id,
                file=f"documents/{n}.pdf",
                size=40000,
                sha256="0" * 64,
                content_hash="0" * 64,
                issued_at=one.submitted_at,
            )
            for n, one in enumerate(enrolments)
        ),
        batch_size=2000,
    )
