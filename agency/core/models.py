from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalQuerySet(models.QuerySet):
    def about(self, obj):
        """The entries about ``obj``, the newest first."""
        content_type = ContentType.objects.get_for_model(obj)
        return self.filter(content_type=content_type, object_id=obj.pk)

    def visible_to(self, user):
        if user.has_perm("core.view_journalentry"):
            return self
        return self.none()


class JournalEntry(models.Model):
    """Who did what to which object: append-only, chained per object."""

    content_type = models.ForeignKey(
        ContentType, models.PROTECT, verbose_name=_("kind of object")
    )
    object_id = models.PositiveBigIntegerField(_("object"))
    about = GenericForeignKey()
    seq = models.PositiveIntegerField(_("position in the chain"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    action = models.CharField(_("action"), max_length=60)
    data = models.JSONField(_("data"), default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "seq"], name="journal_chain"
            )
        ]
        indexes = [models.Index(fields=["-at"], name="journal_at")]

    def __str__(self):
        return f"{self.action} {self.content_type_id}/{self.object_id}#{self.seq}"


class Stale(Exception):
    """Somebody saved this row since it was read, or it is not there to be edited."""


class Versioned(models.Model):
    """A row that two people edit: an edit is written on the version it was read at.

    Services that write by UPDATE leave the version alone, and so do lifecycle moves
    unless the model says ``moves_by_version``.
    """

    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    def take_version(self, **where):
        """Raise the version of the row if it is still the one read here, else Stale.

        Its UPDATE holds the row until the end of the transaction: what follows in
        it is the edit. ``where`` narrows it further.
        """
        rows = type(self)._base_manager.filter(
            pk=self.pk, version=self.version, **where
        )
        if not rows.update(version=self.version + 1):
            raise Stale(f"{self._meta.label} {self.pk}, version {self.version}")
        self.version += 1


class JobRun(models.Model):
    """When a periodic job last ran: beat itself has no memory."""

    name = models.CharField(_("job"), max_length=100, primary_key=True)
    last_run_at = models.DateTimeField(_("last run at"))

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self):
        return self.name
