"""The messages and the paper of a submission, for tests/test_letters.py."""

from datetime import date
from decimal import Decimal

from grants import documents, emails
from grants.models import Application
from grants.services import receipts, submission
from tests.grants.dialogue_letters import FIXED, ines
from tests.grants.factories import (
    ApplicationEditorFactory,
    ExpenseLineFactory,
    PerformanceFactory,
    RulesFactory,
    SchemeFactory,
    ShowFactory,
    SittingFactory,
)
from tests.grants.whole import owner, whole
from tests.people.factories import OrganisationFactory, PersonFactory


def application():
    """Whole, of In\u00e8s, for the sitting of January."""
    house = OrganisationFactory(name="Compagnie du Seuil", city="Toulouse")
    scheme = SchemeFactory(code="MOB", name="Aide \u00e0 la mobilit\u00e9 artistique")
    one = whole(
        uuid=FIXED,
        title="Tourn\u00e9e en Bretagne",
        organisation=house,
        owner=ines(),
        show=ShowFactory(organisation=house, title="L\u2019Heure du th\u00e9"),
        rules=RulesFactory(full=True, scheme=scheme),
        sitting=SittingFactory(number=1, year=2027),
    )
    one.performances.update(day=date(2027, 3, 12))
    PerformanceFactory(
        application=one,
        day=date(2027, 3, 15),
        last_day=date(2027, 3, 17),
        venue="Kopergietery",
        city="Gand",
        country="Belgique",
        zone="europe",
    )
    ExpenseLineFactory(
        application=one,
        category="accommodation",
        label="H\u00f4tel",
        quantity=Decimal("18"),
        unit_amount=Decimal("62.50"),
    )
    Application.objects.filter(pk=one.pk).update(requested=Decimal("2125"))
    return one


def sent():
    one = application()
    return submission.submit(one, by=owner(one))


def receipt():
    receipts.make(sent().pk)


def receipt_of_a_completion():
    one = sent().application
    Application.objects.filter(pk=one.pk).update(state="completion_requested")
    one.refresh_from_db()
    receipts.make(submission.complete(one, by=owner(one)).pk)


def withdrawn():
    one = sent().application
    one.refresh_from_db()
    emails.withdrawn(one)


def invited():
    one = application()
    friend = PersonFactory(
        given_name="Sacha", family_name="Lemoine", email="sacha@compagnie.example"
    )
    editor = ApplicationEditorFactory(application=one, person=friend)
    emails.invited(editor, owner(one))


def summary():
    revisions = documents.READ.filter(pk=sent().pk)
    # Its own hash is that of keys that differ from one run to the next.
    revisions.update(sha256="0123456789abcdef" * 4)
    document = documents.application_summary(revisions.get())
    with document.file.open() as file:
        return file.read()


MESSAGES = {
    "grants/emails/invited": invited,
    "grants/emails/receipt": receipt,
    "grants/emails/receipt#completion": receipt_of_a_completion,
    "grants/emails/withdrawn": withdrawn,
}
PAPERS = {"grants/documents/application_summary": summary}
