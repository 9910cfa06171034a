"""What has rows of its own below the rules: an expense its rates, a criterion its scale."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.admin import RoomAdmin, register
from agency.core.admin.edits import OnceFormSet
from grants.admin.frozen import AS_TYPED, FrozenMixin, RulesInline
from grants.models import Criterion, CriterionLevel, ExpenseCategory, RateScale


class RateScaleInline(RulesInline):
    model = RateScale
    formset = OnceFormSet
    # Four decimals, with a comma.
    formfield_overrides = RulesInline.formfield_overrides | {
        models.DecimalField: {"localize": True}
    }
    fields = ("mode", "zone", "amount", "valid_from", "valid_until", "source")
    description = gettext_lazy(
        "What a unit comes to. Leave transport and zone empty for a rate that holds "
        "everywhere. Write the source and its year: both stand beside the rate."
    )


class LevelInline(RulesInline):
    model = CriterionLevel
    formset = OnceFormSet
    fields = ("score", "description")
    description = gettext_lazy(
        "What earns each score, in words: two readers then mean the same by it."
    )


class RowAdmin(FrozenMixin, RoomAdmin):
    """A row of rules on a page of its own."""

    list_display = ("__str__", "rules")
    list_select_related = ("rules__scheme",)

    def rules_of(self, obj):
        return obj.rules

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("rules__scheme")

    def title_of(self, obj):
        return f"{obj}, {obj.rules}"

    def object_tools(self, request, obj):
        url = reverse("admin:grants_schemeversion_change", args=[obj.rules_id])
        return [{"label": _("Back to the rules"), "url": url}]


@register(ExpenseCategory)
class ExpenseCategoryAdmin(RowAdmin):
    fields = (
        ("eligible", "basis", "unit"),
        "line_cap",
        "help_text",
        "source",
    )
    inlines = (RateScaleInline,)
    formfield_overrides = RoomAdmin.formfield_overrides | AS_TYPED


@register(Criterion)
class CriterionAdmin(RowAdmin):
    fields = ("label", "help_text", "weight", "required", "independent")
    inlines = (LevelInline,)
