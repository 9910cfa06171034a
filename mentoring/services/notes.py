"""Where the words of a meeting lie; who reads them is for the field to say."""

from django.db import transaction

from agency.core.rows import insert_unless_there
from mentoring.models import PrivateNote

SHARED, OWN = "partagee", "personnelle"


@transaction.atomic
def row_of(meeting, kind, by, *, write):
    """(the row, the name of its text) that ``by`` writes: one private note each.

    The row of a first private note is made by whoever is about to ``write`` it.
    """
    if kind == SHARED:
        return meeting, "shared_note"
    side = meeting.pair.side_of(by)
    note = PrivateNote.objects.filter(meeting=meeting, side=side).first()
    if note is None:
        note = PrivateNote(meeting=meeting, side=side)
        if write and not insert_unless_there(note):
            note = PrivateNote.objects.get(meeting=meeting, side=side)
    note.meeting = meeting
    return note, "text"
