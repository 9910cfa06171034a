from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.activities.models import Activity
from agency.activities.models.activity import ActivityQuerySet

PEER_GROUP = "peer_group"
CODEVELOPMENT = "codevelopment"


class PeerGroupManager(models.Manager.from_queryset(ActivityQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(kind=PEER_GROUP)


class PeerGroup(Activity):
    """Experienced holders of one profession who meet three or four times a year."""

    objects = PeerGroupManager()

    class Meta:
        proxy = True
        verbose_name = _("peer group")
        verbose_name_plural = _("peer groups")

    def save(self, *args, **kwargs):
        self.kind = PEER_GROUP
        super().save(*args, **kwargs)


class CodevelopmentManager(models.Manager.from_queryset(ActivityQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(kind=CODEVELOPMENT)


class CodevelopmentGroup(Activity):
    """A group that consults in turn for each of its members (Payette and Champagne)."""

    objects = CodevelopmentManager()

    class Meta:
        proxy = True
        verbose_name = _("co-development group")
        verbose_name_plural = _("co-development groups")

    def save(self, *args, **kwargs):
        self.kind = CODEVELOPMENT
        super().save(*args, **kwargs)


class PeerGroupDetails(models.Model):
    """What is a group's alone."""

    # A new season begins with the same (agency.activities.services.renewal).
    copied_with_activity = True

    activity = models.OneToOneField(
        Activity,
        models.CASCADE,
        primary_key=True,
        related_name="peer_group",
        verbose_name=_("activity"),
    )
    initiated_by_members = models.BooleanField(
        _("created at the members' request"), default=False
    )
    meetings_per_year = models.PositiveSmallIntegerField(
        _("meetings per year"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("details of the group")
        verbose_name_plural = _("details of the groups")

    def __str__(self):
        return str(self.activity)
