"""Markers in every sealed field: found on the pages of the pair, and on no other page."""

import pytest
from django.urls import reverse

from agency.core.admin import site
from agency.core.sealed_text import sealed_fields
from mentoring.models import (
    AgencyNote,
    Goal,
    MentoringEdition,
    PairMeeting,
    PrivateNote,
    SharedReview,
)
from tests.mentoring.marked import (
    GOAL,
    MARK,
    MENTEE,
    MENTOR,
    NAMES,
    SHARED,
    SIGN,
    TO_GUIDE,
    TO_NOVICE,
    WISH,
    House,
    body,
    desk,
    holds,
    searches,
)
from tests.mentoring.test_rooms import pages_of
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return House()


def test_every_sealed_field_has_a_marker(house):
    fields = {(model, field.attname) for model, field in sealed_fields()}

    assert {
        (PairMeeting, "shared_note"),
        (PrivateNote, "text"),
        (Goal, "text"),
        (Goal, "indicator"),
        (SharedReview, "gained"),
        (SharedReview, "wished"),
    } == {one for one in fields if one[0].__module__.startswith("mentoring")}


def test_no_sealed_model_is_on_the_desk(house):
    assert not {model for model, _field in sealed_fields()} & set(site._registry)


@pytest.mark.slow
def test_its_pages_are_found_by_nobody_else(house, client):
    file = reverse("mentoring:pair-words-file", args=[house.pair.uuid])
    for person in house.outsiders():
        client.sign_in(person)
        for page in [*pages_of(house.meeting), file]:
            answer = client.get(page)
            assert answer.status_code == 404, (person.current_roles, page)
            assert not holds(answer.content)


def test_its_two_halves_read_what_is_theirs(house, client):
    file = reverse("mentoring:pair-words-file", args=[house.pair.uuid])
    for half, own, other in (
        (house.pair.mentor, MENTOR, MENTEE),
        (house.pair.mentee, MENTEE, MENTOR),
    ):
        client.sign_in(half)
        read = "".join(client.get(page).text for page in pages_of(house.meeting))
        kept = client.get(file).content.decode()
        for said in (read, kept):
            assert all(word in said for word in (SHARED, GOAL, SIGN, own))
            assert all(word in said for word in (TO_NOVICE, TO_GUIDE, WISH))
            assert other not in said


def told_at_the_desk(client, team, models=None):
    """(role, address) wherever a marker is read, in a list, an export, a page."""
    for person in team:
        client.sign_in(person)
        for url in desk(person, models):
            if holds(body(client.get(url))):
                yield str(person.current_roles), url
        for url in searches(models):
            rows = (client.get(url).context or {}).get("cl")
            if rows and rows.result_count:
                yield str(person.current_roles), url


@pytest.mark.slow
def test_nothing_is_told_on_the_desk(house, client):
    assert list(told_at_the_desk(client, house.team())) == []


def test_the_walk_of_the_desk_sees_a_leak(house, client):
    """Where something is told, it is found: on a page, in an export, by a search."""
    type(house.word).objects.update(text=f"Un mot {MARK}.")
    house.edition.title = f"Promotion {MARK}"
    house.edition.save()
    models = (AgencyNote, MentoringEdition)

    found = [url for _who, url in told_at_the_desk(client, [house.officer], models)]

    rooms = [site._registry[model] for model in models]
    assert rooms[0].url("change", house.word.pk) in found
    assert rooms[1].url("export", "xlsx") in found
    assert f"{rooms[1].url('changelist')}?q={MARK}" in found


@pytest.mark.slow
@pytest.mark.parametrize("trait", ["officer", "secretary", "direction", "superuser"])
def test_who_is_in_a_pair_is_told_to_its_officer_alone(house, client, trait):
    person = PersonFactory(**{trait: True})
    client.sign_in(person)

    for url in desk(person):
        if "/people/" in url or "/core/" in url:
            continue  # the directory, and the journal: who did something, not in what
        text = body(client.get(url)).decode(errors="ignore")
        assert not [name for name in NAMES if name in text], url
    change = reverse("admin:mentoring_pair_change", args=[house.pair.pk])
    assert client.get(change).status_code in (403, 404)


def test_its_officer_reads_facts(house, client):
    client.sign_in(house.officer)

    rows = client.get(reverse("admin:mentoring_pair_changelist")).text
    page = client.get(reverse("admin:mentoring_pair_change", args=[house.pair.pk])).text
    assert all(name in rows and name in page for name in NAMES)
    assert "1 sur 10" in rows
