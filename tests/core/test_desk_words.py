"""What the desk says: to who reads, about what was done, when nothing was chosen."""

from datetime import date, datetime, time

import pytest

from agency.activities.admin.columns import session_when
from agency.activities.models import Venue
from agency.core import journal
from agency.core.clock import PARIS
from tests.activities.factories import (
    ActivityFactory,
    ConvocationFactory,
    SessionFactory,
    VenueFactory,
)
from tests.core.desk import DESK, GROUPS, SESSIONS, VENUES, form_of, texts
from tests.core.test_admin_lists import chosen
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
JOURNAL = f"{DESK}core/journalentry/"
PEOPLE = f"{DESK}people/person/"


def test_a_reader_is_offered_no_step(client, accountant, officer):
    ActivityFactory()

    assert 'name="action"' not in client.sign_in(accountant).get(GROUPS).text
    assert 'name="action"' in client.sign_in(officer).get(GROUPS).text


def test_what_is_only_read_is_written_as_we_write(client, accountant):
    start = datetime(2027, 3, 9, 14, 0, tzinfo=PARIS)
    session = SessionFactory(starts_at=start, welcome_at=time(13, 45), title="")
    person = AffiliationFactory(starts_on=date(2026, 9, 1), is_primary=True).person
    client.sign_in(accountant)

    page = client.get(f"{SESSIONS}{session.pk}/change/").text
    rows = client.get(f"{PEOPLE}{person.pk}/change/").text

    assert "<div>9\u00a0mars\u00a02027, 14\u00a0h</div>" in page
    assert "<div>13\u00a0h\u00a045</div>" in page
    assert "<div>\u2013</div>" in page
    assert "<div>1er\u00a0septembre\u00a02026</div>" in rows
    assert "<div>Oui</div>" in rows
    assert "<img" not in rows


def test_a_number_is_read_and_typed_as_one_dials_it(client, accountant, officer):
    person = PersonFactory(phone="+33199009033")
    url = f"{PEOPLE}{person.pk}/change/"

    read = client.sign_in(accountant).get(url).text
    form = client.sign_in(officer).get(url).text

    assert "<div>01\u00a099\u00a000\u00a090\u00a033</div>" in read
    assert 'type="tel" name="phone" value="01 99 00 90 33"' in form
    client.post(url, form_of(client, url) | {"city": "Dijon"})
    person.refresh_from_db()
    assert (person.city, str(person.phone)) == ("Dijon", "+33199009033")


def test_a_hint_is_for_who_types(client, accountant, officer):
    url = f"{VENUES}{VenueFactory().pk}/change/"
    hint = "Imprimé sur chaque convocation."

    assert hint not in client.sign_in(accountant).get(url).text
    assert hint in client.sign_in(officer).get(url).text


def test_an_app_has_a_page_under_its_own_name(client, officer):
    page = client.sign_in(officer).get(f"{DESK}activities/").text

    assert "<h1>Activités</h1>" in page
    assert "Administration de" not in page


def test_an_entry_of_the_journal_leads_to_what_it_is_about(client, direction):
    venue = VenueFactory(name="La Filature")
    entry = journal.record(venue, "change", by=direction, fields=["city"])
    client.sign_in(direction)

    page = client.get(f"{JOURNAL}{entry.pk}/change/").text

    assert f"<h1>Modification, lieu de rendez-vous {venue.pk}</h1>" in page
    assert f'href="{VENUES}{venue.pk}/change/"' in page
    assert f"{JOURNAL}{entry.pk}/history/" not in page


def test_an_entry_about_what_is_gone_leads_nowhere(client, direction):
    venue = VenueFactory()
    entry = journal.record(venue, "change", by=direction)
    Venue.objects.all().delete()

    page = client.sign_in(direction).get(f"{JOURNAL}{entry.pk}/change/")

    assert page.context["tools"] == []


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_journal_names_what_it_is_about(
    client, direction, django_assert_num_queries, item_count
):
    client.sign_in(direction)
    for _index in range(item_count):
        letter = ConvocationFactory()
        journal.record(letter, "drop", by=direction)
        journal.record(letter.convening.session, "hold", by=direction)

    client.get(JOURNAL)
    with django_assert_num_queries(10):
        page = client.get(JOURNAL).text

    person, session = letter.participation.person, letter.participation.session
    assert f'<td class="field-subject">{person}, {session}</td>' in page
    assert f'<td class="field-subject">{session.activity}, {session_when(session)}' in (
        page
    )


def test_the_journal_names_nobody_to_who_may_not_look(client, superuser, direction):
    person = PersonFactory(family_name="Quintard")
    venue = VenueFactory(name="La Filature")
    for about in (person, venue):
        journal.record(about, "add", by=direction)

    page = client.sign_in(superuser).get(JOURNAL).text

    assert "Quintard" not in page
    assert "La Filature" not in page
    assert f'<td class="field-subject">{person.pk}</td>' in page


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [
        ({"_selected_action": []}, "Cochez d’abord les lignes"),
        ({"action": ""}, "Choisissez d’abord une étape"),
    ],
)
def test_a_bulk_step_without_rows_or_step_says_the_cure(client, officer, wrong, cure):
    activity = ActivityFactory(draft=True)
    client.sign_in(officer)

    (said,) = texts(client.post(GROUPS, chosen(activity) | wrong, follow=True))

    assert said.startswith(cure)
