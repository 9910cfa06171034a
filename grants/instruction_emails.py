"""What the desk writes to the applicants about the instruction of their file."""

from agency.mail.services import send


def application_inadmissible(application, person):
    """Say that it is not studied, with the reason that was written to be read."""
    return send(
        "grants/emails/application_inadmissible",
        to=person,
        about=application,
        context={"application": application, "scheme": application.scheme},
    )
