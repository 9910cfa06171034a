import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agency.core.discretion import told_to
from agency.documents import codes
from agency.documents.storage import private_storage


class DocumentSequence(models.Model):
    """The last number given in a year: locked by its UPDATE, so never given twice."""

    prefix = models.CharField(_("prefix"), max_length=10)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("document sequence")
        verbose_name_plural = _("document sequences")
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="sequence_once")
        ]

    def __str__(self):
        return f"{self.prefix}-{self.year}"


class IssuedDocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        issued = self.exclude(file="")  # without a file it is still being made
        if not user.is_authenticated:
            return self.none()
        own = issued.filter(recipient=user)
        if user.has_perm("documents.view_issueddocument"):
            return told_to(issued, user) | own
        return own

    def current(self):
        """Those in force: not withdrawn, and that no later version replaces.

        One still being made replaces nothing.
        """
        kept = Q(superseded_by=None) | Q(superseded_by__file="")
        return self.filter(kept, withdrawn_at=None)


class IssuedDocument(models.Model):
    """A document with effect: rendered once, stored with its hash, never overwritten."""

    uuid = models.UUIDField(
        _("address"), default=uuid.uuid4, unique=True, editable=False
    )
    kind = models.CharField(_("kind"), max_length=40)
    reference = models.CharField(_("reference"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=400)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("recipient"),
    )
    file = models.FileField(_("file"), storage=private_storage, max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    content_hash = models.CharField(_("fingerprint of the content"), max_length=64)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("replaces"),
    )
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    # Printed on the kinds that are shown to others, who type it to check the paper.
    code = models.CharField(
        _("verification code"), max_length=16, null=True, blank=True, unique=True
    )
    # What such a paper says of its reader, as it was printed; gone once they are erased.
    printed = models.JSONField(_("what is printed"), null=True)
    # No longer true, and replaced by nothing.
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)

    objects = IssuedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "version"], name="document_version_once"
            ),
            models.CheckConstraint(
                name="document_first_version_replaces_nothing",
                condition=Q(version=1, supersedes=None)
                | Q(version__gt=1, supersedes__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="document_about")
        ]

    def __str__(self):
        return f"{self.reference} v{self.version}"

    def get_absolute_url(self):
        return reverse("documents:document-file", args=[self.uuid])

    @property
    def code_grouped(self):
        return codes.grouped(self.code)

    @property
    def check_url(self):
        """Where anybody who holds the paper reads whether it is ours."""
        path = reverse("documents:document-check", args=[self.code_grouped])
        return f"{settings.SITE_URL}{path}"

    @cached_property
    def qr(self):
        """``check_url`` to be read by a telephone: a path, and the side of its square."""
        return codes.qr(self.check_url)
