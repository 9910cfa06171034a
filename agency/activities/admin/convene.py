"""Convening a session from the desk: who, what they will read, then one button."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities import documents
from agency.activities.models import Convocation, Participation
from agency.activities.services import convenings
from agency.activities.states import SessionState
from agency.core.access import require_known
from agency.core.admin.moves import refusal
from agency.core.clock import now
from agency.core.lifecycle import MoveRefused
from agency.documents.models import IssuedDocument
from agency.mail.letters import compose

# An officer convenes twenty days ahead (DESIGN 5).
AHEAD = timedelta(days=20)
PERMISSION = "activities.convene_session"
MAIL = "activities/emails/session_convocation"


class ConveneForm(forms.Form):
    paragraph = forms.CharField(
        label=gettext_lazy("A paragraph of your own"),
        required=False,
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Printed in the letter and written in the message, the same for everybody."
        ),
    )
    reader = forms.ModelChoiceField(
        label=gettext_lazy("Read it as"),
        queryset=Participation.objects.none(),
        required=False,
        empty_label=None,
        help_text=gettext_lazy("A real person among those who will be convened."),
    )

    def __init__(self, *args, readers, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["reader"]
        field.queryset = readers
        field.choices = [(one.pk, one.person.full_name) for one in readers]


class ConveneMixin:
    """The pages ``convoquer/`` and ``convoquer/apercu/`` of a session."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = [
            path(
                "<path:object_id>/convoquer/",
                wrap(self.convene_view),
                name="activities_session_convene",
            ),
            path(
                "<path:object_id>/convoquer/apercu/",
                wrap(self.preview_view),
                name="activities_session_preview",
            ),
        ]
        return [*pages, *super().get_urls()]

    def may_convene(self, request, session):
        alive = session.state == SessionState.PLANNED and not session.is_past
        return alive and request.user.has_perm(PERMISSION, session)

    def object_tools(self, request, obj):
        tools = []
        if self.may_convene(request, obj):
            tools += self._convene_tools(obj)
        last = obj.convenings.first()
        if last is not None:
            last.session = obj  # the rule asks for its activity
        if last and request.user.has_perm("activities.view_convening", last):
            url = reverse("admin:activities_convening_change", args=[last.pk])
            tools.append({"label": _("Convocations sent"), "url": url})
        return tools

    def _convene_tools(self, session):
        """The button, and nothing once everybody expected is convened."""
        if session.convened and not convenings.recipients(session).exists():
            return []
        label = _("Convene the others") if session.convened else _("Convene")
        near = session.starts_at - now() <= AHEAD
        url = self.url("convene", session.pk)
        return [{"label": label, "url": url, "primary": True, "quiet": not near}]

    def _session(self, request, object_id):
        session = self.visible_object(request, object_id)
        require_known(request.user, PERMISSION, session)
        return session

    def convene_view(self, request, object_id):
        session = self._session(request, object_id)
        readers = convenings.recipients(session)
        data = request.POST if request.method == "POST" else None
        form = ConveneForm(data, readers=readers)
        if request.method == "POST" and form.is_valid() and "send" in request.POST:
            return self._send(request, session, form.cleaned_data["paragraph"])
        return self._convene_page(request, session, readers, form)

    def _send(self, request, session, paragraph):
        try:
            batch = convenings.convene(session, by=request.user, paragraph=paragraph)
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
            return HttpResponseRedirect(self.url("change", session.pk))
        url = reverse("admin:activities_convening_change", args=[batch.pk])
        return HttpResponseRedirect(url)

    def _convene_page(self, request, session, readers, form):
        people = list(readers)
        for one in people:
            one.session = session
        by_mail = [one for one in people if one.person.email]
        on_paper = [one for one in people if not one.person.email]
        already = Convocation.objects.filter(convening__session=session)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Convene"),
            "object": session,
            "session": session,
            "opts": self.opts,
            "room": self,
            "form": form,
            "people": people,
            "by_mail": by_mail,
            "on_paper": on_paper,
            "already": already.values("participation").distinct().count(),
            "may": self.may_convene(request, session),
            "preview_url": self.url("preview", session.pk),
            "letter": self._mail(form, people),
            "send_label": ngettext(
                "Send %(count)s convocation", "Send %(count)s convocations", len(people)
            )
            % {"count": len(people)},
        }
        return TemplateResponse(request, "admin/activities/convene.html", context)

    def _mail(self, form, people):
        """The message as the chosen reader, or the first, will have it; None for nobody."""
        reader, paragraph = _choice(form, people)
        return mail_preview(reader, paragraph) if reader else None

    def preview_view(self, request, object_id):
        """The PDF of one person, without number nor effect."""
        session = self._session(request, object_id)
        people = convenings.recipients(session)
        data = request.POST if request.method == "POST" else request.GET
        wanted = data.get("reader") or data.get("personne")
        if wanted and not str(wanted).isdigit():
            raise Http404
        chosen = people.filter(pk=wanted) if wanted else people
        reader = chosen.first()
        if reader is None:
            raise Http404
        paragraph = data.get("paragraph", "")[:1200]
        pdf = documents.preview(_loaded(reader.pk), paragraph)
        response = HttpResponse(pdf, "application/pdf")
        name = _("preview-of-convocation.pdf")
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response


def _choice(form, people):
    reader, paragraph = None, ""
    if form.is_bound and form.is_valid():
        reader = form.cleaned_data["reader"]
        paragraph = form.cleaned_data["paragraph"]
    return reader or next(iter(people), None), paragraph


def _loaded(pk):
    """The participation with all that its letter says."""
    return (
        Participation.objects.select_related(
            "person",
            "session__venue",
            "session__activity__officer",
            "enrolment__affiliation__organisation",
        )
        .prefetch_related(
            "session__agenda_items", "session__activity__facilitators__person"
        )
        .get(pk=pk)
    )


def mail_preview(participation, paragraph):
    """Subject and text of the message, as they will be written for this person."""
    session = participation.session
    draft = IssuedDocument(reference="CONV", version=1, issued_at=now(), title="")
    rank, total = session.place_in_activity()
    context = {
        "person": participation.person,
        "session": session,
        "session_rank": rank,
        "session_count": total,
        "participation": participation,
        "document": draft,
        "paragraph": paragraph,
    }
    return compose(MAIL, context)
