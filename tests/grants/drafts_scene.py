"""What the access table and the walk meet of the drafts of applications."""

from tests.grants.factories import (
    ApplicationEditorFactory,
    ApplicationFactory,
    RulesFactory,
)


def set_up(scene, member):
    """A draft of ``member``, and one that they were invited to write in."""
    rules = RulesFactory(full=True)
    scene.draft = ApplicationFactory(rules=rules, owner=member, tour=True)
    scene.helper = ApplicationEditorFactory(application=scene.draft)
    scene.joined = ApplicationEditorFactory(
        application__rules=rules, person=member
    ).application


def arguments(scene):
    own = [scene.draft.uuid]
    pages = ("detail", "discard", "editors", "estimate", "renew")
    found = {f"grants:application-{page}": own for page in pages}
    return found | {
        "grants:application-start": [scene.draft.scheme.slug],
        "grants:application-part": [*own, "representations"],
        "grants:application-editor": [*own, scene.helper.pk],
        "grants:application-leave": [scene.joined.uuid],
    }
