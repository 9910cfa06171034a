"""One's name under a charter: whose, under which text, until when; and what it opens."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from agency.activities import emails
from agency.activities.choices import CharterUse
from agency.activities.models import CharterSignature, Enrolment
from agency.activities.services import charters, enrolments, review, waiting
from agency.activities.states import EnrolmentState
from agency.core.clock import PARIS, now, travel
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    CharterFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
E = EnrolmentState
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
ROOM = "https://visio.example/salle"


@pytest.fixture(autouse=True)
def at_noon():
    with travel(NOON):
        yield


@pytest.fixture
def cycle():
    cycle = PracticeCycleFactory(charter=CharterFactory(), capacity=5)
    SessionFactory(activity=cycle, number=1, starts_in=30, remote=True)
    return cycle


@pytest.fixture
def seat(cycle):
    """Awa has a seat of the cycle, and has not signed yet."""
    awa = PersonFactory(given_name="Anne-Cécile", family_name="Lœtzer")
    return enrolments.register(cycle, person=awa)


def hand(enrolment, version=None, **changes):
    version = version or enrolment.activity.charter.in_force()
    given = {
        "version": version,
        "sha256": version.sha256,
        "typed_name": enrolment.person.full_name,
        "address": "192.0.2.7",
        "by": enrolment.person,
    }
    return given | changes


def page_of(enrolment):
    return reverse("activities:enrolment-sign", args=[enrolment.uuid])


def typed(version, name, **changes):
    """What the form of the page sends."""
    given = {"version": version.pk, "sha256": version.print(), "typed_name": name}
    return given | {"read": "on"} | changes


def state(enrolment):
    return Enrolment.objects.get(pk=enrolment.pk).state


def mails(enrolment, name):
    return OutgoingEmail.objects.filter(
        template=f"activities/emails/{name}", person=enrolment.person
    )


# --- Invariant 11 of c7 ------------------------------------------------------------
def test_unsigned_charter_not_confirmed_link_hidden(client, seat):
    client.force_login(seat.person)
    own = seat.get_absolute_url()

    assert state(seat) == E.ACCEPTED
    assert seat.participations.count() == 0
    assert ROOM not in client.get(own).text
    assert ROOM not in client.get(page_of(seat)).text
    assert ROOM not in client.get(reverse("pages:own-space")).text
    assert not mails(seat, "enrolment_confirmed").exists()

    charters.sign(seat, **hand(seat))

    assert state(seat) == E.CONFIRMED
    assert ROOM in client.get(own).text
    assert mails(seat, "enrolment_confirmed").count() == 1


# --- Signing -------------------------------------------------------------------------
def test_a_signature_keeps_name_print_moment_and_no_address(seat):
    signature = charters.sign(seat, **hand(seat, typed_name=" anne cecile LOETZER "))

    assert signature.typed_name == "anne cecile LOETZER"
    assert signature.sha256 == signature.version.print()
    assert signature.signed_at == now()
    assert len(signature.address_hash) == 64
    assert "192" not in signature.address_hash
    actions = JournalEntry.objects.about(seat).order_by("seq")
    assert [one.action for one in actions] == ["submit", "seat", "sign", "confirm"]


def test_the_print_of_an_address_is_salted_with_the_secret_key(settings):
    before = charters.address_print("192.0.2.7")
    settings.SECRET_KEY = "another"

    assert charters.address_print("192.0.2.7") not in ("", before)
    assert charters.address_print("") == ""


@pytest.mark.parametrize(
    "name",
    [
        "Anne-Cécile Lœtzer",
        "anne cecile loetzer",
        "ANNECECILE LOETZER",
        "Lœtzer Anne‑Cécile",
        "  Anne - Cécile   Lœtzer ",
    ],
)
def test_a_name_is_known_whatever_its_accents_case_and_hyphens(seat, name):
    assert charters.is_name_of(seat.person, name)


@pytest.mark.parametrize("name", ["", "Anne-Cécile", "Lœtzer", "Anne Lœtzer", "Moi"])
def test_another_name_is_refused_with_the_cure(seat, name):
    with pytest.raises(charters.NotSigned, match="Anne-Cécile Lœtzer"):
        charters.sign(seat, **hand(seat, typed_name=name))

    assert state(seat) == E.ACCEPTED


def test_nobody_signs_for_another(seat, officer):
    with pytest.raises(charters.NotSigned):
        charters.sign(seat, **hand(seat, by=officer))

    assert not CharterSignature.objects.exists()


def test_a_double_click_signs_once(seat):
    first = charters.sign(seat, **hand(seat))

    assert charters.sign(seat, **hand(seat)) == first
    assert CharterSignature.objects.count() == 1
    assert mails(seat, "enrolment_confirmed").count() == 1


def test_a_charter_changed_while_somebody_signs(client, seat, officer):
    charter = seat.activity.charter
    old = charter.in_force()
    client.force_login(seat.person)
    shown = client.get(page_of(seat)).text
    new = charters.new_version(charter, by=officer)
    new.clauses.filter(order=1).update(text="Le silence est d’or.")
    charters.publish(new, by=officer)

    page = client.post(page_of(seat), typed(old, seat.person.full_name))

    assert "Le silence est d’or." not in shown
    assert "La charte a changé pendant que vous la lisiez" in page.text
    assert "Le silence est d’or." in page.text
    assert state(seat) == E.ACCEPTED
    # What was typed stays; that one has read another text does not.
    assert seat.person.full_name in page.text
    assert not page.context["form"]["read"].value()
    done = client.post(page_of(seat), typed(new, seat.person.full_name))
    assert done.status_code == 302
    assert state(seat) == E.CONFIRMED


def test_a_print_that_is_not_that_of_the_text_is_refused(seat):
    with pytest.raises(charters.NotSigned, match="rien n’a été signé"):
        charters.sign(seat, **hand(seat, sha256="0" * 64))


def test_a_text_changed_behind_the_back_of_everybody_is_not_signed(client, seat):
    version = seat.activity.charter.in_force()
    version.clauses.filter(order=1).update(text="Tout se répète.")
    client.force_login(seat.person)
    form = client.get(page_of(seat)).context["form"]

    client.post(
        page_of(seat),
        form.initial | {"read": "on", "typed_name": seat.person.full_name},
    )

    assert state(seat) == E.ACCEPTED


def test_once_the_time_is_over_the_seat_is_for_the_next(seat):
    activity = seat.activity
    activity.capacity = 1
    activity.save()
    behind = enrolments.register(activity, person=PersonFactory())
    stale = Enrolment.objects.get(pk=seat.pk)

    with (
        travel(seat.signature_due_at),
        pytest.raises(charters.Lapsed, match="délai pour signer"),
    ):
        charters.sign(stale, **hand(stale))

    assert not CharterSignature.objects.exists()
    assert state(behind) == E.OFFERED
    assert state(seat) == E.WAITLISTED


def test_a_second_before_the_end_is_in_time(seat):
    with travel(seat.signature_due_at - timedelta(seconds=1)):
        charters.sign(seat, **hand(seat))

    assert state(seat) == E.CONFIRMED


def test_somebody_who_left_signs_nothing(seat):
    stale = Enrolment.objects.get(pk=seat.pk)
    enrolments.withdraw(seat, by=seat.person)

    with pytest.raises(charters.NotSigned, match="n’attend plus"):
        charters.sign(stale, **hand(stale))


def test_whoever_has_joined_the_team_signs_no_more(seat):
    PersonFactory._meta.model.objects.filter(pk=seat.person.pk).update(
        is_superuser=True
    )
    seat.person.is_superuser = True

    with pytest.raises(charters.NotSigned):
        charters.sign(seat, **hand(seat))


# --- Nobody is put into a sealed room by another ---------------------------------------
def test_a_signature_of_last_time_does_not_open_the_room_to_an_officer_s_hand(
    seat, officer
):
    charters.sign(seat, **hand(seat))
    enrolments.withdraw(seat, by=seat.person)

    again = enrolments.register(seat.activity, person=seat.person, by=officer)

    assert again.is_accepted
    charters.enter(again, by=again.person)
    assert state(again) == E.CONFIRMED


def test_without_a_charter_the_person_says_yes_alone(client, officer):
    cycle = PracticeCycleFactory(registration_mode="application", sessions=1)
    request = enrolments.register(cycle, person=PersonFactory())
    review.retain(request, by=officer)
    client.force_login(request.person)

    with pytest.raises(charters.NotSigned):
        charters.enter(request, by=officer)
    page = client.get(page_of(request))
    assert "Confirmer ma place" in page.text
    assert 'name="typed_name"' not in page.text
    client.post(page_of(request))
    client.post(page_of(request))

    assert state(request) == E.CONFIRMED
    assert mails(request, "enrolment_confirmed").count() == 1


def test_a_yes_does_not_pass_by_a_charter(seat):
    with pytest.raises(charters.NotSigned, match="lisez-la"):
        charters.enter(seat, by=seat.person)

    assert state(seat) == E.ACCEPTED


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
