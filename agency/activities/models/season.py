import re

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from agency.core.clock import today

DASHES = re.compile("[\u2010-\u2015/]")


class Season(models.Model):
    """A year of activity, from September to August as a rule."""

    name = models.CharField(_("name"), max_length=20, unique=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="season_ends_after_start",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("A season ends after it starts."),
            )
        ]

    def __str__(self):
        return self.name

    @property
    def slug(self):
        """Its name in an address: 2026-2027."""
        return slugify(DASHES.sub("-", self.name)) or str(self.starts_on.year)

    def get_programme_url(self):
        return reverse("activities:season-programme", args=[self.slug])

    @classmethod
    def current(cls):
        """The season of today, or None."""
        day = today()
        return cls.objects.filter(starts_on__lte=day, ends_on__gte=day).first()
