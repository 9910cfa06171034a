from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.core.models import Versioned
from agency.people.models import Organisation, Territory


class Venue(Versioned):
    """A place where people meet, and how everybody gets in."""

    name = models.CharField(_("name"), max_length=160)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="venues",
        verbose_name=_("organisation"),
    )
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=100, blank=True)
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, verbose_name=_("territory")
    )
    transport = models.CharField(_("public transport"), max_length=300, blank=True)
    parking = models.CharField(_("car park"), max_length=200, blank=True)
    bike = models.CharField(_("bicycles"), max_length=200, blank=True)
    step_free = models.BooleanField(_("step-free entrance"), default=False)
    hearing_loop = models.BooleanField(_("hearing loop"), default=False)
    accessible_parking = models.BooleanField(_("accessible parking"), default=False)
    accessible_toilets = models.BooleanField(_("accessible toilets"), default=False)
    access_note = models.CharField(_("more about access"), max_length=300, blank=True)
    contact = models.CharField(_("contact on the day"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("meeting place")
        verbose_name_plural = _("meeting places")
        ordering = ["name", "pk"]

    def __str__(self):
        return ", ".join(part for part in (self.name, self.city) if part)
