"""What the access table and the walk meet of papers and submission."""

from grants import documents
from grants.services import submission
from tests.grants.whole import owner, whole

OF_WHAT_WAS_SENT = ("application-sent", "application-withdraw", "application-take-over")


def set_up(scene, member):
    """A draft of ``member`` with its papers, and what they sent with its summary."""
    scene.drafted, scene.sent_file = whole(owner=member), whole(owner=member)
    scene.paper = scene.drafted.documents.order_by("pk").first()
    revision = submission.submit(scene.sent_file, by=owner(scene.sent_file))
    made = documents.application_summary(documents.READ.get(pk=revision.pk))
    scene.sent_file.revisions.update(receipt=made)


def arguments(scene):
    draft, sent = [scene.drafted.uuid], [scene.sent_file.uuid]
    paper = [*draft, scene.paper.uuid]
    return {
        "grants:application-submit": draft,
        "grants:paper-give": [*draft, "rib"],
        **{f"grants:paper-{name}": paper for name in ("file", "replace", "remove")},
        **{f"grants:{name}": sent for name in OF_WHAT_WAS_SENT},
        "grants:application-revision": [*sent, 1],
        "grants:application-receipt": [*sent, 1],
    }
