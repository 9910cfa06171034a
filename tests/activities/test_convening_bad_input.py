"""What a convocation is asked to bear: nowhere to go, no such hour, too much, too many."""

import errno
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from agency.activities.choices import Purpose
from agency.activities.models import Convening, Convocation, Enrolment, Participation
from agency.activities.services import convenings, sessions
from agency.activities.states import ConvocationState
from agency.core.clock import PARIS, now, travel
from agency.documents.models import IssuedDocument
from agency.documents.storage import private_storage
from agency.mail.models import OutgoingEmail
from agency.people.models import Person
from agency.people.services import erasure
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    ConveningFactory,
    ParticipationFactory,
    SessionFactory,
    VenueFactory,
)
from tests.activities.test_convenings import convened
from tests.core.desk import form_of
from tests.documents.reading import opened, words

pytestmark = pytest.mark.django_db
SESSIONS = "/gestion/activities/session/"
CONVENINGS = "/gestion/activities/convening/"
MANY = 1200


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def sent(session, by):
    """The bytes of the letter, the text of the message and the calendar file of one."""
    ParticipationFactory(session=session)
    convened(session, by)
    message = OutgoingEmail.objects.get()
    with IssuedDocument.objects.get().file.open() as stored:
        letter = stored.read()
    calendar = message.attachments.get(mimetype__startswith="text/calendar")
    return letter, message.text, bytes(calendar.content).decode()


# --- Nowhere to go -----------------------------------------------------------
def test_session_without_a_place_says_that_it_will_be_told(desk, officer):
    session = SessionFactory(starts_in=15, venue=None, room="salle Navette")
    ParticipationFactory(session=session)

    page = desk.get(f"{SESSIONS}{session.pk}/convoquer/").text
    session.participations.all().delete()
    letter, message, calendar = sent(session, officer)

    assert "pas encore de lieu" in page
    assert "Le lieu est en cours de choix" in words(letter)
    assert "Le lieu n’est pas encore fixé" in message
    assert "LOCATION" not in calendar
    for text in (words(letter), message):
        assert "None" not in text
        assert "salle Navette" not in text  # a room of no house


def test_place_without_an_address_is_named_without_a_hole(officer):
    venue = VenueFactory(name="La Filature", address="", postal_code="", city="")
    session = SessionFactory(starts_in=15, venue=venue, room="salle Navette")

    letter, message, calendar = sent(session, officer)

    text = words(letter)
    assert "La Filature, salle Navette Accessibilité" in text
    assert "La Filature, salle Navette\n\n" in message
    assert r"LOCATION:La Filature\, salle Navette" in calendar
    for hole in (", ,", ",  ", "None", " , "):
        assert hole not in text


# --- No such hour ------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "why"),
    [("2027-03-28", "n’existe pas"), ("2026-10-25", "vient deux fois")],
)
def test_hour_of_the_night_when_clocks_change_is_refused_with_a_sentence(
    desk, day, why
):
    session = SessionFactory(starts_in=15)
    url = f"{SESSIONS}{session.pk}/change/"
    typed = {"starts_at_0": day, "starts_at_1": "02:30"}
    typed |= {"ends_at_0": day, "ends_at_1": "05:30"}

    page = desk.post(url, form_of(desk, url) | typed)

    form = page.context["adminform"].form
    assert why in str(form.errors["starts_at"])
    assert 'href="#id_starts_at' in page.text
    assert 'value="02:30"' in page.text


def test_hour_that_does_not_exist_slips_in_and_is_written_as_the_one_after(officer):
    start = datetime(2027, 3, 28, 2, 30, tzinfo=PARIS)
    with travel(start - timedelta(days=10)):
        session = SessionFactory(
            starts_at=start, ends_at=datetime(2027, 3, 28, 6, tzinfo=PARIS)
        )
        session.refresh_from_db()
        letter, message, calendar = sent(session, officer)

    text = words(letter)
    assert "3 h 30 – 6 h" in text
    assert "2 h 30" in text  # how long it lasts, from one hour that exists to the other
    assert "3\xa0h\xa030" in message
    assert "DTSTART;TZID=Europe/Paris:20270328T033000" in calendar


