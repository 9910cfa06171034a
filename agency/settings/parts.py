"""The long dictionaries of the settings, one function each."""

import os

import dj_database_url

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA temp_store=MEMORY;"
)


def database(url, *, pool):
    """PostgreSQL through a pool of ``pool`` connections a process, or embedded SQLite."""
    config = dj_database_url.parse(url)
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        # Writers queue at BEGIN: half-way they would fail with "database is locked".
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        }
    else:
        # Compiling the plan of a search takes ten times as long as the search itself.
        # The address of the database, or else the environment, may ask for more.
        asked = options.get("options", os.environ.get("PGOPTIONS", ""))
        options |= {
            "options": f"{asked} -c jit=off".strip(),
            "connect_timeout": 5,
            "pool": {"min_size": 1, "max_size": pool, "timeout": 10},
        }
        config["CONN_HEALTH_CHECKS"] = True
    return config


def redis_cache(url):
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "plateau",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }


def broker_options():
    """Redis: a task lost with its worker is handed out again within ten seconds."""
    return {
        "visibility_timeout": 300,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "retry_on_timeout": False,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    }


def json_logs(level):
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "agency.core.logs.RequestIdFilter"},
            "mask": {"()": "agency.core.logs.MaskFilter"},
        },
        "formatters": {
            "json": {"()": "agency.core.logs.JsonFormatter"},
            "plain": {
                "format": "{asctime} {levelname:<7} {name} [{request_id:.8}] {message}",
                "style": "{",
                "datefmt": "%H:%M:%S",
            },
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["request", "mask"],
                "formatter": "json",
            }
        },
        "root": {"handlers": ["console"], "level": level},
        # Django's own handlers mail errors with their local variables: never.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # Says at each HEAD that Django also made the body.
            "gunicorn.http.wsgi": {"level": "ERROR"},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }


def start_sentry(dsn):
    """Errors without personal data: no user, body, variable or key in a path."""
    if dsn:
        # Imported late: half of the time it takes to read the settings.
        import sentry_sdk

        from agency.core.logs import scrub  # see above

        sentry_sdk.init(
            dsn=dsn,
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            before_send=scrub,
            before_send_transaction=scrub,
        )
