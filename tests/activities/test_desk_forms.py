"""The forms of the kernel on the desk: what is refused, and what is not offered."""

import pytest

from agency.activities.models import Enrolment
from agency.activities.services import convenings
from agency.activities.services.expected import expect
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    SessionFactory,
)
from tests.core.desk import form_of

pytestmark = pytest.mark.django_db
SESSIONS = "/gestion/activities/session/"
ENROLMENTS = "/gestion/activities/enrolment/"
GROUPS = "/gestion/groups/peergroup/"


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def test_a_number_that_another_session_has_is_told(desk):
    activity = ActivityFactory(sessions=2)
    first, second = activity.sessions.order_by("number")
    url = f"{SESSIONS}{second.pk}/change/"

    answer = desk.post(url, form_of(desk, url) | {"number": first.number})

    form = answer.context["adminform"].form
    assert form.errors["number"] == ["Une autre séance porte ce numéro."]


def test_what_has_not_begun_cannot_be_marked_as_held(desk):
    coming, begun = SessionFactory(starts_in=5), SessionFactory(past=True)

    def steps(session):
        page = desk.get(f"{SESSIONS}{session.pk}/change/")
        return [move["name"] for move in page.context["moves"]]

    assert steps(coming) == ["cancel", "postpone"]
    assert steps(begun) == ["hold", "cancel"]


def test_many_sessions_marked_as_held_leave_out_those_to_come(desk):
    coming, begun = SessionFactory(starts_in=5), SessionFactory(past=True)
    chosen = {"action": "move_hold", "_selected_action": [coming.pk, begun.pk]}

    page = desk.post(SESSIONS, chosen)

    assert [fate.obj for fate in page.context["going"]] == [begun]
    (staying,) = page.context["staying"]
    assert (staying.obj, staying.why) == (
        coming,
        "Cette séance n’a pas encore commencé.",
    )


def test_the_button_convenes_those_who_are_not_yet(desk, officer):
    enrolment = EnrolmentFactory(confirmed=True)
    session = SessionFactory(activity=enrolment.activity, starts_in=15)
    expect(enrolment, sessions=[session])

    def button():
        tools = desk.get(f"{SESSIONS}{session.pk}/change/").context["tools"]
        return [tool["label"] for tool in tools if tool.get("primary")]

    assert button() == ["Convoquer"]

    convenings.convene(session, by=officer)
    assert button() == []

    late = EnrolmentFactory(activity=session.activity, confirmed=True)
    expect(late, sessions=[session])
    assert button() == ["Convoquer les autres"]


def test_two_sentences_stay_one_paragraph(desk):
    activity = ActivityFactory()
    url = f"{GROUPS}{activity.pk}/change/"

    desk.post(
        url, form_of(desk, url) | {"summary": "Une phrase\u202f:\r\n\r\n une autre."}
    )

    activity.refresh_from_db()
    assert activity.summary == "Une phrase\u202f: une autre."


def test_enrolments_are_in_the_order_of_names_whatever_their_accents(desk):
    for name in ("Zola", "Ébrard", "Fabre", "Çelik"):
        EnrolmentFactory(person__family_name=name)

    rows = desk.get(ENROLMENTS).context["cl"].result_list

    assert [row.person.family_name for row in rows] == [
        "Çelik",
        "Ébrard",
        "Fabre",
        "Zola",
    ]


def test_nobody_is_registered_for_a_draft(desk, stranger):
    draft = ActivityFactory(draft=True)

    page = desk.post(
        f"{ENROLMENTS}inscrire/", {"activity": draft.pk, "person": stranger.pk}
    )

    (said,) = page.context["form"].errors["activity"]
    assert said.startswith("On n’inscrit personne à un brouillon")
    assert not Enrolment.objects.exists()


def test_the_same_facilitator_twice_is_told_in_our_words(desk):
    facilitator = FacilitatorFactory(activity=ActivityFactory())
    url = f"{GROUPS}{facilitator.activity_id}/change/"
    rows = {"facilitators-1-person": facilitator.person_id}

    page = desk.post(url, form_of(desk, url) | rows).text

    assert "Deux lignes disent la même chose" in page
    assert "Cette ligne répète" in page
    assert "dans person" not in page
