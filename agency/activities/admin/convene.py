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
from agency.activities.choices import Purpose
from agency.activities.models import Convocation, Participation
from agency.activities.models.convoking import PARAGRAPH
from agency.activities.services import automatic, convenings, trials
from agency.activities.states import SessionState
from agency.core import dates
from agency.core.access import require_known
from agency.core.admin.moves import refusal
from agency.core.clock import now
from agency.core.lifecycle import MoveRefused

# An officer convenes twenty days ahead (DESIGN 5).
AHEAD = timedelta(days=20)
PERMISSION = "activities.convene_session"


def leaving(session):
    """When ``session`` will be convened by itself, in a sentence, or ``""``."""
    day = automatic.leaves_on(session)
    return _("Leaves by itself on %(day)s") % {"day": dates.day(day)} if day else ""


class ConveneForm(forms.Form):
    paragraph = forms.CharField(
        label=gettext_lazy("A paragraph of your own"),
        required=False,
        max_length=PARAGRAPH,
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
        last = obj.convenings.filter(purpose=Purpose.CONVENE).first()
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
        own = {"paragraph": session.activity.convocation_paragraph}
        form = ConveneForm(data, readers=readers, initial=own)
        if request.method == "POST" and form.is_valid() and "send" in request.POST:
            return self._send(request, session, form.cleaned_data["paragraph"])
        if request.method == "POST" and form.is_valid() and "try" in request.POST:
            self._try(request, form, readers)
        return self._convene_page(request, session, readers, form)

    def _send(self, request, session, paragraph):
        try:
            batch = convenings.convene(session, by=request.user, paragraph=paragraph)
        except MoveRefused as error:
            self.message_user(request, refusal(error), messages.ERROR)
            return HttpResponseRedirect(self.url("change", session.pk))
        url = reverse("admin:activities_convening_change", args=[batch.pk])
        return HttpResponseRedirect(url)

    def _try(self, request, form, readers):
        """To the address of whoever presses, and to nobody else's."""
        reader, paragraph = _choice(form, readers)
        if reader is None:
            return
        one = trials.loaded(reader.pk)
        sent = trials.send(one, paragraph=paragraph, to=request.user)
        if sent is None:
            said = _("You have no address of your own: nothing was sent.")
            self.message_user(request, said, messages.ERROR)
            return
        said = _("The trial is on its way to %(address)s, and to nobody else.")
        self.message_user(request, said % {"address": sent.to}, messages.SUCCESS)

    def _convene_page(self, request, session, readers, form):
        people = list(readers)
        for one in people:
            one.session = session
        by_mail = [one for one in people if one.person.email]
        on_paper = [one for one in people if not one.person.email]
        already = Convocation.objects.filter(
            convening__session=session, convening__purpose=Purpose.CONVENE
        )
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
            "leaving": leaving(session),
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
        return trials.message(reader, paragraph) if reader else None

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
        own = session.activity.convocation_paragraph
        paragraph = data.get("paragraph", own)[:PARAGRAPH]
        pdf = documents.preview(trials.loaded(reader.pk), paragraph)
        response = HttpResponse(pdf, "application/pdf")
        name = _("preview-of-convocation.pdf")
        response["Content-Disposition"] = f'inline; filename="{name}"'
        return response


def _choice(form, people):
    reader, paragraph = (
        None,
        form.get_initial_for_field(form.fields["paragraph"], "paragraph"),
    )
    if form.is_bound and form.is_valid():
        reader = form.cleaned_data["reader"]
        paragraph = form.cleaned_data["paragraph"]
    return reader or next(iter(people), None), paragraph
