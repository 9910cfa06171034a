"""Interests that members declare, and the recusals that come of them (C.7)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now
from agency.people.models import Person
from grants.choices import Nature, RecusalOrigin
from grants.models.application import Application
from grants.states import BARRING, RECUSAL_MOVES, RecusalState


class OfPersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; those of everybody, for who leads the commission."""
        if user.has_perm("grants.view_recusal"):
            return self
        return self.filter(person_id=user.pk)


class InterestAnswer(models.Model):
    """What a member declared of one file before any opened: nothing, or which interest."""

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="interest_answers",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="interest_answers",
        verbose_name=_("person"),
    )
    nature = models.CharField(
        _("interest"), max_length=14, choices=Nature, blank=True, default=""
    )
    declared_at = models.DateTimeField(
        pgettext_lazy("interest", "declared at"), default=now, editable=False
    )

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared interest")
        verbose_name_plural = _("declared interests")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"], name="interest_answer_once"
            )
        ]

    def __str__(self):
        return f"{self.person}, {self.application}"


class RecusalQuerySet(OfPersonQuerySet):
    def barring(self):
        """Those that keep the file shut: in force, or not decided yet."""
        return self.filter(state__in=BARRING)


class Recusal(models.Model):
    """Why somebody stands back from a file. While it stands the file is shut to them."""

    moves = RECUSAL_MOVES

    application = models.ForeignKey(
        Application,
        models.CASCADE,
        related_name="recusals",
        verbose_name=pgettext_lazy("grants", "application"),
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="recusals", verbose_name=_("person")
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=RecusalState,
        default=RecusalState.SUSPECTED,
        editable=False,
    )
    origin = models.CharField(_("origin"), max_length=8, choices=RecusalOrigin)
    nature = models.CharField(_("interest"), max_length=14, choices=Nature, blank=True)
    # What was found, in a sentence; read by who leads the commission and by the person.
    facts = models.CharField(_("what was found"), max_length=300, blank=True)
    noticed_at = models.DateTimeField(_("noticed at"), default=now, editable=False)
    decided_at = models.DateTimeField(
        pgettext_lazy("recusal", "decided at"), null=True, editable=False
    )
    decided_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["-noticed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person"], name="recusal_once"
            ),
            models.CheckConstraint(
                name="recusal_decided_iff_dated",
                condition=Q(state=RecusalState.SUSPECTED, decided_at=None)
                | (~Q(state=RecusalState.SUSPECTED) & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="recusal_of_person"),
        ]

    def __str__(self):
        return f"{self.person}, {self.application}"
