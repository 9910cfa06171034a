"""What is printed beside letters, each made as the house makes it: a PDF in bytes."""

from datetime import date, datetime, timedelta

from agency.activities.models import Answer
from agency.activities.printed import charters, composition, programme, reception
from agency.core.clock import PARIS
from tests.activities.factories import (
    ActivityFactory,
    ApplicationFactory,
    CharterClauseFactory,
    CharterFactory,
    CharterSignatureFactory,
    CharterVersionFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    QuestionFactory,
    SeasonFactory,
    SessionFactory,
    VenueFactory,
    publish,
)
from tests.mentoring import matches, papers
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
    TerritoryFactory,
)

SIGNED_AT = datetime(2026, 12, 1, 9, 4, 33, tzinfo=PARIS)
SESSION_AT = datetime(2027, 1, 15, 9, 30, tzinfo=PARIS)
ARTICLES = (
    ("Le volontariat", "Personne n’y est envoyé."),
    ("Confidentialité", "Ce qui se dit ici reste ici.\n\nPendant le groupe et après."),
    ("Ni enregistrement, ni photographie", "Rien n’est enregistré, même pour soi."),
)


def read(document):
    with document.file.open() as file:
        return file.read()


def version():
    charter = CharterFactory(title="Charte des groupes fermés", published=False)
    made = CharterVersionFactory(charter=charter, introduction="Nous convenons de :")
    for order, (title, text) in enumerate(ARTICLES, start=1):
        CharterClauseFactory(version=made, order=order, title=title, text=text)
    publish(made)
    return made


def signature(**changes):
    """Awa's, under the charter of a sealed cycle in which Zoé has a seat too."""
    text = version()
    cycle = PracticeCycleFactory(
        title="Métiers de la production : tenir dans la durée", charter=text.charter
    )
    zoe = PersonFactory(given_name="Zoé", family_name="Autremembre")
    EnrolmentFactory(activity=cycle, confirmed=True, person=zoe)
    awa = PersonFactory(given_name="Awa", family_name="Diallo")
    given = {
        "enrolment": EnrolmentFactory(activity=cycle, confirmed=True, person=awa),
        "version": text,
        "signed_at": SIGNED_AT,
        "address_hash": "0123456789abcdef" * 4,
    }
    return CharterSignatureFactory(**given | changes)


def charter():
    return read(charters.issue_text(version()))


def signed_charter():
    return read(charters.issue_signed(signature()))


def signed_undertaking():
    nour = PersonFactory(given_name="Nour", family_name="Belkacem")
    made = signature(enrolment=None, person=nour)
    return read(charters.issue_signed(made))


# --- The list at the door ------------------------------------------------------
NAMES = (
    ("Awa", "Diallo", "Compagnie du Seuil", "onsite"),
    ("Anne-Maëlle", "d’Œuvray", "Le Grand Plateau", "onsite"),
    ("Élodie", "Éon", "Bureau Nomade", "remote"),
    ("Zoé", "Zimmermann", "", "onsite"),
    ("Bastien", "Aubrac", "Théâtre de la Halle aux grains et des deux rives", "onsite"),
)


def door(people=NAMES, **fields):
    """A session of an open group, on site and online, to which ``people`` come."""
    group = ActivityFactory(title="Groupe communication")
    venue = VenueFactory(name="La Filature basse", city="Bréville")
    given = {"starts_at": SESSION_AT, "format": "hybrid", "venue": venue, "number": 1}
    session = SessionFactory(activity=group, room="salle Navette", **given | fields)
    for first, last, house, mode in people:
        person = PersonFactory(given_name=first, family_name=last)
        organisation = OrganisationFactory(name=house) if house else None
        post = organisation and AffiliationFactory(
            person=person, organisation=organisation
        )
        seat = EnrolmentFactory(
            activity=group, person=person, affiliation=post, confirmed=True
        )
        ParticipationFactory(session=session, person=person, enrolment=seat, mode=mode)
    return session


def reception_list(session=None):
    session = session or door()
    return reception.reception_list(session, *reception.people(session))


# --- The programme of a season ------------------------------------------------
ENTRIES = (
    ("peer_group", "Administration : trois journées, trois sujets", (9, 12, 2), "open"),
    ("peer_group", "Médiation : parler d’argent avec une classe", (10,), "announced"),
    ("practice_cycle", "Produire et diffuser, entre pairs", (1, 2, 3, 4), "open"),
    ("codevelopment", "Régie générale et direction technique", (), "running"),
)


