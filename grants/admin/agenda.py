"""The agenda of a sitting on the desk, and its second convocation."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agency.activities.admin.convene import PERMISSION as CONVENE
from agency.activities.states import SessionState
from agency.core import dates
from agency.core.access import require
from agency.core.admin import RoomInline
from agency.core.admin.edits import OnceFormSet
from agency.core.admin.moves import refusal
from agency.core.clock import paris, today
from agency.core.lifecycle import MoveRefused
from agency.core.models import Stale
from grants.admin.frozen import AS_TYPED
from grants.choices import Block
from grants.forms.agenda import AgendaForm, ReconveneForm
from grants.models import SittingEnvelope
from grants.services import agenda, convoking, room
from grants.services.reviews import phase

VIEW, PREPARE = "grants.view_point", "grants.prepare_sitting"
# What the reviews come to is read by those who follow them.
FOLLOW, READ = "grants.view_recusal", "grants.view_application"


class EnvelopeInline(RoomInline):
    model = SittingEnvelope
    formset = OnceFormSet
    formfield_overrides = RoomInline.formfield_overrides | AS_TYPED
    verbose_name_plural = gettext_lazy("Envelopes of the sitting")
    fields = ("scheme", "amount")
    extra = 0
    allow_delete = True
    description = gettext_lazy(
        "What the commission may propose for each scheme. Zero is an envelope too."
    )


def _is_far(sitting):
    """Before its day there is nothing to run."""
    return sitting.opened_at is None and not room.takes_attendance(sitting)


def _lacks_its_quorum(sitting):
    """Whether one may have seen that too few came: from its day on, not opened yet."""
    has_come = paris(sitting.meets_at).date() <= today()
    return has_come and not convoking.not_reconvened(sitting)


class AgendaMixin:
    """``<pk>/ordre-du-jour/`` and ``<pk>/seconde-convocation/`` of a sitting."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = (
            ("ordre-du-jour/", self.agenda_view, "agenda"),
            ("seconde-convocation/", self.reconvene_view, "reconvene"),
        )
        return [
            *(
                path(f"<int:pk>/{way}", wrap(view), name=f"grants_sitting_{name}")
                for way, view, name in pages
            ),
            *super().get_urls(),
        ]

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        user = request.user
        if user.has_perm(PREPARE) and _lacks_its_quorum(obj):
            url = self.url("reconvene", obj.pk)
            tools.insert(0, {"label": _("Convene a second time"), "url": url})
        elif url := self._convene_url(user, obj):
            tools.insert(0, {"label": _("Convene the members"), "url": url})
        if user.has_perm(VIEW):
            url = self.url("agenda", obj.pk)
            tools.insert(0, {"label": pgettext("sitting", "Agenda"), "url": url})
        if user.has_perm(room.RUN) and not _is_far(obj):
            url = reverse("grants:commission-live", args=[obj.pk])
            tools.insert(0, {"label": _("The sitting, live"), "url": url})
        return tools

    def _convene_url(self, user, sitting):
        """Where its members are convened, while nobody is; or ``""``."""
        session = sitting.session
        if session.is_past or session.state != SessionState.PLANNED:
            return ""
        if agenda.convened_at(sitting) or not user.has_perm(CONVENE, session):
            return ""
        return reverse("admin:activities_session_convene", args=[session.pk])

    # -- the agenda ---------------------------------------------------------------------
    def agenda_view(self, request, pk):
        """Its files by block, in order; staff who prepares it types both."""
        require(request.user, VIEW)
        sitting = get_object_or_404(self.get_queryset(request), pk=pk)
        rows = agenda.points(sitting, request.user)
        form = AgendaForm(points=rows, turn=sitting.turn)
        if request.method == "POST":
            require(request.user, PREPARE)
            form = AgendaForm(request.POST, points=rows, turn=sitting.turn)
            if response := self._write(request, sitting, form):
                return response
        return self._agenda_page(request, sitting, rows, form)

    def _write(self, request, sitting, form):
        """Back to the page once it is written; None when ``form`` says why it is not."""
        arranged = request.POST.get("do") == "arrange"
        if not (arranged or form.is_valid()):
            return None
        try:
            if arranged:
                agenda.arrange(sitting, by=request.user)
            else:
                turn = form.cleaned_data["turn"]
                agenda.save(sitting, form.places(), turn=turn, by=request.user)
        except MoveRefused as error:
            form.full_clean()
            form.add_error(None, refusal(error))
            return None
        except Stale:
            self._say_stale(form, sitting)
            return None
        done = _("The agenda is arranged.") if arranged else _("The order is saved.")
        self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(self.url("agenda", sitting.pk))

    def _say_stale(self, form, sitting):
        """What was typed stays; to save it again is to write over what is there."""
        form.add_error(
            None,
            _(
                "The agenda or the sitting changed in the meantime: look at it in another "
                "window, then save again."
            ),
        )
        turn = type(sitting).objects.values_list("turn", flat=True).get(pk=sitting.pk)
        form.data = form.data.copy()
        form.data["turn"] = str(turn)

    def _agenda_page(self, request, sitting, rows, form):
        user = request.user
        for one in rows:
            one.url = user.has_perm(READ) and reverse(
                "admin:grants_application_change", args=[one.application_id]
            )
        prepares = user.has_perm(PREPARE) and not agenda.is_over(sitting)
        blocks = groupby(rows, key=lambda one: Block(one.block))
        context = {
            **self.admin_site.each_context(request),
            "title": pgettext("sitting", "Agenda"),
            "opts": self.opts,
            "room": self,
            "object": None,
            "sitting": sitting,
            "form": form,
            "errors": form.errors,
            "blocks": [(block, list(ones)) for block, ones in blocks],
            "notice": convoking.notice(sitting),
            "prepares": prepares,
            "tells": phase(sitting).sees and user.has_perm(FOLLOW),
            "arranges": prepares and phase(sitting).sees,
            "convene_url": self._convene_url(user, sitting),
            "reconvenes": prepares and _lacks_its_quorum(sitting),
            "reconvene_url": self.url("reconvene", sitting.pk),
            "back": self.url("change", sitting.pk),
        }
        return TemplateResponse(request, "admin/grants/agenda.html", context)

    # -- a second convocation ---------------------------------------------------------------
    def reconvene_view(self, request, pk):
        """The quorum was not met: another day, the same agenda (decree 2006-672, art. 11)."""
        require(request.user, PREPARE)
        sitting = get_object_or_404(self.get_queryset(request), pk=pk)
        form = ReconveneForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            said = form.cleaned_data
            try:
                convoking.reconvene(
                    sitting,
                    starts_at=said["starts_at"],
                    ends_at=said["ends_at"],
                    by=request.user,
                )
            except MoveRefused as error:
                form.add_error(None, refusal(error))
            else:
                done = _("The members are convened a second time on %(day)s.")
                said = {"day": dates.day_long(said["starts_at"])}
                self.message_user(request, done % said, messages.SUCCESS)
                return HttpResponseRedirect(self.url("change", sitting.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Convene a second time"),
            "opts": self.opts,
            "room": self,
            "object": None,
            "sitting": sitting,
            "form": form,
            "errors": form.errors,
            "refused": convoking.not_reconvened(sitting),
            "back": self.url("agenda", sitting.pk),
        }
        return TemplateResponse(
            request, "admin/grants/second_convocation.html", context
        )
