"""Markup and formulas typed into every field stay text, wherever they come out."""

from io import BytesIO

import pytest
from django.db.models import CharField, TextField
from pypdf import PdfReader

from agency.activities.models import (
    Activity,
    AgendaItem,
    Facilitator,
    Session,
    Venue,
)
from agency.activities.services import convenings, enrolments
from agency.mail.models import OutgoingEmail
from agency.people.models import Affiliation, Organisation, Person
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    FacilitatorFactory,
    SessionFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db

HTML = '<b onclick="x()">&amp;'
FORMULA = '=HYPERLINK("http://mechant.example")'
# What a form cannot be given: choices, identifiers, checked formats.
SHAPED = {"email", "phone", "slug", "siret", "password", "kind", "state", "website"}


def plant(instance, text):
    """Put ``text`` into every free field of a row."""
    for field in instance._meta.concrete_fields:
        free = isinstance(field, CharField | TextField) and not field.choices
        if free and field.editable and field.name not in SHAPED and field.max_length:
            setattr(instance, field.attname, text[: field.max_length])
        elif free and field.editable and isinstance(field, TextField):
            setattr(instance, field.attname, text)
    instance.remote_url = ""
    instance.save()


def planted(text):
    """An activity whose every word is ``text``, with a person registered for it."""
    officer = PersonFactory(officer=True, direction=True)
    activity = ActivityFactory(officer=officer, slug="planted")
    session = SessionFactory(activity=activity, starts_in=12)
    AgendaItemFactory(session=session)
    FacilitatorFactory(activity=activity)
    person = PersonFactory()
    affiliation = AffiliationFactory(person=person)
    for model in (Activity, Session, AgendaItem, Facilitator, Venue):
        for row in model.objects.all():
            plant(row, text)
    for model in (Person, Affiliation, Organisation):
        for row in model.objects.all():
            plant(row, text)
    activity.refresh_from_db()
    person.refresh_from_db()
    enrolment = enrolments.register(activity, person=person, affiliation=affiliation)
    convening = convenings.convene(activity.sessions.get(), by=officer, paragraph=text)
    convenings.make(
        convening.pk, list(convening.convocations.values_list("pk", flat=True))
    )
    return officer, person, enrolment, convening


def test_markup_stays_text_on_every_page_of_the_site(client):
    _officer, person, enrolment, _convening = planted(HTML)
    client.force_login(person)
    pages = [
        "/",
        "/activites/",
        "/activites/planted/",
        "/agenda/",
        "/mon-espace/",
        "/mon-espace/profil/",
        "/mon-espace/donnees/",
        enrolment.get_absolute_url(),
    ]
    for path in pages:
        page = client.get(path)
        assert page.status_code == 200
        assert "<b onclick" not in page.text, path


def test_markup_stays_text_on_the_desk(client):
    officer, person, _enrolment, convening = planted(HTML)
    client.sign_in(officer)
    pages = [
        "/gestion/",
        "/gestion/activities/activity/",
        "/gestion/activities/session/",
        "/gestion/activities/enrolment/",
        f"/gestion/activities/convening/{convening.pk}/change/",
        "/gestion/people/person/",
        f"/gestion/people/person/{person.pk}/change/",
        "/gestion/people/organisation/",
        "/gestion/mail/outgoingemail/",
        f"/gestion/mail/outgoingemail/{OutgoingEmail.objects.first().pk}/change/",
        "/gestion/documents/issueddocument/",
    ]
    for path in pages:
        page = client.get(path)
        assert page.status_code == 200, path
        assert "<b onclick" not in page.text, path


def test_markup_stays_text_in_messages():
    planted(HTML)

    for email in OutgoingEmail.objects.all():
        assert "<b onclick" not in email.html
        assert "&lt;b onclick" in email.html
        assert "\n" not in email.subject


def test_markup_is_printed_as_it_was_typed():
    _officer, person, _enrolment, convening = planted(HTML)

    letter = convening.convocations.get(participation__person=person).document
    with letter.file.open() as stored:
        reader = PdfReader(BytesIO(stored.read()))
    text = "".join(page.extract_text() for page in reader.pages)
    assert '<b onclick="x()">&amp;' in text


def test_formula_leaves_in_a_table_as_text(client):
    officer, *_rest = planted(FORMULA)
    client.sign_in(officer)

    answer = client.get("/gestion/activities/enrolment/exporter/csv/")
    if answer.status_code == 404:
        pytest.fail("the export has moved")
    content = b"".join(answer).decode("utf-8-sig")

    assert "HYPERLINK" in content
    for line in content.splitlines():
        for cell in line.split(";"):
            assert not cell.strip('"').startswith(("=", "+", "-", "@"))
