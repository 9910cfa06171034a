"""The messages about an agreement and the reviews: one function, one template.

They are 28 (after the first) and 32 of references/people.md (f1).
"""

from agency.mail.services import send
from mentoring.choices import Side


def agreement_corrected(agreement, side, document=None):
    """The officer worded it anew: what was signed is to be signed again."""
    occurrence = str(agreement.number)
    return _to_half("agreement_corrected", agreement, side, document, occurrence)


def agreement_signed(agreement, side, document=None):
    """The three have signed; the pair begins."""
    return _to_half("agreement_signed", agreement, side, document)


def _to_half(name, agreement, side, document, occurrence=""):
    pair = agreement.pair
    return send(
        f"mentoring/emails/{name}",
        to=pair.person_of(side),
        about=agreement,
        occurrence=occurrence,
        attachments=[document] if document else [],
        context={
            "agreement": agreement,
            "attached": document is not None,
            "pair": pair,
            "edition": pair.activity,
            "other": pair.other_of(side),
        },
    )


def review_invitation(pair, person, **how):
    """One may write one's review from today (message 32)."""
    return _about_a_review("review_invitation", pair, person, how)


def review_reminder(pair, person, **how):
    """The day of the review is near (message 32)."""
    return _about_a_review("review_reminder", pair, person, how)


def _about_a_review(name, pair, person, how):
    """``pair``: with ``stage`` and ``closes_on``, see ``services.review_reminders``."""
    side = pair.side_of(person)
    return send(
        f"mentoring/emails/{name}",
        to=person,
        context={
            "pair": pair,
            "edition": pair.activity,
            "other": pair.other_of(side),
            "is_mentor": side == Side.MENTOR,
            "is_final": pair.stage == "final",
            "closes_on": pair.closes_on,
            "url": pair.review_url(pair.stage),
        },
        **how,
    )
