"""The rules of a scheme in sentences: what a page says of their figures."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core import dates
from agency.core.clock import today
from agency.core.figures import euros, number
from grants.choices import Majority

MONTH, YEAR = 30, 365


def percent(value):
    return f"{value}{dates.THIN}%"


def rate_span(zones):
    """Between the lowest share and the highest, in a few words; ``""`` without a zone."""
    rates = sorted({zone.rate for zone in zones})
    if not rates:
        return ""
    if len(rates) == 1:
        return _("%(rate)s of the expenses that count") % {"rate": percent(rates[0])}
    return _("%(low)s to %(high)s of the expenses that count") % {
        "low": rates[0],
        "high": percent(rates[-1]),
    }


def at_a_glance(rules):
    """What an aid comes to, in one line: its share, and its most."""
    parts = [rate_span(rules.zones.all())]
    if rules.cap_per_application is not None:
        parts.append(_("%(sum)s at most") % {"sum": euros(rules.cap_per_application)})
    elif rules.cap_per_performance is not None:
        parts.append(
            _("%(sum)s a performance at most")
            % {"sum": euros(rules.cap_per_performance)}
        )
    return ", ".join(part for part in parts if part)


def caps(rules):
    """What limits the aid, a sentence each, in the order in which it is computed."""
    said = []
    if rules.deduct_host:
        said.append(_("What the host bears is deducted from the expenses."))
    if rules.cap_to_deficit:
        said.append(_("The aid is never more than the deficit of the tour."))
    said += _sums(rules)
    if rules.public_ceiling is not None:
        said.append(
            _("All public aid together covers %(share)s of the expenses at most.")
            % {"share": percent(rules.public_ceiling)}
        )
    said.append(_("The aid is never more than what you ask for."))
    if rules.minimum_award:
        said.append(
            _("Under %(sum)s, nothing is paid.") % {"sum": euros(rules.minimum_award)}
        )
    if rules.rounding > 1:
        said.append(
            _("The result is rounded down to %(sum)s.") % {"sum": euros(rules.rounding)}
        )
    return said


def _sums(rules):
    if rules.cap_per_performance is not None:
        yield _per_performance(rules)
    for name, sentence in (
        ("cap_per_application", _("%(sum)s at most for an application.")),
        ("cap_per_show_season", _("%(sum)s at most for a show in a season.")),
        (
            "cap_per_beneficiary_year",
            _("%(sum)s at most for an organisation in a year."),
        ),
    ):
        if (value := getattr(rules, name)) is not None:
            yield sentence % {"sum": euros(value)}


def _per_performance(rules):
    said = {"sum": euros(rules.cap_per_performance)}
    if rules.performances_counted is None:
        return _("%(sum)s at most for each performance.") % said
    count = rules.performances_counted
    return ngettext(
        "%(sum)s at most for each performance; %(count)s counts at most.",
        "%(sum)s at most for each performance; %(count)s count at most.",
        count,
    ) % (said | {"count": count})


def payment(rules):
    """When the money comes, and what is asked in return."""
    if rules.advance:
        said = [
            _(
                "%(share)s of the aid is paid once the agreement is signed, the balance on the "
                "final report."
            )
            % {"share": percent(rules.advance)}
        ]
    else:
        said = [_("The aid is paid on the final report.")]
    said.append(
        ngettext(
            "The final report is due %(count)s day after the last performance.",
            "The final report is due %(count)s days after the last performance.",
            rules.report_days,
        )
        % {"count": number(rules.report_days)}
    )
    said.append(
        ngettext(
            "The aid lapses after %(count)s day without a signed agreement.",
            "The aid lapses after %(count)s days without a signed agreement.",
            rules.lapse_days,
        )
        % {"count": number(rules.lapse_days)}
    )
    return said


def deliberation(rules):
    """How the commission comes to its opinion."""
    said = [
        _(
            "The commission deliberates when %(share)s of its members are present or "
            "represented."
        )
        % {"share": percent(rules.quorum)},
        _("An opinion needs: %(majority)s.")
        % {"majority": Majority(rules.majority).label.lower()},
    ]
    if rules.casting_vote:
        said.append(_("When votes are equal, the vote of the chair decides."))
    return said


def zone_name(zone):
    """Other regions, from 500 kilometres, there and back."""
    if not zone.from_km:
        return str(zone)
    return _("%(zone)s, from %(km)s kilometres there and back") % {
        "zone": zone,
        "km": number(zone.from_km),
    }


def scale_name(scale):
    """What a rate is for: its transport, its zone, or both; ``""`` for all."""
    parts = [scale.get_mode_display() if scale.mode else ""]
    parts.append(scale.get_zone_display() if scale.zone else "")
    return ", ".join(part for part in parts if part)


def since(scale):
    """From when a rate holds, where that is not so on this day."""
    day = today()
    if scale.valid_from > day:
        return _("from %(day)s on") % {"day": dates.day_year(scale.valid_from)}
    if scale.valid_until is not None:
        return _("until %(day)s") % {"day": dates.day_year(scale.valid_until)}
    return ""


def when_needed(requirement):
    """How long a document stays valid, in a few words, or ``""``."""
    days = requirement.validity_days
    if days is None:
        return ""
    if days % YEAR == 0:
        return ngettext(
            "dated less than %(count)s year ago",
            "dated less than %(count)s years ago",
            days // YEAR,
        ) % {"count": days // YEAR}
    if days % MONTH == 0:
        return ngettext(
            "dated less than %(count)s month ago",
            "dated less than %(count)s months ago",
            days // MONTH,
        ) % {"count": days // MONTH}
    return ngettext(
        "dated less than %(count)s day ago", "dated less than %(count)s days ago", days
    ) % {"count": number(days)}
