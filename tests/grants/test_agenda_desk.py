"""The agenda on the desk: its order, its notice, its second convocation."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from agency.activities.models import Session
from agency.core.clock import now, paris, today
from agency.pages import morning
from grants.choices import Block
from grants.models import Point, Sitting
from grants.services import agenda, reviews
from tests.activities.factories import ConveningFactory
from tests.core.desk import form_of, texts
from tests.grants.commission import (
    DAY,
    MemberFactory,
    close_reviews,
    free,
    in_review,
    point_of,
    presented,
    rules_with_criteria,
    tied,
)
from tests.grants.factories import (
    ApplicationFactory,
    InstructionReportFactory,
    RulesFactory,
    SittingFactory,
)
from tests.people.factories import PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def url(name, sitting):
    return reverse(f"admin:grants_sitting_{name}", args=[sitting.pk])


def typed(sitting, **changes):
    """What the page sends back, with ``changes``: {key of a point: (block, place)}."""
    data = {"turn": Sitting.objects.get(pk=sitting.pk).turn, "do": "save"}
    for one in Point.objects.filter(sitting=sitting):
        data[f"place_{one.pk}"], data[f"block_{one.pk}"] = one.position, one.block
    return data | changes


def place(application, position, block=Block.DEBATED):
    key = point_of(application).pk
    return {f"place_{key}": position, f"block_{key}": block}


def given(one, person, score):
    free(one, person)
    words = {"opinion": "favourable", "suggested": None, "comment": ""}
    scores = {criterion.pk: score for criterion in one.rules.criteria.all()}
    own = reviews.begin(one, person)
    reviews.save(own, words, scores, version=0, revision=1, hand_in=True)


# --- The order -----------------------------------------------------------------------------
def test_the_order_and_the_blocks_are_typed(desk, sitting, officer):
    first, second, third = (presented(sitting) for _n in range(3))

    data = typed(sitting, **place(third, 1), **place(first, 3, Block.CONSENSUAL))
    response = desk.post(url("agenda", sitting), data)

    assert response.status_code == 302
    rows = agenda.points(sitting, officer)
    assert [(one.block, one.application) for one in rows] == [
        (Block.CONSENSUAL, first),
        (Block.DEBATED, third),
        (Block.DEBATED, second),
    ]


def test_a_page_gone_stale_keeps_what_was_typed_and_writes_nothing(desk, sitting):
    one, other = presented(sitting), presented(sitting)
    data = typed(sitting, **place(other, 1))
    presented(sitting)

    refused = desk.post(url("agenda", sitting), data)

    assert refused.status_code == 200
    assert refused.context["form"].non_field_errors()
    assert point_of(one).position == 1
    again = refused.context["form"]
    assert again["turn"].value() == str(Sitting.objects.get(pk=sitting.pk).turn)
    assert again[f"place_{point_of(other).pk}"].value() == "1"
    data["turn"] = again["turn"].value()
    assert desk.post(url("agenda", sitting), data).status_code == 302
    assert point_of(other).position == 1


def test_a_place_that_is_no_number_is_said(desk, sitting):
    one = presented(sitting)
    data = typed(sitting, **{f"place_{point_of(one).pk}": "zéro"})

    refused = desk.post(url("agenda", sitting), data)

    assert f"place_{point_of(one).pk}" in refused.context["form"].errors


def test_it_is_arranged_by_the_opinions_once_they_are_closed(desk, sitting):
    rules = rules_with_criteria()
    contested, agreed = (presented(sitting, rules=rules) for _n in range(2))
    for one in (contested, agreed):
        InstructionReportFactory(application=one, opinion="favourable")
    for scores in ((1, 3), (4, 3)):
        person = MemberFactory(sitting=sitting).person
        for one, score in zip((contested, agreed), scores, strict=True):
            given(one, person, score)
    before = desk.get(url("agenda", sitting))
    assert not before.context["arranges"]
    assert 'data-s="late"' not in before.text
    desk.post(url("agenda", sitting), {"do": "arrange"})
    assert point_of(agreed).block == Block.DEBATED

    close_reviews(sitting)
    desk.post(url("agenda", sitting), {"do": "arrange"})

    assert point_of(agreed).block == Block.CONSENSUAL
    assert 'data-s="late"' in desk.get(url("agenda", sitting)).text


def test_once_it_is_over_it_is_only_read(desk, sitting):
    one = presented(sitting)
    Sitting.objects.filter(pk=sitting.pk).update(
        state="deliberated", opened_at=now(), closed_at=now(), quorum_at_opening={}
    )

    page = desk.get(url("agenda", sitting))
    desk.post(url("agenda", sitting), typed(sitting, **place(one, 1, Block.LATE)))

    assert one.number in page.text
    assert not page.context["prepares"]
    assert point_of(one).block == Block.DEBATED


# --- Who reads it -----------------------------------------------------------------------------
def test_whoever_stands_back_from_a_file_does_not_see_it(desk, sitting, officer):
    one, shut = presented(sitting), presented(sitting)
    tied(shut, officer)

    page = desk.get(url("agenda", sitting))

    assert one.number in page.text
    for said in (shut.number, shut.show.title, shut.organisation.name):
        assert said not in page.text


def test_who_only_reads_it_types_nothing(client, sitting):
    one = presented(sitting)
    client.sign_in(RoleFactory(role="decider").person)

    page = client.get(url("agenda", sitting))
    refused = client.post(url("agenda", sitting), typed(sitting))

    assert one.number in page.text
    assert '<input type="number"' not in page.text
    assert refused.status_code == 403


def test_two_hundred_files_are_on_one_page(
    desk, sitting, django_assert_max_num_queries
):
    rules = rules_with_criteria()
    house = presented(sitting, rules=rules).organisation
    files = ApplicationFactory.create_batch(
        199, scheduled=True, sitting=sitting, rules=rules, organisation=house
    )
    Point.objects.bulk_create(
        Point(sitting=sitting, application=one, position=rank)
        for rank, one in enumerate(files, start=2)
    )
    close_reviews(sitting)
    desk.get(url("agenda", sitting))

    with django_assert_max_num_queries(15):
        page = desk.get(url("agenda", sitting))

    assert page.text.count('<input type="number"') == 200
    assert desk.post(url("agenda", sitting), typed(sitting)).status_code == 302


# --- The notice (decree 2006-672, art. 9) ---------------------------------------------------------
def test_notice_article_9_the_page_says_when_it_is_not_kept(desk):
    kept, short = in_review(session__starts_in=6), in_review(session__starts_in=4)

    assert not desk.get(url("agenda", kept)).context["notice"].is_short
    page = desk.get(url("agenda", short))
    assert page.context["notice"].is_short
    assert '<b class="error">' in page.text


def test_notice_article_9_the_morning_says_which_commission_to_convene():
    near, late = in_review(session__starts_in=12), in_review(session__starts_in=3)
    in_review(session__starts_in=40)
    ConveningFactory(session=in_review(session__starts_in=8).session)

    found = {
        thing.sort.url: thing
        for thing in morning.waiting(PersonFactory(officer=True))
        if "ordre-du-jour" in thing.sort.url
    }

    assert set(found) == {url("agenda", near), url("agenda", late)}
    assert found[url("agenda", near)].due == paris(near.meets_at).date() - 5 * DAY
    assert found[url("agenda", late)].due < today()


# --- A second convocation (art. 11) ---------------------------------------------------------------
def moments(starts, hours=3):
    ends = starts + timedelta(hours=hours)
    return {
        f"{name}_{part}": paris(moment).strftime(shape)
        for name, moment in (("starts_at", starts), ("ends_at", ends))
        for part, shape in enumerate(("%Y-%m-%d", "%H:%M"))
    }


def come(sitting):
    """Its day has come."""
    Session.objects.filter(pk=sitting.pk).update(
        starts_at=now(), ends_at=now() + timedelta(hours=3)
    )
    return Sitting.objects.select_related("session").get(pk=sitting.pk)


def test_second_convocation_article_11_needs_a_confirmation(desk, sitting):
    sitting = come(sitting)
    starts = sitting.meets_at + 10 * DAY

    refused = desk.post(url("reconvene", sitting), moments(starts))
    assert "confirmed" in refused.context["form"].errors
    assert not Sitting.objects.get(pk=sitting.pk).is_second

    data = moments(starts) | {"confirmed": "on"}
    response = desk.post(url("reconvene", sitting), data)
    assert response.status_code == 302
    kept = Sitting.objects.get(pk=sitting.pk)
    assert (kept.is_second, paris(kept.meets_at).date()) == (
        True,
        paris(starts).date(),
    )
    assert texts(desk.get(response.url))


def test_second_convocation_of_a_day_that_is_past_is_refused_in_words(desk, sitting):
    data = moments(sitting.meets_at - 12 * DAY) | {"confirmed": "on"}

    refused = desk.post(url("reconvene", sitting), data)

    assert refused.context["form"].non_field_errors()
    assert not Sitting.objects.get(pk=sitting.pk).is_second


# --- The sitting's own page -----------------------------------------------------------------------
def test_its_envelopes_and_notice_are_typed_zero_included(desk):
    scheme = RulesFactory(full=True).scheme
    sitting = SittingFactory(schemes=[scheme])
    change = url("change", sitting)
    data = form_of(desk, change) | {
        "notice_days": "8",
        "envelopes-TOTAL_FORMS": "1",
        "envelopes-0-scheme": scheme.pk,
        "envelopes-0-amount": "0",
    }

    response = desk.post(change, data)

    assert response.status_code == 302
    sitting.refresh_from_db()
    assert sitting.notice_days == 8
    assert sitting.envelopes.get().amount == Decimal(0)


def test_its_page_leads_to_the_agenda_and_to_the_convocation(desk, sitting):
    labels = {one["url"] for one in desk.get(url("change", sitting)).context["tools"]}
    convene = reverse("admin:activities_session_convene", args=[sitting.session_id])

    assert url("agenda", sitting) in labels
    assert convene in labels
    assert url("reconvene", sitting) not in labels

    ConveningFactory(session=sitting.session)
    begun = now() - timedelta(hours=1)
    Session.objects.filter(pk=sitting.session_id).update(starts_at=begun)
    labels = {one["url"] for one in desk.get(url("change", sitting)).context["tools"]}
    assert url("reconvene", sitting) in labels
    assert convene not in labels
