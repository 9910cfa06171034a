"""The door of a pair's room: its two halves, and nobody of the team."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from agency.core.lifecycle import MoveBlocked, MoveRefused
from mentoring.models import Pair

SEEN = ("mentor", "mentee", "activity__officer", "activity__mentoring")


def told(request, uuid):
    """The pair at this address, for whoever was told of it, or 404."""
    own = Pair.objects.told_to(request.user).select_related(*SEEN)
    pair = get_object_or_404(own, uuid=uuid)
    pair.me = pair.side_of(request.user)
    pair.other = pair.other_of(pair.me)
    return pair


def joined(view):
    """Hand the pair at this address to one of the two, once both said yes."""

    @wraps(view)
    def opened(request, uuid, **kwargs):
        pair = told(request, uuid)
        if not pair.is_joined:
            raise Http404
        return view(request, pair, **kwargs)

    return opened


def writing(view):
    """The same while the two meet; after the end, back to what they still read."""

    @joined
    @wraps(view)
    def opened(request, pair, **kwargs):
        if not pair.is_meeting:
            messages.error(request, _("This pair does not note meetings now."))
            return redirect(pair)
        return view(request, pair, **kwargs)

    return opened


def tried(request, act, done=""):
    """Do it and say so, or say why not; whether it was done."""
    try:
        act()
    except MoveRefused as refused:
        sentence = str(refused) if isinstance(refused, MoveBlocked) else ""
        messages.error(request, sentence or _("This has changed in the meantime."))
        return False
    if done:
        messages.success(request, done)
    return True
