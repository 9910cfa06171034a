"""The rules of a scheme on the desk: written as a draft, seen as people will read them."""

from django import forms
from django.db import models
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core import dates
from agency.core.admin import RelatedFilter, RoomAdmin, day, display, register, state
from agency.core.admin.rooms import RowForm
from agency.core.versions import VersionedForm
from agency.people.choices import OrganisationKind
from grants.admin.frozen import AS_TYPED, FrozenMixin, RulesInline
from grants.choices import ContractType, RuleSubject, ZoneCode
from grants.models import (
    Criterion,
    DocumentRequirement,
    EligibilityRule,
    ExpenseCategory,
    SchemeVersion,
    Zone,
)
from grants.services import schemes
from grants.services.eligibility import BY_CODES, BY_NUMBER
from grants.states import RulesState
from grants.views.schemes import page


class ZoneInline(RulesInline):
    model = Zone
    fields = ("order", "code", "from_km", "rate", "target")
    description = gettext_lazy(
        "Which share of the expenses is paid, by where one plays. A zone may stand "
        "twice, the second from a distance on."
    )


class ExpenseInline(RulesInline):
    model = ExpenseCategory
    fields = ("order", "code", "eligible", "basis", "unit", "line_cap", "help_text")
    description = gettext_lazy(
        "Each kind of expense once, paid or not. Its rates are on its own page, once "
        "this one is saved."
    )


