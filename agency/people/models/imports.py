"""An import of contacts or of organisations, and its lines: kept for a month."""

import uuid

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.core.clock import now
from agency.people.choices import ImportKind, ImportOutcome
from agency.people.models.organisations import Organisation
from agency.people.models.person import Person
from agency.people.states import ENDED, IMPORT_MOVES, ImportState

TO_WRITE = (ImportOutcome.CREATE, ImportOutcome.UPDATE)


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("people.view_importbatch"):
            return self
        return self.none()

    def standing_still(self, since):
        """Those that somebody waits for, and at which nothing happened ``since``."""
        waiting = (ImportState.UPLOADED, ImportState.READING, ImportState.RUNNING)
        return self.filter(state__in=waiting, touched_at__lt=since)


class ImportBatchManager(models.Manager.from_queryset(ImportBatchQuerySet)):
    def get_queryset(self):
        # Megabytes that the reading alone needs.
        return super().get_queryset().defer("content")


class ImportBatch(models.Model):
    """A file that somebody of the office brought: what it would change, what it did."""

    moves = IMPORT_MOVES

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ImportKind)
    filename = models.CharField(_("file"), max_length=200)
    create_organisations = models.BooleanField(
        _("create the organisations that are missing"), default=False
    )
    # The file itself: emptied as soon as it is read.
    content = models.BinaryField(null=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ImportState,
        default=ImportState.UPLOADED,
        editable=False,
    )
    # What was understood of the file: separator, encoding, headings kept and left.
    reading = models.JSONField(default=dict, editable=False)
    error = models.TextField(_("why it was refused"), blank=True, editable=False)
    total = models.PositiveIntegerField(_("lines"), default=0, editable=False)
    created = models.PositiveIntegerField(_("created"), default=0, editable=False)
    updated = models.PositiveIntegerField(_("completed"), default=0, editable=False)
    ignored = models.PositiveIntegerField(_("left"), default=0, editable=False)
    errors = models.PositiveIntegerField(_("to mend"), default=0, editable=False)
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("brought at"), default=now, editable=False)
    # Workers at one import take turns here, and the sweeper sees where it stands.
    turn = models.PositiveIntegerField(default=0, editable=False)
    touched_at = models.DateTimeField(default=now, editable=False)
    ended_at = models.DateTimeField(_("import over at"), null=True, editable=False)
    # When its lines went: from then on only figures are left.
    emptied_at = models.DateTimeField(null=True, editable=False)

    objects = ImportBatchManager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_ended_iff_dated",
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="import_file_until_read",
                condition=Q(content=None)
                | Q(state__in=(ImportState.UPLOADED, ImportState.READING)),
            ),
        ]

    def __str__(self):
        return self.filename

    def get_absolute_url(self):
        return reverse("admin:people_importbatch_change", args=[self.pk])

    def counts(self):
        """How many lines there are of each outcome."""
        rows = self.lines.order_by().values_list("outcome")
        return dict(rows.annotate(n=Count("pk")))

    def waiting(self):
        """The lines still to be written, in the order of the file."""
        return self.lines.waiting().order_by("number")


class ImportLineQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.has_perm("people.view_importbatch"):
            return self
        return self.filter(person_id=user.pk)

    def waiting(self):
        return self.filter(outcome__in=TO_WRITE, settled_at=None)


class ImportLine(models.Model):
    """One line of a file: what was read, what becomes of it, and whom it is about."""

    batch = models.ForeignKey(
        ImportBatch, models.CASCADE, related_name="lines", verbose_name=_("import")
    )
    number = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=ImportOutcome)
    data = models.JSONField(_("what the line holds"), default=dict)
    # Column -> [before, after], in words.
    changes = models.JSONField(_("what changes"), default=dict)
    sentence = models.TextField(_("remark"), blank=True)
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        related_name="import_lines",
        verbose_name=_("person"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        related_name="import_lines",
        verbose_name=_("organisation"),
    )
    settled_at = models.DateTimeField(_("written at"), null=True)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "number"], name="import_line_once"
            ),
            models.CheckConstraint(
                name="import_line_written_is_about",
                condition=Q(settled_at=None)
                | Q(person__isnull=False)
                | Q(organisation__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch", "outcome", "settled_at"], name="import_line_waiting"
            )
        ]

    def __str__(self):
        return f"{self.batch_id}#{self.number}"

    @property
    def target(self):
        """The person or the organisation that it is about, or None."""
        return self.person or self.organisation
