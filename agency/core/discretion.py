"""Rows whose mere address tells too much: an app says which, for whom.

A message about an enrolment bears a name and the title of a group. The outbox and the
documents know nothing of groups: they ask here what is kept from their reader.
"""

from functools import reduce
from operator import or_

from django.db.models import Q

_kept = {}


def keep(model, hidden):
    """``hidden(user)``: the rows of ``model`` about which this person reads nothing."""
    _kept[model] = hidden


def told_to(queryset, user):
    """Without the rows that are about what is kept from ``user``."""
    if not _kept:
        return queryset
    return queryset.exclude(reduce(or_, (_about(model, user) for model in _kept)))


def _about(model, user):
    # By name: the key of a content type would be asked for first.
    return Q(
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
        object_id__in=_kept[model](user).order_by().values("pk"),
    )
