"""Who may do what in the directory and in the rooms below it, which know no role."""

import rules

from agency.core.access import is_direction, is_staff, runs_activities

is_technical = rules.predicate(lambda user: user.is_superuser, name="is_technical")


@rules.predicate
def is_self(user, person):
    return person is not None and person.pk == user.pk


@rules.predicate
def holds_a_role(user, person):
    return person is not None and person.roles.in_force().exists()


# The journal and the proofs.
rules.add_perm("core.view_journalentry", is_direction | is_technical)
rules.add_perm("mail.view_outgoingemail", runs_activities)
rules.add_perm("mail.resend_outgoingemail", runs_activities)
rules.add_perm("mail.flag_outgoingemail", runs_activities)
for verb in ("view", "add", "change", "delete"):
    rules.add_perm(f"mail.{verb}_quietperiod", runs_activities)

# The directory.
rules.add_perm("people.view_person", is_staff)
for model in ("organisation", "affiliation"):
    rules.add_perm(f"people.view_{model}", is_staff)
    rules.add_perm(f"people.add_{model}", runs_activities)
    rules.add_perm(f"people.change_{model}", runs_activities)
for model in ("membership", "mandate"):
    rules.add_perm(f"people.view_{model}", is_staff)
    rules.add_perm(f"people.add_{model}", runs_activities)
    rules.add_perm(f"people.change_{model}", runs_activities)
for model in ("profession", "territory", "organisationlabel"):
    rules.add_perm(f"people.view_{model}", is_staff)
    rules.add_perm(f"people.add_{model}", runs_activities)
    rules.add_perm(f"people.change_{model}", runs_activities)
rules.add_perm("people.add_person", runs_activities)
rules.add_perm("people.change_person", runs_activities)
rules.add_perm("people.invite_person", runs_activities)
# Who may write a contact down may write a file of them down, and only they see it.
for verb in ("view", "add", "confirm", "drop"):
    rules.add_perm(f"people.{verb}_importbatch", runs_activities)
# Who works here, or with a role of theirs, is merged by direction; nobody by themselves.
rules.add_perm(
    "people.merge_person",
    ~is_self & (is_direction | (runs_activities & ~holds_a_role)),
)
rules.add_perm("people.merge_organisation", runs_activities)
rules.add_perm("people.delete_affiliation", runs_activities)
# Names by the hundred leave the house with those who convene, and it is journalled.
for model in ("person", "organisation", "membership", "mandate"):
    rules.add_perm(f"people.export_{model}", runs_activities)

# Roles open doors: direction alone gives and takes them, never to itself.
rules.add_perm("people.view_role", is_staff)
rules.add_perm("people.give_role", is_direction & ~is_self)
rules.add_perm("people.end_role", is_direction & ~is_self)
rules.add_perm("people.reset_second_factor", is_direction & ~is_self)
