"""Who may know who is in a group: everybody who runs activities, unless it is sealed."""

from django.db.models import Q

from agency.activities.choices import Confidentiality

# From a row towards its activity, the shortest way first.
WAYS = ("activity", "session", "enrolment", "convening")


def names_read_by(user, path=""):
    """The condition, on rows whose activity is at ``path``: open, or theirs to run."""
    stem = f"{path}__" if path else ""
    sealed = Q(**{f"{stem}confidentiality": Confidentiality.SEALED})
    return ~sealed | Q(**{f"{stem}officer": user.pk})


def activity_of(obj):
    """The activity whose people ``obj`` tells of; None when it tells of no group."""
    while obj is not None and not hasattr(obj, "confidentiality"):
        way = next(name for name in WAYS if hasattr(obj, name))
        obj = getattr(obj, way)
    return obj
