"""Signing: a newer version, the page, the undertaking of those who lead."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities import emails
from agency.activities.choices import CharterUse
from agency.activities.models import CharterSignature
from agency.activities.services import charters, enrolments, waiting
from agency.core.clock import travel
from tests.activities.factories import (
    CharterFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.activities.signers import NOON, E, hand, mails, page_of, state, typed
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


@pytest.fixture
def seat(cycle):
    """Awa has a seat of the cycle, and has not signed yet."""
    awa = PersonFactory(given_name="Anne-Cécile", family_name="Lœtzer")
    return enrolments.register(cycle, person=awa)


@pytest.fixture
def cycle():
    cycle = PracticeCycleFactory(charter=CharterFactory(), capacity=5)
    SessionFactory(activity=cycle, number=1, starts_in=30, remote=True)
    return cycle


# --- A newer version -----------------------------------------------------------------
def test_those_confirmed_stay_so_and_are_asked_to_sign_the_new_version(
    client, seat, officer
):
    charters.sign(seat, **hand(seat))
    AffiliationFactory(person=seat.person)
    client.force_login(seat.person)
    assert client.get(reverse("pages:own-space")).context["todo"] == []
    new = charters.new_version(seat.activity.charter, by=officer)
    charters.publish(new, by=officer)

    (task,) = client.get(reverse("pages:own-space")).context["todo"]

    assert state(seat) == E.CONFIRMED
    assert task.url == page_of(seat)
    assert "Nouvelle version à signer" in client.get(seat.get_absolute_url()).text
    page = client.post(page_of(seat), typed(new, seat.person.full_name), follow=True)
    assert "Nouvelle version à signer" not in page.text
    assert client.get(reverse("pages:own-space")).context["todo"] == []
    assert charters.signed_by(seat).version == new
    assert mails(seat, "enrolment_confirmed").count() == 1


def test_new_arrivals_sign_the_new_version(seat, officer):
    new = charters.new_version(seat.activity.charter, by=officer)
    charters.publish(new, by=officer)

    assert charters.sign(seat, **hand(seat)).version == new


# --- The page ---------------------------------------------------------------------------
def test_the_page_names_who_holds_a_seat_and_nobody_else(client, cycle, seat):
    house = AffiliationFactory()
    EnrolmentFactory(
        activity=cycle, confirmed=True, person=house.person, affiliation=house
    )
    other = EnrolmentFactory(activity=cycle, accepted=True)
    hidden = [
        EnrolmentFactory(activity=cycle, **{trait: True})
        for trait in ("waitlisted", "offered", "withdrawn", "refused")
    ]
    leader = FacilitatorFactory(activity=cycle)
    client.force_login(seat.person)

    page = client.get(page_of(seat)).text

    for shown in (house.person, other.person, leader.person):
        assert shown.full_name in page
        assert (shown.email or "@") not in page
    assert house.organisation.name in page
    for one in hidden:
        assert one.person.full_name not in page
    assert "Ce que l’agence voit" in page


@pytest.mark.parametrize("trait", ["waitlisted", "under_review", "offered", "refused"])
def test_the_names_are_for_those_who_have_a_seat(client, cycle, trait):
    outside = EnrolmentFactory(activity=cycle, **{trait: True})
    client.force_login(outside.person)

    assert client.get(page_of(outside)).status_code == 404


@pytest.mark.parametrize("role", ["stranger", "officer", "direction", "superuser"])
def test_the_page_is_nobody_else_s(client, seat, role):
    client.sign_in(PersonFactory(**({} if role == "stranger" else {role: True})))

    assert client.get(page_of(seat)).status_code == 404
    assert client.post(page_of(seat)).status_code == 404


def test_an_open_activity_tells_no_names(client):
    enrolment = EnrolmentFactory(confirmed=True)
    client.force_login(enrolment.person)

    assert client.get(page_of(enrolment)).status_code == 404


def test_the_signed_charter_stays_to_be_read(client, seat):
    signature = charters.sign(seat, **hand(seat))
    client.force_login(seat.person)

    page = client.get(page_of(seat)).text

    assert "La charte que vous avez signée" in client.get(seat.get_absolute_url()).text
    assert signature.sha256[:4] in page
    assert "Ce qui se dit ici reste ici." in page
    assert 'name="typed_name"' not in page


def test_a_form_that_is_not_filled_says_what_to_do(client, seat):
    client.force_login(seat.person)
    version = seat.activity.charter.in_force()

    page = client.post(page_of(seat), typed(version, "", read=""))

    assert set(page.context["form"].errors) == {"read", "typed_name"}
    assert state(seat) == E.ACCEPTED


def test_the_page_of_a_seat_that_waits_leads_to_the_charter(client, seat):
    client.force_login(seat.person)

    page = client.get(seat.get_absolute_url()).text

    assert page_of(seat) in page
    assert "rang" not in page.lower().replace("range", "")
    (task, *_) = client.get(reverse("pages:own-space")).context["todo"]
    assert task.url == page_of(seat)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_however_many_members(
    client, seat, count, django_assert_num_queries
):
    for _n in range(count):
        EnrolmentFactory(activity=seat.activity, confirmed=True, affiliated=True)
        FacilitatorFactory(activity=seat.activity)
    client.force_login(seat.person)

    with django_assert_num_queries(10):
        client.get(page_of(seat))


def test_taking_an_offered_seat_leads_to_the_signature(seat):
    activity = seat.activity
    late = EnrolmentFactory(activity=activity, offered=True)

    waiting.accept(late, by=late.person)

    assert late.is_accepted
    assert mails(late, "charter_to_sign").count() == 1
    assert emails.charter_to_sign(late) == mails(late, "charter_to_sign").get()


# --- The undertaking of those who lead ---------------------------------------------------
@pytest.fixture
def undertaking():
    return CharterFactory(use=CharterUse.FACILITATOR, title="Engagement").in_force()


@pytest.fixture
def leader():
    return FacilitatorFactory(
        person=PersonFactory(given_name="Nour", family_name="Belkacem")
    ).person


UNDERTAKING = "/animation/engagement/"


def test_nothing_is_asked_while_no_undertaking_is_in_force(client, leader):
    client.force_login(leader)

    assert charters.has_undertaken(leader)
    assert "Il n’y a rien à signer." in client.get(UNDERTAKING).text


def test_a_facilitator_undertakes_once_for_all_they_lead(client, leader, undertaking):
    AffiliationFactory(person=leader)
    client.force_login(leader)
    assert not charters.has_undertaken(leader)
    (task,) = client.get(reverse("pages:own-space")).context["todo"]
    assert task.url == UNDERTAKING

    for _click in range(2):
        client.post(UNDERTAKING, typed(undertaking, "Nour Belkacem"))

    assert charters.has_undertaken(leader)
    signature = CharterSignature.objects.get()
    assert (signature.person, signature.enrolment) == (leader, None)
    assert "Vous l’avez signé" in client.get(UNDERTAKING).text
    assert client.get(reverse("pages:own-space")).context["todo"] == []


def test_a_newer_undertaking_is_signed_anew(leader, undertaking):
    given = {"typed_name": leader.full_name, "address": ""}
    charters.undertake(leader, version=undertaking, sha256=undertaking.sha256, **given)
    with travel(NOON + timedelta(days=1)):
        newer = CharterFactory(use=CharterUse.FACILITATOR).in_force()

    assert not charters.has_undertaken(leader)
    with pytest.raises(charters.NotSigned):
        charters.undertake(leader, version=undertaking, sha256="0" * 64, **given)
    charters.undertake(leader, version=newer, sha256=newer.sha256, **given)
    assert charters.has_undertaken(leader)


@pytest.mark.parametrize(
    ("wanted", "then"),
    [
        ("/activites/", "/activites/"),
        ("https://ailleurs.example/", None),
        ("//ailleurs.example/", None),
    ],
)
def test_one_comes_back_inside_the_house(client, leader, undertaking, wanted, then):
    client.force_login(leader)
    form = client.get(UNDERTAKING, {"next": wanted})

    answer = client.post(UNDERTAKING, typed(undertaking, leader.full_name, next=wanted))

    assert form.status_code == 200
    assert answer["Location"] == (then or answer["Location"])
    assert "ailleurs" not in answer["Location"]


def test_who_leads_nothing_has_no_such_page(client, stranger, undertaking):
    client.force_login(stranger)

    assert client.get(UNDERTAKING).status_code == 404
