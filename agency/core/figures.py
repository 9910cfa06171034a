"""How a number, a size and a secret are written for the eye."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agency.core import dates

WORDS = (
    _("zero"),
    _("one"),
    _("two"),
    _("three"),
    _("four"),
    _("five"),
    _("six"),
    _("seven"),
    _("eight"),
    _("nine"),
    _("ten"),
    _("eleven"),
    _("twelve"),
    _("thirteen"),
    _("fourteen"),
    _("fifteen"),
    _("sixteen"),
)


def number(value: int | float | None) -> str:
    """48 000 with thin no-break spaces, as French sets its thousands."""
    if value is None:
        return ""
    return f"{value:,}".replace(",", dates.THIN).replace(".", ",")


def euros(value: Decimal | int | None) -> str:
    """5 000 \u20ac, 0,30 \u20ac: an amount, with its cents when it has some."""
    if value is None:
        return ""
    exact = Decimal(value).normalize()
    places = max(2, -exact.as_tuple().exponent) if exact % 1 else 0
    written = f"{exact:,.{places}f}".replace(",", dates.THIN).replace(".", ",")
    return f"{written}{dates.NBSP}\u20ac"


def in_words(value: int) -> str | Promise:
    """Six rather than 6, up to sixteen: what a title says."""
    return WORDS[value] if 0 <= value < len(WORDS) else number(value)


def file_size(size: int) -> str:
    """84 Ko, 1,2 Mo: the weight of a file before it is opened."""
    kilobytes = max(1, round(size / 1024))
    if kilobytes < 1024:
        return f"{kilobytes}{dates.NBSP}Ko"
    return f"{kilobytes / 1024:.1f}".replace(".", ",") + f"{dates.NBSP}Mo"


def by_four(secret: str) -> str:
    """ABCD EFGH: what is copied by hand, in pieces that the eye can hold."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
