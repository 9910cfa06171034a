"""Who an activity is for: each rule, what we know of the person, and whether it holds.

Read to the candidate before the form, and to the officer beside the request. What is
not known (no affiliation, no year) is not a failure of the person: the sentence says
what to complete.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.choices import RuleForce, RuleSubject
from agency.activities.models import EligibilityRule, Enrolment
from agency.activities.services import waiting
from agency.activities.states import ENDED
from agency.core.clock import today
from agency.people.choices import MembershipState, OrganisationKind
from agency.people.models import Affiliation, Membership


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one person.

    ``wants`` the rule in words, ``known`` what we know of the person in words, ``ok``
    whether it holds; ``unknown`` when it is only that something is missing.
    """

    rule: EligibilityRule
    wants: str
    known: str
    ok: bool
    unknown: bool = False

    @property
    def bars(self):
        """Whether it stands in the way: a wish never does."""
        return not self.ok and self.rule.force == RuleForce.BLOCKING


def verdicts(activity, person):
    """Every rule of ``activity`` on ``person``, in order: a list of ``Verdict``."""
    return verdicts_of(activity, [person])[person.pk]


def verdicts_of(activity, people, *, posts=None):
    """The verdicts on each of ``people`` by their key: as many queries for one as for all.

    ``posts``: their affiliations in force by key, when the caller has read them, with
    territories, professions and those they are part of.
    """
    rules = list(activity.eligibility_rules.select_related("other"))
    if not rules:
        return {person.pk: [] for person in people}
    lists = {name for rule in rules for name in _LISTS.get(rule.subject, ())}
    prefetch_related_objects(rules, *sorted(lists))
    asked = _Asked(activity, people, rules, posts)
    found = {}
    for person in people:
        known = _Known(person, asked)
        found[person.pk] = [_JUDGES[one.subject](one, known, activity) for one in rules]
    return found


def barring(activity, person):
    """The verdicts that stand in the way of ``person``."""
    return [verdict for verdict in verdicts(activity, person) if verdict.bars]


# What a rule reads besides its own row.
_LISTS = {
    RuleSubject.PROFESSION: ("professions",),
    RuleSubject.YEARS: ("professions",),
    RuleSubject.ORGANISATION_LABEL: ("labels",),
    RuleSubject.TERRITORY: ("territories",),
}


class _Asked:
    """What the rules ask about these people, each kind of thing read once."""

    def __init__(self, activity, people, rules, posts=None):
        self.activity, self.rules = activity, rules
        self.people = [person.pk for person in people]
        self.posts = posts_of(self.people) if posts is None else posts
        if any(rule.subject == RuleSubject.ORGANISATION_LABEL for rule in rules):
            own = [post for some in self.posts.values() for post in some]
            prefetch_related_objects(own, "organisation__labels")

    @cached_property
    def members(self):
        """The people, and the organisations of these, who are up to date this year."""
        houses = {one.organisation_id for own in self.posts.values() for one in own}
        current = Membership.objects.filter(
            year=today().year, status=MembershipState.ACTIVE
        ).filter(Q(person__in=self.people) | Q(organisation__in=houses))
        rows = list(current.values_list("person", "organisation"))
        return {row[0] for row in rows}, {row[1] for row in rows}

    @cached_property
    def seated(self):
        """Who has a seat, by organisation."""
        held = self.activity.enrolments.holding().values_list("person", flat=True)
        found = defaultdict(set)
        for person, houses in waiting.houses(held).items():
            for house in houses:
                found[house].add(person)
        return found

    @cached_property
    def elsewhere(self):
        """Since when each is in the activities that exclude this one, by both keys."""
        others = [rule.other_id for rule in self.rules if rule.other_id]
        rows = Enrolment.objects.filter(activity__in=others, person__in=self.people)
        rows = rows.exclude(state__in=ENDED)
        keys = ("activity", "person", "submitted_at")
        return {(row[0], row[1]): row[2] for row in rows.values_list(*keys)}


def posts_of(people):
    """The affiliations in force of these ``people`` (keys), by person: one query."""
    rows = Affiliation.objects.active().filter(person__in=people)
    rows = rows.select_related(
        "organisation__territory__parent__parent", "profession__parent"
    )
    found = defaultdict(list)
    for post in rows:
        found[post.person_id].append(post)
    return found


class _Known:
    """What rules ask about one person."""

    def __init__(self, person, asked):
        self.person, self.asked = person, asked
        self.posts = asked.posts[person.pk]
        self.organisations = [post.organisation for post in self.posts]

    @property
    def professions(self):
        found = {}
        for post in self.posts:
            for one in (post.profession, post.profession and post.profession.parent):
                if one:
                    found[one.pk] = one
        return found

    @property
    def territories(self):
        own = [self.person.territory] if self.person.territory_id else []
        own += [one.territory for one in self.organisations if one.territory_id]
        found = {}
        for one in own:
            while one is not None and one.pk not in found:
                found[one.pk] = one
                one = one.parent
        return found


