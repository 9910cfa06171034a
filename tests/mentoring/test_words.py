"""The end of what a pair wrote: warned, taken away, erased; its facts stay (c7, 28)."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as plateau
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JobRun, JournalEntry
from agency.core.sealed_text import sealed_fields
from agency.mail import reminders
from agency.mail.models import OutgoingEmail
from mentoring.models import AgencyNote, Goal, PrivateNote
from mentoring.models.pair import WORDS_KEPT
from mentoring.services import goals, words
from mentoring.tasks import forget_words
from tests.mentoring.factories import (
    AgencyNoteFactory,
    GoalFactory,
    PairFactory,
    PairMeetingFactory,
    PrivateNoteFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LETTER = "mentoring/emails/pair_words_end"
SHARED, MINE, THEIRS = "Un mot <à> deux.", "Le mien.", "Le sien."


class Room:
    """A pair that has just ended, with a word of each kind."""

    def __init__(self, **more):
        # At noon: what is said by day is said at once.
        self.over = now().replace(hour=11)
        self.pair = PairFactory(completed=True, ended_at=self.over, **more)
        self.meeting = PairMeetingFactory(pair=self.pair, shared_note=SHARED)
        self.goal = GoalFactory(pair=self.pair, text="Un budget", indicator="Relu")
        PrivateNoteFactory(meeting=self.meeting, side="mentee", text=MINE)
        PrivateNoteFactory(meeting=self.meeting, side="mentor", text=THEIRS)
        AgencyNoteFactory(pair=self.pair)

    def after(self, days):
        """What the jobs do so many days after the end, twice over."""
        with travel(self.over + timedelta(days=days)):
            for _time in range(2):
                forget_words()
                reminders.run()
        for row in (self.pair, self.meeting, self.goal):
            row.refresh_from_db()

    @property
    def is_whole(self):
        notes = PrivateNote.objects.filter(meeting=self.meeting).count()
        texts = (self.meeting.shared_note, self.goal.text, self.goal.indicator)
        return notes == 2 and self.pair.agency_notes.count() == 1 and all(texts)

    @property
    def is_silent(self):
        texts = (self.meeting.shared_note, self.goal.text, self.goal.indicator)
        notes = PrivateNote.objects.filter(meeting=self.meeting)
        return not (
            notes.exists()
            or AgencyNote.objects.filter(pair=self.pair).exists()
            or any(texts)
        )


@pytest.fixture
def room():
    return Room()


def warned():
    rows = OutgoingEmail.objects.filter(template=LETTER)
    return sorted(rows.values_list("person", flat=True))


def file_of(pair):
    return reverse("mentoring:pair-words-file", args=[pair.uuid])


def test_every_sealed_text_of_the_app_has_an_end():
    sealed = {model for model, _field in sealed_fields()}

    assert set(words.SEALED) == {
        model for model in sealed if model._meta.app_label == "mentoring"
    }
    assert set(words.SEALED) <= {*words.EMPTIED, *words.DELETED}


def test_warned_once_each_then_the_facts_stay_and_no_word(room):
    kept = PairMeetingFactory(shared_note="Un autre binôme.")
    halves = sorted([room.pair.mentor_id, room.pair.mentee_id])

    room.after(167)
    assert (warned(), room.pair.words_until) == ([], None)
    room.after(168)
    assert (warned(), room.is_whole) == (halves, True)
    assert room.pair.words_until == room.pair.ended_at + WORDS_KEPT
    room.after(182)
    assert (warned(), room.is_whole) == (halves, True)
    room.after(184)

    assert room.is_silent
    assert (room.meeting.minutes, room.meeting.state) == (60, "held")
    assert room.goal.state == "open"
    assert warned() == halves
    kept.refresh_from_db()
    assert kept.shared_note
    assert JournalEntry.objects.filter(action="erase_words").count() == 1
    assert JobRun.objects.filter(name="forget_words_of_pairs").exists()


def test_after_a_long_outage_they_are_warned_before_anything_goes(room):
    room.after(300)
    assert room.is_whole
    assert len(warned()) == 2
    room.after(314)
    assert room.is_whole
    room.after(316)

    assert room.is_silent
    assert len(warned()) == 2


def test_whoever_has_no_address_holds_nothing_up():
    room = Room(mentor=PersonFactory(unclaimed=True, email=None))
    room.after(169)
    assert warned() == [room.pair.mentee_id]

    room.after(184)
    assert room.is_silent


def test_nothing_is_written_to_old_rows_again(room):
    room.after(169)
    room.after(184)

    with travel(now() + timedelta(days=200)), CaptureQueriesContext(connection) as ran:
        words.turn()
    assert not [sql for sql in ran if sql["sql"].startswith('UPDATE "mentoring')]


# --- The key -------------------------------------------------------------------------
def test_without_the_key_nothing_goes_and_with_it_there_is_time(room, settings):
    keys = plateau.SEALED_TEXT_KEYS
    room.after(169)
    settings.SEALED_TEXT_KEYS = [Fernet.generate_key().decode()]

    room.after(184)
    room.after(190)
    assert room.is_whole
    assert room.pair.words_until is None

    settings.SEALED_TEXT_KEYS = keys
    room.after(191)
    assert room.is_whole
    assert room.pair.words_until == room.over + timedelta(days=206)
    assert len(warned()) == 4
    room.after(207)
    assert room.is_silent


def test_without_the_key_there_is_no_file_and_the_page_says_why(client, room, settings):
    client.sign_in(room.pair.mentee)
    settings.SEALED_TEXT_KEYS = [Fernet.generate_key().decode()]

    page = client.get(file_of(room.pair), follow=True)

    assert page.request["PATH_INFO"].endswith("/ecrits/")
    assert "Aucune clé n’ouvre toutes vos notes" in page.text
    assert "data-unreadable" in page.text
    assert room.is_whole


# --- What one takes away --------------------------------------------------------------
@pytest.mark.parametrize(
    ("side", "own", "other"), [("mentee", MINE, THEIRS), ("mentor", THEIRS, MINE)]
)
def test_the_file_holds_all_that_one_may_read(client, room, side, own, other):
    answer = client.sign_in(getattr(room.pair, side)).get(file_of(room.pair))

    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="nos-notes-')
    assert "no-store" in answer["Cache-Control"]
    assert all(said in text for said in (SHARED, own, "Un budget", "Relu"))
    assert other not in text
    assert "1\u00a0h, en visio" in text


def test_the_file_is_offered_while_the_pair_meets_too(client):
    meeting = PairMeetingFactory(shared_note=SHARED)
    client.sign_in(meeting.pair.mentor)

    url = reverse("mentoring:pair-words", args=[meeting.pair.uuid])
    assert file_of(meeting.pair) in client.get(url).text
    assert SHARED in client.get(file_of(meeting.pair)).content.decode()


def test_before_and_after_the_day_the_pages_say_so(client, room):
    client.sign_in(room.pair.mentee)
    space = reverse("pages:own-space")
    room.after(169)
    page = client.get(room.pair.get_absolute_url()).text
    assert "Emportez-les d’ici là" in page
    assert "Emportez ce que vous avez écrit" in client.get(space).text

    room.after(184)
    page = client.get(room.pair.get_absolute_url()).text
    assert "a été effacé" in page
    assert "Emporter nos notes" not in page
    assert "Emportez ce que vous avez écrit" not in client.get(space).text
    url = reverse("mentoring:pair-words", args=[room.pair.uuid])
    assert "a été effacé" in client.get(url).text
    assert "Rien n’a été écrit" in client.get(file_of(room.pair)).content.decode()


def test_once_erased_no_word_comes_after(client, room):
    room.after(169)
    room.after(184)

    with pytest.raises(MoveBlocked):
        goals.tell_agency(room.pair, "Encore un mot", by=room.pair.mentee)
    url = reverse("mentoring:pair-tell", args=[room.pair.uuid])
    answer = client.sign_in(room.pair.mentee).post(url, {"text": "Encore un mot"})
    assert "écrivez à l’agence" in answer.text
    assert not AgencyNote.objects.exists()


def test_its_officer_sees_when_the_words_go(client, room):
    room.after(169)
    url = reverse("admin:mentoring_pair_change", args=[room.pair.pk])

    page = client.sign_in(room.pair.activity.officer).get(url).text

    assert "gardés jusqu’au" in page
    assert SHARED not in page
    assert Goal.objects.get(pk=room.goal.pk).text
