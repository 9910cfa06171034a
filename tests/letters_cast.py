"""The cast of the letters: who they are written to, and about what."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from agency.activities.models import Session
from agency.activities.services import convenings
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
    VenueFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
)

TODAY = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIXED = UUID("00000000-0000-0000-0000-000000000001")


def awa(**traits):
    return PersonFactory(
        given_name="Awa",
        family_name="Diallo",
        email="awa.diallo@compagnie.example",
        **traits,
    )


def officer():
    return PersonFactory(
        given_name="Maud",
        family_name="Kerjean",
        email="maud.kerjean@agence.example",
        phone="+33199000001",
        officer=True,
    )


def cycle():
    """A sealed cycle of two sessions, the first with all that a letter may say."""
    activity = PracticeCycleFactory(
        title="Métiers de la production : tenir dans la durée",
        slug="tenir-dans-la-duree",
        officer=officer(),
        cost_text="Gratuit, déjeuner libre.",
        bring_text="De quoi écrire.",
    )
    venue = VenueFactory(
        name="La Filature",
        address="22 quai des Teinturiers",
        postal_code="00450",
        city="Bréville",
        transport="Gare à 9 minutes à pied.",
        step_free=True,
        hearing_loop=True,
    )
    FacilitatorFactory(
        activity=activity, person__given_name="Nour", person__family_name="Belkacem"
    )
    for number, month in enumerate((1, 2), start=1):
        session = SessionFactory(
            activity=activity,
            number=number,
            starts_at=datetime(2027, month, 15, 8, 30, tzinfo=UTC),
            venue=venue,
            room="salle Navette",
            title="Première rencontre" if number == 1 else "",
        )
    AgendaItemFactory(session=session, order=1, title="Tour de table")
    return activity


def enrolment(activity):
    affiliation = AffiliationFactory(
        person=awa(),
        profession=ProfessionFactory(name="Production"),
        job_title="chargée de production",
        organisation=OrganisationFactory(
            name="Compagnie du Seuil",
            address="3 passage de la Halle",
            postal_code="00400",
            city="Montreval",
        ),
    )
    return EnrolmentFactory(
        activity=activity,
        person=affiliation.person,
        affiliation=affiliation,
        confirmed=True,
        uuid=FIXED,
    )


def convened(activity, **changes):
    """The first session of ``activity``, convened through the service."""
    session = activity.sessions.get(number=1)
    Session.objects.filter(pk=session.pk).update(**changes)
    session.refresh_from_db()
    one = enrolment(activity)
    ParticipationFactory(session=session, enrolment=one, person=one.person)
    batch = convenings.convene(
        session, by=activity.officer, paragraph="Nous déjeunerons ensemble."
    )
    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))
    return batch.convocations.get()


def open_group():
    """A peer group, whose agenda is no secret, online."""
    activity = ActivityFactory(
        title="Groupe communication", slug="groupe-communication", officer=officer()
    )
    session = SessionFactory(
        activity=activity,
        number=1,
        starts_at=datetime(2027, 3, 4, 8, 30, tzinfo=UTC),
        remote=True,
    )
    AgendaItemFactory(session=session, order=1, title="Annoncer une saison à trois")
    return activity