def _names(rows):
    return ", ".join(dict.fromkeys(str(row) for row in rows))


def _found(rule, wants, known_rows, wanted, told):
    """A verdict on whether something of ``known_rows`` is among those ``wanted``."""
    names = _names(known_rows)
    ok = any(row.pk in wanted for row in known_rows)
    return Verdict(rule, wants, names or told, ok, unknown=not names)


def _profession(rule, known, activity):
    wanted = {one.pk: one for one in rule.professions.all()}
    own = [post.profession for post in known.posts if post.profession]
    ok = bool(wanted.keys() & known.professions.keys())
    wants = _("To work in: %(names)s") % {"names": _names(wanted.values())}
    told = _names(own) or _("Your profile says no profession yet")
    return Verdict(rule, wants, told, ok, unknown=not own)


def _years(rule, known, activity):
    wanted = {one.pk for one in rule.professions.all()}
    since = [
        post.practising_since
        for post in known.posts
        if post.practising_since
        and (
            not wanted
            or {post.profession_id, getattr(post.profession, "parent_id", None)}
            & wanted
        )
    ]
    least = rule.years or 0
    wants = ngettext(
        "%(count)s year in the profession at least",
        "%(count)s years in the profession at least",
        least,
    ) % {"count": least}
    if not since:
        told = _("Your profile does not say since when you practise")
        return Verdict(rule, wants, told, ok=least == 0, unknown=True)
    years = today().year - min(since)
    told = ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    return Verdict(rule, wants, told, ok=years >= least)


def _organisation_kind(rule, known, activity):
    labels = dict(OrganisationKind.choices)
    names = ", ".join(str(labels.get(code, code)) for code in rule.organisation_kinds)
    wants = _("To come from: %(names)s") % {"names": names}
    ok = any(one.kind in rule.organisation_kinds for one in known.organisations)
    told = ", ".join(
        f"{one.name} ({one.get_kind_display()})" for one in known.organisations
    )
    missing = _("Your profile names no organisation yet")
    return Verdict(rule, wants, told or missing, ok, unknown=not told)


def _organisation_label(rule, known, activity):
    wanted = {one.pk for one in rule.labels.all()}
    wants = _("An organisation with this label: %(names)s") % {
        "names": _names(rule.labels.all())
    }
    own = [label for one in known.organisations for label in one.labels.all()]
    return _found(
        rule, wants, own, wanted, _("No label is known for your organisations")
    )


def _territory(rule, known, activity):
    wanted = {one.pk for one in rule.territories.all()}
    wants = _("To work in this territory: %(names)s") % {
        "names": _names(rule.territories.all())
    }
    own = known.territories
    ok = bool(wanted & own.keys())
    told = _names(own.values()) or _("Your profile names no territory yet")
    return Verdict(rule, wants, told, ok, unknown=not own)


def _membership(rule, known, activity):
    """A person or one of their organisations, up to date for this year."""
    year = today().year
    people, houses = known.asked.members
    ok = known.person.pk in people or any(
        one.pk in houses for one in known.organisations
    )
    wants = _("Membership of the association up to date for %(year)s") % {"year": year}
    told = _("Up to date") if ok else _("No membership is known for this year")
    return Verdict(rule, wants, told, ok, unknown=False)


def _distinct_organisation(rule, known, activity):
    """Nothing is said of who has the seat: only that one of the houses is there."""
    seated, self_alone = known.asked.seated, {known.person.pk}
    ok = not any(seated.get(one.pk, set()) - self_alone for one in known.organisations)
    wants = _("Nobody of the same organisation in the group")
    told = (
        _("Nobody of your organisations is in it")
        if ok
        else _("Somebody of one of your organisations is in it already")
    )
    return Verdict(rule, wants, told, ok)


def _not_already_in(rule, known, activity):
    wants = _("Not to be in another group at the same time: %(activity)s") % {
        "activity": rule.other
    }
    since = known.asked.elsewhere.get((rule.other_id, known.person.pk))
    if since is None:
        return Verdict(rule, wants, _("You are not in it"), ok=True)
    told = _("Registered on %(day)s") % {"day": date_format(since, "j F Y")}
    return Verdict(rule, wants, told, ok=False)


_JUDGES = {
    RuleSubject.PROFESSION: _profession,
    RuleSubject.YEARS: _years,
    RuleSubject.ORGANISATION_KIND: _organisation_kind,
    RuleSubject.ORGANISATION_LABEL: _organisation_label,
    RuleSubject.TERRITORY: _territory,
    RuleSubject.MEMBERSHIP: _membership,
    RuleSubject.DISTINCT_ORGANISATION: _distinct_organisation,
    RuleSubject.NOT_ALREADY_IN: _not_already_in,
}
