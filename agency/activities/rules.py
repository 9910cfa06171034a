"""Who may do what with an activity, its sessions and its enrolments."""

import rules
from django.db.models import Value

from agency.activities.states import ConvocationState
from agency.core.access import (
    OFFICER,
    is_direction,
    is_disability_officer,
    is_staff,
    runs_activities,
)
from agency.people.models.person import STANDINGS

IN_CHARGE = "in charge of an activity"
LEADS = "leads_sessions"
# From a row towards its activity, the shortest way first.
WAYS = ("activity", "session", "enrolment", "convening")


def activity_of(obj):
    """The activity whose people ``obj`` tells of; None when it tells of no group."""
    while obj is not None and not hasattr(obj, "confidentiality"):
        ways = (getattr(obj, name) for name in WAYS if hasattr(obj, name))
        # A batch is about a session, or about the whole activity: the other is None.
        obj = next((one for one in ways if one is not None), None)
    return obj


def is_in_charge_of_some(user):
    """Whether an activity at least is theirs; it comes with their roles."""
    return user.has_standing(IN_CHARGE)


def declare():
    """People do not know of activities: this tells them."""
    STANDINGS[IN_CHARGE] = lambda person: (
        person.activities_in_charge.order_by().values_list(Value(IN_CHARGE))
    )
    STANDINGS[LEADS] = lambda person: person.facilitations.order_by().values_list(
        Value(LEADS)
    )


@rules.predicate
def is_enrolled_person(user, enrolment):
    return enrolment is not None and enrolment.person_id == user.pk


@rules.predicate
def is_invited(user, invitation):
    if invitation is None:  # whether one may at all
        return True
    own = invitation.email and invitation.email == user.email
    return bool(own) or invitation.person_id == user.pk


@rules.predicate
def is_officer_in_charge(user, enrolment):
    """Of the activity itself: its candidates wrote to them, not to the house."""
    if enrolment is None:  # whether one may at all
        return True
    return enrolment.activity.officer_id == user.pk


@rules.predicate
def reads_names(user, obj):
    """Who is in a sealed group: its officer in charge knows, no colleague, no direction."""
    activity = activity_of(obj)
    return activity is None or not activity.sealed or activity.officer_id == user.pk


@rules.predicate
def is_read_by(user, difficulty):
    """Declared in private: to the officer in charge of that very activity."""
    if difficulty is None:  # whether there is anything for them to read at all
        return is_in_charge_of_some(user)
    return difficulty.enrolment.activity.officer_id == user.pk


@rules.predicate
def is_in_charge(user, activity):
    """Whether this very activity is theirs to compose."""
    return activity is None or activity.officer_id == user.pk


@rules.predicate
def prepares_the_room(user, need):
    """Whoever is in charge of the very activity; of one at least, to open the room."""
    if need is not None:
        return need.enrolment.activity.officer_id == user.pk
    return user.has_role(OFFICER) or is_in_charge_of_some(user)


@rules.predicate
def has_failures(user, convening):
    """A batch in which every letter was made has nothing to try again."""
    if convening is None:  # whether one may at all
        return True
    failed = ConvocationState.FAILED
    return convening.convocations.filter(state=failed).exists()


knows_the_group = runs_activities & reads_names

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
rules.add_perm("activities.postpone_session", runs_activities)
rules.add_perm("activities.convene_session", knows_the_group)
rules.add_perm("activities.certify_activity", knows_the_group)

# Names of those enrolled: the officers who run it, not every role of the house; of a
# sealed group, the officer in charge alone.
rules.add_perm("activities.view_enrolment", knows_the_group)
rules.add_perm("activities.view_participation", knows_the_group)
rules.add_perm("activities.withdraw_enrolment", is_enrolled_person)
rules.add_perm("activities.accept_enrolment", is_enrolled_person)
rules.add_perm("activities.decline_enrolment", is_enrolled_person)
rules.add_perm("activities.requeue_enrolment", is_enrolled_person)
rules.add_perm("activities.offer_enrolment", knows_the_group)
rules.add_perm("activities.admit_enrolment", knows_the_group)
rules.add_perm("activities.cancel_enrolment", knows_the_group)
rules.add_perm("activities.retain_enrolment", knows_the_group)
rules.add_perm("activities.shelve_enrolment", knows_the_group)
rules.add_perm("activities.refuse_enrolment", knows_the_group)
# From a sealed group too: direction takes charge of it first, which stays written.
rules.add_perm("activities.exclude_enrolment", is_direction & reads_names)
# What a candidate wrote, and whom they would rather not meet: the officer in charge.
rules.add_perm("activities.read_enrolment", runs_activities & is_officer_in_charge)
rules.add_perm("activities.view_difficulty", runs_activities & is_read_by)
rules.add_perm("activities.compose_activity", runs_activities & is_in_charge)
# Health is nobody's business but of those who prepare the room (GDPR, article 9).
rules.add_perm("activities.view_any_access_need", is_disability_officer)
rules.add_perm(
    "activities.view_accessneed",
    is_disability_officer | (runs_activities & prepares_the_room),
)
rules.add_perm("activities.add_enrolment", knows_the_group)
rules.add_perm("activities.export_enrolment", knows_the_group)
rules.add_perm("activities.view_convening", knows_the_group)
rules.add_perm("activities.view_convocation", knows_the_group)
rules.add_perm("activities.send_now_convening", knows_the_group)
rules.add_perm("activities.hold_back_convening", knows_the_group)
rules.add_perm("activities.resume_convening", knows_the_group & has_failures)

for model in ("charter", "charterversion", "charterclause"):
    rules.add_perm(f"activities.view_{model}", is_staff)
    rules.add_perm(f"activities.add_{model}", runs_activities)
    rules.add_perm(f"activities.change_{model}", runs_activities)
rules.add_perm("activities.delete_charterclause", runs_activities)
rules.add_perm("activities.publish_charterversion", runs_activities)
rules.add_perm("activities.view_chartersignature", knows_the_group)
for model in ("eligibilityrule", "question"):
    rules.add_perm(f"activities.view_{model}", is_staff)
    rules.add_perm(f"activities.add_{model}", runs_activities)
    rules.add_perm(f"activities.change_{model}", runs_activities)
    rules.add_perm(f"activities.delete_{model}", runs_activities)
for verb in ("view", "add", "send", "resend", "revoke"):
    rules.add_perm(f"activities.{verb}_invitation", knows_the_group)
rules.add_perm("activities.decline_invitation", is_invited)
for verb in ("view", "lock", "unlock"):
    rules.add_perm(f"activities.{verb}_attendancesheet", knows_the_group)
