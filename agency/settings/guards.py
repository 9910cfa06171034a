"""What production refuses to start with."""

from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environs import ValidationError

PLACEHOLDER = "change-me"


def require_https(url):
    """Only a machine talking to itself may do without TLS."""
    parts = urlsplit(url)
    local = parts.hostname in {"localhost", "127.0.0.1"}
    if not parts.hostname or parts.scheme not in (
        {"http", "https"} if local else {"https"}
    ):
        raise ValidationError(f"SITE_URL must be https://..., not {url!r}")


def require_fernet_keys(keys):
    """A key that seals nothing is found at start, not at the first sealed text."""
    try:
        usable = [Fernet(key) for key in keys]
    except ValueError as error:
        raise ValidationError(f"SEALED_TEXT_KEYS: {error}") from None
    if not usable:
        raise ValidationError("SEALED_TEXT_KEYS: at least one key")


def refuse_placeholders(**values):
    """The keys of .env.example are public: they are good for localhost alone."""
    left = [name for name, value in values.items() if PLACEHOLDER in value]
    if left:
        raise ImproperlyConfigured(
            f"{', '.join(left)}: still the example of .env.example, change it"
        )
