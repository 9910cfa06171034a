"""The directory on the desk."""

from agency.people.admin import lists, organisations, people

__all__ = ["lists", "organisations", "people"]
