"""Batches of convocations on the desk: progress while they are made, result by person."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities import facts
from agency.activities.admin.columns import session_when
from agency.activities.admin.printing import PrintMixin
from agency.activities.admin.telling import HoldBackForm
from agency.activities.choices import Purpose
from agency.activities.models import Convening, Convocation, Participation
from agency.activities.services import announcing, convenings
from agency.activities.states import ConveningState, ConvocationState
from agency.core.admin import RoomAdmin, moment, register, state
from agency.core.admin.moves import ReasonForm
from agency.core.admin.words import named

TITLES = {
    Purpose.CONVENE: gettext_lazy("Convocations"),
    Purpose.CHANGE: gettext_lazy("Change told"),
    Purpose.CANCELLATION: gettext_lazy("Cancellation told"),
    Purpose.POSTPONEMENT: gettext_lazy("Postponement told"),
}
# Rows of the result on one page: the page is asked for again each three seconds.
PEOPLE = 100


@register(Convening)
class ConveningAdmin(PrintMixin, RoomAdmin):
    """Read only: a batch is made by convening a session."""

    rank = 40
    list_display = ("which", "purpose", "letters", "failures", "sent", "who", state)
    list_filter = ("purpose", "state")
    list_select_related = ("session__activity", "activity", "by")
    date_hierarchy = "created_at"
    folded_search = ("session__activity__folded", "activity__folded")
    search_hint = gettext_lazy("Words of the activity")
    services = {
        "send_now": announcing.send_now,
        "hold_back": announcing.hold_back,
        "resume": convenings.resume,
    }
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
        if session is None:
            return str(convening.activity)
        return f"{session.activity}, {session_when(session)}"

    @admin.display(description=gettext_lazy("Letters"))
    def letters(self, convening):
        done = convening.total - convening.waiting - convening.failed
        said = {"done": done, "total": convening.total}
        return _("%(done)s of %(total)s") % said

    @admin.display(description=gettext_lazy("Failures"))
    def failures(self, convening):
        return convening.failed or None

    @admin.display(description=gettext_lazy("by"), ordering="by")
    def who(self, convening):
        return _("Automatic sending") if convening.automatic else convening.by

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
        ready = obj.failed or obj.is_scheduled
        return super().buttons(request, obj) if ready else []

    def reason_form(self, name, data=None):
        return HoldBackForm(data) if name == "hold_back" else ReasonForm(data)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        convening = self.visible_object(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **self.result(request, convening),
            "title": _title(convening),
            "object": convening,
            "opts": self.opts,
            "room": self,
            "moves": self.buttons(request, convening),
            "about_url": self._about(convening),
            "changes": _changes(convening),
        }
        return TemplateResponse(request, "admin/activities/convening.html", context)

    def _about(self, convening):
        if convening.session_id:
            return reverse(
                "admin:activities_session_change", args=[convening.session_id]
            )
        return reverse("admin:activities_activity_change", args=[convening.activity_id])

    def live_view(self, request, object_id):
        """The progress alone; 204 when nothing moved since what the page shows."""
        convening = self.visible_object(request, object_id)
        result = self.result(request, convening)
        if request.GET.get("vu") == result["seen"]:
            return HttpResponse(status=204)
        result |= {"moves": self.buttons(request, convening)}
        return TemplateResponse(request, "admin/activities/_progress.html", result)

    def result(self, request, convening):
        """What the page shows of a batch: figures, people, whether it still runs."""
        people = convening.convocations.select_related(
            "participation__person", "person", "document", "email"
        )
        # What went wrong is read first.
        failed = Case(When(state=ConvocationState.FAILED, then=0), default=1)
        name = Coalesce("participation__person__folded", "person__folded")
        people = people.order_by(failed, name, "pk")
        page = Paginator(people, PEOPLE).get_page(request.GET.get("page"))
        figures = (convening.made, convening.paper, convening.failed, convening.waiting)
        return {
            "convening": convening,
            "running": convening.state == ConveningState.RUNNING,
            "done": convening.total - convening.waiting,
            "people": page,
            **self.paper(convening),
            "seen": "-".join(map(str, (*figures, convening.state))),
            "live_url": self.url("live", convening.pk),
        }


def _title(convening):
    if convening.is_scheduled or convening.state == ConveningState.HELD_BACK:
        return _("Change to be told")
    return TITLES[convening.purpose]


def _changes(convening):
    """What has changed since the batch was written, as those who lead the session knew it."""
    if convening.purpose != Purpose.CHANGE or not convening.is_scheduled:
        return []
    return facts.changes(convening.before, facts.letter(convening.session))


named(
    Convocation, "participation__person", "participation__session__activity", "person"
)
named(Participation, "person", "session__activity")
