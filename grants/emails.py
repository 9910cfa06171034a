"""The messages about what is sent and taken back: one function, one template."""

from agency.mail.services import send
from grants.choices import RevisionReason


def receipt(revision, person, document):
    """It has come, under which number, and what happens next; with its summary."""
    application = revision.application
    return send(
        "grants/emails/receipt",
        to=person,
        about=application,
        occurrence=str(revision.number),
        attachments=[document],
        context={
            "application": application,
            "revision": revision,
            "sitting": application.sitting,
            "is_completion": revision.reason != RevisionReason.INITIAL,
        },
    )


def withdrawn(application):
    """Tell all who write in it that it was taken back."""
    for editor in application.editors.select_related("person"):
        send(
            "grants/emails/withdrawn",
            to=editor.person,
            about=application,
            context={"application": application, "sitting": application.sitting},
        )


def invited(editor, by):
    """Tell a colleague that they write in it from now on."""
    application = editor.application
    send(
        "grants/emails/invited",
        to=editor.person,
        about=application,
        occurrence=str(editor.pk),
        context={
            "application": application,
            "by": by,
            "sitting": application.sitting if application.is_draft else None,
        },
    )
