"""Charters on the desk: their versions, what is signed, and by whom."""

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities.models import (
    Activity,
    Charter,
    CharterClause,
    CharterSignature,
    CharterVersion,
    Enrolment,
)
from agency.activities.printed import charters as papers
from agency.activities.services import charters
from agency.activities.states import CharterState, EnrolmentState
from agency.core.access import require
from agency.core.admin import (
    RelatedFilter,
    RoomAdmin,
    RoomInline,
    day,
    moment,
    register,
    state,
)
from agency.core.models import Stale
from agency.core.moves import Move

ADD = "activities.add_charterversion"
# Not a step of a lifecycle: what the page of confirmation says.
NEW_VERSION = Move(
    (),
    "",
    gettext_lazy("New version"),
    gettext_lazy(
        "A draft with the clauses of the last version. The version in force stays what "
        "one signs until you publish the new one."
    ),
)


def _each(rows, key, figure="pk"):
    """How many of ``rows`` lead to each object by ``key``, as a column of it."""
    counted = rows.filter(**{key: OuterRef("pk")}).order_by().values(key)
    counted = counted.annotate(n=Count(figure)).values("n")
    return Coalesce(Subquery(counted), 0)


@register(Charter)
class CharterAdmin(RoomAdmin):
    """A charter has its text in versions; a new one begins with a draft."""

    rank = 60
    list_display = ("title", "use", "current", "draft", "used_by")
    list_filter = ("use",)
    search_fields = ("title",)
    search_hint = gettext_lazy("Words of the title")
    fields = ("title", "use")
    change_form_template = "admin/activities/charter_form.html"
    add_label = gettext_lazy("New charter")
    empty_text = gettext_lazy(
        "What a closed group agrees on and signs, or what facilitators undertake."
    )

    def get_queryset(self, request):
        versions = CharterVersion.objects.filter(charter=OuterRef("pk"))
        published = versions.filter(state=CharterState.PUBLISHED).order_by("-number")
        drafts = versions.filter(state=CharterState.DRAFT)
        return (
            super()
            .get_queryset(request)
            .annotate(
                in_force_number=Subquery(published.values("number")[:1]),
                draft_number=Subquery(drafts.values("number")[:1]),
                activity_count=_each(Activity.objects.all(), "charter"),
            )
        )

    @admin.display(description=gettext_lazy("In force"), ordering="in_force_number")
    def current(self, charter):
        number = charter.in_force_number
        return number and _("Version %(number)s") % {"number": number}

    @admin.display(description=gettext_lazy("Draft"), ordering="draft_number")
    def draft(self, charter):
        number = charter.draft_number
        return number and _("Version %(number)s") % {"number": number}

    @admin.display(description=gettext_lazy("Activities"), ordering="activity_count")
    def used_by(self, charter):
        return charter.activity_count

    # -- its page -------------------------------------------------------------------
    def has_change_permission(self, request, obj=None):
        """The title stands at the head of what people have signed: it stays."""
        return not self._is_in_force(obj) and super().has_change_permission(
            request, obj
        )

    @staticmethod
    def _is_in_force(charter):
        """A row of the list knows; one just made is asked."""
        if charter is None or charter.pk is None:
            return False
        if hasattr(charter, "in_force_number"):
            return charter.in_force_number is not None
        return charter.in_force() is not None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            charters.new_version(obj, by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        """Straight to the text of its first version."""
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(_page_of(obj.versions.get()))

    def object_tools(self, request, obj):
        if not request.user.has_perm(ADD) or obj.draft_number is not None:
            return []
        url = self.url("new_version", obj.pk)
        return [{"label": NEW_VERSION.label, "url": url, "primary": True}]

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        context["versions"] = self._versions(obj) if obj else []
        context["used_in"] = obj.activities.order_by("title") if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _versions(self, charter):
        rows = charter.versions.with_signatures().order_by("-number")
        return [(row, _page_of(row)) for row in rows]

    # -- a new version ----------------------------------------------------------------
    def get_urls(self):
        step = path(
            "<path:object_id>/nouvelle-version/",
            self.admin_site.admin_view(self.new_version_view),
            name="activities_charter_new_version",
        )
        return [step, *super().get_urls()]

    def new_version_view(self, request, object_id):
        charter = self.visible_object(request, object_id)
        require(request.user, ADD)
        if request.method == "POST":
            draft = charters.new_version(charter, by=request.user)
            said = _("A draft is ready: change its clauses, then publish it.")
            self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(_page_of(draft))
        context = {
            **self.admin_site.each_context(request),
            "title": NEW_VERSION.label,
            "arrow": NEW_VERSION,
            "object": charter,
            "opts": self.opts,
            "room": self,
            "back": self.url("change", charter.pk),
        }
        return TemplateResponse(request, "admin/activities/confirm.html", context)


def _paper(document, label):
    return {"label": label, "url": document.get_absolute_url()}


def _page_of(version):
    return reverse("admin:activities_charterversion_change", args=[version.pk])


class ClauseInline(RoomInline):
    model = CharterClause
    fields = ("order", "title", "text")
    formfield_overrides = {
        **RoomInline.formfield_overrides,
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
    }
    allow_delete = True
    description = gettext_lazy("In their order; people read them as numbered articles.")

    def may(self, request, verb, obj=None):
        """What is published is read alone."""
        frozen = obj is not None and obj.state != CharterState.DRAFT
        return (verb == "view" or not frozen) and super().may(request, verb, obj)


@register(CharterVersion)
class CharterVersionAdmin(RoomAdmin):
    """A text: written while it is a draft, read once it is published."""

    list_display = (
        "name",
        state,
        day("published_at", gettext_lazy("in force since")),
        "names",
    )
    list_filter = ("state", ("charter", RelatedFilter))
    list_select_related = ("charter",)
    fields = ("introduction",)
    inlines = (ClauseInline,)
    exports = False
    change_form_template = "admin/activities/charter_version_form.html"
    services = {"publish": charters.publish}

    def get_queryset(self, request):
        return super().get_queryset(request).with_signatures()

    def has_module_permission(self, request):
        return False  # one comes here from its charter

    def has_add_permission(self, request):
        return False  # the charter begins its next version

    def has_change_permission(self, request, obj=None):
        draft = obj is None or obj.state == CharterState.DRAFT
        return draft and super().has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("Version"), ordering="charter__title")
    def name(self, version):
        return str(version)

    @admin.display(description=gettext_lazy("Signatures"), ordering="signature_count")
    def names(self, version):
        return version.signature_count

    # -- its page -------------------------------------------------------------------
    def change_view(self, request, object_id, form_url="", extra_context=None):
        version = self.visible_object(request, object_id)
        late = request.method == "POST" and version.state != CharterState.DRAFT
        if late and request.user.has_perm("activities.change_charterversion"):
            return self.changed_meanwhile(request, version)
        return super().change_view(request, object_id, form_url, extra_context)

    def take_turn(self, obj, form):
        """Nobody publishes while the text is being written."""
        if not charters.hold_draft(obj):
            raise Stale

    def facts(self, request, obj):
        said = [(_("Signatures"), obj.signature_count)]
        if obj.published_at:
            said.append((_("Print of the text (SHA-256)"), obj.sha256))
        return said

    def object_tools(self, request, obj):
        charter = reverse("admin:activities_charter_change", args=[obj.charter_id])
        tools = [{"label": _("Its charter, and the other versions"), "url": charter}]
        if text := papers.issued_text(obj):
            tools.append(_paper(text, _("The text as a file to print (PDF)")))
        if request.user.has_perm("activities.view_chartersignature"):
            names = reverse("admin:activities_chartersignature_changelist")
            tools.append(
                {
                    "label": _("Who has signed"),
                    "url": f"{names}?version__id__exact={obj.pk}",
                    "note": obj.signature_count,
                }
            )
        return tools

    def render_change_form(
        self, request, context, add=False, change=False, form_url="", obj=None
    ):
        context["clauses"] = list(obj.clauses.all()) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def hindrance(self, obj, name):
        """Nothing to sign yet."""
        return "" if obj.clauses.exists() else _("Write at least one clause first.")

    def consequences(self, request, obj, name):
        lines = [
            ngettext("%(count)s clause.", "%(count)s clauses.", obj.clauses.count())
            % {"count": obj.clauses.count()}
        ]
        confirmed = Enrolment.objects.filter(
            Q(activity__charter=obj.charter_id), state=EnrolmentState.CONFIRMED
        ).count()
        if confirmed:
            lines.append(
                ngettext(
                    "%(count)s person who is confirmed stays so, and is asked in their "
                    "space to sign this version.",
                    "%(count)s people who are confirmed stay so, and are asked in their "
                    "space to sign this version.",
                    confirmed,
                )
                % {"count": confirmed}
            )
        return lines


