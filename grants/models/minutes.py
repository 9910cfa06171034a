"""What a sitting leaves: how its envelope was shared out, and its minutes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now
from agency.core.models import Versioned
from agency.documents.models import IssuedDocument
from agency.people.models import Person
from grants.choices import Method
from grants.models.columns import of_house, of_sitting
from grants.models.scheme import Scheme
from grants.models.sitting import Sitting

LONG = 4000


class Scenario(models.Model):
    """A way of sharing the envelope that was applied: what it changed, for undoing it."""

    sitting = of_sitting("scenarios")
    scheme = models.ForeignKey(
        Scheme, models.PROTECT, related_name="+", verbose_name=_("scheme")
    )
    method = models.CharField(_("method"), max_length=12, choices=Method)
    parameters = models.JSONField(_("parameters"), default=dict)
    # {key of a point: [amount before, amount after]}, as strings of euros.
    lines = models.JSONField(_("amounts"), default=dict)
    applied_at = models.DateTimeField(_("applied at"), default=now)
    applied_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("applied by")
    )
    undone_at = models.DateTimeField(pgettext_lazy("scenario", "undone at"), null=True)

    objects = of_house("sitting__points__application").as_manager()

    class Meta:
        verbose_name = pgettext_lazy("commission", "scenario")
        verbose_name_plural = pgettext_lazy("commission", "scenarios")
        ordering = ["-applied_at", "-pk"]

    def __str__(self):
        return f"{self.sitting}, {self.get_method_display()}"


class Minutes(Versioned):
    """The minutes of a sitting: drafted from what was recorded, validated by the chair."""

    sitting = models.OneToOneField(
        Sitting,
        models.CASCADE,
        primary_key=True,
        related_name="minutes",
        verbose_name=_("sitting"),
    )
    # What is said of the sitting beside its items, by the secretary.
    remarks = models.TextField(_("remarks"), max_length=LONG, blank=True)
    # What they say, frozen when they are validated: the copy of whoever stands back from
    # a file is made from it, without that file.
    content = models.JSONField(_("content"), null=True, editable=False)
    validated_at = models.DateTimeField(_("validated at"), null=True, editable=False)
    validated_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("validated by"),
    )
    document = models.ForeignKey(
        IssuedDocument,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("document"),
    )

    objects = of_house("sitting__points__application").as_manager()

    class Meta:
        verbose_name = pgettext_lazy("commission", "minutes")
        verbose_name_plural = pgettext_lazy("commission", "minutes of sittings")
        ordering = ["sitting"]
        constraints = [
            models.CheckConstraint(
                name="minutes_validated_by_somebody",
                condition=Q(validated_at=None, validated_by=None)
                | Q(validated_at__isnull=False, validated_by__isnull=False),
            )
        ]

    def __str__(self):
        return str(self.sitting)


class Erratum(models.Model):
    """What is set right in minutes that are locked: nothing else changes in them."""

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="errata")
    text = models.TextField(_("what is set right"), max_length=LONG)
    written_at = models.DateTimeField(_("written at"), default=now)
    written_by = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("written by")
    )

    objects = of_house("minutes__sitting__points__application").as_manager()

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["written_at", "pk"]

    def __str__(self):
        return f"{self.minutes}, {self.written_at:%d/%m/%Y}"
