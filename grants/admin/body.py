"""The desk of the commission: who sits, who stands back, what members ask."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.activities.models import Enrolment
from agency.core.admin import RelatedFilter, RoomAdmin, day, moment, register, state
from agency.core.admin.columns import mark
from agency.core.admin.lookups import Lookup, LookupField
from agency.core.admin.permissions import visible_rows
from agency.core.clock import today
from agency.core.lifecycle import MoveBlocked
from agency.core.templatetags.plateau import typo
from agency.core.versions import VersionedForm
from agency.people.models import Person
from grants import addresses
from grants.forms.commission import OpeningForm
from grants.models import College, Commission, Member, MemberQuestion, Recusal
from grants.services import interests, members, reviews
from grants.states import RecusalState


@register(College)
class CollegeAdmin(RoomAdmin):
    rank = 34
    list_display = ("name", "order")
    fields = ("name", "order")
    search_fields = ("name",)
    ordering = ("order", "pk")
    empty_text = gettext_lazy(
        "The groups that members come from: theatre, dance, music, circus, venues."
    )


# --- Members --------------------------------------------------------------------------
class MemberForm(VersionedForm):
    """A seat; the commission and the person are chosen once."""

    commission = forms.ModelChoiceField(
        Commission.objects.none(), label=gettext_lazy("Commission")
    )
    person = LookupField(
        label=gettext_lazy("Person"),
        queryset=Person.objects.none(),
        help_text=gettext_lazy("They are told by mail, with every date."),
    )
    user = site = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields.pop("commission", None)
            self.fields.pop("person", None)
        elif "person" in self.fields:
            self._offer()
        peers = self.fields.get("alternate_of")
        if peers is not None:
            rows = Member.objects.in_office().filter(capacity="titular")
            if self.instance.pk is not None:
                here = self.instance.enrolment.activity_id
                rows = rows.filter(enrolment__activity=here).exclude(
                    pk=self.instance.pk
                )
            peers.queryset = rows.select_related("enrolment__person")
            peers.empty_label = "\u2013"

    def _offer(self):
        known = Commission.objects.exclude(state__in=("completed", "cancelled"))
        self.fields["commission"].queryset = known.order_by("-pk")
        field = self.fields["person"]
        field.queryset = visible_rows(Person, self.user).present()
        widget = Lookup(Enrolment._meta.get_field("person"), self.site)
        widget.is_required = True
        field.widget = widget
        widget.choices = field.choices

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if self.instance.pk is None:
            chosen = {"activity": cleaned["commission"], "person": cleaned["person"]}
            taken = Member.objects.filter(
                enrolment__activity=chosen["activity"],
                enrolment__person=chosen["person"],
            )
            if taken.exists():
                self.add_error(
                    "person", _("This person sits in the commission already.")
                )
            self.instance.enrolment = Enrolment(**chosen)
        names = ("college", "capacity", "office", "alternate_of", "starts_on")
        for name in (*names, "ends_on"):
            setattr(self.instance, name, cleaned.get(name))
        if why := members.objection(self.instance):
            self.add_error(None, why)
        return cleaned

    def _post_clean(self):
        """The enrolment comes with the service: everything else is looked at here."""
        if self.instance.pk is not None:
            super()._post_clean()
        elif not self.errors:
            try:
                self.instance.validate_constraints(exclude={"enrolment"})
            except forms.ValidationError as error:
                self._update_errors(error)


@register(Member)
class MemberAdmin(RoomAdmin):
    rank = 32
    form = MemberForm
    add_label = gettext_lazy("Appoint a member")
    list_display = (
        "person",
        "commission",
        "college",
        "capacity",
        "office",
        "mandate",
        "sits",
    )
    list_filter = ("capacity", ("college", RelatedFilter))
    folded_search = ("enrolment__person__folded",)
    search_hint = gettext_lazy("Name")
    ordering = ("-enrolment__activity", "college__order", "enrolment__person__folded")
    empty_text = gettext_lazy(
        "Members are appointed for a mandate; they are convened as everybody is, and read "
        "the files on the site."
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related(
            "enrolment__person", "enrolment__activity", "college"
        )

    def lookup_allowed(self, lookup, value, request=None):
        ours = lookup == "enrolment__activity__id__exact"
        return ours or super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request, obj=None):
        named = () if obj else ("commission", "person")
        return (
            (
                gettext_lazy("The seat"),
                {
                    "fields": (
                        *named,
                        "college",
                        "capacity",
                        "office",
                        "alternate_of",
                    )
                },
            ),
            (gettext_lazy("The mandate"), {"fields": (("starts_on", "ends_on"),)}),
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["fields"] = (
            *("college", "capacity", "office", "alternate_of"),
            *("starts_on", "ends_on"),
        )
        made = super().get_form(request, obj, change, **kwargs)
        made.user, made.site = request.user, self.admin_site
        return made

    @admin.display(
        description=gettext_lazy("Person"), ordering="enrolment__person__folded"
    )
    def person(self, member):
        return member.enrolment.person.full_name

    @admin.display(
        description=gettext_lazy("Commission"), ordering="enrolment__activity"
    )
    def commission(self, member):
        return member.enrolment.activity.title

    @admin.display(description=gettext_lazy("Mandate"), ordering="ends_on")
    def mandate(self, member):
        shown = day("starts_on", "")(self, member), day("ends_on", "")(self, member)
        return " \u2013 ".join(str(one) for one in shown if one)

    @admin.display(description=gettext_lazy("Sits"))
    def sits(self, member):
        if member.is_in_office(today()):
            return mark(_("In office"), "confirmed")
        return mark(_("Not in office"), "expired")

    def title_of(self, member):
        return f"{member.enrolment.person.full_name}, {member.enrolment.activity.title}"

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
            return
        given = form.cleaned_data
        names = ("college", "capacity", "office", "alternate_of", "starts_on")
        made = members.appoint(
            given["commission"],
            given["person"],
            by=request.user,
            **{name: given[name] for name in (*names, "ends_on")},
        )
        obj.pk, obj.enrolment = made.pk, made.enrolment
        obj._state.adding = False


# --- Recusals ----------------------------------------------------------------------------
@register(Recusal)
class RecusalAdmin(RoomAdmin):
    """What was declared and found: the chair decides on the site, the secretary here."""

    rank = 36
    list_display = (
        "person",
        "file",
        "origin",
        "nature",
        state,
        moment("noticed_at", gettext_lazy("Noticed at")),
    )
    list_filter = ("state", "origin")
    folded_search = ("person__folded", "application__organisation__folded")
    search_hint = gettext_lazy("Name, organisation")
    ordering = ("-noticed_at", "-pk")
    fields = ("person", "file_link", "origin", "nature", "facts", "decided")
    readonly_fields = fields
    services = {
        "confirm": interests.confirm,
        "reject": interests.reject,
        "lift": interests.lift,
        "impose": interests.impose,
    }
    bulk_moves = ()
    empty_text = gettext_lazy(
        "What members declare and what the platform finds stands here; while it stands, "
        "the file is shut to them."
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("person", "application__organisation", "decided_by")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def title_of(self, recusal):
        return f"{recusal.person.full_name}, {recusal.application}"

    @admin.display(description=pgettext_lazy("application", "File"))
    def file(self, recusal):
        return f"{recusal.application}, {recusal.application.organisation.name}"

    @admin.display(description=pgettext_lazy("application", "File"))
    def file_link(self, recusal):
        url = addresses.on_the_desk(recusal.application_id)
        return format_html('<a href="{}">{}</a>', url, self.file(recusal))

    @admin.display(description=gettext_lazy("Decided by"))
    def decided(self, recusal):
        return recusal.decided_by.full_name if recusal.decided_by else None

    def reason_form(self, name, data=None):
        opens = name in {"reject", "lift"}
        return OpeningForm(data) if opens else super().reason_form(name, data)

    def consequences(self, request, obj, name):
        if name == "confirm" or obj.state != RecusalState.IN_FORCE:
            return []
        return [interests.sentence(obj)]


# --- Questions -----------------------------------------------------------------------------
@register(MemberQuestion)
class MemberQuestionAdmin(RoomAdmin):
    """What members ask about a file; answered once, and read by every member of it."""

    rank = 38
    list_display = (
        "file",
        "asker",
        "text",
        "stands",
        moment("asked_at", gettext_lazy("Asked at")),
    )
    ordering = ("answered_at", "-asked_at")
    folded_search = ("application__organisation__folded", "person__folded")
    search_hint = gettext_lazy("Name, organisation")
    fields = ("file_link", "asker", "text", "answer")
    readonly_fields = ("file_link", "asker", "text")
    empty_text = gettext_lazy(
        "What members ask the rapporteur of a file stands here until it is answered."
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("person", "application__organisation")

    def has_add_permission(self, request):
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "answer":
            kwargs["required"] = True
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.answered_at is not None:
            return False
        return request.user.has_perm("grants.answer_memberquestion", obj)

    def title_of(self, question):
        return f"{question.application}, {question.person.full_name}"

    @admin.display(description=pgettext_lazy("application", "File"))
    def file(self, question):
        return str(question.application)

    @admin.display(description=pgettext_lazy("application", "File"))
    def file_link(self, question):
        url = addresses.on_the_desk(question.application_id)
        return format_html('<a href="{}">{}</a>', url, question.application)

    @admin.display(description=gettext_lazy("Asked by"))
    def asker(self, question):
        return question.person.full_name

    @admin.display(description=gettext_lazy("Question"))
    def text(self, question):
        return typo(question.body)

    @admin.display(description=gettext_lazy("Answer"))
    def stands(self, question):
        if question.answered_at:
            return mark(_("Answered"), "confirmed")
        return mark(_("To answer"), "waiting")

    def save_model(self, request, obj, form, change):
        try:
            reviews.answer(obj, obj.answer.strip(), by=request.user)
        except MoveBlocked as blocked:
            self.message_user(request, str(blocked), "error")
