"""A batch of convocations when a worker, the broker or the mail server fails.

Real workers of production on Redis and PostgreSQL, a real mail server; nothing of ours
is replaced. A worker is stopped at a chosen line by holding the row it is to write.
"""

import os
from contextlib import contextmanager
from itertools import count

import pytest

from agency.activities.documents import CONVOCATION, title
from agency.activities.models import Convening
from agency.core.journal import broken_links
from agency.documents import services as documents
from agency.documents.models import IssuedDocument
from tests import world as worlds
from tests.activities.works import Works

pytestmark = pytest.mark.postgres

PEOPLE, MANY, SEVERAL_TASKS = 12, 20, 30
SIXTH = 5
# After which the sweeper takes up a batch that stands still, and a message in hand.
LATER = 7
NOBODY = "redis://127.0.0.1:1/0"
BUSY = "451 4.3.2 try again later"
UNKNOWN = "550 5.1.1 no such mailbox"


@pytest.fixture
def works(world_folder, tmp_path, django_db_blocker):
    """The works, their database being that of the test."""
    if "REDIS_URL" not in os.environ:
        pytest.skip("a batch is made over Redis: set REDIS_URL")
    works = Works(world_folder, tmp_path)
    try:
        with django_db_blocker.unblock(), worlds.connected(works.database):
            yield works
    finally:
        works.close()


def assert_everybody_convened_once(works, session, people=PEOPLE):
    letters = list(works.letters(session).order_by("reference"))
    numbers = [int(letter.reference.rpartition("-")[2]) for letter in letters]
    files = works.files()

    assert len({letter.recipient_id for letter in letters}) == people
    assert numbers == list(range(numbers[0], numbers[0] + people))
    for letter in letters:
        assert letter.version == 1
        assert files[letter.file.name] == letter.sha256
        [(received, invitation)] = works.received(letter.recipient)
        assert received == letter.sha256
        assert "METHOD:REQUEST" in invitation
    batch = Convening.objects.with_progress().get(session=session)
    assert (batch.state, batch.total, batch.made) == ("done", people, people)
    assert list(broken_links()) == []
    assert_no_orphan_is_counted(works, letters)


def assert_no_orphan_is_counted(works, letters):
    """What a dead worker left on the disk belongs to nobody, and goes after a day."""
    issued = {letter.file.name for letter in letters}
    assert not IssuedDocument.objects.filter(file="").exists()

    works.do("tidy", 2)

    assert set(works.files()) == issued


# --- Where a worker is stopped -----------------------------------------------
@contextmanager
def before_it_is_recorded(works, batch):
    """The file of the sixth letter is on the disk, and no row says so yet."""
    convocation = batch.convocations.order_by("pk")[SIXTH]
    letter = documents._reserve(
        CONVOCATION,
        title(batch.session),
        batch.session,
        convocation.participation.person,
        batch.by,
        None,
    )
    with works.held(letter):
        yield letter


@contextmanager
def before_it_is_settled(works, batch):
    """The sixth letter is issued; its message is written and not committed."""
    convocation = batch.convocations.order_by("pk")[SIXTH]
    with works.held(convocation):
        yield convocation


def stop_there(works, session, row):
    """Wait for the worker to come to ``row``, all it has written so far being sent."""
    works.wait_until(lambda: works.is_awaited(row))
    works.wait_until(lambda: not works.unsent(session).exists())


def is_over(batch):
    """Every letter made, as the page of the batch shows it."""
    return not Convening.objects.filter(pk=batch.pk, finished_at=None).exists()


# --- Workers that die ----------------------------------------------------------
@pytest.mark.parametrize("moment", [before_it_is_recorded, before_it_is_settled])
def test_worker_killed_in_the_middle_of_a_batch_convenes_everybody_once(works, moment):
    session = works.session_with(PEOPLE)
    batch = works.convene(session)
    with moment(works, batch) as row:
        worker = works.work()
        stop_there(works, session, row)
        works.kill(worker)
    left, files = works.settled(batch), len(works.files())

    works.work()
    works.do("sweep", LATER)
    works.wait_until(lambda: is_over(batch))
    works.wait_until(lambda: not works.unsent(session).exists())

    assert (left, files) == (SIXTH, SIXTH + 1)
    assert_everybody_convened_once(works, session)


def test_worker_killed_while_it_draws_a_letter_convenes_everybody_once(works):
    session = works.session_with(SEVERAL_TASKS)
    batch = works.convene(session)
    drawn = works.letters(session).filter(file="")
    # Alone, it draws a whole task before it sends the first message.
    worker = works.work(concurrency=1)
    works.wait_until(lambda: works.settled(batch) and drawn.exists())
    works.kill(worker)
    left = works.settled(batch)

    works.work()
    works.do("sweep", LATER)
    works.wait_until(lambda: is_over(batch))
    works.wait_until(lambda: not works.unsent(session).exists())

    assert 0 < left < SEVERAL_TASKS
    assert_everybody_convened_once(works, session, SEVERAL_TASKS)


def test_pool_killed_by_the_machine_is_replaced_and_goes_on_by_itself(works):
    session = works.session_with(PEOPLE)
    batch = works.convene(session)
    with before_it_is_recorded(works, batch) as row:
        worker = works.work()
        stop_there(works, session, row)
        works.kill_pool(worker)

    works.wait_until(lambda: is_over(batch))
    works.wait_until(lambda: not works.unsent(session).exists())

    assert_everybody_convened_once(works, session)


# --- The broker and the mail server ---------------------------------------------
def test_batch_convened_while_the_broker_is_away_waits_for_the_sweeper(works):
    session = works.session_with(PEOPLE)
    works.work()
    batch = works.convene(session, REDIS_URL=NOBODY)
    waiting = works.settled(batch)

    works.do("sweep", LATER)
    works.wait_until(lambda: is_over(batch))
    works.wait_until(lambda: not works.unsent(session).exists())

    assert waiting == 0
    assert_everybody_convened_once(works, session)


def test_mail_server_that_puts_off_one_message_in_ten_delivers_each_once(works):
    session = works.session_with(MANY)
    asked = count(1)
    works.sink.answer_data = lambda address: BUSY if next(asked) % 10 == 0 else None
    batch = works.convene(session)
    works.work()
    works.wait_until(lambda: is_over(batch))
    works.wait_until(lambda: works.unsent(session).count() == MANY // 10)

    while works.unsent(session).exists():
        works.do("sweep", LATER)

    assert_everybody_convened_once(works, session, people=MANY)


def test_address_refused_by_the_mail_server_stops_nobody_else(works):
    session = works.session_with(PEOPLE)
    refused = session.participations.order_by("pk")[SIXTH].person
    works.sink.answer_rcpt = lambda address: (
        UNKNOWN if address == refused.email else None
    )
    batch = works.convene(session)
    works.work()
    works.wait_until(lambda: is_over(batch))
    works.wait_until(lambda: works.unsent(session).count() == 1)
    works.wait_until(lambda: works.unsent(session).get().state == "failed")

    refused.refresh_from_db()
    assert refused.email_refused_at is not None
    assert refused.email not in works.sink.readers
    assert len(set(works.sink.readers)) == len(works.sink.readers) == PEOPLE - 1
    assert works.letters(session).exclude(file="").count() == PEOPLE
