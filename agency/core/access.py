"""May this user do that? The question every view asks, in one line."""

import rules
from django.core.exceptions import PermissionDenied
from django.http import Http404

OFFICER, SECRETARY, DIRECTION = "officer", "secretary", "direction"
DECIDER, ACCOUNTANT, DISABILITY_OFFICER = "decider", "accountant", "disability_officer"
STAFF_ROLES = (
    OFFICER,
    SECRETARY,
    DIRECTION,
    DECIDER,
    ACCOUNTANT,
    DISABILITY_OFFICER,
)


def require(user, perm, obj=None):
    """Return quietly when ``user`` may; raise PermissionDenied (403) otherwise."""
    if not user.has_perm(perm, obj):
        raise PermissionDenied(perm)


def require_known(user, perm, obj):
    """403 for who may with no row at all, 404 when this very one is not theirs to know."""
    require(user, perm)
    if not user.has_perm(perm, obj):
        raise Http404


def has_role(*roles):
    """A predicate: the user holds one of ``roles`` today."""

    @rules.predicate(f"has_role:{','.join(roles)}")
    def holds(user):
        return bool(user.is_authenticated and user.has_role(*roles))

    return holds


is_staff = has_role(*STAFF_ROLES)
runs_activities = has_role(OFFICER, SECRETARY, DIRECTION)
is_direction = has_role(DIRECTION)
is_disability_officer = has_role(DISABILITY_OFFICER)
