"""Applications on the desk: the officer in charge reads and decides, nobody else knows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked, available_moves
from agency.mail.models import OutgoingEmail
from mentoring.models import MentoringApplication, Veto
from mentoring.services import review
from mentoring.states import ApplicationState
from tests.mentoring.factories import (
    EditionFactory,
    MentoringApplicationFactory,
    VetoFactory,
)
from tests.people.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState
MARKER = "MARQUEUR-QUE-PERSONNE-NE-LIT"
LIST = "/gestion/mentoring/mentoringapplication/"
ROOM = "admin:mentoring_mentoringapplication"
OTHERS = ("colleague", "secretary", "direction", "accountant", "superuser")


@pytest.fixture
def application(edition):
    one = MentoringApplicationFactory(
        edition=edition,
        submitted=True,
        motivation=MARKER,
        experience=MARKER,
        person__family_name="Introuvable",
    )
    VetoFactory(application=one, words=MARKER)
    return one


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


def colleague(name):
    """Somebody else of the house, in charge of an edition of their own."""
    person = PersonFactory(**{"officer" if name == "colleague" else name: True})
    EditionFactory(officer=person)
    return person


def step(application, name):
    return reverse(f"{ROOM}_move", args=[application.pk, name])


def change(application):
    return reverse(f"{ROOM}_change", args=[application.pk])


# --- Who reads -------------------------------------------------------------------------
def test_the_officer_in_charge_reads_all_of_it(desk, application):
    page = desk.get(change(application)).content.decode()

    assert page.count(MARKER) == 3
    assert "Vous seul·e lisez cette page" in page
    assert "Introuvable" in desk.get(LIST).content.decode()


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_of_the_house_learns_anything(client, application, name):
    client.sign_in(colleague(name))
    review.ask(application, by=application.edition.officer, reason=MARKER)

    for url in (
        LIST,
        change(application),
        step(application, "refuse"),
        reverse(f"{ROOM}_history", args=[application.pk]),
        reverse(f"{ROOM}_changelist") + "exporter/csv/",
        f"{LIST}?q=introuvable",
        application.get_absolute_url(),
        "/gestion/",
        "/gestion/mail/outgoingemail/",
        "/gestion/core/journalentry/",
    ):
        page = client.get(url)

        text = page.content.decode()
        assert MARKER not in text, url
        assert "Introuvable" not in text, url


@pytest.mark.parametrize("name", OTHERS)
def test_rows_of_others_are_in_no_queryset(application, name):
    person = colleague(name)

    assert not MentoringApplication.objects.visible_to(person).exists()
    assert not Veto.objects.visible_to(person).exists()
    assert not available_moves(application, person)
    assert not person.has_perm("mentoring.view_mentoringapplication", application)


def test_drafts_are_their_authors_alone(desk, edition, officer):
    one = MentoringApplicationFactory(edition=edition, motivation=MARKER)
    VetoFactory(application=one)

    assert desk.get(change(one)).status_code == 404
    assert not MentoringApplication.objects.visible_to(officer).exists()
    assert not Veto.objects.visible_to(officer).exists()
    assert MentoringApplication.objects.visible_to(one.person).get() == one


def test_who_was_in_charge_reads_no_more(desk, application):
    application.edition.officer = PersonFactory(officer=True)
    application.edition.save(update_fields=["officer"])

    assert desk.get(change(application)).status_code in (403, 404)


def test_the_message_is_hidden_from_the_rest_of_the_office(client, application):
    review.ask(application, by=application.edition.officer, reason=MARKER)
    email = OutgoingEmail.objects.get()

    assert OutgoingEmail.objects.visible_to(application.edition.officer).get() == email
    for name in ("colleague", "secretary", "direction"):
        assert not OutgoingEmail.objects.visible_to(colleague(name)).exists()


# --- What the officer does -------------------------------------------------------------
def test_from_the_desk_to_the_answer(desk, application):
    desk.post(step(application, "qualify"), {"reason": ""})
    desk.post(
        step(application, "interview"),
        {"held_on": today().isoformat(), "note": "Parle juste."},
    )
    desk.post(step(application, "waitlist"), {"reason": ""})
    desk.post(step(application, "retain"), {"reason": ""})

    application.refresh_from_db()
    assert (application.state, application.interview_note) == (
        S.RETAINED,
        "Parle juste.",
    )
    sent = OutgoingEmail.objects.order_by("pk").values_list("template", flat=True)
    assert list(sent) == [
        "mentoring/emails/application_waitlisted",
        "mentoring/emails/application_retained",
    ]


def test_a_refusal_tells_its_reason_and_not_the_note(desk, application):
    url = step(application, "refuse")

    assert "Écrivez la raison" in desk.post(url, {"told": ""}).content.decode()
    desk.post(url, {"told": "Déjà trop avancé·e.", "note": MARKER})

    application.refresh_from_db()
    email = OutgoingEmail.objects.get()
    assert (application.state, application.note) == (S.REFUSED, MARKER)
    assert "Déjà trop avancé·e." in email.text
    assert MARKER not in email.text


def test_a_complement_needs_its_question(desk, application):
    url = step(application, "ask")

    assert desk.post(url, {"reason": ""}).status_code == 200
    desk.post(url, {"reason": "Quelles productions ?"})

    application.refresh_from_db()
    assert (application.state, application.asked) == (
        S.COMPLEMENT,
        "Quelles productions ?",
    )
    assert "Quelles productions ?" in OutgoingEmail.objects.get().text


def test_an_interview_to_come_is_not_noted(desk, edition):
    one = MentoringApplicationFactory(edition=edition, eligible=True)
    tomorrow = (today() + timedelta(days=1)).isoformat()

    page = desk.post(step(one, "interview"), {"held_on": tomorrow, "note": "Bien."})

    one.refresh_from_db()
    assert one.state == S.ELIGIBLE
    assert "Ce jour est à venir" in page.content.decode()


@pytest.mark.parametrize("state", ["submitted", "interviewed"])
def test_who_joined_the_team_is_not_retained(edition, officer, state):
    person = PersonFactory(accountant=True)
    one = MentoringApplicationFactory(edition=edition, person=person, **{state: True})
    verb = review.qualify if state == "submitted" else review.retain

    with pytest.raises(MoveBlocked, match="équipe"):
        verb(one, by=officer)


STEPS = {
    S.SUBMITTED: {"qualify", "ask", "refuse"},
    S.COMPLEMENT: {"refuse"},
    S.ELIGIBLE: {"ask", "interview", "refuse"},
    S.INTERVIEWED: {"retain", "waitlist", "refuse"},
    S.WAITLISTED: {"retain", "refuse"},
    S.RETAINED: set(),
    S.REFUSED: set(),
    S.WITHDRAWN: set(),
}


@pytest.mark.parametrize("state", STEPS)
def test_what_may_be_done_in_each_state(edition, officer, state):
    one = MentoringApplicationFactory(edition=edition, **{state.value: True})

    assert set(available_moves(one, officer)) == STEPS[state]


@pytest.mark.parametrize("state", [S.DRAFT, *STEPS])
def test_what_its_author_may_do_in_each_state(edition, state):
    traits = {} if state == S.DRAFT else {state.value: True}
    one = MentoringApplicationFactory(edition=edition, **traits)
    expected = {
        S.DRAFT: {"submit"},
        S.COMPLEMENT: {"complete", "withdraw"},
        S.REFUSED: set(),
        S.WITHDRAWN: {"resume"},
    }

    assert set(available_moves(one, one.person)) == expected.get(state, {"withdraw"})


# --- Names written in private --------------------------------------------------------------
def link_url(application):
    return reverse(f"{ROOM}_link", args=[application.pk])


def test_a_name_is_led_to_the_directory(desk, application):
    veto, house = application.vetoes.get(), OrganisationFactory(name="Le Grand Huit")

    assert MARKER in desk.get(link_url(application)).content.decode()
    desk.post(link_url(application), {f"nom{veto.pk}-organisation": house.pk})

    veto.refresh_from_db()
    assert (veto.with_person, veto.with_organisation) == (None, house)
    assert "Le Grand Huit" in desk.get(change(application)).content.decode()


def test_a_name_that_leads_nowhere_is_told(desk, application):
    veto = application.vetoes.get()

    page = desk.post(link_url(application), {f"nom{veto.pk}-person": "999999"})

    assert page.status_code == 200
    assert not Veto.objects.exclude(with_person=None).exists()


@pytest.mark.parametrize("name", OTHERS)
def test_names_are_led_by_nobody_else(client, application, name):
    client.sign_in(colleague(name))

    assert client.get(link_url(application)).status_code in (403, 404)
    assert client.post(link_url(application)).status_code in (403, 404)


# --- The list, the morning ---------------------------------------------------------------
def test_the_list_is_narrowed_by_edition_side_and_state(desk, edition, officer):
    for name, traits in {
        "Ici": {"submitted": True},
        "Mentore": {"submitted": True, "mentor": True},
        "Retenue": {"retained": True},
    }.items():
        MentoringApplicationFactory(edition=edition, person__family_name=name, **traits)
    other = EditionFactory(officer=officer)
    MentoringApplicationFactory(
        edition=other, person__family_name="Ailleurs", submitted=True
    )

    page = desk.get(
        LIST
        + f"?edition__id__exact={edition.pk}&side__exact=mentee&state__exact=submitted"
    ).content.decode()

    assert "Ici" in page
    assert not [name for name in ("Mentore,", "Ailleurs") if name in page]


def test_the_morning_says_what_is_to_read(desk, application):
    page = desk.get("/gestion/").content.decode()

    assert "Candidature au mentorat à lire" in page


def test_the_morning_of_others_says_nothing(client, application):
    client.sign_in(colleague("direction"))

    page = client.get("/gestion/?pour=equipe").content.decode()

    assert "Candidature au mentorat" not in page


@pytest.mark.parametrize("count", [1, 4])
def test_the_desk_asks_a_constant_number_of_questions(
    desk, application, count, django_assert_max_num_queries
):
    MentoringApplicationFactory.create_batch(
        count, edition=application.edition, submitted=True
    )
    VetoFactory.create_batch(count, application=application)

    for url, most in ((LIST, 12), (change(application), 14)):
        desk.get(url)
        with django_assert_max_num_queries(most):
            desk.get(url)


def test_decided_rows_bear_their_dates(edition):
    one = MentoringApplicationFactory(edition=edition, interviewed=True)
    review.retain(one, by=edition.officer)

    assert now() - one.decided_at < timedelta(minutes=1)


def test_the_page_of_an_edition_leads_its_officer_to_the_applications(
    desk, application
):
    url = reverse(
        "admin:mentoring_mentoringedition_change", args=[application.edition_id]
    )
    listed = f"{LIST}?edition__id__exact={application.edition_id}"

    assert listed in desk.get(url).content.decode()
    desk.sign_in(PersonFactory(direction=True))
    assert listed not in desk.get(url).content.decode()
