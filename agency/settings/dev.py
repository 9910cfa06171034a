"""The embedded demo and the developer's machine: base, and no server to install."""

import os
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASE_DIR = HERE.parent.parent
VAR_DIR = Path(os.environ.get("PLATEAU_VAR", BASE_DIR / "var"))
PORT = os.environ.get("PORT", "8000")
EMBEDDED_BROKER = "REDIS_URL" not in os.environ

# Published here, so worth nothing: production refuses to start without its own.
DEFAULTS = {
    "SECRET_KEY": "development only, and long enough for the deployment checks",
    "SEALED_TEXT_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1ub3QtYS1zZWNyZXQtIS0=",
    "SITE_URL": f"http://localhost:{PORT}",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1],testserver",
    "TRUSTED_PROXY_COUNT": "0",
    "DATABASE_URL": f"sqlite:///{VAR_DIR / 'plateau.sqlite3'}",
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_URL": f"file:///{VAR_DIR / 'mail'}",
    "PRIVATE_MEDIA_ROOT": str(VAR_DIR / "media"),
    "BACKUP_ROOT": str(VAR_DIR / "backups"),
    "BACKUP_GPG_RECIPIENT": "",
}
AGENCY_DEFAULTS = tomllib.loads((HERE / "agency.fr.toml").read_text("utf-8"))
said = dict(os.environ)
os.environ.update(DEFAULTS | AGENCY_DEFAULTS | said)

from agency.settings.base import *  # noqa: E402, F403
from agency.settings.base import (  # noqa: E402
    EMAIL_BACKEND,
    LOGGING,
    STORAGES,
    env,
)

# Processes started from here decide anew what was said and what was not.
for name in (DEFAULTS | AGENCY_DEFAULTS).keys() - said.keys():
    del os.environ[name]

# base has one folder; the tests of the supervisor move it.
VAR_DIR = Path(os.environ.get("PLATEAU_VAR", BASE_DIR / "var"))
STATIC_ROOT = VAR_DIR / "static"
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEMO = True
DEBUG = env.bool("DEBUG", False)
if EMAIL_BACKEND.endswith(".filebased.EmailBackend"):
    EMAIL_BACKEND = "agency.mail.backends.FolderBackend"
LOGGING["handlers"]["console"]["formatter"] = "plain"

if DEBUG:
    WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
    STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )

if EMBEDDED_BROKER:
    BROKER_DIR = VAR_DIR / "broker"
    for folder in ("messages", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = None
    CELERY_BROKER_TRANSPORT = "agency.core.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": True,
        "polling_interval": 0.2,
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
        }
    }
