"""A chunk of lines written into the directory: a dozen queries, whatever its size."""

from allauth.account.models import EmailAddress
from django.db.models import F

from agency.core import journal
from agency.people.choices import ImportKind, ImportOutcome, OrganisationKind
from agency.people.models import Affiliation, Organisation, Person

LABELS = Organisation.labels.through


def write(batch, plans):
    """Write what ``plans`` say; each then has its ``row``. Inside a transaction.

    Raises IntegrityError when somebody writes the same at the same moment.
    """
    if batch.kind == ImportKind.PEOPLE:
        _write_houses_of_people(batch, plans)
        _write_rows(batch, plans, Person, _new_person)
        _write_posts(plans)
    else:
        _write_rows(batch, plans, Organisation, _new_organisation)
        _write_labels(plans)


def _write_rows(batch, plans, model, make):
    new = [plan for plan in plans if plan.outcome == ImportOutcome.CREATE]
    old = [plan for plan in plans if plan.outcome == ImportOutcome.UPDATE]
    for plan in new:
        plan.row = make(plan)
        plan.row.refold()
    model.objects.bulk_create([plan.row for plan in new])
    if model is Person:
        _keep_addresses(new)
    _update(model, old)
    _note(batch, "add", new, new=True)
    _note(batch, "change", old)


def _new_person(plan):
    person = Person(**plan.columns)
    person.set_unusable_password()
    return person


def _new_organisation(plan):
    return Organisation(**plan.columns)


def _keep_addresses(plans):
    """As ``addresses.keep`` does for one: nobody has proved theirs yet."""
    EmailAddress.objects.bulk_create(
        EmailAddress(user=plan.row, email=plan.row.email, primary=True, verified=False)
        for plan in plans
        if plan.row.email
    )


def _update(model, plans):
    """Their rows were taken for this transaction before they were read."""
    names, changed = set(), []
    for plan in plans:
        before = plan.row.folded
        for name, value in plan.columns.items():
            setattr(plan.row, name, value)
        plan.row.refold()
        names |= plan.columns.keys()
        if plan.row.folded != before:
            names.add("folded")
        if plan.columns:
            changed.append(plan.row)
    if changed:
        model.objects.bulk_update(changed, sorted(names))
    # Whoever has one of these pages open is told, where a post alone changed too.
    rows = model.objects.filter(pk__in=[plan.row.pk for plan in plans])
    rows.update(version=F("version") + 1)


def _note(batch, action, plans, *, new=False):
    """One entry each, with the names of what was written and never its text."""
    entries = [
        (plan.row, {"fields": sorted(plan.changes), "import": batch.pk})
        for plan in plans
    ]
    journal.record_all(entries, action, by=batch.by, new=new)


# --- Where people work -------------------------------------------------------
def _write_houses_of_people(batch, plans):
    """The organisations that the batch may create, once each."""
    houses = {plan.house.key: plan.house for plan in plans if plan.house}
    new = [house for house in houses.values() if house.pk is None]
    rows = []
    for house in new:
        row = Organisation(
            name=house.title, siret=house.siret, kind=OrganisationKind.OTHER
        )
        row.refold()
        rows.append(row)
    Organisation.objects.bulk_create(rows)
    for house, row in zip(new, rows, strict=True):
        house.pk = row.pk
    said = {"fields": ["kind", "name", "siret"], "import": batch.pk}
    journal.record_all([(row, said) for row in rows], "add", by=batch.by, new=True)


def _write_posts(plans):
    new, old, names = [], [], set()
    for plan in plans:
        if plan.post is not None and plan.post_columns:
            for name, value in plan.post_columns.items():
                setattr(plan.post, name, value)
            names |= plan.post_columns.keys()
            old.append(plan.post)
        elif "organisation" in plan.changes:
            new.append(_post(plan))
    Affiliation.objects.bulk_create(new)
    if old:
        Affiliation.objects.bulk_update(old, sorted(names))


def _post(plan):
    is_first = not any(one.is_primary for one in getattr(plan.row, "posts", ()))
    return Affiliation(
        person=plan.row,
        organisation_id=plan.house.pk,
        is_primary=is_first,
        **plan.post_columns,
    )


def _write_labels(plans):
    LABELS.objects.bulk_create(
        (
            LABELS(organisation=plan.row, organisationlabel=label)
            for plan in plans
            for label in plan.labels
        ),
        ignore_conflicts=True,
    )
