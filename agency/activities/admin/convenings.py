"""Batches of convocations on the desk: progress while they are made, result by person."""

from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.admin.columns import session_when
from agency.activities.models import Convening, Convocation, Participation
from agency.activities.services import convenings
from agency.activities.states import ConveningState, ConvocationState
from agency.core.admin import RoomAdmin, moment, register, state
from agency.core.admin.words import named


@register(Convening)
class ConveningAdmin(RoomAdmin):
    """Read only: a batch is made by convening a session."""

    rank = 40
    list_display = ("which", "letters", "failures", "sent", "by", state)
    list_filter = ("state",)
    list_select_related = ("session__activity", "by")
    date_hierarchy = "created_at"
    folded_search = ("session__activity__folded",)
    search_hint = gettext_lazy("Words of the activity")
    services = {"resume": convenings.resume}
    sent = moment("created_at", gettext_lazy("sent at"))
    empty_text = gettext_lazy("Open a session and press Convene.")

    def get_queryset(self, request):
        return super().get_queryset(request).with_progress()

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("session"), ordering="session")
    def which(self, convening):
        session = convening.session
        return f"{session.activity}, {session_when(session)}"

    @admin.display(description=gettext_lazy("Letters"))
    def letters(self, convening):
        done = convening.total - convening.waiting - convening.failed
        said = {"done": done, "total": convening.total}
        return _("%(done)s of %(total)s") % said

    @admin.display(description=gettext_lazy("Failures"))
    def failures(self, convening):
        return convening.failed or None

    def name_of(self, obj):
        return self.which(obj)

    # -- its page -----------------------------------------------------------------
    def get_urls(self):
        live = path(
            "<path:object_id>/etat/",
            self.admin_site.admin_view(self.live_view),
            name="activities_convening_live",
        )
        return [live, *super().get_urls()]

    def buttons(self, request, obj):
        return super().buttons(request, obj) if obj.failed else []

    def change_view(self, request, object_id, form_url="", extra_context=None):
        convening = self.visible_object(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **self.result(convening),
            "title": _("Convocations"),
            "object": convening,
            "opts": self.opts,
            "room": self,
            "moves": self.buttons(request, convening),
            "session_url": reverse(
                "admin:activities_session_change", args=[convening.session_id]
            ),
        }
        return TemplateResponse(request, "admin/activities/convening.html", context)

    def live_view(self, request, object_id):
        """The progress alone; 204 when nothing moved since what the page shows."""
        convening = self.visible_object(request, object_id)
        result = self.result(convening)
        if request.GET.get("vu") == result["seen"]:
            return HttpResponse(status=204)
        result |= {"moves": self.buttons(request, convening)}
        return TemplateResponse(request, "admin/activities/_progress.html", result)

    def result(self, convening):
        """What the page shows of a batch: figures, people, whether it still runs."""
        people = convening.convocations.select_related(
            "participation__person", "document", "email"
        ).order_by("participation__person__folded", "pk")
        figures = (convening.made, convening.paper, convening.failed, convening.waiting)
        return {
            "convening": convening,
            "running": convening.state == ConveningState.RUNNING,
            "done": convening.total - convening.waiting,
            "people": people,
            "paper": [p for p in people if p.state == ConvocationState.PAPER],
            "seen": "-".join(map(str, (*figures, convening.state))),
            "live_url": self.url("live", convening.pk),
        }


named(Convocation, "participation__person", "participation__session__activity")
named(Participation, "person", "session__activity")
