from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.core.clock import now
from agency.people.models import Person


class CalendarFeed(models.Model):
    """The address at which somebody's calendar reads their sessions, with its secret.

    Whoever has the secret reads the feed: it is found by its SHA-256, and shown again
    to its owner alone.
    """

    person = models.OneToOneField(
        Person,
        models.CASCADE,
        related_name="calendar_feed",
        verbose_name=_("person"),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sealed_secret = models.BinaryField(editable=False)
    alarm = models.BooleanField(
        _("reminds the day before"), default=False, db_default=False
    )
    created_at = models.DateTimeField(_("created at"), default=now, editable=False)
    # By day: what a calendar asks, and when exactly, is nobody's business.
    used_on = models.DateField(_("last read on"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["pk"]

    def __str__(self):
        return f"#{self.pk}"
