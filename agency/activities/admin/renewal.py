"""The next season of an activity, copied once its dates were looked at."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities import kinds
from agency.activities.models import Activity, Season
from agency.activities.services import renewal
from agency.core.access import require
from agency.core.validators import AtMost

ADD, NAMES = "activities.add_activity", "activities.view_enrolment"
MOST_WEEKS = 260


def _later(season):
    """The seasons that one may renew into, the nearest first."""
    return Season.objects.filter(starts_on__gt=season.starts_on).order_by("starts_on")


class RenewForm(forms.Form):
    """Into which season, what comes along, and how much later."""

    season = forms.ModelChoiceField(
        label=gettext_lazy("Season"), queryset=Season.objects.none(), empty_label=None
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300, required=False)
    weeks = forms.IntegerField(
        label=gettext_lazy("Dates later by, in weeks"),
        min_value=1,
        max_value=MOST_WEEKS,
        validators=[AtMost(MOST_WEEKS)],
        help_text=gettext_lazy("52: the same weekday a year later, at the same hour."),
    )
    sessions = forms.BooleanField(label=gettext_lazy("The sessions"), required=False)
    facilitators = forms.BooleanField(
        label=gettext_lazy("Who leads them"), required=False
    )
    rules = forms.BooleanField(
        label=gettext_lazy("The rules of eligibility"), required=False
    )
    questions = forms.BooleanField(
        label=gettext_lazy("The questions of the form"), required=False
    )
    invite_members = forms.BooleanField(
        label=gettext_lazy("Invite those confirmed this season"),
        required=False,
        help_text=gettext_lazy(
            "The messages leave once the registration of the new activity opens. They "
            "register themselves: nobody is put in without being asked."
        ),
    )

    def __init__(self, data, *, activity, names):
        seasons = _later(activity.season)
        first = seasons.first()
        initial = {"season": first}
        if first:
            initial["title"] = renewal.renamed(activity, first)
            initial["weeks"] = renewal.weeks_between(activity, first)
        parts = ("sessions", "facilitators", "rules", "questions")
        initial |= dict.fromkeys(parts, True)
        super().__init__(data, initial=initial)
        self.fields["season"].queryset = seasons
        if not names:  # what would become of each invitation tells who is in it
            del self.fields["invite_members"]

    def dates_of(self, activity):
        """The sessions as they would be: from what was sent, or as first proposed."""
        if self.is_bound and not self.is_valid():
            return []
        given = self.cleaned_data if self.is_bound else self.initial
        if not given["season"] or not given["sessions"]:
            return []
        shift = timedelta(weeks=given["weeks"])
        return renewal.preview(activity, given["season"], shift)

    def service_arguments(self):
        given = dict(self.cleaned_data)
        return given | {"shift": timedelta(weeks=given.pop("weeks"))}


class SeasonForm(forms.Form):
    season = forms.ModelChoiceField(
        label=gettext_lazy("Season"), queryset=Season.objects.none(), empty_label=None
    )

    def __init__(self, data, *, seasons):
        super().__init__(data)
        self.fields["season"].queryset = seasons


@admin.action(permissions=["add"], description=gettext_lazy("Renew for another season"))
def renew_selected(room, request, queryset):
    """First what will be copied and what will not, then the same through POST."""
    rows = list(queryset.select_related("season"))
    latest = max((row.season for row in rows), key=lambda season: season.starts_on)
    form = SeasonForm(
        request.POST if "confirmed" in request.POST else None, seasons=_later(latest)
    )
    if form.is_valid():
        return _renew_all(room, request, rows, form.cleaned_data["season"])
    context = {
        **room.admin_site.each_context(request),
        "title": _("Renew for another season"),
        "rows": rows,
        "form": form,
        "errors": form.errors,
        "opts": room.opts,
        "room": room,
        "object": None,
        "checkbox": ACTION_CHECKBOX_NAME,
        "back": request.get_full_path(),
        "add_season": reverse("admin:activities_season_add"),
    }
    return TemplateResponse(request, "admin/activities/renew_many.html", context)


def _renew_all(room, request, rows, season):
    copies = [renewal.copy(row, season=season, by=request.user) for row in rows]
    fresh = [one for one in copies if one.fresh]
    said = ngettext(
        "%(count)s draft was made for %(season)s: look at its dates, then announce it.",
        "%(count)s drafts were made for %(season)s: look at their dates, then announce them.",
        len(fresh),
    )
    if fresh:
        said = said % {"count": len(fresh), "season": season}
        room.message_user(request, said, messages.SUCCESS)
    for one in copies:
        known = [] if one.fresh else [_("renewed for this season already.")]
        for sentence in (*known, *one.told):
            said = renewal.told(one.activity, sentence)
            room.message_user(request, said, messages.WARNING)
    return HttpResponseRedirect(request.get_full_path())


class RenewalToolMixin:
    """The link on the page of an activity, and the action of their lists."""

    actions = (renew_selected,)

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        if request.user.has_perm(ADD):
            url = reverse("admin:activities_activity_renew", args=[obj.pk])
            tools.append({"label": _("Renew for another season"), "url": url})
        return tools

    def facts(self, request, obj):
        """Where it was copied from."""
        known = super().facts(request, obj)
        if not obj.renewed_from_id:
            return known
        former = Activity.objects.select_related("season").get(pk=obj.renewed_from_id)
        url = reverse("admin:activities_activity_change", args=[former.pk])
        link = format_html('<a href="{}">{}</a>', url, former.season)
        return [*known, (_("Edition before"), link)]


class RenewalMixin:
    """The page ``reconduire/`` of an activity of any kind."""

    def get_urls(self):
        renew = path(
            "<int:pk>/reconduire/",
            self.admin_site.admin_view(self.renew_view),
            name="activities_activity_renew",
        )
        return [renew, *super().get_urls()]

    def renew_view(self, request, pk):
        activity = self.visible_object(request, str(pk))
        require(request.user, ADD, activity)
        form = RenewForm(
            request.POST if request.method == "POST" else None,
            activity=activity,
            names=request.user.has_perm(NAMES, activity),
        )
        if "create" in request.POST and form.is_valid():
            answer = self._renew(request, activity, form)
            if answer:
                return answer
        return self._renew_page(request, activity, form)

    def _renew(self, request, activity, form):
        try:
            made = renewal.copy(activity, by=request.user, **form.service_arguments())
        except renewal.RenewalRefused as refused:
            form.add_error("season", str(refused))
            return None
        if made.fresh:
            said = _("The draft is made: look at its dates, then announce it.")
            self.message_user(request, said, messages.SUCCESS)
        else:
            said = _("It was renewed for this season already: this is the copy.")
            self.message_user(request, said, messages.WARNING)
        for sentence in made.told:
            self.message_user(request, sentence, messages.WARNING)
        return HttpResponseRedirect(self._page_of(made.activity))

    def _page_of(self, activity):
        room = self.admin_site._registry[kinds.get(activity.kind).proxy]
        return room.url("change", activity.pk)

    def _renew_page(self, request, activity, form):
        copies = Activity.objects.filter(renewed_from=activity.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Renew for another season"),
            "opts": self.opts,
            "room": self,
            "object": activity,
            "activity": activity,
            "form": form,
            "errors": form.errors,
            "dates": form.dates_of(activity),
            "has_season": form.fields["season"].queryset.exists(),
            "add_season": reverse("admin:activities_season_add"),
            "copies": [
                (one, self._page_of(one)) for one in copies.select_related("season")
            ],
        }
        return TemplateResponse(request, "admin/activities/renew.html", context)
