"""The form and the page of an application, as its author uses them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import now
from mentoring.models import MentoringApplication
from mentoring.states import ApplicationState
from tests.mentoring.factories import (
    EditionFactory,
    MentoringApplicationFactory,
    VetoFactory,
)
from tests.people.factories import ProfessionFactory, TerritoryFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


def form_url(edition, way="mentoree"):
    return reverse("mentoring:application-write", args=[edition.slug, way])


def whole(**changes):
    return {
        "profession": ProfessionFactory().pk,
        "years": "2",
        "stage": "starting",
        "experience": "Un stage, puis un poste.",
        "art_forms": ["theatre"],
        "organisation_kinds": ["company"],
        "territory": TerritoryFactory().pk,
        "mobility": "region",
        "meeting": "both",
        "availability": "Le vendredi",
        "topics": ["budget"],
        "capacity": "1",
        "expectations": "Comprendre.",
        "motivation": "Personne à qui demander.",
        "vetoes": "",
        **changes,
    }


def said(response):
    return response.content.decode()


def test_the_page_of_the_edition_opens_both_doors(client, edition):
    page = said(client.get(edition.get_absolute_url()))

    assert "Devenir mentor·e" in page
    assert "Être accompagné·e" in page
    assert form_url(edition, "mentor") in page
    assert form_url(edition) in page


def test_the_page_of_the_edition_says_when_the_call_is_over(client):
    edition = EditionFactory(closes_at=now() - timedelta(days=1))

    page = said(client.get(edition.get_absolute_url()))

    assert "L’appel à candidatures est clos." in page
    assert "Devenir mentor·e" not in page


def test_the_page_of_the_edition_shows_where_one_stands(client, edition, stranger):
    one = MentoringApplicationFactory(edition=edition, person=stranger, eligible=True)
    client.sign_in(stranger)

    page = said(client.get(edition.get_absolute_url()))

    assert "Recevable" in page
    assert one.get_absolute_url() in page


@pytest.mark.parametrize("way", ["mentor", "mentoree"])
def test_an_application_is_written_read_again_and_sent(client, edition, stranger, way):
    client.sign_in(stranger)

    page = client.post(form_url(edition, way), whole(), follow=True)
    one = MentoringApplication.objects.get(person=stranger)

    assert one.state == S.DRAFT
    assert "Relisez-la ci-dessous" in said(page)
    page = client.post(reverse("mentoring:application-submit", args=[one.uuid]))
    one.refresh_from_db()
    assert (page.url, one.state) == (one.get_absolute_url(), S.SUBMITTED)


def test_a_draft_may_have_holes_and_is_found_again(client, edition, stranger):
    client.sign_in(stranger)

    answer = client.post(
        form_url(edition), {"years": "1", "vetoes": "Paul\n\nAnne ", "later": "yes"}
    )

    assert answer.url == form_url(edition)
    page = said(client.get(form_url(edition)))
    assert "Votre brouillon est enregistré" in page
    assert "Paul\nAnne" in page


def test_a_hole_is_told_beside_its_field_and_in_the_summary(client, edition, stranger):
    client.sign_in(stranger)

    page = said(client.post(form_url(edition), whole(motivation="", topics=[])))

    assert "Écrivez ce qui vous pousse à candidater." in page
    assert "Choisissez au moins un sujet." in page
    assert "Rien n’est perdu" in page
    assert "Un stage, puis un poste." in page
    assert not MentoringApplication.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"years": "beaucoup"}, "en chiffres"),
        ({"years": "-1"}, "Écrivez 0 ou plus."),
        ({"years": "99"}, "carrière entière"),
        ({"topics": ["budget", "forged"]}, "forged"),
        ({"motivation": "x" * 2001}, "1 de trop"),
        ({"vetoes": "\n".join(f"Nom {n}" for n in range(11))}, "10 noms au plus"),
        ({"vetoes": "x" * 201}, "n’est pas un nom"),
        ({"profession": "999999"}, "profession"),
    ],
)
@pytest.mark.parametrize("later", [{}, {"later": "yes"}])
def test_bad_input_is_told_even_in_a_draft(
    client, edition, stranger, changes, sentence, later
):
    client.sign_in(stranger)

    page = client.post(form_url(edition), whole(**changes, **later))

    assert page.status_code == 200
    assert sentence in said(page)
    assert not MentoringApplication.objects.exists()


@pytest.mark.parametrize("value", ["0", "9", "deux"])
def test_a_mentor_offers_a_number_that_makes_sense(client, edition, stranger, value):
    client.sign_in(stranger)

    page = client.post(form_url(edition, "mentor"), whole(capacity=value))

    assert page.status_code == 200
    assert not MentoringApplication.objects.exists()


def test_a_side_that_does_not_exist_is_no_page(client, edition, stranger):
    client.sign_in(stranger)

    assert client.get(form_url(edition, "spectatrice")).status_code == 404


def test_the_form_says_who_reads_before_the_motivation(client, edition, stranger):
    client.sign_in(stranger)

    page = said(client.get(form_url(edition)))

    reader = f"Votre candidature est lue par {edition.officer.full_name}"
    assert page.index(reader) < page.index('name="motivation"')
    assert "Pour être accompagné·e\u202f: 3 ans de métier au plus" in page


def test_what_is_off_the_thresholds_is_told_and_does_not_bar(client, edition, stranger):
    one = MentoringApplicationFactory(edition=edition, person=stranger, years=9)
    client.sign_in(stranger)

    page = said(client.get(form_url(edition)))

    assert "9 ans de pratique" in page
    assert "Vous pouvez candidater quand même" in page
    client.post(reverse("mentoring:application-submit", args=[one.uuid]))
    one.refresh_from_db()
    assert one.state == S.SUBMITTED


def test_last_years_answers_stand_in_the_form(client, edition, stranger):
    former = MentoringApplicationFactory(
        person=stranger, refused=True, motivation="Toujours personne."
    )
    VetoFactory(application=former, words="La compagnie de mon stage")
    client.sign_in(stranger)

    page = said(client.get(form_url(edition)))

    assert "Toujours personne." in page
    assert "La compagnie de mon stage" in page
    assert "une année a passé" in page


def test_a_second_press_sends_nothing_twice(client, edition, stranger):
    one = MentoringApplicationFactory(edition=edition, person=stranger)
    client.sign_in(stranger)
    send = reverse("mentoring:application-submit", args=[one.uuid])
    client.post(send)

    page = client.post(send, follow=True)

    assert "a changé entre-temps" in said(page)


def test_the_second_side_is_told_why_it_is_not_sent(client, edition, stranger):
    MentoringApplicationFactory(
        edition=edition, person=stranger, mentor=True, submitted=True
    )
    other = MentoringApplicationFactory(edition=edition, person=stranger)
    client.sign_in(stranger)

    send = reverse("mentoring:application-submit", args=[other.uuid])
    page = said(client.post(send, follow=True))

    assert "candidaté pour être mentor·e" in page
    assert "retirez d’abord cette candidature" in page


def test_it_is_withdrawn_after_a_question_and_taken_up_again(client, edition, stranger):
    one = MentoringApplicationFactory(edition=edition, person=stranger, submitted=True)
    client.sign_in(stranger)
    withdraw = reverse("mentoring:application-withdraw", args=[one.uuid])

    assert "Retirer la candidature" in said(client.get(withdraw))
    client.post(withdraw)
    one.refresh_from_db()
    assert one.state == S.WITHDRAWN
    client.post(reverse("mentoring:application-resume", args=[one.uuid]))
    one.refresh_from_db()
    assert one.state == S.DRAFT
    client.post(withdraw)
    assert not MentoringApplication.objects.exists()


def test_what_is_over_is_not_withdrawn(client, edition, stranger):
    one = MentoringApplicationFactory(edition=edition, person=stranger, refused=True)
    client.sign_in(stranger)

    page = client.post(reverse("mentoring:application-withdraw", args=[one.uuid]))

    one.refresh_from_db()
    assert (page.url, one.state) == (one.get_absolute_url(), S.REFUSED)


def test_the_pages_of_others_do_not_exist(client, edition, stranger, enrolled):
    one = MentoringApplicationFactory(edition=edition, person=enrolled, submitted=True)
    client.sign_in(stranger)

    for name in ("detail", "withdraw"):
        url = reverse(f"mentoring:application-{name}", args=[one.uuid])
        assert client.get(url).status_code == 404
    for name in ("submit", "resume", "withdraw"):
        url = reverse(f"mentoring:application-{name}", args=[one.uuid])
        assert client.post(url).status_code == 404


@pytest.mark.parametrize("state", S.values)
def test_every_state_says_what_comes_next(client, edition, stranger, state):
    traits = {} if state == S.DRAFT else {state: True}
    one = MentoringApplicationFactory(edition=edition, person=stranger, **traits)
    client.sign_in(stranger)

    page = said(client.get(one.get_absolute_url()))

    assert one.get_state_display() in page
    assert "Je n’ai personne à qui poser les questions simples." in page


def test_what_the_officer_notes_is_not_on_the_page_of_the_applicant(
    client, edition, stranger
):
    one = MentoringApplicationFactory(
        edition=edition,
        person=stranger,
        refused=True,
        note="À rappeler.",
        interview_note="Hésite.",
    )
    client.sign_in(stranger)

    page = said(client.get(one.get_absolute_url()))

    assert one.told in page
    assert "À rappeler." not in page
    assert "Hésite." not in page


def test_the_own_space_says_what_is_left_to_do(client, edition, stranger):
    MentoringApplicationFactory(edition=edition, person=stranger, complement=True)
    MentoringApplicationFactory(edition=edition, person=stranger, mentor=True)
    client.sign_in(stranger)

    page = said(client.get("/mon-espace/"))

    assert "Complétez votre candidature au mentorat" in page
    assert "Envoyez votre candidature au mentorat" in page
    assert "Vous seriez mentor·e" in page


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_a_constant_number_of_questions(
    client, edition, stranger, count, django_assert_max_num_queries
):
    one = MentoringApplicationFactory(edition=edition, person=stranger, submitted=True)
    VetoFactory.create_batch(count, application=one)
    for _n in range(count):
        MentoringApplicationFactory(person=stranger, retained=True)
    client.sign_in(stranger)

    for url in (one.get_absolute_url(), form_url(edition), "/mon-espace/"):
        client.get(url)
        with django_assert_max_num_queries(15):
            client.get(url)


@pytest.mark.parametrize("way", ["mentor", "mentoree"])
def test_a_call_counts_no_seats_whatever_it_holds(client, stranger, way):
    edition = EditionFactory(title="Promotion", capacity=22)
    page = client.sign_in(stranger).get(
        reverse("mentoring:application-write", args=[edition.slug, way])
    )

    assert page.status_code == 200
    assert "22" not in page.text.partition("<aside")[2].partition("</aside>")[0]
