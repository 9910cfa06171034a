import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import ParticipationMode, Purpose
from agency.activities.models.activity import Activity
from agency.activities.models.names import names_read_by
from agency.activities.models.session import Session
from agency.activities.states import (
    ENDED,
    ENROLMENT_MOVES,
    HOLDING,
    PARTICIPATION_MOVES,
    PENDING,
    ConvocationState,
    EnrolmentState,
    ParticipationState,
    SessionState,
)
from agency.core.clock import now
from agency.people.models import Affiliation, Person


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_enrolment"):
            return self.filter(names_read_by(user, "activity"))
        return self.filter(person_id=user.pk)

    def holding(self):
        """Those that hold a seat."""
        return self.filter(state__in=HOLDING)

    def running(self):
        """Those that are not over."""
        return self.exclude(state__in=ENDED)

    def confirmed(self):
        return self.filter(state=EnrolmentState.CONFIRMED)

    def in_line(self):
        """Those that wait for a seat, whoever comes first at the head."""
        waiting = self.filter(state=EnrolmentState.WAITLISTED)
        return waiting.order_by("-priority", "submitted_at", "pk")

    def to_review(self):
        return self.filter(state=EnrolmentState.UNDER_REVIEW)

    def unsigned(self):
        """Those whose time to sign the charter is over."""
        return self.filter(state=EnrolmentState.ACCEPTED, signature_due_at__lte=now())

    def lapsed(self):
        """Offers whose time is over, not yet noted as such."""
        return self.filter(state=EnrolmentState.OFFERED, offer_expires_at__lte=now())

    def with_sessions(self):
        """Each with ``session_count`` and ``held_count``, of the sessions awaited at."""
        awaited = Participation.objects.expected().filter(enrolment=OuterRef("pk"))
        held = awaited.filter(session__state=SessionState.HELD)
        return self.annotate(session_count=_count(awaited), held_count=_count(held))


