"""What the page of an application says of its papers and of its submission."""

from django import template

from grants import wording
from grants.services import papers

register = template.Library()


@register.filter
def validity(requirement):
    """How recent a document has to be, in the words of the page of its scheme."""
    return wording.when_needed(requirement)


@register.simple_tag
def checklist(application):
    """The documents that are asked, each with what was given."""
    return papers.checklist(application)


@register.simple_tag(takes_context=True)
def sending(context, application):
    """What ``_submit.html`` says: where it stands, and what one may do."""
    user = context["request"].user
    revisions = (
        [] if application.is_draft else application.revisions.order_by("-number")
    )
    return {
        "may_send": user.has_perm("grants.submit_application", application),
        "may_withdraw": application.is_running
        and user.has_perm("grants.withdraw_application", application),
        "may_take_over": not application.is_draft
        and user.has_perm("grants.write_application", application)
        and application.scheme.takes_applications,
        "revisions": list(revisions),
    }
