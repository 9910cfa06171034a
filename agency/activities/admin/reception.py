"""The list at the door, from the page of an open session: made, handed out, kept nowhere."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from agency.activities.printed import reception
from agency.activities.states import SessionState
from agency.core import journal
from agency.core.access import require_known
from agency.core.clock import paris

VIEW = "activities.view_participation"


def handed(data, name):
    """The response with a PDF made on the spot, that no cache keeps."""
    response = HttpResponse(data, "application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name)
    response["Cache-Control"] = "private, no-store"
    return response


class ReceptionMixin:
    """The file ``accueil.pdf`` of a session."""

    def get_urls(self):
        page = path(
            "<path:object_id>/accueil.pdf",
            self.admin_site.admin_view(self.reception_view),
            name="activities_session_reception",
        )
        return [page, *super().get_urls()]

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        shown = reception.is_open(obj) and obj.state == SessionState.PLANNED
        if shown and request.user.has_perm(VIEW, obj):
            url = self.url("reception", obj.pk)
            tools.append({"label": _("List for the door (PDF)"), "url": url})
        return tools

    def reception_view(self, request, object_id):
        session = self.visible_object(request, object_id)
        require_known(request.user, VIEW, session)
        if not reception.is_open(session):
            said = _(
                "Who is in a closed group lies on no table: there is no list for the door. "
                "The attendance sheet is in the hands of whoever leads the session."
            )
            self.message_user(request, said, messages.ERROR)
            return HttpResponseRedirect(self.url("change", session.pk))
        awaited, excused = reception.people(session)
        by, model = request.user, "activities.participation"
        rows = len(awaited)
        journal.record(by, "take_list", by=by, model=model, rows=rows, format="pdf")
        data = reception.reception_list(session, awaited, excused)
        day = paris(session.starts_at).date()
        return handed(data, _("reception-%(day)s.pdf") % {"day": day.isoformat()})
