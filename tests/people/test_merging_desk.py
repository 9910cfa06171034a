"""Merging on the desk, page by page: choose, compare, merge, undo, tell apart."""

from datetime import timedelta

import pytest
from django.urls import reverse
from time_machine import travel

from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people.models import Distinct, Merge, MergeConsent, Person
from agency.people.services import merging
from tests.activities.factories import EnrolmentFactory, ParticipationFactory
from tests.people.factories import (
    AffiliationFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db

MOST_QUERIES = 23


def url(page, *args, model="person"):
    keys = [getattr(one, "pk", one) for one in args]
    return reverse(f"admin:people_{model}_{page}", args=keys)


@pytest.fixture
def two():
    kept = PersonFactory(unclaimed=True, given_name="Inès", family_name="Maréchal")
    dropped = PersonFactory(
        unclaimed=True, given_name="Ines", family_name="Marechal", phone="+33612345678"
    )
    return kept, dropped


def merged(client, kept, dropped, **typed):
    """The answer to the comparison, sent as it was shown."""
    page = url("merge_with", kept, dropped)
    seen = client.get(page).context["plan"].fingerprint
    return client.post(page, {"seen": seen} | typed, follow=True)


# --- The way ----------------------------------------------------------------------------
def test_from_the_record_to_one_record_and_back(client, officer, two):
    kept, dropped = two
    AffiliationFactory(person=dropped)
    client.sign_in(officer)
    assert url("merge", kept) in client.get(url("change", kept)).text

    response = client.post(url("merge", kept), {"other": dropped.pk}, follow=True)
    assert response.redirect_chain[-1][0] == url("merge_with", kept, dropped)
    assert "06\u00a012\u00a034\u00a056\u00a078" in response.text
    assert "Rattachements" in response.text

    response = merged(client, kept, dropped, phone="dropped", given_name="kept")
    merge = Merge.objects.get()
    assert response.redirect_chain[-1][0] == url("change", kept)
    assert response.text.count(url("undo_merge", merge.uuid)) == 2  # told, then a fact
    kept.refresh_from_db()
    assert (str(kept.phone), kept.given_name) == ("+33612345678", "Inès")

    assert "revient comme elle était" in client.get(url("undo_merge", merge.uuid)).text
    response = client.post(url("undo_merge", merge.uuid), follow=True)
    assert response.redirect_chain[-1][0] == url("change", dropped)
    kept.refresh_from_db()
    assert str(kept.phone) == ""


def test_what_is_empty_is_taken_unless_one_says_otherwise(client, officer, two):
    client.sign_in(officer)

    rows = client.get(url("merge_with", *two)).context["rows"]

    chosen = {row["name"]: row["chosen"] for row in rows}
    assert chosen["phone"] == "dropped"
    assert chosen["given_name"] == chosen["email"] == "kept"


def test_who_has_an_account_stays(client, officer, two):
    owner = PersonFactory()
    client.sign_in(officer)

    response = client.post(url("merge", two[0]), {"other": owner.pk})

    assert response["Location"] == url("merge_with", owner, two[0])
    rows = client.get(response["Location"]).context["rows"]
    assert next(row for row in rows if row["name"] == "email")["fixed"]


def test_a_few_letters_find_the_other_without_scripts(client, officer, two):
    client.sign_in(officer)

    response = client.post(url("merge", two[0]), {"other_mots": "marechal"})

    assert response.status_code == 200
    assert f'value="{two[1].pk}"' in response.text
    assert "Choisissez dans la liste" in response.text


def test_the_record_itself_is_no_choice(client, officer, two):
    client.sign_in(officer)

    response = client.post(url("merge", two[0]), {"other": two[0].pk})

    assert "Erreur" in response.text
    assert "ni avec elle-même" in response.text


def test_what_stands_in_the_way_is_said_and_there_is_no_button(client, officer, two):
    enrolment = EnrolmentFactory(person=two[0], confirmed=True)
    EnrolmentFactory(person=two[1], activity=enrolment.activity, confirmed=True)
    client.sign_in(officer)

    page = client.get(url("merge_with", *two)).text

    assert f"inscrit·es à {enrolment.activity}" in page
    assert "Réunir les deux fiches</button>" not in page
    # Nor does it go through by hand.
    client.post(url("merge_with", *two), {"seen": ""})
    assert not Merge.objects.exists()


def test_what_changed_since_the_page_was_read_is_shown_first(client, officer, two):
    client.sign_in(officer)
    page = url("merge_with", *two)
    seen = client.get(page).context["plan"].fingerprint
    AffiliationFactory(person=two[1])

    response = client.post(page, {"seen": seen, "phone": "kept"})

    assert "entre-temps" in response.text
    rows = response.context["rows"]
    # What was chosen is not lost.
    assert next(row for row in rows if row["name"] == "phone")["chosen"] == "kept"
    assert not Merge.objects.exists()


def test_the_second_of_two_tabs_is_led_to_the_record_that_stayed(client, officer, two):
    client.sign_in(officer)
    merged(client, *two)

    for page in (url("merge_with", *two), url("merge_with", two[1], two[0])):
        response = client.post(page, {"seen": ""}, follow=True)
        assert response.redirect_chain[-1][0] == url("change", two[0])
        assert "réunie à une autre" in response.text
    assert Merge.objects.count() == 1


def test_an_old_address_leads_to_the_record_that_stayed(
    client, accountant, officer, two
):
    merging.merge(*two, by=officer)
    client.sign_in(accountant)

    response = client.get(url("change", two[1]), follow=True)

    assert response.redirect_chain[-1][0] == url("change", two[0])
    assert client.get(url("change", 999_999)).status_code == 404


def test_the_duplicate_is_in_no_list_and_no_choice(client, officer, two):
    merging.merge(*two, by=officer)
    client.sign_in(officer)

    rows = client.get(url("changelist"), {"q": "marechal"}).context["cl"].result_list
    assert list(rows) == [two[0]]
    found = client.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "people",
            "model_name": "person",
            "field_name": "merged_into",
            "term": "marechal",
        },
    ).json()["results"]
    assert [one["id"] for one in found] == [str(two[0].pk)]


