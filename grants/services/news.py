"""What is new between two versions of the rules of a scheme, in a few lines."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from grants.services.words import shown

UNTOLD = {
    *("id", "version", "scheme", "number", "state"),
    *("created_at", "published_at", "is_example"),
}


@dataclass(frozen=True)
class Change:
    """One thing that differs; ``before`` or ``after`` is empty for what is new or gone."""

    what: str
    before: str
    after: str


def between(old, new):
    """The changes from ``old`` to ``new``, those of the rules themselves first."""
    return [*_columns(old, new), *_rows(old, new)]


def _columns(old, new):
    for field in new._meta.concrete_fields:
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name not in UNTOLD and before != after:
            name = capfirst(str(field.verbose_name))
            yield Change(name, shown(old, field.name), shown(new, field.name))


def _rows(old, new):
    for told in (_zones, _expenses, _papers, _conditions, _criteria):
        title, tell = told()
        before, after = tell(old), tell(new)
        for name in dict.fromkeys([*before, *after]):
            if before.get(name) != after.get(name):
                what = f"{title} \u2013 {name}"
                yield Change(what, before.get(name, ""), after.get(name, ""))


def _zones():
    def tell(rules):
        return {
            f"{zone}{_far(zone)}": f"{zone.rate}\u202f%" for zone in rules.zones.all()
        }

    return _("Zone"), tell


def _far(zone):
    if not zone.from_km:
        return ""
    return _(" from %(km)s km") % {"km": zone.from_km}


def _expenses():
    def tell(rules):
        rows = rules.expense_categories.prefetch_related("scales")
        return {str(row): _expense(row) for row in rows}

    return _("Expense"), tell


def _expense(row):
    if not row.eligible:
        return _("not paid")
    rates = ", ".join(
        f"{scale.amount.normalize():f}".replace(".", ",") for scale in row.scales.all()
    )
    return f"{row.get_basis_display()} {rates}".strip()


def _papers():
    def tell(rules):
        return {
            row.label: f"{row.get_needed_display()}{_valid(row)}"
            for row in rules.requirements.all()
        }

    return _("Paper asked"), tell


def _valid(row):
    if not row.validity_days:
        return ""
    return _(", less than %(days)s days old") % {"days": row.validity_days}


def _conditions():
    def tell(rules):
        return {row.message: _("asked") for row in rules.eligibility_rules.all()}

    return _("Condition"), tell


def _criteria():
    def tell(rules):
        return {
            row.label: _("weight %(weight)s") % {"weight": row.weight}
            for row in rules.criteria.all()
        }

    return _("Criterion"), tell
