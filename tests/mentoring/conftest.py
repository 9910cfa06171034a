"""An edition in somebody's charge, and whoever would apply to it."""

import pytest

from tests.mentoring.factories import EditionFactory


@pytest.fixture
def edition(officer):
    return EditionFactory(officer=officer, sessions=1)
