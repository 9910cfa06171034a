"""The first page of the desk is the morning of who opens it."""

from agency.core.admin import site
from agency.pages import morning, waiting

__all__ = ["waiting"]

site.morning = morning.context