# --- Too much ----------------------------------------------------------------
def test_agenda_of_forty_items_is_all_there_and_signed(officer):
    session = SessionFactory(starts_in=15)
    for order in range(1, 41):
        AgendaItemFactory(session=session, order=order, title=f"Le point {order}, dit")

    letter, message, _calendar = sent(session, officer)

    text = words(letter)
    for order in range(1, 41):
        assert f"Le point {order}, dit" in text
        assert f"- Le point {order}, dit\n" in message
    assert len(opened(letter).pages) == 2
    assert "Pour l’agence" in opened(letter).pages[-1].extract_text()


# --- Too many ----------------------------------------------------------------
def crowd(session, count, house="foule"):
    """So many people expected at ``session``, in a few statements."""
    people = Person.objects.bulk_create(
        Person(
            given_name=f"Prénom{n}",
            family_name=f"Nom{n:04d}",
            folded=f"nom{n:04d}",
            email=f"p{n}@{house}.example" if n % 10 else None,
        )
        for n in range(count)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            activity=session.activity,
            person=one,
            state="confirmed",
            confirmed_at=now(),
        )
        for one in people
    )
    Participation.objects.bulk_create(
        Participation(session=session, person=one.person, enrolment=one)
        for one in enrolments
    )


def queries_of_a_chunk(session, officer, size=3):
    """How many statements the first ``size`` letters of a whole batch cost."""
    batch = convenings.convene(session, by=officer)
    ids = list(batch.convocations.order_by("pk").values_list("pk", flat=True)[:size])
    with CaptureQueriesContext(connection) as seen:
        convenings.make(batch.pk, ids)
    assert batch.convocations.filter(state=ConvocationState.WAITING).exists()
    return len(seen)


@pytest.mark.slow
def test_twelve_hundred_people_cost_no_more_a_letter_than_twelve(officer):
    few, many = SessionFactory.create_batch(2, starts_in=15, activity__capacity=None)
    crowd(few, 12, house="a")
    crowd(many, MANY, house="b")

    small = queries_of_a_chunk(few, officer)
    assert queries_of_a_chunk(many, officer) <= small
    assert many.convenings.get().convocations.count() == MANY


@pytest.mark.slow
def test_twelve_hundred_people_are_read_on_pages_of_a_hundred(desk, officer):
    session = SessionFactory(starts_in=15, activity__capacity=None)
    crowd(session, MANY)

    with CaptureQueriesContext(connection) as seen:
        asked = desk.get(f"{SESSIONS}{session.pk}/convoquer/")
    assert len(seen) <= 15
    assert "Envoyer 1200 convocations" in asked.text.replace("\u202f", "")

    batch = convenings.convene(session, by=officer)
    for page in ("", "?page=12"):
        with CaptureQueriesContext(connection) as seen:
            shown = desk.get(f"{CONVENINGS}{batch.pk}/change/{page}")
        assert len(seen) <= 15
        assert len(shown.context["people"]) == 100
        assert len(shown.content) < 150_000


