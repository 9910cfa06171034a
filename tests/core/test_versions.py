"""Two people on one page: nothing written twice, nothing lost, and everybody told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency.activities.models import Activity, Facilitator, Venue
from agency.activities.services import activities, sessions
from agency.activities.states import ActivityState, SessionState
from agency.core import clock
from agency.core.admin.edits import EditsMixin
from agency.core.models import JournalEntry, Stale
from agency.people.services import directory
from tests.activities.factories import ActivityFactory, SessionFactory, VenueFactory
from tests.core.desk import GROUPS, SESSIONS, VENUES, form_of
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
)
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db
PEOPLE = "/gestion/people/person/"
ORGANISATIONS = "/gestion/people/organisation/"
CLICKS = 8


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


@pytest.fixture
def colleague():
    """Somebody else at the same desk."""
    pierre = PersonFactory(officer=True, given_name="Pierre", family_name="Lemoal")
    return StrictClient().sign_in(pierre)


def said(page):
    return " ".join(page.context["adminform"].form.non_field_errors())


def page_of(row, stem):
    return f"{stem}{row.pk}/change/"


# --- Two who edit ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("factory", "stem", "field"),
    [
        (VenueFactory, VENUES, "city"),
        (ActivityFactory, GROUPS, "title"),
        (SessionFactory, SESSIONS, "title"),
        (OrganisationFactory, ORGANISATIONS, "city"),
        (PersonFactory, PEOPLE, "city"),
    ],
)
def test_the_second_who_saves_writes_nothing_and_reads_who_was_faster(
    desk, colleague, factory, stem, field
):
    row = factory()
    url = page_of(row, stem)
    mine = form_of(desk, url) | {field: "La mienne"}
    # In winter and by day: not at an hour that is another day in Paris.
    with clock.travel(datetime(2027, 1, 12, 13, 32, tzinfo=UTC)):
        theirs = form_of(colleague, url) | {field: "La sienne"}
        assert colleague.post(url, theirs).status_code == 302

    with clock.travel(datetime(2027, 1, 12, 14, 5, tzinfo=UTC)):
        page = desk.post(url, mine)

    row.refresh_from_db()
    assert (getattr(row, field), row.version) == ("La sienne", 1)
    assert page.status_code == 200
    hour = "14\u00a0h\u00a032"
    assert f"Pierre Lemoal a enregistré cette page à {hour}" in said(page)
    assert "enregistrez de nouveau" in said(page)
    assert "La sienne" in said(page)
    assert 'value="La mienne"' in page.text
    assert "Une chose à régler" in page.text
    assert JournalEntry.objects.about(row).filter(action="change").count() == 1


def test_saving_again_is_a_deliberate_overwrite(desk, colleague):
    venue = VenueFactory(city="Avant")
    url = page_of(venue, VENUES)
    mine = form_of(desk, url) | {"city": "La mienne"}
    colleague.post(url, form_of(colleague, url) | {"city": "La sienne"})
    page = desk.post(url, mine)

    again = mine | {"version": page.context["adminform"].form["version"].value()}
    assert desk.post(url, again).status_code == 302

    venue.refresh_from_db()
    assert (venue.city, venue.version) == ("La mienne", 2)


def test_the_version_stands_in_the_page(desk):
    venue = VenueFactory()
    Venue.objects.filter(pk=venue.pk).update(version=7)

    page = desk.get(page_of(venue, VENUES)).text

    assert '<input type="hidden" name="version" value="7" id="id_version">' in page
    assert 'name="version"' not in desk.get(f"{VENUES}add/").text


@pytest.mark.parametrize("version", ["", "x", "99", "9" * 400, "\x00", None])
def test_a_page_without_the_version_of_the_row_writes_nothing(desk, version):
    venue = VenueFactory(city="Avant")
    url = page_of(venue, VENUES)
    data = form_of(desk, url) | {"city": "Après", "version": version}

    page = desk.post(url, {k: v for k, v in data.items() if v is not None})

    venue.refresh_from_db()
    assert venue.city == "Avant"
    assert "enregistrée entre-temps" in said(page)


def test_a_form_sent_twice_says_that_it_was_saved(desk):
    venue = VenueFactory()
    url = page_of(venue, VENUES)
    mine = form_of(desk, url) | {"city": "Beaune"}

    desk.post(url, mine)
    page = desk.post(url, mine)

    assert "Vous avez déjà enregistré cette page" in said(page)
    assert JournalEntry.objects.about(venue).count() == 1


def test_an_edit_of_another_day_says_which(desk, colleague):
    venue = VenueFactory()
    url = page_of(venue, VENUES)
    mine = form_of(desk, url) | {"city": "Dijon"}
    at = clock.now()
    colleague.post(url, form_of(colleague, url) | {"step_free": "on"})

    with clock.travel(at + timedelta(days=3)):
        page = desk.post(url, mine)

    assert f"cette page le {clock.paris(at).day}" in said(page)
    assert "oui" in said(page)


def test_the_rows_of_a_page_are_covered_by_its_version(desk, colleague):
    activity = ActivityFactory()
    url = page_of(activity, GROUPS)
    first, second = PersonFactory.create_batch(2)
    mine = form_of(desk, url) | {"facilitators-0-person": first.pk}
    theirs = form_of(colleague, url) | {"facilitators-0-person": second.pk}

    assert colleague.post(url, theirs).status_code == 302
    page = desk.post(url, mine)

    activity.refresh_from_db()
    assert "Pierre Lemoal" in said(page)
    assert Facilitator.objects.get().person == second
    assert activity.version == 1


def test_a_row_changed_by_its_owner_meanwhile_is_not_written_over(desk):
    post = AffiliationFactory(job_title="Avant")
    url = page_of(post.person, PEOPLE)
    stale = form_of(desk, url) | {"affiliations-0-job_title": "Administratrice"}
    directory.end_affiliation(post, by=post.person)

    page = desk.post(url, stale)

    post.refresh_from_db()
    assert (post.job_title, post.ends_on) == ("Avant", clock.today())
    assert "Cette ligne a changé entre-temps" in page.text
    assert 'value="Administratrice"' in page.text
    (form, *_new) = page.context["inline_admin_formsets"][0].formset.forms
    again = stale | {"affiliations-0-seen": form["seen"].value()}
    assert desk.post(url, again).status_code == 302
    post.refresh_from_db()
    assert (post.job_title, post.ends_on) == ("Administratrice", None)


def test_a_row_writes_only_what_was_typed_in_it(desk):
    post = AffiliationFactory(job_title="Avant", contract="permanent")
    url = page_of(post.person, PEOPLE)
    typed = form_of(desk, url) | {"affiliations-0-job_title": "Administratrice"}

    with CaptureQueriesContext(connection) as asked:
        assert desk.post(url, typed).status_code == 302

    (written,) = [
        one["sql"]
        for one in asked
        if one["sql"].startswith('UPDATE "people_affiliation"')
    ]
    assert "job_title" in written
    assert "contract" not in written


def test_a_form_saved_as_it_was_leaves_the_version(desk):
    activity = ActivityFactory()
    url = page_of(activity, GROUPS)

    assert desk.post(url, form_of(desk, url)).status_code == 302

    activity.refresh_from_db()
    assert activity.version == 0


def test_who_is_overtaken_between_reading_and_writing_is_told(desk, monkeypatch):
    venue = VenueFactory(city="Avant")
    url = page_of(venue, VENUES)
    mine = form_of(desk, url) | {"city": "La mienne"}
    take = EditsMixin.take_turn

    def overtaken(self, obj, form):
        monkeypatch.setattr(EditsMixin, "take_turn", take)
        raise Stale

    monkeypatch.setattr(EditsMixin, "take_turn", overtaken)
    answer = desk.post(url, mine)

    venue.refresh_from_db()
    assert (answer.status_code, venue.city) == (302, "La mienne")


def test_a_row_is_taken_once():
    one = VenueFactory()
    two = Venue.objects.get(pk=one.pk)

    one.take_version()

    with pytest.raises(Stale):
        two.take_version()


# --- A move made meanwhile ---------------------------------------------------------
def test_a_session_cancelled_meanwhile_stays_cancelled(desk, officer):
    session = SessionFactory()
    url = page_of(session, SESSIONS)
    stale = form_of(desk, url) | {"room": "Salle 2", "starts_at_1": "08:05"}

    sessions.cancel_session(session, by=officer)
    page = desk.post(url, stale, follow=True)

    session.refresh_from_db()
    assert "n’a plus lieu : rien n’est enregistré" in page.text
    assert (session.state, session.room) == (SessionState.CANCELLED, "")
    assert session.sequence == 1


def test_an_activity_moved_meanwhile_stays_where_it_is(desk, officer):
    activity = ActivityFactory(draft=True)
    url = page_of(activity, GROUPS)
    stale = form_of(desk, url) | {"title": "Autre titre"}

    activities.announce(activity, by=officer)
    Activity.objects.filter(pk=activity.pk).update(turn=5)
    assert desk.post(url, stale).status_code == 302

    activity.refresh_from_db()
    assert (activity.state, activity.title) == (ActivityState.ANNOUNCED, "Autre titre")
    assert (activity.turn, activity.folded[:11]) == (5, "autre titre")


def test_only_what_was_typed_is_written(desk, monkeypatch):
    """The move falls between the reading of the row and its writing."""
    activity = ActivityFactory(draft=True)
    url = page_of(activity, GROUPS)
    data = form_of(desk, url) | {"title": "Autre titre"}
    take = EditsMixin.take_turn

    def late(self, obj, form):
        activities.announce(Activity.objects.get(pk=obj.pk), by=None)
        take(self, obj, form)

    monkeypatch.setattr(EditsMixin, "take_turn", late)
    desk.post(url, data)

    activity.refresh_from_db()
    assert (activity.state, activity.title) == (ActivityState.ANNOUNCED, "Autre titre")


# --- Eight at once -----------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_eight_simultaneous_saves_one_wins():
    venue = VenueFactory(city="Avant")
    url = page_of(venue, VENUES)
    people = [PersonFactory(officer=True) for _ in range(CLICKS)]
    desks = [StrictClient().sign_in(person) for person in people]
    forms = [
        form_of(desk, url) | {"city": f"Ville {n}"} for n, desk in enumerate(desks)
    ]
    start = Barrier(CLICKS)

    def save(number):
        try:
            start.wait()
            return desks[number].post(url, forms[number]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        answers = list(pool.map(save, range(CLICKS)))

    venue.refresh_from_db()
    assert sorted(answers) == [200] * (CLICKS - 1) + [302]
    assert venue.city == f"Ville {answers.index(302)}"
    assert venue.version == 1
    assert JournalEntry.objects.about(venue).filter(action="change").count() == 1
