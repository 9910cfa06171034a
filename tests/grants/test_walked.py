"""What a walk over the pages of aid found: each mended, each shown."""

import re

import pytest
from django.urls import reverse

from grants.forms.rows import IncomeForm
from grants.models import Application
from grants.sections import Section
from grants.services import submission
from tests.grants.dialogue_letters import maud
from tests.grants.factories import (
    ApplicationFactory,
    EligibilityRuleFactory,
    RulesFactory,
    SchemeFactory,
    SittingFactory,
)
from tests.grants.sent import read, url_of
from tests.grants.test_dialogue_desk import lines
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return PersonFactory()


@pytest.fixture
def draft(person):
    return ApplicationFactory(owner=person)


@pytest.fixture
def author(client, person):
    client.force_login(person)
    return client


def said(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_new_title_counts_although_the_list_above_was_forgotten(author, draft):
    Application.objects.filter(pk=draft.pk).update(show=None)
    sent = read(draft, Section.PROJECT)
    sent |= {"show": "", "new_title": "L’Heure du thé", "save": "yes"}

    author.post(url_of(draft, "projet"), sent)

    draft.refresh_from_db()
    assert draft.show.title == "L’Heure du thé"


def test_the_button_that_enter_presses_keeps_and_adds_no_row(author, draft):
    page = said(author.get(url_of(draft, "recettes")))

    form = page[page.index("data-drafting") :]
    first = re.search(r"<button[^>]*>", form).group()
    assert 'name="save"' in first


def test_one_draft_at_a_time_offers_no_form_that_would_open_it(author, person):
    scheme = SchemeFactory(takes_applications=True)
    rules = RulesFactory(scheme=scheme)
    SittingFactory(schemes=[scheme])
    houses = [AffiliationFactory(person=person).organisation for _n in range(2)]
    url = reverse("grants:application-start", args=[scheme.slug])
    ApplicationFactory(owner=person, rules=rules, organisation=houses[0])

    page = said(author.get(url))
    assert f'value="{houses[1].pk}"' in page
    assert f'value="{houses[0].pk}"' not in page

    ApplicationFactory(owner=person, rules=rules, organisation=houses[1])
    page = said(author.get(url))
    assert "Ouvrir le brouillon" not in page
    assert "une demande à la fois" in page


def test_what_is_asked_before_one_sends_is_not_called_optional(author, draft):
    EligibilityRuleFactory(rules=draft.rules, subject="siret", severity="blocking")

    page = said(author.get(url_of(draft, "structure")))

    labels = dict(re.findall(r'<label for="id_(\w+)">(.*?)</label>', page))
    assert "avant de déposer" in labels["iban"]
    assert "avant de déposer" in labels["siret"]
    assert "facultatif" in labels["licence"]


def test_a_condition_leads_to_what_it_is_about_and_an_unknown_seat_says_whom_to_ask(
    author, draft
):
    EligibilityRuleFactory(
        rules=draft.rules,
        subject="territory",
        codes=["53"],
        severity="blocking",
        message="Le siège est dans la région.",
    )
    draft.organisation.territory = None
    draft.organisation.save()

    page = said(author.get(reverse("grants:application-submit", args=[draft.uuid])))

    assert reverse("grants:application-estimate", args=[draft.uuid]) in page
    fresh = Application.objects.get(pk=draft.pk)
    sentences = [words for part, words in submission.missing(fresh)]
    assert any("ne connaît pas encore le siège" in words for words in sentences), (
        sentences
    )


def test_a_point_without_its_words_is_told_at_the_top(client):
    one = ApplicationFactory(sent=True)
    client.sign_in(maud())
    url = reverse("admin:grants_completionrequest_ask", args=[one.pk])

    page = client.post(url, lines(**{"item0-message": ""}))

    told = page.context["form"].non_field_errors()
    assert any("Point 1" in sentence for sentence in told)


def test_a_row_says_its_fault_with_the_space_that_french_wants(draft):
    form = IncomeForm({"kind": "", "amount": "beaucoup"}, application=draft)

    assert not form.is_valid()
    assert "\u202f:" in form.sentence()
    assert not re.search(r"\w: ", form.sentence())


def test_a_row_taken_off_comes_back_as_a_new_one(author, draft):
    line = draft.incomes.create(kind="fee", amount=300)
    sent = read(draft, Section.INCOMES)
    url = url_of(draft, "recettes")
    off = author.post(
        url, sent | {"row-0-remove": "on"}, headers={"X-Pause": "1"}
    ).json()
    assert off["rows"]["row-0"]["gone"]
    assert not draft.incomes.exists()

    row = off["rows"]["row-0"]
    back = sent | {"row-0-id": row["id"], "row-0-seen": row["seen"]}
    author.post(url, back, headers={"X-Pause": "1"})

    again = draft.incomes.get()
    assert (again.amount, again.kind) == (line.amount, "fee")
    assert again.pk != line.pk
