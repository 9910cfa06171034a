"""What the rules make of an application, told while it is written, and after."""

import pytest
from django.urls import reverse

from agency.core.figures import euros
from grants.models import AidComputation, Application
from grants.services import computation, drafts
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationFactory,
    EligibilityRuleFactory,
    ExpenseLineFactory,
    LegFactory,
    PerformanceFactory,
    RulesFactory,
    SittingFactory,
)
from tests.grants.sent import said
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def draft(person):
    rules = RulesFactory(full=True, cap_per_beneficiary_year=5000)
    EligibilityRuleFactory(
        rules=rules,
        subject="least_performances",
        number=9,
        message="Neuf représentations au moins.",
    )
    return ApplicationFactory(rules=rules, owner=person, tour=True, requested=1000)


def page_of(application):
    return reverse("grants:application-estimate", args=[application.uuid])


def test_page_says_each_step_and_what_is_not_fulfilled(client, person, draft):
    client.force_login(person)

    page = said(client.get(page_of(draft)))

    result = computation.preview(draft)
    assert euros(result.amount) in page
    assert "Neuf représentations au moins." in page
    assert "Condition non remplie" in page
    assert not AidComputation.objects.exists()


def test_asked_in_place_it_is_the_short_one(client, person, draft):
    client.force_login(person)

    answer = client.get(page_of(draft), headers={"HX-Request": "true"})

    text = said(answer)
    assert "<h1" not in text
    assert euros(computation.preview(draft).amount) in text
    assert "Neuf représentations au moins." in text


def test_after_sending_it_is_what_was_kept(client, person, draft):
    computation.compute(draft, revision=1)
    kept = draft.computations.get()
    Application.objects.filter(pk=draft.pk).update(
        state="submitted",
        number="MOB-2026-S1-0001",
        submitted_at=kept.computed_at,
        sitting=SittingFactory(),
    )
    ExpenseLineFactory(application=draft, quantity=3, unit_amount=4000)
    client.force_login(person)

    page = said(client.get(page_of(draft)))

    assert euros(kept.amount) in page
    assert "à partir de ce que vous avez envoyé" in page


@pytest.mark.parametrize("rows", [1, 4])
def test_it_asks_the_same_queries_however_many_rows(
    client, person, draft, rows, django_assert_num_queries
):
    for _n in range(rows):
        PerformanceFactory(application=draft)
        LegFactory(application=draft)
        ExpenseLineFactory(application=draft)
    client.force_login(person)
    client.get(page_of(draft))

    with django_assert_num_queries(14):
        client.get(page_of(draft))


def test_nobody_else_reads_it(client, draft):
    client.force_login(PersonFactory())

    assert client.get(page_of(draft)).status_code == 404


def test_a_draft_thrown_away_takes_its_files_and_computations(
    person, draft, django_capture_on_commit_callbacks
):
    draft.sitting = SittingFactory()
    draft.save()
    paper = ApplicationDocumentFactory(application=draft)
    computation.compute(draft)
    storage, name = paper.file.storage, paper.file.name

    with django_capture_on_commit_callbacks(execute=True):
        drafts.discard(draft, by=person)

    assert not Application.objects.exists()
    assert not AidComputation.objects.exists()
    assert not storage.exists(name)
