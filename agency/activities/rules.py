"""Who may do what with an activity, its sessions and its enrolments."""

import rules

from agency.activities.states import ConvocationState
from agency.core.access import is_direction, is_staff, runs_activities


@rules.predicate
def is_enrolled_person(user, enrolment):
    return enrolment is not None and enrolment.person_id == user.pk


@rules.predicate
def has_failures(user, convening):
    """A batch in which every letter was made has nothing to try again."""
    if convening is None:  # whether one may at all
        return True
    failed = ConvocationState.FAILED
    return convening.convocations.filter(state=failed).exists()


rules.add_perm("activities.view_draft_activity", runs_activities)
for model in ("activity", "session", "season", "venue", "facilitator", "agendaitem"):
    rules.add_perm(f"activities.view_{model}", is_staff)
    rules.add_perm(f"activities.add_{model}", runs_activities)
    rules.add_perm(f"activities.change_{model}", runs_activities)
rules.add_perm("activities.delete_facilitator", runs_activities)
rules.add_perm("activities.delete_agendaitem", runs_activities)

for verb in ("announce", "open", "close", "start", "complete"):
    rules.add_perm(f"activities.{verb}_activity", runs_activities)
rules.add_perm("activities.cancel_activity", is_direction)
rules.add_perm("activities.hold_session", runs_activities)
rules.add_perm("activities.cancel_session", runs_activities)
rules.add_perm("activities.convene_session", runs_activities)

# Names of those enrolled: the officers who run it, not every role of the house.
rules.add_perm("activities.view_enrolment", runs_activities)
rules.add_perm("activities.view_participation", runs_activities)
rules.add_perm("activities.withdraw_enrolment", is_enrolled_person)
rules.add_perm("activities.accept_enrolment", is_enrolled_person)
rules.add_perm("activities.decline_enrolment", is_enrolled_person)
rules.add_perm("activities.requeue_enrolment", is_enrolled_person)
rules.add_perm("activities.offer_enrolment", runs_activities)
rules.add_perm("activities.admit_enrolment", runs_activities)
rules.add_perm("activities.cancel_enrolment", runs_activities)
rules.add_perm("activities.add_enrolment", runs_activities)
rules.add_perm("activities.export_enrolment", runs_activities)
rules.add_perm("activities.view_convening", runs_activities)
rules.add_perm("activities.view_convocation", runs_activities)
rules.add_perm("activities.resume_convening", runs_activities & has_failures)
