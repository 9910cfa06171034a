"""Two who write in one application at once, and what is open to them."""

import pytest

from grants.forms.pages import Page
from grants.models import Application, Performance
from grants.sections import Section
from grants.services import writing
from grants.states import ApplicationState
from tests.grants.factories import (
    ApplicationEditorFactory,
    ApplicationFactory,
    CompletionItemFactory,
    PerformanceFactory,
    RulesFactory,
    SittingFactory,
)
from tests.grants.sent import DATE, pause, read, said, url_of
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def application(person):
    return ApplicationFactory(owner=person, rules=RulesFactory(full=True))


@pytest.fixture
def at(client, person):
    """The window of whoever owns the application."""
    client.force_login(person)
    return client


# --- Two people, two windows ---------------------------------------------------------
def test_second_of_two_on_one_row_is_told_and_keeps_what_they_typed(
    at, client, application, person
):
    other = PersonFactory(given_name="Awa", family_name="Diallo")
    ApplicationEditorFactory(application=application, person=other)
    row = PerformanceFactory(application=application, city="Brest")
    url = url_of(application, "representations")
    mine = read(application, Section.PERFORMANCES) | {"row-0-city": "Lorient"}
    theirs = read(application, Section.PERFORMANCES) | {"row-0-city": "Vannes"}

    client.force_login(other)
    assert client.post(url, theirs).status_code == 302
    client.force_login(person)
    response = client.post(url, mine)

    row.refresh_from_db()
    assert row.city == "Vannes"
    page = said(response)
    assert "Awa Diallo a modifié ceci" in page
    assert "Vannes" in page
    assert 'value="Lorient"' in page
    # Saved once more, on purpose, it is theirs that goes.
    seen = Page(application=application, part=Section.PERFORMANCES).rows.forms[0]
    client.post(url, mine | {"row-0-seen": seen.initial["seen"]})
    row.refresh_from_db()
    assert row.city == "Lorient"


def test_a_pause_never_writes_over_somebody_else(at, application):
    row = PerformanceFactory(application=application, city="Brest")
    url = url_of(application, "representations")
    mine = read(application, Section.PERFORMANCES) | {"row-0-city": "Lorient"}
    row.city = "Vannes"
    row.save()

    for _n in range(3):
        answer = pause(at, url, mine).json()
        mine["row-0-seen"] = answer["rows"]["row-0"]["seen"]

    row.refresh_from_db()
    assert row.city == "Vannes"
    assert not answer["whole"]
    assert "Vannes" in answer["rows"]["row-0"]["said"]


def test_two_people_on_two_rows_keep_both(at, application):
    first = PerformanceFactory(application=application, city="Brest")
    second = PerformanceFactory(application=application, city="Brest", order=2)
    mine = read(application, Section.PERFORMANCES) | {"row-0-city": "Lorient"}
    Performance.objects.filter(pk=second.pk).update(city="Vannes")

    assert at.post(url_of(application, "representations"), mine).status_code == 302

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.city, second.city) == ("Lorient", "Vannes")


def test_row_taken_off_meanwhile_comes_back_only_on_purpose(at, application):
    row = PerformanceFactory(application=application, city="Brest")
    url = url_of(application, "representations")
    mine = read(application, Section.PERFORMANCES) | {"row-0-city": "Lorient"}
    row.delete()

    response = at.post(url, mine)
    assert "retirée entre-temps" in said(response)
    assert not application.performances.exists()

    at.post(url, mine | {"row-0-id": "", "row-0-seen": ""})
    assert application.performances.get().city == "Lorient"


def test_two_people_on_two_fields_keep_both_and_on_one_the_second_is_told(
    at, application
):
    url = url_of(application, "projet")
    mine = read(application, Section.PROJECT) | {"purpose": "Le mien."}
    rows = Application.objects.filter(pk=application.pk)
    rows.update(stakes="Le leur.")

    assert at.post(url, mine).status_code == 302
    application.refresh_from_db()
    assert (application.purpose, application.stakes) == ("Le mien.", "Le leur.")

    mine = read(application, Section.PROJECT) | {"purpose": "Encore le mien."}
    rows.update(purpose="Le leur.")
    response = at.post(url, mine)
    application.refresh_from_db()
    assert application.purpose == "Le leur."
    assert "Encore le mien." in said(response)


# --- What is open -------------------------------------------------------------------
def test_sent_meanwhile_nothing_is_written(at, application):
    sent = read(application, Section.PROJECT) | {"purpose": "Trop tard."}
    Application.objects.filter(pk=application.pk).update(
        state=S.SUBMITTED,
        number="MOB-1",
        submitted_at=application.created_at,
        sitting=SittingFactory(),
    )

    assert at.post(url_of(application, "projet"), sent).status_code == 302
    assert pause(at, url_of(application, "projet"), sent).status_code == 409
    application.refresh_from_db()
    assert application.purpose == ""


def test_completion_opens_what_is_asked_alone(client, person):
    item = CompletionItemFactory(
        target="section:performances", request__application__owner=person
    )
    application = item.request.application
    client.force_login(person)

    assert writing.open_parts(application) == {Section.PERFORMANCES}
    assert client.get(url_of(application, "representations")).status_code == 200
    assert client.get(url_of(application, "depenses")).status_code == 302
    assert client.get(url_of(application, "commission")).status_code == 302
    client.post(
        url_of(application, "representations"),
        read(application, Section.PERFORMANCES) | DATE,
    )
    assert application.performances.count() == 1


def test_collaborator_writes_and_strangers_do_not(client, application):
    friend = ApplicationEditorFactory(application=application).person
    url = url_of(application, "equipe")

    client.force_login(friend)
    assert client.get(url).status_code == 200
    client.force_login(PersonFactory())
    assert client.get(url).status_code == 404
