"""What an application is about, in rows: performances, legs, touring party, money."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.models import Versioned
from agency.core.validators import AtMost
from grants.choices import (
    Audience,
    ContractStatus,
    ContractType,
    ExpenseKind,
    IncomeKind,
    IncomeStatus,
    PartyFunction,
    PerformanceStatus,
    TransportMode,
    ZoneCode,
)
from grants.models.application import Application
from grants.models.rows import seen_with
from grants.models.scheme import euros


def of_application(name):
    """The application that a row belongs to, whose rows of that kind are its ``name``."""
    return models.ForeignKey(
        Application,
        models.CASCADE,
        related_name=name,
        verbose_name=pgettext_lazy("grants", "application"),
    )


class TourRow(Versioned):
    """A row of an application: two people edit it, each on the version they read."""

    order = models.PositiveSmallIntegerField(_("order"), default=1)

    objects = seen_with("application").as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "pk"]


def not_negative(name, *fields):
    """A constraint: none of ``fields`` is under zero."""
    condition = Q()
    for field in fields:
        condition &= Q(**{f"{field}__gte": 0}) | Q(**{field: None})
    return models.CheckConstraint(
        name=name,
        condition=condition,
        violation_error_message=_("An amount is not negative."),
    )


class Performance(TourRow):
    """A show played somewhere, once or several times on the same days."""

    application = of_application("performances")
    day = models.DateField(_("date"))
    last_day = models.DateField(_("last date"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(
        _("performances"),
        default=1,
        validators=[MinValueValidator(1), AtMost(100)],
    )
    venue = models.CharField(_("venue or festival"), max_length=160)
    city = models.CharField(_("town"), max_length=100)
    country = models.CharField(_("country"), max_length=60, default="France")
    zone = models.CharField(_("zone"), max_length=13, choices=ZoneCode)
    contract = models.CharField(_("contract"), max_length=14, choices=ContractType)
    contract_status = models.CharField(
        _("stands"),
        max_length=9,
        choices=ContractStatus,
        default=ContractStatus.OPTION,
    )
    signed_on = models.DateField(
        pgettext_lazy("contract", "signed on"), null=True, blank=True
    )
    fee = euros(_("fee (\u20ac)"), null=True, blank=True)
    audience = models.CharField(
        _("audience"), max_length=12, choices=Audience, default=Audience.PUBLIC
    )
    status = models.CharField(
        _("state"),
        max_length=9,
        choices=PerformanceStatus,
        default=PerformanceStatus.PLANNED,
    )

    class Meta(TourRow.Meta):
        verbose_name = _("performance")
        verbose_name_plural = _("performances")
        constraints = [
            models.CheckConstraint(
                name="performance_in_order",
                condition=Q(last_day=None) | Q(last_day__gte=F("day")),
                violation_error_message=_("The last date is before the first."),
            ),
            not_negative("performance_fee", "fee"),
        ]

    def __str__(self):
        return f"{self.venue}, {self.city}"


class Leg(TourRow):
    """A stretch of the trip, once or there and back."""

    application = of_application("legs")
    origin = models.CharField(pgettext_lazy("trip", "from"), max_length=100)
    destination = models.CharField(pgettext_lazy("trip", "to"), max_length=100)
    mode = models.CharField(_("transport"), max_length=8, choices=TransportMode)
    distance_km = models.PositiveIntegerField(
        _("kilometres, one way"),
        validators=[MinValueValidator(1), AtMost(20_000)],
    )
    there_and_back = models.BooleanField(
        pgettext_lazy("leg", "there and back"), default=True
    )
    persons = models.PositiveSmallIntegerField(
        _("people"), default=1, validators=[AtMost(200)]
    )
    vehicles = models.PositiveSmallIntegerField(
        _("vehicles"), default=1, validators=[AtMost(30)]
    )

    class Meta(TourRow.Meta):
        verbose_name = _("trip")
        verbose_name_plural = _("trips")

    def __str__(self):
        return f"{self.origin} \u2013 {self.destination}"

    @property
    def travelled_km(self):
        """Kilometres on the way, the return included."""
        return self.distance_km * (2 if self.there_and_back else 1)


class PartyMember(TourRow):
    """So many people of one function on the road."""

    application = of_application("party")
    function = models.CharField(_("function"), max_length=10, choices=PartyFunction)
    count = models.PositiveSmallIntegerField(
        _("people"), default=1, validators=[MinValueValidator(1), AtMost(200)]
    )
    nights = models.PositiveSmallIntegerField(
        _("nights, each"), default=0, validators=[AtMost(400)]
    )

    class Meta(TourRow.Meta):
        verbose_name = _("people on the road")
        verbose_name_plural = _("touring party")

    def __str__(self):
        return f"{self.count} \u00d7 {self.get_function_display()}"


class ExpenseLine(TourRow):
    """An expense as it is declared; what is retained of it is the rapporteur's."""

    application = of_application("expenses")
    category = models.CharField(_("expense"), max_length=16, choices=ExpenseKind)
    label = models.CharField(_("what it is for"), max_length=160, blank=True)
    mode = models.CharField(
        _("transport"), max_length=8, choices=TransportMode, blank=True
    )
    quantity = models.DecimalField(
        _("quantity"), max_digits=9, decimal_places=2, default=1
    )
    unit_amount = euros(_("euros a unit"))
    # Written on the desk, with its reason; empty: what the engine retains.
    retained = euros(
        _("amount retained (\u20ac)"), null=True, blank=True, editable=False
    )
    retained_reason = models.CharField(
        _("reason"), max_length=300, blank=True, editable=False
    )

    class Meta(TourRow.Meta):
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        constraints = [
            not_negative("expense_amounts", "quantity", "unit_amount", "retained"),
            models.CheckConstraint(
                name="expense_retained_has_a_reason",
                condition=Q(retained=None) | ~Q(retained_reason=""),
                violation_error_message=_("Say why this amount is retained."),
            ),
        ]

    def __str__(self):
        return self.label or self.get_category_display()


class IncomeLine(TourRow):
    """What comes in beside the aid that is asked here."""

    application = of_application("incomes")
    kind = models.CharField(_("income"), max_length=10, choices=IncomeKind)
    funder = models.CharField(_("from whom"), max_length=160, blank=True)
    amount = euros(_("amount (\u20ac)"))
    status = models.CharField(
        _("stands"),
        max_length=9,
        choices=IncomeStatus,
        default=IncomeStatus.REQUESTED,
    )

    class Meta(TourRow.Meta):
        verbose_name = _("income")
        verbose_name_plural = _("incomes")
        constraints = [not_negative("income_amount", "amount")]

    def __str__(self):
        return self.funder or self.get_kind_display()


class AidComputation(models.Model):
    """What the engine came to, and each step of it: added to, never changed."""

    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="computations",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    # None: of a draft or by hand, before any revision.
    revision = models.PositiveSmallIntegerField(_("revision"), null=True)
    engine_version = models.CharField(_("version of the engine"), max_length=12)
    inputs_hash = models.CharField(_("SHA-256 of what was computed"), max_length=64)
    inputs = models.JSONField(_("what was computed"))
    steps = models.JSONField(_("steps"))
    amount = euros(_("aid (\u20ac)"))
    binding = models.CharField(_("what limits it"), max_length=40, blank=True)
    computed_at = models.DateTimeField(_("computed at"))

    objects = seen_with("application").as_manager()

    class Meta:
        verbose_name = _("computation")
        verbose_name_plural = _("computations")
        ordering = ["application", "-computed_at", "-pk"]

    def __str__(self):
        return f"{self.application}, {self.amount}"
