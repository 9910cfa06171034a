"""The alerts of one's own editions: what to do, taken up, settled with a note."""

from django import forms
from django.contrib import admin
from django.db.models import F
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.core.admin import RelatedFilter, RoomAdmin, moment, register, state
from agency.core.templatetags.plateau import typo
from agency.core.text import telephone
from mentoring import advice
from mentoring.admin.pair import FactsOnly
from mentoring.admin.queue_filters import ColourFilter, WaitingFilter
from mentoring.models import PairAlert
from mentoring.services import alerts
from mentoring.services.health import health_of


class SettleForm(forms.Form):
    """What came of it: facts, and nothing that the two would not want to read."""

    note = forms.CharField(
        label=gettext_lazy("What came of it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "For you alone. Either of the two may ask to read it: write what you would "
            "say to them."
        ),
        error_messages={
            "required": gettext_lazy("Write what came of it, in a few words.")
        },
    )


class NothingForm(forms.Form):
    """A press is enough."""


@register(PairAlert)
class PairAlertAdmin(FactsOnly, RoomAdmin):
    """The queue: what was asked for first. Never exported."""

    rank = 21
    list_display = (
        "who",
        "cause",
        "what_to_do",
        "activity",
        state,
        moment("opened_at", gettext_lazy("Since")),
    )
    list_filter = (
        WaitingFilter,
        "cause",
        ("pair__activity", RelatedFilter),
        ColourFilter,
    )
    list_select_related = ("pair__activity__mentoring", "pair__mentor", "pair__mentee")
    folded_search = ("pair__mentor__folded", "pair__mentee__folded")
    search_hint = gettext_lazy("Name of one of the two")
    exports = False
    # Those that wait, the eldest first; then the last settled.
    ordering = (F("settled_at").desc(nulls_first=True), "opened_at", "pk")
    services = {"take": alerts.take, "settle": alerts.settle}
    fields = (
        "activity",
        "cause",
        "asked_by",
        "opened_at",
        "message",
        "why",
        "next_step",
        "taken_at",
        "settled_at",
        "came_of_it",
    )
    readonly_fields = (
        "activity",
        "asked_by",
        "message",
        "why",
        "next_step",
        "came_of_it",
    )
    empty_text = gettext_lazy(
        "Requests for help, low answers to the barometer and long silences of your pairs "
        "stand here; you settle each with a note."
    )

    def get_queryset(self, request):
        """The page of one asks for its pair too."""
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_fields(self, request, obj=None):
        """What is not there is no line of the page; what is settled is not explained."""
        names = super().get_fields(request, obj)
        if obj is None:
            return names
        gone = {
            "message": not obj.words,
            "asked_by": not obj.side,
            "why": not obj.is_waiting,
            "next_step": not obj.is_waiting,
            "came_of_it": not obj.note,
        }
        empty = {n for n in ("taken_at", "settled_at") if not getattr(obj, n)}
        return [name for name in names if not gone.get(name) and name not in empty]

    def title_of(self, alert):
        return self.who(alert)

    def reason_form(self, name, data=None):
        return SettleForm(data) if name == "settle" else NothingForm(data)

    def facts(self, request, alert):
        """Whom to call, and where."""
        two = ((_("Mentee"), alert.pair.mentee), (_("Mentor"), alert.pair.mentor))
        return [(label, _reached(person)) for label, person in two]

    def object_tools(self, request, alert):
        pair = reverse("admin:mentoring_pair_change", args=[alert.pair_id])
        return [{"label": _("Their pair"), "url": pair}]

    # -- columns ------------------------------------------------------------------
    @admin.display(description=gettext_lazy("What to do"))
    def what_to_do(self, alert):
        return advice.of(alert) if alert.is_waiting else None

    @admin.display(description=gettext_lazy("Pair"), ordering="pair__mentee__folded")
    def who(self, alert):
        return _("%(mentee)s and %(mentor)s") % {
            "mentee": alert.pair.mentee.full_name,
            "mentor": alert.pair.mentor.full_name,
        }

    @admin.display(description=gettext_lazy("Edition"))
    def activity(self, alert):
        return alert.pair.activity

    @admin.display(description=pgettext_lazy("message", "From"))
    def asked_by(self, alert):
        return alert.pair.person_of(alert.side).full_name

    @admin.display(description=gettext_lazy("message"))
    def message(self, alert):
        return typo(alert.words)

    @admin.display(description=gettext_lazy("Today"))
    def why(self, alert):
        said = _health(alert).sentences
        return format_html_join("", "<p>{}</p>", ((one,) for one in said))

    @admin.display(description=gettext_lazy("Suggestion"))
    def next_step(self, alert):
        return _health(alert).action.label

    @admin.display(description=gettext_lazy("What came of it"))
    def came_of_it(self, alert):
        return typo(alert.note)


def _reached(person):
    said = (person.full_name, telephone(person.phone), person.email)
    return ", ".join(str(one) for one in said if one)


def _health(alert):
    """Worked out once for the page, which asks for it line by line."""
    if not hasattr(alert, "_pair_health"):
        alert._pair_health = health_of(alert.pair)
    return alert._pair_health
