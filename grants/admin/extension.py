"""Extensions: one organisation may still send after the deadline, and why."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.admin import RoomAdmin, moment, register
from agency.core.versions import VersionedForm
from grants.admin.filters import SittingFilter
from grants.models import Extension


class ExtensionForm(VersionedForm):
    """It ends after the deadline of the sitting, and before the sitting itself."""

    def clean(self):
        cleaned = super().clean()
        sitting = cleaned.get("sitting") or getattr(self.instance, "sitting", None)
        until = cleaned.get("until")
        if sitting and until and until <= sitting.deadline_at:
            self.add_error(
                "until", _("The deadline of the sitting is later: it already may.")
            )
        if sitting and until and until >= sitting.meets_at:
            self.add_error("until", _("The commission has met by then."))
        return cleaned


@register(Extension)
class ExtensionAdmin(RoomAdmin):
    rank = 30
    form = ExtensionForm
    list_display = (
        "organisation",
        "sitting",
        moment("until", gettext_lazy("Until")),
        "reason",
        "granted",
    )
    list_filter = (("sitting", SittingFilter),)
    list_select_related = ("organisation", "sitting__session__activity", "granted_by")
    folded_search = ("organisation__folded", "reason")
    search_hint = gettext_lazy("Organisation")
    autocomplete_fields = ("organisation",)
    ordering = ("-until", "-pk")
    fields = ("sitting", "organisation", "until", "reason")
    allow_delete = True
    empty_text = gettext_lazy(
        "An organisation that could not send in time may be given a few days more, with "
        "the reason."
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None else ("sitting", "organisation")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "sitting":
            rows = field.queryset.select_related("session__activity")
            field.queryset = rows.order_by("-deadline_at", "-pk")
        return field

    def save_model(self, request, obj, form, change):
        if not change:
            obj.granted_by = request.user
        super().save_model(request, obj, form, change)

    @staticmethod
    def granted(extension):
        return extension.granted_by.full_name

    granted.short_description = gettext_lazy("Granted by")
