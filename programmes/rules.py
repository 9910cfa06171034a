"""Who may do what with a practice-analysis cycle."""

import rules

from agency.core.access import is_staff, runs_activities

for model in ("practicecycle", "practicecycledetails"):
    rules.add_perm(f"programmes.view_{model}", is_staff)
    rules.add_perm(f"programmes.add_{model}", runs_activities)
    rules.add_perm(f"programmes.change_{model}", runs_activities)
