"""What a convocation will look like, read before anybody gets one: shown, or sent to oneself.

No number is taken and nobody is convened: a trial has no effect.
"""

from agency.activities import documents, emails
from agency.activities.models import Participation
from agency.core.clock import now
from agency.documents.models import IssuedDocument
from agency.mail.letters import compose

MAIL = "activities/emails/session_convocation"


def loaded(pk):
    """The participation with all that its letter says. Raises DoesNotExist."""
    return (
        Participation.objects.select_related(
            "person",
            "session__venue",
            "session__activity__officer",
            "session__activity__charter",
            "enrolment__affiliation__organisation",
        )
        .prefetch_related(
            "session__agenda_items",
            "session__activity__facilitators__person",
            "person__affiliations__organisation",
            "person__affiliations__profession",
        )
        .get(pk=pk)
    )


def message(participation, paragraph):
    """Subject and text of the message, as they will be written for this person."""
    said = _said(participation, paragraph)
    return compose(MAIL, said | {"person": participation.person})


def send(participation, *, paragraph, to):
    """Write to ``to`` what this person would get, marked as a trial; return the message.

    None when ``to`` has no address.
    """
    letter = documents.preview(participation, paragraph)
    said = _said(participation, paragraph)
    return emails.session_convocation_trial(participation, said, letter, to=to)


def _said(participation, paragraph):
    session = participation.session
    rank, total = session.place_in_activity()
    return {
        "session": session,
        "session_rank": rank,
        "session_count": total,
        "participation": participation,
        "document": IssuedDocument(reference="", version=1, issued_at=now(), title=""),
        "paragraph": paragraph,
    }
