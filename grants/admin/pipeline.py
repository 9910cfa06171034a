"""The pipeline: each sitting, state by state, with counts and sums."""

from operator import attrgetter

from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from agency.core.access import require
from agency.core.clock import now
from grants.services import pipeline

VIEW = "grants.view_application"


class PipelineMixin:
    """``suivi/`` of the room of applications."""

    def get_urls(self):
        page = path(
            "suivi/",
            self.admin_site.admin_view(self.pipeline_view),
            name="grants_application_pipeline",
        )
        return [page, *super().get_urls()]

    def pipeline_view(self, request):
        require(request.user, VIEW)
        sittings = list(pipeline.sittings())
        chosen = _chosen(sittings, request.GET.get("seance", ""))
        columns, ended = pipeline.board(request.user, chosen)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Pipeline"),
            "opts": self.opts,
            "room": self,
            "object": None,
            "coming": [one for one in reversed(sittings) if one.meets_at > now()],
            "met": [one for one in sittings if one.meets_at <= now()],
            "chosen": chosen,
            "columns": columns,
            "ended": [column for column in ended if column.count],
            "list_url": self.changelist_url(),
        }
        return TemplateResponse(request, "admin/grants/pipeline.html", context)


def _chosen(sittings, given):
    """The sitting of the address; none for ``toutes``.

    When it says nothing: the next one that meets, or the last one that has.
    """
    if given == "toutes" or not sittings:
        return None
    coming = [one for one in sittings if one.meets_at > now()]
    usual = min(coming, key=attrgetter("meets_at")) if coming else sittings[0]
    return next((one for one in sittings if str(one.pk) == given), usual)
