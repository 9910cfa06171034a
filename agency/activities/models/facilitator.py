from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.activities.models.activity import Activity
from agency.people.models import Person


class Facilitator(models.Model):
    """Somebody who leads the sessions of an activity."""

    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="facilitators",
        verbose_name=_("activity"),
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="facilitations",
        verbose_name=_("person"),
    )
    qualification = models.CharField(_("qualification"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("facilitator")
        verbose_name_plural = _("facilitators")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person"], name="facilitator_once"
            )
        ]

    def __str__(self):
        return f"{self.person}, {self.qualification}".strip(", ")

    def clean(self):
        super().clean()
        if self.person_id and self.activity.sealed and self.person.is_staff:
            raise ValidationError(
                {"person": _("Nobody of the agency enters a sealed room.")}
            )
