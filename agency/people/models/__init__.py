"""The directory: who people are, where they work, what they hold."""

from agency.people.models.imports import ImportBatch, ImportLine
from agency.people.models.merge import Distinct, Merge, MergeConsent
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
    "Distinct",
    "ImportBatch",
    "ImportLine",
    "Mandate",
    "Membership",
    "Merge",
    "MergeConsent",
    "Organisation",
    "OrganisationLabel",
    "Person",
    "Profession",
    "Role",
    "Territory",
]
