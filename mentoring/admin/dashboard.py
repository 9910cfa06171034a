"""The dashboard of an edition: what needs care first, then how the year goes."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from agency.core.access import require, require_known
from agency.core.admin.columns import mark
from agency.core.admin.permissions import visible_rows
from mentoring import advice
from mentoring.health.colours import Colour
from mentoring.services import reports
from mentoring.services.figures import figures
from mentoring.sums import Sums

FOLLOW, TEND = "mentoring.follow_mentoringedition", "mentoring.tend_mentoringedition"
ALERTS = "admin:mentoring_pairalert_changelist"


class DashboardMixin:
    """``tableau/`` of an edition, and ``bilan/`` to establish its report."""

    def get_urls(self):
        pages = (
            ("tableau/", self.dashboard_view, "dashboard"),
            ("bilan/", self.report_view, "report"),
        )
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            *(
                path(
                    f"<int:object_id>/{tail}",
                    self.admin_site.admin_view(view),
                    name=f"{stem}_{name}",
                )
                for tail, view, name in pages
            ),
            *super().get_urls(),
        ]

    def object_tools(self, request, obj):
        """The dashboard first: it is where the year is led from."""
        tools = super().object_tools(request, obj)
        if not request.user.has_perm(FOLLOW, obj):
            return tools
        own = {"label": _("Dashboard"), "url": self.url("dashboard", obj.pk)}
        return [own, *tools]

    def _followed(self, request, pk):
        require(request.user, FOLLOW)
        seen = visible_rows(self.model, request.user)
        seen = seen.select_related("officer", "season", "mentoring")
        edition = get_object_or_404(seen, pk=pk)
        require_known(request.user, FOLLOW, edition)
        return edition

    def dashboard_view(self, request, object_id):
        edition = self._followed(request, object_id)
        named = request.user.has_perm(TEND, edition)
        found = figures(edition)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Dashboard"),
            "opts": self.opts,
            "room": self,
            "object": edition,
            "edition": edition,
            "named": named,
            "sums": Sums(found, whole=named),
            "figures": found,
            "pairs": _pairs(found) if named else [],
            "alerts": _alerts(found) if named else [],
            "queue": f"{reverse(ALERTS)}?etat=a-traiter&pair__activity__id__exact={edition.pk}",
            "report": reports.last(edition),
            "report_url": self.url("report", edition.pk),
        }
        return TemplateResponse(request, "admin/mentoring/dashboard.html", context)

    def report_view(self, request, object_id):
        """Establish the report: as it stands now, after the version that was seen."""
        if request.method != "POST":
            raise Http404
        edition = self._followed(request, object_id)
        seen = request.POST.get("after", "")
        document = reports.establish(edition, by=request.user, seen=seen)
        said = _("The report is established: %(reference)s, version %(version)s.")
        said %= {"reference": document.reference, "version": document.version}
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(self.url("dashboard", edition.pk))


def _pairs(found):
    """The living pairs, whoever needs care first, each with where that is done."""
    lines = [
        {
            "row": row,
            "state": mark(row.colour.label, row.colour),
            "why": row.sentences,
            "held": len(row.facts.held),
            "expected": found.expected_of(row),
            "last": row.facts.last_held(found.day),
            "next": row.facts.next_planned(found.day),
            "url": reverse("admin:mentoring_pair_change", args=[row.pair.pk]),
            "todo": _todo(row),
        }
        for row in found.living
    ]
    order = list(Colour)
    lines.sort(
        key=lambda one: (
            order.index(one["row"].colour),
            -len(one["row"].alerts),
            one["held"] - one["expected"],
        )
    )
    return lines


def _todo(row):
    """What to do, and the page where one does it."""
    if row.alerts:
        alert = row.alerts[0]
        url = reverse("admin:mentoring_pairalert_change", args=[alert.pk])
        return {"label": advice.of(alert), "url": url}
    return {"label": row.action.label, "url": ""}


def _alerts(found):
    named = {row.pair.pk: row.pair for row in found.rows}
    return [
        {
            "alert": alert,
            "pair": named[alert.pair_id],
            "todo": advice.of(alert),
            "url": reverse("admin:mentoring_pairalert_change", args=[alert.pk]),
            "settle": reverse(
                "admin:mentoring_pairalert_move", args=[alert.pk, "settle"]
            ),
        }
        for alert in found.alerts
    ]
