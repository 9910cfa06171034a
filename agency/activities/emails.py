"""The messages of the kernel: one function, one template of the same name."""

from agency.activities import calendar, offers
from agency.activities.choices import BY_ONESELF, REVIEWED
from agency.activities.printed import charters
from agency.core.clock import now
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


def enrolment_waitlisted(enrolment, *, colleague=False, read=False):
    """Tell the person that they wait, and where in line (message 8).

    ``colleague``: for somebody of one of their organisations, although seats are free;
    ``read``: the agency has read their request, and lets it wait.
    """
    why = {"colleague": colleague, "read": read}
    return _about_the_line("enrolment_waitlisted", enrolment, why=why)


def seat_offered(enrolment):
    """Offer a seat until a moment; the link to answer is the reader's own (message 9)."""
    return _about_the_line("seat_offered", enrolment, key=offers.link(enrolment))


def offer_declined(enrolment):
    """Confirm that the seat goes to somebody else (message 10)."""
    return _about_the_line("offer_declined", enrolment)


def offer_expired(enrolment, *, not_before=None):
    """Tell the person that the offer has lapsed, and how to wait again (message 10)."""
    return _about_the_line("offer_expired", enrolment, not_before=not_before)


def request_received(enrolment):
    """Say that the request has come, and that it is no registration yet (message 2).

    Without its answers: the house reads the outbox, and the form said who reads them.
    """
    return _about_the_line("request_received", enrolment)


def charter_to_sign(enrolment):
    """Say yes, and ask for the signature of the charter before a date (message 5).

    Its text comes along once it is made, which is soon after its publication.
    """
    version = enrolment.activity.charter and enrolment.activity.charter.in_force()
    text = version and charters.issued_text(version)
    why = {"charter_attached": text is not None}
    files = [text] if text else []
    return _about_the_line("charter_to_sign", enrolment, why=why, attachments=files)


def charter_reminder(enrolment, **how):
    """Remind of the charter: the seat is freed when nobody signs (message 6)."""
    return _about_the_line("charter_reminder", enrolment, **how)


def signature_lapsed(enrolment, *, not_before=None):
    """Say that the seat went to somebody else, for want of a signature (message 6)."""
    return _about_the_line("signature_lapsed", enrolment, not_before=not_before)


def enrolment_refused(enrolment):
    """Say no, with the reason and what is open besides (message 7)."""
    return _about_the_line("enrolment_refused", enrolment)


def edition_opened(enrolment, activity, *, not_before=None):
    """Tell somebody whose request was kept that the next edition takes people; once.

    ``enrolment`` is theirs of the edition before, ``activity`` the one that opens.
    """
    return send(
        "activities/emails/edition_opened",
        to=enrolment.person,
        about=enrolment,
        occurrence=str(activity.pk),
        not_before=not_before,
        context={
            "enrolment": enrolment,
            "activity": activity,
            "sessions": list(activity.sessions.coming().select_related("venue")),
            "by_oneself": activity.registration_mode in BY_ONESELF,
            "reads_former": activity.registration_mode in REVIEWED,
        },
    )


def enrolment_excluded(enrolment):
    """Tell somebody that they are out of the group, and why."""
    return _about_the_line("enrolment_excluded", enrolment)


def offer_reminder(enrolment, **how):
    """Remind of the seat that is kept, at half-time (message 9)."""
    return _about_the_line("offer_reminder", enrolment, **how)


def session_seat_found(participation, *, not_before=None):
    """Tell somebody who waited for a session that they are expected at it."""
    return send(
        "activities/emails/session_seat_found",
        to=participation.person,
        about=participation,
        occurrence=f"{now():%Y%m%d%H%M%S%f}",
        context={
            "participation": participation,
            "session": participation.session,
            "activity": participation.session.activity,
        },
        not_before=not_before,
    )


def excuse_recorded(participation):
    """Confirm that the person will not come to this session (message 16).

    The file takes it out of the calendar that took the one of the convocation.
    """
    session, person = participation.session, participation.person
    taken_back = calendar.file([session], attendee=person, method="CANCEL")
    return send(
        "activities/emails/excuse_recorded",
        to=person,
        about=participation,
        occurrence=f"{participation.excused_at:%Y%m%d%H%M%S%f}",
        context={
            "participation": participation,
            "session": session,
            "activity": session.activity,
        },
        attachments=[("seance.ics", f"{ICS}; method=CANCEL", taken_back)],
    )


def invitation_sent(invitation, *, not_before=None):
    """Ask somebody to join; they register from their own account.

    Once for each time that the invitation is sent.
    """
    sent_at = invitation.sent_at
    return send(
        "activities/emails/invitation_sent",
        to=invitation.person or invitation.email,
        address=invitation.email,
        about=invitation,
        occurrence=f"{sent_at:%Y%m%d%H%M%S%f}" if sent_at else "",
        not_before=not_before,
        context={
            "invitation": invitation,
            "activity": invitation.activity,
            "sessions": list(
                invitation.activity.sessions.coming().select_related("venue")
            ),
        },
    )


def officer_changed(person, activity, *, former, by):
    """Tell ``person`` that ``activity`` is no longer theirs to run, or now is.

    ``former`` was in charge of it until ``by`` chose ``activity.officer``.
    """
    return send(
        "activities/emails/officer_changed",
        to=person,
        about=activity,
        occurrence=f"{now():%Y%m%d%H%M%S%f}",
        context={
            "activity": activity,
            "former": former,
            "by": by,
            "leaves": person.pk == former.pk,
        },
    )


def requests_digest(person, day, lines, **how):
    """Tell the officer what has come since yesterday (message 3).

    ``lines``: (activity, new requests, all that wait, with an alert) by activity.
    """
    return send(
        "activities/emails/requests_digest",
        to=person,
        context={"lines": lines, "day": day},
        **{"occurrence": f"{day:%Y%m%d}", **how},
    )


def coming_into_line(enrolment):
    """What tells one time that the person comes into line, or an offer, from the next."""
    return f"{enrolment.submitted_at:%Y%m%d%H%M%S%f} {enrolment.offer_count}"


def _about_the_line(name, enrolment, *, why=None, **how):
    """Once for each time that the person comes into line, and for each offer."""
    how = {"about": enrolment, "occurrence": coming_into_line(enrolment), **how}
    return send(
        f"activities/emails/{name}",
        to=enrolment.person,
        context={
            "enrolment": enrolment,
            "sessions": _coming(enrolment),
            **(why or {}),
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


def session_convocation_trial(participation, said, letter, *, to):
    """Send to oneself what somebody would get, without effect; as often as one likes.

    ``said``: what the message of a convocation says; ``letter``: the bytes of its PDF.
    """
    attachments = [("essai.pdf", "application/pdf", letter)]
    person = participation.person
    if person.email:
        invitation = calendar.file([participation.session], attendee=person)
        attachments.append(("seance.ics", f"{ICS}; method=REQUEST", invitation))
    return send(
        "activities/emails/session_convocation_trial",
        to=to,
        about=participation,
        occurrence=f"{now():%Y%m%d%H%M%S%f}",
        context=said,
        attachments=attachments,
    )


def certificate_available(record, document, *, not_before=None):
    """Send the certificate to whoever earned it, once for each version (message 22)."""
    return send(
        "activities/emails/certificate_available",
        to=record.person,
        about=record.about,
        occurrence=f"{document.reference} v{document.version}",
        not_before=not_before,
        context={
            "activity": record.activity,
            "single": record.is_single,
            "printed": document.printed,
            "document": document,
        },
        attachments=[document],
    )
