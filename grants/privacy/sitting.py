"""What a sitting keeps of its members, and how it lets them go.

Who was there, who voted and what the commission said prove how public money was given: it
stays, with the names, as the minutes have them.
"""

from django.utils.translation import gettext_lazy as _

from agency.people import privacy
from grants.models import (
    Erratum,
    Minutes,
    Opinion,
    Point,
    Presence,
    Proxy,
    Scenario,
    StepOut,
    Vote,
)
from grants.privacy.applications import AT_WORK


def declare():
    """Called once, when the apps are ready."""
    for model, field in (
        *((Point, "presided_by"), (Opinion, "recorded_by"), (Scenario, "applied_by")),
        *((Minutes, "validated_by"), (Erratum, "written_by")),
    ):
        privacy.professional(model, field, AT_WORK)
    # The member, an alternate or the holder of a proxy: as one of the seat that votes.
    privacy.professional(Vote, "by", AT_WORK)
    # Of the house: no person receives them.
    privacy.professional(Minutes, "document", AT_WORK)
    privacy.professional(Erratum, "minutes", AT_WORK)
    proof = {
        "legal_basis": privacy.LEGAL_DUTY,
        "retention": privacy.FIVE_YEARS,
        "erase": privacy.keep(),
    }
    person = "enrolment__person"
    privacy.register(
        Presence,
        path=f"member__{person}",
        purpose=_("To know who sat, and whether the quorum was there"),
        export=("sitting", "mode", "arrived_at", "left_at"),
        **proof,
    )
    privacy.register(
        Proxy,
        path=f"giver__{person}",
        purpose=_("To know who expressed whose voice"),
        export=("sitting", "holder", "given_at", "ended_at"),
        **proof,
    )
    privacy.register(
        StepOut,
        path=f"member__{person}",
        purpose=_("To prove that whoever has an interest took no part"),
        export=("point", "left_at", "back_at"),
        **proof,
    )
    privacy.register(
        Vote,
        path=f"member__{person}",
        purpose=_("To count each voice once"),
        export=("point", "choice", "via"),
        **proof,
    )
