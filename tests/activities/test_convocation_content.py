"""Invariant 16: the letter of a real session says every mandatory item (reference 0.6)."""

from datetime import datetime, time
from types import SimpleNamespace as Plain

import pytest
from django.core.exceptions import ValidationError

from agency.activities import documents
from agency.activities.services import convenings, trials
from agency.core.clock import PARIS, now, travel
from agency.documents import engine, services
from agency.documents.models import IssuedDocument
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    CharterFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    SessionFactory,
    VenueFactory,
)
from tests.documents.reading import opened, words
from tests.people.factories import AffiliationFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
AGENCY = {
    "name": "Agence des Lisières",
    "short_name": "Plateau",
    "legal_form": "Association",
    "address": "14 rue des Deux-Quais",
    "postal_code": "00400",
    "city": "Montreval",
    "siret": "000 000 000 00000",
    "licence": "PLATESV-D-2024-000000",
    "phone": "01 99 00 00 10",
    "email": "bonjour@agence.example",
    "privacy_email": "donnees@agence.example",
    "disability_name": "Inès Vidal",
    "disability_phone": "01 99 00 00 12",
    "disability_email": "acces@agence.example",
    "signatory_name": "Hélène Marsan",
    "signatory_role": "la directrice",
}
SAID = {
    "emitter: name": "Agence des Lisières",
    "emitter: legal form and address": "Association, 14 rue des Deux-Quais, 00400 Montreval",
    "emitter: numbers": "SIRET 000 000 000 00000, licence PLATESV-D-2024-000000",
    "date of issue": "Montreval, le 1er décembre 2026",
    "reference and version": "CONV-2026-0001, version 1",
    "addressee": "Awa Diallo Chargée de production Compagnie du Seuil "
    "3 passage de la Halle 00400 Montreval",
    "object": "Convocation à « Groupe communication », séance 1 sur 2, "
    "« Annoncer sans s’épuiser »",
    "date": "jeudi 17 décembre 2026",
    "welcome": "Accueil",
    "welcome, hour": "9 h",
    "hours": "9 h 30 – 12 h 30",
    "break": "pause à 11 h",
    "duration": "3 h",
    "format": "Sur place",
    "place, room and floor": "La Filature basse, salle Navette, rez-de-chaussée",
    "place, address": "22 quai des Teinturiers, 00450 Bréville",
    "transport": "Gare à 9 minutes à pied.",
    "bicycles": "Arceaux dans la cour.",
    "car park": "Douze places.",
    "accessibility": "entrée de plain-pied, toilettes adaptées, boucle magnétique, "
    "stationnement réservé. Sonner à la grille.",
    "programme": "Ordre du jour Tour de table Trois saisons",
    "facilitator": "Avec Agnès Loisel, animatrice.",
    "documents": "À lire avant : le compte rendu de la séance 1.",
    "what to bring": "À apporter : votre calendrier.",
    "meals and costs": "Gratuit, déjeuner libre.",
    "absence and its deadline": "Prévenez-nous avant le mardi 15 décembre, 9 h 30",
    "contact": "Votre contact : Ismaël Brun, 01 99 00 00 07, ismael.brun@agence.example",
    "disability officer": "Un besoin particulier ? Inès Vidal, référent·e handicap, "
    "01 99 00 00 12, acces@agence.example",
    "charter": "« Charte du groupe communication » se relit sur votre page d’inscription",
    "emergency contact": "Le jour même : Accueil de la Filature, 01 99 00 00 45",
    "signature": "Pour l’agence, la directrice Hélène Marsan",
    "data protection": "Cette lettre utilise votre nom, votre fonction et votre structure "
    "pour vous convoquer. Elle est conservée cinq ans.",
    "rights": "espace personnel, rubrique « Mes données », ou donnees@agence.example",
    "fingerprint": "Empreinte du document",
    "page": "page 1 sur 1",
}


@pytest.fixture(autouse=True)
def house(settings):
    settings.AGENCY = settings.AGENCY | AGENCY
    settings.SITE_URL = "https://plateau.example"
    with travel(datetime(2026, 12, 1, 9, tzinfo=PARIS)):
        yield


def awaited(**activity):
    """Somebody expected at a session of which everything is known."""
    given = {
        "title": "Groupe communication",
        "charter": CharterFactory(title="Charte du groupe communication"),
        "contact_name": "Ismaël Brun",
        "contact_phone": "+33199000007",
        "contact_email": "ismael.brun@agence.example",
        "cost_text": "Gratuit, déjeuner libre.",
        "bring_text": "votre calendrier.",
    }
    activity = ActivityFactory(**given | activity)
    leader = {"person__given_name": "Agnès", "person__family_name": "Loisel"}
    FacilitatorFactory(activity=activity, qualification="animatrice", **leader)
    venue = VenueFactory(
        name="La Filature basse",
        address="22 quai des Teinturiers",
        postal_code="00450",
        city="Bréville",
        transport="Gare à 9 minutes à pied",
        bike="Arceaux dans la cour",
        parking="Douze places",
        step_free=True,
        hearing_loop=True,
        accessible_parking=True,
        accessible_toilets=True,
        access_note="Sonner à la grille",
        contact="Accueil de la Filature, 01 99 00 00 45",
    )
    session = SessionFactory(
        activity=activity,
        starts_at=datetime(2026, 12, 17, 9, 30, tzinfo=PARIS),
        title="Annoncer sans s’épuiser",
        welcome_at=time(9),
        break_text="pause à 11 h",
        venue=venue,
        room="salle Navette, rez-de-chaussée",
        documents_text="le compte rendu de la séance 1.",
    )
    later = datetime(2027, 1, 14, 9, 30, tzinfo=PARIS)
    SessionFactory(activity=activity, starts_at=later)
    for order, title in enumerate(("Tour de table", "Trois saisons"), start=1):
        AgendaItemFactory(session=session, order=order, title=title)
    affiliation = AffiliationFactory(
        person__given_name="Awa",
        person__family_name="Diallo",
        job_title="Chargée de production",
        organisation=OrganisationFactory(
            name="Compagnie du Seuil",
            address="3 passage de la Halle",
            postal_code="00400",
            city="Montreval",
        ),
    )
    enrolment = EnrolmentFactory(
        activity=activity,
        person=affiliation.person,
        affiliation=affiliation,
        confirmed=True,
    )
    return ParticipationFactory(
        session=session, enrolment=enrolment, person=affiliation.person
    )


