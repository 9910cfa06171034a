"""The scenes of the demo around files, on files that are there, and on none."""

import random
from datetime import datetime, time, timedelta

import pytest

from agency.core import bell
from agency.core.clock import PARIS, now, today, travel
from agency.pages.demo.directory import Directory
from agency.pages.demo.script import Script
from grants.demo import dialogue
from grants.models import Application, CompletionRequest, ThreadMessage
from tests.grants.whole import whole
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def play():
    # S311: nothing is drawn.
    book = Directory(dice=random.Random(1), small=True)  # noqa: S311
    script = Script(now())
    dialogue.stories(book, script, today())
    script.play()
    return book


def test_without_a_file_nothing_is_said():
    play()

    assert not CompletionRequest.objects.exists()
    assert not ThreadMessage.objects.exists()


@pytest.fixture
def in_the_evening():
    """What is told of today has happened by then, whenever the tests run."""
    with travel(datetime.combine(today(), time(20), PARIS)):
        yield


def test_one_is_asked_one_has_answered_and_they_write(in_the_evening):
    with travel(now() - timedelta(days=40)), bell.silent():
        for _number in range(3):
            whole(sent=True, owner=PersonFactory())

    play()

    states = sorted(CompletionRequest.objects.values_list("state", flat=True))
    assert states == ["answered", "sent"]
    asked = CompletionRequest.objects.get(state="sent")
    assert asked.items.count() == 2
    assert asked.application.messages.count() == 3
    assert asked.application.notes.count() == 1
    assert not asked.application.messages.last().read_at
    assert Application.objects.filter(state="completion_requested").count() == 1
