"""The messages of mentoring: one function, one template of the same name.

They are 22, 26, 27, 28, 34 and 38 of references/people.md (f1).
"""

from agency.mail.services import send
from mentoring.choices import Side
from mentoring.why import why


def application_received(application):
    """Say that it has come; again when it was completed, or taken up again."""
    sent_at = application.submitted_at
    return _about("application_received", application, f"{sent_at:%Y%m%d%H%M%S%f}")


def application_complement(application):
    """Ask for what is missing, in the words of the officer."""
    return _about(
        "application_complement",
        application,
        f"{application.submitted_at:%Y%m%d%H%M%S%f}",
    )


def application_retained(application):
    """Say yes; with whom comes later."""
    return _about("application_retained", application)


def application_waitlisted(application):
    """Say that the application is good, and that there is no pair for it yet."""
    return _about("application_waitlisted", application)


def application_refused(application):
    """Say no, with the reason that the officer wrote to be read."""
    return _about("application_refused", application)


def _about(name, application, occurrence=""):
    return send(
        f"mentoring/emails/{name}",
        to=application.person,
        about=application,
        occurrence=occurrence,
        context={"application": application, "edition": application.edition},
    )


# --- The pair: each of the two is written to alone ----------------------------------
def pair_proposed(pair, side):
    """With whom and why, and until when one answers."""
    return _to_half("pair_proposed", pair, side, why=why(pair, side))


def pair_confirmed(pair, side, document=None):
    """Both said yes; the agreement to sign comes along once it is made (message 28)."""
    return _to_half("pair_confirmed", pair, side, document)


def pair_not_formed(pair, side):
    """In the same words whoever said no, or nothing."""
    return _to_half("pair_not_formed", pair, side)


def pair_ended(pair, side):
    """Before its term: neutral, without the reason."""
    return _to_half("pair_ended", pair, side)


def pair_words_end(pair, person, **how):
    """Fifteen days before what the two wrote goes: until then one takes it away (38)."""
    return send(
        "mentoring/emails/pair_words_end",
        to=person,
        context={
            "pair": pair,
            "edition": pair.activity,
            "other": pair.other_of(pair.side_of(person)),
        },
        **how,
    )


def _to_half(name, pair, side, document=None, **more):
    context = {
        "attached": document is not None,
        "pair": pair,
        "edition": pair.activity,
        "other": pair.other_of(side),
        "is_mentor": side == Side.MENTOR,
        **more,
    }
    to = pair.person_of(side)
    files = [document] if document else []
    return send(
        f"mentoring/emails/{name}",
        to=to,
        about=pair,
        context=context,
        attachments=files,
    )


def pair_word(note):
    """Tell the officer in charge that somebody wrote to them; the text stays there."""
    return send(
        "mentoring/emails/pair_word",
        to=note.pair.activity.officer,
        about=note,
        context={"note": note, "edition": note.pair.activity},
    )


def certificate_available(record, document, *, not_before=None):
    """Send the certificate of the pair that is finished, once for each version."""
    return send(
        "mentoring/emails/certificate_available",
        to=record.person,
        about=record.about,
        occurrence=f"{document.reference} v{document.version}",
        not_before=not_before,
        context={
            "edition": record.activity,
            "is_mentor": record.side == Side.MENTOR,
            "printed": document.printed,
            "document": document,
        },
        attachments=[document],
    )
