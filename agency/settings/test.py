"""Tests: the embedded demo without a worker, with the rules of production, and fast."""

from agency.settings.dev import *  # noqa: F403
from agency.settings.dev import (
    DATABASES,
    EMBEDDED_BROKER,
    INSTALLED_APPS,
    LOGGING,
    STORAGES,
)

# What the demo waives is under test; the browser tests turn it on for themselves.
DEMO = False
DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
LOGGING["root"]["level"] = "WARNING"
# A pool would keep connections to a database that the test run wants to drop.
DATABASES["default"]["OPTIONS"].pop("pool", None)
if EMBEDDED_BROKER:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
