"""Who sees every issued document; one's own are seen by ``visible_to`` alone."""

import rules

from agency.core.access import runs_activities

rules.add_perm("documents.view_issueddocument", runs_activities)
