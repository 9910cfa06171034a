"""Two records of one person, or of one organisation, made one; undone for thirty days.

Nothing is deleted: the record set aside stays, closed and out of every list, with what
could not follow. The ``Merge`` holds each column that was written, as it was before.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import dates, journal
from agency.core.access import DIRECTION, STAFF_ROLES
from agency.core.clock import now
from agency.people import addresses, consents, merging
from agency.people.merging import Clash, Key
from agency.people.models import Merge, Organisation, Person, Role
from agency.people.services import changes, roles
from agency.people.services.accounts import Refused

UNDONE_FOR = timedelta(days=30)
# What may be taken from the record that is set aside.
FIELDS = {
    Person: (
        *("given_name", "family_name", "pronouns", "email", "phone"),
        *("address", "postal_code", "city", "territory"),
    ),
    Organisation: (
        *("name", "kind", "siret", "licence", "email", "phone", "website"),
        *("address", "postal_code", "city", "territory"),
    ),
}
# Unique: what stood there before goes to the record set aside.
SWAPPED = ((Person, "email"), (Organisation, "siret"))


@dataclass
class Step:
    """The rows of one key that follow."""

    key: Key
    numbers: list

    @property
    def count(self):
        return len(self.numbers)


@dataclass
class Plan:
    """What a merge will do, said before it is done."""

    kept: object
    dropped: object
    steps: list = field(default_factory=list)
    # (key, number of the row, its clash)
    clashes: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    # The numbers of those who have an account.
    accounts: frozenset = frozenset()
    # Nothing but the agreement of the owner of an account is missing.
    awaits_consent: bool = False

    @property
    def blocking(self):
        """Why it cannot be done now, as sentences."""
        found = [clash.sentence for _key, _pk, clash in self.clashes if clash.blocks]
        if self.awaits_consent:
            found.insert(0, _two_accounts())
        return list(dict.fromkeys([*self.refusals, *found]))

    @property
    def notes(self):
        """What does not follow, or not as it is, as sentences."""
        found = [clash.sentence for *_row, clash in self.clashes if not clash.blocks]
        return [sentence for sentence in dict.fromkeys(found) if sentence]

    @property
    def fingerprint(self):
        """The same as long as the merge would do the same."""
        names = FIELDS[type(self.kept)]
        values = [
            str(one._meta.get_field(name).value_from_object(one))
            for one in (self.kept, self.dropped)
            for name in names
        ]
        numbers = [(step.key.label, step.numbers) for step in self.steps]
        said = [self.kept.pk, values, numbers, self.blocking, self.notes]
        return sha256(json.dumps(said).encode()).hexdigest()[:16]


# --- Before ------------------------------------------------------------------------
def plan(kept, dropped, *, by):
    """What happens when ``dropped`` is merged into ``kept`` by ``by``: nothing is written.

    A constant number of queries, whatever hangs on the two records.
    """
    found = Plan(kept, dropped, accounts=with_account(kept, dropped))
    found.refusals = _refusals(found, by)
    if kept.pk == dropped.pk:
        return found
    found.awaits_consent = _awaits_consent(found)
    left = {}
    for key, numbers in merging.hanging_on(dropped):
        _plan_key(found, key, numbers, left)
    return found


def _plan_key(found, key, numbers, left):
    numbers = _without_those_left(key, numbers, left)
    clashes = _clashes(key, found, numbers)
    found.clashes += [(key, pk, clash) for pk, clash in clashes.items()]
    staying = {pk for pk, clash in clashes.items() if clash.stays}
    left.setdefault(key.model, set()).update(staying)
    numbers = [pk for pk in numbers if pk not in staying]
    if numbers:
        found.steps.append(Step(key, numbers))


def _without_those_left(key, numbers, left):
    """What hangs on a row that stays does not go without it."""
    parents = key.follows and left.get(key.parent)
    if not parents:
        return numbers
    rows = key.model._base_manager.filter(pk__in=numbers)
    staying = rows.filter(**{f"{key.follows}__in": parents})
    staying = set(staying.order_by().values_list("pk", flat=True))
    return [pk for pk in numbers if pk not in staying]


def _clashes(key, found, numbers) -> dict[int, Clash]:
    pairs = key.clashing(found.dropped, found.kept)
    wanted = {pk: twin for pk, twin in pairs.items() if pk in numbers}
    if not wanted:
        return {}
    both = key.model._base_manager.all()
    if key.related:
        both = both.select_related(*key.related)
    rows = both.in_bulk([*wanted, *wanted.values()])
    return {pk: key.settle(rows[pk], rows[twin]) for pk, twin in wanted.items()}


def _refusals(found, by):
    kept, dropped = found.kept, found.dropped
    if kept.pk == dropped.pk:
        return [_("A record is not merged with itself: choose another one.")]
    sentences = [_why_not(one) for one in (kept, dropped)]
    if isinstance(kept, Person) and not any(sentences):
        sentences += _between_people(found, by)
    sentences += merging.hindrances(kept, dropped)
    return [sentence for sentence in sentences if sentence]


def _why_not(one):
    """Why this record can be merged with none, or ``""``."""
    if one.merged_into_id:
        return _(
            "The record %(record)s has been merged already: start from the one that "
            "stayed."
        ) % {"record": one}
    if getattr(one, "erased_at", None):
        return _(
            "The data of one of these records was erased: nothing is left to merge."
        )
    return ""


def _between_people(found, by):
    kept, dropped = found.kept, found.dropped
    if any(one.is_superuser for one in (kept, dropped)):
        yield _("A technical administrator is not merged with anybody.")
    yield from _by_whom(kept, dropped, by)
    if dropped.pk in found.accounts and kept.pk not in found.accounts:
        yield _(
            "%(person)s opened an account: keep that record, an account is never "
            "handed over."
        ) % {"person": dropped}


def _by_whom(kept, dropped, by):
    """Why ``by`` may not merge these two, nor undo it; nor anybody, into a sealed room."""
    held = list(Role.objects.filter(person__in=(kept, dropped)).order_by("pk"))
    if by.pk in (kept.pk, dropped.pk):
        yield _("Nobody merges their own record: ask a colleague.")
    if any(role.is_in_force for role in held) and not by.has_role(DIRECTION):
        yield _(
            "One of these people holds a role here: direction alone merges their record."
        )
    if any(one.person_id == dropped.pk and one.role in STAFF_ROLES for one in held):
        yield from (str(why) for reason in roles.hindrances if (why := reason(kept)))


def with_account(*records):
    """The numbers of the people with whose record somebody signs in, or may."""
    people = [one for one in records if isinstance(one, Person)]
    if not people:
        return frozenset()
    proved = EmailAddress.objects.filter(user__in=people, verified=True)
    found = {one.pk for one in people if addresses.is_claimed(one)}
    return frozenset(found | set(proved.values_list("user_id", flat=True)))


def _awaits_consent(found):
    """Whether one of two accounts would be closed without a word from its owner."""
    both = len(found.accounts) > 1
    return both and not consents.given(found.kept, found.dropped)


def _two_accounts():
    return _(
        "Both have an account: the owner of the one that would be closed must agree "
        "first."
    )


# --- The merge ---------------------------------------------------------------------
@transaction.atomic
def merge(kept, dropped, *, take=(), by, seen=None):
    """Merge ``dropped`` into ``kept``; return the ``Merge``.

    ``take`` names the fields of ``FIELDS`` whose value comes from ``dropped``; ``seen``
    is the fingerprint of the plan that was shown, if one was. Raises Refused with a
    sentence, and nothing is written then.
    """
    model = type(kept)
    kept, dropped = _held(model, kept.pk, dropped.pk)
    found = plan(kept, dropped, by=by)
    if found.blocking:
        raise Refused(" ".join(found.blocking))
    if seen is not None and seen != found.fingerprint:
        raise Refused(
            _("One of the records was changed in the meantime: read this page again.")
        )
    written = changes.Written()
    _set_aside(written, kept, dropped)
    for key, pk, clash in found.clashes:
        for name, value in clash.changes.items():
            written.put(key.model, pk, name, value)
    for step in found.steps:
        written.move(step.key, step.numbers, dropped.pk, kept.pk)
    taken = _take(written, kept, dropped, take)
    return _noted(kept, dropped, taken, written, by)


def _held(model, *numbers):
    """The rows of ``numbers``, held until the end; pages open on them are out of date."""
    for pk in sorted(set(numbers)):
        model._base_manager.filter(pk=pk).update(version=F("version") + 1)
    rows = model._base_manager.in_bulk(numbers)
    return [rows[pk] for pk in numbers]


def _set_aside(written, kept, dropped):
    if isinstance(dropped, Person):
        written.put(Person, dropped.pk, "is_active", False)
    written.put(type(dropped), dropped.pk, "merged_into_id", kept.pk)


def _take(written, kept, dropped, names):
    """Write the values taken from ``dropped``; their names, for the journal."""
    model, taken = type(kept), []
    for name in FIELDS[model]:
        attname = model._meta.get_field(name).attname
        mine, theirs = getattr(kept, attname), getattr(dropped, attname)
        if name not in names or mine == theirs:
            continue
        if (model, name) == (Person, "email"):
            _take_address(written, kept, dropped)
        elif (model, name) in SWAPPED:
            written.put(model, dropped.pk, attname, "")
            written.put(model, kept.pk, attname, theirs)
            written.put(model, dropped.pk, attname, mine)
        else:
            written.put(model, kept.pk, attname, theirs)
        taken.append(name)
    return taken


def _take_address(written, kept, dropped):
    """The address, whether it takes mail, and the rows of allauth change places."""
    if with_account(kept, dropped):
        raise Refused(_("The address of an account is changed by its owner alone."))
    mine, theirs = kept.email, dropped.email
    written.put(Person, dropped.pk, "email", None)
    written.put(Person, kept.pk, "email", theirs)
    written.put(Person, dropped.pk, "email", mine)
    refused = kept.email_refused_at
    written.put(Person, kept.pk, "email_refused_at", dropped.email_refused_at)
    written.put(Person, dropped.pk, "email_refused_at", refused)
    written.swap_addresses(kept.pk, dropped.pk)


def _noted(kept, dropped, taken, written, by):
    merge = Merge.objects.create(
        content_type=ContentType.objects.get_for_model(kept),
        kept_id=kept.pk,
        dropped_id=dropped.pk,
        by=by,
        changes=written.rows,
    )
    said = {"fields": taken} if taken else {}
    journal.record(kept, "merge", by=by, dropped=dropped.pk, **said)
    journal.record(dropped, "set_aside", by=by, kept=kept.pk)
    for one in (kept, dropped):
        if isinstance(one, Person):
            one.forget_roles()
    return merge


# --- Afterwards --------------------------------------------------------------------
def undone_until(merge):
    """The moment until which ``merge`` may be undone."""
    return merge.at + UNDONE_FOR


def two_of(merge):
    """The record that stayed and the one set aside, as they are now."""
    model = merge.content_type.model_class()
    rows = model._base_manager.in_bulk([merge.kept_id, merge.dropped_id])
    return rows[merge.kept_id], rows[merge.dropped_id]


def standing(record):
    """The record that ``record`` was merged into, in the end; itself when it was not."""
    while record.merged_into_id:
        record = record.merged_into
    return record


def why_not_undo(merge):
    """Why ``merge`` cannot be undone, in a sentence, or ``""``."""
    if merge.undone_at:
        return _("This merge was undone already.")
    if now() >= undone_until(merge) or merge.closed_at:
        return _(
            "A merge is undone for thirty days: this one has been final since %(day)s."
        ) % {"day": dates.day_year(undone_until(merge))}
    kept, _dropped = two_of(merge)
    if getattr(kept, "erased_at", None):
        return _("The data of this person was erased: nothing is left to undo.")
    if kept.merged_into_id:
        return _(
            "The record that stayed has itself been merged since: undo that merge first."
        )
    return ""


@transaction.atomic
def undo(merge, *, by):
    """Put both records back as they were before ``merge``; return the one set aside.

    What was added since stays with the record that stayed, and a value written there
    since is kept. Raises Refused with a sentence.
    """
    model = merge.content_type.model_class()
    kept, dropped = _held(model, merge.kept_id, merge.dropped_id)
    open_still = Merge.objects.filter(pk=merge.pk, undone_at=None)
    merge.refresh_from_db()
    if why := why_not_undo(merge):
        raise Refused(why)
    if isinstance(kept, Person) and (reasons := list(_by_whom(kept, dropped, by))):
        raise Refused(" ".join(reasons))
    open_still.update(undone_at=now(), undone_by=by)
    _followers_go_back(merge, kept, dropped)
    changes.put_back(merge.changes, but=(kept, dropped))
    merge.changes = []
    merge.save(update_fields=["changes"])
    merge.refresh_from_db()
    journal.record(kept, "undo_merge", by=by, dropped=dropped.pk)
    journal.record(dropped, "come_back", by=by, kept=kept.pk)
    dropped.refresh_from_db()
    return dropped


def _followers_go_back(merge, kept, dropped):
    """Rows made since for one that goes back go with it: its sessions, say."""
    for key in merging.moved(type(kept)):
        if not key.follows:
            continue
        back = changes.numbers(merge.changes, key.parent, kept.pk)
        known = changes.numbers(merge.changes, key.model, kept.pk)
        added = key.rows(kept).filter(**{f"{key.follows}__in": back})
        added.exclude(pk__in=known).update(**{key.column: dropped.pk})
