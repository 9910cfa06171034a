"""Who may know who is in a group: everybody who runs activities, unless it is sealed."""

from django.db.models import Q

from agency.activities.choices import Confidentiality


def names_read_by(user, path=""):
    """The condition, on rows whose activity is at ``path``: open, or theirs to run."""
    stem = f"{path}__" if path else ""
    sealed = Q(**{f"{stem}confidentiality": Confidentiality.SEALED})
    return ~sealed | Q(**{f"{stem}officer": user.pk})
