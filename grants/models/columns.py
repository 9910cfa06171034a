"""Columns that the rows of a sitting share."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants.models.application import Application
from grants.models.body import Member
from grants.models.reading import is_shut_to
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


def of_house(files=""):
    """A queryset of rows of a sitting that the house reads; members read theirs through
    the services alone.

    ``files``: the path to the applications that a row tells of: it is kept from whoever
    stands back from one of them (I6).
    """

    class OfHouseQuerySet(models.QuerySet):
        def visible_to(self, user):
            if not user.has_perm("grants.view_point"):
                return self.none()
            if not files:
                return self
            shut = Application.objects.filter(is_shut_to(user)).order_by()
            told = self.model._base_manager.filter(
                **{f"{files}__in": shut.values("pk")}
            )
            return self.exclude(pk__in=told.order_by().values("pk"))

    return OfHouseQuerySet
