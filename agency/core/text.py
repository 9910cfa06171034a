"""Text made comparable, whatever its accents and case."""

import unicodedata

LIGATURES = str.maketrans(
    {"\u0153": "oe", "\u0152": "oe", "\u00e6": "ae", "\u00df": "ss"}
)


def fold(text: str) -> str:
    """``text`` without accents, in lower case, spaces collapsed: what is searched."""
    decomposed = unicodedata.normalize("NFKD", text.translate(LIGATURES))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.casefold().replace("\u2019", "'").split())
