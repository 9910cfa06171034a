"""The rows of a version of rules: immutable with it once it is published."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.validators import AtMost
from grants.choices import (
    Basis,
    EmissionUnit,
    ExpenseKind,
    Needed,
    RuleSubject,
    Severity,
    TransportMode,
    Unit,
    ZoneCode,
)
from grants.models.rows import seen_with
from grants.models.scheme import SchemeVersion, euros, percent


def of_rules(name):
    """The version that a row belongs to, whose rows of that kind are its ``name``."""
    return models.ForeignKey(
        SchemeVersion, models.CASCADE, related_name=name, verbose_name=_("rules")
    )


class RulesRow(models.Model):
    """A row of a version; staff see it with its version, the site when it is published."""

    order = models.PositiveSmallIntegerField(_("order"), default=1)

    objects = seen_with("rules").as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "pk"]


class Zone(RulesRow):
    """Where one plays, and which share of the costs is paid there.

    A zone may be given twice, the second from a distance (``from_km``) on.
    """

    rules = of_rules("zones")
    code = models.CharField(_("zone"), max_length=13, choices=ZoneCode)
    from_km = models.PositiveIntegerField(
        _("from so many kilometres, there and back"),
        default=0,
        validators=[AtMost(50_000)],
    )
    rate = percent(_("share that is paid (%)"))
    # 60-20-10-10: what the sittings of a year are measured against.
    target = percent(
        _("share of the aid aimed at (%)"),
        null=True,
        blank=True,
        help_text=_("Shown beside what a sitting gives; nothing is refused for it."),
    )

    class Meta(RulesRow.Meta):
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        constraints = [
            models.UniqueConstraint(
                fields=["rules", "code", "from_km"], name="zone_once"
            )
        ]

    def __str__(self):
        return self.get_code_display()


class ExpenseCategory(RulesRow):
    """A kind of expense: paid or not, as spent or flat, and how much of a line at most."""

    rules = of_rules("expense_categories")
    code = models.CharField(_("expense"), max_length=16, choices=ExpenseKind)
    help_text = models.CharField(_("what belongs here"), max_length=200, blank=True)
    eligible = models.BooleanField(_("is paid"), default=True)
    basis = models.CharField(
        _("counted"), max_length=6, choices=Basis, default=Basis.ACTUAL
    )
    unit = models.CharField(_("unit"), max_length=6, choices=Unit, default=Unit.LUMP)
    line_cap = euros(_("most for a line (\u20ac)"), null=True, blank=True)
    source = models.CharField(_("article"), max_length=120, blank=True)

    class Meta(RulesRow.Meta):
        verbose_name = _("kind of expense")
        verbose_name_plural = _("kinds of expense")
        constraints = [
            models.UniqueConstraint(
                fields=["rules", "code"], name="expense_category_once"
            )
        ]

    def __str__(self):
        return self.get_code_display()


class RateScale(models.Model):
    """What a unit of an expense comes to, from a day on: dated, never edited in place."""

    category = models.ForeignKey(
        ExpenseCategory,
        models.CASCADE,
        related_name="scales",
        verbose_name=_("kind of expense"),
    )
    mode = models.CharField(
        _("transport"),
        max_length=8,
        choices=TransportMode,
        blank=True,
        help_text=_("Empty: whatever the transport."),
    )
    zone = models.CharField(
        _("zone"),
        max_length=13,
        choices=ZoneCode,
        blank=True,
        help_text=_("Empty: wherever one plays."),
    )
    amount = models.DecimalField(_("euros a unit"), max_digits=9, decimal_places=4)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source and year"), max_length=200, blank=True)

    objects = seen_with("category__rules").as_manager()

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["category", "mode", "zone", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "mode", "zone", "valid_from"], name="rate_once"
            ),
            models.CheckConstraint(
                name="rate_in_order",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The rate ends before it begins."),
            ),
            models.CheckConstraint(
                name="rate_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("A rate is not negative."),
            ),
        ]

    def __str__(self):
        return f"{self.amount}"


class EligibilityRule(RulesRow):
    """Who and what may be aided: a subject, its operand, and what the applicant is told."""

    rules = of_rules("eligibility_rules")
    subject = models.CharField(_("looks at"), max_length=20, choices=RuleSubject)
    number = models.PositiveIntegerField(
        _("number"), null=True, blank=True, validators=[AtMost(100_000)]
    )
    # Codes of the closed list that the subject is about (zones, kinds, contracts).
    codes = models.JSONField(_("one of"), default=list, blank=True)
    severity = models.CharField(
        _("when it is not met"),
        max_length=8,
        choices=Severity,
        default=Severity.BLOCKING,
    )
    message = models.CharField(_("what the applicant reads"), max_length=300)
    source = models.CharField(_("article"), max_length=120, blank=True)

    class Meta(RulesRow.Meta):
        verbose_name = pgettext_lazy("grants", "rule of eligibility")
        verbose_name_plural = pgettext_lazy("grants", "rules of eligibility")

    def __str__(self):
        return self.get_subject_display()


class DocumentRequirement(RulesRow):
    """A document that is asked, how long it stays valid, and who reads it."""

    rules = of_rules("requirements")
    key = models.SlugField(_("short name"), max_length=40)
    label = models.CharField(_("document"), max_length=160)
    help_text = models.CharField(_("what it must show"), max_length=300, blank=True)
    needed = models.CharField(
        _("needed"), max_length=12, choices=Needed, default=Needed.ALWAYS
    )
    validity_days = models.PositiveSmallIntegerField(
        _("valid so many days"),
        null=True,
        blank=True,
        validators=[AtMost(3660)],
        help_text=_("From the date that it bears. Empty: it does not expire."),
    )
    read_by_members = models.BooleanField(_("read by the commission"), default=True)
    is_bank = models.BooleanField(
        _("bank details"),
        default=False,
        help_text=_("Read by direction, decider and accountant alone, once checked."),
    )

    class Meta(RulesRow.Meta):
        verbose_name = _("document asked")
        verbose_name_plural = _("documents asked")
        constraints = [
            models.UniqueConstraint(fields=["rules", "key"], name="requirement_once")
        ]

    def __str__(self):
        return self.label


class Criterion(RulesRow):
    """What the commission looks at; ``independent``: told beside the total, not in it."""

    rules = of_rules("criteria")
    label = models.CharField(_("criterion"), max_length=120)
    help_text = models.CharField(_("what it looks at"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[AtMost(20)]
    )
    required = models.BooleanField(_("required"), default=True)
    independent = models.BooleanField(_("outside the total"), default=False)

    class Meta(RulesRow.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")

    def __str__(self):
        return self.label


class CriterionLevel(models.Model):
    """A step of the scale of a criterion, anchored in words."""

    criterion = models.ForeignKey(
        Criterion,
        models.CASCADE,
        related_name="levels",
        verbose_name=_("criterion"),
    )
    score = models.PositiveSmallIntegerField(_("score"), validators=[AtMost(20)])
    description = models.CharField(_("what earns it"), max_length=300)

    objects = seen_with("criterion__rules").as_manager()

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["criterion", "score"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "score"], name="criterion_level_once"
            )
        ]

    def __str__(self):
        return f"{self.score}"


class EmissionFactorQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What a journey weighs is told to everybody, with its source."""
        return self


class EmissionFactor(models.Model):
    """Kilograms of CO2 equivalent of a kilometre, dated, with its source and year."""

    mode = models.CharField(_("transport"), max_length=8, choices=TransportMode)
    unit = models.CharField(_("counted"), max_length=10, choices=EmissionUnit)
    kilograms = models.DecimalField(
        _("kilograms of CO2 equivalent"), max_digits=8, decimal_places=5
    )
    valid_from = models.DateField(_("from"))
    source = models.CharField(_("source and year"), max_length=200)
    is_example = models.BooleanField(_("example value"), default=False)

    objects = EmissionFactorQuerySet.as_manager()

    class Meta:
        verbose_name = _("emission factor")
        verbose_name_plural = _("emission factors")
        ordering = ["mode", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["mode", "valid_from"], name="emission_factor_once"
            ),
            models.CheckConstraint(
                name="emission_factor_not_negative",
                condition=Q(kilograms__gte=0),
                violation_error_message=_("A factor is not negative."),
            ),
        ]

    def __str__(self):
        return f"{self.get_mode_display()}: {self.kilograms}"
