"""What the access table and the walk meet of the dialogue about applications."""

from tests.grants.factories import (
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    InternalNoteFactory,
    ThreadMessageFactory,
)


def set_up(scene, member):
    """Something is asked of ``member``, who was written to as well."""
    scene.asked = CompletionRequestFactory(
        application__owner=member, sent_by=scene.person("officer")
    )
    CompletionItemFactory(request=scene.asked, target="section:performances")
    application = scene.asked.application
    # Read already: what a GET marks as read is shown elsewhere.
    for sender in (True, False):
        ThreadMessageFactory(
            application=application,
            author=scene.person("officer") if sender else member,
            from_staff=sender,
            read_at=scene.asked.sent_at,
        )
    InternalNoteFactory(application=application)
    scene.to_ask = ApplicationFactory(sent=True)


def arguments(scene):
    one = [scene.asked.application.uuid]
    pages = ("thread", "completion")
    found = {f"grants:application-{page}": one for page in pages}
    desk = [scene.asked.application_id]
    return found | {
        "admin:grants_threadmessage_file": desk,
        "admin:grants_completionrequest_ask": [scene.to_ask.pk],
        "admin:grants_completionrequest_close": desk,
    }
