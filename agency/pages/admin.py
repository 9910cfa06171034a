"""The first page of the desk is the morning of who opens it."""

from agency.core.admin import site
from agency.pages import morning, waiting
from agency.pages.views import desk

__all__ = ["waiting"]

site.morning = morning.context
site.pages = [("presences/", desk.presences, "presences")]
