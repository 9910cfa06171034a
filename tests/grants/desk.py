"""What the tests of the desk of aid begin with."""

from decimal import Decimal

from django.urls import reverse

from agency.core.clock import now
from grants.services import report
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationFactory,
    RulesFactory,
)
from tests.people.factories import PersonFactory

ROOM = "admin:grants_application"
LIST = "/gestion/grants/application/"
PIPELINE = f"{LIST}suivi/"
WORDS = {
    "summary": "Une tournée de deux dates.",
    "eligibility": "",
    "context": "Une compagnie repérée.",
    "budget": "Un budget tenu.",
    "risks": "",
    "opinion": "favourable",
    "amount": None,
    "override_reason": "",
}


def page(application, name="change", *more):
    return reverse(f"{ROOM}_{name}", args=[application.pk, *more])


def step(application, name):
    return page(application, "move", name)


def person_with(role):
    person = PersonFactory()
    person.roles.create(role=role)
    return type(person).objects.get(pk=person.pk)


def complete(**traits):
    """A file whose two documents are in order, and that meets the rules."""
    traits = {"sent": True, "tour": True} | traits
    rules = traits.pop("rules", None) or RulesFactory(full=True)
    one = ApplicationFactory(rules=rules, **traits)
    for key in ("rib", "urssaf"):
        ApplicationDocumentFactory(
            application=one, requirement=key, check_state="valid", checked_at=now()
        )
    return one


def reported(**traits):
    """The same under instruction, computed, its report written by its rapporteur."""
    one = complete(instructed=True, **traits)
    report.compute(one)
    report.write(one, WORDS, by=one.rapporteur, version=0)
    return one


def amount(text):
    return Decimal(text)
