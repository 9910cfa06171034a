"""The desk of the commission: seats, recusals, questions."""

import pytest
from django.urls import reverse

from agency.core.clock import today
from grants.models import Member, Recusal
from grants.services import reviews
from tests.core.desk import form_of
from tests.grants.commission import (
    DAY,
    CollegeFactory,
    MemberFactory,
    free,
    in_review,
    presented,
    tied,
)
from tests.grants.factories import CommissionFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
ROOM = "/gestion/grants/"


@pytest.fixture
def secretary():
    return PersonFactory(secretary=True)


@pytest.fixture
def desk(client, secretary):
    client.sign_in(secretary)
    return client


def seat(commission, somebody, **more):
    return {
        "commission": commission.pk,
        "person": somebody.pk,
        "college": CollegeFactory().pk,
        "capacity": "titular",
        "office": "",
        "starts_on": today().isoformat(),
        "ends_on": "",
    } | more


def test_a_member_is_appointed_from_the_desk(desk):
    commission, person = CommissionFactory(), PersonFactory()
    assert desk.get(f"{ROOM}member/add/").status_code == 200

    response = desk.post(f"{ROOM}member/add/", seat(commission, person))

    assert response.status_code == 302
    member = Member.objects.get()
    assert (member.enrolment.person, member.enrolment.activity_id) == (
        person,
        commission.pk,
    )
    listed = desk.get(f"{ROOM}member/").content.decode()
    assert person.full_name in listed
    assert "En fonction" in listed


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"person": ""}, "réponse"),
        ({"ends_on": (today() - DAY).isoformat()}, "finit avant de commencer"),
        ({"capacity": "consultative", "office": "chair"}, "des titulaires"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_sits(desk, wrong, said):
    answers = seat(CommissionFactory(), PersonFactory(), **wrong)

    page = desk.post(f"{ROOM}member/add/", answers)

    assert page.status_code == 200
    assert said in page.content.decode()
    assert not Member.objects.exists()


def test_nobody_is_appointed_twice(desk):
    commission, person = CommissionFactory(), PersonFactory()
    desk.post(f"{ROOM}member/add/", seat(commission, person))

    page = desk.post(f"{ROOM}member/add/", seat(commission, person))

    assert "siège déjà" in page.content.decode()
    assert Member.objects.count() == 1


def test_a_mandate_is_ended_from_its_page(desk):
    sitting = in_review()
    member = MemberFactory(sitting=sitting, college=CollegeFactory())
    url = reverse("admin:grants_member_change", args=[member.pk])
    assert desk.get(url).status_code == 200

    desk.post(
        url,
        {
            "college": member.college_id,
            "capacity": "titular",
            "office": "",
            "starts_on": member.starts_on.isoformat(),
            "ends_on": today().isoformat(),
            "version": 0,
        },
    )

    member.refresh_from_db()
    assert member.ends_on == today()
    assert member.is_in_office(today())


def test_of_two_secretaries_on_one_page_the_second_is_told(desk):
    member = MemberFactory(sitting=in_review(), college=CollegeFactory())
    url = reverse("admin:grants_member_change", args=[member.pk])
    answers = form_of(desk, url)
    desk.post(url, answers | {"office": "chair"})

    page = desk.post(url, answers | {"office": "deputy"})

    member.refresh_from_db()
    assert page.status_code == 200
    assert member.office == "chair"


def test_the_secretary_decides_and_an_officer_does_not(client, desk, secretary):
    one = presented(in_review())
    recusal = tied(one, MemberFactory(sitting=one.sitting).person)
    url = reverse("admin:grants_recusal_move", args=[recusal.pk, "lift"])

    page = desk.post(url, {"reason": ""}, follow=True)
    assert "Dites pourquoi" in page.content.decode()
    desk.post(url, {"reason": "Aucun lien depuis dix ans."})
    recusal.refresh_from_db()
    assert (recusal.state, recusal.decided_by) == ("lifted", secretary)

    client.sign_in(PersonFactory(officer=True))
    again = reverse("admin:grants_recusal_move", args=[recusal.pk, "impose"])
    assert client.post(again, {"reason": ""}).status_code == 403
    assert Recusal.objects.get().state == "lifted"


def test_nobody_of_the_team_decides_on_their_own(desk, secretary):
    one = presented(in_review())
    own = tied(one, secretary)
    url = reverse("admin:grants_recusal_move", args=[own.pk, "lift"])

    assert desk.post(url, {"reason": "Moi."}).status_code == 403
    own.refresh_from_db()
    assert own.state == "in_force"


def test_a_question_is_answered_once_and_its_file_shut_to_who_stands_back(
    desk, secretary
):
    one = presented(in_review())
    asker = MemberFactory(sitting=one.sitting).person
    free(one, asker)
    question = reviews.ask(one, "Est-ce signé ?", by=asker)
    url = reverse("admin:grants_memberquestion_change", args=[question.pk])

    desk.post(url, {"answer": "Oui, lundi."})
    desk.post(url, {"answer": "Non."})
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("Oui, lundi.", secretary)

    tied(one, secretary)
    assert desk.get(url).status_code == 404
    assert "Est-ce signé" not in desk.get(f"{ROOM}memberquestion/").content.decode()
