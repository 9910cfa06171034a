"""The closed lists of the directory: roles, kinds of organisation, contracts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.core import access


class RoleName(models.TextChoices):
    OFFICER = access.OFFICER, _("Officer")
    SECRETARY = access.SECRETARY, _("Secretary")
    DIRECTION = access.DIRECTION, _("Direction")
    DECIDER = access.DECIDER, _("Decider")
    ACCOUNTANT = access.ACCOUNTANT, _("Accountant")
    DISABILITY_OFFICER = access.DISABILITY_OFFICER, _("Disability officer")
    FACILITATOR = "facilitator", _("Facilitator")
    MEMBER = "member", _("Commission member")
    CHAIR = "chair", _("Commission chair")
    BOARD = "board", _("Board member")


class OrganisationKind(models.TextChoices):
    COMPANY = "company", _("Company")
    ENSEMBLE = "ensemble", _("Ensemble")
    VENUE = "venue", _("Venue")
    FESTIVAL = "festival", _("Festival")
    ASSOCIATION = "association", _("Cultural association")
    PRODUCTION_OFFICE = "production_office", _("Production office")
    NETWORK = "network", _("Network")
    LOCAL_AUTHORITY = "local_authority", _("Local authority")
    SCHOOL = "school", _("School")
    OTHER = "other", _("Other organisation")


class ContractKind(models.TextChoices):
    PERMANENT = "permanent", _("Permanent contract")
    FIXED_TERM = "fixed_term", _("Fixed-term contract")
    INTERMITTENT = "intermittent", _("Intermittent contract")
    FREELANCE = "freelance", _("Self-employed")
    VOLUNTEER = "volunteer", _("Volunteer")
    OTHER = "other", _("Other contract")


class TerritoryKind(models.TextChoices):
    DEPARTEMENT = "departement", _("Departement")
    REGION = "region", _("Region")
    COUNTRY = "country", _("Country")


class Body(models.TextChoices):
    BOARD = "board", _("Board of directors")
    BUREAU = "bureau", _("Bureau")


class MandateRole(models.TextChoices):
    DIRECTOR = "director", _("Board member")
    CO_PRESIDENT = "co_president", _("Co-president")
    COLLEGE = "college", _("Representative of a college")


class MembershipState(models.TextChoices):
    PENDING = "pending", _("Pending")
    ACTIVE = "active", _("Up to date")
    LAPSED = "lapsed", _("Lapsed")


class ImportKind(models.TextChoices):
    PEOPLE = "people", _("Contacts")
    ORGANISATIONS = "organisations", _("Organisations")


class ImportOutcome(models.TextChoices):
    """What becomes of a line: said before, and held to when it is written."""

    CREATE = "create", _("To create")
    UPDATE = "update", _("To complete")
    IGNORE = "ignore", _("Left as it is")
    ERROR = "error", _("To mend")
