"""The production queue for the tests that kill a worker: Redis, under a prefix apart."""

import os

from agency.settings.dev import *  # noqa: F403
from agency.settings.dev import CELERY_BROKER_TRANSPORT_OPTIONS

# What a killed worker held stays under this prefix, and no other test hears of it.
CELERY_BROKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {
    "global_keyprefix": os.environ["PLATEAU_QUEUE"]
}
