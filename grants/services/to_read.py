"""What a member has to read at a sitting, in which order, and what stands beside it."""

from django.db.models import F, FilteredRelation, Max, OuterRef, Q, Subquery

from grants.models import Application, ApplicationRevision, Review
from grants.models.reading import (
    has_declared,
    is_shut_to,
    on_the_agenda,
    presented_to,
)
from grants.services.reviews import phase
from grants.states import ReviewState

NAMED = ("organisation", "show")
LOADED = (*NAMED, "scheme", "rules", "report")


def queue(sitting, person):
    """The files of ``sitting`` open to ``person``, by number; two queries.

    Each has its ``own`` review or None, whether it ``is_given`` and ``is_outdated``,
    and its ``last_revision``.
    """
    return _loaded(presented_to(person), sitting, person)


def listed(sitting, person):
    """Every file that is presented at ``sitting``, as ``queue`` has it, and whether
    ``person`` ``has_declared`` about it and whether it ``is_shut`` to them; two queries.
    """
    rows = on_the_agenda(person).annotate(
        has_declared=has_declared(person), is_shut=is_shut_to(person)
    )
    return _loaded(rows, sitting, person)


def _loaded(rows, sitting, person):
    sent = ApplicationRevision.objects.filter(application=OuterRef("pk")).order_by()
    last = sent.values("application").annotate(last=Max("number")).values("last")
    rows = rows.select_related(*NAMED).annotate(last_revision=Subquery(last))
    files = list(rows.filter(sitting=sitting).order_by("number"))
    current = Review.objects.current()
    own = {
        one.application_id: one
        for one in current.filter(person=person, application__in=files)
    }
    for one in files:
        one.sitting, one.own = sitting, own.get(one.pk)
        one.is_given = bool(one.own and one.own.state == ReviewState.SUBMITTED)
        one.is_outdated = _is_outdated(one)
    return files


def _is_outdated(one):
    return bool(one.own and one.own.revision < (one.last_revision or 1))


def line(sitting, person):
    """The files of ``queue``, as little of each as one needs to turn the pages, and
    whether the opinion of ``person`` ``is_given``; one query.
    """
    mine = FilteredRelation(
        "reviews", condition=Q(reviews__person=person.pk, reviews__point=None)
    )
    rows = presented_to(person).only("uuid", "number", "rules", "sitting")
    rows = rows.annotate(mine=mine, own_state=F("mine__state"))
    files = list(rows.filter(sitting=sitting).order_by("number"))
    for one in files:
        one.sitting, one.is_given = sitting, one.own_state == ReviewState.SUBMITTED
    return files


def opened(one, person):
    """A file of ``line``, whole; with what ``queue`` says of it, its ``last`` revision,
    and its reviews as ``told`` tells them to ``person``; four queries.
    """
    found = Application.objects.select_related(*LOADED).get(pk=one.pk)
    found.sitting = one.sitting
    found.last = found.revisions.order_by("-number").first()
    found.last_revision = found.last.number if found.last else None
    found.own, found.others, found.former = told(found, person)
    found.is_outdated = _is_outdated(found)
    return found


def told(application, person):
    """(the review of ``person`` or None, those of the others, those of former sittings),
    with their scores, by name; two queries.

    Others' are told once one's own is given or reviews are closed; of former sittings,
    where the file was adjourned, one's own is told before.
    """
    rows = application.reviews.filter(Q(person=person) | Q(state=ReviewState.SUBMITTED))
    rows = rows.select_related("person", "point__sitting__session")
    rows = sorted(rows.prefetch_related("scores"), key=lambda one: one.person.folded)
    own = next(
        (one for one in rows if one.person_id == person.pk and not one.point), None
    )
    given = own is not None and own.state == ReviewState.SUBMITTED
    if not (given or phase(application.sitting).sees):
        rows = [one for one in rows if one.person_id == person.pk]
    others = [one for one in rows if not one.point and one is not own]
    return own, others, [one for one in rows if one.point]


def next_of(files, current, standing):
    """What to read after ``current``: not given yet, the least reviewed first, or None.

    ``standing`` {key: Standing}. Among equals, the one that comes next in the list.
    """
    left = [one for one in files if not one.is_given and one.pk != current.pk]
    if not left:
        return None
    place = {one.pk: rank for rank, one in enumerate(files)}
    here = place.get(current.pk, -1)

    def rank(one):
        after = (place[one.pk] - here) % (len(files) + 1)
        return standing[one.pk].given, after

    return min(left, key=rank)
