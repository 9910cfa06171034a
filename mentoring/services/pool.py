"""Who may be matched in an edition now, as the engine reads them; and who may not, why.

The same number of queries whatever the edition. Who works above whom is known nowhere
in the directory: a common organisation keeps them apart, and where they have none, the
officer who notes the link.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.access import STAFF_ROLES
from agency.people.models import Affiliation, Role, Territory
from mentoring.choices import Meeting, Mobility, Side, Stage
from mentoring.matching.inputs import (
    IN_PERSON,
    REMOTE,
    Inputs,
    Mentee,
    Mentor,
    Settings,
    Weights,
)
from mentoring.models import MatchRule, MentoringApplication, Pair, RuleKind, Veto
from mentoring.services import calls
from mentoring.states import BACK, LIVING, ApplicationState, PairState

# Nobody is asked for wishes: what cannot be earned weighs nothing.
USUAL = Weights(wishes=0)
FORMATS = {
    Meeting.ONSITE: frozenset({IN_PERSON}),
    Meeting.REMOTE: frozenset({REMOTE}),
    Meeting.BOTH: frozenset({IN_PERSON, REMOTE}),
}
LEFT_OUT = {
    "team": gettext_lazy(
        "%(person)s is of the agency\u2019s team: nobody of the team is in a pair."
    ),
    "account": gettext_lazy("%(person)s: the account is closed."),
    "both": gettext_lazy(
        "%(person)s is retained on both sides: one of the two applications is withdrawn "
        "first."
    ),
}


@dataclass
class Pool:
    """``applications`` by key, those that are not in ``inputs`` included.

    ``placed`` are those whose seats are all taken by living pairs, ``left_out`` those
    who cannot be in a pair: (application, sentence). ``idle`` are locks and bans of
    somebody who is not there any more; ``unlinked`` counts the private names that lead
    to nobody yet.
    """

    inputs: Inputs
    applications: dict
    rules: list
    left_out: list = field(default_factory=list)
    placed: list = field(default_factory=list)
    unlinked: int = 0

    @property
    def idle(self):
        there = {one.key for one in (*self.inputs.mentors, *self.inputs.mentees)}
        return [rule for rule in self.rules if not there.issuperset(keys(rule))]

    @property
    def left_out_said(self):
        """Each sentence once: whoever is on both sides has two applications."""
        return sorted({sentence for _row, sentence in self.left_out})

    def name(self, key):
        return self.applications[key].person.full_name


def key(application):
    return str(application.pk)


def keys(row):
    """The keys of a rule, or of a proposal: (mentor, mentee)."""
    return str(row.mentor_id), str(row.mentee_id)


def settings_of(edition):
    """What the edition says of its matching, before anybody presses."""
    details = calls.details_of(edition)
    return Settings(
        weights=USUAL, objective=details.objective, floor=details.least_score
    )


def gather(edition, settings=None, also=()):
    """The ``Pool`` of ``edition``: its retained applications, and those of keys ``also``.

    ``settings`` give objective, floor and weights; locks, bans and pairs that failed
    are read here. Under the turn of the edition when something is written after it.
    """
    settings = settings or settings_of(edition)
    rows = _applications(edition, also)
    rules = MatchRule.objects.filter(mentor__edition=edition).select_related("by")
    facts = _Facts(edition, [row for row in rows if _is_retained(row)], rules)
    pool = Pool(
        inputs=None,
        applications={key(row): row for row in rows},
        rules=list(rules),
        unlinked=facts.unlinked,
    )
    mentors, mentees = facts.people(pool)
    there = {one.key for one in (*mentors, *mentees)}
    pairs = {kind: set() for kind in RuleKind.values}
    for rule in pool.rules:
        if there.issuperset(keys(rule)):
            pairs[rule.kind].add(keys(rule))
    pool.inputs = Inputs(
        tuple(mentors),
        tuple(mentees),
        Settings(
            weights=settings.weights,
            objective=settings.objective,
            floor=settings.floor,
            years_between=settings.years_between,
            locks=frozenset(pairs[RuleKind.LOCK]),
            bans=frozenset(pairs[RuleKind.BAN]),
            failed_pairs=frozenset(facts.failed),
        ),
    )
    return pool


def _applications(edition, also):
    roles = Role.objects.in_force().filter(role__in=STAFF_ROLES)
    rows = MentoringApplication.objects.filter(edition=edition)
    rows = rows.filter(Q(state=ApplicationState.RETAINED) | Q(pk__in=list(also)))
    rows = rows.annotate(of_team=Exists(roles.filter(person=OuterRef("person"))))
    return list(rows.select_related("person", "territory").order_by("pk"))


def _is_retained(row):
    return row.state == ApplicationState.RETAINED


class _Facts:
    """What the rows beside the applications say of these people."""

    def __init__(self, edition, rows, rules):
        self.edition, self.rows = edition, rows
        self.above = self._above(rules)
        self.people_of = {row.person_id for row in rows}
        self.houses = self._houses()
        self.vetoes, self.unlinked = self._vetoes()
        self.held, self.failed = self._pairs()
        self.around = self._around()

    def _above(self, rules):
        """{application: people above or below it}, as the officer has noted them."""
        person = {row.pk: row.person_id for row in self.rows}
        found = defaultdict(set)
        for rule in rules:
            two = (rule.mentor_id, rule.mentee_id)
            if rule.kind == RuleKind.HIERARCHY and person.keys() >= set(two):
                for one, other in (two, two[::-1]):
                    found[one].add(person[other])
        return found

    def _houses(self):
        """{person: organisations}: every affiliation in force, main or not."""
        posts = Affiliation.objects.active().filter(person__in=self.people_of)
        found = defaultdict(set)
        for person, house in posts.order_by().values_list("person", "organisation"):
            found[person].add(house)
        return found

    def _vetoes(self):
        """{application: people}, where the officer has led the name to somebody."""
        rows = Veto.objects.filter(application__in=[row.pk for row in self.rows])
        found, unlinked = defaultdict(set), 0
        for veto in rows:
            if veto.with_person_id:
                found[veto.application_id].add(veto.with_person_id)
            house = veto.with_organisation_id
            if house:
                inside = {who for who, some in self.houses.items() if house in some}
                found[veto.application_id] |= inside
            unlinked += not (veto.with_person_id or house)
        return found, unlinked

    def _pairs(self):
        """How many living pairs each has here, by side; and pairs that came to nothing.

        Declined, not answered, ended early: whatever the edition, never again.
        """
        over = (*BACK, PairState.ENDED_EARLY)
        here = Q(activity=self.edition, state__in=LIVING)
        before = Q(state__in=over, mentor__in=self.people_of, mentee__in=self.people_of)
        held, failed = Counter(), set()
        rows = Pair.objects.filter(here | before).order_by()
        for state, *two in rows.values_list("state", "mentor", "mentee"):
            if state in over:
                failed.add(tuple(map(str, two)))
            else:
                held.update(zip(two, Side, strict=True))
        return held, failed

    def _around(self):
        """{territory: all those of its region}, among those where somebody lives."""
        lived = {row.territory_id for row in self.rows}
        regions = dict(Territory.objects.values_list("pk", "parent"))
        of_region = defaultdict(set)
        for pk in lived - {None}:
            of_region[regions[pk] or pk].add(pk)
        return {pk: of_region[regions[pk] or pk] for pk in lived - {None}}

    # --- As the engine reads them ---------------------------------------------------
    def people(self, pool):
        """(mentors, mentees); whoever is neither is noted in ``pool``."""
        sides = Counter(row.person_id for row in self.rows)
        most = calls.details_of(self.edition).mentor_capacity
        mentors, mentees = [], []
        for row in self.rows:
            if why := _left_out(row, sides[row.person_id] > 1):
                sentence = LEFT_OUT[why] % {"person": row.person.full_name}
                pool.left_out.append((row, sentence))
                continue
            held = self.held[row.person_id, row.side]
            seats = min(row.capacity or most, most) if row.is_mentor else 1
            if held >= seats:
                pool.placed.append(row)
            elif row.is_mentor:
                mentors.append(Mentor(**self._said(row), capacity=seats - held))
            else:
                mentees.append(Mentee(**self._said(row)))
        return mentors, mentees

    def _said(self, row):
        place = row.territory_id
        far = row.mobility == Mobility.REGION and place
        return {
            "key": key(row),
            "person": str(row.person_id),
            "organisations": _strings(self.houses[row.person_id]),
            "hierarchy": _strings(self.above[row.pk]),
            "vetoes": _strings(self.vetoes[row.pk]),
            "topics": frozenset(row.topics),
            "art_forms": frozenset(row.art_forms),
            "structures": frozenset(row.organisation_kinds),
            "territory": str(place or ""),
            "mobility": _strings(self.around[place] - {place} if far else ()),
            "formats": FORMATS.get(row.meeting, frozenset()),
            # Whoever changes career begins anew.
            "years": 0 if row.stage == Stage.CHANGING else row.years or 0,
        }


def _strings(values):
    return frozenset(map(str, values))


def _left_out(row, twice):
    if row.of_team or row.person.is_superuser:
        return "team"
    if not row.person.is_active or row.person.erased_at:
        return "account"
    return "both" if twice else ""


# --- What has changed since a run ----------------------------------------------------
def changes(before, pool):
    """What is not any more as ``before`` (the inputs of a run) had it, as sentences."""
    after = pool.inputs
    old = {one.key: one for one in (*before.mentors, *before.mentees)}
    new = {one.key: one for one in (*after.mentors, *after.mentees)}
    said = [_gone(pool, one) for one in old if one not in new]
    said += [
        _("%(person)s has come in.") % {"person": pool.name(one)}
        for one in new
        if one not in old
    ]
    for one in old.keys() & new.keys():
        if old[one] != new[one]:
            said.append(_changed(old[one], new[one], pool.name(one)))
    if before.settings.locks != after.settings.locks:
        said.append(_("A lock was set or lifted."))
    if before.settings.bans != after.settings.bans:
        said.append(_("A ban was set or lifted."))
    if before.settings.failed_pairs != after.settings.failed_pairs:
        said.append(_("A pair was declined, was not answered, or has ended early."))
    return sorted(said)


def _gone(pool, one):
    application = pool.applications.get(one)
    if application is None:
        return _("Somebody\u2019s application is no longer there.")
    said = {
        "person": application.person.full_name,
        "state": application.get_state_display().lower(),
    }
    if _is_retained(application):
        return _("%(person)s is no longer to be matched.") % said
    return _("%(person)s is out: application %(state)s.") % said


def _changed(old, new, name):
    said = {"person": name}
    if old.vetoes != new.vetoes:
        return _("%(person)s: a name written in private was led to somebody.") % said
    if old.hierarchy != new.hierarchy:
        return _("%(person)s: a hierarchical link was noted or lifted.") % said
    if old.organisations != new.organisations:
        return _("%(person)s: works for other organisations now.") % said
    return _("%(person)s: the answers have changed.") % said
