"""The matching of an edition: run it, settle pairs by hand, publish it.

Every verb takes the turn of the edition first, and reads its pool under it.
"""

from collections import Counter
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.services import seats
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from mentoring.choices import Side
from mentoring.matching import constraints, sentences
from mentoring.matching.bans import cost_of_ban
from mentoring.matching.engine import match
from mentoring.matching.grid import Grid
from mentoring.matching.inputs import VERSION, BadLock, Inputs
from mentoring.matching.snapshots import fingerprint, restored, snapshot
from mentoring.models import (
    MatchProposal,
    MatchRule,
    MatchRun,
    MentoringApplication,
    RuleKind,
)
from mentoring.services import pairs, pool

SIDES = ("mentors", "mentees")
LETTERS_A_PAIR = len(Side)


# --- The run -------------------------------------------------------------------------
@transaction.atomic
def run(edition, *, by, settings=None):
    """Match those who may be now; the new run, or the last one when nothing changed.

    ``settings`` give objective, floor and weights; those of the edition without.
    Raises MoveBlocked with a sentence when a lock cannot be kept.
    """
    seats.lock(edition)
    found = pool.gather(edition, settings)
    last = edition.match_runs.first()
    if last and last.fingerprint == fingerprint(found.inputs):
        return last
    try:
        result = match(found.inputs)
    except BadLock as error:
        raise MoveBlocked(lock_refused(found, error)) from error
    made = _kept(edition, found.inputs, result, by=by, after=last)
    journal.record(made, "match", by=by)
    return made


def lock_refused(found, error):
    return _not_locked(*map(found.name, error.pair), error.reasons)


def _not_locked(mentor, mentee, reasons):
    why = " ".join(map(sentences.reason, reasons))
    said = {"mentor": mentor, "mentee": mentee, "why": why}
    return _("%(mentee)s and %(mentor)s cannot be locked. %(why)s") % said


def _kept(edition, inputs, result, *, by, after):
    settings = inputs.settings
    made = MatchRun.objects.create(
        edition=edition,
        number=after.number + 1 if after else 1,
        objective=settings.objective,
        floor=settings.floor,
        weights=asdict(settings.weights),
        version=settings.version,
        fingerprint=result.fingerprint,
        snapshot=snapshot(inputs),
        result=outcome(result),
        made_by=by,
    )
    MatchProposal.objects.bulk_create(
        MatchProposal(
            run=made,
            mentor_id=int(one.mentor),
            mentee_id=int(one.mentee),
            score=one.score,
            locked=one.locked,
            lines=[asdict(line) for line in one.lines],
            alternatives={
                side: [asdict(choice) for choice in getattr(one, f"other_{side}")]
                for side in SIDES
            },
        )
        for one in result.pairs
    )
    return made


def outcome(result):
    """What a run keeps beside its pairs, in what JSON knows."""
    return {
        "total": result.total,
        "spare": result.spare,
        **{
            name: [asdict(one) for one in getattr(result, name)]
            for name in ("unmatched_mentors", "unmatched_mentees", "blocking")
        },
    }


def again(made):
    """The result of ``made`` computed anew; None when what it was given is gone, or the
    rules have changed since."""
    able = made.is_whole and made.version == VERSION
    return match(restored(made.snapshot)) if able else None


def price(made, pair):
    """What forbidding ``pair`` (keys) costs the run ``made``, in a sentence, or ``""``."""
    result = again(made)
    if result is None or pair in result.grid.settings.locks:
        return ""
    known = {one.key for side in SIDES for one in getattr(result.grid, side)}
    if not known.issuperset(pair):
        return ""
    return sentences.price(cost_of_ban(result, pair))


# --- By hand -------------------------------------------------------------------------
@transaction.atomic
def settle(edition, kind, two, *, by, reason=""):
    """Lock or forbid the applications of keys ``two``, or note that one is above the other.

    Of the three (RuleKind) one holds at a time.

    Raises MoveBlocked with a sentence: they are of no such edition, or the lock cannot
    be kept, a hierarchical link that was noted included.
    """
    seats.lock(edition)
    mentor, mentee = _two(edition, two)
    there = MatchRule.objects.filter(mentor=mentor, mentee=mentee)
    if kind == RuleKind.LOCK and there.filter(kind=RuleKind.HIERARCHY).exists():
        two = (mentor.person.full_name, mentee.person.full_name)
        raise MoveBlocked(_not_locked(*two, [constraints.HIERARCHY]))
    # Read without it: what stands between the two already is replaced.
    there.delete()
    rule = MatchRule.objects.create(
        mentor=mentor, mentee=mentee, kind=kind, reason=reason, by=by
    )
    if kind == RuleKind.LOCK:
        _need_to_hold(edition, rule)
    journal.record(rule, f"{kind}_pair", by=by)
    return rule


