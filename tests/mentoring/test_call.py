"""The call of an edition speaks of applications: its page, the lists, message 1."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.services import activities
from agency.core.clock import now, today, travel
from agency.mail import reminders
from agency.mail.choices import Openings
from agency.mail.models import MailPreference, OutgoingEmail
from tests.activities.factories import ActivityFactory, CharterFactory
from tests.mentoring.factories import EditionFactory, MentoringApplicationFactory
from tests.people.factories import AffiliationFactory, PersonFactory, ProfessionFactory

pytestmark = pytest.mark.django_db
OPENED = "activities/emails/registration_opened"
CLOSING = "activities/emails/registration_closing"


def page_of(client, activity):
    return client.get(activity.get_absolute_url()).text


def test_the_page_of_a_call_speaks_of_applications(client):
    edition = EditionFactory(capacity=22)
    page = page_of(client, edition)

    assert "Candidatures ouvertes" in page
    assert "Candidatures jusqu’au" in page
    assert "Devenir mentor·e" in page
    assert "Être accompagné·e" in page
    assert "nscri" not in page.split("<main")[1].split("</main>")[0]
    listed = client.get(reverse("pages:activity-list")).text
    assert "Candidatures ouvertes" in listed


def test_a_group_still_speaks_of_registration(client):
    page = page_of(client, ActivityFactory())

    assert "Inscriptions ouvertes" in page
    assert "andidature" not in page.split("<main")[1].split("</main>")[0]


def test_before_and_after_the_call(client):
    soon = EditionFactory(announced=True, opens_at=now() + timedelta(days=3))
    assert "Ouverture de l’appel" in page_of(client, soon)

    closed = EditionFactory(state="closed")
    assert "Candidatures closes" in page_of(client, closed)


# --- Message 1 ----------------------------------------------------------------------
def reader(profession, **traits):
    person = PersonFactory(**traits)
    MailPreference.objects.create(person=person, openings=Openings.AT_ONCE)
    start = today() - timedelta(days=300)
    AffiliationFactory(person=person, profession=profession, starts_on=start)
    return person


def told(template):
    rows = OutgoingEmail.objects.filter(template=template)
    return sorted(rows.values_list("person", flat=True))


def test_the_call_is_announced_to_those_it_is_for_and_not_to_who_applied(officer):
    noon = now().replace(hour=11) + timedelta(days=1)
    production = ProfessionFactory()
    edition = EditionFactory(
        announced=True,
        officer=officer,
        opens_at=None,
        closes_at=None,
        charter=CharterFactory(),
    )
    edition.closes_at = noon + timedelta(days=30)
    edition.save()
    edition.professions.add(production)
    for_them, applied = reader(production), reader(production)
    reader(ProfessionFactory())
    MentoringApplicationFactory(edition=edition, person=applied)

    with travel(noon):
        activities.open_registration(edition, by=officer)
        reminders.run()
        reminders.run()

    assert told(OPENED) == [for_them.pk]
    letter = OutgoingEmail.objects.get(template=OPENED)
    assert letter.subject.startswith("Appel à candidatures")
    assert "comme mentor·e" in letter.text
    assert "nscri" not in letter.text.split("--")[0]

    MentoringApplicationFactory(edition=edition, person=for_them)
    late = reader(production)
    with travel(noon + timedelta(days=24)):
        reminders.run()
    assert told(CLOSING) == [late.pk]
