"""Imports: files that are none, two tabs, killed workers, and what stays."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError

from agency.core.clock import now, travel
from agency.core.lifecycle import MoveRefused
from agency.core.models import JournalEntry
from agency.people.imports import writing
from agency.people.imports.reading import Unreadable
from agency.people.models import (
    ImportBatch,
    ImportLine,
    Person,
)
from agency.people.services import imports, retention
from agency.people.states import ImportState
from tests.people.brought import HEADINGS, ZOE, brought, outcomes
from tests.people.factories import (
    PersonFactory,
)

pytestmark = pytest.mark.django_db


# --- Files that are none -------------------------------------------------------
def test_file_without_lines_or_too_heavy_leaves_nothing(officer, monkeypatch):
    with pytest.raises(Unreadable, match="aucune ligne"):
        brought(officer)
    monkeypatch.setattr("agency.people.imports.reading.MOST_BYTES", 10)
    with pytest.raises(Unreadable, match="trop lourd"):
        brought(officer, ZOE)

    assert not ImportBatch.objects.exists()


def test_file_is_deleted_once_read(officer, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    batch = brought(officer, ZOE, ("Al", "Roy", ""))
    assert batch.state == ImportState.UPLOADED
    assert ImportBatch.objects.exclude(content=None).exists()

    imports.read(batch.pk)

    assert not ImportBatch.objects.exclude(content=None).exists()
    batch.refresh_from_db()
    assert (batch.state, batch.total) == (ImportState.PREVIEWED, 2)


def test_file_that_breaks_far_below_fails_with_the_sentence(officer, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    monkeypatch.setattr("agency.people.imports.reading.MOST_LINES", 2)

    batch = brought(officer, ZOE, ("Al", "Roy", ""), ("Lou", "Sol", ""))
    imports.read(batch.pk)

    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert "plus de 2 lignes" in batch.error
    assert not ImportBatch.objects.exclude(content=None).exists()
    assert not batch.lines.exists()


# --- Twice, late, interrupted --------------------------------------------------
def test_second_tab_that_confirms_is_refused(officer, secretary, written):
    batch = brought(officer, ZOE)
    stale = ImportBatch.objects.get(pk=batch.pk)
    written(batch)

    with pytest.raises(MoveRefused):
        imports.confirm(stale, by=secretary)
    with pytest.raises(MoveRefused):
        imports.drop(ImportBatch.objects.get(pk=batch.pk), by=secretary)
    imports.run(batch.pk)

    assert Person.objects.filter(email="zoe@example.org").count() == 1
    assert JournalEntry.objects.about(batch).filter(action="confirm").count() == 1


def test_record_changed_since_the_preview_is_left(officer, written):
    known = PersonFactory(
        given_name="Zoé", family_name="Lefèvre", email="zoe@example.org", city="Dijon"
    )
    batch = brought(
        officer,
        (*ZOE, "Nevers"),
        ("Al", "Roy", "al@example.org", "Dole"),
        headings=(*HEADINGS, "Ville"),
    )
    Person.objects.filter(pk=known.pk).update(city="Lyon")
    PersonFactory(given_name="Al", family_name="Roy", email="al@example.org")

    written(batch)

    known.refresh_from_db()
    assert known.city == "Lyon"
    assert outcomes(batch) == ["ignore", "ignore"]
    assert all("depuis l’aperçu" in line.sentence for line in batch.lines.all())
    assert (batch.created, batch.updated, batch.ignored) == (0, 0, 2)


def test_killed_worker_goes_on_where_it_stood(officer, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 2)
    batch = brought(officer, *[(f"P{n}", "Roy", f"p{n}@example.org") for n in range(5)])
    imports.confirm(batch, by=officer)
    assert imports._write_some(batch.pk)
    batch.refresh_from_db()
    assert batch.lines.filter(settled_at=None).count() == 3

    with travel(now() + timedelta(minutes=3)):
        assert imports.sweep() == 1
        imports.run(batch.pk)
        assert imports.sweep() == 0

    batch.refresh_from_db()
    assert (batch.state, batch.created) == (ImportState.DONE, 5)
    assert Person.objects.filter(family_name="Roy").count() == 5


def test_long_run_rings_for_its_rest(
    officer, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(imports, "CHUNK", 1)
    batch = brought(officer, ZOE, ("Al", "Roy", "al@example.org"))
    imports.confirm(batch, by=officer)
    monkeypatch.setattr(imports, "BUDGET", -1)

    with django_capture_on_commit_callbacks() as rung:
        imports.run(batch.pk)

    assert len(rung) == 1
    assert batch.waiting().count() == 1


def test_line_that_the_database_refuses_stops_no_other(officer, written, monkeypatch):
    write = writing.write

    def refusing(batch, plans):
        if any(plan.data["family_name"] == "Roy" for plan in plans):
            raise DatabaseError("refused")
        write(batch, plans)

    monkeypatch.setattr(writing, "write", refusing)

    batch = written(brought(officer, ("Al", "Roy", ""), ZOE))

    assert (batch.state, batch.created, batch.errors) == (ImportState.DONE, 1, 1)
    assert outcomes(batch) == ["error", "create"]


def test_somebody_who_writes_the_same_at_the_same_moment(officer, written, monkeypatch):
    write, calls = writing.write, []

    def overtaken(batch, plans):
        calls.append(len(plans))
        if len(calls) == 1:
            raise IntegrityError("somebody was faster")
        write(batch, plans)

    monkeypatch.setattr(writing, "write", overtaken)

    batch = written(brought(officer, ZOE))

    assert calls[:2] == [1, 1]
    assert (batch.state, batch.created) == (ImportState.DONE, 1)


def test_reading_left_half_way_is_taken_up_again(officer, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    batch = brought(officer, ZOE)
    monkeypatch.setattr(imports, "_read", lambda batch: None)
    imports.read(batch.pk)
    monkeypatch.undo()
    batch.refresh_from_db()
    assert batch.state == ImportState.READING

    imports.read(batch.pk)
    imports.read(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.lines.count()) == (ImportState.PREVIEWED, 1)


# --- What stays ----------------------------------------------------------------
def test_lines_go_after_a_month_and_figures_stay(officer, written):
    done, waiting = written(brought(officer, ZOE)), brought(officer, ("Al", "Roy", ""))
    dropped = brought(officer, ("Lou", "Sol", ""))
    imports.drop(dropped, by=officer)

    with travel(now() + timedelta(days=29)):
        retention.forget_imports()
    assert ImportLine.objects.count() == 3
    with travel(now() + timedelta(days=31)):
        retention.forget_imports()

    assert not ImportLine.objects.exists()
    for batch in (done, waiting, dropped):
        batch.refresh_from_db()
        assert batch.emptied_at
    assert (done.state, done.created) == (ImportState.DONE, 1)
    assert waiting.state == ImportState.DROPPED


@pytest.mark.parametrize("lines", [2, 20])
def test_chunk_asks_the_same_questions_whatever_the_lines(
    officer, lines, django_assert_max_num_queries
):
    headings = (*HEADINGS, "Structure", "Ville")
    PersonFactory(given_name="P0", family_name="Roy", email="p0@example.org")
    rows = [
        (f"P{n}", "Roy", f"p{n}@example.org", f"Compagnie {n}", "Dijon")
        for n in range(lines)
    ]
    batch = brought(officer, *rows, headings=headings, create_organisations=True)
    imports.confirm(batch, by=officer)

    with django_assert_max_num_queries(42):
        imports.run(batch.pk)

    assert Person.objects.filter(city="Dijon").count() == lines
