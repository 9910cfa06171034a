"""A sitting that is held today: what every test of the room begins with."""

import pytest

from tests.grants.live_scene import (
    chair_of,
    on_the_agenda,
    opened,
    seats,
    secretary,
    there,
    today_sitting,
)


@pytest.fixture
def by(db):
    """Whoever runs it."""
    return secretary()


@pytest.fixture
def sitting(db):
    return today_sitting()


@pytest.fixture
def others():
    """How many full members sit beside the chair."""
    return 3


@pytest.fixture
def members(sitting, by, others):
    """The chair and the others, all in the room."""
    rows = [chair_of(sitting), *seats(sitting, others)]
    there(sitting, *rows, by=by)
    return rows


@pytest.fixture
def point(sitting, members, by):
    """A file on its agenda; the sitting is open."""
    made = on_the_agenda(sitting, organisation__name="Compagnie Ultraviolette")
    opened(sitting, by)
    return made
