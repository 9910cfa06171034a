"""The members of a commission: their college, their voice, their mandate."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.activities.models import Enrolment
from agency.activities.states import EnrolmentState
from agency.core.clock import today
from agency.core.models import Versioned
from agency.people.models.person import in_force
from grants.choices import Capacity, Office


class CollegeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm("grants.view_college") else self.none()


class College(models.Model):
    """A group of members who come from the same part of the field."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    objects = CollegeQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("commission", "college")
        verbose_name_plural = pgettext_lazy("commission", "colleges")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class MemberQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who sits is no secret for the house; one sees one's own mandates."""
        if user.has_perm("grants.view_member"):
            return self
        return self.filter(enrolment__person_id=user.pk)

    def in_office(self, day=None):
        """Whose mandate runs on ``day`` (today), its last day included."""
        return self.filter(in_force(day), enrolment__state=EnrolmentState.CONFIRMED)

    def voting(self):
        return self.exclude(capacity=Capacity.CONSULTATIVE)


class Member(Versioned):
    """A seat in a commission: the kernel convenes by the enrolment, this says the voice."""

    enrolment = models.OneToOneField(
        Enrolment,
        models.CASCADE,
        primary_key=True,
        related_name="membership",
        verbose_name=_("enrolment"),
    )
    college = models.ForeignKey(
        College,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=pgettext_lazy("commission", "college"),
    )
    capacity = models.CharField(
        _("capacity"), max_length=12, choices=Capacity, default=Capacity.TITULAR
    )
    office = models.CharField(_("office"), max_length=6, choices=Office, blank=True)
    # Of an alternate: whose seat they take when that member is away or stands back.
    alternate_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="alternates",
        verbose_name=_("alternate of"),
    )
    starts_on = models.DateField(_("mandate from"), default=today)
    ends_on = models.DateField(_("mandate until"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a commission")
        verbose_name_plural = _("members of commissions")
        ordering = ["college__order", "enrolment__person__folded", "pk"]
        constraints = [
            models.CheckConstraint(
                name="member_mandate_in_order",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The mandate ends before it begins."),
            ),
            models.CheckConstraint(
                name="member_alternate_of_somebody",
                condition=Q(alternate_of=None) | Q(capacity=Capacity.ALTERNATE),
                violation_error_message=_("Only an alternate stands for somebody."),
            ),
            models.CheckConstraint(
                name="member_office_with_a_voice",
                condition=Q(office="") | Q(capacity=Capacity.TITULAR),
                violation_error_message=_(
                    "The chair and their deputy are full members."
                ),
            ),
        ]

    def __str__(self):
        return str(self.enrolment.person)

    @property
    def person(self):
        return self.enrolment.person

    @property
    def votes(self):
        return self.capacity != Capacity.CONSULTATIVE

    def is_in_office(self, day):
        """Whether the mandate runs on ``day``; its last day is part of it."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
