import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import HalfDays, Purpose, SessionFormat
from agency.activities.models.activity import Activity
from agency.activities.models.venue import Venue
from agency.activities.states import (
    OFF,
    PUBLIC,
    SESSION_MOVES,
    ParticipationState,
    SessionState,
)
from agency.core.clock import now, paris
from agency.core.models import Versioned
from agency.core.validators import AtMost

# The online room is shown from this long before the start until this long after the end.
LINK_BEFORE = LINK_AFTER = timedelta(minutes=30)


class SessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_draft_activity"):
            return self
        return self.filter(activity__state__in=PUBLIC)

    def led_by(self, person):
        """Those that ``person`` finds in the workspace of facilitators."""
        from agency.activities.models.facilitator import (  # models in a circle
            Facilitator,
        )

        rows = Facilitator.objects.leading(person)
        return self.filter(activity__in=rows.values("activity"))

    def coming(self):
        """Not over, and neither cancelled nor postponed, the nearest first."""
        return (
            self.filter(ends_at__gte=now())
            .exclude(state__in=OFF)
            .order_by("starts_at", "pk")
        )

    def between(self, start, end):
        """Those that start in the aware interval [start, end[."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def with_expected(self):
        """Each with ``expected``: how many people are awaited."""
        from agency.activities.models.enrolment import (  # models in a circle
            Participation,
        )

        awaited = (
            Participation.objects.expected()
            .filter(session=OuterRef("pk"))
            .order_by()
            .values("session")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(expected=Coalesce(Subquery(awaited), 0))

    def with_excused(self):
        """Each with ``excused``: how many people said that they would not come."""
        from agency.activities.models.enrolment import (  # models in a circle
            Participation,
        )

        away = Participation.objects.filter(
            session=OuterRef("pk"), state=ParticipationState.EXCUSED
        )
        counted = away.order_by().values("session").annotate(n=models.Count("pk"))
        return self.annotate(excused=Coalesce(Subquery(counted.values("n")), 0))

    def with_convened(self):
        """Each with ``convened``: whether people were convened to it."""
        from agency.activities.models.convening import Convening  # models in a circle

        batches = Convening.objects.filter(
            session=OuterRef("pk"), purpose=Purpose.CONVENE
        )
        return self.annotate(convened=Exists(batches))


class Session(Versioned):
    """One gathering of an activity."""

    moves = SESSION_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="sessions", verbose_name=_("activity")
    )
    number = models.PositiveSmallIntegerField(
        _("number"), default=1, validators=[AtMost(200)]
    )
    title = models.CharField(_("title"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    welcome_at = models.TimeField(_("welcome from"), null=True, blank=True)
    break_text = models.CharField(_("break"), max_length=100, blank=True)
    format = models.CharField(
        _("format"), max_length=8, choices=SessionFormat, default=SessionFormat.ONSITE
    )
    venue = models.ForeignKey(
        Venue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("meeting place"),
    )
    room = models.CharField(_("room and floor"), max_length=120, blank=True)
    remote_url = models.URLField(
        _("link of the online room"),
        blank=True,
        max_length=500,
        help_text=_("Shown to those who take part online, on their own page only."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("seats of this session"),
        null=True,
        blank=True,
        validators=[AtMost(2000)],
        help_text=_("Where one registers session by session; empty: as the activity."),
    )
    half_days_set = models.CharField(
        _("half-days to sign for"),
        max_length=10,
        choices=HalfDays,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: told from the hours."),
    )
    documents_text = models.CharField(_("to read before"), max_length=300, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=SessionState,
        default=SessionState.PLANNED,
        editable=False,
    )
    # The session that takes place instead; none while its date is still to come.
    postponed_to = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="postponed_from",
        verbose_name=_("postponed to"),
    )
    # Why it is cancelled or postponed, as people read it; the journal has the reason
    # of the house.
    told_reason = models.CharField(
        _("reason as people read it"),
        max_length=600,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    # RFC 5545: grows with each change of time, place or state that calendars must see.
    sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="session_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The session ends before it starts."),
            ),
            models.CheckConstraint(
                name="session_postponed_to_another",
                condition=Q(postponed_to=None) | Q(state=SessionState.POSTPONED),
            ),
            models.UniqueConstraint(
                fields=["activity", "number"],
                name="session_number_once",
                violation_error_message=_("Another session has this number."),
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="session_starts")]

    def __str__(self):
        day = paris(self.starts_at).strftime("%d/%m/%Y")
        return f"{self.activity}, {day}"

    def get_absolute_url(self):
        return f"{reverse('activities:activity-detail', args=[self.activity.slug])}#seances"

    @property
    def minutes(self):
        """Its length in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_past(self):
        return self.ends_at < now()

    @property
    def has_begun(self):
        return self.starts_at <= now()

    @property
    def is_off(self):
        """Cancelled or postponed: nobody comes on that day."""
        return self.state in OFF

    @property
    def public_title(self):
        """Its title outside the room: a sealed session has none, nor an agenda."""
        return "" if self.activity.sealed else self.title

    def place_in_activity(self):
        """(2, 3): the second of three sessions, those that are off left out."""
        kept = Session.objects.filter(activity=self.activity_id)
        kept = kept.exclude(state__in=OFF)
        keys = list(kept.order_by("starts_at", "pk").values_list("pk", flat=True))
        rank = keys.index(self.pk) + 1 if self.pk in keys else self.number
        return rank, len(keys)

    @property
    def is_remote(self):
        return self.format == SessionFormat.REMOTE

    @property
    def has_room(self):
        """Whether there is an online room to open, now or later."""
        return bool(self.remote_url) and self.state == SessionState.PLANNED

    @property
    def link_opens_at(self):
        return self.starts_at - LINK_BEFORE

    @property
    def link_is_open(self):
        """Whether those expected online find the link now."""
        return self.link_opens_at <= now() and self.link_is_known

    @property
    def link_is_known(self):
        """Whether whoever leads it finds the link: ahead of the others, no longer."""
        return self.has_room and now() <= self.ends_at + LINK_AFTER


class AgendaItem(models.Model):
    """A point of the agenda of a session."""

    session = models.ForeignKey(
        Session,
        models.CASCADE,
        related_name="agenda_items",
        verbose_name=_("session"),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=1, validators=[AtMost(200)]
    )
    title = models.CharField(_("title"), max_length=200)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[AtMost(1440)]
    )

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title
