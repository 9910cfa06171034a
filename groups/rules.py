"""Who may do what with a peer group."""

import rules

from agency.core.access import is_staff, runs_activities

for model in ("peergroup", "codevelopmentgroup", "peergroupdetails"):
    rules.add_perm(f"groups.view_{model}", is_staff)
    rules.add_perm(f"groups.add_{model}", runs_activities)
    rules.add_perm(f"groups.change_{model}", runs_activities)
