"""The directory on the desk."""

from agency.people.admin import imports, lists, organisations, people

__all__ = ["imports", "lists", "organisations", "people"]
