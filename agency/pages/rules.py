"""Who may see the pages of the house itself."""

import rules

from agency.core.access import is_direction, is_staff

rules.add_perm("pages.view_components", is_staff)
rules.add_perm("pages.view_load", is_direction)
