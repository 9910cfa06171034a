"""The closed lists of an activity: how one registers, who sees, where it takes place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RegistrationMode(models.TextChoices):
    """How a person comes in."""

    NONE = "none", _("No registration")
    OPEN = "open", _("Open registration")
    APPROVAL = "approval", _("Each request is approved")
    APPLICATION = "application", _("Application, then composition of the group")
    INVITATION = "invitation", _("On invitation")
    COOPTATION = "cooptation", _("Proposed by a member")
    APPOINTMENT = "appointment", _("Appointed by the agency")


# The modes in which somebody of the agency decides on each request.
REVIEWED = (
    RegistrationMode.APPROVAL,
    RegistrationMode.APPLICATION,
    RegistrationMode.COOPTATION,
)
# In the others somebody comes in because the agency, or a member, asks them.
BY_ONESELF = (
    RegistrationMode.OPEN,
    RegistrationMode.APPROVAL,
    RegistrationMode.APPLICATION,
)
# The modes in which only those who are asked may register.
ASKED = (RegistrationMode.INVITATION, RegistrationMode.COOPTATION)


class SeatScope(models.TextChoices):
    """What one registers for."""

    WHOLE = "whole", _("For every session")
    SESSION = "session", _("Session by session")


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


class HalfDay(models.TextChoices):
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")
    EVENING = "evening", _("Evening")


class HalfDays(models.TextChoices):
    """The half-days to sign for, where the hours do not say them well."""

    MORNING = "morning", _("Morning alone")
    AFTERNOON = "afternoon", _("Afternoon alone")
    EVENING = "evening", _("Evening alone")
    DAY = "day", _("Morning and afternoon")


class AttendanceStatus(models.TextChoices):
    PRESENT = "present", _("Present")
    LATE = "late", _("Came late")
    LEFT_EARLY = "left_early", _("Left early")
    REMOTE = "remote", _("Present online")
    EXCUSED = "excused", pgettext_lazy("attendance", "Excused")
    ABSENT = "absent", _("Absent")


# Whoever was there, were it for a part of the half-day.
ATTENDED = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.LEFT_EARLY,
    AttendanceStatus.REMOTE,
)


class AttendanceWay(models.TextChoices):
    """How we know: pressed by the person, noted by the facilitator, read on paper."""

    PRESSED = "pressed", _("Signed on the tablet")
    NOTED = "noted", _("Noted by the facilitator")
    PAPER = "paper", _("Transcribed from the paper sheet")


class RuleSubject(models.TextChoices):
    """What a rule of eligibility looks at."""

    PROFESSION = "profession", _("Profession")
    YEARS = "years", _("Years in the profession")
    ORGANISATION_KIND = "organisation_kind", _("Kind of organisation")
    ORGANISATION_LABEL = "organisation_label", _("Label of the organisation")
    TERRITORY = "territory", _("Territory")
    MEMBERSHIP = "membership", _("Membership up to date")
    DISTINCT_ORGANISATION = (
        "distinct_organisation",
        _("Nobody of the same organisation"),
    )
    NOT_ALREADY_IN = "not_already_in", _("Not in another activity already")


class RuleForce(models.TextChoices):
    BLOCKING = "blocking", _("Required")
    WARNING = "warning", _("Wished for")


class QuestionKind(models.TextChoices):
    TEXT = "text", _("One line")
    LONG = "long", _("Several lines")
    CHOICE = "choice", _("One choice")
    MULTI = "multi", _("Several choices")
    BOOL = "bool", _("Yes or no")
    DATE = "date", _("A date")
    NUMBER = "number", _("A number")


class Readers(models.TextChoices):
    """Who reads the answers to a question; the form says so beside it."""

    OFFICER = "officer", _("The officer in charge")
    FACILITATOR = "facilitator", _("The officer in charge and the facilitator")
    GROUP = "group", _("The officer in charge, the facilitator and the group")


class NeedKind(models.TextChoices):
    ACCESS = "access", _("Access")
    DIET = "diet", _("Meals")


class DifficultyKind(models.TextChoices):
    PERSON = "person", _("With this person")
    ORGANISATION = "organisation", _("With this organisation")
    HIERARCHY = "hierarchy", _("I report to this person, or they report to me")


class CharterUse(models.TextChoices):
    GROUP = "group", _("Signed by the participants")
    PAIR = "pair", _("Signed by those who meet in pairs")
    FACILITATOR = "facilitator", _("Undertaking of the facilitators")


class Selection(models.TextChoices):
    """What the board of a composition says of a candidate, until it is applied."""

    OPEN = "", _("To decide")
    SELECT = "select", pgettext_lazy("board", "Retained")
    WAIT = "wait", pgettext_lazy("board", "Waiting list")
    REFUSE = "refuse", pgettext_lazy("board", "Refused")


class Purpose(models.TextChoices):
    """What a batch tells people of a session."""

    CONVENE = "convene", pgettext_lazy("batch", "Convocation")
    CHANGE = "change", pgettext_lazy("batch", "Change")
    CANCELLATION = "cancellation", pgettext_lazy("batch", "Cancellation")
    POSTPONEMENT = "postponement", pgettext_lazy("batch", "Postponement")


class Part(models.TextChoices):
    """As what somebody is told of a session."""

    EXPECTED = "expected", pgettext_lazy("part", "Registered")
    WAITS = "waits", pgettext_lazy("part", "Waits for a seat")
    LEADS = "leads", pgettext_lazy("part", "Leads the session")
