"""The draft that the accounts of the demo write together."""

import pytest

from grants.models import Application
from grants.services.totals import totals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_company_of_the_demo_writes_a_rich_draft_with_a_colleague(world):
    company, colleague = world.person("compagnie"), world.person("compagnie2")
    draft = Application.objects.get(
        state="draft", editors__person=company, editors__role="owner"
    )

    assert draft.editors.get(role="collaborator").person == colleague
    assert draft.show is not None
    assert draft.sitting is not None
    summed = totals(draft)
    assert summed.performances == 6
    assert summed.gap > 0
    assert draft in Application.objects.visible_to(colleague)
    assert draft.documents.count() == 1


def test_the_colleague_begins_one_and_asks_for_help(world):
    company, colleague = world.person("compagnie"), world.person("compagnie2")
    draft = Application.objects.get(
        state="draft", editors__person=colleague, editors__role="owner"
    )

    assert draft.editors.get(role="collaborator").person == company
