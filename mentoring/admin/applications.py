"""Applications to mentoring: on the desk of the officer in charge, and of nobody else."""

from django import forms
from django.contrib import admin
from django.http import Http404
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.core.admin import RelatedFilter, RoomAdmin, register, state, when
from agency.core.admin.columns import at
from agency.core.admin.moves import ReasonForm
from agency.core.admin.widgets import DateInput
from agency.core.clock import today
from agency.core.text import telephone
from mentoring.admin.vetoes import LinkMixin
from mentoring.models import MentoringApplication
from mentoring.services import calls, review
from mentoring.states import ApplicationState

NOTE = 3000
# What a row and its page read beyond its own columns.
LOADED = ("person", "profession", "territory", "edition__mentoring")

HANDLED = ("asked", "interviewed_on", "interview_note", "told", "note")


class InterviewForm(forms.Form):
    """What the officer keeps of an interview."""

    held_on = forms.DateField(label=gettext_lazy("Held on"), widget=DateInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "For you alone. The person may ask to read it: write what you would say."
        ),
        error_messages={
            "required": gettext_lazy("Write a few words on the interview.")
        },
    )

    def clean_held_on(self):
        day = self.cleaned_data["held_on"]
        if day > today():
            raise forms.ValidationError(
                _("This day is still to come: note the interview once it is held.")
            )
        return day


class RefusalForm(forms.Form):
    """The reason that is told, apart from the note that is not."""

    told = forms.CharField(
        label=gettext_lazy("Reason, which the person reads"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "It stands in their message as you write it: say what they can do with it."
        ),
        error_messages={
            "required": gettext_lazy("Write the reason: the person reads it.")
        },
    )
    note = forms.CharField(
        label=gettext_lazy("Note for yourself"),
        required=False,
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It is not sent."),
    )


def _named(veto):
    """As it was written, and to whom the officer has led it."""
    meant = veto.with_person or veto.with_organisation
    return f"{veto.words} \u2192 {meant}" if meant else veto.words


@register(MentoringApplication)
class MentoringApplicationAdmin(LinkMixin, RoomAdmin):
    """Read and decided on here, written on the site; never exported."""

    rank = 16
    section = "activities"
    list_display = (
        "who",
        "as_what",
        "profession",
        "practice",
        "territory",
        state,
        when("submitted_at", gettext_lazy("sent on")),
    )
    list_filter = ("state", "side", ("edition", RelatedFilter))
    folded_search = ("person__folded",)
    search_hint = gettext_lazy("Name, address")
    exports = False
    ordering = ("person__folded", "pk")
    empty_text = gettext_lazy(
        "They come in as soon as the call of an edition opens; you alone read them."
    )
    services = {
        "qualify": review.qualify,
        "ask": review.ask,
        "interview": review.interview,
        "retain": review.retain,
        "waitlist": review.waitlist,
        "refuse": review.refuse,
    }
    bulk_moves = ("qualify",)
    reasons_required = frozenset({"ask"})
    fieldsets = (
        (
            gettext_lazy("Who"),
            {"fields": ("profession", "practice", "post", "experience")},
        ),
        (
            gettext_lazy("Where, and how to meet"),
            {
                "fields": (
                    "art_forms_shown",
                    "organisation_kinds_shown",
                    "where",
                    "meeting",
                    "availability",
                )
            },
        ),
        (
            gettext_lazy("What they would work on"),
            {"fields": ("topics_shown", "capacity", "expectations")},
        ),
        (
            gettext_lazy("For you alone"),
            {"fields": ("motivation", "not_with", "keep_for_next")},
        ),
        (
            gettext_lazy("How it was handled"),
            {"fields": HANDLED},
        ),
    )
    readonly_fields = (
        "practice",
        "post",
        "art_forms_shown",
        "organisation_kinds_shown",
        "where",
        "topics_shown",
        "not_with",
    )
    change_form_template = "admin/mentoring/application_form.html"

    # -- who may --------------------------------------------------------------------
    def get_queryset(self, request):
        """Those of the editions in one's charge, and never a draft, nor one's own."""
        rows = super().get_queryset(request).filter(edition__officer=request.user)
        rows = rows.exclude(state=ApplicationState.DRAFT)
        return rows.select_related(*LOADED)

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise Http404
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    # -- columns --------------------------------------------------------------------
    @admin.display(description=gettext_lazy("Person"), ordering="person__folded")
    def who(self, application):
        return application.person.list_name

    @admin.display(description=gettext_lazy("As"), ordering="side")
    def as_what(self, application):
        return application.get_side_display()

    @admin.display(description=gettext_lazy("Practice"), ordering="years")
    def practice(self, application):
        if application.years is None:
            return None
        said = ngettext("%(count)s year", "%(count)s years", application.years)
        said %= {"count": application.years}
        stage = application.get_stage_display()
        return f"{said}, {stage.lower()}" if stage else said

    # -- its page -------------------------------------------------------------------
    def title_of(self, obj):
        return obj.person.full_name

    def facts(self, request, obj):
        said = [(_("As"), obj.get_side_display()), (_("Edition"), obj.edition)]
        said.append((_("Sent on"), at(obj.submitted_at)))
        said.append((_("E-mail address"), obj.person.email or "\u2013"))
        said.append((_("Telephone"), telephone(obj.person.phone) or "\u2013"))
        return said

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["alerts"] = list(calls.alerts(obj))
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_fieldsets(self, request, obj=None):
        """Neither what the other side alone is asked, nor what has not happened yet."""
        sections = super().get_fieldsets(request, obj)
        hidden = {name for name in HANDLED if not getattr(obj, name, None)}
        if obj is not None and not obj.is_mentor:
            hidden.add("capacity")
        kept = [
            (title, tuple(name for name in said["fields"] if name not in hidden))
            for title, said in sections
        ]
        return [(title, {"fields": fields}) for title, fields in kept if fields]

    @admin.display(description=gettext_lazy("Works at"))
    def post(self, application):
        posts = application.person.affiliations.active().select_related("organisation")
        ranked = posts.order_by("-is_primary", "pk")
        return ", ".join(str(one.organisation) for one in ranked) or None

    @admin.display(description=gettext_lazy("Art forms"))
    def art_forms_shown(self, application):
        return ", ".join(application.art_forms_said) or None

    @admin.display(description=gettext_lazy("Kinds of organisation"))
    def organisation_kinds_shown(self, application):
        return ", ".join(application.organisation_kinds_said) or None

    @admin.display(description=gettext_lazy("Where"))
    def where(self, application):
        parts = (application.territory, application.get_mobility_display())
        return ", ".join(str(part) for part in parts if part) or None

    @admin.display(description=gettext_lazy("Topics"))
    def topics_shown(self, application):
        return ", ".join(application.topics_said) or None

    @admin.display(description=gettext_lazy("With whom they would rather not be"))
    def not_with(self, application):
        rows = application.vetoes.select_related("with_person", "with_organisation")
        names = ((_named(veto),) for veto in rows)
        return format_html_join("; ", "{}", names) or None

    # -- steps ----------------------------------------------------------------------
    def reason_form(self, name, data=None):
        if name == "interview":
            return InterviewForm(data, initial={"held_on": today()})
        if name == "refuse":
            return RefusalForm(data)
        return ReasonForm(data, told=name in self.reasons_required)

    def hindrance(self, obj, name):
        if name in ("retain", "qualify") and calls.barred(obj.person):
            return str(calls.barred(obj.person).label)
        return ""