def season(entries=ENTRIES, times=1):
    """A season of 2026-2027 with so many activities, each with a date in its months."""
    found = SeasonFactory(
        name="2026-2027", starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31)
    )
    venue = VenueFactory(name="La Filature basse", city="Bréville")
    for rank, (kind, title, months, state) in enumerate(entries * times):
        activity = ActivityFactory(
            kind=kind,
            title=title,
            season=found,
            state=state,
            slug=f"rendez-vous-{rank + 1}",
            summary="Deux équipes racontent : chiffres sur la table, jours gagnés.",
            audience_text="Administratrices et administrateurs de compagnie",
            cost_text="Gratuit, déjeuner libre.",
            opens_at=datetime(2026, 11, 2, 9, tzinfo=PARIS),
            closes_at=datetime(2026, 12, 4, 18, tzinfo=PARIS),
        )
        for number, month in enumerate(months, start=1):
            year = 2026 if month > 8 else 2027
            day = 1 + (rank * 7 + month * 3) % 28
            starts_at = datetime(year, month, day, 9, 30, tzinfo=PARIS)
            SessionFactory(
                activity=activity, number=number, starts_at=starts_at, venue=venue
            )
    return found


def season_programme(found=None):
    return programme.pdf(programme.source(found or season()), SIGNED_AT)


# --- The file of a composition --------------------------------------------------
MOTIVATION = "Prendre du recul sur une fin de production difficile."
CANDIDATES = (
    ("Camille", "Aubrac", "Compagnie du Seuil", "select", "", 7),
    ("Nour", "Belkacem", "Le Grand Plateau", "select", "", 12),
    ("Awa", "Diallo", "Bureau Nomade", "wait", "", 3),
    ("Zoé", "Zimmermann", "Compagnie du Seuil", "refuse", "Groupe complet.", None),
    ("Léo", "Ferrand", "Festival des Rives", "", "", 25),
)


def composed(candidates=CANDIDATES, motivation=MOTIVATION, times=1):
    """A cycle with somebody in it, somebody who waits, and those who ask."""
    maud = PersonFactory(given_name="Maud", family_name="Kerjean", officer=True)
    cycle = PracticeCycleFactory(
        title="Produire et diffuser, entre pairs",
        season=SeasonFactory(name="2026-2027"),
        registration_mode="application",
        officer=maud,
        max_per_organisation=1,
    )
    trade = ProfessionFactory(name="Production")
    land = TerritoryFactory(name="Nièvre")
    EligibilityRuleFactory(activity=cycle, professions=[trade])
    question = QuestionFactory(activity=cycle, label="Votre équipe compte :")
    for state, name in (("confirmed", "Dedans"), ("waitlisted", "Enfile")):
        person = PersonFactory(given_name="Paul", family_name=name)
        came = SIGNED_AT - timedelta(days=1)
        EnrolmentFactory(
            activity=cycle, person=person, submitted_at=came, **{state: True}
        )
    for rank, (given, family, house, said, why, years) in enumerate(candidates * times):
        person = PersonFactory(given_name=given, family_name=f"{family}")
        post = AffiliationFactory(
            person=person,
            organisation=OrganisationFactory(
                name=house, territory=land, kind="company"
            ),
            profession=trade,
            job_title="chargée de production",
            practising_since=years and SIGNED_AT.year - years,
        )
        asked = EnrolmentFactory(
            activity=cycle,
            person=person,
            affiliation=post,
            under_review=True,
            submitted_at=SIGNED_AT + timedelta(minutes=rank),
        )
        ApplicationFactory(
            enrolment=asked, motivation=motivation, selection=said, reason=why
        )
        Answer.objects.create(enrolment=asked, question=question, value="4 personnes")
    return cycle


def composition_file(cycle=None):
    cycle = cycle or composed()
    return composition.composition_file(cycle, cycle.officer)[0]


# Approved as text in test_printed.py.
PRINTED = {
    **papers.PAPERS,
    "activities/documents/charter": charter,
    "activities/documents/charter#signed": signed_charter,
    "activities/documents/charter#undertaking": signed_undertaking,
    "activities/documents/composition_file": composition_file,
    "activities/documents/reception_list": reception_list,
    "activities/documents/season_programme": season_programme,
    "mentoring/documents/matching_report": matches.report,
    "activities/documents/season_programme#empty": lambda: season_programme(season(())),
}
