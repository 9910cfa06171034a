"""The list of a room."""

from django.contrib.admin.views.main import ChangeList
from django.utils.functional import cached_property


class RoomChangeList(ChangeList):
    """Django's, with what our head of a list and our facets need."""

    def get_queryset(self, request, exclude_parameters=None):
        """A facet whose filter is not in use counts the rows of the list itself."""
        if exclude_parameters and not self.filter_params.keys() & exclude_parameters:
            return self.queryset
        return super().get_queryset(request, exclude_parameters)

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
