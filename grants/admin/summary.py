"""The summary of a closed sitting: on a page, on paper, in a workbook."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities.admin.reception import handed
from agency.core import journal
from agency.core.access import require
from agency.core.admin.exports import XLSX
from agency.core.clock import now, paris
from agency.documents import engine
from grants.admin.summary_sheets import workbook
from grants.services import sitting_summary

VIEW = "grants.view_point"
STEM = "grants_sitting"
SHEET = "grants/documents/sitting_summary"
# On every page and every sheet (B 5).
OPINIONS = gettext_lazy(
    "Amounts are recommended by the commission: opinions, not decisions."
)


class SummaryMixin:
    """``<pk>/bilan/``, its PDF and its workbook, in the room of sittings."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = (
            ("bilan/", self.summary_view, "summary"),
            ("bilan.pdf", self.summary_pdf_view, "summary_pdf"),
            ("bilan.xlsx", self.summary_xlsx_view, "summary_xlsx"),
        )
        return [
            *(
                path(f"<int:pk>/{way}", wrap(view), name=f"{STEM}_{name}")
                for way, view, name in pages
            ),
            *super().get_urls(),
        ]

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        if sitting_summary.is_closed(obj) and request.user.has_perm(VIEW):
            url = self.url("summary", obj.pk)
            tools.insert(0, {"label": _("Summary of the sitting"), "url": url})
        return tools

    def _told(self, request, pk):
        """The summary as this reader has it; 404 before the sitting is closed."""
        require(request.user, VIEW)
        sitting = get_object_or_404(self.get_queryset(request), pk=pk)
        if not sitting_summary.is_closed(sitting):
            raise Http404
        return sitting_summary.summary(sitting, request.user)

    def summary_view(self, request, pk):
        told = self._told(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Summary of the sitting"),
            "opts": self.opts,
            "room": self,
            "object": None,
            "sitting": told.sitting,
            "told": told,
            "opinions": OPINIONS,
            "left_out": left_out(told),
            "pdf_url": self.url("summary_pdf", pk),
            "xlsx_url": self.url("summary_xlsx", pk),
            "back": self.url("change", pk),
        }
        return TemplateResponse(request, "admin/grants/summary.html", context)

    def summary_pdf_view(self, request, pk):
        """Made for whoever asks, as they may read it; kept nowhere."""
        told = self._told(request, pk)
        data = engine.render(SHEET, on_paper(told, request.user))
        _taken(request, told, "pdf")
        return handed(data, _name(told, "pdf"))

    def summary_xlsx_view(self, request, pk):
        told = self._told(request, pk)
        data = workbook(told, [OPINIONS, left_out(told)])
        _taken(request, told, "xlsx")
        response = handed(data, _name(told, "xlsx"))
        response["Content-Type"] = XLSX
        return response


def left_out(told):
    """That files are not counted for this reader; nothing when all of them are."""
    if not told.shut:
        return ""
    said = ngettext(
        "%(count)s file from which you stand back is not counted here.",
        "%(count)s files from which you stand back are not counted here.",
        told.shut,
    )
    return said % {"count": told.shut}


def on_paper(told, reader):
    """What the template of the PDF lists."""
    at = now()
    return {
        "agency": settings.AGENCY,
        "told": told,
        "sitting": told.sitting,
        "activity": told.sitting.session.activity,
        "reader": reader,
        # Nobody keeps it: it bears the number of the sitting, and none of its own.
        "document": {
            "reference": f"{told.sitting.year}-S{told.sitting.number}",
            "version": 1,
            "issued_at": at,
            "supersedes": None,
            "fingerprint": "",
        },
    }


def _taken(request, told, kind):
    by, model = request.user, "grants.point"
    rows = len(told.files)
    journal.record(by, "take_list", by=by, model=model, rows=rows, format=kind)


def _name(told, kind):
    day = paris(told.sitting.meets_at).date()
    said = {"day": day.isoformat(), "kind": kind}
    return _("summary-of-the-sitting-%(day)s.%(kind)s") % said
