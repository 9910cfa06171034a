"""What a pair wants to reach: its words are sealed, its state is a fact."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now
from agency.core.sealed_text import SealedTextField
from mentoring.models.pair import Pair
from mentoring.states import GOAL_MOVES, GoalState


class Goal(models.Model):
    """The mentee's; both write it. The agency counts it, unless both share its text."""

    moves = GOAL_MOVES

    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="goals", verbose_name=_("pair")
    )
    state = models.CharField(
        _("state"),
        max_length=8,
        choices=GoalState,
        default=GoalState.OPEN,
        editable=False,
    )
    text = SealedTextField(_("goal"))
    indicator = SealedTextField(_("how one will know that it is reached"))
    created_at = models.DateTimeField(
        pgettext_lazy("goal", "created at"), default=now, editable=False
    )

    class Meta:
        verbose_name = _("goal of a pair")
        verbose_name_plural = _("goals of pairs")
        ordering = ["pk"]

    def __str__(self):
        return str(self.pk)
