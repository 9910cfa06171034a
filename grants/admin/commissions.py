"""The desk of commissions, and of the sittings that one applies for."""

from django import forms
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.activities.admin import ActivityRoomAdmin, FacilitatorInline
from agency.activities.admin.columns import session_when
from agency.activities.choices import SessionFormat
from agency.activities.models import Session, Venue
from agency.activities.services import seats
from agency.core import dates
from agency.core.access import require
from agency.core.admin import RelatedFilter, RoomAdmin, display, moment, register
from agency.core.admin.columns import mark
from agency.core.admin.widgets import LocalMomentField
from agency.core.clock import paris
from agency.core.versions import VersionedForm
from grants.admin.agenda import AgendaMixin, EnvelopeInline
from grants.admin.minutes import MinutesMixin
from grants.admin.summary import SummaryMixin
from grants.models import COMMISSION, Commission, Sitting
from grants.services import sittings, workspace

PROGRESS = "grants.view_recusal"
# The fields of the form that are those of the session.
OF_SESSION = ("starts_at", "ends_at", "format", "venue", "room")
# Left empty, they are what the model says.
USUAL = ("look_back", "notice_days")


@register(Commission)
class CommissionAdmin(ActivityRoomAdmin):
    """A commission for a year: its members are appointed, its sessions are sittings."""

    kind = COMMISSION
    rank = 18
    add_label = gettext_lazy("New commission")
    inlines = (FacilitatorInline,)

    def object_tools(self, request, obj):
        url = reverse("admin:grants_sitting_changelist")
        ours = f"{url}?session__activity__id__exact={obj.pk}"
        return [
            *super().object_tools(request, obj),
            {"label": _("Its sittings"), "url": ours},
            {
                "label": _("Its members"),
                "url": reverse("admin:grants_member_changelist")
                + f"?enrolment__activity__id__exact={obj.pk}",
            },
        ]


