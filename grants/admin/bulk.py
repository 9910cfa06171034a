"""What is safe to do with many files at once; each that stays behind says why."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.core.admin.moves import Fate, refusal
from agency.core.lifecycle import MoveBlocked, state_label
from agency.core.moves import Move
from grants.forms.desk import RapporteurForm
from grants.services import instruction
from grants.states import RUNNING

ASSIGN = "grants.assign_application"
ARROW = Move(
    RUNNING,
    "",
    gettext_lazy("Give to a rapporteur"),
    gettext_lazy("Nothing is sent; the files keep their state."),
)


class BulkMixin:
    """Assign, admit those that may be, schedule those that are ready."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        if request.user.has_perm(ASSIGN):
            actions["assign"] = (_assign, "assign", ARROW.label)
        return actions

    def _fate(self, user, obj, name):
        """Beyond the state: no waiver is given by the dozen."""
        fate = super()._fate(user, obj, name)
        if not fate.why:
            fate.why = self._why_not(obj, name)
        return fate

    def _why_not(self, obj, name):
        if name == "admit":
            return " ".join(instruction.not_admissible(obj))
        if name == "schedule":
            return instruction.not_schedulable(obj.sitting)
        return ""

    def bulk_view(self, request, queryset, name):
        rows = queryset.prefetch_related(
            "documents", "performances", "rules__requirements"
        )
        return super().bulk_view(request, rows, name)

    def assign_view(self, request, queryset):
        """First a page with the files, then the same through POST."""
        fates = [_fate_of(request.user, one) for one in queryset]
        going = [fate for fate in fates if not fate.why]
        sent = "confirmed" in request.POST and going
        data = request.POST if sent else None
        form = RapporteurForm(data, people=instruction.rapporteurs())
        if sent and form.is_valid():
            return self._assign_all(request, going, form.cleaned_data["rapporteur"])
        context = {
            **self.admin_site.each_context(request),
            "title": ARROW.label,
            "arrow": ARROW,
            "going": going,
            "staying": [fate for fate in fates if fate.why],
            "form": form,
            "errors": form.errors,
            "opts": self.opts,
            "room": self,
            "action": "assign",
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/bulk_confirmation.html", context)

    def _assign_all(self, request, going, rapporteur):
        done, refused = 0, []
        for fate in going:
            try:
                instruction.assign(fate.obj, rapporteur, by=request.user)
            except MoveBlocked as error:
                refused.append(f"{fate.obj}: {refusal(error)}")
            else:
                done += 1
        said = ngettext(
            "%(count)s file given to %(person)s.",
            "%(count)s files given to %(person)s.",
            done,
        ) % {"count": done, "person": rapporteur.full_name}
        self.message_user(request, said, "success")
        for sentence in refused:
            self.message_user(request, sentence, "error")
        return HttpResponseRedirect(request.get_full_path())


def _assign(room, request, queryset):
    return room.assign_view(request, queryset)


def _fate_of(user, obj):
    if not user.has_perm(ASSIGN, obj):
        return Fate(obj, _("you may not"))
    return Fate(obj, "" if obj.is_running else state_label(obj))
