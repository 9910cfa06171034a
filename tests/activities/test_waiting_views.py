"""The line as one sees it: on one's own page, by the link of a mail, on the desk."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities import offers
from agency.activities.models import Enrolment
from agency.activities.services import enrolments, waiting
from agency.activities.states import EnrolmentState
from agency.core.clock import travel
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
)
from tests.activities.queued import NOON, full, leave, seated
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db

E = EnrolmentState


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


@pytest.fixture
def first():
    """Somebody to whom a seat is offered; another waits behind."""
    activity, (one, _next) = full(line=2)
    leave(seated(activity))
    return Enrolment.objects.get(pk=one.pk)


def link(enrolment):
    return reverse(
        "activities:offer-answer", args=[enrolment.uuid, offers.token(enrolment)]
    )


def state(enrolment):
    return Enrolment.objects.get(pk=enrolment.pk).state


def answered(client, url, answer):
    return client.post(url, {"answer": answer}, follow=True)


# --- Before one registers ------------------------------------------------------
def test_a_full_activity_says_that_one_waits_before_the_form(client):
    activity, _none = full()
    client.force_login(PersonFactory())

    page = client.get(activity.get_absolute_url()).text
    form = client.get(reverse("activities:enrolment-create", args=[activity.slug])).text

    assert "M’inscrire sur la liste d’attente" in page
    assert "liste d’attente" in form
    assert "Une vous revient dès que vous envoyez cette page." not in form


def test_one_press_puts_into_line_and_says_so(client):
    activity, _none = full()
    client.force_login(PersonFactory())

    page = client.post(
        reverse("activities:enrolment-create", args=[activity.slug]), follow=True
    )

    assert "Vous êtes sur la liste d’attente." in page.text
    assert "rang 1" in page.text.lower()


def test_one_s_own_page_says_why_a_free_seat_is_for_somebody_else(client):
    activity, (one,) = full(line=1, capacity=2, max_per_organisation=1)
    house = AffiliationFactory(person=seated(activity).person).organisation
    AffiliationFactory(person=one.person, organisation=house)
    client.force_login(one.person)

    page = client.get(one.get_absolute_url()).text

    assert "Une personne de l’une de vos structures a déjà une place." in page


# --- The link of the mail --------------------------------------------------------
def test_the_link_leads_to_an_address_without_a_key(client, first):
    answer = client.get(link(first))

    assert answer.status_code == 302
    assert offers.token(first) not in answer["Location"]
    page = client.get(answer["Location"])
    assert "Une place pour vous" in page.text
    assert "vendredi 15" in page.text
    assert state(first) == E.OFFERED


@pytest.mark.parametrize(
    ("answer", "then"), [("accept", E.CONFIRMED), ("decline", E.DECLINED)]
)
def test_one_press_answers_without_signing_in(client, first, answer, then):
    form = client.get(link(first))["Location"]

    page = answered(client, form, answer)

    assert state(first) == then
    assert page.status_code == 200
    again = answered(client, form, "accept")
    assert state(first) == then
    assert again.status_code == 200


def test_two_offers_open_side_by_side_are_each_answered(client, first):
    other = EnrolmentFactory(offered=True)
    forms = [client.get(link(one))["Location"] for one in (first, other)]

    for form in forms:
        answered(client, form, "accept")

    assert [state(first), state(other)] == [E.CONFIRMED] * 2


def test_the_link_of_a_sealed_room_leads_to_one_s_own_account(client):
    cycle = PracticeCycleFactory(capacity=1, sessions=1)
    enrolment = EnrolmentFactory(activity=cycle, offered=True)

    answer = client.get(link(enrolment))
    pressed = client.post(link(enrolment), {"answer": "accept"})

    assert answer["Location"] == pressed["Location"] == enrolment.get_absolute_url()
    assert client.get(answer["Location"]).status_code == 302
    assert state(enrolment) == E.OFFERED


def test_a_forged_or_foreign_link_answers_nothing(client, first):
    other = EnrolmentFactory(offered=True)
    for forged in ("x", offers.token(other), offers.token(first)[:-1]):
        url = reverse("activities:offer-answer", args=[first.uuid, forged])

        assert client.get(url).status_code == 404
        assert client.post(url, {"answer": "accept"}).status_code == 404

    assert state(first) == E.OFFERED


def test_the_link_of_a_former_offer_is_void(client, first):
    former = link(first)
    with travel(first.offer_expires_at):
        waiting.turn()
        waiting.requeue(Enrolment.objects.get(pk=first.pk), by=first.person)
        leave(Enrolment.objects.get(state=E.OFFERED))
        assert state(first) == E.OFFERED

        assert client.get(former).status_code == 404


def test_a_press_at_the_second_it_lapses_is_too_late_and_serves_the_next(client, first):
    form = client.get(link(first))["Location"]

    with travel(first.offer_expires_at):
        page = answered(client, form, "accept")

    assert state(first) == E.EXPIRED
    assert "Cette place ne vous est plus proposée." in page.text
    assert Enrolment.objects.get(state=E.OFFERED).person != first.person


def test_an_answer_nobody_knows_is_a_bad_request(client, first):
    form = client.get(link(first))["Location"]

    assert client.post(form, {"answer": "requeue"}).status_code == 400
    assert client.post(form, {"answer": "x"}).status_code == 400


# --- One's own page --------------------------------------------------------------
def test_one_s_own_page_takes_the_seat(client, first):
    client.force_login(first.person)
    page = client.get(first.get_absolute_url()).text
    assert "Prendre la place" in page

    own = reverse("activities:enrolment-answer", args=[first.uuid])
    page = answered(client, own, "accept")

    assert state(first) == E.CONFIRMED
    assert "La place est à vous." in page.text


def test_nobody_answers_for_somebody_else(client, first):
    client.force_login(PersonFactory())
    own = reverse("activities:enrolment-answer", args=[first.uuid])

    assert client.post(own, {"answer": "accept"}).status_code == 404
    assert state(first) == E.OFFERED


def test_whoever_let_it_lapse_comes_back_from_their_page(client, first):
    with travel(first.offer_expires_at):
        waiting.turn()
        client.force_login(first.person)
        assert (
            "Revenir sur la liste d’attente"
            in client.get(first.get_absolute_url()).text
        )

        own = reverse("activities:enrolment-answer", args=[first.uuid])
        page = answered(client, own, "requeue")

    assert state(first) == E.WAITLISTED
    assert "Vous attendez de nouveau" in page.text


def test_whoever_leaves_the_line_reads_of_no_seat(client):
    _activity, (one,) = full(line=1)
    client.force_login(one.person)

    url = reverse("activities:enrolment-withdraw", args=[one.uuid])
    page = client.post(url, follow=True).text

    assert "Vous avez quitté la liste d’attente." in page
    assert "Vous avez retiré votre demande le" in page
    assert "La place est de nouveau libre" not in page


def test_the_link_promises_no_way_back_to_whoever_withdrew(client, first):
    form = client.get(link(first))["Location"]
    leave(Enrolment.objects.get(pk=first.pk))

    page = client.get(form).text

    assert "La place est allée à la personne suivante." in page
    assert "revenir une" not in page


def test_an_offer_is_the_first_thing_to_do_in_one_s_space(client, first):
    client.force_login(first.person)

    page = client.get(reverse("pages:own-space")).text

    assert "une place vous est gardée" in page


# --- The desk --------------------------------------------------------------------
@pytest.fixture
def desk(client):
    client.sign_in(PersonFactory(officer=True))
    return client


def test_the_desk_says_who_waits_and_why_somebody_is_skipped(desk):
    activity, (one, two) = full(line=2, capacity=2, max_per_organisation=1)
    house = AffiliationFactory(person=seated(activity).person).organisation
    AffiliationFactory(person=one.person, organisation=house)

    page = desk.get(reverse("admin:activities_enrolment_line", args=[activity.pk])).text

    names = [one.person.list_name, two.person.list_name]
    assert re.findall("|".join(names), page) == names
    assert "Une personne de l’une de vos structures" not in page
    assert "Une personne de l’une de ses structures a une place." in page
    assert "est proposée aussitôt" in page


def test_the_desk_says_when_to_take_the_telephone(desk):
    activity, (one,) = full(line=1)
    start = activity.sessions.order_by("starts_at").first().starts_at
    with travel(start - timedelta(hours=20)):
        leave(seated(activity))
        desk.sign_in(PersonFactory(officer=True))
        page = desk.get(reverse("admin:activities_enrolment_line", args=[activity.pk]))
        morning = desk.get(reverse("admin:index") + "?pour=equipe").text

    assert "appelez" in page.text
    assert "Place libre à donner par téléphone" in morning
    assert state(one) == E.WAITLISTED


def test_the_morning_page_calls_for_a_seat_without_any_limit_of_them(desk):
    activity = ActivityFactory(capacity=None, sessions=1, max_per_organisation=1)
    house = AffiliationFactory().organisation
    colleagues = AffiliationFactory.create_batch(2, organisation=house)
    seat, _waits = (
        enrolments.register(activity, person=one.person) for one in colleagues
    )

    with travel(activity.sessions.get().starts_at - timedelta(hours=20)):
        leave(seat)
        desk.sign_in(PersonFactory(officer=True))
        morning = desk.get(reverse("admin:index") + "?pour=equipe")

    assert morning.status_code == 200
    assert "Place libre à donner par téléphone" in morning.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_line_asks_as_much_however_long_it_is(
    desk, count, django_assert_num_queries
):
    activity, _rows = full(line=count, max_per_organisation=1)
    url = reverse("admin:activities_enrolment_line", args=[activity.pk])

    # session, person, roles; the activity, seats, the line, whoever has a seat and their
    # houses, those of the line, the offers, the first session
    with django_assert_num_queries(11):
        assert desk.get(url).status_code == 200


def test_an_unknown_activity_has_no_line(desk):
    assert ActivityFactory().pk
    assert (
        desk.get(reverse("admin:activities_enrolment_line", args=[9999])).status_code
        == 404
    )
