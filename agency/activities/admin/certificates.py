"""Certificates on the desk: who has one, who does not and why, and the button."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities import kinds
from agency.activities.models import Activity
from agency.activities.services import certificates
from agency.core.access import require, require_known
from agency.core.admin.permissions import visible_rows
from agency.core.lifecycle import MoveBlocked

CERTIFY = "activities.certify_activity"


def certificate_tools(user, activity):
    """The link from the page of an activity whose people one may know."""
    if not user.has_perm(CERTIFY, activity):
        return []
    url = reverse("admin:activities_activity_certificates", args=[activity.pk])
    return [{"label": _("Certificates"), "url": url}]


class CertificatesMixin:
    """The page ``attestations/`` of an activity."""

    def get_urls(self):
        page = path(
            "<int:pk>/attestations/",
            self.admin_site.admin_view(self.certificates_view),
            name="activities_activity_certificates",
        )
        return [page, *super().get_urls()]

    def certificates_view(self, request, pk):
        require(request.user, CERTIFY)
        rows = visible_rows(Activity, request.user).select_related("officer")
        activity = get_object_or_404(rows, pk=pk)
        require_known(request.user, CERTIFY, activity)
        if request.method == "POST":
            self._establish(request, activity)
            return HttpResponseRedirect(request.path)
        context = self._certificates(request, activity)
        return TemplateResponse(request, "admin/activities/certificates.html", context)

    def _establish(self, request, activity):
        try:
            count = certificates.establish(activity, by=request.user)
        except MoveBlocked as blocked:
            self.message_user(request, str(blocked), messages.ERROR)
            return
        said = ngettext(
            "%(count)s certificate is being made.",
            "%(count)s certificates are being made.",
            count,
        ) % {"count": count}
        nothing = _("Every certificate is made already.")
        self.message_user(request, said if count else nothing, messages.SUCCESS)

    def _certificates(self, request, activity):
        records = certificates.records(activity)
        room = self.admin_site._registry[kinds.get(activity.kind).proxy]
        hindrance = certificates.hindrance(activity)
        made = [one for one in records if one.current]
        return {
            **self.admin_site.each_context(request),
            "title": _("Certificates"),
            "opts": room.opts,
            "room": room,
            "object": activity,
            "activity": activity,
            "hindrance": hindrance,
            "by_attendance": kinds.get(activity.kind).certificates is None,
            "records": records,
            "made": len(made),
            "due": [] if hindrance else [one for one in records if one.is_due],
            "earned": sum(one.earned for one in records),
            "paper": [one for one in made if not one.person.email],
        }
