"""To change what one gave: until when, what is written, what is refused and why."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.choices import (
    NeedKind,
    ParticipationMode,
    RegistrationMode,
    RuleSubject,
    SeatScope,
)
from agency.activities.services import changes, enrolments, places
from agency.activities.services.expected import expect
from agency.activities.services.papers import Papers
from agency.activities.states import EnrolmentState, ParticipationState
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from tests.activities.factories import (
    ActivityFactory,
    ApplicationFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    QuestionFactory,
    SessionFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    PersonFactory,
    ProfessionFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def address(enrolment):
    return reverse("activities:enrolment-change", args=[enrolment.uuid])


def change(enrolment, **how):
    kept = {"affiliation": enrolment.affiliation, "mode": None, "given": Papers()}
    return changes.change(enrolment, **(kept | how), by=enrolment.person)


def journal(enrolment):
    entries = JournalEntry.objects.about(enrolment).order_by("seq")
    return [(entry.action, entry.data.get("changed")) for entry in entries]


@pytest.fixture
def enrolment():
    return EnrolmentFactory(confirmed=True, activity__sessions=2)


# --- What is written ---------------------------------------------------------
def test_affiliation_and_mode_change_with_the_dates_to_come(enrolment):
    sessions = enrolment.activity.sessions.all()
    expect(enrolment, sessions=sessions)
    past = SessionFactory(activity=enrolment.activity, held=True)
    expect(enrolment, sessions=[past])
    post = AffiliationFactory(person=enrolment.person)

    change(enrolment, affiliation=post, mode=ParticipationMode.REMOTE)

    enrolment.refresh_from_db()
    assert (enrolment.affiliation, enrolment.mode) == (post, "remote")
    modes = enrolment.participations.order_by("session__starts_at")
    assert list(modes.values_list("mode", flat=True)) == ["onsite", "remote", "remote"]
    assert journal(enrolment) == [("amend", ["affiliation", "mode"])]


def test_the_journal_has_names_and_no_word_of_what_was_written(enrolment):
    question = QuestionFactory(activity=enrolment.activity)
    given = Papers(
        answers={question: "Un secret"}, needs={NeedKind.ACCESS: "Une boucle"}
    )

    change(enrolment, given=given)

    assert journal(enrolment) == [("amend", ["answers"])]
    entry = JournalEntry.objects.about(enrolment).get()
    assert "secret" not in str(entry.data)
    assert "boucle" not in str(entry.data)
    assert enrolment.access_needs.get().text == "Une boucle"


def test_a_need_alone_leaves_no_trace_in_the_journal(enrolment):
    change(enrolment, given=Papers(needs={NeedKind.DIET: "Sans arachide"}))

    assert enrolment.access_needs.get().kind == NeedKind.DIET
    assert journal(enrolment) == []


def test_a_motivation_changes_until_the_request_is_decided(client):
    application = ApplicationFactory(
        enrolment__activity__registration_mode=RegistrationMode.APPLICATION
    )
    enrolment = application.enrolment
    client.force_login(enrolment.person)
    form = client.get(address(enrolment)).context["form"]
    assert form["motivation"].value() == application.motivation

    client.post(address(enrolment), {"motivation": "Mieux dit.", "seen": seen(form)})

    application.refresh_from_db()
    assert application.motivation == "Mieux dit."
    assert enrolment.activity.enrolments.get().state == EnrolmentState.UNDER_REVIEW


def test_what_was_decided_upon_stays(client):
    activity = ActivityFactory(registration_mode=RegistrationMode.APPLICATION)
    enrolment = EnrolmentFactory(activity=activity, accepted=True)
    application = ApplicationFactory(enrolment=enrolment)
    client.force_login(enrolment.person)

    client.post(address(enrolment), {"motivation": "Autre chose.", "seen": ""})

    before = application.motivation
    application.refresh_from_db()
    assert application.motivation == before


def seen(form):
    return form["seen"].value()


def test_a_window_left_open_overwrites_nothing_unseen(client, enrolment):
    client.force_login(enrolment.person)
    first = client.get(address(enrolment)).context["form"]
    old = {"seen": seen(first)}
    client.post(address(enrolment), old | {"access": "Une rampe"})

    page = client.post(address(enrolment), old | {"meals": "Sans gluten"})

    assert "Une autre fenêtre a enregistré autre chose" in page.text
    assert "Sans gluten" in page.text
    assert enrolment.access_needs.get().text == "Une rampe"

    again = {"seen": seen(page.context["form"]), "meals": "Sans gluten"}
    client.post(address(enrolment), again)
    assert enrolment.access_needs.get().text == "Sans gluten"


def test_nobody_changes_what_is_somebody_elses(client, enrolment):
    client.force_login(PersonFactory())

    assert client.get(address(enrolment)).status_code == 404


# --- Until when --------------------------------------------------------------
def test_one_changes_until_some_hours_before_the_next_session(client, enrolment):
    client.force_login(enrolment.person)
    start = enrolment.activity.sessions.first().starts_at

    with travel(start - 25 * HOUR):
        assert client.get(address(enrolment)).status_code == 200
    with travel(start - 23 * HOUR):
        assert client.get(address(enrolment)).status_code == 302
        page = client.get(enrolment.get_absolute_url())
        with pytest.raises(MoveBlocked):
            change(enrolment, mode=ParticipationMode.REMOTE)
    assert "moins de 24 heures" in page.text
    assert address(enrolment) not in page.text
    # The first is over, the second is far: one may again.
    with travel(start + 24 * HOUR):
        assert changes.why_not(enrolment) == ""


def test_a_request_under_review_changes_even_on_the_eve():
    enrolment = EnrolmentFactory(under_review=True)
    SessionFactory(activity=enrolment.activity, starts_in=0.1)

    assert changes.why_not(enrolment) == ""


@pytest.mark.parametrize("over", ["refused", "withdrawn", "cancelled"])
def test_what_is_over_does_not_change(over):
    with pytest.raises(MoveBlocked):
        change(EnrolmentFactory(**{over: True}), mode=ParticipationMode.REMOTE)


# --- What is refused ---------------------------------------------------------
def test_an_affiliation_does_not_bring_a_second_person_of_a_house():
    activity = ActivityFactory(max_per_organisation=1)
    seated = AffiliationFactory()
    EnrolmentFactory(activity=activity, person=seated.person, confirmed=True)
    mine = EnrolmentFactory(activity=activity, confirmed=True)
    post = AffiliationFactory(person=mine.person, organisation=seated.organisation)

    with pytest.raises(MoveBlocked, match="a déjà une place"):
        change(mine, affiliation=post)

    mine.refresh_from_db()
    assert mine.affiliation is None


def test_ones_own_seat_is_not_counted_against_oneself():
    activity = ActivityFactory(max_per_organisation=1)
    post = AffiliationFactory()
    mine = EnrolmentFactory(activity=activity, person=post.person, confirmed=True)

    change(mine, affiliation=post)

    assert mine.affiliation == post


def test_an_affiliation_is_judged_by_the_rules_anew(enrolment):
    EligibilityRuleFactory(
        activity=enrolment.activity,
        subject=RuleSubject.PROFESSION,
        professions=[ProfessionFactory(name="Régie")],
    )
    post = AffiliationFactory(person=enrolment.person)

    with pytest.raises(MoveBlocked, match="Régie"):
        change(enrolment, affiliation=post)

    enrolment.exception = "Vingt ans de régie."
    enrolment.save()
    change(enrolment, affiliation=post)
    assert enrolment.affiliation == post


# --- Session by session ------------------------------------------------------
@pytest.fixture
def dates():
    activity = ActivityFactory(seat_scope=SeatScope.SESSION, capacity=1)
    return [SessionFactory(activity=activity) for _one in range(3)]


def register(sessions):
    given = Papers(sessions=tuple(sessions))
    return enrolments.register(
        sessions[0].activity, person=PersonFactory(), given=given
    )


def states(enrolment):
    rows = enrolment.participations.order_by("session__starts_at")
    return list(rows.values_list("state", flat=True))


P = ParticipationState


def test_a_date_that_is_left_serves_who_waits_for_it(dates):
    first, second, third = dates
    mine, other = register([first, second]), register([first])
    assert states(other) == [P.WAITING]

    change(mine, given=Papers(sessions=(second, third)))

    assert states(mine) == [P.CANCELLED, P.EXPECTED, P.EXPECTED]
    assert states(other) == [P.EXPECTED]
    assert journal(mine)[-1] == ("amend", ["sessions"])


def test_a_date_that_is_full_is_waited_for_in_order(dates):
    first, second, _third = dates
    register([second])
    mine = register([first])

    full = change(mine, given=Papers(sessions=(first, second)))

    assert [one.pk for one in full] == [second.pk]
    assert states(mine) == [P.EXPECTED, P.WAITING]


def test_a_date_that_is_near_is_neither_left_nor_joined(dates):
    first, second, _third = dates
    mine = register([first])

    with travel(first.starts_at - HOUR):
        with pytest.raises(MoveBlocked, match="trop proche pour la quitter"):
            change(mine, given=Papers(sessions=(second,)))
        change(mine, given=Papers(sessions=(first, second)))

    assert states(mine) == [P.EXPECTED, P.EXPECTED]


def test_one_keeps_a_date_or_withdraws(dates):
    mine = register(dates[:1])

    with pytest.raises(MoveBlocked, match="désistez-vous"):
        change(mine, given=Papers())


def test_a_greyed_date_stays_when_the_form_is_sent(client, dates):
    first, second, _third = dates
    mine = register([first])
    client.force_login(mine.person)

    with travel(first.starts_at - HOUR):
        form = client.get(address(mine)).context["form"]
        client.post(address(mine), {"seen": seen(form), "sessions": [second.pk]})

    assert states(mine) == [P.EXPECTED, P.EXPECTED]


def test_the_change_of_a_session_is_seen_on_ones_page(client, dates):
    register(dates[:1])
    mine = register(dates[:2])
    client.force_login(mine.person)

    text = client.get(mine.get_absolute_url()).text

    assert "vous attendez dans l’ordre" in text
    assert "Prévenir d’une absence" in text
    assert places.by_session(mine.activity)


# --- Kept for the next edition -----------------------------------------------
def test_a_refused_candidate_has_their_file_kept(client):
    enrolment = EnrolmentFactory(
        refused=True, activity__registration_mode=RegistrationMode.APPLICATION
    )
    client.force_login(enrolment.person)
    there = reverse("activities:enrolment-keep", args=[enrolment.uuid])
    page = client.get(enrolment.get_absolute_url())
    assert "Garder mon dossier pour la prochaine édition" in page.text
    assert enrolment.refusal_reason in page.text

    client.post(there, {"keep": "yes"})

    enrolment.refresh_from_db()
    assert enrolment.keep_for_next
    client.post(there, {"keep": "no"})
    enrolment.refresh_from_db()
    assert not enrolment.keep_for_next


def test_only_what_was_refused_is_kept(enrolment):
    with pytest.raises(MoveBlocked):
        changes.keep_for_next(enrolment, keep=True, by=enrolment.person)


def test_an_offer_and_a_signature_are_things_to_do(client):
    person = PersonFactory()
    due = now() + timedelta(hours=30)
    accepted = EnrolmentFactory(person=person, accepted=True, signature_due_at=due)
    client.force_login(person)

    page = client.get(reverse("pages:own-space"))

    (task,) = [one for one in page.context["todo"] if one.shape == "late"]
    assert task.url == reverse("activities:enrolment-sign", args=[accepted.uuid])
