"""Imports on the desk: a file is brought, looked at line by line, confirmed, followed."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from agency.core import journal
from agency.core.access import require
from agency.core.admin import ChoiceFilter, RoomAdmin, moment, register, state
from agency.core.admin.columns import mark
from agency.core.admin.exports import FORMATS
from agency.core.admin.filters import PresetFilter
from agency.core.admin.words import describe
from agency.people.choices import ImportKind, ImportOutcome
from agency.people.forms.imports import ImportForm
from agency.people.imports import columns
from agency.people.imports.reading import Unreadable
from agency.people.models import ImportBatch, ImportLine
from agency.people.services import imports
from agency.people.states import ImportState

ADD = "people.add_importbatch"
LINES_A_PAGE = 100
# The shape before the word of an outcome is that of a state; a tick once written.
LIKE = {
    ImportOutcome.CREATE: "submitted",
    ImportOutcome.UPDATE: "accepted",
    ImportOutcome.IGNORE: "closed",
    ImportOutcome.ERROR: "failed",
}
WRITTEN = "confirmed"
# What the name of a line says already.
NAMED = ("given_name", "family_name")
SEPARATORS = {
    ";": gettext_lazy("semicolons"),
    ",": gettext_lazy("commas"),
    "\t": gettext_lazy("tabs"),
}
OLD_ENCODINGS = ("cp1252", "latin-1")
# What an officer takes away to mend: everything that was not written.
LEFT = (ImportOutcome.IGNORE, ImportOutcome.ERROR)

describe(
    bring=gettext_lazy("File brought"),
)


def import_tool(request, kind):
    """The link of a list that brings a file into it, for those who may."""
    if not request.user.has_perm(ADD):
        return []
    url = reverse("admin:people_importbatch_add")
    return [{"label": _("Import"), "url": f"{url}?kind={kind}"}]


class ImportedFilter(PresetFilter):
    """Those that one import created: reached from its page, not shown otherwise."""

    title = gettext_lazy("import")
    parameter_name = "import"
    # The key of a line towards the rows of this list.
    key = ""

    def __init__(self, request, params, model, model_admin):
        number = (params.get(self.parameter_name) or [""])[-1]
        batch = None
        if number.isdecimal() and len(number) < 19:
            batches = ImportBatch.objects.visible_to(request.user)
            batch = batches.filter(pk=number).first()
        self.presets = {number: (str(batch), self._created)} if batch else {}
        self.number = number
        super().__init__(request, params, model, model_admin)

    def has_output(self):
        return bool(self.presets)

    def _created(self):
        lines = ImportLine.objects.filter(
            batch=self.number, outcome=ImportOutcome.CREATE, settled_at__isnull=False
        )
        return Exists(lines.filter(**{self.key: OuterRef("pk")}))


class ImportedPeopleFilter(ImportedFilter):
    key = "person"


class ImportedOrganisationsFilter(ImportedFilter):
    key = "organisation"


@register(ImportBatch)
class ImportBatchAdmin(RoomAdmin):
    """An import is made by bringing a file; its page is its preview, then its result."""

    rank = 45
    add_label = gettext_lazy("Import a file")
    empty_text = gettext_lazy(
        "Bring a file of contacts or organisations: nothing is written before you have "
        "seen each line."
    )
    brought = moment("created_at", gettext_lazy("brought at"))
    list_display = (
        *("filename", "kind", "created", "updated", "ignored", "errors"),
        *("by", "brought", state),
    )
    list_filter = (("kind", ChoiceFilter), ("state", ChoiceFilter))
    list_select_related = ("by",)
    services = {"confirm": imports.confirm, "drop": imports.drop}

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        stem, view = "people_importbatch", self.admin_site.admin_view
        return [
            path(
                "modele/<slug:kind>/<slug:form>/",
                view(self.model_view),
                name=f"{stem}_model",
            ),
            path("<path:object_id>/etat/", view(self.live_view), name=f"{stem}_live"),
            path("<path:object_id>/restes/", view(self.left_view), name=f"{stem}_left"),
            *super().get_urls(),
        ]

    # -- bring a file --------------------------------------------------------------
    def add_view(self, request, form_url="", extra_context=None):
        require(request.user, ADD)
        asked = request.GET.get("kind")
        initial = {"kind": asked} if asked in ImportKind else None
        form = ImportForm(request.POST or None, request.FILES or None, initial=initial)
        if request.method == "POST":
            form = ImportForm(request.POST, request.FILES)
            batch = self._bring(request, form)
            if batch:
                return HttpResponseRedirect(self.url("change", batch.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": self.add_title(),
            "form": form,
            "errors": form.errors,
            "opts": self.opts,
            "room": self,
            "kinds": [self._told(kind) for kind in ImportKind],
        }
        return TemplateResponse(request, "admin/people/import/bring.html", context)

    def _bring(self, request, form):
        """The batch of a valid form; None when the form says what is wrong."""
        if not form.is_valid():
            return None
        file, asked = form.cleaned_data["file"], form.cleaned_data
        try:
            return imports.bring(
                file.read(),
                kind=asked["kind"],
                filename=file.name,
                create_organisations=asked["create_organisations"],
                by=request.user,
            )
        except Unreadable as refused:
            form.add_error("file", str(refused))
            return None

    def _told(self, kind):
        """What the page says of the columns of a kind."""
        return {
            "label": kind.label,
            "columns": columns.OF_KIND[kind],
            "models": [
                (form.upper(), self.url("model", kind.value, form)) for form in FORMATS
            ],
        }

    def model_view(self, request, kind, form):
        """A file with the headings and one line, to be filled in."""
        require(request.user, ADD)
        if kind not in ImportKind or form not in FORMATS:
            raise Http404
        known = columns.OF_KIND[ImportKind(kind)]
        rows = [[one.title for one in known], [one.example for one in known]]
        return _file(form, rows, f"{_('model')} {ImportKind(kind).label}")

    # -- its page ------------------------------------------------------------------
    def change_view(self, request, object_id, form_url="", extra_context=None):
        batch = self.visible_object(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **self.result(batch),
            **self._lines(request, batch),
            "title": pgettext("import", "Import"),
            "object": batch,
            "opts": self.opts,
            "room": self,
            "moves": {move["name"]: move for move in self.buttons(request, batch)},
            "facts": self._reading(batch),
            "again": f"{self.url('add')}?{urlencode({'kind': batch.kind})}",
            "created_url": self._created_url(batch),
            "left_url": self.url("left", batch.pk),
        }
        return TemplateResponse(request, "admin/people/import/batch.html", context)

    def hindrance(self, obj, name):
        if name == "confirm" and not (obj.created or obj.updated):
            return _("No line has anything to write.")
        return ""

    def live_view(self, request, object_id):
        """The progress alone; 204 when nothing moved, the whole page once it is over."""
        batch = self.visible_object(request, object_id)
        result = self.result(batch)
        if not result["at_work"]:
            return HttpResponse(headers={"HX-Refresh": "true"})
        if request.GET.get("vu") == result["seen"]:
            return HttpResponse(status=204)
        return TemplateResponse(request, "admin/people/import/_progress.html", result)

    def result(self, batch):
        """Where the batch stands."""
        running = batch.state == ImportState.RUNNING
        to_write = batch.created + batch.updated
        done = to_write - batch.waiting().count() if running else 0
        return {
            "batch": batch,
            "S": ImportState,
            "running": running,
            "at_work": running
            or batch.state in (ImportState.UPLOADED, ImportState.READING),
            "to_write": to_write,
            "done": done,
            "seen": f"{batch.state}-{done}",
            "live_url": self.url("live", batch.pk),
        }

    def _lines(self, request, batch):
        """One page of its lines, all or of one outcome, and how many there are."""
        if batch.state in (ImportState.UPLOADED, ImportState.READING):
            return {"lines": None, "chosen": "", "has_left": False}
        counts = batch.counts()
        chosen = request.GET.get("lignes", "")
        rows = batch.lines.select_related("person", "organisation").order_by("number")
        if chosen in counts:
            rows = rows.filter(outcome=chosen)
        page = Paginator(rows, LINES_A_PAGE).get_page(request.GET.get("page"))
        known = columns.of(batch.kind)
        for line in page:
            self._tell(line, known)
        every = [("", _("All lines"), sum(counts.values()))]
        facets = [
            (one.value, _outcome_word(one, batch), counts[one.value])
            for one in ImportOutcome
            if one.value in counts
        ]
        return {
            "lines": page,
            "facets": every + facets,
            "chosen": chosen if chosen in counts else "",
            "query": urlencode({"lignes": chosen}) if chosen in counts else "",
            "has_left": any(counts.get(one) for one in LEFT),
        }

    def _tell(self, line, known):
        """What the table shows of a line."""
        name = (
            "%(given_name)s %(family_name)s" if "family_name" in known else "%(name)s"
        )
        read = {column: line.data.get(column, "") for column in known}
        line.who = str(line.target or (name % read).strip() or "\u2013")
        line.url = None
        if line.target:
            model = line.target._meta.model_name
            line.url = reverse(f"admin:people_{model}_change", args=[line.target.pk])
        line.told = [
            (known[column].title, before, after)
            for column, (before, after) in line.changes.items()
            if column in known and column not in NAMED
        ]
        word = _outcome_word(ImportOutcome(line.outcome), line.batch)
        line.mark = mark(word, WRITTEN if line.settled_at else LIKE[line.outcome])

    def _reading(self, batch):
        """How the file was understood, in sentences."""
        facts = batch.reading
        if facts.get("separator"):
            separator = SEPARATORS[facts["separator"]]
            yield _("Cells are separated by %(separator)s.") % {"separator": separator}
        if facts.get("encoding") in OLD_ENCODINGS:
            yield _("An old Windows file: look at the accents before you confirm.")
        if facts.get("left"):
            said = {"columns": ", ".join(facts["left"])}
            yield _("Columns left aside, unknown here: %(columns)s.") % said

    def _created_url(self, batch):
        people = batch.kind == ImportKind.PEOPLE
        page = "person" if people else "organisation"
        url = reverse(f"admin:people_{page}_changelist")
        return f"{url}?import={batch.pk}"

    # -- what was not written ------------------------------------------------------
    def left_view(self, request, object_id):
        """The lines that were left, with the reason of each: to be mended and brought."""
        batch = self.visible_object(request, object_id)
        known = columns.of(batch.kind)
        headings = [(name, heading) for heading, name in batch.reading.get("kept", ())]
        names = [(name, heading) for name, heading in headings if name in known]
        header = [pgettext("import", "Line"), *(heading for _name, heading in names)]
        lines = batch.lines.filter(outcome__in=LEFT).order_by("number")
        rows = [
            [
                line.number,
                *(line.data.get(name, "") for name, _h in names),
                line.sentence,
            ]
            for line in lines
        ]
        by, model = request.user, ImportLine._meta.label_lower
        journal.record(
            by, "take_list", by=by, model=model, rows=len(rows), format="csv"
        )
        return _file("csv", [[*header, _("Remark")], *rows], _("lines to mend"))


def _outcome_word(outcome, batch):
    """What becomes of a line, or became of it."""
    if batch.state == ImportState.DONE:
        return {
            ImportOutcome.CREATE: pgettext("import", "Created"),
            ImportOutcome.UPDATE: pgettext("import", "Completed"),
        }.get(outcome, outcome.label)
    return outcome.label


def _file(form, rows, name):
    write, mimetype = FORMATS[form]
    response = HttpResponse(write(rows), mimetype)
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.{form}"'
    return response