def _count(rows):
    """How many of the ``rows`` of an enrolment, as a column of it."""
    counted = rows.order_by().values("enrolment").annotate(n=models.Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


class Enrolment(models.Model):
    """The standing intent of one person for one activity."""

    moves = ENROLMENT_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="enrolments", verbose_name=_("activity")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    affiliation = models.ForeignKey(
        Affiliation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("comes for"),
    )
    mode = models.CharField(
        _("takes part"),
        max_length=8,
        choices=ParticipationMode,
        default=ParticipationMode.ONSITE,
        db_default=ParticipationMode.ONSITE,
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=EnrolmentState,
        default=EnrolmentState.SUBMITTED,
        editable=False,
    )
    submitted_at = models.DateTimeField(_("registered at"), default=now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    # The waiting list: its order is (priority, submitted_at, id).
    priority = models.SmallIntegerField(
        _("priority"), default=0, db_default=0, editable=False
    )
    offer_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, editable=False
    )
    offer_expires_at = models.DateTimeField(
        _("offered until"), null=True, editable=False
    )
    requeued_at = models.DateTimeField(null=True, editable=False)
    # Accepted: until when the seat waits for the signature of the charter.
    signature_due_at = models.DateTimeField(
        _("to sign before"), null=True, editable=False
    )
    # Why a rule of the activity did not hold for this person; written by an officer.
    exception = models.CharField(
        _("reason of the exception"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    refusal_reason = models.CharField(
        _("reason of the refusal"),
        max_length=600,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    # Ticked by the person: what they wrote serves for the next edition.
    keep_for_next = models.BooleanField(
        _("kept for the next edition"), default=False, db_default=False, editable=False
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person"],
                condition=~Q(state__in=ENDED),
                name="enrolment_one_running",
            ),
            models.CheckConstraint(
                name="enrolment_confirmed_dated",
                condition=~Q(state=EnrolmentState.CONFIRMED)
                | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="enrolment_ended_iff_dated",
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="enrolment_offered_iff_dated",
                condition=Q(
                    state=EnrolmentState.OFFERED, offer_expires_at__isnull=False
                )
                | (~Q(state=EnrolmentState.OFFERED) & Q(offer_expires_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "state"], name="enrolment_seats"),
            models.Index(fields=["person", "state"], name="enrolment_person"),
        ]

    def __str__(self):
        return f"{self.person}, {self.activity}"

    def get_absolute_url(self):
        return reverse("activities:enrolment-detail", args=[self.uuid])

    @property
    def is_over(self):
        return self.state in ENDED

    @property
    def is_waiting(self):
        return self.state == EnrolmentState.WAITLISTED

    @property
    def is_offered(self):
        return self.state == EnrolmentState.OFFERED

    @property
    def is_accepted(self):
        """Has a seat that waits for a signature."""
        return self.state == EnrolmentState.ACCEPTED

    @property
    def is_under_review(self):
        return self.state == EnrolmentState.UNDER_REVIEW

    @property
    def is_pending(self):
        """Is no registration yet: under review, in line, offered, to be signed."""
        return self.state in PENDING

    @property
    def may_come_back(self):
        """Once, and by oneself: an offer that nobody answered is no refusal."""
        return self.state == EnrolmentState.EXPIRED and self.requeued_at is None

    def place_in_line(self):
        """The place of one that waits, from one."""
        before = Q(priority__gt=self.priority) | Q(
            Q(submitted_at__lt=self.submitted_at)
            | Q(submitted_at=self.submitted_at, pk__lt=self.pk),
            priority=self.priority,
        )
        line = Enrolment.objects.in_line().filter(activity=self.activity_id)
        return line.filter(before).count() + 1


class ParticipationQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_enrolment"):
            return self.filter(names_read_by(user, "session__activity"))
        return self.filter(person_id=user.pk)

    def expected(self):
        return self.filter(state=ParticipationState.EXPECTED)

    def to_convene(self):
        """Those expected who have no letter, nor wait for one in a batch.

        A letter that failed, or was dropped, does not count; nor does a message about
        a change.
        """
        from agency.activities.models.convening import (  # models in a circle
            Convocation,
        )

        served = (
            ConvocationState.WAITING,
            ConvocationState.MADE,
            ConvocationState.PAPER,
        )
        present = self.expected().filter(person__erased_at=None)
        letters = Convocation.objects.filter(
            participation=OuterRef("pk"),
            state__in=served,
            convening__purpose=Purpose.CONVENE,
        )
        return present.filter(~Exists(letters))


class Participation(models.Model):
    """One person expected at one session."""

    moves = PARTICIPATION_MOVES

    session = models.ForeignKey(
        Session,
        models.CASCADE,
        related_name="participations",
        verbose_name=_("session"),
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="participations", verbose_name=_("person")
    )
    enrolment = models.ForeignKey(
        Enrolment,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("enrolment"),
    )
    mode = models.CharField(
        _("takes part"),
        max_length=8,
        choices=ParticipationMode,
        default=ParticipationMode.ONSITE,
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ParticipationState,
        default=ParticipationState.EXPECTED,
        editable=False,
    )
    excused_at = models.DateTimeField(_("excused at"), null=True, editable=False)
    # What our messages last told this person of the session (agency.activities.facts);
    # None: nothing yet.
    told = models.JSONField(null=True, editable=False)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["session", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], name="participation_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="participation_person")
        ]

    def __str__(self):
        return f"{self.person}, {self.session}"

    @property
    def is_online(self):
        return self.session.is_remote or self.mode == ParticipationMode.REMOTE

    @property
    def joins_online(self):
        """Whether this person is awaited in the online room: confirmed, and nobody else."""
        signed = self.enrolment is None or (
            self.enrolment.state == EnrolmentState.CONFIRMED
        )
        awaited = self.state == ParticipationState.EXPECTED and signed
        return awaited and self.is_online

    @property
    def sees_link(self):
        """Whether the link of the room is shown to them now."""
        return self.joins_online and self.session.link_is_open

    @property
    def awaits_link(self):
        """Whether their page says when the link will be shown."""
        session = self.session
        return self.joins_online and session.has_room and now() < session.link_opens_at
