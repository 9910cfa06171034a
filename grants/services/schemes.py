"""What the house pays for: the rules of a scheme are written, published, replaced.

Nothing in a published version changes: whoever wants other rules copies it, changes the
copy and publishes that. Only its last day is set, by the version that follows it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext as _

from agency.core import dates, journal
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked, move
from grants.choices import Basis
from grants.models import (
    Criterion,
    CriterionLevel,
    DocumentRequirement,
    EligibilityRule,
    ExpenseCategory,
    RateScale,
    Scheme,
    SchemeVersion,
    Sitting,
    Zone,
)
from grants.services import eligibility
from grants.states import RulesState

DAY = timedelta(days=1)
# What belongs to a version alone, and is not copied from the one before.
OWN = ("id", "number", "state", "valid_until", "version", "created_at", "published_at")


# --- A new version ------------------------------------------------------------------
@transaction.atomic
def new_version(scheme, *, by):
    """The draft of the next version, a copy of the last with all its rows; return it.

    The draft there is, when somebody has begun one.
    """
    hold(scheme)
    last = scheme.versions.order_by("-number").first()
    if last is not None and last.state == RulesState.DRAFT:
        return last
    if last is None:
        draft = scheme.versions.create(number=1, valid_from=today() + DAY)
    else:
        begins = max(today(), last.valid_from) + DAY
        draft = scheme.versions.create(
            **_columns(last, *OWN, "valid_from", "scheme"),
            number=last.number + 1,
            valid_from=begins,
        )
        copy_rows(last, draft)
    journal.record(draft, "add", by=by)
    return draft


def copy_rows(source, target):
    """Every row of the rules ``source``, and their scales and levels, for ``target``."""
    for model in (Zone, EligibilityRule, DocumentRequirement):
        rows = model.objects.filter(rules=source)
        model.objects.bulk_create(
            model(rules=target, **_columns(row, "id", "rules")) for row in rows
        )
    for model, below, parent in (
        (ExpenseCategory, RateScale, "category"),
        (Criterion, CriterionLevel, "criterion"),
    ):
        for row in model.objects.filter(rules=source):
            copied = model.objects.create(rules=target, **_columns(row, "id", "rules"))
            below.objects.bulk_create(
                below(**{parent: copied}, **_columns(one, "id", parent))
                for one in below.objects.filter(**{parent: row})
            )


def _columns(row, *left_out):
    fields = (f for f in row._meta.concrete_fields if f.name not in left_out)
    return {field.attname: getattr(row, field.attname) for field in fields}


def hold(scheme):
    """Take the turn of a scheme, first in a transaction."""
    Scheme.objects.filter(pk=scheme.pk).update(name=F("name"))


def hold_draft(rules):
    """Take the turn of a draft, first in its transaction; False once it is published."""
    draft = SchemeVersion.objects.filter(pk=rules.pk, state=RulesState.DRAFT)
    return bool(draft.update(number=F("number")))


# --- To publish it ------------------------------------------------------------------
@transaction.atomic
def publish(version, *, by, reason=""):
    """Make the rules public: nothing in them changes any more.

    The version before ends the day before their first. Raises MoveBlocked with a
    sentence for what is missing, and MoveRefused when they are published already.
    """
    hold(version.scheme)
    fresh = SchemeVersion.objects.select_related("scheme").get(pk=version.pk)
    if fresh.state == RulesState.DRAFT and (said := gaps(fresh)):
        raise MoveBlocked(said[0])
    version.valid_from = fresh.valid_from
    before = list(overlapping(fresh))
    move(version, "publish", by=by, reason=reason, published_at=now())
    for rules in before:
        rules.valid_until = version.valid_from - DAY
        SchemeVersion.objects.filter(pk=rules.pk).update(valid_until=rules.valid_until)
        journal.record(rules, "change", by=by, fields=["valid_until"])


@transaction.atomic
def retire(version, *, by, reason=""):
    """Take rules out of force; applications sent under them keep them."""
    hold(version.scheme)
    move(version, "retire", by=by, reason=reason)


def overlapping(rules):
    """The published versions of the scheme that run into the days of ``rules``."""
    others = SchemeVersion.objects.filter(
        scheme=rules.scheme_id, state=RulesState.PUBLISHED
    ).exclude(pk=rules.pk)
    runs_on = Q(valid_until=None) | Q(valid_until__gte=rules.valid_from)
    return others.filter(runs_on).order_by("number")


def gaps(rules):
    """What stands against the publication of ``rules``, in sentences."""
    found = [*_about_texts(rules), *_about_days(rules)]
    if rules.scheme.takes_applications:
        found += [*_about_zones(rules), *_about_expenses(rules)]
    return [*found, *eligibility.problems(rules), *_about_criteria(rules)]


def _about_texts(rules):
    if not rules.pays.strip():
        yield _("Write what the scheme pays.")
    if not rules.who.strip():
        yield _("Write for whom it is.")
    if not rules.scheme.takes_applications and not rules.scheme.apply_elsewhere:
        yield _("Write, on the page of the scheme, where one applies instead.")


def _about_days(rules):
    later = overlapping(rules).filter(valid_from__gte=rules.valid_from).first()
    if later is not None:
        yield _(
            "Version %(number)s begins on %(day)s: let these rules begin after that day."
        ) % {"number": later.number, "day": dates.day_year(later.valid_from)}
    elif rules.valid_from < today() and overlapping(rules).exists():
        yield _(
            "Other rules are in force already: let these begin today, %(day)s, or later."
        ) % {"day": dates.day_year(today())}


def _about_zones(rules):
    nearest = {}
    for zone in rules.zones.all():
        known = nearest.get(zone.code, zone)
        nearest[zone.code] = min(known, zone, key=attrgetter("from_km"))
    if not nearest:
        yield _("Add at least one zone, with the share that is paid there.")
    for zone in nearest.values():
        if zone.from_km:
            yield _(
                "%(zone)s: nothing says what is paid under %(km)s kilometres. Add the "
                "zone from 0 kilometres, with a share of 0 if nothing is."
            ) % {"zone": zone, "km": zone.from_km}


def _about_expenses(rules):
    categories = [
        one
        for one in rules.expense_categories.prefetch_related("scales")
        if one.eligible
    ]
    if not categories:
        yield _("Add at least one kind of expense that is paid.")
    for category in categories:
        scales = list(category.scales.all())
        if not scales and category.basis == Basis.FLAT:
            yield _("%(expense)s: what is paid flat needs a rate.") % {
                "expense": category
            }
        yield from _holes(rules, category, scales)


def _holes(rules, category, scales):
    """Days of the rules on which a rate that is given on others is missing."""
    series = {}
    for scale in sorted(scales, key=attrgetter("valid_from")):
        series.setdefault((scale.mode, scale.zone), []).append(scale)
    for rows in series.values():
        due = rules.valid_from
        for scale in rows:
            if due is None or scale.valid_from > due:
                break
            last = scale.valid_until
            # Until 31/12/9999 is for ever.
            ends = last is not None and last < date.max
            due = max(due, last + DAY) if ends else None
        over = rules.valid_until is not None and due and due > rules.valid_until
        if due is not None and not over:
            yield _("%(expense)s: no rate on %(day)s.") % {
                "expense": category,
                "day": dates.day_year(due),
            }


def _about_criteria(rules):
    for criterion in rules.criteria.prefetch_related("levels"):
        if len(criterion.levels.all()) < 2:
            yield _("%(criterion)s: write in words what earns each score.") % {
                "criterion": criterion
            }


# --- What the site shows ------------------------------------------------------------
@dataclass(frozen=True)
class Offer:
    """A scheme as the list shows it."""

    scheme: Scheme
    rules: SchemeVersion | None
    sitting: Sitting | None


def on_offer(user):
    """Every scheme that ``user`` sees, the nearest deadline first; in four queries."""
    schemes = list(Scheme.objects.visible_to(user).filter(is_listed=True))
    current = {}
    rows = SchemeVersion.objects.filter(scheme__in=schemes)
    for rules in rows.filter(state=RulesState.PUBLISHED).prefetch_related("zones"):
        current.setdefault(rules.scheme_id, []).append(rules)
    nearest = {}
    for sitting in sittings().coming():
        for scheme in sitting.schemes.all():
            nearest.setdefault(scheme.pk, sitting)
    offers = [
        Offer(
            scheme,
            shown_of(current.get(scheme.pk, [])),
            nearest.get(scheme.pk) if scheme.takes_applications else None,
        )
        for scheme in schemes
    ]
    offers = [offer for offer in offers if offer.rules is not None]
    return sorted(offers, key=_by_deadline)


def _by_deadline(offer):
    late = offer.sitting is None
    at = offer.sitting.deadline_at if offer.sitting else now()
    return (not offer.scheme.takes_applications, late, at, offer.scheme.name)


def shown_of(published):
    """Of published versions, the one in force, else the next, else the last there was."""
    day = today()
    rows = sorted(published, key=attrgetter("valid_from", "number"))
    begun = [one for one in rows if one.valid_from <= day]
    if begun and (begun[-1].valid_until is None or begun[-1].valid_until >= day):
        return begun[-1]
    coming = [one for one in rows if one.valid_from > day]
    return next(iter(coming), None) or (begun[-1] if begun else None)


def sittings():
    """Those that take place, of commissions that are announced, with what is shown."""
    rows = Sitting.objects.select_related("session__activity", "session__venue")
    return rows.taking_place().prefetch_related("schemes")


def calendar_of(scheme):
    """Its sittings that have not met yet, the nearest deadline first."""
    rows = sittings().filter(schemes=scheme, session__ends_at__gte=now())
    rows = rows.prefetch_related(None)
    return rows.order_by("deadline_at", "pk") if scheme.takes_applications else ()


def whole(rules):
    """A version with all its rows, as its page shows them; in eight queries."""
    rows = SchemeVersion.objects.select_related("scheme__officer").prefetch_related(
        "zones",
        Prefetch(
            "expense_categories",
            ExpenseCategory.objects.prefetch_related("scales"),
        ),
        "eligibility_rules",
        "requirements",
        Prefetch("criteria", Criterion.objects.prefetch_related("levels")),
    )
    return rows.get(pk=rules.pk)
