"""The summary of an application as it was sent: the PDF that comes with the receipt."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.core.dates import NBSP, day_year, span
from agency.core.figures import number
from agency.documents import kinds, services
from agency.documents.models import IssuedDocument
from grants.models import (
    Application,
    ApplicationRevision,
    ExpenseLine,
    IncomeLine,
    Leg,
    PartyMember,
    Performance,
    Show,
)

SUMMARY = "grant_summary"
TEMPLATE = "grants/documents/application_summary"
READ = ApplicationRevision.objects.select_related(
    "application__scheme",
    "application__rules",
    "application__sitting__session__activity",
    "application__organisation",
    "application__show",
    "submitted_by",
)
# What is read of an IBAN on paper: whose it is may be checked, nobody can use it.
SHOWN = 4
TEXTS = ("purpose", "stakes", "solidarity", "greener")


def declare():
    """The kind of document; called once, at start."""
    kinds.register(
        kinds.DocumentKind(SUMMARY, "RDD", gettext_lazy("Summary of an application"))
    )


def application_summary(revision):
    """Issue the summary of ``revision`` (a row of ``READ``), or return the one there is.

    A later revision replaces it under the same reference. It has no recipient: its
    editors and the team receive it through the door of the application.
    """
    return services.issue(
        SUMMARY,
        title=str(revision.application),
        about=revision,
        recipient=None,
        template=TEMPLATE,
        context=context(revision),
        by=revision.submitted_by,
        supersedes=_before(revision),
    )


def _before(revision):
    """The document of the revision before, or None."""
    older = ApplicationRevision.objects.filter(
        application=revision.application_id, number__lt=revision.number
    )
    rows = issued().filter(object_id__in=older.values("pk"))
    return rows.order_by("-version").first()


def issued():
    """Those that are made."""
    about = ContentType.objects.get_for_model(ApplicationRevision)
    rows = IssuedDocument.objects.filter(kind=SUMMARY, content_type=about)
    return rows.exclude(file="")


def context(revision):
    """What the template lists: the snapshot, as it was frozen, in words; and its sums."""
    content = revision.snapshot
    fields, rows = content["application"], rows_of(content)
    requested = Decimal(fields["requested"] or 0)
    return {
        "agency": settings.AGENCY,
        "revision": revision,
        "application": revision.application,
        "organisation": content["organisation"],
        "rules_number": content["scheme"]["rules"],
        "fields": fields,
        "told": _told(content),
        "texts": texts_of(content),
        "requested": requested,
        "balance": _total(rows["incomes"]) + requested,
        "documents": _documents(revision),
        **rows,
    }


def texts_of(content):
    """What its authors wrote at length in a snapshot, as (label, words)."""
    fields = content.get("application", {})
    return [
        (label_of(Application, name), fields[name])
        for name in TEXTS
        if fields.get(name)
    ]


def rows_of(content):
    """The rows of a snapshot as they are read: on paper, and beside a score card."""
    rows = content.get("rows", {})
    expenses = [_expense(one) for one in rows.get("expenses", ())]
    performances = rows.get("performances", ())
    return {
        "performances": [_performance(one) for one in performances],
        "performances_count": sum(one["count"] for one in performances),
        "journeys": [
            *map(_leg, rows.get("legs", ())),
            *map(_party, rows.get("party", ())),
        ],
        "expenses": expenses,
        "expenses_total": _total(expenses),
        "incomes": [_income(one) for one in rows.get("incomes", ())],
    }


def label_of(model, name):
    return model._meta.get_field(name).verbose_name


def word(model, name, value):
    """The word of a code in one of the closed lists."""
    return str(dict(model._meta.get_field(name).flatchoices).get(value, value))


def _told(content):
    fields, show = content["application"], content["show"]
    until = fields["licence_until"]
    licence = fields["licence"]
    if licence and until:
        licence = _("%(licence)s, until %(day)s") % {
            "licence": licence,
            "day": day_year(date.fromisoformat(until)),
        }
    known = [
        (_("organisation"), _with_town(content["organisation"])),
        (label_of(Application, "siret"), by_threes(fields["siret"])),
        (label_of(Application, "licence"), licence),
        (_("bank account"), _account(fields)),
        (label_of(Application, "show"), show and _show(show)),
    ]
    return [(label, value) for label, value in known if value]


def _with_town(organisation):
    return ", ".join(filter(None, (organisation["name"], organisation["city"])))


def _account(fields):
    """Whose it is, and its last signs: enough to recognise it, not to use it."""
    if not fields["iban"]:
        return ""
    return f"{fields['account_holder']}, \u2026{fields['iban'][-SHOWN:]}"


def _show(show):
    created = show["created_on"] and day_year(date.fromisoformat(show["created_on"]))
    parts = (show["title"], word(Show, "discipline", show["discipline"]), created)
    return ", ".join(filter(None, parts))


def by_threes(siret):
    """732 829 320 00074: as it is read aloud."""
    parts = (siret[:3], siret[3:6], siret[6:9], siret[9:])
    return NBSP.join(filter(None, parts))


def _performance(row):
    first = date.fromisoformat(row["day"])
    last = row["last_day"] and date.fromisoformat(row["last_day"])
    days = span(first, last) if last and last != first else day_year(first)
    worded = {
        name: word(Performance, name, row[name])
        for name in ("zone", "contract", "contract_status")
    }
    return row | worded | {"days": days}


def _leg(row):
    there = row["distance_km"] * (2 if row["there_and_back"] else 1)
    way = word(Leg, "mode", row["mode"])
    return (
        f"{row['origin']} \u2013 {row['destination']}",
        f"{way}, {number(there)}{NBSP}km",
    )


def _party(row):
    nights = ngettext("%(count)s night each", "%(count)s nights each", row["nights"])
    people = ngettext("%(count)s person", "%(count)s people", row["count"])
    said = people % {"count": row["count"]}
    if row["nights"]:
        said = f"{said}, {nights % {'count': row['nights']}}"
    return word(PartyMember, "function", row["function"]), said


def _expense(row):
    """Its label, its kind unless that is the label, its amount to the cent."""
    kind = word(ExpenseLine, "category", row["category"])
    amount = Decimal(row["quantity"]) * Decimal(row["unit_amount"])
    named = (row["label"], kind) if row["label"] else (kind, "")
    return (*named, amount.quantize(Decimal("0.01")))


def _income(row):
    kind = word(IncomeLine, "kind", row["kind"])
    named = (row["funder"], kind) if row["funder"] else (kind, "")
    return (*named, Decimal(row["amount"]))


def _total(lines):
    return sum((amount for _label, _kind, amount in lines), Decimal(0))


def _documents(revision):
    """The papers as they are called in the rules; one that the rules lost by its name."""
    asked = revision.application.rules.requirements.all()
    labels = {one.key: one.label for one in asked}
    return [
        (labels.get(one["requirement"], one["requirement"]), one["name"])
        for one in revision.snapshot["documents"]
    ]
