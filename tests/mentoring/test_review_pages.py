"""The page of a review: two parts, a draft, what comes back; and what the desk reads."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agency.core.clock import now, today
from mentoring.models import Pair, Review, SharedReview
from tests.mentoring.factories import PairFactory, ReviewFactory, SharedReviewFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
MARKS = {"headway": "4", "rhythm": "3", "support": "5"}


@pytest.fixture
def pair():
    day = today() + timedelta(days=7)
    return PairFactory(active=True, activity__details={"mid_term_on": day})


def at(pair, name="mi-parcours"):
    return reverse("mentoring:pair-review", args=[pair.uuid, name])


def answers(client, pair, **said):
    """What the page sends: with what it was shown, hidden in it."""
    page = client.get(at(pair)).text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return {"seen": seen, "gained": "Pour toi.", "wished": ""} | said


def test_it_is_one_press_from_ones_own_space(client, pair):
    client.sign_in(pair.mentor)
    assert at(pair) in client.get(reverse("pages:own-space")).text
    assert at(pair) in client.get(pair.get_absolute_url()).text

    client.post(at(pair), answers(client, pair, send="yes", **MARKS))

    assert Review.objects.get().sent_at
    assert at(pair) not in client.get(reverse("pages:own-space")).text


def test_a_draft_is_kept_with_whatever_is_answered(client, pair):
    client.sign_in(pair.mentor)
    said = {"draft": "yes", "headway": "2", "comment": "\u00c0 dire."}

    assert client.post(at(pair), answers(client, pair, **said)).url == at(pair)

    review = Review.objects.get()
    assert (review.headway, review.rhythm, review.sent_at) == (2, None, None)
    page = client.get(at(pair)).text
    assert "Pour toi." in page
    assert "\u00c0 dire." in page


def test_sending_without_a_mark_comes_back_and_loses_nothing(client, pair):
    client.sign_in(pair.mentor)
    said = answers(client, pair, send="yes", headway="2")

    page = client.post(at(pair), said).text

    assert "Choisissez de 1 \u00e0 5" in page
    assert "Pour toi." in page
    assert not Review.objects.exists()


def test_from_two_windows_the_second_is_told(client, pair):
    client.sign_in(pair.mentor)
    old = answers(client, pair, draft="yes")
    client.post(at(pair), old)

    page = client.post(at(pair), old | {"gained": "Autrement.", "comment": "Perdu"})

    assert "Autrement." in page.text
    assert not Review.objects.filter(comment="Perdu").exists()


def test_exchanged_each_reads_what_the_other_wrote_for_them_alone(client, pair):
    for side in ("mentor", "mentee"):
        SharedReviewFactory(
            review__pair=pair,
            review__side=side,
            review__comment=f"Agence, de {side}.",
            gained=f"Ami, de {side}.",
        )
    client.sign_in(pair.mentor)
    assert "Ami, de mentee." not in client.get(at(pair)).text
    Review.objects.update(exchanged_at=now())

    page = client.get(at(pair)).text
    assert "Ami, de mentee." in page
    assert "Ami, de mentor." in page
    assert "Agence, de mentor." in page
    assert "Agence, de mentee." not in page
    words = reverse("mentoring:pair-words", args=[pair.uuid])
    assert "Ami, de mentee." in client.get(words).text


def test_words_that_are_gone_leave_a_page_that_says_so(client, pair):
    for side in ("mentor", "mentee"):
        ReviewFactory(pair=pair, side=side, exchanged_at=now())
    Pair.objects.update(state="completed", ended_at=now())

    page = client.sign_in(pair.mentor).get(at(pair)).text

    assert page.count("Rien n\u2019a \u00e9t\u00e9 \u00e9crit ici.") == 2


def test_before_it_opens_its_page_says_from_when(client, pair):
    client.sign_in(pair.mentee)
    details = pair.activity.mentoring
    details.mid_term_on = today() + timedelta(days=30)
    details.save()

    page = client.get(at(pair))
    assert (page.status_code, "\u00e0 partir du" in page.text) == (200, True)
    assert client.post(at(pair), {"send": "yes"}).status_code == 200
    assert not Review.objects.exists()
    assert client.get(at(pair, "autre")).status_code == 404


def test_a_wrong_key_writes_over_nothing(client, pair, settings):
    SharedReviewFactory(
        review__pair=pair, review__side="mentor", gained="Sous cl\u00e9."
    )
    token = bytes(SharedReview.objects.get().gained.token)
    client.sign_in(pair.mentor)
    settings.SEALED_TEXT_KEYS = [Fernet.generate_key().decode()]

    page = client.get(at(pair)).text
    assert "data-unreadable" in page
    client.post(at(pair), {"seen": "", "gained": "Par-dessus.", "send": "yes"} | MARKS)

    assert bytes(SharedReview.objects.get().gained.token) == token


def test_it_is_found_by_nobody_else(client, pair):
    for person in (PersonFactory(), pair.activity.officer):
        assert client.sign_in(person).get(at(pair)).status_code == 404


# --- The desk ------------------------------------------------------------------------
def test_the_desk_reads_the_part_of_the_agency_once_it_is_sent(client, pair):
    sent = ReviewFactory(pair=pair, comment="Plus de rencontres.")
    draft = ReviewFactory(pair=pair, side="mentor", sent_at=None, comment="Brouillon.")
    client.sign_in(pair.activity.officer)

    page = client.get(reverse("admin:mentoring_review_change", args=[sent.pk])).text
    assert "Plus de rencontres." in page
    assert "4 sur 5" in page
    other = reverse("admin:mentoring_review_change", args=[draft.pk])
    assert "Brouillon." not in client.get(other, follow=True).text
    of_pair = client.get(reverse("admin:mentoring_pair_change", args=[pair.pk])).text
    assert f"envoy\u00e9 par {pair.mentee.full_name}" in of_pair


def test_the_list_costs_the_same_whatever_its_rows(client, pair):
    edition = pair.activity
    client.sign_in(edition.officer)
    costs = []
    for _turn in range(2):
        for one in PairFactory.create_batch(2, active=True, activity=edition):
            ReviewFactory(pair=one)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("admin:mentoring_review_changelist")).text
        costs.append(len(queries))

    assert page.count("3 sur 5") == 4
    assert costs[0] == costs[1]
