"""The messages of the kernel: one function, one template of the same name."""

from agency.activities import calendar
from agency.mail.services import send

ICS = "text/calendar"


def enrolment_confirmed(enrolment, sessions):
    """Tell the person that they have a seat, with every date to come (message 4)."""
    attachments = [("seances.ics", ICS, calendar.file(sessions))] if sessions else []
    return send(
        "activities/emails/enrolment_confirmed",
        to=enrolment.person,
        about=enrolment,
        context={"enrolment": enrolment, "sessions": sessions},
        attachments=attachments,
    )


def enrolment_cancelled(enrolment):
    """Tell the person that the agency has cancelled their enrolment."""
    return send(
        "activities/emails/enrolment_cancelled",
        to=enrolment.person,
        about=enrolment,
        context={"enrolment": enrolment},
    )


def session_convocation(convocation, document):
    """Convene the person: letter and calendar file with the message (message 11)."""
    session = convocation.participation.session
    person = convocation.participation.person
    rank, total = session.place_in_activity()
    return send(
        "activities/emails/session_convocation",
        to=person,
        about=session,
        occurrence=f"{document.reference} v{document.version}",
        context={
            "session": session,
            "session_rank": rank,
            "session_count": total,
            "participation": convocation.participation,
            "document": document,
            "paragraph": convocation.convening.paragraph,
        },
        attachments=[
            document,
            (
                "seance.ics",
                f"{ICS}; method=REQUEST",
                calendar.file([session], attendee=person),
            ),
        ],
    )
