"""Records that look alike: found by what is the same, or nearly, in both."""

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, F, Value, Window
from django.db.models.functions import (
    Coalesce,
    Concat,
    Left,
    Length,
    Lower,
    StrIndex,
    Trim,
)
from django.utils.translation import gettext_lazy as _

from agency.core.text import fold
from agency.people.models import Distinct, Organisation, Person

# A page of pairs; those after them come once these are settled.
SHOWN = 50
# Rows read for one reason; and of more than so many alike, it is what they share.
READ, CROWD = 400, 6
NEAR = 0.85
# Addresses and names that say what is done there, not who.
OF_A_HOUSE = (
    *("accueil", "administration", "admin", "asso", "bonjour", "bureau", "cie"),
    *("communication", "compagnie", "contact", "direction", "hello", "info", "infos"),
    *("mail", "mairie", "production", "secretariat", "theatre"),
)
COMMON = {
    *("l", "la", "le", "les", "d", "de", "des", "du", "et", "un", "une", "the"),
    *("association", "asso", "cie", "compagnie", "collectif", "ensemble"),
}
MOBILE = ("+336", "+337")

SAME_NAME = _("same name")
SAME_PHONE = _("same telephone")
SAME_LOCAL_PART = _("same beginning of the e-mail address, names that look alike")
NEAR_NAME = _("names that look alike, same town")
SAME_SIREN = _("same SIREN number")


@dataclass
class Pair:
    """Two records, the older one first, and why they may be one."""

    first_id: int
    second_id: int
    reasons: list = field(default_factory=list)


def pairs_of(model):
    """At most ``SHOWN`` pairs of ``model``, those with most reasons first.

    Pairs of which somebody said that they are not the same are left out.
    """
    found = {}
    for one, other, reason in _FINDERS[model]():
        key = tuple(sorted((one, other)))
        pair = found.setdefault(key, Pair(*key))
        if reason not in pair.reasons:
            pair.reasons.append(reason)
    known = _told_apart(model, found)
    pairs = [pair for key, pair in found.items() if key not in known]
    pairs.sort(key=lambda pair: (-len(pair.reasons), pair.first_id, pair.second_id))
    return pairs[:SHOWN]


def _told_apart(model, keys):
    numbers = {number for key in keys for number in key}
    content_type = ContentType.objects.get_for_model(model)
    rows = Distinct.objects.filter(content_type=content_type, first_id__in=numbers)
    return set(rows.order_by().values_list("first_id", "second_id"))


@transaction.atomic
def tell_apart(one, other, *, by):
    """Remember that the two are not the same: the pair is shown no more."""
    first, second = sorted((one.pk, other.pk))
    row, _created = Distinct.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(one),
        first_id=first,
        second_id=second,
        defaults={"by": by},
    )
    return row


# --- People ------------------------------------------------------------------------
def _people():
    people = Person.objects.present()
    yield from _same_name(people)
    yield from _same_phone(people.exclude(phone=""))
    yield from _same_local_part(people.exclude(email=None))
    yield from _near_name(people.exclude(city="").exclude(family_name=""))


def _same_name(people):
    # What is searched ends with the address: what stands before it is the name.
    length = Length("folded") - Length(Coalesce("email", Value("")))
    key = Trim(Left("folded", length))
    for one, other in _alike(people, key):
        yield one.pk, other.pk, SAME_NAME


def _same_phone(people):
    for one, other in _alike(people, F("phone")):
        # Colleagues share the telephone of their house, rarely one they carry.
        if str(one.phone).startswith(MOBILE) or _look_alike(one, other):
            yield one.pk, other.pk, SAME_PHONE


def _same_local_part(people):
    key = Left("email", StrIndex("email", Value("@")) - 1)
    for one, other in _alike(people, key):
        if one.key not in OF_A_HOUSE and _look_alike(one, other):
            yield one.pk, other.pk, SAME_LOCAL_PART


def _near_name(people):
    key = Concat(Lower("family_name"), Value("|"), Lower("city"))
    for one, other in _alike(people, key):
        if fold(one.given_name) != fold(other.given_name) and _look_alike(one, other):
            yield one.pk, other.pk, NEAR_NAME


def _alike(rows, key):
    """The pairs of rows with the same key, which is theirs alone: one query."""
    rows = rows.annotate(key=key).exclude(key="")
    rows = rows.annotate(many=Window(Count("pk"), partition_by=[F("key")]))
    rows = rows.filter(many__gt=1, many__lte=CROWD).order_by("key", "pk")
    groups = {}
    for row in rows[:READ]:
        groups.setdefault(row.key, []).append(row)
    for group in groups.values():
        yield from combinations(group, 2)


def _look_alike(one, other):
    """Whether the names of two people are near, also written the other way round."""
    names = [fold(person.full_name).replace("-", " ") for person in (one, other)]
    words = [sorted(name.split()) for name in names]
    return words[0] == words[1] or near(*names)


def near(one, other):
    """Whether two folded names differ by little more than a slip of the finger."""
    return SequenceMatcher(None, one, other).ratio() >= NEAR


# --- Organisations -----------------------------------------------------------------
def _organisations():
    rows = Organisation.objects.present()
    for one, other in _alike(rows.exclude(siret=""), Left("siret", 9)):
        yield one.pk, other.pk, SAME_SIREN
    named = rows.order_by("pk").values_list("pk", "name", "city")
    # Neighbours in the order of town and name: who is like another stands beside them.
    line = sorted((fold(city), _bare(name), pk) for pk, name, city in named)
    for (city, name, pk), (next_city, next_name, next_pk) in pairwise(line):
        if city == next_city and name and near(name, next_name):
            yield pk, next_pk, NEAR_NAME if city else SAME_NAME
    yield from _without_a_town(line)


def _without_a_town(line):
    """The same name, once with its town and once without."""
    unplaced = {name: pk for city, name, pk in line if name and not city}
    for city, name, pk in line:
        if city and name in unplaced:
            yield unplaced[name], pk, SAME_NAME


def _bare(name):
    """The words of a name that tell it from others, in one line."""
    words = fold(name).replace("'", " ").replace("-", " ").split()
    return " ".join(word for word in words if word not in COMMON)


_FINDERS = {Person: _people, Organisation: _organisations}