class SittingForm(VersionedForm):
    """A sitting and its session on one page: the day of the one bounds the other."""

    commission = forms.ModelChoiceField(
        Commission.objects.none(), label=gettext_lazy("Commission")
    )
    starts_at = LocalMomentField(label=gettext_lazy("The commission meets at"))
    ends_at = LocalMomentField(label=gettext_lazy("Until"))
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=SessionFormat)
    venue = forms.ModelChoiceField(
        Venue.objects.order_by("name"),
        label=gettext_lazy("Place"),
        required=False,
        empty_label="\u2013",
    )
    room = forms.CharField(label=gettext_lazy("Room"), max_length=120, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in USUAL:  # as it is unless somebody says otherwise
            if name in self.fields:
                self.fields[name].required = False
        self.session = getattr(self.instance, "session", None) or Session()
        if self.session.pk:
            self.fields.pop("commission", None)  # a session stays with its activity
            self._read_session()
        elif "commission" in self.fields:
            known = Commission.objects.exclude(state__in=("completed", "cancelled"))
            self.fields["commission"].queryset = known.order_by("-pk")

    def _read_session(self):
        for name in OF_SESSION:
            if name in self.fields:
                self.fields[name].initial = getattr(self.session, name)
        self.fields["version"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=str(self.session.version)
        )

    def _check_version(self, seen):
        if seen == str(self.session.version):
            return
        self.add_error(
            None,
            _(
                "This page was saved in the meantime: read what has changed, then save "
                "again."
            ),
        )
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(self.session.version)

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error(
                "ends_at",
                _("The session ends before it starts: check the day and the hour."),
            )
        known = {name: cleaned.get(name) for name in sittings.Moments.__annotations__}
        former = None if self.instance._state.adding else self.initial["deadline_at"]
        for name, sentence in sittings.disorder(
            sittings.Moments(**known), former=former
        ):
            self.add_error(name, sentence)
        self._check_number(cleaned, start)
        return cleaned

    def clean_look_back(self):
        return self._or_usual("look_back")

    def clean_notice_days(self):
        return self._or_usual("notice_days")

    def _or_usual(self, name):
        given = self.cleaned_data.get(name)
        return Sitting._meta.get_field(name).default if given is None else given

    def _check_number(self, cleaned, start):
        chosen, number = cleaned.get("schemes"), cleaned.get("number")
        if not (chosen and number and start):
            return
        but = None if self.instance._state.adding else self.instance.pk
        year = paris(start).year
        if why := sittings.taken(chosen, year=year, number=number, but=but):
            self.add_error("number", why)

    def as_session(self):
        """The session as the form leaves it, not saved yet."""
        for name in OF_SESSION:
            if name in self.cleaned_data:
                setattr(self.session, name, self.cleaned_data[name])
        if self.session.pk is None:
            self.session.activity_id = self.cleaned_data["commission"].pk
        return self.session


@register(Sitting)
class SittingAdmin(SummaryMixin, AgendaMixin, MinutesMixin, RoomAdmin):
    """When one applies, and when the commission meets: a session and its deadline."""

    form = SittingForm
    inlines = (EnvelopeInline,)
    rank = 20
    list_display = (
        "name",
        moment("deadline_at", gettext_lazy("applications until")),
        "meets",
        "stands",
    )
    list_filter = ("year", ("schemes", RelatedFilter))
    list_select_related = ("session__activity",)
    ordering = ("-deadline_at",)
    search_fields = ("session__activity__title",)
    search_hint = gettext_lazy("Words of the commission")
    add_label = gettext_lazy("New sitting")
    empty_text = gettext_lazy("Its deadline stands on the page of each of its schemes.")

    def get_fieldsets(self, request, obj=None):
        named = ("number", "schemes") if obj else ("commission", "number", "schemes")
        return (
            (gettext_lazy("Which sitting"), {"fields": named}),
            (
                gettext_lazy("When one applies"),
                {
                    "fields": (("opens_at", "deadline_at"),),
                    "description": gettext_lazy(
                        "Hours are those of Paris. What is sent at the very minute of the "
                        "deadline is in time."
                    ),
                },
            ),
            (
                gettext_lazy("When members review"),
                {
                    "fields": (
                        ("review_opens_at", "review_closes_at"),
                        ("strict", "look_back"),
                    )
                },
            ),
            (
                gettext_lazy("When the commission meets"),
                {
                    "fields": (
                        ("starts_at", "ends_at"),
                        "format",
                        ("venue", "room"),
                        "notice_days",
                    )
                },
            ),
        )

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("session__activity", "session__venue")

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        if commission := initial.pop("session__activity", None):
            initial["commission"] = commission
        return initial

    def lookup_allowed(self, lookup, value, request=None):
        ours = lookup == "session__activity__id__exact"
        return ours or super().lookup_allowed(lookup, value, request)

    @display(description=gettext_lazy("Sitting"), ordering="session__activity")
    def name(self, sitting):
        return f"{sitting}, {sitting.year}"

    @display(description=gettext_lazy("Commission on"), ordering="session__starts_at")
    def meets(self, sitting):
        return session_when(sitting.session)

    @display(description=pgettext_lazy("grants", "Applications"))
    def stands(self, sitting):
        if sitting.is_open:
            return mark(_("Applications open"), "open")
        if sitting.is_to_come:
            day = dates.day(sitting.opens_at)
            return mark(_("From %(day)s on") % {"day": day}, "announced")
        return mark(_("Applications closed"), "closed")

    # -- its page, for who only reads: the fields of its session --------------------
    @display(description=gettext_lazy("The commission meets at"))
    def starts_at(self, sitting):
        return dates.deadline(sitting.session.starts_at)

    @display(description=gettext_lazy("Until"))
    def ends_at(self, sitting):
        return dates.deadline(sitting.session.ends_at)

    @display(description=gettext_lazy("Format"))
    def format(self, sitting):
        return sitting.session.get_format_display()

    @display(description=gettext_lazy("Place"))
    def venue(self, sitting):
        return sitting.session.venue

    @display(description=gettext_lazy("Room"))
    def room(self, sitting):
        return sitting.session.room

    # -- its page -------------------------------------------------------------------
    def save_model(self, request, obj, form, change):
        if change and not form.has_changed():
            return
        session = form.as_session()
        if change:
            seats.lock(session.activity)
            session.take_version()
        sittings.save_sitting(obj, session, by=request.user)

    def get_urls(self):
        page = path(
            "<int:pk>/avancement/",
            self.admin_site.admin_view(self.progress_view),
            name="grants_sitting_progress",
        )
        return [page, *super().get_urls()]

    def progress_view(self, request, pk):
        """Who declared and reviewed, which file was read by how many."""
        require(request.user, PROGRESS)
        sitting = get_object_or_404(self.get_queryset(request), pk=pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("How far the members are"),
            "opts": self.opts,
            "room": self,
            "object": None,
            "sitting": sitting,
            "back": self.url("change", sitting.pk),
            **workspace.progress(sitting, request.user),
        }
        return TemplateResponse(request, "admin/grants/progress.html", context)

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        links = [(_("Its session"), "activities_session", obj.session_id)]
        commission = obj.session.activity_id
        links.append((_("Its commission"), "grants_commission", commission))
        if request.user.has_perm(PROGRESS):
            url = self.url("progress", obj.pk)
            tools.append({"label": _("How far the members are"), "url": url})
        return [
            *tools,
            *(
                {"label": label, "url": reverse(f"admin:{name}_change", args=[key])}
                for label, name, key in links
            ),
        ]
