"""The commission of a year, and its sittings: the kernel convenes both."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.activities.choices import RegistrationMode
from agency.activities.models import Activity, Session
from agency.activities.models.activity import ActivityQuerySet
from agency.activities.states import OFF, PUBLIC, ActivityState
from agency.core.clock import now
from agency.core.validators import AtMost
from grants.models.scheme import Scheme, euros
from grants.states import SITTING_MOVES, SittingState

COMMISSION = "commission"
ANNOUNCED = tuple(one for one in PUBLIC if one != ActivityState.CANCELLED)


class CommissionManager(models.Manager.from_queryset(ActivityQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(kind=COMMISSION)


class Commission(Activity):
    """A commission for a year: its members come by appointment, its sessions are sittings."""

    objects = CommissionManager()

    class Meta:
        proxy = True
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")

    def save(self, *args, **kwargs):
        self.kind = COMMISSION
        self.registration_mode = RegistrationMode.APPOINTMENT
        super().save(*args, **kwargs)


class SittingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Dates are everybody's: one applies for a sitting."""
        return self

    def coming(self):
        """Whose deadline is still ahead, the nearest first; those that take place."""
        rows = self.taking_place().filter(deadline_at__gt=now())
        return rows.order_by("deadline_at", "pk")

    def taking_place(self):
        """Neither called off nor put off, of a commission that is announced."""
        return self.filter(session__activity__state__in=ANNOUNCED).exclude(
            session__state__in=OFF
        )

    def touch(self):
        """Raise their turn: the live pages learn that something changed."""
        return self.update(turn=F("turn") + 1)

    def accepting(self):
        """One may submit for them at this moment."""
        return self.coming().filter(opens_at__lte=now())


class Sitting(models.Model):
    """A session of a commission at which applications are presented."""

    moves = SITTING_MOVES

    session = models.OneToOneField(
        Session,
        models.CASCADE,
        primary_key=True,
        related_name="sitting",
        verbose_name=_("session"),
    )
    schemes = models.ManyToManyField(
        Scheme, related_name="sittings", verbose_name=_("schemes")
    )
    number = models.PositiveSmallIntegerField(
        _("number in the year"), default=1, validators=[AtMost(24)]
    )
    year = models.PositiveSmallIntegerField(_("year"))
    opens_at = models.DateTimeField(_("applications open at"))
    # Submitted at this very moment is in time; a microsecond later is not.
    deadline_at = models.DateTimeField(_("applications close at"))
    review_opens_at = models.DateTimeField(_("reviews open at"), null=True, blank=True)
    review_closes_at = models.DateTimeField(
        _("reviews close at"), null=True, blank=True
    )

    # The envelope is one for all: whoever works for one applicant judges none of them.
    strict = models.BooleanField(
        _("a member whose organisation applies reads no file of that scheme"),
        default=False,
        db_default=False,
    )
    # Three years, as the internal rules of public bodies have it (grants.md, E.5).
    look_back = models.PositiveSmallIntegerField(
        _("months during which a former tie still counts"),
        default=36,
        db_default=36,
        validators=[AtMost(120)],
    )
    # Five days, as decree 2006-672 (art. 9) and the code CRPA (R133-5) have it.
    notice_days = models.PositiveSmallIntegerField(
        _("agenda and papers go out so many days before"),
        default=5,
        db_default=5,
        validators=[AtMost(60)],
    )
    state = models.CharField(
        _("state"),
        max_length=17,
        choices=SittingState,
        default=SittingState.PREPARING,
        db_default=SittingState.PREPARING,
        editable=False,
    )
    # Convened again on the same agenda: no quorum is asked any more (art. 11).
    is_second = models.BooleanField(
        _("second convocation"), default=False, db_default=False, editable=False
    )
    opened_at = models.DateTimeField(
        pgettext_lazy("sitting", "opened at"), null=True, editable=False
    )
    closed_at = models.DateTimeField(
        pgettext_lazy("sitting", "closed at"), null=True, editable=False
    )
    # What quorum was counted at the opening: {"required", "counted", "seats", "ok"}.
    quorum_at_opening = models.JSONField(null=True, editable=False)
    # Grows with whatever changes in the room: the live pages compare it, and whoever
    # writes there raises it first (lock, then count).
    turn = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ["deadline_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="sitting_in_order",
                condition=Q(deadline_at__gt=F("opens_at")),
                violation_error_message=_("Applications close before they open."),
            ),
        ]

    def __str__(self):
        return f"{self.session.activity}, S{self.number}"

    @property
    def is_open(self):
        return self.opens_at <= now() <= self.deadline_at

    @property
    def is_to_come(self):
        """Whether its deadline is still ahead."""
        return self.deadline_at >= now()

    @property
    def meets_at(self):
        return self.session.starts_at


class EnvelopeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The house and, through the live pages alone, the members."""
        return self if user.has_perm("grants.view_sittingenvelope") else self.none()


class SittingEnvelope(models.Model):
    """What a sitting may propose for a scheme, in euros; zero is an envelope too."""

    sitting = models.ForeignKey(
        Sitting, models.CASCADE, related_name="envelopes", verbose_name=_("sitting")
    )
    scheme = models.ForeignKey(
        Scheme, models.PROTECT, related_name="+", verbose_name=_("scheme")
    )
    amount = euros(_("envelope of the sitting (\u20ac)"))

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        verbose_name = _("envelope of a sitting")
        verbose_name_plural = _("envelopes of sittings")
        ordering = ["sitting", "scheme__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "scheme"],
                name="sitting_envelope_once",
                violation_error_message=_("This scheme has its envelope already."),
            ),
            models.CheckConstraint(
                name="sitting_envelope_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("An amount is not negative."),
            ),
        ]

    def __str__(self):
        return f"{self.sitting}, {self.scheme}"
