"""What periodic jobs leave behind."""

from agency.core.clock import now
from agency.core.models import JobRun


def ran(name):
    """Note that the periodic job ``name`` has just run."""
    JobRun.objects.update_or_create(name=name, defaults={"last_run_at": now()})
