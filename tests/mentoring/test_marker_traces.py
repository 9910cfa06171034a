"""Used as two people use it, a pair leaves no word of theirs anywhere but in its rows.

Each trace is shown to be looked at: a leak that is planted there is found.
"""

import io
import json
import logging
import time
import zipfile

import pytest
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from agency.activities.models import Venue
from agency.activities.services import feeds
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people.services import erasure
from mentoring.models import Goal, PairMeeting, PrivateNote
from mentoring.services import pairs
from tests.mentoring import marked
from tests.mentoring.factories import AgencyNoteFactory
from tests.mentoring.marked import MARK, House, body, holds
from tests.mentoring.test_rooms import pages_of, seen

pytestmark = pytest.mark.django_db


class Used:
    """The house, after both have read, written, taken away, failed, and ended."""

    def __init__(self, client, folder, caplog, monkeypatch):
        self.began = time.time() - 1
        self.client, self.folder, self.caplog = client, folder, caplog
        self.house = House()
        self.pair = self.house.pair
        feeds.open_feed(self.pair.mentee)
        caplog.set_level(logging.DEBUG)
        for half in (self.pair.mentor, self.pair.mentee):
            client.sign_in(half)
            self.read()
        pairs.resume(self.pair, by=self.house.officer)
        self.write(monkeypatch)
        pairs.end_early(self.pair, by=self.pair.mentee, category="time")
        client.get(reverse("people:personal-data-export"))

    def read(self):
        for page in pages_of(self.house.meeting):
            self.client.get(page)
        for name in ("pages:own-space", "pages:own-documents", "people:personal-data"):
            self.client.get(reverse(name))
        file = reverse("mentoring:pair-words-file", args=[self.pair.uuid])
        assert holds(self.client.get(file).content)

    def write(self, monkeypatch):
        """Saved, refused for being old, and lost in an error of ours."""
        args = [self.pair.uuid, self.house.meeting.pk]
        url = reverse("mentoring:meeting-shared-note", args=args)
        said = {"shared_note": f"{MARK} encore", "seen": seen(self.client, url)}
        assert self.client.post(url, said).status_code == 302
        assert MARK in self.client.post(url, said).text

        def fall(*args, **kwargs):
            raise RuntimeError("the disk is full")

        said["seen"] = seen(self.client, url)
        with monkeypatch.context() as broken:
            broken.setattr(PairMeeting, "save", fall)
            broken.setattr(self.client, "raise_request_exception", False)
            assert self.client.post(url, said).status_code == 500

    # --- What holds nothing ----------------------------------------------------------
    def logs(self):
        return [self.caplog.text, *map(repr, self.caplog.records)]

    def cache(self):
        return map(repr, marked.cached())

    def files(self):
        return [data for _path, data in marked.files(self.folder, self.began)]

    def rows(self):
        return [row for _table, row in marked.rows()]

    def sessions(self):
        return [json.dumps(one.get_decoded()) for one in Session.objects.all()]

    def feeds(self):
        return [body(self.client.get(url)) for url in marked.feeds_of(self.house)]

    def search(self):
        """The public lists: what they find, and not the question that they repeat."""
        url = reverse("pages:activity-list")
        page = self.client.get(url, {"q": MARK}).text
        return [MARK] if self.house.edition.title in page else []

    def personal_data(self):
        yield json.dumps(erasure.export(self.pair.mentee), default=str)
        for name in ("personal-data", "personal-data-export"):
            yield body(self.client.get(reverse(f"people:{name}")))

    def serialized(self):
        for model in (PairMeeting, PrivateNote, Goal):
            yield serializers.serialize("json", model.objects.all())
            yield repr(list(model.objects.all()))

    # --- A leak in each ---------------------------------------------------------------
    def plant_logs(self):
        logging.getLogger("mentoring").warning("saved: %s", MARK)

    def plant_cache(self):
        cache.set("page", {"note": MARK})

    def plant_files(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("notes.csv", MARK)
        (self.folder / "exports").mkdir(parents=True)
        (self.folder / "exports" / "notes.xlsx").write_bytes(packed.getvalue())

    def plant_rows(self):
        PairMeeting.objects.update(shared_note=MARK.encode())

    def plant_sessions(self):
        session = self.client.session
        session["draft"] = MARK
        session.save()

    def plant_feeds(self):
        Venue.objects.update(name=MARK)

    def plant_search(self):
        self.house.edition.summary = MARK
        self.house.edition.save()

    def plant_personal_data(self):
        AgencyNoteFactory(pair=self.pair, text=MARK)


TRACES = tuple(
    name.removeprefix("plant_") for name in vars(Used) if name.startswith("plant_")
)


@pytest.fixture
def used(client, private_files, caplog, monkeypatch):
    return Used(client, private_files, caplog, monkeypatch)


def found(used, traces=TRACES):
    return [name for name in traces if any(map(holds, getattr(used, name)()))]


def test_every_trace_is_silent_and_a_leak_would_be_seen(used):
    assert found(used) == []
    assert not any(map(holds, used.serialized()))
    assert JournalEntry.objects.exists()
    assert OutgoingEmail.objects.exists()
    if connection.vendor == "sqlite":
        assert not holds(marked.dump())

    for name in TRACES:
        getattr(used, f"plant_{name}")()
        assert found(used, [name]) == [name]
    if connection.vendor == "sqlite":
        assert holds(marked.dump())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_pg_dump_takes_away_holds_no_word():
    house = House()
    taken = marked.dump()
    assert str(house.pair.uuid).encode() in taken
    assert not holds(taken)

    # As a field that forgot to seal would store it.
    PairMeeting.objects.update(shared_note=MARK.encode())
    assert holds(marked.dump())


@pytest.mark.parametrize(
    "leak", [MARK, MARK.upper(), MARK.encode().hex(), f"data:{MARK}"]
)
def test_a_marker_is_seen_however_it_is_written(leak):
    assert holds(leak)
    assert not holds(leak[:-3])


def test_whoever_leaves_takes_their_private_notes_away():
    house = House()
    erasure.erase(house.pair.mentee, by=house.pair.mentee)

    house.pair.refresh_from_db()
    assert house.pair.state == "ended_early"
    assert [note.side for note in PrivateNote.objects.all()] == ["mentor"]
    assert not house.pair.agency_notes.exists()
