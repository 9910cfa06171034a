"""Schemes on the desk, and the factors by which trips are weighed."""

from django import forms
from django.contrib import messages
from django.db import models
from django.db.models import OuterRef, Subquery
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.access import STAFF_ROLES, require
from agency.core.admin import RoomAdmin, day, display, in_charge_filter, register
from agency.core.clock import today
from agency.core.moves import Move
from agency.core.versions import VersionedForm
from grants.models import EmissionFactor, Scheme, SchemeVersion
from grants.services import schemes
from grants.states import RulesState

# What follows /aides/ and is no scheme.
RESERVED = ("demandes",)
# Not a step of a lifecycle: what the page of confirmation says.
NEW_VERSION = Move(
    (),
    "",
    gettext_lazy("New version of the rules"),
    gettext_lazy(
        "A draft with everything that the last version says: texts, zones, rates, "
        "documents, criteria. The rules in force stay until you publish the new ones."
    ),
)


def _page_of(version):
    return reverse("admin:grants_schemeversion_change", args=[version.pk])


class SchemeForm(VersionedForm):
    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise forms.ValidationError(
                _("This address is taken by another page: choose another one.")
            )
        return slug

    def clean_code(self):
        return self.cleaned_data["code"].strip().upper()

    def clean(self):
        cleaned = super().clean()
        here = cleaned.get("takes_applications", True)
        if not here and not cleaned.get("apply_elsewhere"):
            self.add_error("apply_elsewhere", _("Write where one applies instead."))
        return cleaned


@register(Scheme)
class SchemeAdmin(RoomAdmin):
    """A scheme has its rules in versions; a new one begins as a copy of the last."""

    form = SchemeForm
    rank = 10
    list_display = ("name", "code", "current", "draft", "is_listed", "officer")
    list_filter = ("kind", "takes_applications", in_charge_filter("officer"))
    list_select_related = ("officer",)
    search_fields = ("name", "code", "summary")
    search_hint = gettext_lazy("Words of the name, code")
    prepopulated_fields = {"slug": ("name",)}
    view_on_site = True
    change_form_template = "admin/grants/scheme_form.html"
    add_label = gettext_lazy("New scheme")
    empty_text = gettext_lazy("What the house pays for, each with rules in versions.")
    fields = (
        "name",
        ("slug", "code"),
        ("kind", "beneficiary"),
        "summary",
        "officer",
        "is_listed",
        "takes_applications",
        "apply_elsewhere",
    )

    def get_queryset(self, request):
        versions = SchemeVersion.objects.filter(scheme=OuterRef("pk"))
        drafts = versions.filter(state=RulesState.DRAFT)
        force = versions.in_force().values("number")[:1]
        return (
            super()
            .get_queryset(request)
            .annotate(
                in_force_number=Subquery(force),
                draft_number=Subquery(drafts.values("number")[:1]),
            )
        )

    def get_field_queryset(self, db, db_field, request):
        """An officer is somebody of the house, or who was when it was written."""
        queryset = super().get_field_queryset(db, db_field, request)
        if db_field.name != "officer":
            return queryset
        staff = queryset.with_role(*STAFF_ROLES)
        return (staff | queryset.filter(schemes__isnull=False)).distinct()

    @display(description=gettext_lazy("In force"), ordering="in_force_number")
    def current(self, scheme):
        number = scheme.in_force_number
        return number and _("Version %(number)s") % {"number": number}

    @display(description=gettext_lazy("Draft"), ordering="draft_number")
    def draft(self, scheme):
        number = scheme.draft_number
        return number and _("Version %(number)s") % {"number": number}

    # -- its page -------------------------------------------------------------------
    def get_view_on_site_url(self, obj=None):
        """Its page is there once rules are published."""
        published = obj is not None and obj.versions.exclude(state=RulesState.DRAFT)
        shown = published and published.exclude(state=RulesState.RETIRED).exists()
        return super().get_view_on_site_url(obj) if shown else None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            schemes.new_version(obj, by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        """Straight to its first rules."""
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(_page_of(obj.versions.get()))

    def object_tools(self, request, obj):
        if obj.draft_number is not None:
            return []
        if not request.user.has_perm("grants.add_schemeversion"):
            return []
        url = self.url("new_version", obj.pk)
        return [{"label": NEW_VERSION.label, "url": url, "primary": True}]

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        rows = obj.versions.order_by("-number") if obj else ()
        context["versions"] = [(row, _page_of(row)) for row in rows]
        return super().render_change_form(request, context, add, change, form_url, obj)

    # -- a new version ----------------------------------------------------------------
    def get_urls(self):
        step = path(
            "<path:object_id>/nouvelle-version/",
            self.admin_site.admin_view(self.new_version_view),
            name="grants_scheme_new_version",
        )
        return [step, *super().get_urls()]

    def new_version_view(self, request, object_id):
        scheme = self.visible_object(request, object_id)
        require(request.user, "grants.add_schemeversion")
        if request.method == "POST":
            draft = schemes.new_version(scheme, by=request.user)
            said = _("A draft is ready: change what is new, then publish it.")
            self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(_page_of(draft))
        context = {
            **self.admin_site.each_context(request),
            "title": NEW_VERSION.label,
            "arrow": NEW_VERSION,
            "object": scheme,
            "opts": self.opts,
            "room": self,
            "back": self.url("change", scheme.pk),
        }
        return TemplateResponse(request, "admin/activities/confirm.html", context)


@register(EmissionFactor)
class EmissionFactorAdmin(RoomAdmin):
    """A dated row: what is computed with it already is not edited, another one follows."""

    rank = 90
    formfield_overrides = {
        **RoomAdmin.formfield_overrides,
        models.DecimalField: {"localize": True},
    }
    list_display = (
        "mode",
        "unit",
        "kilograms",
        day("valid_from", gettext_lazy("from")),
        "source",
        "is_example",
    )
    list_filter = ("mode", "is_example")
    fields = (("mode", "unit"), "kilograms", "valid_from", "source", "is_example")
    add_label = gettext_lazy("New factor")
    empty_text = gettext_lazy(
        "What a kilometre emits, by transport, with its source and year."
    )

    def has_change_permission(self, request, obj=None):
        begun = obj is not None and obj.valid_from < today()
        return not begun and super().has_change_permission(request, obj)

    def facts(self, request, obj):
        if obj.valid_from >= today():
            return []
        return [
            (
                _("To change it"),
                _("Trips are weighed with it already: add a factor from another day."),
            )
        ]
