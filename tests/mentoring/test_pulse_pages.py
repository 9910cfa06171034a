"""The barometer, help and reminders put off, in the room of a pair; alerts on the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.mail.models import OutgoingEmail
from mentoring.models import PairAlert, PulseCheck
from mentoring.services import alerts, pulses, tending
from tests.mentoring.factories import (
    PairAlertFactory,
    PairFactory,
    PulseCheckFactory,
    RunningEditionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

WORDS = "Je n\u2019ose pas le dire."


@pytest.fixture
def pair():
    """Under way for three weeks: nothing is late."""
    return PairFactory(active=True, activated_at=now() - timedelta(days=21))


@pytest.fixture
def pulse(pair):
    return PulseCheckFactory(pair=pair, side="mentee", number=1)


def at(name, pair):
    return reverse(f"mentoring:pair-{name}", args=[pair.uuid])


def told():
    return OutgoingEmail.objects.filter(template="mentoring/emails/pair_alert")


def test_it_is_asked_in_the_own_space_and_says_who_reads_it(client, pair, pulse):
    client.sign_in(pair.mentee)
    assert at("pulse", pair) in client.get(reverse("pages:own-space")).text
    page = client.get(at("pulse", pair)).text
    assert pair.activity.officer.full_name in page
    assert "ne les voit jamais" in page

    client.post(at("pulse", pair), {"level": "4", "fit": "works"})

    pulse.refresh_from_db()
    assert (pulse.level, pulse.fit, pulse.wants_help) == (4, "works", False)
    own = client.get(reverse("pages:own-space")).text
    assert at("pulse", pair) not in own
    assert not PairAlert.objects.exists()


def test_it_is_not_asked_of_the_other_one(client, pair, pulse):
    client.sign_in(pair.mentor)

    assert at("pulse", pair) not in client.get(reverse("pages:own-space")).text
    assert client.post(at("pulse", pair), {"level": "1"}).status_code == 404


@pytest.mark.parametrize(("level", "fit"), [(2, "works"), (5, "fails"), (1, "unsure")])
def test_a_low_answer_is_heard_by_the_officer_once(client, pair, pulse, level, fit):
    client.sign_in(pair.mentee)
    for _time in range(2):
        client.post(at("pulse", pair), {"level": level, "fit": fit, "words": WORDS})
    tending.tend()

    [alert] = PairAlert.objects.all()
    assert (alert.cause, alert.side, alert.words) == ("pulse", "mentee", "")
    [email] = told()
    assert email.person == pair.activity.officer
    assert "48" in email.subject
    assert "1 out of" not in email.text


def test_help_asked_for_goes_before_a_low_answer(client, pair, pulse):
    client.sign_in(pair.mentee)
    said = {"level": "2", "fit": "unsure", "wants_help": "on", "words": WORDS}
    client.post(at("pulse", pair), said)

    [alert] = PairAlert.objects.all()
    assert (alert.cause, alert.words) == ("help", WORDS)
    [email] = told()
    assert pair.mentee.full_name in email.text
    assert WORDS not in email.subject + email.text + email.html


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, pair, pulse):
    page = client.sign_in(pair.mentee).post(
        at("pulse", pair), {"level": "", "fit": "fails", "words": WORDS}
    )

    assert "chiffre de 1 \u00e0 5" in page.text
    assert WORDS in page.text
    pulse.refresh_from_db()
    assert not pulse.is_answered


def test_the_partner_never_sees_the_answer(client, pair, pulse):
    pulses.answer(
        pulse, pulses.Answer(1, "fails", wants_help=True, words=WORDS), by=pair.mentee
    )
    PulseCheckFactory(pair=pair, side="mentor", number=1)
    client.sign_in(pair.mentor)

    for page in (
        reverse("pages:own-space"),
        pair.get_absolute_url(),
        *(at(name, pair) for name in ("pulse", "help", "rest", "words", "tell")),
        reverse("people:personal-data"),
    ):
        text = client.get(page).text
        assert WORDS not in text
        assert "ne fonctionne pas</b>" not in text
    export = reverse("people:personal-data-export")
    taken = client.get(export)
    body = taken.getvalue() if taken.streaming else taken.content
    assert WORDS not in body.decode(errors="ignore")


def test_an_old_barometer_is_not_answered_any_more(pair, pulse):
    later = PulseCheckFactory(pair=pair, side="mentee", number=2)
    with pytest.raises(MoveBlocked):
        pulses.answer(pulse, pulses.Answer(4, "works"), by=pair.mentee)
    with pytest.raises(MoveBlocked):
        pulses.answer(later, pulses.Answer(4, "works"), by=pair.mentor)

    assert not PulseCheck.objects.answered().exists()


def test_help_is_asked_for_twice_and_no_word_is_lost(client, pair):
    client.sign_in(pair.mentee)
    for words in ("Une date.", "Une date.", "Le budget."):
        client.post(at("help", pair), {"words": words})

    [alert] = PairAlert.objects.all()
    assert alert.words == "Une date.\n\nLe budget."
    assert told().count() == 1


def test_reminders_are_put_off_and_taken_up_again(client, pair):
    client.sign_in(pair.mentor).post(at("rest", pair), {"days": "14"})
    assert "Aucun rappel jusqu" in client.get(at("rest", pair)).text
    assert client.post(at("rest", pair), {"days": "90"}).status_code == 200
    [snooze] = pair.snoozes.all()
    assert (snooze.ends_on - today()).days == 13

    client.post(at("rest", pair), {"wake": "yes"})

    assert not pair.snoozes.exists()


def test_over_there_is_nothing_to_ask(client):
    pair = PairFactory(completed=True)
    PulseCheckFactory(pair=pair, side="mentee")
    client.sign_in(pair.mentee)

    assert "attend pas de r\u00e9ponse" in client.get(at("pulse", pair)).text
    assert client.post(at("pulse", pair), {"level": 4}).status_code == 404
    assert client.get(at("help", pair)).status_code == 302


# --- On the desk ----------------------------------------------------------------------
def test_the_officer_takes_it_up_and_settles_it_with_a_note(client, pair):
    alert = alerts.ask_help(pair, by=pair.mentee, words=WORDS)
    room = "admin:mentoring_pairalert"
    change = reverse(f"{room}_change", args=[alert.pk])
    client.sign_in(pair.activity.officer)
    assert WORDS in client.get(change).text
    client.post(reverse(f"{room}_move", args=[alert.pk, "take"]))
    settle = reverse(f"{room}_move", args=[alert.pk, "settle"])
    assert "Ce qui en est ressorti" in client.post(settle, {"note": ""}).text
    client.post(settle, {"note": "Appel\u00e9e, une date est prise."})

    alert.refresh_from_db()
    assert (alert.state, alert.note) == ("settled", "Appel\u00e9e, une date est prise.")
    assert alert.taken_at
    assert alert.settled_at
    assert "Appel\u00e9e" in client.get(change).text
    with pytest.raises(MoveRefused):
        alerts.settle(alert, by=pair.activity.officer, note="Encore.")


def test_its_page_is_for_the_officer_in_charge_alone(client, pair, pulse):
    pulses.answer(pulse, pulses.Answer(1, "fails"), by=pair.mentee)
    alert = PairAlert.objects.get()
    pages = (
        reverse("admin:mentoring_pairalert_change", args=[alert.pk]),
        reverse("admin:mentoring_pair_change", args=[pair.pk]),
    )
    client.sign_in(pair.activity.officer)
    assert "1 sur 5" in client.get(pages[1]).text
    for other in (
        RunningEditionFactory().officer,
        *(PersonFactory(**{trait: True}) for trait in ("direction", "superuser")),
    ):
        client.sign_in(other)
        assert {client.get(page).status_code for page in pages} <= {403, 404}


def test_a_silence_that_is_over_is_taken_off_the_list_and_may_come_back():
    pair = PairFactory(active=True)
    tending.tend()
    waiting = PairAlert.objects.waiting().order_by("cause")
    assert [one.cause for one in waiting] == ["discuss_end", "silent"]
    assert told().count() == 1
    tending.tend()
    assert PairAlert.objects.count() == 2

    type(pair).objects.filter(pk=pair.pk).update(answered_at=now())
    meeting = pair.meetings.create(day=today(), way="remote", logged_by="mentee")
    tending.tend()
    assert not PairAlert.objects.waiting().exists()

    meeting.delete()
    tending.tend()
    [again] = PairAlert.objects.waiting()
    assert (again.cause, told().count()) == ("silent", 2)


def test_what_an_officer_took_up_or_settled_stays_as_they_left_it():
    pair = PairFactory(active=True)
    tending.tend()
    alert = PairAlert.objects.get(cause="silent")
    alerts.settle(alert, by=pair.activity.officer, note="Appel\u00e9s.")
    tending.tend()

    assert not PairAlert.objects.waiting().filter(cause="silent").exists()


def test_the_end_answers_all_but_a_request_for_help():
    pair = PairFactory(completed=True)
    for cause in ("help", "pulse", "silent", "call"):
        PairAlertFactory(pair=pair, cause=cause, side="mentee")
    tending.tend()

    assert [one.cause for one in PairAlert.objects.waiting()] == ["help"]
