"""One session of one's own: to be excused, to come after all."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agency.activities.models import Participation
from agency.activities.services import excuses
from agency.activities.states import ParticipationState
from agency.core.lifecycle import MoveBlocked, MoveRefused

STANDING = (ParticipationState.EXPECTED, ParticipationState.EXCUSED)


def participation_excuse(request, pk):
    """Not to come to one session, or to come after all: asked before it is done."""
    own = Participation.objects.filter(person=request.user, state__in=STANDING)
    own = own.select_related("session__activity", "session__venue", "enrolment")
    participation = get_object_or_404(own, pk=pk)
    back = participation.enrolment or "pages:own-space"
    too_late = excuses.too_late(participation.session)
    if request.method == "POST":
        _turn(request, participation)
        return redirect(back)
    context = {"participation": participation, "too_late": too_late}
    return render(request, "activities/participation_excuse.html", context)


def _turn(request, participation):
    """Excuse who was expected, expect who was excused; a message says what was done."""
    away = participation.state == ParticipationState.EXCUSED
    service = excuses.come_after_all if away else excuses.excuse
    try:
        service(participation, by=request.user)
    except MoveRefused as refused:
        sentence = str(refused) if isinstance(refused, MoveBlocked) else ""
        messages.error(request, sentence or _("This has changed in the meantime."))
        return
    said = (
        _("You are expected again.")
        if away
        else _("Your absence is noted. A message confirms it.")
    )
    messages.success(request, said)
