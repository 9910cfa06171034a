"""Who is in the room of a sitting, and until when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now
from grants.choices import Attending
from grants.models.columns import of_house, of_member, of_sitting
from grants.models.deliberation import Point


class Presence(models.Model):
    """A member in the room or online, from an hour to another; they may come back."""

    sitting = of_sitting("presences")
    member = of_member("presences")
    mode = models.CharField(
        _("how"), max_length=6, choices=Attending, default=Attending.ONSITE
    )
    arrived_at = models.DateTimeField(_("arrived at"), default=now)
    left_at = models.DateTimeField(_("left at"), null=True)

    objects = of_house().as_manager()

    class Meta:
        verbose_name = pgettext_lazy("commission", "attendance")
        verbose_name_plural = pgettext_lazy("commission", "attendances")
        ordering = ["arrived_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "member"],
                condition=Q(left_at=None),
                name="presence_once",
            ),
            models.CheckConstraint(
                name="presence_in_order",
                condition=Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
            ),
        ]

    def __str__(self):
        return f"{self.member}, {self.sitting}"


class Proxy(models.Model):
    """A member who is away gave their voice to another (decree 2006-672, art. 10)."""

    sitting = of_sitting("proxies")
    giver = of_member("given_proxies")
    holder = of_member("held_proxies")
    given_at = models.DateTimeField(_("given at"), default=now)
    ended_at = models.DateTimeField(pgettext_lazy("proxy", "ended at"), null=True)

    objects = of_house().as_manager()

    class Meta:
        verbose_name = pgettext_lazy("commission", "proxy")
        verbose_name_plural = pgettext_lazy("commission", "proxies")
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "giver"],
                condition=Q(ended_at=None),
                name="proxy_given_once",
            ),
            models.CheckConstraint(
                name="proxy_to_another", condition=~Q(giver=F("holder"))
            ),
        ]

    def __str__(self):
        return f"{self.giver}, {self.holder}"


class StepOut(models.Model):
    """Whoever stands back from a file left the room for it, and when they came back."""

    point = models.ForeignKey(Point, models.CASCADE, related_name="steps_out")
    member = of_member("steps_out")
    left_at = models.DateTimeField(_("left at"), default=now)
    back_at = models.DateTimeField(_("back at"), null=True)

    objects = of_house("point__application").as_manager()

    class Meta:
        verbose_name = _("withdrawal from the room")
        verbose_name_plural = _("withdrawals from the room")
        ordering = ["left_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["point", "member"], name="step_out_once")
        ]

    def __str__(self):
        return f"{self.member}, {self.point}"
