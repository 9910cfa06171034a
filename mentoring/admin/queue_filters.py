"""How the queue of alerts is narrowed: what waits, and the colour of the pair today."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.admin.filters import PresetFilter
from mentoring.health.colours import Colour
from mentoring.models import Pair
from mentoring.services import health
from mentoring.states import ALERT_WAITING


class WaitingFilter(PresetFilter):
    title = gettext_lazy("state")
    parameter_name = "etat"
    presets = {
        "a-traiter": (gettext_lazy("To deal with"), Q(state__in=ALERT_WAITING)),
        "reglees": (gettext_lazy("Settled or overtaken"), ~Q(state__in=ALERT_WAITING)),
    }


class ColourFilter(admin.SimpleListFilter):
    """The colour of the pair today: it is worked out, so only when it is asked for."""

    title = gettext_lazy("health of the pair")
    parameter_name = "couleur"

    def lookups(self, request, model_admin):
        return Colour.choices

    def queryset(self, request, queryset):
        if self.value() not in Colour.values:
            return queryset
        concerned = Pair.objects.filter(pk__in=queryset.order_by().values("pair"))
        rows = health.pairs_health(concerned)
        return queryset.filter(
            pair__in=[row.pair.pk for row in rows if row.colour == self.value()]
        )

    def choices(self, changelist):
        """Without counts: each would be the health of every pair."""
        yield self._choice(changelist, None, _("All"))
        for value, label in self.lookup_choices:
            yield self._choice(changelist, value, label)

    def _choice(self, changelist, value, label):
        change = {self.parameter_name: value} if value else {}
        removed = [] if value else [self.parameter_name]
        query = changelist.get_query_string(change, removed)
        return {
            "selected": self.value() == value,
            "query_string": query,
            "display": label,
        }

    def get_facet_queryset(self, changelist):
        return {}