# --- Who may --------------------------------------------------------------------------------
def test_only_the_office_merges(client, accountant, two):
    client.sign_in(accountant)

    assert client.get(url("merge_with", *two)).status_code == 403
    assert client.post(url("merge_with", *two), {"seen": ""}).status_code == 403
    assert client.get(url("duplicates")).status_code == 403
    assert url("merge", two[0]) not in client.get(url("change", two[0])).text


def test_whoever_holds_a_role_is_merged_by_direction(client, officer, direction, two):
    RoleFactory(person=two[0], role="facilitator")
    client.sign_in(officer)
    assert client.get(url("merge_with", *two)).status_code == 403
    # The other way round the page says who does it.
    assert "seule la direction" in client.get(url("merge_with", two[1], two[0])).text

    client.sign_in(direction)
    merged(client, *two)
    assert Merge.objects.get().by == direction


def test_a_merge_is_undone_by_who_may_merge(client, accountant, officer, two):
    merge = merging.merge(*two, by=officer)
    client.sign_in(accountant)

    assert client.post(url("undo_merge", merge.uuid)).status_code == 403
    page = url("undo_merge", merge.uuid, model="organisation")
    client.sign_in(officer)
    assert client.get(page).status_code == 404


def test_after_thirty_days_the_page_says_so(client, officer, two):
    merge = merging.merge(*two, by=officer)

    with travel(merge.at + timedelta(days=31)):
        client.sign_in(officer)
        page = client.get(url("undo_merge", merge.uuid)).text
        answer = client.post(url("undo_merge", merge.uuid), follow=True).text

    assert "trente jours" in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
    assert "trente jours" in answer
    assert Merge.objects.get().undone_at is None


def test_the_history_says_it(client, officer, two):
    merged_one = merging.merge(*two, take=["phone"], by=officer)
    merging.undo(merged_one, by=officer)
    client.sign_in(officer)

    page = client.get(url("history", two[0])).text

    assert "Autre fiche réunie à celle-ci" in page
    assert "Réunion défaite" in page
    assert JournalEntry.objects.about(two[0]).count() == 2


# --- How much is asked ------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_comparison_asks_the_same_whatever_hangs_on_the_two(
    client, officer, two, count, django_assert_max_num_queries
):
    for person in two:
        for number in range(count):
            AffiliationFactory(person=person)
            MembershipFactory(organisation=None, person=person, year=2020 + number)
            ParticipationFactory(person=person)
    client.sign_in(officer)

    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(url("merge_with", *two))

    assert len(response.context["plan"].notes) == count


# --- What looks alike ---------------------------------------------------------------------------
def test_pairs_are_compared_or_told_apart(client, officer):
    one = PersonFactory(unclaimed=True, given_name="Léa", family_name="Zimmer")
    other = PersonFactory(given_name="Lea", family_name="ZIMMER")
    client.sign_in(officer)

    page = client.get(url("duplicates")).text
    assert "même nom" in page
    # Who has an account stays.
    assert url("merge_with", other, one) in page

    client.post(url("duplicates"), {"first": other.pk, "second": one.pk})
    client.post(url("duplicates"), {"first": one.pk, "second": other.pk})

    assert Distinct.objects.get().by == officer
    page = client.get(url("duplicates")).text
    assert "Aucune fiche ne ressemble" in page


@pytest.mark.parametrize(
    "typed", [{}, {"first": "x", "second": "1"}, {"first": "1", "second": "1"}]
)
def test_a_pair_that_is_none_is_not_found(client, officer, typed):
    client.sign_in(officer)

    assert client.post(url("duplicates"), typed).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("model", ["person", "organisation"])
def test_the_pairs_ask_the_same_whatever_their_number(
    client, officer, count, model, django_assert_max_num_queries
):
    for number in range(count):
        name = f"Maréchal{number * 1000}"
        posts = PersonFactory.create_batch(2, given_name="Inès", family_name=name)
        for person in posts:
            AffiliationFactory(person=person)
        OrganisationFactory.create_batch(2, name=f"Fabrique {'abc'[number] * 9}")
    client.sign_in(officer)

    with django_assert_max_num_queries(13):
        response = client.get(url("duplicates", model=model))

    assert len(response.context["lines"]) >= count


# --- Two accounts ---------------------------------------------------------------------------------
def test_the_owner_of_a_second_account_is_asked_from_the_page(client, officer):
    kept, dropped = PersonFactory(), PersonFactory()
    client.sign_in(officer)
    page = url("merge_with", kept, dropped)
    assert "Demander l’accord" in client.get(page).text

    response = client.post(page, {"ask": "1"}, follow=True)

    assert "en route" in response.text
    assert "Redemander l’accord" in response.text
    assert OutgoingEmail.objects.get().to == dropped.email
    MergeConsent.objects.update(given_at=MergeConsent.objects.get().asked_at)
    merged(client, kept, dropped)
    assert Person.objects.get(pk=dropped.pk).merged_into == kept
