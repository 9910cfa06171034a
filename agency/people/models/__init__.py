"""The directory: who people are, where they work, what they hold."""

from agency.people.models.imports import ImportBatch, ImportLine
from agency.people.models.organisations import (
    Affiliation,
    Membership,
    Organisation,
    OrganisationLabel,
    Profession,
    Territory,
)
from agency.people.models.person import Mandate, Person, Role

__all__ = [
    "Affiliation",
    "ImportBatch",
    "ImportLine",
    "Mandate",
    "Membership",
    "Organisation",
    "OrganisationLabel",
    "Person",
    "Profession",
    "Role",
    "Territory",
]
