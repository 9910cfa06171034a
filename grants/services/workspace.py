"""What the pages of the commission read: sittings, the grid, a file and its score card."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from grants.models import Application, InterestAnswer, Review
from grants.models.reading import (
    has_declared,
    is_shut_to,
    memberships,
    sittings_of,
)
from grants.services import (
    interests,
    member_file,
    members,
    recused,
    reviews,
    room,
    to_read,
)
from grants.states import PRESENTED, ReviewState, SittingState


def overtaken():
    return _(
        "Another window saved this review since: nothing was written over. Open the file "
        "again to go on from there."
    )


LISTED = (
    *("number", "state", "strict", "review_opens_at", "review_closes_at"),
    *("session__starts_at", "session__ends_at", "session__activity__title"),
    *("session__venue__name", "session__venue__city"),
)


def _listed(person):
    rows = sittings_of(person).select_related("session__activity", "session__venue")
    return rows.only(*LISTED)


def coming(person):
    """The sittings of ``person`` that are not over, with what is left to do; one query.

    Whatever keeps a file shut, the strict option included, it is no opinion to give.
    """
    mine = {"application": OuterRef("listed__pk"), "person": person}
    said = has_declared(person, "listed__pk")
    own = Exists(Review.objects.given().filter(**mine).order_by())
    known = Q(review_opens_at__lte=now())
    is_open = known & said & ~is_shut_to(person, "listed__pk")
    # Joined, not counted by a subquery each: years of other files are never walked.
    rows = (
        _listed(person)
        .exclude(_over())
        .annotate(
            listed=FilteredRelation(
                "applications", condition=Q(applications__state__in=PRESENTED)
            ),
            votes=Exists(memberships(person).voting().order_by()),
            files=Count("listed", filter=known),
            undeclared=Count("listed", filter=known & ~said),
            opened=Count("listed", filter=is_open),
            given=Count("listed", filter=is_open & own),
        )
    )
    found = list(rows.order_by("session__starts_at", "pk"))
    for one in found:
        one.phase = reviews.phase(one)
        # The room is open to them on that day.
        one.is_today = room.takes_attendance(one)
        one.shut = one.files - one.undeclared - one.opened
        one.left = one.opened - one.given
    return found


def past(person):
    """Those that are over, the last one first; one query."""
    rows = _listed(person).filter(_over())
    return rows.order_by("-session__starts_at", "-pk")


def _over():
    return Q(session__ends_at__lt=now()) & ~Q(state=SittingState.IN_SESSION)


# --- The grid ---------------------------------------------------------------------------
def grid(sitting, person):
    """Every file open to ``person``, what they gave, and what others gave once they may
    know; the files that are shut to them by name alone.
    """
    rows = to_read.listed(sitting, person)
    declared = [one for one in rows if one.has_declared]
    files = [one for one in declared if not one.is_shut]
    standing = reviews.standings(files)
    where = reviews.phase(sitting)
    for one in files:
        one.standing = standing[one.pk]
        one.tells = one.is_given or where.sees
    seat = members.seat_of(person, sitting)
    given = sum(one.is_given for one in files)
    return {
        "sitting": sitting,
        "phase": where,
        "files": files,
        "shut": [one for one in declared if one.is_shut],
        "waiting": len(rows) - len(declared),
        "given": given,
        "votes": seat is not None and seat.votes,
        "leads": seat is not None and seat.office in interests.OFFICES,
        "first": next((one for one in files if not one.is_given), None),
        "requested": sum(one.requested or 0 for one in files),
    }


# --- One file and its score card -----------------------------------------------------------
@dataclass
class Box:
    """A square of the line of progress: where it is drawn, and what it stands for."""

    x: int
    state: str

    @property
    def inner(self):
        return self.x + 1

    @property
    def arrow(self):
        return self.x + 4


STEP = 22  # between two squares of the line of progress


class Desk:
    """One file on the desk of a member: what they read, what they write."""

    def __init__(self, sitting, person, application, files):
        self.sitting, self.person = sitting, person
        self.application, self.files = application, files
        self.phase = reviews.phase(sitting)
        self.review = application.own
        # Of a file that was adjourned: where the new one begins from.
        mine = (one for one in application.former if one.person_id == person.pk)
        self.before = None if self.review else max(mine, key=_met, default=None)
        criteria = application.rules.criteria.order_by("order", "pk")
        self.criteria = list(criteria.prefetch_related("levels"))
        start = self.review or self.before
        self.scores = _scores(start) if start else {}

    def initial(self):
        review, revision = self.review, self.application.last_revision or 1
        start = review or self.before
        found = {f"c{key}": score for key, score in self.scores.items()}
        found |= {"version": review.version if review else 0, "revision": revision}
        for name in ("opinion", "suggested", "comment"):
            found[name] = getattr(start, name, None) or None
        return found

    def save(self, form, *, hand_in):
        """Keep it; a draft that may not be handed in yet is kept all the same.

        Raises Stale, or MoveBlocked with the sentence.
        """
        words, scores = form.words, form.scores
        own = reviews.begin(self.application, self.person)
        own.application, own.person = self.application, self.person
        is_draft = own.state == ReviewState.DRAFT
        why = reviews.lacking(self.application, words, scores) if hand_in else ""
        read = min(form.cleaned_data["revision"], self.application.last_revision or 1)
        self.review = reviews.save(
            own,
            words,
            scores,
            version=form.cleaned_data["version"],
            revision=read,
            hand_in=hand_in and not (why and is_draft),
        )
        if why:
            raise MoveBlocked(why)
        return self.review

    def kept(self, review):
        """What the page learns after a pause: its version, and what the scores come to."""
        points = reviews.total(_scores(review), self.criteria)
        said = str(points).replace(".", ",") if points is not None else "\u2013"
        return {"version": review.version, "total": said}

    def following(self):
        """The next file to read, as things stand after this one was given."""
        files = to_read.line(self.sitting, self.person)
        return to_read.next_of(files, self.application, reviews.standings(files))

    def page(self):
        application, files = self.application, self.files
        place = [one.pk for one in files].index(application.pk)
        seat = members.seat_of(self.person, self.sitting)
        votes = seat is not None and seat.votes
        computed = application.computations.order_by("-computed_at", "-pk").first()
        return {
            "sitting": self.sitting,
            "phase": self.phase,
            "votes": votes,
            "writes": self.phase.writes and votes,
            "application": application,
            "revision": application.last,
            "is_outdated": application.is_outdated,
            "report": getattr(application, "report", None),
            "computation": computed,
            "papers": list(member_file.papers(application)),
            "questions": application.questions.select_related("person"),
            "review": self.review,
            "others": self._with_totals(self.application.others),
            "before": self.before,
            "former": self._former(),
            "total": reviews.total(self.scores, self.criteria),
            "rank": place + 1,
            "count": len(files),
            "given": sum(one.is_given for one in files),
            "previous": files[place - 1] if place else None,
            "next": files[place + 1] if place + 1 < len(files) else None,
            "boxes": [_box(rank, one, place) for rank, one in enumerate(files)],
            "width": STEP * len(files),
            **member_file.sent(application.last),
        }

    def _with_totals(self, rows):
        for one in rows:
            one.total = reviews.total(_scores(one), self.criteria)
        return rows

    def _former(self):
        """[(sitting, the reviews that were told there)], the last one first."""
        found = defaultdict(list)
        for one in self._with_totals(self.application.former):
            found[one.point.sitting].append(one)
        return sorted(found.items(), key=lambda pair: pair[0].meets_at, reverse=True)


def _met(review):
    return review.point.sitting.meets_at


def _scores(review):
    return {one.criterion_id: one.score for one in review.scores.all()}


def _box(rank, one, place):
    state = "now" if rank == place else "given" if one.is_given else "todo"
    return Box(rank * STEP, state)


def desk(sitting, person, uuid):
    """The ``Desk`` of ``person`` for a file of ``sitting``; Http404 when it is not theirs."""
    files = to_read.line(sitting, person)
    one = next((one for one in files if one.uuid == uuid), None)
    if one is None:
        raise Http404
    return Desk(sitting, person, to_read.opened(one, person), files)


# --- What the secretary follows ---------------------------------------------------------------
def progress(sitting, reader):
    """How far each member and each file of ``sitting`` has come; eight queries.

    What the reviews come to is told once they are closed: until then it is the members'.
    A file that is shut to ``reader`` is not there.
    """
    rows = Application.objects.for_the_desk_of(reader)
    rows = rows.filter(sitting=sitting, state__in=PRESENTED)
    files = list(
        rows.select_related("organisation", "show", "rules").order_by("number")
    )
    keys = {one.pk for one in files}
    answers = _pairs(InterestAnswer.objects.filter(application__in=keys))
    given = _pairs(Review.objects.given().filter(application__in=keys))
    shut = recused.of_files(sitting, {one.pk: one.scheme_id for one in files})
    seats = list(members.in_office(sitting.session.activity_id))
    for seat in seats:
        person = seat.enrolment.person_id
        seat.shut = len(shut[person])
        seat.declared = len(answers[person])
        seat.given = len(given[person] - shut[person])
        seat.expected = len(files) - seat.shut if seat.votes else 0
    standing = reviews.standings(files) if reviews.phase(sitting).sees else {}
    voices = [seat.enrolment.person_id for seat in seats if seat.votes]
    for one in files:
        one.expected = sum(one.pk not in shut[person] for person in voices)
        one.given = sum(one.pk in given[person] for person in voices)
        one.recused = sum(one.pk in shut[seat.enrolment.person_id] for seat in seats)
        one.standing = standing.get(one.pk)
    return {"seats": seats, "files": files, "phase": reviews.phase(sitting)}


def _pairs(rows):
    """{key of a person: the keys of the applications in ``rows``}."""
    found = defaultdict(set)
    for person, application in rows.order_by().values_list("person", "application"):
        found[person].add(application)
    return found
