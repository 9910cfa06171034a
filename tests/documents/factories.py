"""Documents as they are issued: through the service, with a page as small as can be."""

from agency.documents import kinds, services
from tests.documents import letters
from tests.people.factories import OrganisationFactory, PersonFactory

KIND = "letter"
kinds.register(kinds.DocumentKind(KIND, "LET", "Lettre"))
TEMPLATE = "layout/document"
CONTEXT = {
    name: value
    for name, value in letters.context().items()
    if name in ("agency", "person", "addressee", "signatory")
}


def issue(**changes):
    """Issue a document about a new organisation, to a new person."""
    given = {
        "title": "Lettre",
        "template": TEMPLATE,
        "context": CONTEXT,
    } | changes
    given.setdefault("about", None)
    given["about"] = given["about"] or OrganisationFactory()
    if "recipient" not in given:
        given["recipient"] = PersonFactory()
    return services.issue(KIND, **given)
