"""Every line of a file, weighed against the directory as it stands."""

from django.utils.translation import gettext as _

from agency.people.choices import ImportKind, ImportOutcome
from agency.people.imports import columns, matching_houses, matching_people
from agency.people.imports.plans import weigh_cells

MATCHING = {
    ImportKind.PEOPLE: matching_people,
    ImportKind.ORGANISATIONS: matching_houses,
}


def weigh(batch, rows, directory):
    """The Plan of each of ``rows``, (number, {column: text}) pairs of one file.

    ``directory`` learns what they would create: give the next rows of the same file
    to the same one. Two queries more, however many rows.
    """
    matching, known = MATCHING[batch.kind], columns.of(batch.kind)
    plans = [weigh_cells(number, data, known, directory.lists) for number, data in rows]
    for plan in plans:
        if plan.is_open:
            matching.settle(plan, directory, batch)
    written = [plan for plan in plans if plan.target]
    matching.load(written)
    for plan in written:
        matching.compare(plan)
        if plan.outcome == ImportOutcome.UPDATE and not plan.changes:
            plan.outcome = ImportOutcome.IGNORE
            plan.remarks.append(_("Everything is there already."))
    return plans
