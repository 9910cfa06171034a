"""The workspace of members: declared first, files beside the card, nothing to a stranger."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.models import Session
from agency.core.clock import now
from grants.models import ApplicationRevision, InterestAnswer, Review, Sitting
from grants.services import interests, reviews, snapshots
from tests.grants.commission import (
    DAY,
    MemberFactory,
    close_reviews,
    free,
    in_review,
    presented,
    revise,
    tied,
)
from tests.grants.commission_pages import card, file_url, said, url
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def application(sitting):
    one = presented(sitting, tour=True)
    content = snapshots.of(one)
    ApplicationRevision.objects.filter(application=one).update(snapshot=content)
    return one


@pytest.fixture
def person(sitting):
    return MemberFactory(sitting=sitting).person


@pytest.fixture
def member(client, person):
    client.sign_in(person)
    return client


# --- One declares first ------------------------------------------------------------------
def test_from_the_list_to_the_last_opinion(member, person, sitting, application):
    page = said(member.get(reverse("grants:commission")))
    assert "Intérêts à déclarer" in page
    assert member.get(file_url(application)).status_code == 404

    answers = {f"file-{application.pk}": "", "sworn": "on"}
    response = member.post(url("interests", sitting), answers, follow=True)
    assert application.show.title in said(response)

    page = said(member.get(file_url(application)))
    assert "Votre avis" in page
    response = member.post(file_url(application), card(application), follow=True)

    review = Review.objects.get()
    assert (review.person, review.state, review.suggested) == (person, "submitted", 900)
    assert "C’était le dernier dossier" in said(response)
    assert "Tous donnés" in said(member.get(reverse("grants:commission")))


def test_nothing_opens_without_the_statement(member, sitting, application):
    answers = {f"file-{application.pk}": ""}

    page = said(member.post(url("interests", sitting), answers))

    assert "les dossiers s’ouvrent ensuite" in page
    assert not InterestAnswer.objects.exists()


@pytest.mark.parametrize(
    ("state", "ended", "place"),
    [
        ("preparing", 1, "coming"),
        ("preparing", -1, "past"),
        ("in_session", -1, "coming"),  # it lasts longer than was planned
        ("minutes_validated", -1, "past"),
    ],
)
def test_a_sitting_is_over_once_it_is(
    member, sitting, application, state, ended, place
):
    held = Session.objects.filter(pk=sitting.pk)
    held.update(starts_at=now() - 3 * HOUR, ends_at=now() + ended * HOUR)
    Sitting.objects.filter(pk=sitting.pk).update(
        state=state, opened_at=now(), closed_at=now(), quorum_at_opening={}
    )

    page = member.get(reverse("grants:commission"))

    assert list(page.context[place]) == [sitting]
    assert url("sitting", sitting) in page.text


def test_what_is_declared_is_listed_and_shut(member, sitting, application):
    answers = {f"file-{application.pk}": "family", "sworn": "on"}

    page = said(member.post(url("interests", sitting), answers, follow=True))

    assert "Vous vous déportez de" in page
    assert file_url(application) not in page
    assert member.get(file_url(application)).status_code == 404


def test_whoever_is_no_member_finds_nothing(client, sitting, application):
    client.sign_in(PersonFactory())

    assert "Aucune séance pour vous" in said(client.get(reverse("grants:commission")))
    for one in (
        url("sitting", sitting),
        url("interests", sitting),
        url("recusals", sitting),
        file_url(application),
    ):
        assert client.get(one).status_code == 404, one


# --- The card ------------------------------------------------------------------------------
@pytest.fixture
def opened(person, application):
    free(application, person)
    return application


def test_a_pause_keeps_a_draft_and_tells_the_total(member, opened):
    answers = card(opened, opinion="")

    response = member.post(file_url(opened), answers, headers={"X-Pause": "1"})

    assert response.json()["total"] == "2,8"
    assert "Brouillon gardé à" in response.json()["said"]
    assert Review.objects.get().state == "draft"
    again = card(opened, comment="Plus.", version=response.json()["version"])
    member.post(file_url(opened), again, headers={"X-Pause": "1"})
    assert Review.objects.get().comment == "Plus."


def test_without_an_opinion_the_draft_is_kept_and_it_is_said(member, opened):
    page = said(member.post(file_url(opened), card(opened, opinion="")))

    assert "Choisissez votre avis" in page
    review = Review.objects.get()
    assert (review.state, review.comment) == ("draft", "Une belle route.")
    assert f'name="version" value="{review.version}"' in page
    member.post(file_url(opened), card(opened, version=review.version))
    assert Review.objects.get().state == "submitted"


def test_another_window_is_not_written_over(member, opened):
    member.post(file_url(opened), card(opened) | {"keep": "yes"})

    pause = member.post(
        file_url(opened), card(opened, comment="Vieux."), headers={"X-Pause": "1"}
    )
    page = said(member.post(file_url(opened), card(opened, comment="Vieux.")))

    assert pause.status_code == 409
    assert "Une autre fenêtre" in page
    assert "Vieux." in page
    assert Review.objects.get().comment == "Une belle route."


def test_the_server_says_which_radio_and_the_browser_restores_none(member, opened):
    member.post(file_url(opened), card(opened))

    page = said(member.get(file_url(opened)))

    radios = re.findall(r'<input type="radio"[^>]*>', page)
    assert radios
    assert all('autocomplete="off"' in one for one in radios)
    project, budget, route = opened.rules.criteria.order_by("order")
    chosen = [one for one in radios if "checked" in one]
    names = [re.search(r'name="(\w+)" value="(\w+)"', one).groups() for one in chosen]
    assert names == [
        (f"c{project.pk}", "3"),
        (f"c{budget.pk}", "2"),
        ("opinion", "favourable"),
    ]
    assert f"c{route.pk}" in page


@pytest.mark.parametrize(
    "wrong",
    [{"opinion": "bravo"}, {"suggested": "beaucoup"}, {"version": ""}, {"score": "9"}],
)
def test_what_is_no_answer_is_refused_and_nothing_is_written(member, opened, wrong):
    if "score" in wrong:
        wrong = {f"c{opened.rules.criteria.first().pk}": "9"}

    response = member.post(file_url(opened), card(opened, **wrong))

    assert response.status_code == 200
    assert "à reprendre" in said(response)
    assert not Review.objects.exists()


def test_once_given_it_leads_to_the_least_reviewed(member, sitting, opened, person):
    second, third = (presented(sitting, rules=opened.rules) for _n in range(2))
    for one in (second, third):
        free(one, person)
    peer = MemberFactory(sitting=sitting).person
    free(second, peer)
    draft = reviews.begin(second, peer)
    words = {"opinion": "abstain", "suggested": None, "comment": ""}
    reviews.save(draft, words, {}, version=0, revision=1, hand_in=True)

    response = member.post(file_url(opened), card(opened))

    assert response["Location"] == file_url(third)


def test_a_completed_file_is_to_be_read_again(member, opened):
    member.post(file_url(opened), card(opened))
    revise(opened)

    assert "À relire" in said(member.get(url("sitting", opened.sitting)))
    page = said(member.get(file_url(opened)))
    assert "complété depuis votre lecture" in page

    version = Review.objects.get().version
    member.post(file_url(opened), card(opened, version=version, revision=2))
    assert "À relire" not in said(member.get(url("sitting", opened.sitting)))


def test_closed_it_is_read_and_not_written(member, opened):
    member.post(file_url(opened), card(opened))
    close_reviews(opened.sitting)

    page = said(member.get(file_url(opened)))
    late = said(member.post(file_url(opened), card(opened, comment="Trop tard.")))

    assert "data-review" not in page
    assert "Une belle route." in page
    assert "Trop tard." not in Review.objects.get().comment
    # It is said, and what was typed is there to copy.
    assert "Les avis sont clos" in late
    assert "Trop tard." in late


def test_who_advises_reads_and_has_no_card(client, sitting, application):
    adviser = MemberFactory(sitting=sitting, consultative=True).person
    free(application, adviser)
    client.sign_in(adviser)

    page = said(client.get(file_url(application)))

    assert "voix consultative" in page
    assert "data-review" not in page


# --- Questions -----------------------------------------------------------------------------------
def test_a_question_and_its_answer_are_read_by_every_member(member, opened):
    member.post(file_url(opened, "question"), {"body": "Est-ce signé ?"})
    reviews.answer(opened.questions.get(), "Oui, lundi.", by=opened.rapporteur)

    page = said(member.get(file_url(opened)))

    assert "Est-ce signé ?" in page.replace("\u202f", " ")
    assert "Oui, lundi." in page


def test_an_empty_question_asks_nothing(member, opened):
    response = member.post(file_url(opened, "question"), {"body": " "}, follow=True)

    assert "Écrivez d’abord votre question" in said(response)
    assert not opened.questions.exists()


def test_a_question_that_is_too_long_comes_back_with_its_words(member, opened):
    words = "a\r\n" * 500 + "Est-ce signé"

    page = said(member.post(file_url(opened, "question"), {"body": words}))

    assert "de trop" in page
    assert "Est-ce signé" in page
    assert not opened.questions.exists()
    member.post(file_url(opened, "question"), {"body": "a\r\n" * 499})
    assert opened.questions.count() == 1


def test_pressed_twice_it_is_one_question(member, opened):
    for _twice in range(2):
        member.post(file_url(opened, "question"), {"body": "Est-ce signé ?"})

    assert opened.questions.count() == 1


# --- Before, after, empty, a lot -----------------------------------------------------------------
def test_before_the_files_open_nothing_is_named(member, sitting, application):
    Sitting.objects.update(review_opens_at=now() + DAY)

    page = said(member.get(url("sitting", sitting)))

    assert "Les dossiers s’ouvrent le" in page
    assert application.show.title not in page


def test_as_many_queries_for_many_files(
    member, person, sitting, django_assert_max_num_queries
):
    rules = presented(sitting).rules
    for _n in range(6):
        free(presented(sitting, rules=rules), person)
    one = presented(sitting, rules=rules)
    free(one, person)

    for address in (
        reverse("grants:commission"),
        url("sitting", sitting),
        file_url(one),
    ):
        with django_assert_max_num_queries(15):
            assert member.get(address).status_code == 200


def test_the_state_of_the_table(member, sitting, opened):
    page = said(member.get(url("sitting", sitting)))

    assert "À donner" in page
    assert opened.show.title in page


# --- The own space -----------------------------------------------------------------------------
def test_the_own_space_says_what_is_left_to_members_alone(
    client, member, sitting, application
):
    page = said(member.get("/mon-espace/"))
    assert "Déclarer vos intérêts" in page
    assert "Ma commission" in page

    interests.declare(sitting, sitting_member(sitting), {application.pk: ""})
    page = said(member.get("/mon-espace/"))
    assert "Donner votre avis sur un dossier" in page

    member.post(file_url(application), card(application))
    page = said(member.get("/mon-espace/"))
    assert "Donner votre avis" not in page

    client.sign_in(PersonFactory())
    assert "Ma commission" not in said(client.get("/mon-espace/"))


def sitting_member(sitting):
    return sitting.session.activity.enrolments.get().person


def test_under_the_strict_option_what_is_shut_is_no_opinion_to_give(
    member, person, sitting, application
):
    Sitting.objects.update(strict=True)
    rival = presented(sitting, rules=application.rules)
    free(rival, person)
    tied(application, person, "employment")

    page = said(member.get("/mon-espace/"))

    assert "Ma commission" in page
    assert "Donner votre avis" not in page
    listed = said(member.get(reverse("grants:commission")))
    assert "2 déports" in listed
