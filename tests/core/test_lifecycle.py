"""One function writes a state: only along an arrow, and only from what was seen."""

import pytest
from django.db import transaction
from django.db.models import Q

from agency.activities.models import Activity
from agency.activities.states import ACTIVITY_MOVES, ActivityState
from agency.core import journal
from agency.core.lifecycle import MoveRefused, available_moves, mermaid, move
from agency.core.models import JournalEntry
from tests.activities.factories import ActivityFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

A = ActivityState


def test_move_follows_the_arrow_and_writes_the_journal():
    activity, by = ActivityFactory(draft=True), PersonFactory()

    move(activity, "announce", by=by, reason="printemps", announcement="Bient\u00f4t")

    kept = Activity.objects.get(pk=activity.pk)
    assert (kept.state, kept.announcement) == (A.ANNOUNCED, "Bient\u00f4t")
    entry = JournalEntry.objects.about(activity).get()
    assert (entry.action, entry.by) == ("announce", by)
    assert entry.data == {
        "from": "draft",
        "to": "announced",
        "reason": "printemps",
        "fields": ["announcement"],
    }


def test_text_of_a_change_is_not_in_the_journal():
    activity = ActivityFactory(draft=True)

    move(activity, "announce", announcement="SECRET")

    assert "SECRET" not in str(JournalEntry.objects.get().data)


def test_page_gone_stale_is_refused():
    activity = ActivityFactory(draft=True)
    stale = Activity.objects.get(pk=activity.pk)
    move(activity, "announce")

    with pytest.raises(MoveRefused):
        move(stale, "announce")
    assert JournalEntry.objects.count() == 1


def test_arrow_that_does_not_start_here_is_refused():
    activity = ActivityFactory(draft=True)

    with pytest.raises(MoveRefused):
        move(activity, "complete")
    assert Activity.objects.get(pk=activity.pk).state == A.DRAFT


def test_whoever_catches_a_refusal_goes_on_with_their_transaction():
    activity, other = ActivityFactory(draft=True), ActivityFactory(draft=True)
    stale = Activity.objects.get(pk=activity.pk)

    with transaction.atomic():
        move(activity, "announce")
        with pytest.raises(MoveRefused):
            move(stale, "announce")
        with pytest.raises(MoveRefused):
            move(stale, "complete")
        move(other, "announce")

    assert set(Activity.objects.values_list("state", flat=True)) == {A.ANNOUNCED}
    assert JournalEntry.objects.count() == 2


def test_move_without_its_journal_is_undone(monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(journal, "record", refuse)
    activity = ActivityFactory(draft=True)

    with pytest.raises(RuntimeError), transaction.atomic():
        move(activity, "announce")

    assert Activity.objects.get(pk=activity.pk).state == A.DRAFT


def test_condition_of_the_caller_is_in_the_same_update():
    activity = ActivityFactory(draft=True, title="Une")

    with pytest.raises(MoveRefused):
        move(activity, "announce", where=Q(title="Autre"))
    move(activity, "announce", where=Q(title="Une"))


def test_buttons_are_those_that_the_rule_and_the_state_allow():
    activity = ActivityFactory(draft=True)

    officer = available_moves(activity, PersonFactory(officer=True))
    direction = available_moves(activity, PersonFactory(direction=True))
    stranger = available_moves(activity, PersonFactory())

    assert list(officer) == ["announce", "open"]
    assert list(direction) == ["announce", "open", "cancel"]
    assert stranger == {}


def test_superuser_moves_nothing_that_the_rule_does_not_give():
    activity = ActivityFactory(draft=True)

    assert available_moves(activity, PersonFactory(superuser=True)) == {}


def test_diagram_draws_every_arrow():
    drawn = mermaid(Activity)

    arrows = sum(len(arrow.sources) for arrow in ACTIVITY_MOVES.values())
    assert drawn.count("-->") == arrows
