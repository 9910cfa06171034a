"""What an agreement and the reviews know about a person, and how they let them go."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.admin import words
from agency.people import privacy
from agency.people.privacy import Erasure
from mentoring.models import AgreementSignature, PairAgreement, Review, SharedReview
from mentoring.privacy.pairs import SIX_MONTHS, elsewhere, halves, own_side


def declare():
    """Called once, when the apps are ready."""
    _agreement()
    _reviews()
    words.describe(
        draw_up=_("Drew up an agreement"),
        sign_agreement=_("Signed an agreement"),
        on_paper=_("Noted an agreement signed on paper"),
        send_review=pgettext_lazy("journal", "Sent a review"),
    )


def _agreement():
    privacy.register(
        PairAgreement,
        path=halves,
        purpose=_("To write down what the two of a pair and the agency agree on"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=("number", "objectives", "prepared_at", "signed_at", "on_paper_on"),
        erase=Erasure(
            _(
                "Kept five years as the proof of the three: its text names nobody, its "
                "PDF does"
            ),
            privacy.keep().run,
        ),
    )
    privacy.register(
        AgreementSignature,
        path="person",
        purpose=_("To prove that you agreed to the agreement of your pair"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=("agreement", "party", "typed_name", "signed_at", "sha256"),
        erase=privacy.blank(typed_name="", address_hash=""),
    )


def _reviews():
    privacy.register(
        Review,
        path=_written,
        purpose=_("To know how the edition goes: what you write to the agency of it"),
        legal_basis=privacy.CONTRACT,
        retention=_(
            "Your sentences six months after the end of the pair; the figures five years"
        ),
        export=("stage", "headway", "rhythm", "support", "comment", "sent_at"),
        erase=privacy.blank(comment=""),
    )
    privacy.register(
        SharedReview,
        path=_shared,
        purpose=_("What the two of a pair tell each other in their reviews"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=(
            (elsewhere, _("what the pair brings me")),
            (elsewhere, _("what I wish for us")),
        ),
        erase=privacy.delete(),
    )


def _written(rows, person):
    return own_side(rows, person, "")


def _shared(rows, person):
    return own_side(rows, person, "review__")
