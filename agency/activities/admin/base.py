"""What the desk does with an activity of any kind; each kind stands on it."""

import re

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agency.activities import kinds
from agency.activities.admin.board import board_tools
from agency.activities.admin.certificates import certificate_tools
from agency.activities.admin.columns import (
    next_date,
    seats,
    session_when,
    to_review,
    waiting,
)
from agency.activities.admin.convene import leaving
from agency.activities.admin.difficulties import tool
from agency.activities.admin.form_page import FormPageMixin
from agency.activities.admin.invitations import InvitationToolMixin
from agency.activities.admin.renewal import RenewalToolMixin
from agency.activities.admin.sealed import sealed_facts
from agency.activities.admin.telling import ToldReasonForm, whom_of_activity
from agency.activities.choices import CharterUse, Confidentiality, RegistrationMode
from agency.activities.models import Activity, Facilitator, Season, Session
from agency.activities.rules import reads_names
from agency.activities.services import activities
from agency.activities.states import ActivityState
from agency.core.access import STAFF_ROLES
from agency.core.admin import RelatedFilter, RoomAdmin, RoomInline, state
from agency.core.admin.edits import OnceFormSet, Unfit
from agency.core.lifecycle import MoveBlocked, state_label
from agency.core.versions import save_columns

SEEN = (
    "title",
    "slug",
    "summary",
    "description",
    "audience_text",
    "professions",
    "territories",
)
REGISTRATION = (
    ("registration_mode", "seat_scope"),
    ("capacity", "max_per_organisation"),
    "min_to_run",
    ("opens_at", "closes_at"),
    "announcement",
)
AFTERWARDS = (
    "waiting_list",
    ("offer_hours", "offer_cutoff_hours"),
    ("change_until_hours", "absence_notice_hours"),
)
CLOSED_GROUP = (("charter", "signature_days"), "late_entry_until_session")
HOUSE = (
    "season",
    "officer",
    "confidentiality",
    "cost_text",
    "bring_text",
    "attendance_threshold",
)
CONVOCATION = (
    "convene_automatically",
    "convocation_paragraph",
    "contact_name",
    ("contact_phone", "contact_email"),
    "signatory_name",
    "signatory_role",
)
TRAINING = (
    "is_training",
    "training_objectives",
    "training_evaluation",
    "training_rules",
)


# How a sealed group usually is: composed from requests, nobody's colleagues, closed
# after its second session.
SEALED = {
    "registration_mode": RegistrationMode.APPLICATION,
    "max_per_organisation": 1,
    "late_entry_until_session": 2,
}

# Not the thin and unbreakable spaces of French, which split() would take.
BLANK = re.compile(r"[ \t\r\n]+")


# What the form changes through a service, for it has consequences.
BY_SERVICE = ("slug", "capacity", "officer")


