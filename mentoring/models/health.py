"""How a pair says it is doing, and what waits for its officer because of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now
from mentoring.choices import AlertCause, Side
from mentoring.health.colours import LOW, Fit
from mentoring.models.pair import Pair
from mentoring.states import ALERT_MOVES, ALERT_WAITING, AlertState


class OfOneEdition(models.QuerySet):
    def visible_to(self, user):
        """On the desk: the officer in charge of that very edition, and no colleague."""
        return self.filter(pair__activity__officer=user.pk)


class PulseCheckQuerySet(OfOneEdition):
    def of(self, pair, side):
        return self.filter(pair=pair, side=side)

    def answered(self):
        return self.filter(answered_at__isnull=False)


class PulseCheck(models.Model):
    """One side is asked once each sixty days how it goes; the partner never reads it.

    The row appears with the invitation, and is filled in by the answer. The agency
    reads it: the page on which one answers says so.
    """

    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="pulses", verbose_name=_("pair")
    )
    side = models.CharField(_("asked of"), max_length=6, choices=Side, editable=False)
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    asked_at = models.DateTimeField(
        pgettext_lazy("barometer", "asked at"), default=now, editable=False
    )
    answered_at = models.DateTimeField(
        pgettext_lazy("barometer", "answered at"), null=True, editable=False
    )
    level = models.PositiveSmallIntegerField(_("out of 5"), null=True, editable=False)
    fit = models.CharField(
        _("how the pair goes together"),
        max_length=6,
        choices=Fit,
        blank=True,
        editable=False,
    )
    wants_help = models.BooleanField(_("help asked"), default=False, editable=False)

    objects = PulseCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("barometer")
        verbose_name_plural = _("barometers")
        ordering = ["-number", "side"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "side", "number"], name="mentoring_one_pulse_a_side"
            ),
            models.CheckConstraint(
                name="mentoring_pulse_answered_whole",
                condition=Q(answered_at=None, level=None, fit="")
                | (
                    Q(answered_at__isnull=False, level__gte=1, level__lte=5)
                    & ~Q(fit="")
                ),
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_answered(self):
        return self.answered_at is not None

    @property
    def is_worrying(self):
        """What an officer hears of within two days (references/people.md, c4)."""
        return self.is_answered and (self.level <= LOW or self.fit == Fit.FAILS)


class PairAlertQuerySet(OfOneEdition):
    def waiting(self):
        """Neither settled nor overtaken by the end of the pair."""
        return self.filter(state__in=ALERT_WAITING)

    def helps(self):
        return self.filter(cause=AlertCause.HELP)


class PairAlert(models.Model):
    """Something that the officer in charge is to do for a pair, with what came of it.

    ``occurrence`` tells one time from the next of the same cause, so that a silence, or
    an answer, opens one alert, however often the facts are looked at. A request for help
    is one too, with the words in which it was made: they were written to the agency.
    """

    moves = ALERT_MOVES

    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="alerts", verbose_name=_("pair")
    )
    cause = models.CharField(
        _("cause"), max_length=11, choices=AlertCause, editable=False
    )
    occurrence = models.CharField(max_length=40, editable=False)
    # Of which of the two, where it is about one.
    side = models.CharField(
        _("comes from"), max_length=6, choices=Side, blank=True, editable=False
    )
    words = models.TextField(_("message"), max_length=4000, blank=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=7,
        choices=AlertState,
        default=AlertState.OPEN,
        editable=False,
    )
    opened_at = models.DateTimeField(
        pgettext_lazy("alert", "opened at"), default=now, editable=False
    )
    taken_at = models.DateTimeField(
        pgettext_lazy("alert", "taken up at"), null=True, editable=False
    )
    settled_at = models.DateTimeField(
        pgettext_lazy("alert", "settled at"), null=True, editable=False
    )
    note = models.TextField(
        _("note of the officer"), max_length=2000, blank=True, editable=False
    )

    objects = PairAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert about a pair")
        verbose_name_plural = _("alerts about pairs")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "cause", "occurrence"], name="mentoring_alert_once"
            ),
            models.UniqueConstraint(
                fields=["pair", "side"],
                condition=Q(cause=AlertCause.HELP, state__in=ALERT_WAITING),
                name="mentoring_one_open_help_a_side",
            ),
            models.CheckConstraint(
                name="mentoring_alert_settled_is_dated",
                condition=Q(state__in=ALERT_WAITING, settled_at=None)
                | (~Q(state__in=ALERT_WAITING) & Q(settled_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "opened_at"], name="mentoring_alert_state")
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_waiting(self):
        return self.state in ALERT_WAITING

    @property
    def is_help(self):
        return self.cause == AlertCause.HELP
