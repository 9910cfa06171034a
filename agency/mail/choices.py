from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    """What one may refuse to read; a message without a topic is essential."""

    OPENINGS = "openings", _("New activities")
    WEEK_BEFORE = "week_before", _("Reminder a week before a session")


class Openings(models.TextChoices):
    """How somebody wants to hear of what opens: only who asked does."""

    NONE = "none", pgettext_lazy("announcements", "Never")
    AT_ONCE = "at_once", _("One message as soon as an activity opens")
    WEEKLY = "weekly", _("One message a week, on Monday morning")
