"""What the access table and the walk meet of the commission."""

from tests.grants.closed_sitting import FIVE, deliberated
from tests.grants.commission import (
    CollegeFactory,
    MemberFactory,
    free,
    in_review,
    presented,
    tied,
)
from tests.grants.factories import ApplicationDocumentFactory
from tests.grants.minuted import close, heard, held
from tests.people.factories import PersonFactory


def set_up(scene, member):
    """``member`` chairs a sitting in review: a file to read, a recusal, a question."""
    scene.reviewed = in_review()
    scene.seat = MemberFactory(
        sitting=scene.reviewed,
        person=member,
        chair=True,
        college=CollegeFactory(),
    )
    scene.presented = presented(scene.reviewed)
    free(scene.presented, member)
    scene.read_paper = ApplicationDocumentFactory(
        application=scene.presented, requirement="urssaf", scan="clean"
    )
    other = MemberFactory(sitting=scene.reviewed)
    tied(scene.presented, other.person)
    scene.question = scene.presented.questions.create(
        person=PersonFactory(),
        body="Est-ce signé ?",
        asked_at=scene.seat.enrolment.confirmed_at,
    )
    scene.deliberated, _files = deliberated(FIVE[:1])
    scene.minuted = held(chair=member, members=1)
    heard(scene.minuted)
    scene.minuted = close(scene.minuted)


def arguments(scene):
    sitting, file = [scene.reviewed.pk], [scene.reviewed.pk, scene.presented.uuid]
    return {
        **{
            f"grants:commission-{page}": sitting
            for page in ("sitting", "interests", "recusals", "booklet")
        },
        "admin:grants_sitting_progress": sitting,
        **{
            f"admin:grants_sitting_{page}": [scene.deliberated.pk]
            for page in ("summary", "summary_pdf", "summary_xlsx")
        },
        **{f"grants:commission-{page}": sitting for page in ("live", "screen")},
        "grants:commission-watch": [*sitting, "secretaire"],
        "grants:commission-act": [*sitting, "arrivee"],
        "grants:commission-ranking": [
            scene.minuted.pk,
            scene.minuted.points.first().application.scheme.slug,
        ],
        "admin:grants_sitting_agenda": sitting,
        "admin:grants_sitting_reconvene": sitting,
        **{
            name: [scene.minuted.pk]
            for name in (
                *("grants:commission-minutes", "grants:commission-minutes-file"),
                "grants:commission-minutes-validate",
                *("admin:grants_sitting_minutes", "admin:grants_sitting_minutes_file"),
            )
        },
        "grants:commission-file": file,
        "grants:commission-question": file,
        "grants:commission-paper": [*file, scene.read_paper.uuid],
    }
