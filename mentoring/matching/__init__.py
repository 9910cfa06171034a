"""Who would accompany whom: the matching of an edition, computed without a database.

Nothing here knows Django but ``sentences``. Read in this order: ``inputs`` (what is
given), ``constraints`` (which pairs may not be), ``scoring`` (how well a pair fits),
``assignment`` (the optimum), ``engine`` (``match`` and its ``Result``), ``bans`` (what
forbidding a pair would cost), ``snapshots`` (reruns), ``sentences`` (words for people).
"""