class RuleForm(RowForm):
    """The codes of the three lists are ticked; those of the subject alone are kept."""

    codes = forms.MultipleChoiceField(
        label=gettext_lazy("One of"),
        choices=[
            (label, choices.choices)
            for label, choices in (
                (gettext_lazy("Kinds of organisation"), OrganisationKind),
                (gettext_lazy("Zones"), ZoneCode),
                (gettext_lazy("Kinds of contract"), ContractType),
            )
        ],
        widget=forms.SelectMultiple(attrs={"size": 6}),
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        subject = cleaned.get("subject")
        known = BY_CODES[subject].values if subject in BY_CODES else ()
        codes = [code for code in cleaned.get("codes") or () if code in known]
        if subject == RuleSubject.TERRITORY:
            codes = self.initial.get("codes") or []  # empty: those of the house
        cleaned["codes"] = codes
        if known and not codes:
            self.add_error("codes", _("Choose at least one of the list it looks at."))
        if subject in BY_NUMBER and cleaned.get("number") is None:
            self.add_error("number", _("Write the number that it compares with."))
        return cleaned


class RuleInline(RulesInline):
    model = EligibilityRule
    form = RuleForm
    fields = ("order", "subject", "number", "codes", "severity", "message", "source")
    description = gettext_lazy(
        "Read while one fills in the application, and on the page of the scheme."
    )


class PaperInline(RulesInline):
    model = DocumentRequirement
    fields = (
        "order",
        "key",
        "label",
        "help_text",
        "needed",
        "validity_days",
        "read_by_members",
        "is_bank",
    )


class CriterionInline(RulesInline):
    model = Criterion
    fields = ("order", "label", "help_text", "weight", "required", "independent")
    description = gettext_lazy(
        "The scale of each is on its own page, once this one is saved."
    )


class VersionForm(VersionedForm):
    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The rules end before they begin."))
        return cleaned


@register(SchemeVersion)
class SchemeVersionAdmin(FrozenMixin, RoomAdmin):
    """Rules: written while they are a draft, read once they are published."""

    form = VersionForm
    list_display = (
        "name",
        state,
        day("valid_from", gettext_lazy("in force from")),
        day("valid_until", gettext_lazy("in force until")),
    )
    list_filter = ("state", ("scheme", RelatedFilter))
    list_select_related = ("scheme",)
    change_form_template = "admin/grants/version_form.html"
    inlines = (ZoneInline, ExpenseInline, RuleInline, PaperInline, CriterionInline)
    services = {"publish": schemes.publish, "retire": schemes.retire}
    formfield_overrides = {
        **RoomAdmin.formfield_overrides,
        **AS_TYPED,
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 5})},
    }
    fieldsets = (
        (
            gettext_lazy("What people read"),
            {
                "fields": (
                    ("valid_from", "valid_until"),
                    "is_example",
                    "pays",
                    "who",
                    "conditions",
                    "solidarity",
                    "source",
                )
            },
        ),
        (
            gettext_lazy("What limits the aid"),
            {
                "fields": (
                    ("cap_per_performance", "performances_counted"),
                    ("cap_per_application", "cap_per_show_season"),
                    ("cap_per_beneficiary_year", "public_ceiling"),
                    ("cap_to_deficit", "deduct_host"),
                    ("minimum_award", "rounding"),
                ),
                "description": gettext_lazy("Empty: there is no such limit."),
            },
        ),
        (
            gettext_lazy("How it is paid and decided"),
            {
                "fields": (
                    ("advance", "report_days", "lapse_days"),
                    ("quorum", "majority"),
                    ("casting_vote", "proxies"),
                )
            },
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("scheme")

    def get_inlines(self, request, obj):
        """What nobody writes in is read as people read it, not row by row."""
        writes = obj is None or self.has_change_permission(request, obj)
        return super().get_inlines(request, obj) if writes else ()

    @display(description=gettext_lazy("Rules"), ordering="scheme__name")
    def name(self, version):
        return str(version)

    # -- its page -------------------------------------------------------------------
    def facts(self, request, obj):
        if obj.is_frozen:
            moment = dates.deadline(obj.published_at)
            return [(_("Published at"), moment)]
        missing = schemes.gaps(obj)
        if not missing:
            return [(_("Before publishing"), _("Nothing is missing."))]
        return [(_("Before publishing"), " ".join(missing))]

    def object_tools(self, request, obj):
        scheme = reverse("admin:grants_scheme_change", args=[obj.scheme_id])
        seen = self.url("preview", obj.pk)
        label = _("The page as people will read it")
        if obj.is_frozen:
            address = [obj.scheme.slug, obj.number]
            seen = reverse("grants:scheme-version", args=address)
            label = _("The page as people read it")
        return [
            {"label": label, "url": seen},
            {"label": _("Its scheme, and the other versions"), "url": scheme},
        ]

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        if obj is not None:
            writes = self.has_change_permission(request, obj)
            context["rows"] = self._rows(obj) if writes else []
            context["read"] = None if writes else page(obj, [])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _rows(self, rules):
        """The pages of the rows that have rows of their own, with how many."""
        expenses = rules.expense_categories.annotate(n=models.Count("scales"))
        criteria = rules.criteria.annotate(n=models.Count("levels"))
        return [
            {
                "title": title,
                "lines": [
                    (row, reverse(f"admin:grants_{name}_change", args=[row.pk]))
                    for row in rows
                ],
            }
            for title, name, rows in (
                (_("Rates"), "expensecategory", expenses.filter(eligible=True)),
                (_("Scales of the criteria"), "criterion", criteria),
            )
        ]

    # -- steps ------------------------------------------------------------------------
    def hindrance(self, obj, name):
        if name != "publish" or obj.state != RulesState.DRAFT:
            return ""
        return next(iter(schemes.gaps(obj)), "")

    def consequences(self, request, obj, name):
        if name != "publish":
            return []
        lines = [
            _("In force from %(day)s.") % {"day": dates.day_long(obj.valid_from)},
            *(
                _("%(rules)s ends on %(day)s.")
                % {
                    "rules": rules,
                    "day": dates.day_long(obj.valid_from - schemes.DAY),
                }
                for rules in schemes.overlapping(obj)
            ),
        ]
        if obj.is_example:
            lines.append(_("The page says that its values are examples."))
        return lines

    # -- as people will read it -------------------------------------------------------
    def get_urls(self):
        preview = path(
            "<path:object_id>/apercu/",
            self.admin_site.admin_view(self.preview_view),
            name="grants_schemeversion_preview",
        )
        return [preview, *super().get_urls()]

    def preview_view(self, request, object_id):
        rules = self.visible_object(request, object_id)
        context = page(rules) | {"preview": not rules.is_frozen}
        return TemplateResponse(request, "grants/scheme_detail.html", context)
