"""The register of personal data is complete, and this test would notice if it were not."""

import pytest
from django.apps import apps
from django.db import models

from agency.activities.models import Activity, Enrolment
from agency.core.models import JournalEntry
from agency.people import privacy
from agency.people.models import Affiliation, Person


def test_every_model_that_leads_to_a_person_is_declared():
    assert privacy.undeclared() == []


@pytest.mark.parametrize("model", [Person, Affiliation, Enrolment])
def test_a_model_without_a_declaration_is_noticed(monkeypatch, model):
    monkeypatch.delitem(privacy._entries, model)

    found = privacy.undeclared()

    # A person leads to themselves by no key: their own row is asked for by name.
    expected = [] if model is Person else [f"{model._meta.label}.person"]
    assert [
        path for path in found if path.startswith(f"{model._meta.label}.p")
    ] == expected


def test_a_key_at_work_is_noticed_without_its_reason(monkeypatch):
    monkeypatch.delitem(privacy._functions, (Activity, "officer"))

    found = privacy.undeclared()

    assert "activities.Activity.officer" in found
    # Two hops further, the same key leads there too.
    assert "activities.AgendaItem.session__activity__officer" in found


def test_a_new_model_three_hops_away_is_noticed(monkeypatch):
    class Diary(models.Model):
        convocation = models.ForeignKey("activities.Convocation", models.CASCADE)

        class Meta:
            app_label = "people"
            # A registry of its own: the tests after this one never hear of it.
            apps = apps

        def __str__(self):
            return ""

    try:
        found = privacy.undeclared()
    finally:
        apps.all_models["people"].pop("diary")
        apps.clear_cache()

    assert "people.Diary.convocation__participation__person" in found


def test_a_second_direct_key_of_a_declared_model_is_noticed():
    entry = privacy._entries[Affiliation]

    assert privacy._covers(Affiliation, "person")
    assert not privacy._covers(Affiliation, "written_by")
    assert entry.path == "person"


def test_every_entry_says_all_there_is_to_say():
    for entry in privacy.entries():
        said = (entry.purpose, entry.legal_basis, entry.retention, entry.erase.sentence)
        assert all(map(str, said)), entry.model
        assert entry.columns, entry.model


def test_every_function_at_work_has_a_reason():
    assert all(privacy._functions.values())


def test_the_journal_is_found_by_author_and_by_subject(db):
    from agency.core import journal
    from tests.people.factories import PersonFactory

    one, other = PersonFactory(), PersonFactory()
    by_them = journal.record(other, "invite", by=one)
    about_them = journal.record(one, "invite", by=other)
    journal.record(other, "invite")

    rows = privacy._entries[JournalEntry].rows(one)

    assert set(rows) == {by_them, about_them}
