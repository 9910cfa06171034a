"""What an application says at one moment: frozen, hashed, compared with another."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from agency.core.dates import day_year
from agency.core.figures import euros
from grants.models import (
    Application,
    ExpenseLine,
    IncomeLine,
    Leg,
    PartyMember,
    Performance,
    Show,
)

FORMAT = 1
OWN = (
    "number",
    "title",
    "siret",
    "licence",
    "licence_until",
    "iban",
    "account_holder",
    "purpose",
    "stakes",
    "solidarity",
    "greener",
    "requested",
)
OF_THE_SHOW = ("title", "discipline", "created_on", "authors")
ROWS = {
    "performances": Performance,
    "legs": Leg,
    "party": PartyMember,
    "expenses": ExpenseLine,
    "incomes": IncomeLine,
}
# What the house writes in a row, or what only orders it, is not what was sent.
NOT_SENT = {"id", "application", "version", "retained", "retained_reason"}
# Read whole by nobody in a comparison: its end is enough to see that it changed.
MASKED, SHOWN = {"iban"}, 4
MONEY = {"fee", "unit_amount", "amount", "requested"}


def of(application):
    """The content of ``application`` as it stands in the database, ready for JSON."""
    sitting, show = application.sitting, application.show
    return {
        "format": FORMAT,
        "application": _fields(application, OWN),
        "scheme": {
            "code": application.scheme.code,
            "name": application.scheme.name,
            "rules": application.rules.number,
        },
        "sitting": {
            "id": sitting.pk,
            "year": sitting.year,
            "number": sitting.number,
            "meets_at": sitting.meets_at.isoformat(),
        },
        "organisation": {
            "id": application.organisation_id,
            **_fields(application.organisation, ("name", "kind", "city")),
        },
        "show": show and {"id": show.pk, **_fields(show, OF_THE_SHOW)},
        "rows": {
            name: [_row(row) for row in model.objects.filter(application=application)]
            for name, model in ROWS.items()
        },
        "documents": [
            {
                "id": one.pk,
                **_fields(one, ("requirement", "name", "sha256", "dated_on")),
            }
            for one in application.documents.filter(replaced_by=None)
        ],
    }


def _row(row):
    return {"id": row.pk, **_fields(row, sent_of(type(row)))}


def sent_of(model):
    """The names of the fields of a row that are its author's."""
    return [one.name for one in model._meta.fields if one.name not in NOT_SENT]


def _fields(row, names):
    return {name: _plain(row, name) for name in names}


def _plain(row, name):
    value = getattr(row, name)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (Decimal, float)):
        places = row._meta.get_field(name).decimal_places
        return f"{Decimal(value):.{places}f}"
    return value if value is None or isinstance(value, (int, bool)) else str(value)


def canonical(content):
    """The one way to write ``content``: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def sha256(content):
    return hashlib.sha256(canonical(content).encode()).hexdigest()


# --- Compared --------------------------------------------------------------------
@dataclass
class Change:
    """One thing that is not as it was: ``before`` or ``after`` empty, it is new or gone."""

    label: str
    before: str = ""
    after: str = ""


@dataclass
class Section:
    """What has changed in one part of an application."""

    name: str
    changes: list = field(default_factory=list)


def compare(before, after):
    """The ``Section``s in which two contents differ, for people to read."""
    sections = [
        Section(
            _("The application"),
            _differences(Application, before, after, "application"),
        ),
        Section(_("The show"), _of_the_show(before, after)),
        *(_of_rows(name, model, before, after) for name, model in ROWS.items()),
        Section(_("Papers of the file"), _of_documents(before, after)),
    ]
    return [one for one in sections if one.changes]


def _differences(model, before, after, part):
    return list(_changed(model, before[part], after[part]))


def _of_the_show(before, after):
    old, new = before["show"] or {}, after["show"] or {}
    return list(_changed(Show, old, new, OF_THE_SHOW))


def _changed(model, old, new, names=None):
    """The fields that differ, in the order of the model's."""
    for name in names or [one for one in new if one != "id"]:
        if old.get(name) != new.get(name):
            label = str(model._meta.get_field(name).verbose_name)
            yield Change(
                label,
                said(model, name, old.get(name)),
                said(model, name, new.get(name)),
            )


def _of_rows(name, model, before, after):
    old = {row["id"]: row for row in before["rows"][name]}
    new = {row["id"]: row for row in after["rows"][name]}
    changes = []
    for pk, row in new.items():
        if pk not in old:
            changes.append(Change(title(name, row), after=summary(model, row)))
            continue
        changes += [
            Change(f"{title(name, row)}, {one.label}", one.before, one.after)
            for one in _changed(model, old[pk], row)
            if one.label != str(model._meta.get_field("order").verbose_name)
        ]
    for pk, row in old.items():
        if pk not in new:
            changes.append(Change(title(name, row), before=summary(model, row)))
    return Section(str(model._meta.verbose_name_plural), changes)


def title(name, row):
    """What a row of a snapshot is called."""
    if name == "performances":
        return f"{row['venue']}, {row['city']}"
    if name == "legs":
        return f"{row['origin']} \u2013 {row['destination']}"
    if name == "party":
        return said(PartyMember, "function", row["function"])
    if name == "expenses":
        return row["label"] or said(ExpenseLine, "category", row["category"])
    return row["funder"] or said(IncomeLine, "kind", row["kind"])


def summary(model, row):
    """A row that is new, or gone, in one line."""
    told = {
        Performance: ("day", "count", "zone"),
        Leg: ("mode", "distance_km"),
        PartyMember: ("count", "nights"),
        ExpenseLine: ("quantity", "unit_amount"),
        IncomeLine: ("amount",),
    }[model]
    return ", ".join(
        f"{model._meta.get_field(one).verbose_name} {said(model, one, row[one])}"
        for one in told
    )


def _of_documents(before, after):
    old = {one["id"]: one for one in before["documents"]}
    new = {one["id"]: one for one in after["documents"]}
    given = [
        Change(one["name"], after=_("given"))
        for pk, one in new.items()
        if pk not in old
    ]
    gone = [
        Change(one["name"], before=_("replaced"))
        for pk, one in old.items()
        if pk not in new
    ]
    return gone + given


def said(model, name, value):
    """A value of a snapshot as French writes it: its word, its day, its comma."""
    if value in (None, ""):
        return ""
    if name in MASKED:
        return f"\u2026{value[-SHOWN:]}"
    known = model._meta.get_field(name)
    if known.choices:
        return str(dict(known.flatchoices).get(value, value))
    kind = known.get_internal_type()
    if kind == "DateField":
        return day_year(date.fromisoformat(value))
    if kind == "BooleanField":
        return _("yes") if value else _("no")
    if name in MONEY:
        return euros(Decimal(value))
    return str(value).replace(".", ",") if kind == "DecimalField" else str(value)
