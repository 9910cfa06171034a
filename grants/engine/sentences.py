"""What each step says: a sentence that an applicant, a member and an auditor read."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.core import dates
from agency.core.figures import euros, number
from grants.choices import Basis, ExpenseKind, ZoneCode

LIMITS = {
    "rate": gettext_lazy("the share that is paid"),
    "deficit": gettext_lazy("the deficit of the tour"),
    "performances": gettext_lazy("the most for the performances"),
    "application": gettext_lazy("the most for an application"),
    "show_season": gettext_lazy("the most for a show in a season"),
    "beneficiary_year": gettext_lazy("the most for an organisation in a year"),
    "public": gettext_lazy("the ceiling of public aid"),
    "requested": gettext_lazy("the amount asked for"),
    "minimum": gettext_lazy("an amount under the floor"),
}


def limit_name(rule):
    return str(LIMITS.get(rule, rule))


def zone_name(code):
    return str(dict(ZoneCode.choices).get(code, code))


def percent(value):
    return f"{value}{dates.THIN}%"


def quantity(value):
    whole = value == value.to_integral_value()
    return number(int(value) if whole else value.normalize() + 0)


def name_of(line, category):
    """The words of the applicant for an expense, or those of its kind."""
    if line.label:
        return line.label
    if category is not None:
        return category.label
    return str(dict(ExpenseKind.choices).get(line.category, line.category))


# --- Lines ------------------------------------------------------------------------------
def line(line, category, rated, counted, retained):
    told = _declared(line, category, rated, counted)
    if retained < counted:
        told += " " + _why_less(line, category, rated, retained)
    elif category.basis == Basis.ACTUAL:
        told += " " + _("Retained in full.")
    return told


def _declared(line, category, rated, counted):
    said = {
        "name": name_of(line, category),
        "quantity": quantity(line.quantity),
        "unit": euros(_shown(line.unit_amount)),
        "sum": euros(counted),
    }
    if category.basis == Basis.FLAT:
        if rated.amount is None:
            return _("%(name)s: no rate on that day, nothing is counted.") % said
        said["unit"] = euros(_shown(rated.amount))
        return _("%(name)s: flat, %(quantity)s \u00d7 %(unit)s = %(sum)s.") % said
    return _("%(name)s: %(quantity)s \u00d7 %(unit)s = %(sum)s.") % said


def _why_less(line, category, rated, retained):
    said = {"sum": euros(retained)}
    if category.line_cap is not None and retained == category.line_cap:
        return _("Retained up to the most for a line: %(sum)s.") % said
    said["unit"] = euros(_shown(rated.amount))
    if rated.several:
        return (
            _("The scale, on the average of your dates, is %(unit)s: %(sum)s retained.")
            % said
        )
    return _("The scale is %(unit)s: %(sum)s retained.") % said


def _shown(amount):
    """At most four decimals, as scales have."""
    return amount.quantize(Decimal("0.0001"))


def override(line, category, before, after):
    sign = "+" if after >= before else "\u2212"
    return _("Instruction, %(name)s: %(sign)s%(sum)s. Reason: %(reason)s") % {
        "name": name_of(line, category),
        "sign": sign,
        "sum": euros(abs(after - before)),
        "reason": line.reason,
    }


def ineligible(line, category):
    return _("%(name)s: %(sum)s, not paid by this scheme.") % {
        "name": name_of(line, category),
        "sum": euros(line.typed),
    }


# --- From the base to the share -----------------------------------------------------------
def base(retained, borne, left):
    said = {"retained": euros(retained), "borne": euros(borne), "base": euros(left)}
    if not borne:
        return _("Expenses retained: %(retained)s. This is the base of the aid.") % said
    return (
        _(
            "Expenses retained: %(retained)s, less %(borne)s that the host bears. Base of "
            "the aid: %(base)s."
        )
        % said
    )


def share(inputs, base, shares):
    if not shares:
        return _("No share is set for these dates: nothing is paid.")
    if not inputs.performances:
        return _(
            "No date is given yet: the lowest share, %(rate)s, is counted meanwhile."
        ) % {"rate": percent(shares[0].rate)}
    if len(shares) == 1:
        return _one_zone(shares[0], base)
    count = sum(one.count for one in shares)
    parts = [
        _("%(zone)s, %(count)s of %(all)s at %(rate)s")
        % {
            "zone": _place(one),
            "count": one.count,
            "all": count,
            "rate": percent(one.rate),
        }
        for one in shares
    ]
    return _(
        "Several zones: the base is shared in proportion to the performances in each. "
        "%(parts)s."
    ) % {"parts": f"{dates.THIN}; ".join(parts)}


def _one_zone(one, base):
    if not one.paid:
        return _("%(zone)s: this scheme pays nothing there.") % {"zone": one.label}
    return _("%(zone)s: %(rate)s of %(base)s.") % {
        "zone": _place(one),
        "rate": percent(one.rate),
        "base": euros(base),
    }


def _place(one):
    if not one.from_km:
        return one.label
    return _("%(zone)s from %(km)s km on") % {
        "zone": one.label,
        "km": number(one.from_km),
    }


# --- What limits it -------------------------------------------------------------------------
def limited(sentence, reduces):
    """The sentence of a limit, and whether the aid had to come down to it."""
    told = _("The aid is reduced to it.") if reduces else _("The aid is within it.")
    return f"{sentence} {told}"


def deficit(spent, income, most):
    return _("Deficit of the tour: %(spent)s \u2212 %(income)s = %(most)s.") % {
        "spent": euros(spent),
        "income": euros(income),
        "most": euros(most),
    }


def per_performance(inputs, counted, most):
    rules = inputs.rules
    said = {
        "cap": euros(rules.cap_per_performance),
        "count": counted,
        "all": inputs.count,
        "most": euros(most),
    }
    if counted < inputs.count:
        return (
            _(
                "Most for the performances: %(cap)s \u00d7 %(count)s (of %(all)s) = "
                "%(most)s."
            )
            % said
        )
    return (
        ngettext(
            "Most for the performance: %(cap)s.",
            "Most for the performances: %(cap)s \u00d7 %(count)s = %(most)s.",
            2 if counted != 1 else 1,  # French counts none as one: say "x 0"
        )
        % said
    )


def per_application(most):
    return _("Most for an application: %(most)s.") % {"most": euros(most)}


def per_season(cap, already):
    said = {"cap": euros(cap), "already": euros(already)}
    if not already:
        return _("Most for a show in a season: %(cap)s.") % said
    return _("Most for a show in a season: %(cap)s, less %(already)s already.") % said


def per_year(cap, already):
    said = {"cap": euros(cap), "already": euros(already)}
    if not already:
        return _("Most for an organisation in a year: %(cap)s.") % said
    return (
        _("Most for an organisation in a year: %(cap)s, less %(already)s already.")
        % said
    )


def public(spent, share, others):
    return _(
        "Public aid, at most %(share)s of %(spent)s, less %(others)s of other public "
        "aid."
    ) % {"share": percent(share), "spent": euros(spent), "others": euros(others)}


def requested(most):
    return _("Amount asked for: %(most)s.") % {"most": euros(most)}


# --- The end --------------------------------------------------------------------------------
def floor(minimum, under):
    said = {"sum": euros(minimum)}
    if under:
        return _("Under the floor of %(sum)s: nothing is paid.") % said
    return _("Floor of %(sum)s: passed, or nothing to pay.") % said


def rounded(unit):
    return _("Rounded down to %(sum)s.") % {"sum": euros(unit)}


def outcome(amount, binding):
    if not amount and binding == "rate":
        return _("Nothing is paid.")
    return _("Aid: %(sum)s. What sets it: %(limit)s.") % {
        "sum": euros(amount),
        "limit": limit_name(binding),
    }