def _two(edition, two):
    rows = MentoringApplication.objects.filter(edition=edition, pk__in=two)
    rows = rows.select_related("person")
    found = {row.side: row for row in rows}
    if len(found) != len(Side):
        raise MoveBlocked(_("These two cannot be a pair of this edition."))
    return found[Side.MENTOR], found[Side.MENTEE]


def _need_to_hold(edition, rule):
    """A lock that no run can keep is refused at once, not at the next run."""
    found = pool.gather(edition)
    if rule in found.idle:
        raise MoveBlocked(
            _("One of the two is not to be matched any more: there is nothing to lock.")
        )
    try:
        Grid(found.inputs)
    except BadLock as error:
        raise MoveBlocked(lock_refused(found, error)) from error


@transaction.atomic
def lift(edition, rule, *, by):
    """Take a lock or a ban back; somebody may have done so a moment ago."""
    seats.lock(edition)
    rows = MatchRule.objects.filter(pk=rule.pk, mentor__edition=edition)
    if rows.exists():
        journal.record(rule, "lift_rule", by=by)
        rows.delete()


# --- The publication -----------------------------------------------------------------
@transaction.atomic
def publish(made, *, by):
    """Make the pairs of ``made`` and write to both halves of each; return the pairs.

    All of them or none: MoveBlocked says by name what stands against it. Nothing was
    sent before, and a second press finds it published.
    """
    edition = made.edition
    seats.lock(edition)
    made.refresh_from_db(fields=["published_at"])
    rows = list(made.proposals.select_related("mentor__person", "mentee__person"))
    troubles = standing(made, rows)
    if troubles:
        raise MoveBlocked(" ".join(troubles))
    when = now()
    fresh = MatchRun.objects.filter(pk=made.pk, published_at=None)
    if not fresh.update(published_at=when, published_by=by):
        raise MoveBlocked(_published(made))
    made.published_at, made.published_by = when, by
    journal.record(made, "publish_pairs", by=by)
    _lift_all(rows)
    return [_pair(edition, row, by) for row in rows]


def _pair(edition, row, by):
    made = pairs.propose(edition, row.mentor.person, row.mentee.person, by=by)
    # Before the letters: they say why these two.
    MatchProposal.objects.filter(pk=row.pk).update(pair=made)
    pairs.notify(made, by=by)
    return made


def _lift_all(rows):
    """A lock that became a pair has done its work: it would stand against the next run."""
    for row in rows:
        locks = MatchRule.objects.filter(kind=RuleKind.LOCK, mentee=row.mentee_id)
        locks.delete()


def standing(made, rows, found=None):
    """What stands against the publication of ``made`` now, as sentences by name.

    ``rows`` are its proposals, with their people; ``found`` the pool, read here without.
    """
    if made.is_published:
        return [_published(made)]
    if not rows:
        return [_("There is no pair to publish.")]
    if not made.is_whole or made.version != VERSION:
        return [_("This matching is too old to be published: run it again.")]
    if MatchRun.objects.filter(
        edition=made.edition_id, number__gt=made.number
    ).exists():
        return [_("There is a later matching: read that one, then publish it.")]
    found = found or pool.gather(made.edition, settings_of(made))
    return [*_broken(rows, found.inputs), *_locks_missing(rows, found)]


def _published(made):
    return _("This matching is published already: nothing leaves twice.")


def settings_of(made):
    """The settings of a run, without what was settled by hand then."""
    return restored(made.snapshot).settings


def _broken(rows, inputs: Inputs):
    mentors = {one.key: one for one in inputs.mentors}
    mentees = {one.key: one for one in inputs.mentees}
    taken = Counter()
    for row in rows:
        mentor, mentee = (
            mentors.get(pool.keys(row)[0]),
            mentees.get(pool.keys(row)[1]),
        )
        for application, there in ((row.mentor, mentor), (row.mentee, mentee)):
            if there is None:
                yield _not_there(application)
        if mentor is None or mentee is None:
            continue
        taken[mentor.key] += 1
        said = {"mentor": row.mentor.person, "mentee": row.mentee.person}
        if why := constraints.forbidden(mentor, mentee, inputs.settings):
            said["why"] = " ".join(map(sentences.reason, why))
            yield _("%(mentee)s and %(mentor)s cannot be a pair. %(why)s") % said
        elif taken[mentor.key] > mentor.capacity:
            yield _("%(mentor)s accompanies fewer people than when it was run.") % said


def _not_there(application):
    said = {
        "person": application.person,
        "state": application.get_state_display().lower(),
    }
    if application.state == "retained":
        return _("%(person)s is no longer to be matched.") % said
    return _("%(person)s is out: application %(state)s.") % said


def _locks_missing(rows, found):
    made = {pool.keys(row) for row in rows}
    for mentor, mentee in sorted(found.inputs.settings.locks - made):
        said = {"mentor": found.name(mentor), "mentee": found.name(mentee)}
        yield _("%(mentee)s and %(mentor)s are locked since: run it again.") % said
