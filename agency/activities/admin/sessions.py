"""Sessions on the desk: when, where, who is expected, and are they convened."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities import facts
from agency.activities.admin.attendance import AttendanceMixin, attendance_said
from agency.activities.admin.columns import people_count, session_when
from agency.activities.admin.convene import AHEAD, ConveneMixin, leaving
from agency.activities.admin.postpone import PostponeMixin
from agency.activities.admin.reception import ReceptionMixin
from agency.activities.admin.sealed import why_no_names
from agency.activities.admin.telling import ToldReasonForm, whom
from agency.activities.admin.waits import (
    SESSIONS,
    to_convene,
    to_note,
    wait_filter,
)
from agency.activities.models import AgendaItem, Session
from agency.activities.rules import reads_names
from agency.activities.services import announcing, seats, sessions
from agency.activities.states import OFF, SessionState, SheetState
from agency.core.admin import (
    RelatedFilter,
    RoomAdmin,
    RoomInline,
    in_charge_filter,
    register,
    state,
)
from agency.core.admin.columns import mark
from agency.core.admin.filters import PresetFilter
from agency.core.clock import now
from agency.core.versions import VersionedForm

ROOM = "remote_url"


def coming():
    return Q(ends_at__gte=now())


def _names_kept(user, activity):
    if reads_names(user, activity) or not user.has_perm("activities.view_enrolment"):
        return []
    return [(_("Names"), why_no_names(activity))]


def _other_day(session):
    """The day to which it is postponed, and why, as people read it."""
    facts_of = []
    if new := session.postponed_to:
        url = reverse("admin:activities_session_change", args=[new.pk])
        link = format_html('<a href="{}">{}</a>', url, session_when(new))
        facts_of.append((_("New date"), link))
    elif session.state == SessionState.POSTPONED:
        facts_of.append((_("New date"), _("New date to come")))
    if session.told_reason:
        facts_of.append((_("Reason told"), session.told_reason))
    return facts_of


class WhenFilter(PresetFilter):
    title = gettext_lazy("date")
    parameter_name = "quand"
    presets = {
        "a-venir": (gettext_lazy("To come"), coming),
        "a-convoquer": (gettext_lazy("To convene"), to_convene),
        "a-emarger": (gettext_lazy("Attendance to enter"), to_note),
        "passees": (gettext_lazy("Past"), lambda: ~coming()),
    }


class SessionForm(VersionedForm):
    class Meta:
        model = Session
        fields = "__all__"  # the room lists its fields, the state is not editable

    def clean_number(self):
        """Told here: a page where the activity is only read checks no constraint on it."""
        number, session = self.cleaned_data["number"], self.instance
        others = Session.objects.filter(activity=session.activity_id, number=number)
        if session.pk and others.exclude(pk=session.pk).exists():
            raise forms.ValidationError(_("Another session has this number."))
        return number

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error(
                "ends_at",
                _("The session ends before it starts: check the day and the hour."),
            )
        if self._counted() and not {"starts_at", "ends_at", "half_days_set"}.isdisjoint(
            self.changed_data
        ):
            self.add_error(
                None,
                _("The attendance of this session is locked: unlock it first."),
            )
        return cleaned

    def _counted(self):
        """Certificates are made from its hours: they no longer change."""
        sheet = getattr(self.instance, "attendance_sheet", None)
        return sheet is not None and sheet.state == SheetState.LOCKED


class AgendaFormSet(forms.BaseInlineFormSet):
    """A new point comes after the others."""

    def get_form_kwargs(self, index):
        kwargs = super().get_form_kwargs(index)
        if index is None or index >= self.initial_form_count():
            following = (self.initial_form_count() if index is None else index) + 1
            kwargs["initial"] = {"order": following}
        return kwargs


class AgendaInline(RoomInline):
    formset = AgendaFormSet
    model = AgendaItem
    fields = ("order", "title", "minutes")
    allow_delete = True
    description = gettext_lazy("Printed on the convocation, in this order.")


@register(Session)
class SessionAdmin(
    ReceptionMixin, AttendanceMixin, ConveneMixin, PostponeMixin, RoomAdmin
):
    form = SessionForm
    rank = 20
    add_label = gettext_lazy("New session")
    list_display = (
        "date",
        "activity",
        "place_in_row",
        "where",
        "awaited",
        "convened_said",
        "attendance_said",
        state,
    )
    list_filter = (
        WhenFilter,
        "state",
        ("activity", RelatedFilter),
        wait_filter(SESSIONS),
        in_charge_filter("activity__officer"),
    )
    export_fields = (
        "activity",
        "number",
        "starts_at",
        "ends_at",
        "where",
        "awaited",
        "convened_said",
        "attendance_said",
        "state",
    )
    list_select_related = ("activity", "venue", "attendance_sheet")
    date_hierarchy = "starts_at"
    folded_search = ("activity__folded",)
    search_hint = gettext_lazy("Words of the activity")
    empty_text = gettext_lazy("Each activity has its own: open one and add a session.")
    autocomplete_fields = ("activity", "venue")
    add_beside = ("venue",)
    change_form_template = "admin/activities/session_form.html"
    inlines = (AgendaInline,)
    services = {"hold": sessions.hold_session, "cancel": sessions.cancel_session}
    bulk_moves = ("hold",)
    fieldsets = (
        (
            gettext_lazy("When"),
            {
                "fields": (
                    "activity",
                    ("number", "title"),
                    ("starts_at", "ends_at"),
                    ("welcome_at", "break_text"),
                    "half_days_set",
                ),
                "description": gettext_lazy(
                    "A change shows on the site at once. Of a change of time, place, title "
                    "or agenda, those who were told of this session are told ten minutes "
                    "after the last edit."
                ),
            },
        ),
        (
            gettext_lazy("Where"),
            {"fields": ("format", "venue", "room", "remote_url")},
        ),
        (gettext_lazy("To prepare"), {"fields": ("documents_text",)}),
    )

    def has_change_permission(self, request, obj=None):
        """What takes place on no day, or on another, is only read here."""
        return super().has_change_permission(request, obj) and not (obj and obj.is_off)

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        """Cancelled while somebody edited it: they are told, and see what it is now."""
        posted = request.method == "POST" and object_id
        session = self.get_object(request, unquote(object_id)) if posted else None
        if session and session.is_off:
            said = _("This session does not take place any more: nothing is saved.")
            messages.warning(request, said)
            return redirect(request.path)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def get_ordering(self, request):
        """What is to come first: the past is looked up, the future worked on."""
        past = Case(When(ends_at__lt=now(), then=1), default=0)
        return (past, "starts_at", "pk")

    def get_queryset(self, request):
        rows = (
            Session.objects.filter(activity=OuterRef("activity"))
            .exclude(state__in=OFF)
            .order_by()
            .values("activity")
            .annotate(n=Count("pk"))
            .values("n")
        )
        queryset = super().get_queryset(request).with_expected().with_convened()
        return queryset.annotate(of=Subquery(rows)).select_related(
            "activity__officer", "venue", "attendance_sheet", "postponed_to"
        )

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        activity = initial.get("activity")
        if activity and str(activity).isdigit():
            last = Session.objects.filter(activity=activity).order_by("-number").first()
            initial["number"] = last.number + 1 if last else 1
        return initial

    def get_fieldsets(self, request, obj=None):
        """The link of the online room is for those who write it."""
        shown = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return shown
        return [
            (title, {**said, "fields": [f for f in said["fields"] if f != ROOM]})
            for title, said in shown
        ]

    def get_readonly_fields(self, request, obj=None):
        """A session stays with the activity for which people are expected at it."""
        return ("activity",) if obj else ()

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            sessions.save_session(obj, by=request.user)

    def take_turn(self, obj, form):
        # In the order of every service: the activity first, then its session.
        seats.lock(obj.activity)
        super().take_turn(obj, form)

    def write(self, request, obj, form):
        sessions.save_session(obj, by=request.user)

    def save_related(self, request, form, formsets, change):
        """A changed agenda is told to those who hold a letter."""
        known = Session.objects.select_related("activity", "venue")
        before = facts.letter(known.get(pk=form.instance.pk))
        super().save_related(request, form, formsets, change)
        sessions.note_change(form.instance, before=before, by=request.user)

    # -- columns ------------------------------------------------------------------
    @admin.display(description=gettext_lazy("Date"), ordering="starts_at")
    def date(self, session):
        return session_when(session)

    @admin.display(description=gettext_lazy("Session"), ordering="number")
    def place_in_row(self, session):
        if not session.of:
            return session.number
        return _("%(number)s of %(total)s") % {
            "number": session.number,
            "total": session.of,
        }

    @admin.display(description=gettext_lazy("Place"), ordering="venue")
    def where(self, session):
        return session.get_format_display() if session.is_remote else session.venue

    @admin.display(description=gettext_lazy("Awaited"), ordering="expected")
    def awaited(self, session):
        return session.expected

    @admin.display(description=gettext_lazy("Convocation"))
    def convened_said(self, session):
        if session.convened:
            return mark(_("Convened"), "confirmed")
        if session.is_past or session.state != SessionState.PLANNED:
            return None
        if said := leaving(session):
            return mark(said, "announced")
        if session.starts_at - now() <= AHEAD:
            return mark(_("To convene"), "failed")
        return mark(_("Later"), "announced")

    @admin.display(description=gettext_lazy("Attendance"))
    def attendance_said(self, session):
        return attendance_said(session)

    # -- its page -----------------------------------------------------------------
    def title_of(self, obj):
        return str(obj.activity)

    def name_of(self, obj):
        return f"{obj.activity}, {session_when(obj)}"

    def facts(self, request, obj):
        awaited = (_("Awaited"), people_count(obj.expected))
        return [
            *([] if obj.is_off else [awaited]),
            *_other_day(obj),
            (_("Convocation"), self.convened_said(obj) or "\u2013"),
            *_names_kept(request.user, obj.activity),
        ]

    def hindrance(self, obj, name):
        """What has not begun cannot have been held; what moved is cancelled there."""
        why = {"hold": sessions.too_early, "cancel": sessions.has_new_date}
        return why[name](obj) if name in why else ""

    def reason_form(self, name, data=None):
        if name == "cancel":
            return ToldReasonForm(data)
        return super().reason_form(name, data)

    def consequences(self, request, obj, name):
        if name != "cancel":
            return []
        over = obj.is_past and not obj.is_off
        return whom([] if over else announcing.audience(obj))

    def object_tools(self, request, obj):
        tools = super().object_tools(request, obj)
        url = reverse("admin:activities_activity_change", args=[obj.activity_id])
        return [*tools, {"label": _("See the activity"), "url": url}]
