"""A convocation made of plain objects: what the template reads, and nothing else."""

from datetime import datetime, time
from types import SimpleNamespace as Plain

from agency.core.clock import PARIS

AGENCY = {
    "name": "Agence des Lisières",
    "short_name": "Plateau",
    "legal_form": "Association",
    "address": "14 rue des Deux-Quais",
    "postal_code": "00400",
    "city": "Montreval",
    "siret": "000 000 000 00000",
    "licence": "PLATESV-D-2024-000000",
    "privacy_email": "donnees@agence.example",
    "disability_name": "Inès Vidal",
    "disability_phone": "00 00 00 00 12",
    "disability_email": "acces@agence.example",
}
TEMPLATE = "activities/documents/session_convocation"


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


def person(given="Camille", family="Aubrac"):
    return Plain(given_name=given, family_name=family, full_name=f"{given} {family}")


def document(**changes):
    first = {
        "reference": "CONV-2026-0412",
        "version": 1,
        "issued_at": at(12, 10),
        "supersedes": None,
        "fingerprint": "7f3a 09c2 e41b",
    }
    return Plain(**first | changes)


def activity(**changes):
    first = {
        "title": "Groupe communication",
        "cost_text": "Participation gratuite, déjeuner libre.",
        "bring_text": "votre calendrier de communication.",
        "sealed": False,
    }
    return Plain(**first | changes)


def session(**changes):
    first = {
        "number": 2,
        "title": "Annoncer sans s’épuiser",
        "starts_at": at(26, 9, 30),
        "ends_at": at(26, 12, 30),
        "welcome_at": time(9),
        "break_text": "pause à 11 h",
        "format": "onsite",
        "room": "salle Navette, rez-de-chaussée",
        "remote_url": "https://visio.example/secret",
        "documents_text": "le compte rendu de la séance 1.",
    }
    return Plain(**first | changes)


def venue(**changes):
    first = {
        "name": "La Filature basse",
        "address": "22 quai des Teinturiers",
        "postal_code": "00450",
        "city": "Bréville",
        "transport": "Gare de Bréville à 9 minutes à pied.",
        "parking": "Douze places dans la cour.",
        "bike": "Arceaux à vélos.",
        "access_note": "",
        "step_free": True,
        "hearing_loop": True,
        "accessible_parking": False,
        "accessible_toilets": True,
    }
    return Plain(**first | changes)


def context(**changes):
    organisation = Plain(
        name="Compagnie du Seuil",
        address="3 passage de la Halle",
        postal_code="00400",
        city="Montreval",
    )
    return {
        "agency": AGENCY,
        "document": document(),
        "person": person(),
        "addressee": Plain(
            job_title="Chargée de production",
            profession=None,
            organisation=organisation,
        ),
        "activity": activity(),
        "session": session(),
        "session_count": 3,
        "minutes": 180,
        "agenda": ["Tour de table", "Annoncer une saison à trois"],
        "venue": venue(),
        "facilitators": [{"name": "Agnès Loisel", "qualification": "animatrice"}],
        "paragraph": "",
        "changes": (),
        "contact": {
            "name": "Nour Haddad",
            "role": "chargée de mission",
            "phone": "00 00 00 00 10",
            "email": "nour.haddad@agence.example",
        },
        "on_the_day": None,
        "absence_deadline": at(24, 12),
        "charter": None,
        "training": None,
        "signatory": {"name": "Hélène Marsan", "role": "la directrice"},
    } | changes


# What a letter leaves out when nothing is known.
BARE = {
    "addressee": None,
    "agenda": [],
    "venue": None,
    "facilitators": [],
    "absence_deadline": None,
    "session_count": 1,
    "activity": activity(cost_text="", bring_text=""),
    "session": session(
        number=1, title="", welcome_at=None, break_text="", room="", documents_text=""
    ),
}
