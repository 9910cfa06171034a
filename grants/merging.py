"""Where applications go when two persons, or two organisations, turn out to be one."""

from django.utils.translation import gettext as _

from agency.people import merging
from grants.choices import EditorRole
from grants.models import (
    Application,
    ApplicationDocument,
    ApplicationEditor,
    ApplicationRevision,
    CompletionRequest,
    Erratum,
    Extension,
    InterestAnswer,
    InternalNote,
    MemberQuestion,
    Minutes,
    Opinion,
    Point,
    Recusal,
    Review,
    Scenario,
    Scheme,
    Show,
    ThreadMessage,
    Vote,
)
from grants.states import BARRING, ENDED

AS_IT_WAS = "who did it, on that day: as the journal, it is not rewritten"


def declare():
    """Called once, when the apps are ready."""
    merging.move(Scheme, "officer")
    merging.move(Show, "organisation")
    merging.move(Application, "organisation")
    merging.move(Application, "rapporteur")
    merging.move(
        ApplicationEditor, "person", settle=both_write, related=("application",)
    )
    merging.move(Extension, "organisation", settle=both_late)
    # What somebody declared, stood back from or wrote as a member of a commission.
    merging.move(
        InterestAnswer, "person", settle=both_declared, related=("application",)
    )
    merging.move(Recusal, "person", settle=both_stand_back, related=("application",))
    merging.move(Review, "person", settle=both_reviewed, related=("application",))
    merging.move(MemberQuestion, "person")
    for model, name in (
        (ApplicationRevision, "submitted_by"),
        (ApplicationDocument, "uploaded_by"),
        (ApplicationDocument, "checked_by"),
        (CompletionRequest, "sent_by"),
        (ThreadMessage, "author"),
        (InternalNote, "author"),
        (Extension, "granted_by"),
        (Recusal, "decided_by"),
        (MemberQuestion, "answered_by"),
        (Point, "presided_by"),
        (Vote, "by"),
        (Opinion, "recorded_by"),
        (Scenario, "applied_by"),
        (Minutes, "validated_by"),
        (Erratum, "written_by"),
    ):
        merging.leave(model, name, AS_IT_WAS)


def both_write(row, twin):
    """Who compares two records may know that there is something, and not what."""
    if row.role == EditorRole.OWNER and row.application.state not in ENDED:
        return merging.blocks(
            _(
                "Both write in the same application for aid, and the record that would "
                "be set aside is in charge of it: keep that record instead."
            )
        )
    return merging.stays(
        _(
            "Both write in the same application for aid: the record that stays keeps "
            "its own part in it."
        )
    )


def both_late(row, twin):
    if row.until > twin.until:
        return merging.blocks(
            _(
                "Both may send after the same deadline, the record that would be set "
                "aside for longer: change one of the two extensions first."
            )
        )
    return merging.stays(
        _(
            "Both may send after the same deadline: the extension of the record that "
            "stays counts."
        )
    )


def both_declared(row, twin):
    if row.nature and not twin.nature:
        return merging.blocks(
            _(
                "The record that would be set aside declared an interest in a file of a "
                "commission, and the other one none: keep that record instead."
            )
        )
    return merging.stays(
        _(
            "Both declared their interests in a file of a commission: what the record "
            "that stays declared counts."
        )
    )


def both_stand_back(row, twin):
    if row.state in BARRING and twin.state not in BARRING:
        return merging.blocks(
            _(
                "The record that would be set aside stands back from a file of a "
                "commission, and the other one does not: keep that record instead."
            )
        )
    return merging.stays(
        _(
            "Both stand back from the same file of a commission: the recusal of the "
            "record that stays holds."
        )
    )


def both_reviewed(row, twin):
    return merging.blocks(
        _(
            "Both reviewed the same file of a commission: two people did, or one voted "
            "twice. Ask the secretary of the commission first."
        )
    )
