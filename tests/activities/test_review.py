"""Simple requests on the desk: all the facts on one page, a reason that is read."""

import pytest

from agency.activities.models import Answer, Difficulty, Enrolment
from agency.core.clock import now
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    ApplicationFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    QuestionFactory,
)
from tests.core.desk import texts
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
)

pytestmark = pytest.mark.django_db
ENROLMENTS = "/gestion/activities/enrolment/"
MARKER, ANSWER = "Ce que j’ai sur le cœur.", "Une réponse à elle seule."
DIFFICULTIES = "/gestion/activities/difficulty/?enrolment"
REASON = "Le groupe s’adresse à des personnes en poste."


@pytest.fixture
def group(officer):
    return ActivityFactory(registration_mode="approval", officer=officer, capacity=2)


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def asking(activity, house=None):
    post = AffiliationFactory(organisation=house or OrganisationFactory())
    return EnrolmentFactory(
        activity=activity, person=post.person, affiliation=post, under_review=True
    )


def page_of(enrolment, step=""):
    return f"{ENROLMENTS}{enrolment.pk}/{step or 'change'}/"


def state(enrolment):
    return Enrolment.objects.get(pk=enrolment.pk).state


def with_papers(enrolment):
    question = QuestionFactory(activity=enrolment.activity)
    Answer.objects.create(enrolment=enrolment, question=question, value=ANSWER)
    ApplicationFactory(enrolment=enrolment, motivation=MARKER)
    Difficulty.objects.create(
        enrolment=enrolment, kind="person", with_person=PersonFactory()
    )
    return enrolment


# --- The page --------------------------------------------------------------------------
def test_everything_weighed_stands_on_one_page(desk, group):
    wanted = ProfessionFactory(name="Diffusion")
    EligibilityRuleFactory(activity=group, professions=[wanted])
    enrolment = with_papers(asking(group, OrganisationFactory(name="Le Plateau")))

    answer = desk.get(page_of(enrolment))
    page = answer.text

    for words in ("Le Plateau", "Diffusion", "Non remplie", MARKER, ANSWER):
        assert words in page
    assert DIFFICULTIES in page
    assert [tool.get("note") for tool in answer.context["tools"]].count(1) == 1
    for step in ("retain", "shelve", "refuse"):
        assert f"/etape/{step}/" in page


def test_a_colleague_of_the_house_decides_without_what_was_written(client, group):
    enrolment = with_papers(asking(group))
    page = client.sign_in(PersonFactory(direction=True)).get(page_of(enrolment)).text

    assert MARKER not in page
    assert ANSWER not in page
    assert DIFFICULTIES not in page
    assert group.officer.full_name in page
    assert "/etape/refuse/" in page


def test_no_free_seat_is_told_where_the_button_was(desk, group):
    EnrolmentFactory.create_batch(2, activity=group, confirmed=True)
    page = desk.get(page_of(asking(group))).text

    assert "/etape/retain/" not in page
    assert "Toutes les places sont tenues" in page
    assert "/etape/shelve/" in page


def test_a_colleague_with_a_seat_asks_for_a_reason(desk, group):
    group.max_per_organisation = 1
    group.save()
    house = OrganisationFactory()
    seated = AffiliationFactory(organisation=house)
    EnrolmentFactory(activity=group, person=seated.person, confirmed=True)
    enrolment = asking(group, house)

    page = desk.get(page_of(enrolment, "etape/retain")).text
    refused = desk.post(page_of(enrolment, "etape/retain"), {"reason": ""}, follow=True)

    assert "la raison de l’exception est nécessaire" in page
    assert len(texts(refused)) == 1
    assert state(enrolment) == "under_review"
    desk.post(page_of(enrolment, "etape/retain"), {"reason": "Deux métiers."})
    assert state(enrolment) == "confirmed"


def test_the_page_asks_a_constant_number_of_questions(
    desk, group, django_assert_max_num_queries
):
    EligibilityRuleFactory(activity=group)
    EligibilityRuleFactory(activity=group, subject="membership", force="warning")
    enrolment = with_papers(asking(group))
    counts = []
    for _n in range(2):
        desk.get(page_of(enrolment))
        with django_assert_max_num_queries(15) as asked:
            desk.get(page_of(enrolment))
        counts.append(len(asked))
        AffiliationFactory.create_batch(2, person=enrolment.person)
        for question in QuestionFactory.create_batch(2, activity=group):
            Answer.objects.create(enrolment=enrolment, question=question, value="oui")

    assert counts[0] == counts[1]


# --- A reason that is read ---------------------------------------------------------------
@pytest.mark.parametrize("typed", ["", "   "])
def test_nobody_is_refused_without_a_reason(desk, group, typed):
    enrolment = asking(group)

    page = desk.post(page_of(enrolment, "etape/refuse"), {"reason": typed})

    assert page.status_code == 200
    assert "la personne la lit" in page.text
    assert 'href="#id_reason"' in page.text
    assert state(enrolment) == "under_review"


def test_the_reason_is_read_as_it_is_written(desk, group):
    enrolment = asking(group)

    desk.post(page_of(enrolment, "etape/refuse"), {"reason": REASON})

    assert state(enrolment) == "refused"
    mail = OutgoingEmail.objects.get(person=enrolment.person)
    assert REASON in mail.text


