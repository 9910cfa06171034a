"""The audit trail: chained, append-only, and telling when it was touched."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from agency.core import journal
from agency.core.models import JournalEntry
from tests.activities.factories import VenueFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def verify():
    out, err = StringIO(), StringIO()
    call_command("verify_journal", stdout=out, stderr=err)
    return out.getvalue()


def test_entries_about_one_object_follow_each_other():
    venue, by = VenueFactory(), PersonFactory()

    first = journal.record(venue, "add", by=by)
    second = journal.record(venue, "change", by=by, fields=["city"])

    assert (first.seq, second.seq) == (1, 2)
    assert first.previous_hash == journal.GENESIS
    assert second.previous_hash == first.hash
    assert list(JournalEntry.objects.about(venue)) == [second, first]


def test_each_object_has_its_own_chain():
    journal.record(VenueFactory(), "add")

    assert journal.record(VenueFactory(), "add").seq == 1


def test_entry_said_to_be_the_first_follows_those_there_are():
    venue = VenueFactory()
    first = journal.record(venue, "add", after=journal.START)

    second = journal.record(venue, "change", after=journal.START)

    assert (first.seq, second.seq) == (1, 2)
    assert not list(journal.broken_links())


def test_first_entry_about_a_new_object_is_one_statement(django_assert_num_queries):
    venue, by = VenueFactory(), PersonFactory()
    journal.record(VenueFactory(), "add", by=by)  # the content type is known from here

    with django_assert_num_queries(1):
        journal.record(venue, "add", by=by, after=journal.START)


def test_proxy_and_its_model_share_one_chain():
    from programmes.models import PracticeCycle  # a proxy of the kernel's activity
    from tests.activities.factories import PracticeCycleFactory  # see above

    activity = PracticeCycleFactory()
    journal.record(activity, "add")

    entry = journal.record(PracticeCycle.objects.get(pk=activity.pk), "change")

    assert entry.seq == 2


def test_whole_journal_verifies():
    venue = VenueFactory()
    for action in ("add", "change", "change"):
        journal.record(venue, action, by=PersonFactory(), reason="\u00e9t\u00e9")

    assert "3 entries" in verify()


@pytest.mark.parametrize(
    "change", [{"action": "autre"}, {"data": {"x": 1}}, {"seq": 7}, {"by_id": None}]
)
def test_entry_that_was_changed_breaks_the_chain(change, without_trigger):
    venue, by = VenueFactory(), PersonFactory()
    entry = journal.record(venue, "add", by=by)
    journal.record(venue, "change", by=by)

    JournalEntry.objects.filter(pk=entry.pk).update(**change)

    with pytest.raises(CommandError, match="broken"):
        verify()


def test_entry_that_was_taken_away_breaks_the_chain(without_trigger):
    venue = VenueFactory()
    entry = journal.record(venue, "add")
    journal.record(venue, "change")

    JournalEntry.objects.filter(pk=entry.pk).delete()

    with pytest.raises(CommandError, match="broken"):
        verify()


@pytest.fixture
def without_trigger():
    """Somebody with all rights on the database, whom only the chain betrays."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_journalentry DISABLE TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.postgres
@pytest.mark.parametrize("gesture", ["update", "delete"])
def test_database_refuses_to_change_or_remove_an_entry(gesture):
    entry = journal.record(VenueFactory(), "add")
    rows = JournalEntry.objects.filter(pk=entry.pk)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(action="autre") if gesture == "update" else rows.delete()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_writers_about_one_object_take_turns():
    venue = VenueFactory()

    def write():
        journal.record(venue, "change")
        connection.close()

    threads = [threading.Thread(target=write) for _one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    entries = JournalEntry.objects.about(venue)
    assert sorted(entry.seq for entry in entries) == list(range(1, 9))
    assert not list(journal.broken_links())
