"""The closed lists of mentoring."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Side(models.TextChoices):
    MENTOR = "mentor", _("Mentor")
    MENTEE = "mentee", _("Mentee")


class Stage(models.TextChoices):
    """Where a mentee stands."""

    STARTING = "starting", _("Starting out")
    CHANGING = "changing", _("Changing career")


class Topic(models.TextChoices):
    """What a mentor offers and a mentee needs."""

    PRODUCTION = "production", _("Setting up a production")
    BUDGET = "budget", _("Budget")
    TOURING = "touring", _("Touring and finding venues")
    INTERNATIONAL = "international", _("International")
    PAYROLL = "payroll", _("Labour law and payroll")
    PUBLIC_BODIES = "public_bodies", _("Relations with public bodies")
    ORGANISATION = "organisation", _("Organising one's work")
    TEAM = "team", _("Working with an artistic team")
    FUNDING = "funding", _("Finding other funding")


class ArtForm(models.TextChoices):
    THEATRE = "theatre", _("Theatre")
    DANCE = "dance", _("Dance")
    CIRCUS = "circus", _("Circus")
    STREET = "street", _("Street arts")
    PUPPETS = "puppets", _("Puppetry and objects")
    MUSIC = "music", _("Music")
    OPERA = "opera", _("Opera and music theatre")
    YOUNG = "young", _("Work for young audiences")
    OTHER = "other", pgettext_lazy("art form", "Other")


class Mobility(models.TextChoices):
    """How far one goes to meet."""

    TOWN = "town", _("In my town")
    DEPARTEMENT = "departement", _("In my departement")
    REGION = "region", _("In the whole region")


class Meeting(models.TextChoices):
    """How the pair would meet."""

    ONSITE = "onsite", pgettext_lazy("pair", "In the same room")
    REMOTE = "remote", pgettext_lazy("pair", "At a distance")
    BOTH = "both", pgettext_lazy("pair", "Both")


# --- What is noted of a pair ---------------------------------------------------------
class Party(models.TextChoices):
    """Who signs the agreement of a pair."""

    MENTOR = "mentor", _("Mentor")
    MENTEE = "mentee", _("Mentee")
    AGENCY = "agency", _("The agency")


class ReviewStage(models.TextChoices):
    """When the two look back: half-way, and at the end."""

    MID_TERM = "mid_term", _("Mid-term review")
    FINAL = "final", _("Final review")


class EndReason(models.TextChoices):
    """Why a pair ends early: neutral, and enough to learn from."""

    TIME = "time", _("Not enough time")
    DISTANCE = "distance", _("Distance or travel")
    CHANGE = "change", _("A change of work or of life")
    GOALS = "goals", _("The goals were reached earlier than planned")
    FIT = "fit", _("The pair did not find its way of working")
    OTHER = "other", pgettext_lazy("end of a pair", "Another reason")


class EndedBy(models.TextChoices):
    MENTOR = "mentor", _("Mentor")
    MENTEE = "mentee", _("Mentee")
    BOTH = "both", _("Both together")
    AGENCY = "agency", _("The agency")


class Way(models.TextChoices):
    ON_SITE = "on_site", pgettext_lazy("pair meeting", "On site")
    REMOTE = "remote", pgettext_lazy("pair meeting", "By video call")
    TELEPHONE = "telephone", pgettext_lazy("pair meeting", "By telephone")


# --- What the agency is to do for a pair ---------------------------------------------
class AlertCause(models.TextChoices):
    """Why an officer hears of a pair; the first four by mail (message 33)."""

    HELP = "help", _("Help is asked for")
    PULSE = "pulse", _("A low answer to the barometer")
    MISSED = "missed", _("Meetings that did not take place")
    SILENT = "silent", _("A long silence")
    CALL = "call", _("To call")
    DISCUSS_END = "discuss_end", _("To go on, or to end: discuss it")