def test_other_steps_ask_for_no_reason(desk, group):
    enrolment = asking(group)

    desk.post(page_of(enrolment, "etape/shelve"), {"reason": ""})

    assert state(enrolment) in ("waitlisted", "offered")


def bulk(desk, rows, name, **more):
    keys = [row.pk for row in rows]
    return desk.post(ENROLMENTS, {"action": name, "_selected_action": keys} | more)


def test_many_are_refused_with_one_reason_and_never_without(desk, group):
    rows = [asking(group) for _n in range(3)]

    first = bulk(desk, rows, "move_refuse")
    bare = bulk(desk, rows, "move_refuse", confirmed="1", reason="")

    assert "que la personne lit" in first.text
    assert 'href="#id_reason"' not in first.text
    assert 'href="#id_reason"' in bare.text
    assert {state(row) for row in rows} == {"under_review"}
    bulk(desk, rows, "move_refuse", confirmed="1", reason=REASON)
    assert {state(row) for row in rows} == {"refused"}
    assert OutgoingEmail.objects.filter(text__contains=REASON).count() == 3


# --- The list ----------------------------------------------------------------------------
def test_requests_to_study_are_one_press_away_with_their_alerts(desk, group):
    house = OrganisationFactory(name="Le Plateau")
    one, other = asking(group, house), asking(group, house)
    alone = asking(group)
    EnrolmentFactory(activity=group, confirmed=True)
    Enrolment.objects.filter(pk=alone.pk).update(exception="Change de métier.")

    page = desk.get(
        f"{ENROLMENTS}?state__exact=under_review&activity__id__exact={group.pk}"
    )

    rows = page.context["cl"].result_list
    assert {row.pk for row in rows} == {one.pk, other.pk, alone.pk}
    assert page.text.count("Même structure : Le Plateau".replace(" :", "\u202f:")) == 2
    assert [row.exception for row in rows].count("Change de métier.") == 1
    assert "3 demandes à étudier" in page.text
    states = page.context["cl"].filter_specs[0].choices(page.context["cl"])
    assert "étude" in str(states[1]["display"])
    assert f"/activity/{group.pk}/composition/" in page.text


def test_somebody_who_left_is_no_colleague(desk, group):
    house = OrganisationFactory(name="Le Plateau")
    asking(group, house)
    gone = AffiliationFactory(organisation=house)
    EnrolmentFactory(activity=group, person=gone.person, withdrawn=True)
    elsewhere = AffiliationFactory(organisation=house)
    EnrolmentFactory(person=elsewhere.person, confirmed=True)

    page = desk.get(f"{ENROLMENTS}?state__exact=under_review").text

    assert "Même structure" not in page


@pytest.mark.parametrize("asked", [True, False])
def test_the_list_asks_a_constant_number_of_questions(
    desk, group, asked, django_assert_max_num_queries
):
    url = f"{ENROLMENTS}?activity__id__exact={group.pk}"
    counts = []
    for more in (1, 2):
        for _n in range(more):
            asking(group) if asked else EnrolmentFactory(activity=group, confirmed=True)
        desk.get(url)
        with django_assert_max_num_queries(12) as found:
            desk.get(url)
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_the_list_of_activities_counts_who_asks_and_who_waits(desk, group):
    for _n in range(3):
        asking(group)
    EnrolmentFactory.create_batch(2, activity=group, waitlisted=True)

    page = desk.get("/gestion/activities/activity/")

    (row,) = page.context["cl"].result_list
    assert (row.to_review, row.waiting) == (3, 2)
    assert "À étudier" in page.text


# --- The morning -----------------------------------------------------------------------
def test_the_morning_leads_whoever_is_in_charge_to_the_board(client, group):
    asking(group)
    asking(group)
    other = PersonFactory(officer=True)

    mine = lines(client.sign_in(group.officer))
    theirs = lines(client.sign_in(other))

    assert (mine["Demandes à étudier"].count, mine["Demandes à étudier"].url) == (
        2,
        f"/gestion/activities/activity/{group.pk}/composition/",
    )
    assert "state__exact=under_review" in theirs["Demandes à étudier"].url
    assert str(group) in theirs["Demandes à étudier"].detail


def lines(client):
    return {
        line.title: line
        for line in client.get("/gestion/?pour=equipe").context["lines"]
    }


def test_what_is_decided_leaves_the_morning(desk, group):
    enrolment = asking(group)
    Enrolment.objects.filter(pk=enrolment.pk).update(
        state="refused", ended_at=now(), refusal_reason=REASON
    )

    assert lines(desk) == {}


# --- The waiting list ------------------------------------------------------------------
def test_whoever_is_let_wait_reads_why(desk, group):
    house = OrganisationFactory()
    group.max_per_organisation = group.capacity = 1
    group.save()
    EnrolmentFactory(
        activity=group,
        confirmed=True,
        person=AffiliationFactory(organisation=house).person,
    )

    for enrolment, why in (
        (asking(group, house), "Une personne de l’une de vos structures a déjà"),
        (asking(group), "Toutes les places sont tenues"),
    ):
        desk.post(page_of(enrolment, "etape/shelve"))
        letter = OutgoingEmail.objects.filter(to=enrolment.person.email).latest("pk")
        assert "a été lue" in letter.text
        assert why in letter.text