def letter_of(participation):
    """The stored letter that the workers make for this person."""
    session = participation.session
    batch = convenings.convene(session, by=session.activity.officer)
    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))
    with IssuedDocument.objects.get().file.open() as stored:
        return stored.read()


def test_invariant_16_convocation_says_every_mandatory_item():
    data = letter_of(awaited())

    text = words(data)
    assert {item for item, said in SAID.items() if said not in text} == set()
    assert len(opened(data).pages) == 1


def test_invariant_16_sealed_convocation_has_no_subject_titles():
    participation = awaited(confidentiality="sealed")

    text = words(letter_of(participation))

    for subject in ("Annoncer sans s’épuiser", "Tour de table", "Trois saisons"):
        assert subject not in text
    assert "Ce qui se dit dans le groupe y reste." in text


def test_invariant_16_second_version_mentions_the_one_it_replaces():
    participation = trials.loaded(awaited().pk)
    told = {
        "title": "Convocation",
        "about": participation.session,
        "recipient": participation.person,
        "template": documents.TEMPLATE,
    }
    first = services.issue(
        documents.CONVOCATION, **told, context=documents.context(participation, "")
    )

    second = services.issue(
        documents.CONVOCATION,
        **told,
        context=documents.context(participation, ""),
        supersedes=first,
    )

    with second.file.open() as stored:
        text = words(stored.read())
    said = "version 2 Annule et remplace la version 1 du 1er décembre 2026"
    assert f"{second.reference}, {said}" in text


def test_charter_leads_to_the_page_of_its_reader():
    participation = awaited()
    page = opened(letter_of(participation)).pages[0]

    links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]

    own = participation.enrolment.get_absolute_url()
    assert links == [f"https://plateau.example{own}"]


@pytest.mark.parametrize("format", ["remote", "hybrid"])
def test_online_session_says_where_the_link_is_and_not_what_it_is(format):
    participation = awaited()
    session = participation.session
    session.format, session.remote_url = format, "https://visio.example/salle"
    session.save()

    text = words(letter_of(participation))

    assert "Le lien de la visioconférence est sur la page de la séance" in text
    assert "visio.example" not in text


# --- A training (code du travail, art. L6353-8; Qualiopi, indicator 9) -----------
TRAINING = {
    "is_training": True,
    "training_objectives": "Tenir un calendrier à deux",
    "training_evaluation": "un questionnaire au début et à la fin",
    "training_rules": "joint à votre confirmation",
}


def test_training_states_what_the_labour_code_asks_for():
    data = letter_of(awaited(**TRAINING))

    text = words(data)
    for said in (
        "Objectifs : Tenir un calendrier à deux.",
        "Durée totale : 6 h, en 2 séances.",
        "Évaluation : un questionnaire au début et à la fin.",
        "Règlement intérieur, remis avant l’entrée en formation : joint à votre",
        "Avec Agnès Loisel, animatrice.",
    ):
        assert said in text
    assert len(opened(data).pages) == 1


def test_anything_else_says_nothing_of_it():
    assert "formation" not in words(letter_of(awaited()))


@pytest.mark.parametrize("left_out", sorted(set(TRAINING) - {"is_training"}))
def test_training_is_not_kept_without_what_it_states(left_out):
    activity = ActivityFactory.build(**TRAINING | {left_out: ""})

    with pytest.raises(ValidationError, match="Une formation"):
        activity.validate_constraints(exclude={"slug", "season", "renewed_from"})


# --- A letterhead without logo ---------------------------------------------------
def test_letterhead_without_logo_nor_numbers_leaves_no_hole(settings):
    known = ("name", "email")
    settings.AGENCY = {
        name: AGENCY[name] if name in known else "" for name in settings.AGENCY
    }

    data = letter_of(awaited(contact_phone="", contact_email=""))

    text = words(data)
    assert "Agence des Lisières" in text
    assert "Plateau" not in text
    assert "Votre contact : Ismaël Brun, bonjour@agence.example." in text
    assert "Le 1er décembre 2026" in text
    for unsaid in ("SIRET", "licence", "référent", "None", ", .", " ,", ", ou ."):
        assert unsaid not in text
    assert len(opened(data).pages) == 1


def test_signature_without_a_name_keeps_room_for_a_hand():
    """What is said beside it never covers the line above."""
    blank = {"signatory": {"name": "", "role": ""}}
    draft = Plain(reference="", version=1, issued_at=now(), supersedes=None)
    draft.fingerprint = ""
    one = trials.loaded(awaited().pk)
    said = documents.context(one, "") | blank | {"document": draft}

    lines = []
    page = opened(engine.render(documents.TEMPLATE, said)).pages[0]
    page.extract_text(
        visitor_text=lambda text, cm, tm, font, size: (
            lines.append((round(tm[5] * cm[3] + cm[5]), text)) if text.strip() else None
        )
    )

    mention = max(y for y, text in lines if "Cette lettre" in text)
    above = min(y for y, text in lines if "Le jour même" in text)
    assert abs(above - mention) > 10
