"""The thread of a file on the desk; and, apart, the notes that no applicant reads."""

from django.contrib import admin
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.core.access import require
from agency.core.admin import RoomAdmin, moment, register
from agency.core.admin.filters import PresetFilter
from agency.core.lifecycle import MoveBlocked
from agency.core.templatetags.plateau import typo
from grants import addresses
from grants.admin.completions import FactsOnly, sent_application
from grants.forms.dialogue import MessageForm, NoteForm
from grants.models import ThreadMessage
from grants.services import completions, thread
from grants.states import APPLICATION_MOVES

# Whoever handles the file writes for the house, its notes as its answers.
WRITES = "grants.add_internalnote"


class ReadFilter(PresetFilter):
    """What the house has not read, and what the applicants have not."""

    title = gettext_lazy("read")
    parameter_name = "lu"
    presets = {
        "non": (gettext_lazy("For us to read"), Q(from_staff=False, read_at=None)),
        "attente": (gettext_lazy("For them to read"), Q(from_staff=True, read_at=None)),
    }


@register(ThreadMessage)
class ThreadMessageAdmin(FactsOnly, RoomAdmin):
    """The last messages of all files; each leads to its thread. Never exported."""

    rank = 31
    list_display = (
        "file",
        "organisation",
        "who",
        moment("sent_at", gettext_lazy("Sent")),
        moment("read_at", pgettext_lazy("message", "Read")),
    )
    list_filter = (ReadFilter,)
    list_select_related = ("application__organisation", "author")
    ordering = ("-sent_at", "-pk")
    folded_search = ("application__organisation__folded", "author__folded")
    search_hint = gettext_lazy("Organisation, name")
    fields = ("file", "organisation", "who", "sent_at", "read_at", "text")
    readonly_fields = ("file", "organisation", "who", "text")
    exports = False
    empty_text = gettext_lazy(
        "What applicants and the team write to each other stands here, file by file."
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def has_view_permission(self, request, obj=None):
        """Applicants of the team have their own page; here one reads for the house."""
        return request.user.has_perm("grants.view_application", obj)

    def row_url(self, message):
        return self.url("file", message.application_id)

    def get_urls(self):
        page = path(
            "dossier/<int:pk>/",
            self.admin_site.admin_view(self.file_view),
            name="grants_threadmessage_file",
        )
        return [page, *super().get_urls()]

    def title_of(self, message):
        return f"{message.application}, {self.who(message)}"

    def object_tools(self, request, obj):
        return [{"label": _("The thread of the file"), "url": self.row_url(obj)}]

    # -- columns ------------------------------------------------------------------
    @admin.display(description=pgettext_lazy("application", "File"))
    def file(self, message):
        return str(message.application)

    @admin.display(description=gettext_lazy("Organisation"))
    def organisation(self, message):
        return message.application.organisation

    @admin.display(description=pgettext_lazy("message", "From"))
    def who(self, message):
        name = message.author.full_name
        house = _("for the agency")
        return f"{name}, {house}" if message.from_staff else name

    @admin.display(description=gettext_lazy("message"))
    def text(self, message):
        return typo(message.body)

    # -- its page -----------------------------------------------------------------
    def file_view(self, request, pk):
        """What was written on both sides, an answer; beside it the notes of the team."""
        application = sent_application(request, pk)
        require(request.user, "grants.view_application", application)
        message, note = MessageForm(), NoteForm()
        if request.method == "POST":
            require(request.user, WRITES, application)
            sends_note = "keep" in request.POST
            form = (NoteForm if sends_note else MessageForm)(request.POST)
            if form.is_valid() and self._kept(request, application, form, sends_note):
                return HttpResponseRedirect(self.url("file", application.pk))
            message, note = (message, form) if sends_note else (form, note)
        rows = thread.messages_of(application)
        new = any(not one.from_staff and one.read_at is None for one in rows)
        if new and request.user.has_perm(WRITES, application):
            thread.read_by_house(application)
        context = self._context(request, application, rows)
        context |= {"message_form": message, "note_form": note}
        context["form"] = note if note.is_bound else message
        context["errors"] = context["form"].errors
        return TemplateResponse(request, "admin/grants/thread.html", context)

    def _kept(self, request, application, form, sends_note):
        keep, said = (
            (thread.note, _("The note is kept."))
            if sends_note
            else (thread.reply, _("Your message is sent."))
        )
        try:
            keep(application, body=form.cleaned_data["body"], by=request.user)
        except MoveBlocked as blocked:
            form.add_error(None, str(blocked))
            return False
        self.message_user(request, said)
        return True

    def _context(self, request, application, rows):
        asks = application.state in APPLICATION_MOVES["ask"].sources
        writes = request.user.has_perm(WRITES, application)
        return {
            **self.admin_site.each_context(request),
            "title": _("Messages and notes"),
            "opts": self.opts,
            "room": self,
            "object": None,
            "application": application,
            "asked": completions.current(application),
            "may_ask": asks
            and request.user.has_perm("grants.ask_application", application),
            "may_write": writes,
            "thread": rows,
            "notes": thread.notes_of(application),
            "back": addresses.on_the_desk(application.pk),
        }
