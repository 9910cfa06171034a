"""What somebody declares in private before they sign: read by the officer in charge alone.

Nothing of it goes to the journal, not even that there was one: the direction reads the
journal. ``settled_at`` is all that is kept of what the officer did.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.choices import DifficultyKind
from agency.activities.models import Difficulty
from agency.activities.services import members, seats
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked

# Beyond this somebody plays with the form.
MOST = 20


@transaction.atomic
def declare(enrolment, *, by, person=None, organisation=None, hierarchy=False, text=""):
    """Note a difficulty with ``person`` or ``organisation`` of the group; return it.

    ``hierarchy``: one of the two reports to the other. Said twice, it is noted once.
    Raises MoveBlocked with a sentence when the seat no longer waits for the signature,
    or when who is named is not in the group.
    """
    _need_to_wait(enrolment, by)
    _need_to_be_inside(enrolment, person, organisation)
    what = {
        "kind": _kind(person, hierarchy),
        "with_person": person,
        "with_organisation": organisation,
        "text": text.strip(),
    }
    own = enrolment.difficulties.filter(settled_at=None)
    if known := own.filter(**what).first():
        return known
    if own.count() >= MOST:
        raise MoveBlocked(_("That is many: call your contact, they will listen."))
    return Difficulty.objects.create(enrolment=enrolment, **what)


@transaction.atomic
def withdraw(difficulty, *, by):
    """Take back what one declared, as if it had never been said. Raises MoveBlocked."""
    _need_to_wait(difficulty.enrolment, by)
    Difficulty.objects.filter(pk=difficulty.pk).delete()


def settle(difficulty):
    """Note that the officer in charge has dealt with it; once."""
    waiting = Difficulty.objects.filter(pk=difficulty.pk, settled_at=None)
    waiting.update(settled_at=now())
    difficulty.refresh_from_db(fields=["settled_at"])


def _kind(person, hierarchy):
    if person is None:
        return DifficultyKind.ORGANISATION
    return DifficultyKind.HIERARCHY if hierarchy else DifficultyKind.PERSON


def _need_to_wait(enrolment, by):
    """Before the signature, by the person themselves."""
    seats.lock(enrolment.activity)
    enrolment.refresh_from_db(fields=["state"])
    if by.pk != enrolment.person_id or not enrolment.is_accepted:
        raise MoveBlocked(
            _("This is said before one signs. Call or write to your contact instead.")
        )


def _need_to_be_inside(enrolment, person, organisation):
    """One names somebody, or a house, that the page has shown."""
    group = members.members(enrolment.activity)
    people = {one.person.pk for one in group} - {enrolment.person_id}
    people |= {one.person_id for one in members.facilitators(enrolment.activity)}
    houses = {one.organisation.pk for one in group if one.organisation}
    known = person.pk in people if person else organisation is not None
    if not known or (organisation is not None and organisation.pk not in houses):
        raise MoveBlocked(_("Choose somebody of the group, or an organisation of it."))
