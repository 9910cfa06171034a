"""The demo's settings on PostgreSQL and Redis, with the floor's pages added."""

from agency.settings.dev import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
EMAIL_TIMEOUT = 30
