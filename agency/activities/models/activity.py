import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.activities import kinds
from agency.activities.choices import (
    REVIEWED,
    Confidentiality,
    RegistrationMode,
    SeatScope,
    SessionFormat,
)
from agency.activities.models.convoking import TRAINING_STATED, Convoking
from agency.activities.models.season import Season
from agency.activities.states import (
    ACTIVITY_MOVES,
    HOLDING,
    OFF,
    PUBLIC,
    ActivityState,
    EnrolmentState,
)
from agency.core.clock import now
from agency.core.models import Versioned
from agency.core.text import fold
from agency.core.validators import AtMost
from agency.people.models import Person, Profession, Territory

MOST_PEOPLE = 2000
# Thirty days.
MOST_HOURS = 720


class ActivityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What is public, and drafts for those who run activities."""
        if user.has_perm("activities.view_draft_activity"):
            return self
        return self.filter(state__in=PUBLIC)

    def in_catalogue(self):
        codes = [kind.code for kind in kinds.in_catalogue()]
        return self.filter(kind__in=codes)

    def with_seats(self):
        """Each with ``taken``: how many seats are held."""
        from agency.activities.models.enrolment import Enrolment  # models in a circle

        held = Enrolment.objects.filter(state__in=HOLDING)
        return self.annotate(taken=Coalesce(_of_each(held, Count("pk")), 0))

    def with_line(self):
        """Each with ``waiting`` and ``offered``, and when the first offer ``lapses_at``."""
        from agency.activities.models.enrolment import Enrolment  # models in a circle

        line = Enrolment.objects.filter(state=EnrolmentState.WAITLISTED)
        offers = Enrolment.objects.filter(state=EnrolmentState.OFFERED)
        return self.annotate(
            waiting=Coalesce(_of_each(line, Count("pk")), 0),
            offered=Coalesce(_of_each(offers, Count("pk")), 0),
            lapses_at=_of_each(offers, Min("offer_expires_at")),
        )

    def with_requests(self):
        """Each with ``to_review``, and since when the first request waits (``asked_at``)."""
        from agency.activities.models.enrolment import Enrolment  # models in a circle

        asked = Enrolment.objects.filter(state=EnrolmentState.UNDER_REVIEW)
        return self.annotate(
            to_review=Coalesce(_of_each(asked, Count("pk")), 0),
            asked_at=_of_each(asked, Min("submitted_at")),
        )

    def with_hybrid(self):
        """Each with ``is_hybrid``: whether one session at least is both on site and online."""
        from agency.activities.models.session import Session  # models in a circle

        both = Session.objects.filter(
            activity=OuterRef("pk"), format=SessionFormat.HYBRID
        )
        return self.annotate(is_hybrid=Exists(both))

    def with_dates(self):
        """Each with ``first_at``, ``last_at`` and ``next_at`` of its sessions.

        Subqueries and no join: what a page does not read, its counts do not pay.
        """
        from agency.activities.models.session import Session  # models in a circle

        alive = Session.objects.exclude(state__in=OFF)
        coming = alive.filter(ends_at__gte=now())
        return self.annotate(
            first_at=_of_each(alive, Min("starts_at")),
            last_at=_of_each(alive, Max("ends_at")),
            next_at=_of_each(coming, Min("starts_at")),
            session_count=Coalesce(_of_each(alive, Count("pk")), 0),
        )


def _of_each(rows, figure):
    """A figure of those ``rows`` that belong to each activity."""
    own = rows.filter(activity=OuterRef("pk")).order_by().values("activity")
    return Subquery(own.annotate(figure=figure).values("figure"))


class Activity(Convoking, Versioned):
    """What people register for: a cycle, a group, a commission's year."""

    moves = ACTIVITY_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    kind = models.CharField(
        pgettext_lazy("activity", "kind"), max_length=30, choices=kinds.choices
    )
    title = models.CharField(_("title"), max_length=300)
    slug = models.SlugField(
        _("address on the site"),
        max_length=120,
        unique=True,
        help_text=_("Old addresses keep leading here."),
    )
    season = models.ForeignKey(
        Season,
        models.PROTECT,
        related_name="activities",
        verbose_name=_("season"),
    )
    summary = models.CharField(_("in two sentences"), max_length=400)
    description = models.TextField(
        _("what is done there"),
        blank=True,
        help_text=_("Paragraphs are separated by an empty line."),
    )
    audience_text = models.CharField(_("for whom"), max_length=300, blank=True)
    officer = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="activities_in_charge",
        verbose_name=_("officer in charge"),
    )
    professions = models.ManyToManyField(
        Profession, blank=True, related_name="activities", verbose_name=_("professions")
    )
    territories = models.ManyToManyField(
        Territory, blank=True, related_name="activities", verbose_name=_("territories")
    )
    confidentiality = models.CharField(
        _("confidentiality"),
        max_length=10,
        choices=Confidentiality,
        default=Confidentiality.PUBLIC,
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=ActivityState,
        default=ActivityState.DRAFT,
        editable=False,
    )
    registration_mode = models.CharField(
        _("registration"),
        max_length=12,
        choices=RegistrationMode,
        default=RegistrationMode.OPEN,
    )
    capacity = models.PositiveSmallIntegerField(
        _("seats"),
        null=True,
        blank=True,
        help_text=_("Empty: without limit."),
        validators=[AtMost(MOST_PEOPLE)],
    )
    min_to_run = models.PositiveSmallIntegerField(
        _("people needed to run"),
        null=True,
        blank=True,
        validators=[AtMost(MOST_PEOPLE)],
        help_text=_(
            "With fewer three days before a session, you are told. Empty: no threshold."
        ),
    )
    waiting_list = models.BooleanField(
        _("waiting list"),
        default=True,
        db_default=True,
        help_text=_(
            "Once full, people wait in order; a freed seat is offered by itself."
        ),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to answer an offer"),
        default=72,
        db_default=72,
        validators=[AtMost(MOST_HOURS)],
    )
    offer_cutoff_hours = models.PositiveSmallIntegerField(
        _("hours before the start without offers"),
        default=24,
        db_default=24,
        validators=[AtMost(MOST_HOURS)],
        help_text=_("From then on a freed seat is given by telephone."),
    )
    max_per_organisation = models.PositiveSmallIntegerField(
        _("people of one organisation"),
        null=True,
        blank=True,
        help_text=_("Empty: without limit. Every current affiliation counts."),
        validators=[AtMost(MOST_PEOPLE)],
    )
    seat_scope = models.CharField(
        _("one registers"),
        max_length=8,
        choices=SeatScope,
        default=SeatScope.WHOLE,
        db_default=SeatScope.WHOLE,
    )
    charter = models.ForeignKey(
        "activities.Charter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("charter to sign"),
        help_text=_("Nobody is confirmed before they have signed it."),
    )
    signature_days = models.PositiveSmallIntegerField(
        _("days to sign the charter"),
        default=7,
        db_default=7,
        validators=[AtMost(60)],
    )
    late_entry_until_session = models.PositiveSmallIntegerField(
        _("last session before which one may still come in"),
        null=True,
        blank=True,
        validators=[AtMost(200)],
        help_text=_("Empty: nobody comes in once the activity has begun."),
    )
    change_until_hours = models.PositiveSmallIntegerField(
        _("hours before the start without changes by oneself"),
        default=24,
        db_default=24,
        validators=[AtMost(MOST_HOURS)],
    )
    attendance_threshold = models.PositiveSmallIntegerField(
        _("attendance needed for a certificate, in percent"),
        default=80,
        db_default=80,
        validators=[AtMost(100)],
    )
    opens_at = models.DateTimeField(_("registration opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("registration closes at"), null=True, blank=True)
    announcement = models.CharField(
        _("sentence while announced"), max_length=200, blank=True
    )
    cost_text = models.CharField(_("cost and meals"), max_length=200, blank=True)
    bring_text = models.CharField(_("what to bring"), max_length=300, blank=True)
    absence_notice_hours = models.PositiveSmallIntegerField(
        _("notice of absence, in hours"), default=48, validators=[AtMost(MOST_HOURS)]
    )
    signatory_name = models.CharField(_("signatory"), max_length=120, blank=True)
    signatory_role = models.CharField(
        _("function of the signatory"), max_length=120, blank=True
    )
    # The edition of a former season that this one was copied from.
    renewed_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="renewals",
        verbose_name=_("edition before"),
    )
    folded = models.TextField(blank=True, editable=False)
    # Raised by every service that touches seats: its UPDATE is the lock (DESIGN 2).
    turn = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), default=now, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-created_at", "-pk"]
        constraints = [
            TRAINING_STATED,
            # Pressed twice, or by two people: one copy for each season.
            models.UniqueConstraint(
                fields=["renewed_from", "season"],
                condition=Q(renewed_from__isnull=False)
                & ~Q(state=ActivityState.CANCELLED),
                name="activity_renewed_once",
            ),
            models.CheckConstraint(
                name="activity_window_in_order",
                condition=Q(opens_at=None)
                | Q(closes_at=None)
                | Q(closes_at__gt=F("opens_at")),
                violation_error_message=_(
                    "Registration closes after it opens: check both dates."
                ),
            ),
            models.CheckConstraint(
                name="activity_has_seats",
                condition=Q(capacity=None) | Q(capacity__gt=0),
                violation_error_message=_(
                    "Write at least one seat, or leave it empty."
                ),
            ),
            models.CheckConstraint(
                name="activity_offers_can_be_answered",
                condition=Q(offer_hours__gt=0),
                violation_error_message=_("An offer lasts at least an hour."),
            ),
            models.CheckConstraint(
                name="activity_takes_somebody_of_each",
                condition=Q(max_per_organisation=None) | Q(max_per_organisation__gt=0),
                violation_error_message=_(
                    "Write at least one person, or leave it empty."
                ),
            ),
        ]
        indexes = [models.Index(fields=["kind", "state"], name="activity_kind_state")]

    def __str__(self):
        return self.title

    def save(self, *args, update_fields=None, **kwargs):
        if self.kind_info.sealed:
            self.confidentiality = Confidentiality.SEALED
        words = (self.title, self.summary, self.audience_text, self.description)
        self.folded = fold(" ".join(words))
        if update_fields is not None:
            update_fields = {*update_fields, "folded", "confidentiality"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self):
        return reverse("activities:activity-detail", args=[self.slug])

    def clean(self):
        super().clean()
        taken = ActivitySlug.objects.filter(slug=self.slug).exclude(activity=self.pk)
        if self.slug and taken.exists():
            raise ValidationError(
                {"slug": _("Another activity once had this address; choose another.")}
            )
        if self.seat_scope == SeatScope.SESSION:
            self._check_by_session()

    def _check_by_session(self):
        """A closed group is joined whole: what it agrees on is not taken by the piece."""
        if self.charter_id or self.registration_mode in REVIEWED or self.sealed:
            raise ValidationError(
                {
                    "seat_scope": _(
                        "One registers session by session for open activities alone: "
                        "without a charter, a review, or a sealed room."
                    )
                }
            )

    @property
    def sealed_box(self):
        """What the agency sees of a sealed activity, for components/sealed_box.html."""
        return self.kind_info.sealed_box(self)

    @property
    def kind_info(self):
        return kinds.get(self.kind)

    @property
    def sealed(self):
        return self.confidentiality == Confidentiality.SEALED


class ActivitySlug(models.Model):
    """A former address of an activity: it redirects for ever."""

    slug = models.SlugField(_("former address"), max_length=120, unique=True)
    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="former_slugs",
        verbose_name=_("activity"),
    )

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")

    def __str__(self):
        return self.slug
