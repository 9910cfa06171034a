"""What the tests of people have in common."""

import pytest

from agency.people.services import imports
from tests.people.factories import (
    PersonFactory,
)


@pytest.fixture
def written(officer, django_capture_on_commit_callbacks):
    """Confirm a batch, and let the worker do it."""

    def write(batch):
        with django_capture_on_commit_callbacks(execute=True):
            imports.confirm(batch, by=officer)
        batch.refresh_from_db()
        return batch

    return write


@pytest.fixture
def two():
    """The record that stays, and its duplicate; nobody has opened an account."""
    kept = PersonFactory(unclaimed=True, given_name="Inès", family_name="Maréchal")
    dropped = PersonFactory(unclaimed=True, given_name="Ines", family_name="Marechal")
    return kept, dropped
