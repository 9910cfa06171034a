"""A charter: written as a draft, published once, a new version for what changes."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from agency.activities.choices import CharterUse
from agency.activities.models import Charter, CharterVersion
from agency.activities.services import activities, charters
from agency.activities.states import ActivityState, CharterState
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.core.versions import fingerprint
from tests.activities.factories import (
    ActivityFactory,
    CharterClauseFactory,
    CharterFactory,
    CharterSignatureFactory,
    CharterVersionFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
ROOM = "admin:activities_charter"
VERSIONS = "admin:activities_charterversion"


@pytest.fixture
def draft():
    version = CharterVersionFactory()
    CharterClauseFactory(version=version, order=1, title="Confidentialité")
    return version


def form_of(version, **changes):
    """What the page of a draft with one clause sends."""
    clause = version.clauses.get()
    data = {
        "introduction": version.introduction,
        "clauses-TOTAL_FORMS": 1,
        "clauses-INITIAL_FORMS": 1,
        "clauses-0-id": clause.pk,
        "clauses-0-version": version.pk,
        "clauses-0-seen": fingerprint(clause),
        "clauses-0-order": clause.order,
        "clauses-0-title": clause.title,
        "clauses-0-text": clause.text,
        "_save": "1",
    }
    return data | changes


# --- Publishing ------------------------------------------------------------------
def test_publishing_puts_the_text_in_force_with_its_print(draft, officer):
    charters.publish(draft, by=officer)

    draft.refresh_from_db()
    assert draft.state == CharterState.PUBLISHED
    assert draft.sha256 == draft.print()
    assert len(draft.sha256) == 64
    assert draft.charter.in_force() == draft
    assert JournalEntry.objects.about(draft).get(action="publish").by == officer


def test_nothing_is_published_without_a_clause(officer):
    version = CharterVersionFactory()

    with pytest.raises(MoveBlocked, match="au moins un article"):
        charters.publish(version, by=officer)

    assert version.charter.in_force() is None


def test_a_version_is_published_once(draft, officer):
    charters.publish(draft, by=officer)

    with pytest.raises(MoveRefused):
        charters.publish(draft, by=officer)


def test_the_print_changes_with_a_single_letter(draft):
    before = draft.print()
    clause = draft.clauses.get()
    clause.text += "."
    clause.save()

    assert draft.print() != before


# --- A new version -----------------------------------------------------------------
def test_a_new_version_begins_with_the_clauses_of_the_last(officer):
    charter = CharterFactory()
    last = charter.in_force()

    version = charters.new_version(charter, by=officer)

    assert version.number == last.number + 1
    assert version.state == CharterState.DRAFT
    assert version.introduction == last.introduction
    shown = ("order", "title", "text")
    assert list(version.clauses.values_list(*shown)) == list(
        last.clauses.values_list(*shown)
    )
    assert charter.in_force() == last


def test_a_second_click_finds_the_draft_of_the_first(officer):
    charter = CharterFactory()

    first = charters.new_version(charter, by=officer)

    assert charters.new_version(charter, by=officer) == first
    assert charter.versions.count() == 2


@pytest.mark.parametrize("use", CharterUse.values)
def test_the_first_version_begins_with_the_articles_of_the_field(officer, use):
    charter = CharterFactory(published=False, use=use)

    version = charters.new_version(charter, by=officer)

    titles = list(version.clauses.values_list("title", flat=True))
    assert "Confidentialité" in titles
    assert len(titles) > 4


# --- An activity that asks for one ---------------------------------------------------
@pytest.mark.parametrize(
    ("published", "sentence"), [(None, "choisissez"), (False, "publiée")]
)
def test_a_sealed_activity_opens_with_a_charter_in_force_alone(
    officer, published, sentence
):
    charter = None if published is None else CharterFactory(published=published)
    cycle = PracticeCycleFactory(draft=True, charter=charter)

    with pytest.raises(MoveBlocked, match=sentence):
        activities.open_registration(cycle, by=officer)

    cycle.charter = CharterFactory()
    cycle.save()
    activities.open_registration(cycle, by=officer)
    assert cycle.state == ActivityState.OPEN


def test_an_open_activity_needs_none(officer):
    group = ActivityFactory(draft=True)

    activities.open_registration(group, by=officer)

    assert group.state == ActivityState.OPEN


def test_the_desk_offers_the_charters_of_groups_alone(client, officer):
    CharterFactory(title="Charte des groupes")
    CharterFactory(title="Engagement de qui anime", use=CharterUse.FACILITATOR)
    cycle = PracticeCycleFactory(draft=True)
    client.sign_in(officer)

    page = client.get(reverse("admin:programmes_practicecycle_change", args=[cycle.pk]))

    assert "Charte des groupes" in page.text
    assert "Engagement de qui anime" not in page.text


# --- The desk ------------------------------------------------------------------------
def test_a_charter_is_made_with_a_first_draft_to_write(client, officer):
    client.sign_in(officer)

    page = client.post(
        reverse(f"{ROOM}_add"),
        {"title": "Charte du cycle", "use": "group", "_save": "1"},
        follow=True,
    )

    version = Charter.objects.get(title="Charte du cycle").versions.get()
    assert page.redirect_chain[-1][0] == reverse(
        f"{VERSIONS}_change", args=[version.pk]
    )
    assert "Non-jugement" in page.text


def test_a_draft_is_written_then_published_from_its_page(client, officer, draft):
    client.sign_in(officer)
    url = reverse(f"{VERSIONS}_change", args=[draft.pk])

    client.post(url, form_of(draft, **{"clauses-0-text": "Rien ne sort d’ici."}))
    assert draft.clauses.get().text == "Rien ne sort d’ici."

    move = reverse(f"{VERSIONS}_move", args=[draft.pk, "publish"])
    assert move in client.get(url).text
    client.post(move)
    draft.refresh_from_db()
    assert draft.state == CharterState.PUBLISHED


def test_what_is_published_is_read_and_no_longer_written(client, officer, draft):
    charters.publish(draft, by=officer)
    client.sign_in(officer)
    url = reverse(f"{VERSIONS}_change", args=[draft.pk])

    page = client.get(url)
    late = client.post(url, form_of(draft, **{"clauses-0-text": "Autre chose."}))

    assert "Ce qui se dit ici reste ici." in page.text
    assert "<textarea" not in page.text
    assert late.status_code == 302
    draft.refresh_from_db()
    assert draft.sha256 == draft.print()
    assert draft.clauses.get().text == "Ce qui se dit ici reste ici."


def test_a_draft_published_while_it_is_written_keeps_its_text(draft, officer):
    charters.publish(draft, by=officer)

    assert not charters.hold_draft(draft)


def test_the_title_of_what_was_signed_stays(client, officer):
    charter = CharterFactory(title="Charte signée")
    client.sign_in(officer)

    client.post(
        reverse(f"{ROOM}_change", args=[charter.pk]),
        {"title": "Autre titre", "use": "facilitator", "_save": "1"},
    )

    charter.refresh_from_db()
    assert (charter.title, charter.use) == ("Charte signée", "group")


def test_a_new_version_is_asked_for_and_confirmed(client, officer):
    charter = CharterFactory()
    client.sign_in(officer)
    url = reverse(f"{ROOM}_new_version", args=[charter.pk])

    assert url in client.get(reverse(f"{ROOM}_change", args=[charter.pk])).text
    assert client.get(url).status_code == 200
    assert charter.versions.count() == 1
    client.post(url)

    assert charter.versions.count() == 2
    assert url not in client.get(reverse(f"{ROOM}_change", args=[charter.pk])).text


def test_publishing_says_who_will_be_asked_to_sign_anew(client, officer):
    charter = CharterFactory()
    EnrolmentFactory(confirmed=True, activity=ActivityFactory(charter=charter))
    version = charters.new_version(charter, by=officer)
    client.sign_in(officer)

    page = client.get(reverse(f"{VERSIONS}_move", args=[version.pk, "publish"]))

    assert "1 personne confirmée le reste" in page.text


def test_the_office_reads_who_signed_under_which_name(client, officer):
    signature = CharterSignatureFactory(typed_name="awa DIALLO")
    url = reverse("admin:activities_chartersignature_changelist")
    version = reverse(f"{VERSIONS}_change", args=[signature.version_id])
    client.sign_in(officer)

    assert "awa DIALLO" in client.get(url).text
    assert (
        f"{url}?version__id__exact={signature.version_id}" in client.get(version).text
    )


@pytest.mark.parametrize("role", ["accountant", "superuser"])
def test_nobody_else_reads_who_signed(client, role):
    CharterSignatureFactory(typed_name="awa DIALLO")
    client.sign_in(PersonFactory(**{role: True}))

    page = client.get(reverse("admin:activities_chartersignature_changelist"))

    assert page.status_code in (403, 404)
    assert "awa DIALLO" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_as_much_however_many_rows(
    client, officer, count, django_assert_max_num_queries
):
    for _n in range(count):
        CharterSignatureFactory(enrolment=EnrolmentFactory(confirmed=True))
    client.sign_in(officer)

    for name in ("charter", "charterversion", "chartersignature"):
        with django_assert_max_num_queries(12):
            client.get(reverse(f"admin:activities_{name}_changelist"))


def test_numbers_of_versions_are_given_once():
    version = CharterVersionFactory()

    twin = CharterVersion(charter=version.charter, number=version.number)
    with pytest.raises(ValidationError):
        twin.validate_constraints()
