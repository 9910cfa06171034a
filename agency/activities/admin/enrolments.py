"""Enrolments on the desk: who, from where, since when, and what can be done."""

from django.contrib import admin
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities.admin.answers import AnswersMixin, CallListMixin, FoundMixin
from agency.activities.admin.board import board_url
from agency.activities.admin.columns import short
from agency.activities.admin.difficulties import tool
from agency.activities.admin.enrol import EnrolForm
from agency.activities.admin.invitations import SponsorMixin
from agency.activities.admin.line import LineMixin
from agency.activities.admin.requests import RequestFirst, RequestMixin
from agency.activities.admin.waits import ENROLMENTS, wait_filter
from agency.activities.models import Activity, Enrolment
from agency.activities.rules import reads_names
from agency.activities.services import enrolments, review, waiting
from agency.activities.states import (
    ENDED,
    HOLDING,
    EnrolmentState,
)
from agency.core.access import require
from agency.core.admin import (
    RelatedFilter,
    RoomAdmin,
    in_charge_filter,
    register,
    state,
)
from agency.core.clock import today
from agency.people.models import Affiliation

ADD = "activities.add_enrolment"


@register(Enrolment)
class EnrolmentAdmin(
    RequestMixin,
    SponsorMixin,
    FoundMixin,
    AnswersMixin,
    CallListMixin,
    LineMixin,
    RoomAdmin,
):
    """No form writes an enrolment: a service registers, a service cancels."""

    rank = 30
    list_display = (
        "who",
        "comes_for",
        "trade",
        "practice",
        "registered",
        state,
        "alerts",
        "attended",
    )
    list_filter = (
        ("state", RequestFirst),
        ("activity", RelatedFilter),
        "submitted_at",
        wait_filter(ENROLMENTS),
        in_charge_filter("activity__officer"),
    )
    list_select_related = (
        "person",
        "activity",
        "affiliation__organisation",
        "affiliation__profession",
    )
    list_head = "admin/activities/enrolment_head.html"
    folded_search = ("person__folded", "affiliation__organisation__folded")
    search_hint = gettext_lazy("Name, address, organisation")
    ordering = ("person__folded", "pk")
    services = {
        "retain": review.retain,
        "shelve": review.shelve,
        "refuse": review.refuse,
        "offer": waiting.offer,
        "admit": waiting.admit,
        "cancel": enrolments.cancel,
        "exclude": enrolments.exclude,
    }
    bulk_moves = ("retain", "shelve", "refuse", "cancel")
    reasons_required = frozenset({"refuse", "exclude"})
    empty_text = gettext_lazy("They come in as soon as registration opens.")
    export_fields = (
        "who",
        "email",
        "comes_for",
        "trade",
        "practice",
        "activity",
        "registered_at",
        "state",
        "attended",
    )

    fields = (
        "person",
        "activity",
        "affiliation",
        "submitted_at",
        "confirmed_at",
        "ended_at",
        "dates",
    )
    readonly_fields = ("dates",)

    def get_queryset(self, request):
        """With the posts of each person, and how many sessions they are expected at."""
        posts = Affiliation.objects.active().select_related(
            "organisation__territory__parent__parent", "profession__parent"
        )
        posts = Prefetch("person__affiliations", queryset=posts, to_attr="posts")
        return super().get_queryset(request).prefetch_related(posts).with_sessions()

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def object_tools(self, request, obj):
        return [
            *super().object_tools(request, obj),
            *tool(request, obj.activity, enrolment=obj),
        ]

    # -- columns ------------------------------------------------------------------
    def _post(self, enrolment):
        """The affiliation the person comes for, else their first one."""
        return enrolment.affiliation or next(iter(enrolment.person.posts), None)

    @admin.display(description=gettext_lazy("Person"), ordering="person__folded")
    def who(self, enrolment):
        return enrolment.person.list_name

    @admin.display(description=gettext_lazy("E-mail address"))
    def email(self, enrolment):
        return enrolment.person.email

    @admin.display(
        description=gettext_lazy("Organisation"),
        ordering="affiliation__organisation__name",
    )
    def comes_for(self, enrolment):
        post = self._post(enrolment)
        return post and post.organisation

    @admin.display(description=gettext_lazy("Profession"))
    def trade(self, enrolment):
        post = self._post(enrolment)
        return post and (post.profession or post.job_title or None)

    @admin.display(description=gettext_lazy("Practice"))
    def practice(self, enrolment):
        post = self._post(enrolment)
        if not post or not post.practising_since:
            return None
        years = max(0, today().year - post.practising_since)
        return ngettext("%(count)s year", "%(count)s years", years) % {"count": years}

    @admin.display(description=gettext_lazy("Registered"), ordering="submitted_at")
    def registered(self, enrolment):
        return short(enrolment.submitted_at)

    @admin.display(description=gettext_lazy("Registered"))
    def registered_at(self, enrolment):
        return enrolment.submitted_at

    @admin.display(description=gettext_lazy("Sessions"))
    def attended(self, enrolment):
        if not enrolment.session_count:
            return None
        said = {"held": enrolment.held_count, "total": enrolment.session_count}
        return _("%(held)s of %(total)s") % said

    @admin.display(description=gettext_lazy("Expected at"))
    def dates(self, enrolment):
        if enrolment.state != EnrolmentState.CONFIRMED:
            return None  # whoever has no seat is expected nowhere
        awaited = enrolment.participations.expected().order_by("session__starts_at")
        starts = awaited.values_list("session__starts_at", flat=True)
        return ", ".join(short(start) for start in starts)

    # -- the list -----------------------------------------------------------------
    def list_context(self, changelist):
        """The room of one activity, when the list is that of one."""
        chosen = changelist.filter_params.get("activity__id__exact", [])
        if len(chosen) != 1 or not str(chosen[0]).isdigit():
            return {}
        activity = Activity.objects.filter(pk=chosen[0]).first()
        if activity is None or not reads_names(changelist.user, activity):
            return {}
        figures = activity.enrolments.aggregate(
            taken=Count("pk", filter=Q(state__in=HOLDING)),
            ended=Count("pk", filter=Q(state__in=ENDED)),
            waiting=Count("pk", filter=Q(state=EnrolmentState.WAITLISTED)),
            to_review=Count("pk", filter=Q(state=EnrolmentState.UNDER_REVIEW)),
            total=Count("pk"),
        )
        line = self.url("line", activity.pk) if figures["waiting"] else ""
        board = board_url(activity)
        return figures | {"activity": activity, "line": line, "board": board}

    def list_tools(self, request, changelist):
        if not request.user.has_perm(ADD):
            return []
        activity = changelist.head.get("activity")
        query = f"?activity={activity.pk}" if activity else ""
        url = f"{self.url('enrol')}{query}"
        return [{"label": _("Register somebody"), "url": url, "primary": True}]

    # -- register somebody --------------------------------------------------------
    def get_urls(self):
        enrol = path(
            "inscrire/",
            self.admin_site.admin_view(self.enrol_view),
            name="activities_enrolment_enrol",
        )
        return [enrol, *super().get_urls()]

    def enrol_view(self, request):
        require(request.user, ADD)
        form = EnrolForm(
            request.POST if request.method == "POST" else None,
            user=request.user,
            site=self.admin_site,
            initial={"activity": request.GET.get("activity")},
        )
        if request.method == "POST" and form.is_valid():
            enrolment = self._register(request, form)
            if enrolment:
                return HttpResponseRedirect(self._list_of(enrolment.activity_id))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Register somebody"),
            "form": form,
            "errors": form.errors,
            "opts": self.opts,
            "room": self,
            "object": None,
        }
        return TemplateResponse(request, "admin/activities/enrol.html", context)

    def _register(self, request, form):
        """The enrolment, or None with its refusal written in the form."""
        activity, person = form.cleaned_data["activity"], form.cleaned_data["person"]
        enrolment = form.register(by=request.user)
        if enrolment is None:
            return None
        said = {"person": person, "activity": activity}
        told = (
            _("%(person)s is on the waiting list of %(activity)s.")
            if enrolment.is_waiting
            else _("%(person)s is registered for %(activity)s.")
        )
        self.message_user(request, told % said)
        return enrolment

    def _list_of(self, activity_id):
        return f"{self.changelist_url()}?activity__id__exact={activity_id}"