@register(CharterSignature)
class CharterSignatureAdmin(RoomAdmin):
    """The proof: read, never written here."""

    list_display = (
        "who",
        "typed_name",
        "activity",
        "text",
        moment("signed_at", gettext_lazy("signed on")),
    )
    list_filter = (("version", RelatedFilter), "signed_at")
    list_select_related = ("person", "version__charter", "enrolment__activity")
    folded_search = ("person__folded", "enrolment__activity__folded")
    search_hint = gettext_lazy("Name, words of the activity")
    fields = ("person", "typed_name", "version", "activity", "signed_at", "sha256")
    readonly_fields = ("activity",)
    export_fields = ("who", "typed_name", "activity", "text", "signed_at", "sha256")
    empty_text = gettext_lazy("They come in as soon as somebody signs a charter.")

    def has_module_permission(self, request):
        return False  # one comes here from a version

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def object_tools(self, request, obj):
        copy = papers.issued_signed(obj)
        paper = [_paper(copy, _("The signed text and its proof (PDF)"))] if copy else []
        return [*super().object_tools(request, obj), *paper]

    @admin.display(description=gettext_lazy("Person"), ordering="person__folded")
    def who(self, signature):
        return signature.person.list_name

    @admin.display(description=gettext_lazy("Activity"))
    def activity(self, signature):
        """None: the undertaking of a facilitator holds for all that they lead."""
        return signature.enrolment and signature.enrolment.activity

    @admin.display(description=gettext_lazy("Version"), ordering="version")
    def text(self, signature):
        return str(signature.version)
