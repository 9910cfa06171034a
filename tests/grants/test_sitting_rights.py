"""I6, I10: of a file nobody reads what was said who stands back from it, nor its authors.

Every address of a sitting is asked, in each of its states, by each reader to whom the file
is shut; what is looked for stands there for the others.
"""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from grants.models import Sitting
from grants.services import live, minutes, opinions
from grants.services.opinions import Said
from tests.grants import files
from tests.grants.commission import MemberFactory, tied
from tests.grants.live_scene import (
    again,
    chair_of,
    on_the_agenda,
    opened,
    seats,
    secretary,
    taken_up,
    there,
    today_sitting,
)
from tests.people.factories import RoleFactory

pytestmark = pytest.mark.django_db
# What is recorded of the file that is shut to them.
MARKS = ("MOTIF-ULTRAVIOLET", "RESERVE-ULTRAVIOLET", "1\u202f357", "1357")
DEBATE = "DEBAT-ULTRAVIOLET"
PAGES = (
    *("sitting", "interests", "recusals", "booklet", "live", "screen"),
    *("minutes", "minutes-validate", "minutes-file"),
)
DESK = ("progress", "agenda", "minutes", "minutes_file", "summary")
DESK_FILES = ("summary_pdf", "summary_xlsx")
LISTS = ("sitting", "application", "recusal", "member", "memberquestion")


class Room:
    """A sitting with two files: one is shut to a member, the chair, two of the team."""

    def __init__(self):
        self.sitting = today_sitting()
        self.by = secretary()
        self.chair, self.deputy = (
            chair_of(self.sitting),
            chair_of(self.sitting, "deputy"),
        )
        self.free, self.tied, *_more = seats(self.sitting, 4)
        self.adviser = MemberFactory(sitting=self.sitting, consultative=True)
        self.direction = RoleFactory(role="direction").person
        there(self.sitting, self.chair, self.deputy, self.free, self.tied, by=self.by)
        self.shut = on_the_agenda(self.sitting, requested=2000)
        self.open = on_the_agenda(self.sitting)
        for person in (self.tied.person, self.chair.person, self.direction):
            tied(self.shut.application, person)
        opened(self.sitting, self.by)

    @property
    def kept_away(self):
        return [self.tied.person, self.chair.person, self.direction]

    def discuss(self):
        taken_up(self.shut, self.by, out=True)

    def record(self):
        self.discuss()
        said = Said(
            *("reserved", MARKS[0], 1357, MARKS[1]),
            debate=DEBATE,
        )
        opinions.record(again(self.shut), said, by=self.by)

    def close(self):
        self.record()
        live.close_sitting(Sitting.objects.get(pk=self.sitting.pk), by=self.by)

    def validate(self):
        self.close()
        rows = Sitting.objects.select_related("session__activity")
        minutes.validate(rows.get(pk=self.sitting.pk), by=self.deputy.person)

    def addresses(self):
        key, scheme = self.sitting.pk, self.shut.application.scheme.slug
        file = [key, self.shut.application.uuid]
        yield from (reverse(f"grants:commission-{page}", args=[key]) for page in PAGES)
        yield reverse("grants:commission-ranking", args=[key, scheme])
        yield reverse("grants:commission-file", args=file)
        for view in ("secretaire", "membre", "ecran"):
            yield reverse("grants:commission-watch", args=[key, view])
        for page in (*DESK, *DESK_FILES):
            yield reverse(f"admin:grants_sitting_{page}", args=[key])
        yield from (reverse(f"admin:grants_{name}_changelist") for name in LISTS)
        yield reverse("admin:grants_application_pipeline")
        yield reverse("admin:index")
        yield reverse("grants:commission")
        yield reverse("pages:own-space")


def text_of(response):
    kind = response.headers.get("Content-Type", "")
    data = files.read(response) if response.streaming else response.content
    if kind.startswith("application/pdf"):
        pages = PdfReader(BytesIO(data)).pages
        return " ".join(page.extract_text() for page in pages)
    if "spreadsheet" in kind:
        book = load_workbook(BytesIO(data))
        cells = (cell.value for sheet in book for row in sheet.rows for cell in row)
        return " ".join(str(cell) for cell in cells)
    return data.decode()


def read(client, person, room):
    """{address: its text} of what ``person`` may open."""
    client.sign_in(person)
    found = {}
    for address in room.addresses():
        response = client.get(address)
        if response.status_code == 200:
            found[address] = text_of(response)
    return found


def told(found, marks):
    return [
        (address, mark)
        for address, text in found.items()
        for mark in marks
        if mark in text
    ]


STEPS = ("discuss", "record", "close", "validate")


@pytest.mark.parametrize("step", STEPS)
def test_whoever_stands_back_reads_nothing_that_was_said(client, step):
    room = Room()
    getattr(room, step)()

    for person in room.kept_away:
        assert told(read(client, person, room), (*MARKS, DEBATE)) == []


@pytest.mark.parametrize("step", STEPS[1:])
def test_it_is_there_for_the_others(client, step):
    room = Room()
    getattr(room, step)()

    assert told(read(client, room.by, room), MARKS)


@pytest.mark.parametrize("step", STEPS)
def test_its_applicants_read_nothing_of_the_sitting(client, step):
    room = Room()
    getattr(room, step)()
    author = room.shut.application.editors.first().person
    client.sign_in(author)
    own = [reverse("grants:application-detail", args=[room.shut.application.uuid])]
    pages = [*own, *room.addresses()]

    answers = [client.get(page) for page in pages]

    texts = {
        page: text_of(one)
        for page, one in zip(pages, answers, strict=True)
        if one.status_code == 200
    }
    assert own[0] in texts
    assert told(texts, (*MARKS, DEBATE)) == []
    mails = OutgoingEmail.objects.filter(person=author)
    assert not [one for one in mails if "ULTRAVIOLET" in one.text]


def test_the_debate_stands_in_no_minutes(client):
    room = Room()
    room.validate()

    for person in (room.by, room.free.person, room.deputy.person):
        assert told(read(client, person, room), (DEBATE,)) == []


def test_the_secretary_reads_the_debate_nowhere_but_where_it_is_written(client):
    room = Room()
    room.record()

    assert told(read(client, room.by, room), (DEBATE,)) == []


def test_the_journal_tells_no_reason_to_whoever_stands_back(client):
    room = Room()
    room.record()
    opinions.take_back(again(room.shut), by=room.by, reason=MARKS[0])
    entries = [*JournalEntry.objects.about(room.shut)]
    free, address = RoleFactory(role="direction").person, "admin:core_journalentry"

    def story(person):
        client.sign_in(person)
        pages = [
            client.get(reverse(f"{address}_change", args=[one.pk])) for one in entries
        ]
        pages.append(client.get(reverse(f"{address}_changelist")))
        assert {page.status_code for page in pages} == {200}
        return " ".join(page.text for page in pages)

    assert MARKS[0] in story(free)
    told_to_the_other = story(room.direction)
    assert MARKS[0] not in told_to_the_other
    assert "ne vous est pas ouvert" in told_to_the_other
