"""A pair whose agreement waits for three names, and how each of them signs."""

from dataclasses import replace

from mentoring.services import agreements, pairs
from mentoring.services.terms import Terms
from tests.mentoring.factories import PairFactory


def pending_pair(**said):
    """A pair that both accepted: its agreement is drawn up, and nobody has signed."""
    pair = PairFactory(**{"accepted": True} | said)
    pairs.prepare_agreement(pair)
    return pair


def signed(pair, by, agreement=None, **said):
    """``by`` signs what is in force, or ``agreement``, as they would from its page."""
    text = agreement or agreements.in_force(pair)
    given = {"version": text.pk, "sha256": text.sha256, "address": "192.0.2.7"}
    given["typed_name"] = by.full_name
    agreements.sign(pair, by=by, **given | said)


def all_sign(pair):
    for person in (pair.mentee, pair.activity.officer, pair.mentor):
        signed(pair, person)


def worded(agreement, **said):
    """The terms of ``agreement``, some of them worded otherwise."""
    names = Terms.__dataclass_fields__
    terms = Terms(**{name: getattr(agreement, name) for name in names})
    return replace(terms, **said)


def posted(agreement, person):
    """What the page of the agreement sends."""
    return {
        "version": agreement.pk,
        "sha256": agreement.sha256,
        "read": "on",
        "typed_name": person.full_name,
    }
