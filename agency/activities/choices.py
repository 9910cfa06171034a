"""The closed lists of an activity: how one registers, who sees, where it takes place."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegistrationMode(models.TextChoices):
    """How a person comes in; the other modes arrive with the services that run them."""

    NONE = "none", _("No registration")
    OPEN = "open", _("Open registration")


class Confidentiality(models.TextChoices):
    """Who sees what; other levels arrive with the services that keep them."""

    PUBLIC = "public", _("Public")
    SEALED = "sealed", _("Sealed")


class SessionFormat(models.TextChoices):
    ONSITE = "onsite", _("On site")
    REMOTE = "remote", _("Online")
    HYBRID = "hybrid", _("On site and online")


class ParticipationMode(models.TextChoices):
    ONSITE = "onsite", _("On site")
    REMOTE = "remote", _("Online")
