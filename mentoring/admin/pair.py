"""Pairs on the desk: facts alone, and of one's own edition. No sealed model is here."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from agency.activities.admin.columns import short
from agency.core import dates
from agency.core.admin import RelatedFilter, RoomAdmin, moment, register, state
from agency.core.admin.columns import mark
from agency.core.admin.moves import ReasonForm
from agency.core.templatetags.plateau import typo
from mentoring.admin.agreement import AgreementMixin, PaperForm
from mentoring.choices import EndReason, Party, ReviewStage, Side
from mentoring.models import AgencyNote, Pair
from mentoring.services import pairs
from mentoring.services.health import health_of


class EndForm(ReasonForm):
    """A reason of the list, and no sentence: what happened is not written down."""

    category = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=EndReason, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["reason"]


class FactsOnly:
    """Nothing is written here: services do, and the two themselves."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@register(Pair)
class PairAdmin(AgreementMixin, FactsOnly, RoomAdmin):
    rank = 20
    list_display = (
        "who",
        "activity",
        state,
        "met",
        "last_held",
        "next_planned",
        "goals_told",
    )
    list_filter = ("state", ("activity", RelatedFilter))
    list_select_related = ("activity__mentoring", "mentor", "mentee")
    folded_search = ("mentor__folded", "mentee__folded")
    search_hint = gettext_lazy("Name of one of the two")
    ordering = ("mentee__folded", "pk")
    empty_text = gettext_lazy(
        "Pairs stand here once they are prepared, with the number of their meetings; "
        "what the two write is never shown."
    )
    change_form_template = "admin/mentoring/pair_form.html"
    services = {
        "notify": pairs.notify,
        "activate": pairs.activate,
        "pause": pairs.pause,
        "resume": pairs.resume,
        "wind_up": pairs.wind_up,
        "complete": pairs.complete,
        "end_early": pairs.end_early,
    }
    fields = (
        "activity",
        "mentor",
        "mentee",
        "notified_at",
        "answer_by",
        "mentor_accepted_at",
        "mentee_accepted_at",
        "activated_at",
        "ended_at",
        "ended_by",
        "end_reason",
        "words_until",
        "words_erased_at",
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request).with_facts()
        # The page of one asks for them too.
        rows = rows.select_related(*self.list_select_related)
        return rows.with_agreement().with_reviews()

    def get_fields(self, request, obj=None):
        """What has not happened is no line of the page."""
        names = super().get_fields(request, obj)
        return [name for name in names if obj is None or getattr(obj, name)]

    def title_of(self, pair):
        return _("%(mentee)s and %(mentor)s") % {
            "mentee": pair.mentee.full_name,
            "mentor": pair.mentor.full_name,
        }

    def reason_form(self, name, data=None):
        forms_of = {"end_early": EndForm, "activate": PaperForm}
        if name in forms_of:
            return forms_of[name](data)
        return super().reason_form(name, data)

    def facts(self, request, pair):
        known = [
            (_("Meetings held"), self.met(pair)),
            (_("Last meeting"), self.last_held(pair)),
            (_("Next meeting"), self.next_planned(pair)),
            (_("Goals"), self.goals_told(pair)),
            *self._health(pair),
            (_("Agreement"), self.agreement_told(pair)),
            *((stage.label, self.sent_told(pair, stage)) for stage in ReviewStage),
        ]
        return [(label, value) for label, value in known if value]

    def _health(self, pair):
        """Its colour, why, and what to do next: for a pair that came about."""
        if not pair.is_joined:
            return []
        row = health_of(pair)
        told = [(_("Health"), mark(row.colour.label, row.colour))]
        told.append((_("Why"), " ".join(row.sentences)))
        return [*told, (_("Suggestion"), row.action.label)]

    # -- columns ------------------------------------------------------------------
    @admin.display(description=gettext_lazy("Pair"), ordering="mentee__folded")
    def who(self, pair):
        return self.title_of(pair)

    # Seven columns: their headings are short.
    @admin.display(description=pgettext_lazy("pair meetings", "Held"))
    def met(self, pair):
        details = getattr(pair.activity, "mentoring", None)
        if details is None:
            return str(pair.held_count)
        said = {"held": pair.held_count, "expected": details.meetings_expected}
        return _("%(held)s of %(expected)s") % said

    @admin.display(description=gettext_lazy("Last"))
    def last_held(self, pair):
        return short(pair.last_on) if pair.last_on else None

    @admin.display(description=gettext_lazy("Next"))
    def next_planned(self, pair):
        return short(pair.next_on) if pair.next_on else None

    def agreement_told(self, pair):
        if pair.agreement_signed_at:
            said = {"day": dates.day_year(pair.agreement_signed_at)}
            return _("signed on %(day)s") % said
        if pair.agreement_since is None:
            return None
        count = sum(getattr(pair, f"signed_by_{party}") for party in Party)
        return ngettext(
            "%(count)s name of three", "%(count)s names of three", count
        ) % {"count": count}

    def sent_told(self, pair, stage):
        """Who has sent theirs: a fact; nobody when nobody has."""
        sent = [side for side in Side if getattr(pair, f"{stage}_{side}_sent")]
        names = [pair.person_of(side).full_name for side in sent]
        return _("sent by %(names)s") % {"names": ", ".join(names)} if names else None

    @admin.display(description=gettext_lazy("Goals"))
    def goals_told(self, pair):
        if not pair.goal_count:
            return None
        said = ngettext(
            "%(reached)s reached of %(count)s",
            "%(reached)s reached of %(count)s",
            pair.goals_reached,
        )
        return said % {"reached": pair.goals_reached, "count": pair.goal_count}


@register(AgencyNote)
class AgencyNoteAdmin(FactsOnly, RoomAdmin):
    """Written to the officer in charge, on purpose; never exported."""

    rank = 25
    list_display = ("who", "activity", moment("sent_at", gettext_lazy("Sent")))
    list_select_related = ("pair__activity", "pair__mentor", "pair__mentee")
    fields = ("who", "activity", "sent_at", "message")
    readonly_fields = ("who", "activity", "message")
    exports = False
    empty_text = gettext_lazy(
        "What one of the two writes to you on purpose stands here; the other one does "
        "not see it."
    )

    def title_of(self, note):
        return self.who(note)

    @admin.display(description=pgettext_lazy("message", "From"))
    def who(self, note):
        return note.pair.person_of(note.side).full_name

    @admin.display(description=gettext_lazy("Edition"))
    def activity(self, note):
        return note.pair.activity

    @admin.display(description=gettext_lazy("message"))
    def message(self, note):
        return typo(note.text)
