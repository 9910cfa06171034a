"""The parts of an application, as what is asked names them: ``section:performances``."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Section(models.TextChoices):
    ORGANISATION = "organisation", pgettext_lazy("section", "The organisation")
    PROJECT = "project", pgettext_lazy("section", "The project")
    PERFORMANCES = "performances", pgettext_lazy("section", "The performances")
    LEGS = "legs", pgettext_lazy("section", "The trips")
    PARTY = "party", pgettext_lazy("section", "The touring party")
    EXPENSES = "expenses", pgettext_lazy("section", "The expenses")
    INCOMES = "incomes", pgettext_lazy("section", "The incomes")


SECTION, DOCUMENT = "section:", "document:"


def targets(application):
    """All that may be asked of ``application``: {target: its name}, sections first."""
    named = {f"{SECTION}{one.value}": str(one.label) for one in Section}
    for paper in application.rules.requirements.all():
        named[f"{DOCUMENT}{paper.key}"] = paper.label
    return named
