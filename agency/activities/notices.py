"""Messages 14 and 15: a session that people know about changes, or does not take place."""

from agency.activities import calendar
from agency.activities.emails import ICS
from agency.mail.services import send


def session_changed(convocation, document, what):
    """What has changed, before and after, with the new letter for who holds one (14)."""
    files = [] if document is None else [document]
    asked = _file("seance.ics", [what["session"]], convocation.reader)
    return _send("session_changed", convocation, what, [*files, asked], document)


def session_cancelled(convocation, document, what):
    """The session does not take place (15)."""
    return _send("session_cancelled", convocation, what, _gone(convocation, what))


def session_postponed(convocation, document, what):
    """The session takes place another day, or on one still to be set (15).

    Two files, since a file has one method and calendars read one event of it: the old
    day first, which nobody must find again; the new one comes with its convocation too.
    """
    files = _gone(convocation, what)
    if files and what["new_session"]:
        new = what["new_session"]
        files.append(_file("nouvelle-date.ics", [new], convocation.reader))
    again = str(what["new_session"].uuid) if what["new_session"] else "to come"
    return _send("session_postponed", convocation, what, files, occurrence=again)


def activity_cancelled(convocation, document, what):
    """The whole activity does not take place, with every date that goes (15)."""
    return _send("activity_cancelled", convocation, what, _gone(convocation, what))


def _gone(convocation, what):
    """A cancellation for each date; who only waits has none of them in a calendar."""
    if what["waits"]:
        return []
    sessions, reader = what["sessions"], convocation.reader
    if len(sessions) == 1:
        return [_file("annulation.ics", sessions, reader, cancel=True)]
    return [
        _file(f"annulation-{number}.ics", [session], reader, cancel=True)
        for number, session in enumerate(sessions, start=1)
    ]


def _file(name, sessions, reader, *, cancel=False):
    method = "CANCEL" if cancel else "REQUEST"
    content = calendar.file(sessions, attendee=reader, method=method)
    return name, f"{ICS}; method={method}", content


def _send(name, convocation, what, files, document=None, occurrence=None):
    convening = convocation.convening
    return send(
        f"activities/emails/{name}",
        to=convocation.reader,
        about=convening.session or convening.activity,
        occurrence=occurrence or str(convening.uuid),
        context={**what, "document": document},
        attachments=files,
    )
