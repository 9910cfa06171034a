"""The code on a paper that is shown to others: unguessable, and typed without a mistake."""

import re
import secrets
from itertools import groupby

# Without what one takes for something else: 0 O, 1 I L, and U beside V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# 30 signs, 16 times: 78 bits.
LENGTH, GROUP = 16, 4
# Who reads aloud or copies by hand puts spaces, dashes and dots between the groups.
BETWEEN = re.compile(r"[\s\u2010-\u2015._-]+")


def new():
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def clean(typed):
    """The code in what somebody typed, spaces and case forgiven; ``""`` when it is none."""
    code = BETWEEN.sub("", typed).upper()
    known = len(code) == LENGTH and set(code) <= set(ALPHABET)
    return code if known else ""


def grouped(code):
    """ABCD-EFGH-JKMN-PQRS: as it is printed."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def qr(text):
    """(a path, its side): ``text`` as a drawing of flat squares, a module a unit wide."""
    import qrcode  # slow import

    drawing = qrcode.QRCode(border=0)
    drawing.add_data(text)
    drawing.make(fit=True)
    rows = drawing.get_matrix()
    return "".join(_squares(y, row) for y, row in enumerate(rows)), len(rows)


def _squares(y, row):
    """The dark modules of a row, those side by side in one piece."""
    x, found = 0, []
    for dark, group in groupby(row):
        width = len(list(group))
        if dark:
            found.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(found)
