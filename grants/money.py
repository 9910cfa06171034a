"""Euros as people write and read them in French."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from agency.core import dates

CENT = Decimal("0.01")
# Spaces of every width, the euro sign, its word.
NOISE = re.compile(r"[\s\u00a0\u202f\u2009]|\u20ac|euros?$|eur$", re.IGNORECASE)


def written(amount):
    """1 180,50 euros with their sign, without cents when there are none; ``""`` for nothing."""
    if amount is None or amount == "":
        return ""
    value = Decimal(amount).quantize(CENT, ROUND_HALF_UP)
    text = f"{value:,.2f}".removesuffix(".00")
    return text.replace(",", dates.THIN).replace(".", ",") + f"{dates.NBSP}\u20ac"


def parsed(text):
    """The Decimal that ``text`` says (1 180,50); InvalidOperation when it says none."""
    cleaned = NOISE.sub("", text.strip()).replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", cleaned):
        raise InvalidOperation(text)
    return Decimal(cleaned)
