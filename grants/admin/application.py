"""Applications for aid on the desk: the list, and the file on one page.

Written by their authors on the site; here they are read, checked and moved. Drafts are
nobody's business: the list says how many there are, and nothing else.
"""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.core.admin import RoomAdmin, register, state, when
from agency.core.admin.moves import read_as_shown, refusal
from agency.core.figures import euros
from agency.core.lifecycle import MoveBlocked, MoveRefused, permission
from grants.admin.acts import ActsMixin
from grants.admin.bulk import BulkMixin
from grants.admin.filters import (
    SittingFilter,
    StateFilter,
    UncountedFilter,
    WaitingFilter,
)
from grants.admin.pipeline import PipelineMixin
from grants.forms import desk as forms
from grants.models import Application
from grants.rules import reads_bank
from grants.services import instruction, whole_file
from grants.states import ApplicationState

# What a row and its page read beyond its own columns.
LOADED = (
    "scheme",
    "rules",
    "organisation",
    "show",
    "rapporteur",
    "sitting__session__activity",
    "report",
)


def _amount(name, label):
    def column(_room, application):
        return euros(getattr(application, name)) or None

    column.__name__ = name
    column.written_from = name  # a list taken away has the number itself
    return admin.display(description=label, ordering=name)(column)


@register(Application)
class ApplicationAdmin(PipelineMixin, ActsMixin, BulkMixin, RoomAdmin):
    rank = 10
    list_display = (
        "number",
        "who",
        "what",
        state,
        "reporter",
        "asked",
        "computed_aid",
        "proposed_aid",
    )
    export_fields = (
        "number",
        "scheme",
        "rules_version",
        "sitting",
        "organisation",
        "siret",
        "what",
        "title",
        "state",
        "reporter",
        "asked",
        "computed_aid",
        "proposed_aid",
        when("submitted_at", gettext_lazy("sent on")),
    )
    list_filter = (
        WaitingFilter,
        ("state", StateFilter),
        ("sitting", SittingFilter),
        ("scheme", UncountedFilter),
        ("rapporteur", UncountedFilter),
    )
    list_head = "admin/grants/list_head.html"
    folded_search = ("number", "organisation__folded", "show__folded", "title")
    search_hint = gettext_lazy("Number, organisation, show")
    ordering = ("-submitted_at", "-pk")
    fields = ()
    change_form_template = "admin/grants/application_form.html"
    empty_text = gettext_lazy(
        "Applications stand here from the moment they are sent; what is still being "
        "written is its authors' alone."
    )
    services = {
        "admit": instruction.admit,
        "instruct": instruction.instruct,
        "finish": instruction.finish,
        "schedule": instruction.schedule,
        "unschedule": instruction.unschedule,
        "reopen": instruction.reopen,
        "dismiss": instruction.dismiss,
        "withdraw": instruction.withdraw,
    }
    bulk_moves = ("admit", "schedule")

    asked = _amount("requested", gettext_lazy("Asked for"))
    computed_aid = _amount("computed", gettext_lazy("Computed"))
    proposed_aid = _amount("proposed", gettext_lazy("Proposed"))

    # -- who may --------------------------------------------------------------------
    def get_queryset(self, request):
        rows = super().get_queryset(request).for_the_desk_of(request.user)
        return rows.select_related(*LOADED)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    # -- the list -------------------------------------------------------------------
    def list_context(self, changelist):
        found = {"pipeline_url": self.url("pipeline")}
        if not changelist.is_narrowed:
            drafts = Application.objects.filter(state=ApplicationState.DRAFT)
            found["drafts"] = drafts.count()
        return found

    @admin.display(
        description=gettext_lazy("Organisation"), ordering="organisation__folded"
    )
    def who(self, application):
        return application.organisation.name

    @admin.display(description=pgettext_lazy("grants", "Show"), ordering="show__folded")
    def what(self, application):
        return application.show.title if application.show else application.title

    @admin.display(description=gettext_lazy("Rapporteur"), ordering="rapporteur")
    def reporter(self, application):
        return application.rapporteur and application.rapporteur.full_name

    @admin.display(description=gettext_lazy("Version of the rules"))
    def rules_version(self, application):
        return application.rules.number

    def export_extras(self, request, queryset):
        """Where it is paid, for those who pay alone."""
        if not reads_bank(request.user):
            return [], lambda application: []
        labels = [_("IBAN"), _("Holder of the account")]
        return labels, lambda one: [one.iban, one.account_holder]

    # -- its page -------------------------------------------------------------------
    def title_of(self, application):
        return f"{application.number}, {application.organisation.name}"

    def facts(self, request, application):
        reporter = application.rapporteur
        return [
            (_("Scheme"), application.scheme),
            (
                _("Rules"),
                _("version %(number)s") % {"number": application.rules.number},
            ),
            (_("Sitting"), application.sitting),
            (_("Rapporteur"), reporter.full_name if reporter else "\u2013"),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            bank = reads_bank(request.user)
            context |= whole_file.read(obj, request.user) | self.acts_of(request, obj)
            context |= {"bank": bank, "masked_iban": masked(obj.iban)}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def buttons(self, request, obj):
        """In the order in which they come; nothing for who only reads."""
        if not request.user.has_perm("grants.add_internalnote", obj):
            return []
        return [
            {
                "name": name,
                "label": obj.moves[name].label,
                "url": self.url("move", obj.pk, name),
            }
            for name in self.services
            if obj.state in obj.moves[name].sources
            and request.user.has_perm(permission(obj, name), obj)
        ]

    # -- steps ----------------------------------------------------------------------
    def step_form(self, obj, name, data=None):
        if name == "admit" and instruction.not_admissible(obj):
            return forms.WaiverForm(data)
        if name == "finish" and instruction.lapsing(obj):
            return forms.WaiverForm(data)
        if name == "schedule":
            rows = instruction.sittings(obj)
            return forms.ScheduleForm(data, application=obj, sittings=rows)
        return self.reason_form(name, data)

    def reason_form(self, name, data=None):
        known = {"dismiss": forms.DismissForm, "withdraw": forms.WithdrawForm}
        plain = ("admit", "finish", "instruct")
        if name in plain:
            return forms.NothingForm(data)
        return known[name](data) if name in known else super().reason_form(name, data)

    def consequences(self, request, obj, name):
        said = {
            "admit": instruction.not_admissible,
            "finish": lambda one: [
                *instruction.not_ready(one),
                *instruction.lapsing(one),
            ],
        }
        return said[name](obj) if name in said else []

    def _follow(self, request, obj, name, answers):
        """What a rule refuses is said above the form, and what was typed stays there."""
        read_as_shown(obj, request.POST.get("seen"))
        try:
            return self._followed(request, obj, name, answers)
        except MoveBlocked as error:
            form = self.step_form(obj, name, request.POST)
            form.is_valid()
            form.add_error(None, refusal(error))
            return self._confirmation(request, obj, name, form)

    def _followed(self, request, obj, name, answers):
        try:
            self.services[name](obj, by=request.user, **self._answers(name, answers))
        except MoveBlocked:
            raise
        except MoveRefused as error:
            self.message_user(request, refusal(error), "warning")
        else:
            said = {"object": obj, "state": obj.get_state_display()}
            self.message_user(request, _("%(object)s: %(state)s.") % said, "success")
        return HttpResponseRedirect(self.url("change", obj.pk))


def masked(iban):
    """The country and the end of an account: enough to compare, too little to pay."""
    if not iban:
        return ""
    return format_html("{}\u00a0\u2022\u2022\u2022\u2022\u00a0{}", iban[:4], iban[-4:])
