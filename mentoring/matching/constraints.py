"""Which pairs may not be, whatever they score (people.md, c4: "Incompatibility")."""

from mentoring.matching.inputs import Mentee, Mentor, Settings

SAME_PERSON = "same_person"
SAME_ORGANISATION = "same_organisation"
HIERARCHY = "hierarchy"
VETO = "veto"
FAILED_BEFORE = "failed_before"
BANNED = "banned"
REASONS = (SAME_PERSON, SAME_ORGANISATION, HIERARCHY, VETO, FAILED_BEFORE, BANNED)


def forbidden(mentor: Mentor, mentee: Mentee, settings: Settings) -> tuple[str, ...]:
    """Why the two may not be a pair, in the order of ``REASONS``; empty: they may.

    A veto does not say whose it is: it is private.
    """
    found = (
        mentor.person == mentee.person,
        not mentor.organisations.isdisjoint(mentee.organisations),
        mentee.person in mentor.hierarchy or mentor.person in mentee.hierarchy,
        mentee.person in mentor.vetoes or mentor.person in mentee.vetoes,
        _failed(mentor.person, mentee.person, settings.failed_pairs),
        (mentor.key, mentee.key) in settings.bans,
    )
    if not any(found):
        return ()
    return tuple(reason for reason, holds in zip(REASONS, found, strict=True) if holds)


def _failed(mentor, mentee, failed_pairs):
    """Whoever led and whoever was led then."""
    return (mentor, mentee) in failed_pairs or (mentee, mentor) in failed_pairs
