"""A meeting of a pair: facts that the other confirms, and words that are sealed."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.clock import now, today
from agency.core.models import Versioned
from agency.core.sealed_text import SealedTextField
from mentoring.choices import Side, Topic, Way
from mentoring.models.pair import Pair
from mentoring.states import MEETING_MOVES, MeetingState

SHORTEST, LONGEST = 15, 8 * 60
# Whoever says nothing for a week agrees.
SILENCE = timedelta(days=7)
OFF = (MeetingState.CANCELLED, MeetingState.MISSED)


class PairMeetingQuerySet(models.QuerySet):
    def held(self):
        return self.filter(state=MeetingState.HELD)

    def planned(self):
        return self.filter(state=MeetingState.PLANNED)

    def to_confirm(self, side=None):
        """Those that no other half confirmed yet; for ``side``, that the other noted."""
        waiting = self.held().filter(confirmed_at=None, logged_at__gt=now() - SILENCE)
        return waiting.exclude(logged_by=side) if side else waiting


class PairMeeting(Versioned):
    """The agency sees when, how long, how, and the topics of a list; nothing else.

    Who noted it is a side, and not a key: the row leads to people through its pair.
    """

    moves = MEETING_MOVES

    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="meetings", verbose_name=_("pair")
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=MeetingState,
        default=MeetingState.PLANNED,
        editable=False,
    )
    day = models.DateField(_("date"))
    hour = models.TimeField(_("hour"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length, in minutes"), null=True)
    way = models.CharField(_("how"), max_length=9, choices=Way)
    topics = models.JSONField(_("topics"), default=list, blank=True)
    logged_by = models.CharField(
        _("noted by"), max_length=6, choices=Side, editable=False
    )
    logged_at = models.DateTimeField(_("noted at"), default=now, editable=False)
    confirmed_at = models.DateTimeField(
        pgettext_lazy("pair meeting", "confirmed at"), null=True, editable=False
    )
    # Of the pair, and read by the two alone.
    shared_note = SealedTextField(_("shared note"))

    objects = PairMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting of a pair")
        verbose_name_plural = _("meetings of pairs")
        ordering = ["-day", "-pk"]
        constraints = [
            # Noted by both at once: one meeting.
            models.UniqueConstraint(
                fields=["pair", "day"],
                condition=~Q(state__in=OFF),
                name="mentoring_one_meeting_a_day",
            ),
            models.CheckConstraint(
                name="mentoring_meeting_has_a_length",
                condition=Q(minutes__gte=SHORTEST, minutes__lte=LONGEST)
                | (Q(minutes=None) & ~Q(state=MeetingState.HELD)),
            ),
        ]

    def __str__(self):
        return str(self.pk)

    def get_absolute_url(self):
        return reverse("mentoring:meeting-detail", args=[self.pair.uuid, self.pk])

    @property
    def is_held(self):
        return self.state == MeetingState.HELD

    @property
    def is_planned(self):
        return self.state == MeetingState.PLANNED

    @property
    def is_due(self):
        """Planned for a day that has come: held or not, one of the two says so."""
        return self.is_planned and self.day <= today()

    @property
    def is_confirmed(self):
        """By the other half, or by their silence."""
        agreed = self.confirmed_at is not None or self.logged_at <= now() - SILENCE
        return self.is_held and agreed

    @property
    def topics_told(self):
        """Its topics in one line: ``Budget, international``."""
        known = dict(Topic.choices)
        told = [str(known[one]) for one in self.topics if one in known]
        return ", ".join(told).capitalize()


class PrivateNote(models.Model):
    """What one of the two writes for themself: the other half does not read it either."""

    meeting = models.ForeignKey(
        PairMeeting,
        models.CASCADE,
        related_name="private_notes",
        verbose_name=_("meeting of a pair"),
    )
    side = models.CharField(_("written by"), max_length=6, choices=Side, editable=False)
    text = SealedTextField(_("private note"))

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "side"], name="mentoring_one_private_note"
            )
        ]

    def __str__(self):
        return str(self.pk)


class AgencyNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """It was written to the officer in charge of that very edition."""
        return self.filter(pair__activity__officer=user.pk)


class AgencyNote(models.Model):
    """A word to the officer in charge, sent on purpose: restricted, and not sealed."""

    pair = models.ForeignKey(
        Pair, models.CASCADE, related_name="agency_notes", verbose_name=_("pair")
    )
    side = models.CharField(_("written by"), max_length=6, choices=Side, editable=False)
    text = models.TextField(_("message"), max_length=4000)
    sent_at = models.DateTimeField(_("sent at"), default=now, editable=False)

    objects = AgencyNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("word to the agency")
        verbose_name_plural = _("words to the agency")
        ordering = ["-sent_at", "-pk"]

    def __str__(self):
        return str(self.pk)
