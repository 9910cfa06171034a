"""The list of a room."""

from django.contrib.admin.views.main import ChangeList


class RoomChangeList(ChangeList):
    """Django's, with what our head of a list and our facets need."""

    @property
    def active_filters(self):
        """How many filters narrow the list now."""
        names = [
            name for spec in self.filter_specs for name in spec.expected_parameters()
        ]
        return sum(1 for spec in self.filter_specs if is_active(spec)) if names else 0

    @property
    def shown(self):
        return len(self.result_list)


def is_active(spec):
    """Whether a filter has a value in the address."""
    if hasattr(spec, "parameter_name"):
        return spec.value() is not None
    return any(name in spec.used_parameters for name in spec.expected_parameters())
