"""What is said once on the next page: in a cookie, so that no session is written for it."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class FlashCookie(CookieStorage):
    """Signed; named like the other cookies of the house."""

    @property
    def cookie_name(self):
        return "__Host-flash" if settings.SESSION_COOKIE_SECURE else "flash"


class FlashStorage(FallbackStorage):
    """The session takes what is too long for a cookie."""

    storage_classes = (FlashCookie, SessionStorage)
