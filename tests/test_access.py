"""Every URL, every role, the expected answer. A URL missing from the table fails.

The answers are asked for in tests/test_walk.py, in one walk over a house in use.
"""

import pytest
import rules
from django.apps import apps
from django.urls import get_resolver

from agency.core.admin import site
from tests.access import ACCESS, DESK, DOORS, room_of, url_names


def test_every_url_is_in_the_table():
    names = {name for name in url_names(get_resolver()) if name not in ("admin:", "")}

    assert {name for name in names if not room_of(name)} == set(ACCESS)


def test_every_room_of_the_desk_is_in_the_table():
    assert {model._meta.label_lower for model in site._registry} == set(DESK)


def test_every_page_of_a_room_is_walked():
    from tests.test_walk import DESK_PAGES  # it needs this module

    names = {name for name in url_names(get_resolver()) if room_of(name)}

    assert {n for n in names if room_of(n)[1] not in DESK_PAGES} == set(DOORS)


@pytest.mark.parametrize("label", sorted(DESK))
def test_room_of_the_desk_has_a_rule_for_all_it_allows(label):
    meta = apps.get_model(label)._meta

    for verb in ("view", "add", "change"):
        assert rules.perm_exists(f"{meta.app_label}.{verb}_{meta.model_name}") or (
            meta.proxy or not getattr(DESK[label], verb)
        )
