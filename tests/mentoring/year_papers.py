"""The papers of a year of mentoring, for tests/test_letters.py: each the file of a document."""

from datetime import timedelta

from agency.activities.services import certificates as kernel
from agency.core.clock import now, today
from mentoring.models import MentoringEdition
from mentoring.services import pairs, reports
from tests.activities.factories import (
    AttendanceFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.mentoring.factories import (
    MentoringApplicationFactory,
    PairFactory,
    PairMeetingFactory,
    PulseCheckFactory,
    ReviewFactory,
    RunningEditionFactory,
)
from tests.people.factories import PersonFactory

TOPICS = ("budget", "production", "touring", "public_bodies", "payroll", "team")


def stored(document):
    with document.file.open() as file:
        return file.read()


def edition(**more):
    officer = PersonFactory(
        given_name="Maud",
        family_name="Kerjean",
        email="maud.kerjean@agence.example",
        officer=True,
    )
    return RunningEditionFactory(
        title="Mentorat\u202f: débuter en production",
        slug="mentorat",
        officer=officer,
        confidentiality="sealed",
        registration_mode="appointment",
        summary="Un an à deux, une heure par mois, pour qui débute dans le métier.",
        details={
            "starts_on": today() - timedelta(days=290),
            "ends_on": today() + timedelta(days=75),
        },
        **more,
    )


# --- Certificates ---------------------------------------------------------------
def certificate(side="mentor"):
    one = edition()
    pair = PairFactory(
        activity=one,
        accepted=True,
        mentor__given_name="Camille",
        mentor__family_name="Roux",
        mentee__given_name="Awa",
        mentee__family_name="Diallo",
        mentor__email="camille.roux@lieu.example",
        mentee__email="awa.diallo@compagnie.example",
    )
    pairs.activate(pair, by=one.officer)
    for ago, minutes in ((70, 90), (40, 60), (9, 75)):
        day = today() - timedelta(days=ago)
        PairMeetingFactory(pair=pair, day=day, minutes=minutes, confirmed_at=now())
    pairs.complete(pair, by=one.officer)
    person = pair.person_of(side)
    kernel.make(one.pk, [person.pk])
    return stored(person.documents.get())


def certificate_of_a_mentee():
    return certificate("mentee")


# --- Reports ---------------------------------------------------------------------
def full_edition():
    """Eleven pairs near the end of their year, and what came before."""
    one = edition()
    for rank in range(11):
        traits = {"completed": True} if rank < 6 else {"active": True}
        pair = PairFactory(
            activity=one, **traits, activated_at=now() - timedelta(days=285)
        )
        for number in range(9 - rank % 3):
            PairMeetingFactory(
                pair=pair,
                day=today() - timedelta(days=275 - 30 * number - rank),
                minutes=75,
                topics=[TOPICS[(rank + number) % 6], TOPICS[number % 3]],
            )
        PulseCheckFactory(pair=pair, answered=True, level=3 + rank % 3)
        for side in ("mentor", "mentee")[: 1 + rank % 2]:
            ReviewFactory(pair=pair, side=side, headway=3 + rank % 3)
    for _n in range(2):
        PairFactory(activity=one, declined=True)
    PairFactory(activity=one, ended_early=True)
    _call(one)
    _collective(one)
    return MentoringEdition.objects.select_related("mentoring").get(pk=one.pk)


def _call(one):
    for count, traits in (
        (12, {"retained": True, "mentor": True}),
        (5, {"waitlisted": True, "mentor": True}),
        (11, {"retained": True}),
        (6, {"refused": True}),
        (2, {"withdrawn": True}),
    ):
        MentoringApplicationFactory.create_batch(count, edition=one, **traits)


def _collective(one):
    people = [
        person for pair in one.pairs.all() for person in (pair.mentor, pair.mentee)
    ]
    for ago, there in ((250, 20), (120, 17)):
        session = SessionFactory(
            activity=one, state="held", starts_at=now() - timedelta(days=ago)
        )
        for rank, person in enumerate(people[:22]):
            came = ParticipationFactory(session=session, person=person, enrolment=None)
            status = "present" if rank < there else "absent"
            AttendanceFactory(participation=came, status=status)


def report():
    one = full_edition()
    return stored(reports.establish(one, by=one.officer, seen=""))


def report_of_a_few():
    """Three pairs: nothing of them can be told."""
    one = edition()
    for _n in range(3):
        PairMeetingFactory(pair=PairFactory(activity=one, active=True), topics=["team"])
    one = MentoringEdition.objects.select_related("mentoring").get(pk=one.pk)
    return stored(reports.establish(one, by=one.officer, seen=""))


PAPERS = {
    "mentoring/documents/mentoring_certificate": certificate,
    "mentoring/documents/mentoring_certificate#mentee": certificate_of_a_mentee,
    "mentoring/documents/mentoring_report": report,
    "mentoring/documents/mentoring_report#few": report_of_a_few,
}
