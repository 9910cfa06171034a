"""Lines of organisations: by SIRET, else by name and town; never merged in silence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core.text import fold
from agency.people.choices import ImportOutcome, OrganisationKind
from agency.people.imports.directory import House
from agency.people.imports.plans import shown
from agency.people.models import Organisation

COLUMNS = (
    *("name", "kind", "siret", "licence", "email", "phone", "website", "address"),
    *("postal_code", "city", "territory"),
)


def same(before, after):
    """Whether nothing changes; capitals and accents alone are no change."""
    if isinstance(before, str) and isinstance(after, str):
        return fold(before) == fold(after)
    return before == after


def settle(plan, directory, batch):
    """Whom the line is about, or why it is left."""
    values = plan.values
    name, town = fold(values["name"]), fold(values.get("city", ""))
    siret = values.get("siret", "")
    if siret in directory.set_aside:
        _leave(plan, _set_aside(siret))
        return
    house = directory.houses_by_siret.get(siret) if siret else None
    if house is None:
        house = _by_name(plan, directory.houses_by_name.get(name, ()), town, siret)
    if not plan.is_open:
        return
    if house is None:
        new = House(None, name, town, siret, values["name"], plan.number)
        plan.target = directory.add_house(new)
        plan.outcome = ImportOutcome.CREATE
    elif house.line:
        _leave(
            plan,
            _("Same organisation as line %(line)s: only the first is taken.")
            % {"line": house.line},
        )
    else:
        house.line = plan.number
        plan.target, plan.outcome = house, ImportOutcome.UPDATE
        directory.rename(house, name, siret)


def _by_name(plan, namesakes, town, siret):
    """The one house of that name, when there is no doubt that it is the same."""
    here = [one for one in namesakes if one.city == town]
    if not here:
        # Somewhere else is somebody else; no town on one side may be the same.
        here = [one for one in namesakes if not one.city or not town]
    if not here:
        return None
    if len(here) > 1:
        said = ngettext(
            "%(count)s organisation has this name: write its SIRET or its town.",
            "%(count)s organisations have this name: write the SIRET or the town.",
            len(here),
        )
        _leave(plan, said % {"count": len(here)})
        return None
    (house,) = here
    if siret and house.siret and house.siret != siret:
        _leave(
            plan,
            _(
                "An organisation of this name has another SIRET (%(siret)s): look which "
                "is right, or write another name."
            )
            % {"siret": house.siret},
        )
        return None
    return house


def _set_aside(siret):
    return _(
        "The organisation of this SIRET (%(siret)s) was merged into another: correct "
        "that one by hand, or undo the merge first."
    ) % {"siret": siret}


def _leave(plan, sentence):
    plan.stop(ImportOutcome.IGNORE, sentence)


def load(plans):
    """Each plan with its own row: two queries."""
    pks = [plan.target.pk for plan in plans if plan.target and plan.target.pk]
    rows = Organisation.objects.select_related("territory").prefetch_related("labels")
    found = rows.in_bulk(pks)
    for plan in plans:
        if plan.target and plan.target.pk:
            plan.row = found[plan.target.pk]


def compare(plan):
    """What the line would write, and what the preview says of it."""
    row = plan.row
    known = {label.pk for label in row.labels.all()} if row else set()
    for column in COLUMNS:
        if column in plan.values:
            before = getattr(row, column) if row else None
            after = plan.values[column]
            if not same(before, after):
                plan.columns[column] = after
                plan.change(column, _word(column, before), _word(column, after))
    plan.labels = [one for one in plan.values.get("labels", ()) if one.pk not in known]
    if plan.labels:
        held = [label.name for label in row.labels.all()] if row else []
        named = [label.name for label in plan.labels]
        plan.change("labels", sorted(held), sorted({*held, *named}))
    if row is None and "kind" not in plan.columns:
        plan.columns["kind"] = OrganisationKind.OTHER
        plan.change("kind", "", _word("kind", OrganisationKind.OTHER))
        plan.remarks.append(_("No kind given: written as another organisation."))


def _word(column, value):
    if column == "kind" and value:
        return str(OrganisationKind(value).label)
    return shown(value)
