"""Who and what may be aided: each rule on an application, and whether a rule is sound."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from stdnum.fr import siret

from agency.core.clock import paris, today
from agency.core.text import fold
from agency.people.choices import OrganisationKind, TerritoryKind
from agency.people.models import Territory
from grants.choices import (
    ContractStatus,
    ContractType,
    RuleSubject,
    Severity,
    ZoneCode,
)
from grants.models import Application, EligibilityRule
from grants.services.computation import played
from grants.states import RUNNING

R = RuleSubject
# What a rule looks at through a number, and through codes of which list.
BY_NUMBER = {
    R.LEAST_PERFORMANCES,
    R.MOST_PERFORMANCES,
    R.LEAST_VENUES,
    R.DAYS_BEFORE,
    R.SHOW_AGE,
    R.SPAN,
}
BY_CODES = {
    R.ORGANISATION_KIND: OrganisationKind,
    R.ZONE: ZoneCode,
    R.CONTRACT: ContractType,
}


@dataclass(frozen=True)
class Finding:
    """What one rule says: ``known`` is False when too little is given to judge."""

    rule: EligibilityRule
    met: bool
    severity: str
    message: str
    known: bool = True

    @property
    def bars(self):
        return not self.met and self.severity == Severity.BLOCKING


@dataclass(frozen=True)
class Facts:
    """What the rules look at; None: not given (the simulator asks little)."""

    on: date
    kind: str | None = None
    # Codes of where it works and of what that is part of; the home region is "home".
    territories: frozenset | None = None
    siret: str | None = None
    licence: str | None = None
    licence_until: date | None = None
    performances: tuple | None = None
    count: int | None = None
    zones: frozenset | None = None
    created_on: date | None = None
    show: bool | None = None
    balanced: bool | None = None
    # The zones of the other files of the year.
    applied: frozenset | None = None


def findings(application):
    """Every rule of the application's version on it, in order: a list of ``Finding``."""
    rules = list(application.rules.eligibility_rules.all())
    return judged(rules, facts_of(application, {rule.subject for rule in rules}))


def judged(rules, facts):
    """What each of ``rules`` says of ``facts``."""
    return [_finding(rule, JUDGES[rule.subject](rule, facts)) for rule in rules]


def _finding(rule, verdict):
    return Finding(
        rule=rule,
        met=bool(verdict),
        severity=rule.severity,
        message=rule.message,
        known=verdict is not None,
    )


# --- What is known of an application ----------------------------------------------------
def facts_of(application, subjects):
    """The ``Facts`` of an application; what ``subjects`` do not ask is not looked up."""
    shows = tuple(played(application))
    sent = application.submitted_at
    show = application.show
    facts = Facts(
        on=paris(sent).date() if sent else today(),
        kind=application.organisation.kind,
        siret=application.siret or application.organisation.siret,
        licence=application.licence,
        licence_until=application.licence_until,
        performances=shows,
        count=sum(one.count for one in shows),
        zones=frozenset(one.zone for one in shows),
        show=show is not None,
        created_on=show.created_on if show else None,
    )
    if R.TERRITORY in subjects:
        facts = replace(facts, territories=territories_of(application.organisation))
    if R.BALANCED in subjects:
        facts = replace(facts, balanced=_is_balanced(application))
    if R.ONCE_A_YEAR in subjects:
        facts = replace(facts, applied=_applied(application, shows))
    return facts


def territories_of(organisation):
    """The codes of where it works, up to the country; "home" in the agency's region."""
    found, at = set(), organisation.territory
    while at is not None and at.code not in found:
        found.add(at.code)
        region = at.kind == TerritoryKind.REGION
        if region and fold(at.name) == fold(settings.AGENCY["region"]):
            found.add("home")
        at = at.parent
    return frozenset(found)


def _is_balanced(application):
    spent = sum(row.quantity * row.unit_amount for row in application.expenses.all())
    income = sum(row.amount for row in application.incomes.all())
    gap = spent - income - (application.requested or 0)
    return bool(spent) and abs(gap) < 1


def _applied(application, shows):
    """The zones of the organisation's other running files of the scheme in that year."""
    if not shows:
        return frozenset()
    year = min(one.day for one in shows).year
    others = Application.objects.filter(
        organisation=application.organisation_id,
        scheme=application.scheme_id,
        state__in=RUNNING,
        performances__day__year=year,
    ).exclude(pk=application.pk)
    return frozenset(others.values_list("performances__zone", flat=True))


# --- Each subject: True, False, or None when it is not known -----------------------------
def _kind(rule, facts):
    return None if facts.kind is None else facts.kind in rule.codes


def _territory(rule, facts):
    if facts.territories is None:
        return None
    return bool(facts.territories & set(rule.codes or ["home"]))


def _siret(rule, facts):
    return None if facts.siret is None else siret.is_valid(facts.siret)


