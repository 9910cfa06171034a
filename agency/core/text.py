"""Text made comparable, whatever its accents and case."""

import unicodedata

LIGATURES = str.maketrans({"\u0153": "oe", "\u00e6": "ae"})


def fold(text: str) -> str:
    """``text`` without accents, in lower case, spaces collapsed: what is searched."""
    lower = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", lower).translate(LIGATURES)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.replace("\u2019", "'").split())
