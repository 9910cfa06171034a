"""Attendance on the desk: the roll of a session, the scan, the lock and its key."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.models import Participation
from agency.activities.services import attendance
from agency.activities.states import SheetState
from agency.activities.views import presences
from agency.core.access import require, require_known
from agency.core.admin.columns import mark
from agency.core.admin.lookups import Lookup, LookupField
from agency.core.admin.moves import refusal
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now
from agency.core.lifecycle import MoveRefused
from agency.people.models import Person

VIEW = "activities.view_attendancesheet"
UNLOCK = "activities.unlock_attendancesheet"


class WalkInForm(forms.Form):
    """Somebody who came without being registered: their file is in the directory."""

    person = LookupField(
        label=gettext_lazy("Somebody of the directory"),
        queryset=Person.objects.none(),
        help_text=gettext_lazy(
            "They came without being registered. Nobody is written to."
        ),
    )

    def __init__(self, *args, user, site, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        field.queryset = visible_rows(Person, user).present()
        widget = Lookup(Participation._meta.get_field("person"), site)
        widget.is_required = True
        field.widget = widget
        widget.choices = field.choices


class UnlockForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is unlocked"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Kept in the history. The sheet is then countersigned anew."
        ),
    )


class AttendanceMixin:
    """The pages below ``presences/`` of a session, and its column."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = [
            path(
                "<path:object_id>/presences/",
                wrap(self.attendance_view),
                name="activities_session_attendance",
            ),
            path(
                "<path:object_id>/presences/scan/",
                wrap(self.scan_view),
                name="activities_session_scan",
            ),
            path(
                "<path:object_id>/presences/feuille/",
                wrap(self.sheet_view),
                name="activities_session_sheet",
            ),
        ]
        return [*pages, *super().get_urls()]

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        if not request.user.has_perm(VIEW, obj):
            return tools
        url = self.url("attendance", obj.pk)
        waits = to_note(obj)
        tool = {"label": _("Attendance"), "url": url, "primary": waits, "quiet": False}
        return [*tools, tool]

    def attendance_view(self, request, object_id):
        session = self.visible_object(request, object_id)
        require_known(request.user, VIEW, session)
        refused, form = {}, self._walk_in(request, session)
        unlock = UnlockForm()
        if request.method == "POST":
            name = request.POST.get("do")
            if name == "unlock":
                unlock = UnlockForm(request.POST)
                done = self._unlock(request, session, unlock)
            elif name == "walkin":
                done = self._let_in(request, session, form)
            else:
                refused = presences.act(request, session)
                done = not refused
            if done:
                return HttpResponseRedirect(self.url("attendance", session.pk))
            session = self.visible_object(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Attendance"),
            "object": session,
            "opts": self.opts,
            "room": self,
            "form": form,
            "unlock": unlock,
            "errors": refused or form.errors or unlock.errors,
            "scan_url": self.url("scan", session.pk),
            "sheet_url": self.url("sheet", session.pk),
            **presences.context(session, refused),
        }
        return TemplateResponse(request, "admin/activities/attendance.html", context)

    def _walk_in(self, request, session):
        sent = request.method == "POST" and request.POST.get("do") == "walkin"
        data = request.POST if sent else None
        return WalkInForm(data, user=request.user, site=self.admin_site)

    def _let_in(self, request, session, form):
        """Whether the person of the form is on the sheet now."""
        if not form.is_valid():
            return False
        person = form.cleaned_data["person"]
        try:
            attendance.add(session, person, by=request.user)
        except MoveRefused as refused:
            form.add_error("person", refusal(refused))
            return False
        said = _("%(person)s is on the sheet.") % {"person": person}
        self.message_user(request, said, messages.SUCCESS)
        return True

    def _unlock(self, request, session, form):
        """Whether the sheet is open again."""
        require(request.user, UNLOCK)
        if not form.is_valid():
            return False
        sheet = attendance.sheet_of(session)
        sheet.session = session
        reason = form.cleaned_data["reason"]
        try:
            attendance.unlock(sheet, by=request.user, reason=reason)
        except MoveRefused as refused:
            self.message_user(request, refusal(refused), messages.ERROR)
        else:
            said = _("The sheet is open again: lock it once it is corrected.")
            self.message_user(request, said, messages.SUCCESS)
        return True

    def scan_view(self, request, object_id):
        session = self.visible_object(request, object_id)
        require_known(request.user, VIEW, session)
        return presences.scan_of(session)

    def sheet_view(self, request, object_id):
        """The sheet to print and to sign by hand."""
        session = self.visible_object(request, object_id)
        require_known(request.user, VIEW, session)
        return presences.blank_of(session)


def state_of(session):
    sheet = getattr(session, "attendance_sheet", None)
    return sheet.state if sheet else SheetState.OPEN


def to_note(session):
    """Whether the session has begun and its sheet still waits to be locked."""
    begun = not session.is_off and session.starts_at <= now()
    return begun and state_of(session) == SheetState.OPEN


def attendance_said(session):
    """The state of the sheet in a list of sessions; nothing before the session."""
    if state_of(session) == SheetState.LOCKED:
        return mark(SheetState.LOCKED.label, "locked")
    return mark(_("To be entered"), "submitted") if to_note(session) else None
