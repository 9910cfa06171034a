"""A show: what a company tours, whichever aid it asks for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.core.models import Versioned
from agency.core.text import fold
from agency.people.models import Organisation
from grants.choices import Discipline


class OfOrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of the organisations where one works; of all of them for the house."""
        meta = self.model._meta
        if user.has_perm(f"grants.view_{meta.model_name}"):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__in=Organisation.objects.visible_to(user))


class Show(Versioned):
    """A show of a company: what one applies for, from one season to the next."""

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="shows",
        verbose_name=_("organisation"),
    )
    title = models.CharField(_("title"), max_length=200)
    folded = models.CharField(max_length=400, blank=True, editable=False)
    discipline = models.CharField(
        _("discipline"), max_length=12, choices=Discipline, blank=True
    )
    created_on = models.DateField(_("created on"), null=True, blank=True)
    authors = models.CharField(_("authors and direction"), max_length=300, blank=True)

    objects = OfOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("show")
        verbose_name_plural = _("shows")
        ordering = ["title", "pk"]

    def __str__(self):
        return self.title

    def save(self, *args, update_fields=None, **kwargs):
        self.folded = fold(self.title)[:400]
        if update_fields is not None:
            update_fields = {*update_fields, "folded"}
        super().save(*args, update_fields=update_fields, **kwargs)