class OneParagraph(forms.Textarea):
    """Several lines to read what one writes, a single paragraph once it is sent."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value and BLANK.sub(" ", value).strip()


class ParagraphsMixin:
    """``paragraphs``: the fields of one line whose text is longer than a line."""

    paragraphs = ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in self.paragraphs:
            kwargs["widget"] = OneParagraph(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class FacilitatorInline(RoomInline):
    model = Facilitator
    formset = OnceFormSet
    fields = ("person", "qualification")
    autocomplete_fields = ("person",)
    add_beside = ("person",)
    allow_delete = True
    description = _("Who leads the sessions; their name stands on the site.")


def _reads_needs(user, activity):
    """Whether the list of needs holds any of ``activity`` for ``user``: no query."""
    everyone = user.has_perm("activities.view_any_access_need")
    return everyone or activity.officer_id == user.pk


class ActivityRoomAdmin(
    InvitationToolMixin, RenewalToolMixin, FormPageMixin, ParagraphsMixin, RoomAdmin
):
    """Every kind of activity: its list, its form, its steps, its sessions."""

    # The code of the kind (``practice_cycle``); empty for the list of all.
    kind = ""
    paragraphs = ("summary", "announcement", *TRAINING[1:])
    add_beside = ("season", "charter")
    empty_text = _("Create the first one: it stays a draft until you announce it.")
    section = "activities"
    change_form_template = "admin/activities/activity_form.html"
    list_display = (
        "title",
        "season",
        state,
        seats,
        to_review,
        waiting,
        next_date,
        "in_charge",
    )
    list_filter = ("state", ("season", RelatedFilter), ("officer", RelatedFilter))
    list_select_related = ("season", "officer")
    folded_search = ("folded",)
    search_hint = _("Words of the title or of the text")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (FacilitatorInline,)
    view_on_site = True
    fieldsets = (
        (_("What is read on the site"), {"fields": SEEN}),
        (_("Registration"), {"fields": REGISTRATION}),
        (
            _("Once people are registered"),
            {
                "fields": AFTERWARDS,
                "description": _("What they may do by themselves, and until when."),
            },
        ),
        (
            _("For a closed group"),
            {
                "fields": CLOSED_GROUP,
                "description": _(
                    "A group that is composed, then stays the same. Nothing to fill in "
                    "for an open activity."
                ),
            },
        ),
        (_("In the house"), {"fields": HOUSE}),
        (
            _("Convocations of this activity"),
            {
                "fields": CONVOCATION,
                "description": _("Without a signatory: the one of the agency."),
            },
        ),
        (
            _("If it is a training"),
            {
                "fields": TRAINING,
                "description": _(
                    "Printed on each convocation. Nothing to fill in else."
                ),
            },
        ),
    )
    services = {
        "announce": activities.announce,
        "open": activities.open_registration,
        "close": activities.close_registration,
        "start": activities.start,
        "complete": activities.complete,
        "cancel": activities.cancel,
    }
    bulk_moves = ("announce", "open", "close")

    def reason_form(self, name, data=None):
        if name == "cancel":
            return ToldReasonForm(data)
        return super().reason_form(name, data)

    def consequences(self, request, obj, name):
        if name != "cancel" or obj.state == ActivityState.DRAFT:
            return super().consequences(request, obj, name)
        return whom_of_activity(obj)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .with_seats()
            .with_dates()
            .with_line()
            .with_requests()
            .select_related("season", "officer")
        )

    def lookup_loaded(self, rows):
        return rows.select_related("season")

    def lookup_text(self, activity):
        said = (activity.title, activity.get_kind_display(), activity.season)
        return ", ".join(map(str, (*said, state_label(activity))))

    def get_changeform_initial_data(self, request):
        kind = kinds.get(self.kind)
        sealed = Confidentiality.SEALED if kind.sealed else Confidentiality.PUBLIC
        return {
            "season": Season.current(),
            "officer": request.user.pk,
            "capacity": kind.capacity,
            "confidentiality": sealed,
            **(SEALED if kind.sealed else {}),
        } | super().get_changeform_initial_data(request)

    def get_field_queryset(self, db, db_field, request):
        """An officer is somebody of the house, or who was when the activity was made.

        A charter to sign is one of a group, not the undertaking of the facilitators.
        """
        queryset = super().get_field_queryset(db, db_field, request)
        if db_field.name == "charter":
            return queryset.exclude(use=CharterUse.FACILITATOR)
        if db_field.name != "officer":
            return queryset
        staff = queryset.with_role(*STAFF_ROLES)
        return (staff | queryset.filter(activities_in_charge__isnull=False)).distinct()

    def write(self, request, obj, form):
        """What has consequences goes by its service, the rest by its column."""
        activity = Activity.objects.get(pk=obj.pk)
        if "slug" in form.columns:
            activities.rename(activity, obj.slug)
        if "capacity" in form.columns:
            self._resize(activity, obj.capacity, by=request.user)
        if "officer" in form.columns:
            activities.hand_over(activity, officer=obj.officer, by=request.user)
        plain = [name for name in form.columns if name not in BY_SERVICE]
        if plain:
            save_columns(obj, plain)

    def _resize(self, activity, capacity, *, by):
        try:
            activities.resize(activity, capacity=capacity, by=by)
        except MoveBlocked as blocked:
            raise Unfit("capacity", str(blocked)) from blocked

    def in_charge(self, activity):
        return activity.officer

    in_charge.short_description = _("Officer")
    in_charge.admin_order_field = "officer"

    def get_readonly_fields(self, request, obj=None):
        """Nobody unseals the group of a colleague to read who is in it."""
        closed = obj is not None and not reads_names(request.user, obj)
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "confidentiality") if closed else fixed

    # -- its page ---------------------------------------------------------------
    def facts(self, request, obj):
        return [*super().facts(request, obj), *sealed_facts(request.user, obj)]

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        if self.kind:
            tools.append(self.form_tool(request, obj))
        if request.user.has_perm("activities.view_enrolment", obj):
            url = reverse("admin:activities_enrolment_changelist")
            tools.append(
                {
                    "label": _("Enrolments"),
                    "url": f"{url}?activity__id__exact={obj.pk}",
                    "note": obj.taken,
                }
            )
        tools += board_tools(request.user, obj)
        tools += certificate_tools(request.user, obj)
        if _reads_needs(request.user, obj):
            url = reverse("admin:activities_accessneed_changelist")
            tools.append(
                {
                    "label": _("Access and meals"),
                    "url": f"{url}?enrolment__activity__id__exact={obj.pk}",
                }
            )
        return [*tools, *tool(request, obj, enrolment__activity=obj)]

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        context["form_page"] = self._is_form(request)
        context["agenda"] = (
            [] if obj is None or self._is_form(request) else self.agenda(obj)
        )
        context["may_add_session"] = request.user.has_perm("activities.add_session")
        return super().render_change_form(request, context, add, change, form_url, obj)

    def agenda(self, activity):
        """The sessions of the activity, as lines of its page."""
        sessions = Session.objects.filter(activity=activity.pk).with_expected()
        rows = list(sessions.with_convened().select_related("venue"))
        for session in rows:
            session.activity = activity
        return [
            {
                "session": session,
                "when": session_when(session),
                "url": reverse("admin:activities_session_change", args=[session.pk]),
                "leaving": "" if session.convened else leaving(session),
            }
            for session in rows
        ]
