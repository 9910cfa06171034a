"""The charter of mentoring begins with the words of mentoring, and an edition signs it."""

import pytest
from django.urls import reverse

from agency.activities.choices import CharterUse
from agency.activities.models import Charter
from agency.activities.services import charters
from mentoring.demo.editions import prose
from tests.activities.factories import CharterFactory
from tests.mentoring.factories import EditionFactory

pytestmark = pytest.mark.django_db


def test_its_first_version_speaks_of_pairs(officer):
    charter = Charter.objects.create(title=prose()["charter"], use=CharterUse.PAIR)

    draft = charters.new_version(charter, by=officer)

    text = " ".join(draft.clauses.values_list("text", flat=True))
    titles = list(draft.clauses.values_list("title", flat=True))
    assert {"Le bénévolat", "Confidentialité", "Le rythme"} <= set(titles)
    assert "Finir sans se justifier" in titles
    assert "mentor·e" in text
    assert "séance" not in text
    assert "groupe" not in text


def test_a_group_begins_as_before(officer):
    draft = charters.new_version(Charter.objects.create(title="Groupe"), by=officer)

    assert draft.clauses.filter(title="Le rôle de l’intervenant·e").exists()


def test_an_edition_chooses_it_and_not_what_facilitators_undertake(client, officer):
    edition = EditionFactory(officer=officer, draft=True)
    CharterFactory(use=CharterUse.PAIR, title="Charte du mentorat")
    CharterFactory(use=CharterUse.FACILITATOR, title="Engagement à part")

    url = reverse("admin:mentoring_mentoringedition_change", args=[edition.pk])
    page = client.sign_in(officer).get(url).text

    assert "Charte du mentorat" in page
    assert "Engagement à part" not in page
