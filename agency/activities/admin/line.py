"""Who waits, and why not me: the line of one activity on one page of the desk."""

from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.models import Activity
from agency.activities.services import moments, seats, waiting
from agency.core.access import require, require_known
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now
from agency.core.lifecycle import available_moves

VIEW = "activities.view_enrolment"
# What the person reads of themselves, said of somebody else.
WHY = {
    waiting.Skipped.ACCOUNT: gettext_lazy("The account is closed."),
    waiting.Skipped.STAFF: gettext_lazy(
        "Holds a role in the team; the group is sealed."
    ),
    waiting.Skipped.ORGANISATION: gettext_lazy(
        "Somebody of one of their organisations has a seat."
    ),
}


class LineMixin:
    """A page of the room of enrolments: rank, name, why somebody would be skipped."""

    def get_urls(self):
        line = path(
            "attente/<int:pk>/",
            self.admin_site.admin_view(self.line_view),
            name="activities_enrolment_line",
        )
        return [line, *super().get_urls()]

    def line_view(self, request, pk):
        require(request.user, VIEW)
        activity = get_object_or_404(visible_rows(Activity, request.user), pk=pk)
        require_known(request.user, VIEW, activity)
        taken = seats.taken(activity)
        free = activity.capacity is None or taken < activity.capacity
        offered = activity.enrolments.filter(state="offered").select_related("person")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Waiting list"),
            "opts": self.opts,
            "room": self,
            "object": None,
            "activity": activity,
            "taken": taken,
            "rows": [
                self._row(request, number, one, why, free=free)
                for number, (one, why) in enumerate(waiting.line(activity), start=1)
            ],
            "offered": offered.order_by("offer_expires_at", "pk"),
            "until": moments.deadline(activity, now()),
            "night": moments.is_night(now()),
            "list_url": f"{self.changelist_url()}?activity__id__exact={activity.pk}",
        }
        return TemplateResponse(request, "admin/activities/line.html", context)

    def _row(self, request, number, enrolment, why, *, free):
        steps = available_moves(enrolment, request.user) if free else {}
        return {
            "number": number,
            "enrolment": enrolment,
            "why": WHY.get(why),
            "url": self.url("change", enrolment.pk),
            "moves": [
                {"label": arrow.label, "url": self.url("move", enrolment.pk, name)}
                for name, arrow in steps.items()
                if name in ("offer", "admit")
            ],
        }
