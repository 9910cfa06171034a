import uuid

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import Part, Purpose
from agency.activities.models.activity import Activity
from agency.activities.models.enrolment import Participation
from agency.activities.models.names import names_read_by
from agency.activities.models.session import Session
from agency.activities.states import (
    CONVENING_MOVES,
    CONVOCATION_MOVES,
    ConveningState,
    ConvocationState,
)
from agency.core.clock import now
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from agency.people.models import Person

C = ConvocationState
V = ConveningState


def whose(user, path=""):
    """The condition on batches, at ``path``: whose people this reader may know.

    A batch is about one session, or about a whole activity.
    """
    of_session = Q(**{f"{path}activity": None})
    of_session &= names_read_by(user, f"{path}session__activity")
    of_activity = Q(**{f"{path}session": None})
    of_activity &= names_read_by(user, f"{path}activity")
    return of_session | of_activity


class ConveningQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_convening"):
            return self.filter(whose(user))
        return self.none()

    def about(self, session):
        """Those that told people of ``session``, the last first."""
        which = Q(session=session)
        if session.is_off:  # perhaps with its whole activity
            which |= Q(activity=session.activity_id)
        return self.filter(which)

    def with_progress(self):
        """Each with ``total``, ``made``, ``paper``, ``failed`` and ``waiting``.

        ``made``: by mail, with a letter or without.
        """

        def number(*states):
            return Count("convocations", filter=Q(convocations__state__in=states))

        return self.annotate(
            total=Count("convocations"),
            made=number(C.MADE, C.TOLD),
            paper=number(C.PAPER),
            failed=number(C.FAILED),
            waiting=number(C.WAITING),
        )


class Convening(models.Model):
    """A batch of letters and messages about a session, its progress and its result.

    It convenes people, or tells them of a change, a cancellation, a postponement. One
    about a change is written before it leaves: see ``services.announcing``.
    """

    moves = CONVENING_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    purpose = models.CharField(
        _("purpose"),
        max_length=12,
        choices=Purpose,
        default=Purpose.CONVENE,
        db_default=Purpose.CONVENE,
        editable=False,
    )
    session = models.ForeignKey(
        Session,
        models.PROTECT,
        null=True,
        related_name="convenings",
        verbose_name=_("session"),
    )
    # Instead of a session: all that was to come of an activity was cancelled.
    activity = models.ForeignKey(
        Activity,
        models.PROTECT,
        null=True,
        related_name="convenings",
        verbose_name=_("activity"),
    )
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    paragraph = models.TextField(
        _("paragraph of your own"), blank=True, max_length=1200
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ConveningState,
        default=ConveningState.RUNNING,
        editable=False,
    )
    # Scheduled: when it leaves, and what the session was before it changed.
    due_at = models.DateTimeField(_("leaves at"), null=True, editable=False)
    before = models.JSONField(null=True, editable=False)
    created_at = models.DateTimeField(_("sent at"), default=now, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)
    # When those on paper were handed over; the journal says by whom.
    posted_at = models.DateTimeField(_("posted at"), null=True, editable=False)

    objects = ConveningQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of convocations")
        verbose_name_plural = _("batches of convocations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="convening_done_iff_dated",
                condition=Q(state=ConveningState.DONE, finished_at__isnull=False)
                | (~Q(state=ConveningState.DONE) & Q(finished_at=None)),
            ),
            models.CheckConstraint(
                name="convening_about_one_thing",
                condition=Q(session__isnull=False, activity=None)
                | Q(session=None, activity__isnull=False),
            ),
            models.CheckConstraint(
                name="convening_scheduled_is_dated",
                condition=~Q(state=V.SCHEDULED) | Q(due_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state=V.SCHEDULED),
                name="convening_scheduled_once",
            ),
        ]

    def __str__(self):
        return str(self.session or self.activity)

    def get_absolute_url(self):
        return reverse("admin:activities_convening_change", args=[self.pk])

    @property
    def group(self):
        """The activity whose people it tells."""
        return self.activity or self.session.activity

    @property
    def is_scheduled(self):
        return self.state == V.SCHEDULED

    @property
    def automatic(self):
        """Whether it convenes by itself, and nobody pressed a button."""
        return self.by_id is None and self.purpose == Purpose.CONVENE


class ConvocationQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_convening"):
            return self.filter(whose(user, "convening__"))
        return self.of(user)

    def of(self, person):
        """Those that ``person`` received."""
        return self.filter(Q(participation__person=person.pk) | Q(person=person.pk))


class Convocation(models.Model):
    """One person of a batch: their letter, its message, or why there is none."""

    moves = CONVOCATION_MOVES

    convening = models.ForeignKey(
        Convening,
        models.CASCADE,
        related_name="convocations",
        verbose_name=_("batch of convocations"),
    )
    participation = models.ForeignKey(
        Participation,
        models.PROTECT,
        null=True,
        related_name="convocations",
        verbose_name=_("participation"),
    )
    # Instead of a participation: who waits, who leads, whoever a whole activity awaited.
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    part = models.CharField(
        _("as"),
        max_length=8,
        choices=Part,
        default=Part.EXPECTED,
        db_default=Part.EXPECTED,
        editable=False,
    )
    # The letter that this one replaces, as it was when the batch left.
    supersedes = models.ForeignKey(
        IssuedDocument,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("replaces"),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ConvocationState,
        default=ConvocationState.WAITING,
        editable=False,
    )
    document = models.ForeignKey(
        IssuedDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document"),
    )
    email = models.ForeignKey(
        OutgoingEmail,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message"),
    )
    error = models.CharField(_("error"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)

    objects = ConvocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("convocation")
        verbose_name_plural = _("convocations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convening", "participation"], name="convocation_once"
            ),
            models.UniqueConstraint(
                fields=["convening", "person"], name="convocation_once_a_person"
            ),
            models.CheckConstraint(
                name="convocation_to_one_person",
                condition=Q(participation__isnull=False, person=None)
                | Q(participation=None, person__isnull=False),
            ),
            models.CheckConstraint(
                name="convocation_made_has_letter",
                condition=~Q(state__in=(C.MADE, C.PAPER)) | Q(document__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["convening", "state"], name="convocation_state")
        ]

    def __str__(self):
        return str(self.participation or self.person)

    @property
    def reader(self):
        """Whom it is for."""
        return self.person or self.participation.person