def _licence(rule, facts):
    if facts.licence is None:
        return None
    last = _last(facts) or facts.on
    until = facts.licence_until
    return bool(facts.licence) and until is not None and until >= last


def _zone(rule, facts):
    if facts.zones is None:
        return None
    return bool(facts.zones) and facts.zones <= set(rule.codes)


def _least(rule, facts):
    return None if facts.count is None else facts.count >= rule.number


def _most(rule, facts):
    return None if facts.count is None else facts.count <= rule.number


def _venues(rule, facts):
    if facts.performances is None:
        return None
    places = {(fold(one.venue), fold(one.city)) for one in facts.performances}
    return len(places) >= rule.number


def _contract(rule, facts):
    if facts.performances is None:
        return None
    kinds = {one.contract for one in facts.performances}
    return bool(kinds) and kinds <= set(rule.codes)


def _days_before(rule, facts):
    if facts.performances is None:
        return None
    first = _first(facts)
    return first is not None and (first - facts.on).days >= rule.number


def _not_contracted(rule, facts):
    if facts.performances is None:
        return None
    return not any(_contracted(one, facts.on) for one in facts.performances)


def _contracted(performance, day):
    if performance.contract_status != ContractStatus.SIGNED:
        return False
    return performance.signed_on is None or performance.signed_on < day


def _created(rule, facts):
    if facts.show is None:
        return None
    return facts.created_on is not None and facts.created_on <= facts.on


def _age(rule, facts):
    if facts.show is None:
        return None
    if facts.created_on is None:
        return False
    return months_after(facts.created_on, rule.number) >= facts.on


def _span(rule, facts):
    if facts.performances is None:
        return None
    first, last = _first(facts), _last(facts)
    return first is None or months_after(first, rule.number) >= last


def _balanced(rule, facts):
    return facts.balanced


def _once(rule, facts):
    return None if facts.applied is None else not facts.applied & facts.zones


def months_after(day, months):
    """The same day ``months`` later, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + min(months, 12_000), 12)
    last = monthrange(min(year, 9999), month + 1)[1]
    return date(min(year, 9999), month + 1, min(day.day, last))


def _first(facts):
    return min((one.day for one in facts.performances or ()), default=None)


def _last(facts):
    days = (one.last_day or one.day for one in facts.performances or ())
    return max(days, default=None)


JUDGES = {
    R.ORGANISATION_KIND: _kind,
    R.TERRITORY: _territory,
    R.SIRET: _siret,
    R.LICENCE: _licence,
    R.ZONE: _zone,
    R.LEAST_PERFORMANCES: _least,
    R.MOST_PERFORMANCES: _most,
    R.LEAST_VENUES: _venues,
    R.CONTRACT: _contract,
    R.DAYS_BEFORE: _days_before,
    R.NOT_CONTRACTED: _not_contracted,
    R.SHOW_CREATED: _created,
    R.SHOW_AGE: _age,
    R.SPAN: _span,
    R.BALANCED: _balanced,
    R.ONCE_A_YEAR: _once,
}


# --- Whether the rules are sound -----------------------------------------------------------
def problems(rules):
    """What stands against publishing the rules of eligibility of a version, in sentences."""
    rows = list(rules.eligibility_rules.all())
    found = [said for row in rows for said in _about(row)]
    return [*found, *_between(rows)]


def _about(row):
    said = {"rule": row.get_subject_display()}
    if not row.message.strip():
        yield _("%(rule)s: write what the applicant reads.") % said
    if row.subject in BY_NUMBER and not row.number:
        yield _("%(rule)s: give the number that it looks at, one at least.") % said
    codes = _codes(row)
    if codes is None:
        yield _("%(rule)s: the codes are not a list of codes.") % said
        return
    if row.subject in BY_CODES and not codes:
        yield _("%(rule)s: choose one thing at least that is accepted.") % said
    if unknown := sorted(set(codes) - _accepted(row, codes)):
        said["codes"] = ", ".join(unknown)
        yield _("%(rule)s: nothing is called %(codes)s.") % said


def _codes(row):
    """The codes of a rule; None when they are no list of words."""
    codes = row.codes
    if isinstance(codes, list) and all(isinstance(one, str) for one in codes):
        return codes
    return None


def _accepted(row, codes):
    if row.subject == R.TERRITORY and codes:
        known = Territory.objects.filter(code__in=codes)
        return {"home", *known.values_list("code", flat=True)}
    return set(BY_CODES[row.subject].values) if row.subject in BY_CODES else set()


def _between(rows):
    """Two rules that nothing can meet at once."""
    least = [row.number or 0 for row in rows if row.subject == R.LEAST_PERFORMANCES]
    most = [row.number or 0 for row in rows if row.subject == R.MOST_PERFORMANCES]
    if least and most and max(least) > min(most):
        yield _(
            "No application can have %(least)s performances at least and %(most)s at "
            "most."
        ) % {"least": max(least), "most": min(most)}
