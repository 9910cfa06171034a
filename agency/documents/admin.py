"""What staff look up: which document was issued to whom, when, and its file."""

import re

from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from agency.core.admin import RoomAdmin, display, moment, register
from agency.core.admin.filters import PresetFilter
from agency.core.admin.words import describe
from agency.core.templatetags.plateau import file_size
from agency.documents import kinds
from agency.documents.models import IssuedDocument
from agency.documents.services import short_hash
from agency.documents.views import filename

FINGERPRINT = re.compile("[0-9a-f]{12}")

describe(issue=_("Issued"), withdraw_document=_("Withdrawn, replaced by nothing"))


class KindFilter(PresetFilter):
    """The kinds by their names, not by their codes."""

    title = _("kind")
    parameter_name = "genre"

    @property
    def presets(self):
        return {code: (label, Q(kind=code)) for code, label in kinds.choices()}


@register(IssuedDocument)
class IssuedDocumentAdmin(RoomAdmin):
    """Read only, for no rule lets anybody add or change one: a service issues it."""

    list_display = [
        "reference",
        "version",
        "title",
        "recipient",
        "kind_label",
        moment("issued_at", _("issued at")),
    ]
    list_filter = [KindFilter, "issued_at"]
    list_select_related = ["recipient"]
    search_fields = [
        "reference",
        "title",
        "content_hash__startswith",
        "recipient__family_name",
        "recipient__given_name",
        "recipient__email",
    ]
    search_hint = _("Reference, title, name, fingerprint")
    empty_text = _(
        "Every convocation that is issued stays here, numbered, with its fingerprint."
    )
    date_hierarchy = "issued_at"
    # A spreadsheet sorts a moment, not the words of one.
    export_fields = (
        "reference",
        "version",
        "title",
        "recipient",
        "kind_label",
        "issued_at",
    )
    fields = [
        "link",
        "reference",
        "version",
        "title",
        "kind_label",
        "recipient",
        "issued_at",
        "issued_by",
        "supersedes",
        "withdrawn_at",
        "fingerprint",
        "sha256",
        "weight",
    ]
    readonly_fields = fields

    @display(description=_("kind"), ordering="kind")
    def kind_label(self, document):
        return kinds.get(document.kind).label

    @display(description=_("fingerprint on the paper"))
    def fingerprint(self, document):
        return short_hash(document.content_hash)

    @display(description=_("document"))
    def link(self, document):
        return format_html(
            '<a href="{}">{}</a>', document.get_absolute_url(), filename(document)
        )

    @display(description=_("size"))
    def weight(self, document):
        return file_size(document.size)

    def get_search_results(self, request, queryset, search_term):
        """A fingerprint is found as it stands on the paper, in three groups."""
        joined = "".join(search_term.split()).lower()
        if FINGERPRINT.fullmatch(joined):
            search_term = joined
        return super().get_search_results(request, queryset, search_term)
