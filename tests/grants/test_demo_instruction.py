"""The files of the demo on their way: one in each state, and nothing where there is none."""

from collections import Counter
from types import SimpleNamespace

import pytest

from grants.demo.instruction import InstructionStory
from grants.models import Application
from tests.grants.factories import ApplicationFactory, RulesFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    officer = PersonFactory(officer=True)
    return InstructionStory(SimpleNamespace(accounts={"agence": officer}))


def play(story):
    for scene in ("check", "take_up", "write", "close", "put_on_the_agenda"):
        getattr(story, scene)()
    return Counter(Application.objects.values_list("state", flat=True))


def test_one_file_in_each_state(story):
    rules = RulesFactory(full=True)
    for _file in range(9):
        ApplicationFactory(sent=True, tour=True, rules=rules)

    assert play(story) == {
        "submitted": 3,
        "scheduled": 1,
        "ready_for_commission": 1,
        "under_instruction": 2,
        "admissible": 1,
        "inadmissible": 1,
    }
    ready = Application.objects.get(state="ready_for_commission")
    assert ready.expenses.get().retained is not None
    assert ready.proposed == ready.computed


@pytest.mark.parametrize("count", [0, 3, 4])
def test_with_few_files_less_happens(story, count):
    for _file in range(count):
        ApplicationFactory(sent=True, tour=True, rules__full=True)

    states = play(story)

    assert states["submitted"] == min(count, 3)
    assert states["scheduled"] == max(0, count - 3)
