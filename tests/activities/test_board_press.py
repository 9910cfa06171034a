"""The board: one press decides, a list is suggested, however many candidates."""

import re
from datetime import timedelta

import pytest

from agency.activities.choices import Selection
from agency.activities.models import Application, Enrolment
from agency.activities.services import balance, board, composing
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked
from tests.activities.boards import candidate, press, row_of, selection, url
from tests.activities.factories import (
    EligibilityRuleFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
)
from tests.core.desk import texts
from tests.people.factories import (
    OrganisationFactory,
    ProfessionFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


@pytest.fixture
def cycle(officer):
    return PracticeCycleFactory(
        registration_mode="application", officer=officer, max_per_organisation=1
    )


# --- One press ---------------------------------------------------------------------
def test_a_press_is_kept_with_who_and_when(desk, cycle, officer):
    enrolment = candidate(cycle)

    answer = press(desk, enrolment, "select")

    assert answer["Location"] == f"{url(cycle)}#demande-{enrolment.pk}"
    application = Application.objects.get(enrolment=enrolment)
    assert (application.selection, application.selected_by) == ("select", officer)
    assert application.selected_at is not None
    assert Enrolment.objects.get(pk=enrolment.pk).state == "under_review"


def test_a_candidate_who_wrote_nothing_can_be_decided_on(desk, cycle):
    enrolment = EnrolmentFactory(activity=cycle, under_review=True)

    press(desk, enrolment, "wait")

    assert selection(enrolment) == "wait"


def test_htmx_gets_the_row_its_colleagues_and_the_figures(desk, cycle):
    house = OrganisationFactory()
    one, other, alone = candidate(cycle, house), candidate(cycle, house), None
    alone = candidate(cycle)

    page = desk.post(
        url(cycle),
        {"act": "decide", "enrolment": one.pk, "selection": "select", "seen": ""},
        headers={"HX-Request": "true"},
    ).text

    assert f'id="demande-{one.pk}"' in page
    assert f'id="demande-{other.pk}" data-candidate hx-swap-oob="true"' in page
    assert f'id="demande-{alone.pk}"' not in page
    assert "1 sur 15" in page.replace("\u202f", " ")
    assert "<html" not in page


def test_the_second_of_two_tabs_is_told_and_writes_nothing(desk, cycle, officer):
    enrolment = candidate(cycle)
    press(desk, enrolment, "select")

    answer = press(desk, enrolment, "refuse", seen="")

    (said,) = texts(desk.get(answer["Location"]))
    assert officer.full_name in said
    assert "etenu" in said
    assert selection(enrolment) == "select"


def test_the_same_press_twice_is_one(desk, cycle):
    enrolment = candidate(cycle)
    press(desk, enrolment, "select")
    first = Application.objects.get(enrolment=enrolment).selected_at

    answer = press(desk, enrolment, "select", seen="")

    assert texts(desk.get(answer["Location"])) == []
    assert Application.objects.get(enrolment=enrolment).selected_at == first


def test_a_press_after_having_seen_the_last_one_changes_it(desk, cycle):
    enrolment = candidate(cycle)
    press(desk, enrolment, "select")
    seen = row_of(cycle, enrolment).stamp

    press(desk, enrolment, "", seen=seen)

    assert selection(enrolment) == Selection.OPEN


def test_what_is_decided_is_pressed_no_more(desk, cycle, officer):
    enrolment = candidate(cycle)
    Enrolment.objects.filter(pk=enrolment.pk).update(
        state="refused", ended_at=now(), refusal_reason="x"
    )

    answer = press(desk, enrolment, "select")

    assert "déjà" in texts(desk.get(answer["Location"]))[0]
    with pytest.raises(MoveBlocked):
        composing.decide(enrolment, "select", by=officer, seen="")
    assert selection(enrolment) == Selection.OPEN


def test_a_reason_is_kept_and_stays_when_only_the_press_changes(desk, cycle):
    enrolment = candidate(cycle)
    press(desk, enrolment, "refuse", reason=" Groupe complet. ")
    seen = row_of(cycle, enrolment).stamp

    press(desk, enrolment, "wait", seen=seen)

    application = Application.objects.get(enrolment=enrolment)
    assert (application.selection, application.reason) == ("wait", "Groupe complet.")


def test_a_reason_too_long_is_told(desk, cycle):
    enrolment = candidate(cycle)

    answer = press(desk, enrolment, "refuse", reason="x" * 601)

    assert "600" in texts(desk.get(answer["Location"]))[0]
    assert selection(enrolment) == Selection.OPEN


def test_one_reason_goes_to_the_refusals_that_have_none(desk, cycle):
    bare, worded, retained = (candidate(cycle) for _n in range(3))
    press(desk, bare, "refuse")
    press(desk, worded, "refuse", reason="Une raison à elle.")
    press(desk, retained, "select")

    desk.post(url(cycle), {"act": "reason", "usual": "0", "words": ""})

    reasons = dict(Application.objects.values_list("enrolment", "reason"))
    assert "équilibre" in reasons[bare.pk]
    assert reasons[worded.pk] == "Une raison à elle."
    assert reasons[retained.pk] == ""


@pytest.mark.parametrize("data", [{}, {"usual": "99"}, {"words": "x" * 601}])
def test_a_common_reason_needs_words_that_fit(desk, cycle, data):
    enrolment = candidate(cycle)
    press(desk, enrolment, "refuse")

    answer = desk.post(url(cycle), {"act": "reason"} | data, follow=True)

    assert len(texts(answer)) == 1
    assert Application.objects.get(enrolment=enrolment).reason == ""


@pytest.mark.parametrize(
    "data", [{"act": "unknown"}, {}, {"act": "decide", "selection": "other"}]
)
def test_a_forged_press_is_refused(desk, cycle, data):
    candidate(cycle)

    assert desk.post(url(cycle), data).status_code == 404


# --- The figures ---------------------------------------------------------------------
def test_figures_count_who_would_be_in(desk, cycle):
    nievre, yonne = TerritoryFactory(name="Nièvre"), TerritoryFactory(name="Yonne")
    in_nievre = candidate(cycle, OrganisationFactory(territory=nievre))
    candidate(cycle, OrganisationFactory(territory=nievre, kind="venue"))
    candidate(cycle, OrganisationFactory(territory=yonne))
    press(desk, in_nievre, "select")

    loaded = board.load(cycle, cycle.officer)
    (_title, shares, most), kinds, _trades, editions = balance.figures(loaded)

    found = {one.label: (one.inside, one.asked) for one in shares}
    assert found == {"Nièvre": (1, 2), "Yonne": (0, 1)}
    assert most == 2
    assert sum(one.asked for one in kinds[1]) == 3
    assert [one.asked for one in editions[1]] == [3]


def test_the_same_organisation_twice_is_named(cycle):
    house = OrganisationFactory(name="Le Grand Plateau")
    for enrolment in (candidate(cycle, house), candidate(cycle, house)):
        Application.objects.filter(enrolment=enrolment).update(selection="select")

    ((organisation, names),) = balance.twice(board.load(cycle, cycle.officer))

    assert organisation == house
    assert len(names) == 2


# --- A suggested list ------------------------------------------------------------------
def suggested(desk, activity):
    return desk.post(url(activity), {"act": "suggest"}, follow=True)


def test_a_list_takes_one_of_each_organisation_and_never_too_many(desk, cycle):
    cycle.capacity = 2
    cycle.save()
    house = OrganisationFactory()
    first = candidate(cycle, house, submitted_at=now() - timedelta(days=9))
    colleague = candidate(cycle, house, submitted_at=now() - timedelta(days=8))
    third = candidate(cycle, submitted_at=now() - timedelta(days=7))
    last = candidate(cycle, submitted_at=now() - timedelta(days=6))

    suggested(desk, cycle)

    assert [selection(one) for one in (first, colleague, third, last)] == [
        "select",
        "wait",
        "select",
        "wait",
    ]


def test_a_list_seeks_the_territories_that_are_least_there(desk, cycle):
    cycle.capacity = 2
    cycle.save()
    here, there = TerritoryFactory(), TerritoryFactory()
    first, second = (
        candidate(cycle, OrganisationFactory(territory=here)) for _n in range(2)
    )
    far = candidate(cycle, OrganisationFactory(territory=there))

    suggested(desk, cycle)

    assert [selection(one) for one in (first, second, far)] == [
        "select",
        "wait",
        "select",
    ]


def test_a_list_leaves_to_the_officer_what_is_not_a_matter_of_numbers(desk, cycle):
    wanted = ProfessionFactory()
    EligibilityRuleFactory(activity=cycle, professions=[wanted])
    fits, outside = candidate(cycle), candidate(cycle)
    fits.affiliation.profession = wanted
    fits.affiliation.save()

    page = suggested(desk, cycle)

    assert (selection(fits), selection(outside)) == ("select", Selection.OPEN)
    assert any(outside.person.full_name in text for text in texts(page))


def test_a_list_changes_nothing_that_is_decided_and_can_be_undone(desk, cycle):
    mine, open_ = candidate(cycle), candidate(cycle)
    press(desk, mine, "refuse", reason="Une raison.")

    page = suggested(desk, cycle)
    moment = re.search(r'name="moment" value="([^"]+)"', page.text)[1]

    assert (selection(mine), selection(open_)) == ("refuse", "select")
    desk.post(url(cycle), {"act": "clear", "moment": moment})
    assert (selection(mine), selection(open_)) == ("refuse", Selection.OPEN)


def test_everything_goes_back_to_decide_with_its_reasons(desk, cycle):
    enrolment = candidate(cycle)
    press(desk, enrolment, "refuse", reason="Une raison.")

    desk.post(url(cycle), {"act": "clear"})

    application = Application.objects.get(enrolment=enrolment)
    assert (application.selection, application.reason) == ("", "Une raison.")


def test_the_same_board_gives_the_same_list(cycle):
    with travel(now()):
        for _n in range(6):
            candidate(cycle)
    loaded = [balance.propose(board.load(cycle, cycle.officer)) for _n in range(2)]

    one, two = ([row.pk for row in found.retained] for found in loaded)
    assert one == two == sorted(one)


# --- However many ------------------------------------------------------------------
def test_the_board_asks_a_constant_number_of_questions(
    desk, cycle, django_assert_max_num_queries
):
    EligibilityRuleFactory(activity=cycle)
    EligibilityRuleFactory(activity=cycle, subject="membership", force="warning")
    counts = []
    for more in (1, 2, 15):
        for _n in range(more):
            candidate(cycle)
        desk.get(url(cycle))
        for page in ("", "appliquer/"):
            with django_assert_max_num_queries(15) as asked:
                desk.get(url(cycle, page))
            counts.append(len(asked))

    assert counts[:2] == counts[2:4] == counts[4:]
