"""Production. Every secret, address and switch comes from the environment; none has a default."""

from pathlib import Path
from urllib.parse import urlsplit

from environs import Env

from agency.settings.guards import (
    refuse_placeholders,
    require_fernet_keys,
    require_https,
)
from agency.settings.parts import (
    broker_options,
    database,
    json_logs,
    redis_cache,
    start_sentry,
)

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

# --- What this process is ---------------------------------------------------
DEBUG = False
# The demo waives the second factor and lists its passwords: no environment turns it on.
DEMO = False
SITE_URL = env.str("SITE_URL", validate=require_https).rstrip("/")
LOCAL = urlsplit(SITE_URL).hostname in {"localhost", "127.0.0.1"}
HTTPS = SITE_URL.startswith("https://")
SECRET_KEY = env.str("SECRET_KEY")
SEALED_TEXT_KEYS = env.list("SEALED_TEXT_KEYS", validate=require_fernet_keys)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT")
DATABASE_URL = env.str("DATABASE_URL")
REDIS_URL = env.str("REDIS_URL")
if not LOCAL:
    refuse_placeholders(
        SECRET_KEY=SECRET_KEY,
        SEALED_TEXT_KEYS=",".join(SEALED_TEXT_KEYS),
        DATABASE_URL=DATABASE_URL,
    )

AGENCY = {
    name: env.str(f"AGENCY_{name.upper()}")
    for name in (
        "name",
        "short_name",
        "legal_form",
        "address",
        "postal_code",
        "city",
        "region",
        "siret",
        "licence",
        "email",
        "phone",
        "privacy_email",
        "disability_name",
        "disability_phone",
        "disability_email",
        "signatory_name",
        "signatory_role",
        "host",
    )
}
# A telephone number is read in one piece: no line of a letter ends inside it.
for _number in ("phone", "disability_phone"):
    AGENCY[_number] = AGENCY[_number].replace(" ", "\u00a0")

# --- Parts ------------------------------------------------------------------
# Ours first: our templates win over those of the same name.
INSTALLED_APPS = [
    "agency.core",
    "agency.documents",
    "agency.mail",
    "agency.people",
    "agency.activities",
    "agency.pages",
    "programmes",
    "groups",
    "mentoring",
    "grants",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "agency.core.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "dbbackup",
    "django_filters",
    "django_htmx",
    "django_linear_migrations",
    "import_export",
    "phonenumber_field",
    "rules.apps.AutodiscoverRulesConfig",
]
MIDDLEWARE = [
    "agency.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "agency.core.headers.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "agency.core.middleware.PrivatePagesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "agency.people.middleware.StaffSecondFactorMiddleware",
]
ROOT_URLCONF = "agency.urls"
WSGI_APPLICATION = "agency.wsgi.application"
FORM_RENDERER = "agency.core.forms.PlateauRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "agency.pages.context.site",
            ]
        },
    }
]

# --- Data -------------------------------------------------------------------
DATABASES = {"default": database(DATABASE_URL, pool=env.int("DATABASE_POOL_SIZE", 10))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": redis_cache(REDIS_URL)}
PRIVATE_MEDIA_ROOT = env.path("PRIVATE_MEDIA_ROOT")
# dbbackup takes the media from here; no URL leads to it.
MEDIA_ROOT = PRIVATE_MEDIA_ROOT
BACKUP_ROOT = env.path("BACKUP_ROOT")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_MEDIA_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # The image is built as root and served as somebody else.
        "OPTIONS": {"file_permissions_mode": 0o644},
    },
    "dbbackup": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": BACKUP_ROOT, "base_url": None},
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
# ClamAV, asked about each paper that is given: /run/clamav/clamd.ctl, or host:3310.
CLAMAV_ADDRESS = env.str("CLAMAV_ADDRESS", "")
# A step taken on a whole list sends a field for each row: twelve hundred requests refused
# at once are one press. What a proxy lets through is bounded by its weight.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DBBACKUP_GPG_RECIPIENT = env.str("BACKUP_GPG_RECIPIENT")
DBBACKUP_GPG_ALWAYS_TRUST = True
# Backups keep sealed text 30 days at most: one a day, thirty of them.
DBBACKUP_CLEANUP_KEEP = 30
DBBACKUP_CLEANUP_KEEP_MEDIA = 30

# --- Static files -----------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Queue ------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options()
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# The database is the truth: a page never waits for a broker that is away.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "plateau"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Under the visibility timeout, or a slow task would run twice at once.
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 270
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Beat has no memory of its own: each job asks the database what is due.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_TIMEZONE = "Europe/Paris"

# --- Mail -------------------------------------------------------------------
vars().update(env.dj_email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 10
EMAIL_SUBJECT_PREFIX = ""
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language and time ------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Fran\u00e7ais")]
LOCALE_PATHS = [BASE_DIR / "locale"]
# An address typed without its scheme is https, as Django 6 will have it.
FORMS_URLFIELD_ASSUME_HTTPS = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
PHONENUMBER_DEFAULT_REGION = "FR"
PHONENUMBER_DB_FORMAT = "E164"

# --- Accounts ---------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
        "UserAttributeSimilarityValidator": {
            "user_attributes": ("email", "given_name", "family_name")
        },
    }.items()
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:own-space"
LOGOUT_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_ADAPTER = "agency.people.adapters.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "agency.people.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# Only a new account could be offered it: the page would tell which address is known.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# The code goes through the outbox: three minutes would be short on a slow day.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_ADAPTER = "agency.people.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Plateau"
# One step of clock drift: half of the field's telephones are a few seconds off.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# A session is listed from its sign-in on; following it would write on every page.
USERSESSIONS_TRACK_ACTIVITY = False

# --- Security ---------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
# The health check asks from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "agency.pages.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
MESSAGE_STORAGE = "agency.core.flashes.FlashStorage"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = {
    "camera": "self",
    "publickey-credentials-create": "self",
    "publickey-credentials-get": "self",
    "geolocation": "",
    "microphone": "",
    "payment": "",
    "usb": "",
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True

# --- Logs and errors --------------------------------------------------------
LOGGING = json_logs(env.str("LOG_LEVEL", "INFO"))
SENTRY_DSN = env.str("SENTRY_DSN", "")
start_sentry(SENTRY_DSN)
