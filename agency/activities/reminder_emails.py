"""What is said again, or announced: one function, one template of the same name.

``how`` comes from the engine: what the message is about, which time it is, until when.
"""

from agency.activities.choices import REVIEWED
from agency.mail.services import send


def session_in_a_week(participation, person, **how):
    """Remind the members of a group of the date; who cannot come says so (message 12)."""
    return _to_come("session_in_a_week", participation, person, **how)


def session_tomorrow(participation, person, **how):
    """Say when and where once more, and how to get in (message 12)."""
    return _to_come("session_tomorrow", participation, person, **how)


def link_open(participation, person, **how):
    """Say that the page now shows the link; the link itself is not told (message 13)."""
    return _to_come("link_open", participation, person, **how)


def _to_come(name, participation, person, **how):
    session = participation.session
    return send(
        f"activities/emails/{name}",
        to=person,
        context={
            "participation": participation,
            "session": session,
            "activity": session.activity,
            "remote": session.is_remote or participation.mode == "remote",
        },
        **how,
    )


def session_under_minimum(session, person, **how):
    """Tell those who run it that few will come: go or no-go (message 17).

    Counts, and no name: who excused themselves stands on the pages of the session.
    """
    return _to_run("session_under_minimum", session, person, **how)


def sheet_to_lock(session, person, *, missing=0, **how):
    """Ask for the countersignature two days after the session (message 21)."""
    return _to_run("sheet_to_lock", session, person, missing=missing, **how)


def sheet_still_open(session, person, *, missing=0, **how):
    """Ask the officer once more, a week later (message 21)."""
    return _to_run("sheet_still_open", session, person, missing=missing, **how)


def _to_run(name, session, person, missing=None, **how):
    activity = session.activity
    return send(
        f"activities/emails/{name}",
        to=person,
        context={
            "session": session,
            "activity": activity,
            "officer": person.pk == activity.officer_id,
            "missing": missing,
        },
        **how,
    )


def registration_opened(activity, person, **how):
    """Announce what opens, to who asked for it and whom it is for (message 1)."""
    return _opening("registration_opened", activity, person, **how)


def registration_closing(activity, person, **how):
    """Say that a week is left, to those who have not answered (message 1)."""
    return _opening("registration_closing", activity, person, **how)


def _opening(name, activity, person, **how):
    return send(
        f"activities/emails/{name}",
        to=person,
        context={
            "activity": activity,
            "sessions": list(activity.sessions.coming().select_related("venue")),
            "reviewed": activity.registration_mode in REVIEWED,
        },
        **how,
    )


def openings_digest(person, *, opened, closing, **how):
    """What opened this week, or closes soon, in one message (message 1)."""
    return send(
        "activities/emails/openings_digest",
        to=person,
        context={"opened": opened, "closing": closing},
        **how,
    )
