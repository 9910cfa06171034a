"""Columns that the rows of a sitting share."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants.models.body import Member
from grants.models.sitting import Sitting


def of_sitting(name):
    return models.ForeignKey(
        Sitting, models.CASCADE, related_name=name, verbose_name=_("sitting")
    )


def of_member(name):
    return models.ForeignKey(
        Member,
        models.PROTECT,
        related_name=name,
        verbose_name=pgettext_lazy("commission", "member"),
    )


class OfHouseQuerySet(models.QuerySet):
    """Read by the house; members read theirs through ``services.live`` alone."""

    def visible_to(self, user):
        return self if user.has_perm("grants.view_sitting") else self.none()
