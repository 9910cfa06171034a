"""Organisations, who works there, and who belongs to the association."""

from django.db.models import Count, OuterRef, Subquery, URLField
from django.db.models.functions import Coalesce
from django.forms import URLInput
from django.utils.translation import gettext_lazy as _

from agency.core.admin import (
    ChoiceFilter,
    RelatedFilter,
    RoomAdmin,
    RoomInline,
    day,
    display,
    register,
)
from agency.core.admin.edits import OnceFormSet
from agency.people.admin.imports import ImportedOrganisationsFilter, import_tool
from agency.people.admin.merging import MergingMixin
from agency.people.choices import ImportKind
from agency.people.models import Affiliation, Mandate, Membership, Organisation


class PeopleInline(RoomInline):
    model = Affiliation
    verbose_name_plural = _("people who work there")
    autocomplete_fields = ("person",)
    fields = ("person", "profession", "job_title", "contract", "starts_on", "ends_on")


class MembershipInline(RoomInline):
    model = Membership
    formset = OnceFormSet
    fields = ("year", "college", "status")
    extra = 0


@register(Organisation)
class OrganisationAdmin(MergingMixin, RoomAdmin):
    rank = 20
    add_label = _("New organisation")
    empty_text = _("Those of the region: people work there, and they become members.")
    list_display = ("called", "kind", "label_names", "city", "people")
    ordering = ("folded", "pk")
    list_filter = (
        ImportedOrganisationsFilter,
        ("kind", ChoiceFilter),
        ("labels", RelatedFilter),
        ("territory", RelatedFilter),
    )
    folded_search = search_fields = ("folded",)
    search_hint = _("Name or town, with or without accents")
    inlines = (PeopleInline, MembershipInline)
    formfield_overrides = RoomAdmin.formfield_overrides | {
        URLField: {"assume_scheme": "https", "widget": URLInput}
    }
    fieldsets = (
        (None, {"fields": ("name", "kind", "labels", "siret", "licence")}),
        (
            _("Where and how to reach it"),
            {
                "fields": (
                    "address",
                    "postal_code",
                    "city",
                    "territory",
                    "email",
                    "phone",
                    "website",
                )
            },
        ),
    )

    def get_queryset(self, request):
        at_work = (
            Affiliation.objects.active()
            .filter(organisation=OuterRef("pk"))
            .order_by()
            .values("organisation")
            .annotate(n=Count("person", distinct=True))
            .values("n")
        )
        rows = super().get_queryset(request).prefetch_related("labels")
        return rows.annotate(people_count=Coalesce(Subquery(at_work), 0))

    def list_tools(self, request, changelist):
        tools = super().list_tools(request, changelist)
        return tools + import_tool(request, ImportKind.ORGANISATIONS)

    def facts(self, request, obj):
        return list(self.merge_facts(request, obj))

    def lookup_text(self, organisation):
        return ", ".join(filter(None, (organisation.name, organisation.city)))

    @display(description=_("name"), ordering="folded")
    def called(self, organisation):
        return organisation.name

    @display(description=_("labels"))
    def label_names(self, organisation):
        return ", ".join(label.name for label in organisation.labels.all()) or None

    @display(description=_("people"), ordering="people_count")
    def people(self, organisation):
        return organisation.people_count


@register(Membership)
class MembershipAdmin(RoomAdmin):
    rank = 30
    add_label = _("New membership")
    empty_text = _("Who is a member, year by year: an organisation or a person.")
    list_display = ("member", "year", "college", "status")
    list_display_links = ("member",)
    list_filter = ("year", ("status", ChoiceFilter))
    list_select_related = ("organisation", "person")
    folded_search = ("organisation__folded", "person__folded")
    search_hint = _("Name or town, with or without accents")
    autocomplete_fields = ("organisation", "person")

    @display(description=_("member"))
    def member(self, membership):
        return membership.organisation or membership.person


@register(Mandate)
class MandateAdmin(RoomAdmin):
    rank = 40
    add_label = _("New mandate")
    empty_text = _("Who sits on the board and in the bureau, from when until when.")
    list_display = (
        "person",
        "body",
        "role",
        "college",
        day("starts_on", _("from")),
        day("ends_on", _("until")),
    )
    list_filter = (("body", ChoiceFilter), ("role", ChoiceFilter))
    list_select_related = ("person",)
    folded_search = ("person__folded",)
    search_hint = _("Name or address, with or without accents")
    autocomplete_fields = ("person",)

    def title_of(self, obj):
        return f"{obj.person}, {obj.get_role_display()}"
