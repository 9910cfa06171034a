import uuid

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agency.core.clock import now


class MergeQuerySet(models.QuerySet):
    def about(self, *objects):
        """Those in which one of ``objects``, all of one model, stayed or was set aside."""
        keys = [obj.pk for obj in objects]
        content_type = ContentType.objects.get_for_model(objects[0])
        return self.filter(
            Q(kept_id__in=keys) | Q(dropped_id__in=keys), content_type=content_type
        )


class Merge(models.Model):
    """Two records made one: which stayed, and all that is needed to undo it."""

    uuid = models.UUIDField(
        _("reference"), default=uuid.uuid4, unique=True, editable=False
    )
    content_type = models.ForeignKey(
        ContentType, models.PROTECT, related_name="+", verbose_name=_("kind of object")
    )
    kept_id = models.PositiveBigIntegerField(_("record that stays"))
    dropped_id = models.PositiveBigIntegerField(_("record set aside"))
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
    )
    # [model, primary key, column, value before, value after], in the order written.
    changes = models.JSONField(default=list)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    # From then on nothing is left of the record set aside, nor of ``changes``.
    closed_at = models.DateTimeField(_("final since"), null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of two records")
        verbose_name_plural = _("merges of two records")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="merge_of_two", condition=~Q(kept_id=F("dropped_id"))
            ),
            models.UniqueConstraint(
                fields=["content_type", "dropped_id"],
                condition=Q(undone_at=None),
                name="merge_dropped_once",
            ),
            models.CheckConstraint(
                name="merge_undone_iff_dated",
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["content_type", "kept_id"], name="merge_kept"),
        ]

    def __str__(self):
        return f"#{self.dropped_id} > #{self.kept_id}"


class MergeConsent(models.Model):
    """The owner of an account is asked whether it may be closed: their record is another's."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("owner of the account"),
    )
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("record that stays"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("asked by"),
    )
    # Which request it is: a link sent before is void.
    asked = models.PositiveSmallIntegerField(_("requests"), default=1)
    asked_at = models.DateTimeField(_("asked at"), default=now)
    given_at = models.DateTimeField(_("agreed at"), null=True)

    class Meta:
        verbose_name = _("agreement to a merge")
        verbose_name_plural = _("agreements to a merge")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "other"], name="merge_consent_once"
            ),
            models.CheckConstraint(
                name="merge_consent_of_two", condition=~Q(owner=F("other"))
            ),
        ]

    def __str__(self):
        return f"#{self.owner_id} > #{self.other_id}"


class Distinct(models.Model):
    """Two records that look alike, and that somebody said are not the same."""

    content_type = models.ForeignKey(
        ContentType, models.PROTECT, related_name="+", verbose_name=_("kind of object")
    )
    # The lower number first: a pair is written once.
    first_id = models.PositiveBigIntegerField()
    second_id = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("pair of records that are not the same")
        verbose_name_plural = _("pairs of records that are not the same")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "first_id", "second_id"], name="distinct_once"
            ),
            models.CheckConstraint(
                name="distinct_in_order", condition=Q(first_id__lt=F("second_id"))
            ),
        ]

    def __str__(self):
        return f"#{self.first_id}, #{self.second_id}"
