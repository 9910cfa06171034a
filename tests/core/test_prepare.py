"""What a start does before the house opens."""

import pytest
from django.db import connection

from agency.core import prepare

TABLE = "cache_of_a_start"


@pytest.mark.django_db
def test_start_cut_short_before_the_table_of_the_cache_makes_it(settings):
    backend = "django.core.cache.backends.db.DatabaseCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": TABLE}}

    migrated = prepare.migrate()

    assert not migrated
    assert TABLE in connection.introspection.table_names()
