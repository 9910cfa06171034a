"""Encryption at rest with keys from the environment, the newest first."""

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class WrongKey(Exception):
    """None of SEALED_TEXT_KEYS opens this text; ciphertext is never handed back."""


@cache
def _fernet(keys):
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> bytes:
    """``text`` encrypted with the newest key."""
    return _fernet(tuple(settings.SEALED_TEXT_KEYS)).encrypt(text.encode())


def unseal(token: bytes) -> str:
    """The text inside ``token``; raises WrongKey."""
    try:
        opened = _fernet(tuple(settings.SEALED_TEXT_KEYS)).decrypt(bytes(token))
    except InvalidToken:
        raise WrongKey("no key of SEALED_TEXT_KEYS opens this text") from None
    return opened.decode()


def opens(token: bytes) -> bool:
    """Whether a key opens ``token``; what is inside is not handed out."""
    try:
        unseal(token)
    except WrongKey:
        return False
    return True


def reseal(token: bytes) -> bytes:
    """``token`` sealed with the newest key, the text unread; raises InvalidToken."""
    return _fernet(tuple(settings.SEALED_TEXT_KEYS)).rotate(bytes(token))
