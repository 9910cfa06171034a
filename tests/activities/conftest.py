"""What beat and the workers do, for the tests of what they are rung for."""

from datetime import timedelta

import pytest

from agency.activities.services import convenings
from agency.core.clock import now, travel

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sweep(django_capture_on_commit_callbacks):
    """Turn the clock ``minutes`` on, then what beat and the workers do."""

    def sweep(minutes=11, times=1):
        with travel(now() + minutes * MINUTE):
            for _time in range(times):
                with django_capture_on_commit_callbacks(execute=True):
                    convenings.sweep()

    return sweep


@pytest.fixture
def work(django_capture_on_commit_callbacks):
    """Call ``action``, then do what the workers that it rings would."""

    def work(action, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return action(*args, **kwargs)

    return work
