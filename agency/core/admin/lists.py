"""The list of a room."""

from django.contrib.admin.views.main import ChangeList
from django.utils.functional import cached_property

# What a word finds is noted by number up to this many rows: the list, its count and its
# facets then look at these alone, and the columns are searched once.
FEW = 500


class RoomChangeList(ChangeList):
    """Django's, with what our head of a list and our facets need."""

    def get_queryset(self, request, exclude_parameters=None):
        """A facet whose filter is not in use counts the rows of the list itself."""
        if exclude_parameters and not self.filter_params.keys() & exclude_parameters:
            return self.queryset
        rows = super().get_queryset(request, exclude_parameters)
        return self._noted(rows) if self.query else rows

    def _noted(self, rows):
        """The same rows, by their numbers when they are few."""
        found = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
        return rows.filter(pk__in=found) if len(found) <= FEW else rows

    @property
    def is_narrowed(self):
        """Whether words or filters leave rows out."""
        return bool(self.query or self.filter_params)

    @property
    def active_filters(self):
        """How many filters narrow the list now."""
        return sum(1 for spec in self.filter_specs if is_active(spec))

    @property
    def shown(self):
        return len(self.result_list)

    @cached_property
    def head(self):
        """What the template beside the title asks of the room."""
        return self.model_admin.list_context(self)

    def url_for_result(self, result):
        return self.model_admin.row_url(result)


def is_active(spec):
    """Whether a filter has a value in the address."""
    if hasattr(spec, "parameter_name"):
        return spec.value() is not None
    return any(name in spec.used_parameters for name in spec.expected_parameters())
