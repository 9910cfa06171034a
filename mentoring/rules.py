"""Who may do what with a mentoring edition and its applications."""

import rules

from agency.activities.rules import is_in_charge_of_some
from agency.core.access import OFFICER, is_direction, is_staff, runs_activities


@rules.predicate
def is_applicant(user, application):
    return application is not None and application.person_id == user.pk


@rules.predicate
def is_read_by(user, application):
    """It was written to the officer in charge of that very edition, not to the house."""
    if application is None:  # to open the room, which may be empty
        return user.has_role(OFFICER) or is_in_charge_of_some(user)
    return application.edition.officer_id == user.pk


handles = runs_activities & is_read_by


@rules.predicate
def is_officer_of(user, edition):
    """Scores and their reasons are read by the officer in charge alone (c5)."""
    if edition is None:
        return user.has_role(OFFICER) or is_in_charge_of_some(user)
    return edition.officer_id == user.pk


rules.add_perm("mentoring.match_mentoringedition", runs_activities & is_officer_of)
for model in ("mentoringedition", "editiondetails"):
    rules.add_perm(f"mentoring.view_{model}", is_staff)
    rules.add_perm(f"mentoring.add_{model}", runs_activities)
    rules.add_perm(f"mentoring.change_{model}", runs_activities)

rules.add_perm("mentoring.view_mentoringapplication", handles)
for verb in ("qualify", "ask", "interview", "retain", "waitlist", "refuse", "link"):
    rules.add_perm(f"mentoring.{verb}_mentoringapplication", handles)
for verb in ("write", "submit", "complete", "withdraw", "resume"):
    rules.add_perm(f"mentoring.{verb}_mentoringapplication", is_applicant)
# --- The pairs (references/people.md, c5) ------------------------------------------
# What the two write is read in their room, from which every role is kept out.


def pair_of(row):
    """The pair whose room ``row`` lies in."""
    row = getattr(row, "meeting", getattr(row, "review", row))
    return getattr(row, "pair", row)


@rules.predicate
def is_half(user, row):
    """One of the two, since both said yes; nobody of the team, superusers included."""
    if row is None or user.is_staff:
        return False
    pair = pair_of(row)
    return pair.is_joined and pair.side_of(user) is not None


@rules.predicate
def is_author(user, row):
    return row is not None and pair_of(row).side_of(user) == row.side


@rules.predicate
def is_exchanged(user, shared):
    """Both have sent theirs: each reads what the other wrote for them."""
    return shared is not None and shared.review.exchanged_at is not None


@rules.predicate
def is_shared_with(user, goal):
    """Both halves shared their goals with the officer in charge."""
    pair = goal and goal.pair
    return bool(pair) and pair.shares_goals and pair.activity.officer_id == user.pk


@rules.predicate
def is_in_charge_of(user, row):
    """Of that very edition: who is in a pair is known to no colleague, no direction."""
    if row is None:  # to open the room, which may be empty
        return user.has_role(OFFICER) or is_in_charge_of_some(user)
    return pair_of(row).activity.officer_id == user.pk


rules.add_perm("mentoring.read_pairmeeting", is_half)
rules.add_perm("mentoring.read_privatenote", is_half & is_author)
rules.add_perm("mentoring.read_sharedreview", is_half & (is_author | is_exchanged))
rules.add_perm("mentoring.read_goal", is_half | (runs_activities & is_shared_with))

# On the desk: facts, and what was written to them on purpose.
for model in ("pair", "agencynote"):
    rules.add_perm(f"mentoring.view_{model}", runs_activities & is_in_charge_of)
for verb in ("notify", "activate", "pause", "resume", "wind_up", "complete"):
    rules.add_perm(f"mentoring.{verb}_pair", runs_activities & is_in_charge_of)
for verb in ("view", "take", "settle"):
    rules.add_perm(f"mentoring.{verb}_pairalert", runs_activities & is_in_charge_of)
rules.add_perm("mentoring.end_early_pair", runs_activities & is_in_charge_of)
rules.add_perm("mentoring.view_review", runs_activities & is_in_charge_of)
# The officer in charge words the agreement, and signs it for the agency.
for verb in ("sign", "correct"):
    rules.add_perm(f"mentoring.{verb}_pair", runs_activities & is_in_charge_of)

# The figures of an edition: names for its officer alone; sums for direction too, where
# no figure is under five (mentoring.small_cells).


@rules.predicate
def is_officer_of(user, edition):
    if edition is None:  # to open the room, which may be empty
        return user.has_role(OFFICER) or is_in_charge_of_some(user)
    return edition.officer_id == user.pk


rules.add_perm("mentoring.tend_mentoringedition", runs_activities & is_officer_of)
rules.add_perm(
    "mentoring.follow_mentoringedition",
    is_direction | (runs_activities & is_officer_of),
)
