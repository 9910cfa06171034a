"""Where people work: organisations found by their name, affiliations side by side."""

from django.db import transaction
from django.db.models import F

from agency.core import journal
from agency.core.clock import today
from agency.core.text import fold
from agency.people.models import Affiliation, Organisation, Person
from agency.people.services import merging


def find_organisation(name):
    """The organisation of that name, whatever its accents and case; None when new.

    The name of a record that was merged leads to the one that stayed.
    """
    folded = fold(name)
    found = Organisation.objects.filter(folded__startswith=folded[:200])
    known = [one for one in found.order_by("pk") if fold(one.name) == folded]
    known.sort(key=lambda one: one.merged_into_id is not None)
    return merging.standing(known[0]) if known else None


@transaction.atomic
def affiliate(person, *, organisation, by, kind="", is_primary=False, **fields):
    """Add a place of work; ``organisation`` is one, or the name of one to write down."""
    _lock(person)
    if isinstance(organisation, str):
        organisation = _written_down(organisation, kind, by)
    _only_one_main(person, is_primary)
    affiliation = Affiliation(
        person=person, organisation=organisation, is_primary=is_primary, **fields
    )
    affiliation.full_clean()
    affiliation.save()
    journal.record(person, "affiliate", by=by, organisation=organisation.pk)
    return affiliation


@transaction.atomic
def change_affiliation(affiliation, *, by, organisation, kind="", **fields):
    """Correct a place of work."""
    _lock(affiliation.person)
    if isinstance(organisation, str):
        organisation = _written_down(organisation, kind, by)
    _only_one_main(affiliation.person, fields.get("is_primary"), but=affiliation)
    for name, value in {"organisation": organisation, **fields}.items():
        setattr(affiliation, name, value)
    affiliation.full_clean()
    affiliation.save()
    journal.record(affiliation.person, "change_affiliation", by=by)
    return affiliation


@transaction.atomic
def end_affiliation(affiliation, *, by, on=None):
    """The person no longer works there: the row stays, with its last day."""
    last = max(on or today(), affiliation.starts_on)
    running = Affiliation.objects.filter(pk=affiliation.pk, ends_on=None)
    if running.update(ends_on=last, is_primary=False):
        journal.record(affiliation.person, "end_affiliation", by=by)
    affiliation.refresh_from_db()
    return affiliation


def _lock(person):
    """Two pages of one person take turns: their UPDATE is the lock."""
    Person.objects.filter(pk=person.pk).update(joined_at=F("joined_at"))


def _written_down(name, kind, by):
    known = find_organisation(name)
    if known:
        return known
    organisation = Organisation(name=name.strip(), kind=kind)
    organisation.full_clean()
    organisation.save()
    journal.record(organisation, "add", by=by)
    return organisation


def _only_one_main(person, is_primary, but=None):
    if is_primary:
        others = person.affiliations.filter(is_primary=True)
        others.exclude(pk=but.pk if but else None).update(is_primary=False)


def places_of_work(person):
    """Where the person works and where they worked, each with its ``number``."""
    rows = person.affiliations.select_related("organisation", "profession")
    numbered = list(rows.order_by("pk"))
    for number, affiliation in enumerate(numbered, start=1):
        affiliation.number = number
    numbered.sort(key=lambda one: (not one.is_primary, -one.starts_on.toordinal()))
    past = [one for one in numbered if one.ends_on and one.ends_on <= today()]
    return [one for one in numbered if one not in past], past


def place_of_work(person, number):
    """The ``number``-th place of work that the person wrote down, or None."""
    current, past = places_of_work(person)
    return next((one for one in current + past if one.number == number), None)
