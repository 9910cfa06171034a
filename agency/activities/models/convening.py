import uuid

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

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


class ConveningQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_convening"):
            return self.filter(names_read_by(user, "session__activity"))
        return self.none()

    def with_progress(self):
        """Each with ``total``, ``made``, ``paper``, ``failed`` and ``waiting``."""

        def number(*states):
            return Count("convocations", filter=Q(convocations__state__in=states))

        return self.annotate(
            total=Count("convocations"),
            made=number(C.MADE),
            paper=number(C.PAPER),
            failed=number(C.FAILED),
            waiting=number(C.WAITING),
        )


class Convening(models.Model):
    """A batch of convocations to one session, with its progress and its result."""

    moves = CONVENING_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="convenings", verbose_name=_("session")
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
    created_at = models.DateTimeField(_("sent at"), default=now, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

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
            )
        ]

    def __str__(self):
        return str(self.session)

    def get_absolute_url(self):
        return reverse("admin:activities_convening_change", args=[self.pk])


class ConvocationQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("activities.view_convening"):
            return self.filter(names_read_by(user, "convening__session__activity"))
        return self.filter(participation__person_id=user.pk)


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
        related_name="convocations",
        verbose_name=_("participation"),
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
            models.CheckConstraint(
                name="convocation_made_has_letter",
                condition=~Q(state__in=(C.MADE, C.PAPER)) | Q(document__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["convening", "state"], name="convocation_state")
        ]

    def __str__(self):
        return str(self.participation)
