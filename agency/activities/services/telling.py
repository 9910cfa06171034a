"""One person of a batch that tells of a change, a cancellation or a postponement.

Who holds a letter gets its next version; who has only registered, who waits and who
leads get the message alone; who has no address of their own, a notice to be printed.
"""

from django.db import transaction

from agency.activities import documents, facts, notices, tasks
from agency.activities.choices import Part, Purpose
from agency.activities.models import Participation, Session
from agency.activities.states import (
    ConvocationState,
    ParticipationState,
    SessionState,
)
from agency.core import bell
from agency.core.clock import now
from agency.core.lifecycle import move
from agency.documents.models import IssuedDocument
from agency.people.models import Person
from agency.people.personal_data import delete_files

# Letters per task: the embedded broker sorts its whole folder for each message.
CHUNK = 20
# While a message of this purpose still waits, its session must be in this state.
DURING = {
    Purpose.CHANGE: SessionState.PLANNED,
    Purpose.CANCELLATION: SessionState.CANCELLED,
    Purpose.POSTPONEMENT: SessionState.POSTPONED,
}


MESSAGES = {
    Purpose.CHANGE: notices.session_changed,
    Purpose.CANCELLATION: notices.session_cancelled,
    Purpose.POSTPONEMENT: notices.session_postponed,
}


def ring(convening):
    """Ring the workers for each letter or message of the batch that still waits."""
    waiting = convening.convocations.filter(state=ConvocationState.WAITING)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        bell.ring(tasks.make_convocations, convening.pk, ids[start : start + CHUNK])


def tell(convocation):
    """Make what there is to make outside any transaction, then write and settle.

    Told twice by two workers, the document and the message are the same, and one of
    the two moves finds its row gone.
    """
    if not concerns_still(convocation):
        move(convocation, "drop", settled_at=now())
        return
    what = told_of(convocation)
    document = _document(convocation, what)
    settled = {"document": document, "settled_at": now()}
    with transaction.atomic():
        if forgotten(convocation, document):
            return
        if convocation.reader.email:
            email = _message(convocation)(convocation, document, what)
            name = "make" if document else "tell"
            move(convocation, name, email=email, **settled)
        else:
            move(convocation, "print", **settled)
        knows(convocation.participation, what["now"])


def forgotten(convocation, document):
    """Whether its reader was erased since it was begun; then what was made is dropped.

    The number of its ``document`` stays, the words go. Otherwise the row of the reader is
    held until the end of the transaction: an erasure sees what was made.
    """
    reader = convocation.reader
    if Person.objects.filter(pk=reader.pk, erased_at=None).update(erased_at=None):
        return False
    if document is not None:
        delete_files(IssuedDocument.objects.filter(pk=document.pk), reader)
    move(convocation, "drop", settled_at=now())
    return True


def _message(convocation):
    convening = convocation.convening
    if convening.session is None:
        return notices.activity_cancelled
    return MESSAGES[convening.purpose]


def knows(participation, told):
    """Keep what this person has just been told of the session."""
    if participation is not None:
        Participation.objects.filter(pk=participation.pk).update(told=told)


def holds_a_letter(convocation):
    """Whether this row replaces a convocation, and not a notice on paper."""
    replaced = convocation.supersedes
    return replaced is not None and replaced.kind == documents.CONVOCATION


def _document(convocation, what):
    if holds_a_letter(convocation):
        return documents.session_convocation(convocation, changes=what["changes"])
    if convocation.reader.email:
        return None
    return documents.session_notice(convocation, what)


def concerns_still(convocation):
    """Whether this person is still to be told: nobody withdrew, nothing else happened."""
    convening, one = convocation.convening, convocation.participation
    if convocation.reader.erased_at is not None:
        return False
    if convening.session is None:
        return True
    session = convening.session
    if session.state != DURING[convening.purpose]:
        return False
    if convening.purpose != Purpose.CHANGE:
        return one is None or one.state != ParticipationState.CANCELLED
    if session.is_past or one is None:
        return not session.is_past
    expected = one.state == ParticipationState.EXPECTED
    return expected and bool(facts.differ(one.told or {}, facts.letter(session)))


def told_of(convocation):
    """All that the message and the notice say, but for their reader."""
    convening, session = convocation.convening, convocation.convening.session
    what = {
        "purpose": convening.purpose,
        "part": convocation.part,
        "leads": convocation.part == Part.LEADS,
        "waits": convocation.part == Part.WAITS,
        "participation": convocation.participation,
        "activity": convening.group,
        "session": session,
        "sessions": sessions_of(convocation),
        "new_session": session and session.postponed_to,
        "reason": convening.paragraph,
        "changes": [],
        "new_agenda": [],
        "now": None,
    }
    if convening.purpose == Purpose.CHANGE:
        what |= _change(convocation)
    return what


def _change(convocation):
    session, one = convocation.convening.session, convocation.participation
    current = facts.letter(session)
    told = convocation.convening.before if one is None else one.told
    agenda = current["agenda"] if "agenda" in facts.differ(told, current) else None
    known = current if facts.is_letter(told) else facts.calendar(session)
    return {
        "changes": facts.changes(told, current),
        "new_agenda": agenda or [],
        "agenda_emptied": agenda == [],
        "now": known,
    }


def sessions_of(convocation):
    """The dates that the message is about: of a whole activity, those of its reader."""
    convening = convocation.convening
    if convening.session is not None:
        return [convening.session]
    gone = Session.objects.filter(pk__in=convening.before["sessions"])
    if convocation.part == Part.EXPECTED:
        own = Participation.objects.filter(person=convocation.person_id)
        own = own.exclude(state=ParticipationState.CANCELLED)
        gone = gone.filter(pk__in=own.values("session"))
    found = gone.select_related("activity", "venue").order_by("starts_at", "pk")
    return list(found)
