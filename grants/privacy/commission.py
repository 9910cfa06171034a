"""What the commission knows of its members, and how it lets them go.

What was declared and decided proves how public money was given: it stays, with the name.
"""

from django.utils.translation import gettext_lazy as _

from agency.people import privacy
from grants.models import (
    InterestAnswer,
    Member,
    MemberQuestion,
    Recusal,
    Review,
    ReviewScore,
)
from grants.privacy.applications import AT_WORK


def declare():
    """Called once, when the apps are ready."""
    privacy.professional(Recusal, "decided_by", AT_WORK)
    privacy.professional(MemberQuestion, "answered_by", AT_WORK)
    proof = {"legal_basis": privacy.LEGAL_DUTY, "retention": privacy.FIVE_YEARS}
    privacy.register(
        Member,
        path="enrolment__person",
        purpose=_("To know who sat in a commission, and with which voice"),
        export=("college", "capacity", "office", "starts_on", "ends_on"),
        erase=privacy.keep(),
        **proof,
    )
    privacy.register(
        InterestAnswer,
        path="person",
        purpose=_("To prove that members declared their interests before reading"),
        export=("application", "nature", "declared_at"),
        erase=privacy.keep(),
        **proof,
    )
    privacy.register(
        Recusal,
        path="person",
        purpose=_("To prove that whoever has an interest took no part"),
        export=("application", "state", "origin", "nature", "facts", "noticed_at"),
        erase=privacy.keep(),
        **proof,
    )
    privacy.register(
        Review,
        path="person",
        purpose=_("To prepare the opinion of the commission"),
        export=("application", "opinion", "suggested", "comment", "saved_at"),
        erase=privacy.keep(),
        **proof,
    )
    privacy.register(
        ReviewScore,
        path="review__person",
        purpose=_("To prepare the opinion of the commission"),
        export=("review", "criterion", "score"),
        erase=privacy.keep(),
        **proof,
    )
    privacy.register(
        MemberQuestion,
        path="person",
        purpose=_("To answer what members ask about a file"),
        export=("application", "body", "asked_at", "answer"),
        erase=privacy.keep(),
        **proof,
    )
