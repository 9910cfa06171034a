"""The short lists that everything else chooses from."""

from django.utils.translation import gettext_lazy as _

from agency.core.admin import ChoiceFilter, RoomAdmin, register
from agency.core.admin.words import describe
from agency.people.models import OrganisationLabel, Profession, Territory

describe(
    affiliate=_("Affiliation added"),
    change_affiliation=_("Affiliation corrected"),
    end_affiliation=_("Affiliation ended"),
    claim=_("Account opened by its owner"),
    end_role=_("Role ended"),
    erase=_("Personal data erased"),
    export=_("Personal data exported by its owner"),
    give_role=_("Role given"),
    invite=_("Invited to open their account"),
    reset_second_factor=_("Second factor reset"),
)


@register(Profession)
class ProfessionAdmin(RoomAdmin):
    rank = 60
    add_label = _("New profession")
    empty_text = _("What people choose when they register, and what filters the site.")
    list_display = ("name", "parent")
    fields = ("name", "slug", "parent")
    list_select_related = ("parent",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@register(Territory)
class TerritoryAdmin(RoomAdmin):
    rank = 70
    add_label = _("New territory")
    empty_text = _(
        "Departements and regions: of addresses, and of the filters of the site."
    )
    list_display = ("name", "code", "kind", "parent")
    fields = ("name", "code", "kind", "parent")
    list_filter = (("kind", ChoiceFilter),)
    list_select_related = ("parent",)
    search_fields = ("name", "code")


@register(OrganisationLabel)
class OrganisationLabelAdmin(RoomAdmin):
    rank = 80
    add_label = _("New label")
    empty_text = _("Ticked on the page of an organisation that holds them.")
    list_display = ("name",)
    search_fields = ("name",)
