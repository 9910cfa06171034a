"""Who is to be invited: lines as they are pasted, and what would become of each."""

import re
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.models import Enrolment, Invitation
from agency.activities.states import ENDED, InvitationState
from agency.core.access import STAFF_ROLES
from agency.core.text import fold
from agency.people.models import Person

STANDING = (InvitationState.PROPOSED, InvitationState.SENT)
MOST_LINES = 200
# "Awa Diallo <awa@example.org>", as mail programmes copy it.
NAMED = re.compile(r"^(?P<name>[^<>]*)<(?P<email>[^<>]*)>$")


@dataclass(frozen=True)
class Guest:
    """Somebody to invite: an address with a name, or a person of the directory.

    ``trouble`` says why the line could not be read, ``line`` what was typed.
    """

    email: str = ""
    given_name: str = ""
    family_name: str = ""
    person: Person | None = None
    line: str = ""
    trouble: str = ""

    @property
    def said(self):
        """Their name and address as one reads them."""
        named = f"{self.given_name} {self.family_name}".strip()
        name = named or (self.person.full_name if self.person else "")
        return ", ".join(filter(None, (name, self.email))) or self.line


class Outcome(TextChoices):
    OK = "ok", gettext_lazy("Invited")
    IGNORED = "ignored", gettext_lazy("Left out")
    ERROR = "error", gettext_lazy("To correct")


@dataclass
class Fate:
    """What becomes of a guest; ``invitation`` is theirs once it is made."""

    guest: Guest
    outcome: str = Outcome.OK
    sentence: str = ""
    invitation: Invitation | None = None

    @property
    def goes(self):
        return self.outcome == Outcome.OK

    @property
    def is_error(self):
        return self.outcome == Outcome.ERROR


# -- what is pasted -----------------------------------------------------------------
def read(text, people):
    """The guests of a pasted ``text``: one on each line, or between semicolons.

    A line is an address, a name with its address, or the name of somebody among
    ``people`` (the rows of the directory that the reader may see).
    """
    lines = (line.strip(" \t,") for line in re.split(r"[\r\n;]+", text))
    return [_read(line, people) for line in lines if line]


def _read(line, people):
    named = NAMED.match(line)
    if named:
        given, family = _names(named["name"].strip(" \t\"',"))
        return Guest(named["email"].strip().lower(), given, family, line=line)
    if "@" in line:
        return Guest(line.lower(), line=line)
    return _known(line, people)


def _names(name):
    """Given and family name: the one in capitals, else all that follows the first word."""
    if "," in name:
        family, given = (part.strip() for part in name.split(",", 1))
        return given, family
    words = name.split()
    loud = [word for word in words if len(word) > 1 and word.isupper()]
    if loud and len(loud) < len(words):
        soft = [word for word in words if word not in loud]
        return " ".join(soft), " ".join(loud)
    return (words[0] if words else ""), " ".join(words[1:])


def _known(line, people):
    """Somebody of the directory by their name, when one person alone answers to it."""
    found = people.present()
    for word in fold(line).split():
        found = found.filter(folded__contains=word)
    found = list(found.order_by("pk")[:2])
    if len(found) == 1:
        return Guest(found[0].email or "", person=found[0], line=line)
    if found:
        trouble = _("Several people answer to this name: write the address instead.")
    else:
        trouble = _("Nobody of the directory has this name: write an address.")
    return Guest(line=line, trouble=trouble)


# -- what becomes of each --------------------------------------------------------------
def judge(activity, asked):
    """The ``Fate`` of each guest, in order; the same queries however many there are."""
    asked = _recognised(asked)
    house = _House(activity, asked)
    seen, fates = set(), []
    for guest in asked:
        outcome, sentence = _outcome(guest, house, seen)
        fates.append(Fate(guest, outcome, sentence))
        seen.add(guest.email)
    return fates


def _recognised(asked):
    """With the address of the person, and the person of the address."""
    asked = [
        replace(
            one, email=(one.email or (one.person and one.person.email) or "").lower()
        )
        for one in asked
    ]
    known = Person.objects.filter(email__in=[one.email for one in asked if one.email])
    known = {person.email: person for person in known}
    return [replace(one, person=one.person or known.get(one.email)) for one in asked]


class _House:
    """What is known of all the guests at once."""

    def __init__(self, activity, asked):
        people = [one.person.pk for one in asked if one.person]
        addresses = [one.email for one in asked]
        running = Enrolment.objects.filter(activity=activity, person__in=people)
        running = running.exclude(state__in=ENDED)
        self.registered = set(running.values_list("person", flat=True))
        asked_before = Invitation.objects.filter(
            Q(email__in=addresses) | Q(person__in=people), activity=activity
        )
        self.standing, self.declined = set(), {}
        for one in asked_before.order_by("pk"):
            keys = {one.email, one.person_id}
            if one.state in STANDING:
                self.standing |= keys
            elif one.state == InvitationState.DECLINED:
                self.declined |= dict.fromkeys(keys, one)
        self.team = set()
        if activity.sealed:
            some = Person.objects.filter(pk__in=people)
            team = some.with_role(*STAFF_ROLES) | some.filter(is_superuser=True)
            self.team = set(team.values_list("pk", flat=True))


def _outcome(guest, house, seen):
    trouble = _trouble(guest, house)
    if trouble:
        return Outcome.ERROR, trouble
    left_out = _left_out(guest, house, seen)
    return (Outcome.IGNORED, left_out) if left_out else (Outcome.OK, "")


def _trouble(guest, house):
    """What is to be corrected, or ``""``."""
    person = guest.person
    if guest.trouble:
        return guest.trouble
    if not guest.email:
        return _("No address of their own: call them, then register them yourself.")
    try:
        validate_email(guest.email)
    except ValidationError:
        return _("This is not an e-mail address.")
    if person and person.pk in house.team:
        return _("What is said there stays there: the agency's team takes no part.")
    return ""


def _left_out(guest, house, seen):
    """Why nothing is to be done for this guest, or ``""``."""
    key = guest.person.pk if guest.person else guest.email
    if guest.email in seen:
        return _("This address stands twice in the list.")
    if key in house.registered:
        return _("Registered already.")
    if {key, guest.email} & house.standing:
        return _("Invited or proposed already.")
    if guest.person and not guest.person.is_active:
        return _("The account is closed.")
    declined = house.declined.get(key) or house.declined.get(guest.email)
    if declined:
        return _(
            "Has declined the invitation: register them if they change their mind."
        )
    return ""


def confirmed_in(activity):
    """Those confirmed in ``activity``, as guests of another one."""
    confirmed = activity.enrolments.confirmed().filter(person__erased_at=None)
    confirmed = confirmed.select_related("person").order_by("person__folded", "pk")
    return [Guest(one.person.email or "", person=one.person) for one in confirmed]
