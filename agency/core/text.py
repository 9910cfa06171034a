"""Text made comparable, whatever its accents and case; numbers written to be dialled."""

import unicodedata

NBSP = "\u00a0"
FRANCE = 33
LIGATURES = str.maketrans({"\u0153": "oe", "\u00e6": "ae"})


def fold(text: str) -> str:
    """``text`` without accents, in lower case, spaces collapsed: what is searched."""
    lower = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", lower).translate(LIGATURES)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.replace("\u2019", "'").split())


def telephone(number) -> str:
    """A number as one dials it from France, which no line end cuts; ``""`` for none."""
    if not number:
        return ""
    ours = number.country_code == FRANCE
    return (number.as_national if ours else number.as_international).replace(" ", NBSP)
