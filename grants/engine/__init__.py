"""What an aid comes to, computed without a database (references/grants.md, C.6).

Read in this order: ``inputs`` (what is given), ``lines`` (what is retained of each
expense), ``caps`` (what limits the aid), ``computing`` (``compute`` and its ``Result``),
``sentences`` (words for people), ``carbon`` (what the journeys weigh).

The same inputs give the same result, whatever the order of their rows. Whoever changes
what comes out of it changes ``VERSION``: each computation that is kept bears it.
"""

VERSION = "1.0"
