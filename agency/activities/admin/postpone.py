"""Postponing a session from the desk: the new date, or none yet, and the reason."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.admin.telling import ToldReasonForm, whom
from agency.activities.models import Convening
from agency.activities.services import announcing, postponing
from agency.activities.states import SessionState
from agency.core.access import require
from agency.core.admin.moves import refusal
from agency.core.admin.widgets import LocalMomentField
from agency.core.clock import now
from agency.core.lifecycle import MoveRefused

PERMISSION = "activities.postpone_session"


class PostponeForm(ToldReasonForm):
    """The new date; required once the session is postponed already."""

    starts_at = LocalMomentField(
        label=gettext_lazy("New date, from"),
        required=False,
        help_text=gettext_lazy("Empty while the date is still to come."),
    )
    ends_at = LocalMomentField(label=gettext_lazy("New date, until"), required=False)
    field_order = ("starts_at", "ends_at", "told_reason", "reason")

    def __init__(self, *args, dated, **kwargs):
        super().__init__(*args, **kwargs)
        if dated:
            del self.fields["reason"]
            self.fields["starts_at"].required = self.fields["ends_at"].required = True
            self.fields["starts_at"].help_text = ""

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and start <= now():
            self.add_error("starts_at", _("The new date is past: choose one to come."))
        if start and not end and "ends_at" not in self.errors:
            self.add_error("ends_at", _("Write until when it lasts."))
        if end and not start and "starts_at" not in self.errors:
            self.add_error("starts_at", _("Write when it begins."))
        if start and end and end <= start:
            self.add_error(
                "ends_at",
                _("The session ends before it starts: check the day and the hour."),
            )
        return cleaned


class PostponeMixin:
    """The page ``reporter/`` of a session, and what its own page says of its story."""

    def get_urls(self):
        page = path(
            "<path:object_id>/reporter/",
            self.admin_site.admin_view(self.postpone_view),
            name="activities_session_postpone",
        )
        return [page, *super().get_urls()]

    def buttons(self, request, obj):
        buttons = super().buttons(request, obj)
        if self.may_postpone(request, obj):
            label = _("Set the new date") if obj.is_off else _("Postpone the session")
            url = self.url("postpone", obj.pk)
            buttons.append({"name": "postpone", "label": label, "url": url})
        return buttons

    def may_postpone(self, request, session):
        planned = session.state == SessionState.PLANNED and not session.is_past
        planned = planned and not session.activity.kind_info.put_off
        return (planned or waits_for_a_date(session)) and request.user.has_perm(
            PERMISSION, session
        )

    def postpone_view(self, request, object_id):
        session = self.visible_object(request, object_id)
        require(request.user, PERMISSION, session)
        if not self.may_postpone(request, session):
            return self.changed_meanwhile(request, session)
        dated = waits_for_a_date(session)
        data = request.POST if request.method == "POST" else None
        form = PostponeForm(data, dated=dated)
        if request.method == "POST" and form.is_valid():
            return self._postpone(request, session, form.cleaned_data)
        return self._postpone_page(request, session, form, dated)

    def _postpone(self, request, session, answers):
        service = postponing.postpone
        if waits_for_a_date(session):
            service = postponing.set_new_date
        try:
            new = service(session, by=request.user, **answers)
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
            return HttpResponseRedirect(self.url("change", session.pk))
        said = _("It is postponed, and people are being told.")
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(self.url("change", (new or session).pk))

    def _postpone_page(self, request, session, form, dated):
        context = {
            **self.admin_site.each_context(request),
            "title": _("Set the new date") if dated else _("Postpone the session"),
            "object": session,
            "session": session,
            "dated": dated,
            "opts": self.opts,
            "room": self,
            "form": form,
            "errors": form.errors,
            "consequences": whom(announcing.audience(session)),
            "back": self.url("change", session.pk),
        }
        return TemplateResponse(request, "admin/activities/postpone.html", context)

    # -- what was said of it ------------------------------------------------------
    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        context["story"] = self._story(request, obj) if obj else []
        context["notice"] = self._notice(request, obj) if obj else None
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _story(self, request, session):
        """Each batch about the session; who is in it stands on the page of the batch."""
        if not request.user.has_perm("activities.view_convening", session):
            return []
        rows = Convening.objects.about(session).with_progress().select_related("by")
        return list(rows.order_by("-created_at", "-pk"))

    def _notice(self, request, session):
        """What is about to leave, and what may be done with it."""
        notice = announcing.scheduled(session)
        if notice is None:
            return None
        notice.session = session
        steps = [
            {"label": arrow.label, "url": self._step(notice, name)}
            for name, arrow in notice.moves.items()
            if name in ("send_now", "hold_back")
            and request.user.has_perm(f"activities.{name}_convening", notice)
        ]
        return {"due_at": notice.due_at, "steps": steps}

    def _step(self, notice, name):
        room = self.admin_site._registry[Convening]
        return room.url("move", notice.pk, name)


def waits_for_a_date(session):
    return session.state == SessionState.POSTPONED and session.postponed_to_id is None
