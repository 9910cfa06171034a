from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import Confidentiality
from agency.activities.models.activity import Activity
from agency.activities.models.session import Session
from agency.activities.states import OFF, ActivityState
from agency.core.clock import now
from agency.people.models import Person

# For how long after the last session its facilitator still finds it.
AFTERWARDS = timedelta(days=60)
OVER = (ActivityState.COMPLETED, ActivityState.CANCELLED)


class FacilitatorQuerySet(models.QuerySet):
    def leading(self, person):
        """The rows by which ``person`` finds an activity in the workspace now.

        From the day they are assigned until sixty days after the end of the last
        session that is not cancelled; without any, until the activity is over. A role
        in the house opens nothing here, and closes sealed rooms.
        """
        kept = Session.objects.exclude(state__in=OFF)
        kept = kept.filter(activity=OuterRef("activity"))
        recent = kept.filter(ends_at__gte=now() - AFTERWARDS)
        unset = ~Exists(kept) & ~Q(activity__state__in=OVER)
        rows = self.filter(Exists(recent) | unset, person=person)
        if person.is_staff:
            rows = rows.exclude(activity__confidentiality=Confidentiality.SEALED)
        return rows


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

    objects = FacilitatorQuerySet.as_manager()

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