# --- A full disk -------------------------------------------------------------
def test_disk_full_in_the_middle_lets_the_batch_wait_and_loses_no_number(
    officer, monkeypatch, private_files, django_capture_on_commit_callbacks
):
    session = SessionFactory(starts_in=15)
    ParticipationFactory.create_batch(4, session=session)
    batch = convenings.convene(session, by=officer)
    ids = list(batch.convocations.order_by("pk").values_list("pk", flat=True))
    sync, calls = os.fsync, []

    def full_at_the_third(descriptor):
        calls.append(descriptor)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return sync(descriptor)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full_at_the_third)
        with pytest.raises(OSError, match="No space left"):
            convenings.make(batch.pk, ids)
    batch.refresh_from_db()
    assert batch.state == "running"
    assert batch.convocations.filter(state=ConvocationState.WAITING).count() == 2
    assert len(files()) == 2

    with (
        travel(now() + timedelta(minutes=3)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        convenings.sweep()

    letters = IssuedDocument.objects.order_by("reference")
    numbers = [int(letter.reference.rpartition("-")[2]) for letter in letters]
    assert numbers == [1, 2, 3, 4]
    assert files() == sorted(letter.file.name for letter in letters)
    assert OutgoingEmail.objects.count() == 4


def files():
    """What is on the disk, half files included."""
    root = Path(private_storage().location)
    found = (path for path in root.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(root)) for path in found)


# --- Somebody erased ---------------------------------------------------------
NAME = "Zéphyrine"


def with_somebody(**person):
    session = SessionFactory(starts_in=15, activity=ActivityFactory())
    ParticipationFactory(session=session)
    known = {"given_name": NAME, "family_name": NAME, **person}
    gone = ParticipationFactory(
        session=session, **{f"person__{name}": value for name, value in known.items()}
    )
    return session, gone.person


def assert_nothing_left_of(person, desk, batch):
    row = batch.convocations.get(Q(participation__person=person) | Q(person=person))
    assert row.state == ConvocationState.DROPPED
    assert NAME not in desk.get(f"{CONVENINGS}{batch.pk}/change/").text
    assert not OutgoingEmail.objects.filter(text__contains=NAME).exists()
    kept = {letter.file.name for letter in IssuedDocument.objects.exclude(file="")}
    assert set(files()) == kept
    for letter in IssuedDocument.objects.exclude(file=""):
        with letter.file.open() as stored:
            assert NAME not in words(stored.read())


def test_person_erased_while_the_batch_waits_gets_no_letter(desk, officer):
    session, gone = with_somebody()
    batch = convenings.convene(session, by=officer)

    erasure.erase(gone, by=gone)
    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))

    assert_nothing_left_of(gone, desk, batch)
    assert IssuedDocument.objects.count() == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("email", [None, "zephyrine@compagnie.example"])
def test_person_erased_while_their_letter_is_drawn_leaves_none(
    desk, officer, monkeypatch, django_capture_on_commit_callbacks, when, email
):
    session, gone = with_somebody(email=email)
    batch = convenings.convene(session, by=officer)
    issue = convenings.documents.session_convocation

    def issue_and_erase(convocation):
        theirs = convocation.participation.person_id == gone.pk
        person = Person.objects.get(pk=gone.pk)
        if theirs and when == "before":
            erasure.erase(person, by=person)
        document = issue(convocation)
        if theirs and when == "after":
            erasure.erase(person, by=person)
        return document

    monkeypatch.setattr(convenings.documents, "session_convocation", issue_and_erase)
    with django_capture_on_commit_callbacks(execute=True):
        convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))

    assert_nothing_left_of(gone, desk, batch)
    # Its number stays: a hole would look like a letter that somebody hides.
    assert IssuedDocument.objects.count() == 2


def test_person_erased_while_a_cancellation_is_drawn_leaves_none(
    desk, officer, monkeypatch, django_capture_on_commit_callbacks
):
    session, gone = with_somebody(email=None)
    convened(session, officer)
    sessions.cancel_session(session, by=officer)
    batch = session.convenings.get(purpose=Purpose.CANCELLATION)
    draw = convenings.telling.documents.session_notice

    def draw_of_somebody_gone(convocation, what):
        person = Person.objects.get(pk=convocation.reader.pk)
        erasure.erase(person, by=person)
        return draw(convocation, what)

    monkeypatch.setattr(
        convenings.telling.documents, "session_notice", draw_of_somebody_gone
    )
    with django_capture_on_commit_callbacks(execute=True):
        convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))

    assert_nothing_left_of(gone, desk, batch)


def test_batch_that_left_by_itself_names_nobody(desk):
    batch = ConveningFactory(by=None)
    Convocation.objects.all().delete()

    assert "None" not in desk.get(f"{CONVENINGS}{batch.pk}/change/").text
    assert Convening.objects.get().automatic
