"""Rows that are seen with what they belong to, and not otherwise."""

from django.db import models


def seen_with(way):
    """A queryset whose rows are seen by whoever sees the row that ``way`` leads to."""

    class SeenWith(models.QuerySet):
        def visible_to(self, user):
            model = self.model
            for name in way.split("__"):
                model = model._meta.get_field(name).related_model
            return self.filter(**{f"{way}__in": model.objects.visible_to(user)})

    return SeenWith
