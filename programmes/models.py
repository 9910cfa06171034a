from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.activities.models import Activity
from agency.activities.models.activity import ActivityQuerySet

PRACTICE_CYCLE = "practice_cycle"


class PracticeCycleManager(models.Manager.from_queryset(ActivityQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(kind=PRACTICE_CYCLE)


class PracticeCycle(Activity):
    """A practice-analysis cycle: a small closed group, a facilitator, sealed sessions."""

    objects = PracticeCycleManager()

    class Meta:
        proxy = True
        verbose_name = _("practice-analysis cycle")
        verbose_name_plural = _("practice-analysis cycles")

    def save(self, *args, **kwargs):
        self.kind = PRACTICE_CYCLE
        super().save(*args, **kwargs)


class PracticeCycleDetails(models.Model):
    """What is a cycle's alone."""

    # A new season begins with the same (agency.activities.services.renewal).
    copied_with_activity = True

    activity = models.OneToOneField(
        Activity,
        models.CASCADE,
        primary_key=True,
        related_name="practice_cycle",
        verbose_name=_("activity"),
    )
    method = models.CharField(_("method"), max_length=300, blank=True)
    situations_per_session = models.PositiveSmallIntegerField(
        _("situations per session"), default=2
    )
    sessions_for_certificate = models.PositiveSmallIntegerField(
        _("sessions that give a certificate"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("details of the cycle")
        verbose_name_plural = _("details of the cycles")

    def __str__(self):
        return str(self.activity)
