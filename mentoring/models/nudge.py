"""What a silent pair was sent, what it put off, and when it rested."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now, today
from mentoring.choices import Side
from mentoring.health.days import Span
from mentoring.health.ladder import Step
from mentoring.models.pair import Pair


class NudgeSent(models.Model):
    """A step of the ladder that left, once in a silence: the row is what says so.

    A task of the officer leaves too: on the day on which it appears among their alerts.
    """

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="nudges", verbose_name=_("pair")
    )
    step = models.PositiveSmallIntegerField(_("step"), choices=Step, editable=False)
    since = models.DateField(_("silence since"), editable=False)
    sent_on = models.DateField(_("sent on"), default=today, editable=False)
    # When each of the two answered with the link of their letter: it answers once.
    mentor_answered_at = models.DateTimeField(
        _("answered by the mentor at"), null=True, editable=False
    )
    mentee_answered_at = models.DateTimeField(
        _("answered by the mentee at"), null=True, editable=False
    )

    class Meta:
        verbose_name = _("reminder to a pair")
        verbose_name_plural = _("reminders to pairs")
        ordering = ["-sent_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "since", "step"], name="mentoring_one_nudge_a_step"
            )
        ]

    def __str__(self):
        return f"#{self.pk}"

    def answered_at(self, side):
        return getattr(self, f"{side}_answered_at")


class Snooze(models.Model):
    """One of the two asked to be left in peace until a day, that one included."""

    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="snoozes", verbose_name=_("pair")
    )
    side = models.CharField(_("asked by"), max_length=6, choices=Side, editable=False)
    starts_on = models.DateField(
        pgettext_lazy("reminder put off", "from"), default=today, editable=False
    )
    ends_on = models.DateField(
        pgettext_lazy("reminder put off", "until"), editable=False
    )
    asked_at = models.DateTimeField(
        pgettext_lazy("reminder put off", "asked at"), default=now, editable=False
    )

    class Meta:
        verbose_name = _("reminder put off")
        verbose_name_plural = _("reminders put off")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="mentoring_snooze_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
            )
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def span(self):
        return Span.through(self.starts_on, self.ends_on)


class Pause(models.Model):
    """A pause that is over. The one that lasts is ``Pair.paused_at``."""

    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="pauses", verbose_name=_("pair")
    )
    starts_on = models.DateField(pgettext_lazy("pause", "from"), editable=False)
    # The day on which it was taken up again: it counts.
    ends_on = models.DateField(pgettext_lazy("pause", "until"), editable=False)

    class Meta:
        verbose_name = _("pause of a pair")
        verbose_name_plural = _("pauses of pairs")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="mentoring_pause_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
            )
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def span(self):
        return Span(self.starts_on, self.ends_on)
