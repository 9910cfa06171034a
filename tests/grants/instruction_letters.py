"""The messages of case handling, for tests/test_letters.py."""

from grants import dialogue_emails
from tests.grants.dialogue_letters import STEM, application, ines


def inadmissible():
    one = application(
        state="inadmissible",
        told="Le si\u00e8ge de la compagnie n\u2019est pas dans la r\u00e9gion "
        "(article\u00a02 du r\u00e8glement).",
        ended_at="2026-11-20T10:00:00Z",
    )
    dialogue_emails.application_inadmissible(one, ines())


MESSAGES = {f"{STEM}/application_inadmissible": inadmissible}
