"""The minutes of a sitting on the desk: the draft, remarks, then errata."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from agency.core.access import require
from agency.core.lifecycle import MoveBlocked
from agency.core.models import Stale
from grants.forms.minutes import ErratumForm, RemarksForm
from grants.minutes_paper import READ as SEEN
from grants.minutes_paper import Reading
from grants.models import Minutes
from grants.services import minutes
from grants.states import SittingState
from grants.views.minutes import handed, missing, written

READ, WRITE = "grants.view_minutes", "grants.run_sitting"


class MinutesMixin:
    """``<pk>/proces-verbal/`` and its PDF, in the room of sittings."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = [
            path(
                "<int:pk>/proces-verbal/",
                wrap(self.minutes_view),
                name="grants_sitting_minutes",
            ),
            path(
                "<int:pk>/proces-verbal/proces-verbal.pdf",
                wrap(self.minutes_file_view),
                name="grants_sitting_minutes_file",
            ),
        ]
        return [*pages, *super().get_urls()]

    def _begun(self, request, pk):
        """A sitting that has begun: before that there is nothing to say of it."""
        require(request.user, READ)
        sitting = get_object_or_404(
            self.get_queryset(request).select_related(*SEEN), pk=pk
        )
        if sitting.state == SittingState.PREPARING:
            raise Http404
        return sitting

    def minutes_view(self, request, pk):
        sitting = self._begun(request, pk)
        reading = Reading(sitting, request.user)
        form = self._minutes_form(request, reading)
        if request.method == "POST":
            require(request.user, WRITE)
            keep = written if reading.is_locked else _keep_remarks
            if form.is_valid() and keep(request, sitting, form):
                return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Minutes of the commission"),
            "opts": self.opts,
            "room": self,
            "object": None,
            "sitting": sitting,
            "is_locked": reading.is_locked,
            "missing": missing(reading),
            "form": form,
            "errors": form.errors if form else {},
            "back": self.url("change", sitting.pk),
            "file": self.url("minutes_file", sitting.pk),
            **reading.page(),
        }
        return TemplateResponse(request, "admin/grants/minutes.html", context)

    def _minutes_form(self, request, reading):
        """Remarks until they are locked, an erratum from then on; None who only reads.

        Remarks that name a file shut to its reader are not theirs to write over.
        """
        data = request.POST or None
        if not request.user.has_perm(WRITE):
            return None
        if reading.is_locked:
            return ErratumForm(data, files=reading.named())
        if reading.remarks != reading.row.remarks:
            return None
        return RemarksForm(
            data,
            initial={"remarks": reading.remarks, "version": reading.row.version},
        )

    def minutes_file_view(self, request, pk):
        sitting = self._begun(request, pk)
        response = handed(sitting, minutes.for_reader(sitting, request.user))
        response["Cache-Control"] = "private, no-store"
        return response

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        if obj.state != SittingState.PREPARING and request.user.has_perm(READ):
            url = self.url("minutes", obj.pk)
            tools.insert(0, {"label": _("Minutes of the commission"), "url": url})
        return tools


def _keep_remarks(request, sitting, form):
    said = form.cleaned_data
    try:
        minutes.save_remarks(
            sitting, said["remarks"], version=said["version"], by=request.user
        )
    except MoveBlocked as blocked:
        form.add_error(None, str(blocked))
        return False
    except Stale:
        _say_stale(form, sitting)
        return False
    messages.success(request, _("The remarks are kept."))
    return True


def _say_stale(form, sitting):
    """What was typed stays; to save it again is to write over what is there."""
    form.add_error(
        None,
        _(
            "Somebody wrote other remarks in the meantime: read them below, and copy into "
            "yours what is to stay. To save again writes over them."
        ),
    )
    form.data = form.data.copy()
    form.data["version"] = str(Minutes.objects.get(sitting=sitting).version)
