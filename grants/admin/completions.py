"""What is asked of applicants, on the desk: to ask, to follow, to close what never came."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from agency.core.access import require
from agency.core.admin import RoomAdmin, day, moment, register, state
from agency.core.admin.columns import mark
from agency.core.admin.moves import read_as_shown, refusal
from agency.core.admin.permissions import visible_rows
from agency.core.lifecycle import MoveRefused
from agency.core.templatetags.plateau import typo
from grants import addresses, applicant_words
from grants.forms.dialogue import AskForm
from grants.models import Application, CompletionRequest
from grants.services import completions
from grants.states import APPLICATION_MOVES, ApplicationState

LOADED = ("application__organisation", "application__rules", "sent_by")


class CloseForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("A few words that they read"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("They stand in their message as you write them."),
    )


def sent_application(request, pk):
    """The application at this address, sent, that the reader may see; else 404."""
    rows = visible_rows(Application, request.user)
    rows = rows.for_the_desk_of(request.user).filter(pk=pk)
    found = rows.select_related("scheme", "organisation", "rules").first()
    if found is None:
        raise Http404
    return found


class FactsOnly:
    """Nothing is written here: services do."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@register(CompletionRequest)
class CompletionRequestAdmin(FactsOnly, RoomAdmin):
    rank = 30
    list_display = (
        "file",
        "organisation",
        state,
        day("due_on", gettext_lazy("Until")),
        "answers",
        moment("sent_at", gettext_lazy("Asked at")),
    )
    list_filter = ("state",)
    list_select_related = ("application__organisation",)
    ordering = ("-sent_at", "-pk")
    folded_search = ("application__organisation__folded",)
    search_hint = gettext_lazy("Organisation")
    fields = ("file_link", "organisation", "due_on", "items_told", "words", "sent_by")
    readonly_fields = ("file_link", "organisation", "items_told", "words")
    empty_text = gettext_lazy(
        "What is asked of applicants stands here, item by item, with its date; you ask "
        "from the page of a file."
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related(*LOADED)
        done = Count("items", filter=Q(items__answered_at__isnull=False))
        return rows.annotate(done=done, asked=Count("items"))

    def get_urls(self):
        site = self.admin_site.admin_view
        pages = [
            path(
                "dossier/<int:pk>/demander/",
                site(self.ask_view),
                name="grants_completionrequest_ask",
            ),
            path(
                "dossier/<int:pk>/classer/",
                site(self.close_view),
                name="grants_completionrequest_close",
            ),
        ]
        return [*pages, *super().get_urls()]

    # -- columns ------------------------------------------------------------------
    @admin.display(description=pgettext_lazy("application", "File"))
    def file(self, request):
        return str(request.application)

    @admin.display(description=pgettext_lazy("application", "File"))
    def file_link(self, request):
        url = addresses.on_the_desk(request.application_id)
        return format_html('<a href="{}">{}</a>', url, self.title_of(request))

    @admin.display(description=gettext_lazy("Organisation"))
    def organisation(self, request):
        return request.application.organisation

    @admin.display(description=gettext_lazy("Answers"))
    def answers(self, request):
        said = {"done": request.done, "asked": request.asked}
        return _("%(done)s of %(asked)s") % said

    @admin.display(description=gettext_lazy("What is asked"))
    def items_told(self, request):
        items = applicant_words.items_of(request, request.application)
        return format_html_join(
            "", "<p><b>{}</b> {}<br>{}</p>", (_line(item) for item in items)
        )

    @admin.display(description=gettext_lazy("A few words around it"))
    def words(self, request):
        return typo(request.message) or None

    def title_of(self, request):
        return f"{request.application}, {request.application.title}"

    def facts(self, request, obj):
        return [(_("Answers"), self.answers(obj))]

    def object_tools(self, request, obj):
        application = obj.application
        thread = reverse("admin:grants_threadmessage_file", args=[application.pk])
        tools = [{"label": _("The thread of the file"), "url": thread}]
        if application.state == ApplicationState.COMPLETION and self._closes(request):
            url = self.url("close", application.pk)
            tools.append({"label": APPLICATION_MOVES["close"].label, "url": url})
        return tools

    def _closes(self, request):
        return request.user.has_perm("grants.close_application")

    # -- to ask -------------------------------------------------------------------
    def ask_view(self, request, pk):
        """What is missing, line by line, until when; the applicants are told at once."""
        application = sent_application(request, pk)
        require(request.user, "grants.ask_application", application)
        back = addresses.on_the_desk(application.pk)
        if application.state not in APPLICATION_MOVES["ask"].sources:
            self.message_user(request, refusal(None), messages.WARNING)
            return HttpResponseRedirect(back)
        form = AskForm(request.POST or None, application=application)
        read_as_shown(application, request.POST.get("seen"))
        if request.method == "POST" and form.is_valid():
            try:
                completions.ask(
                    application,
                    items=form.items,
                    due_on=form.cleaned_data["due_on"],
                    message=form.cleaned_data["message"],
                    by=request.user,
                )
            except MoveRefused as refused:
                form.add_error(None, refusal(refused))
                application.refresh_from_db(fields=["version"])
            else:
                self.message_user(request, _("It is asked, and they are told."))
                return HttpResponseRedirect(back)
        title = APPLICATION_MOVES["ask"].label
        return self._page(request, application, "ask", form, title, back)

    # -- to close -----------------------------------------------------------------
    def close_view(self, request, pk):
        """Nothing came: confirmed by somebody, and the applicants are told (T4)."""
        application = sent_application(request, pk)
        require(request.user, "grants.close_application", application)
        back = addresses.on_the_desk(application.pk)
        if application.state != ApplicationState.COMPLETION:
            self.message_user(request, refusal(None), messages.WARNING)
            return HttpResponseRedirect(back)
        form = CloseForm(request.POST or None)
        read_as_shown(application, request.POST.get("seen"))
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                completions.close(application, by=request.user, reason=reason)
            except MoveRefused as refused:
                form.add_error(None, refusal(refused))
                application.refresh_from_db(fields=["version"])
            else:
                self.message_user(request, _("The file is closed, and they are told."))
                return HttpResponseRedirect(back)
        title = APPLICATION_MOVES["close"].label
        return self._page(request, application, "close", form, title, back)

    def _page(self, request, application, name, form, title, back):
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "room": self,
            "object": None,
            "application": application,
            "asked": completions.current(application),
            "why_not": completions.why_not_close(application)
            if name == "close"
            else "",
            "form": form,
            "errors": form.errors,
            "back": back,
        }
        return TemplateResponse(
            request, f"admin/grants/completion_{name}.html", context
        )


def _line(item):
    word = (
        mark(pgettext("completion item", "Done"), "confirmed")
        if item.answered_at
        else mark(pgettext("completion item", "To do"), "waiting")
    )
    return typo(item.named), word, typo(item.message)
