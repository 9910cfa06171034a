"""The messages of the kernel: one function, one template of the same name."""

from agency.activities import calendar, offers
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


def enrolment_waitlisted(enrolment, *, colleague=False):
    """Tell the person that they wait, and where in line (message 8).

    ``colleague``: for somebody of one of their organisations, although seats are free.
    """
    return _about_the_line("enrolment_waitlisted", enrolment, colleague=colleague)


def seat_offered(enrolment):
    """Offer a seat until a moment; the link to answer is the reader's own (message 9)."""
    return _about_the_line("seat_offered", enrolment, key=offers.link(enrolment))


def offer_declined(enrolment):
    """Confirm that the seat goes to somebody else (message 10)."""
    return _about_the_line("offer_declined", enrolment)


def offer_expired(enrolment, *, not_before=None):
    """Tell the person that the offer has lapsed, and how to wait again (message 10)."""
    return _about_the_line("offer_expired", enrolment, not_before=not_before)


def _about_the_line(name, enrolment, *, colleague=False, **how):
    """Once for each time that the person comes into line, and for each offer."""
    came = f"{enrolment.submitted_at:%Y%m%d%H%M%S%f}"
    return send(
        f"activities/emails/{name}",
        to=enrolment.person,
        about=enrolment,
        occurrence=f"{came} {enrolment.offer_count}",
        context={
            "enrolment": enrolment,
            "sessions": _coming(enrolment),
            "colleague": colleague,
        },
        **how,
    )


def _coming(enrolment):
    return list(enrolment.activity.sessions.coming().select_related("venue"))


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
