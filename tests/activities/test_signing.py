"""One's name under a charter: whose, under which text, until when; and what it opens."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.models import CharterSignature, Enrolment
from agency.activities.services import charters, enrolments, review
from agency.core.clock import now, travel
from agency.core.models import JournalEntry
from tests.activities.factories import (
    CharterFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.activities.signers import NOON, E, hand, mails, page_of, state, typed
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
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
    first = seat.participations.order_by("session__starts_at").first().session
    with travel(first.link_opens_at):
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
