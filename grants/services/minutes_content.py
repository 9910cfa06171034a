"""What the minutes of a sitting say, as data: frozen once they are validated.

The sources: decree 2006-672, art. 14, and references/grants.md, E.5: place, day, members
and their capacity, matters, votes, recusals, quorum. Never the debate, which is secret,
nor the reviews, nor who voted what.
"""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from agency.activities.choices import SessionFormat
from agency.activities.models import Participation
from agency.activities.states import ParticipationState
from agency.core.clock import paris
from agency.core.text import fold
from grants.choices import AIDED, Capacity, Office, Outcome
from grants.models import (
    Member,
    Point,
    Presence,
    Proxy,
    Recusal,
    SittingEnvelope,
    StepOut,
)
from grants.services import interests, members, recused
from grants.states import ApplicationState, PointState

# Of what is frozen: moments as ISO 8601, euros as text.
DAYS = {"day"}
MOMENTS = {
    *("opened_at", "closed_at", "from", "to", "left_at", "back_at"),
    *("started_at", "ended_at"),
}
EUROS = {
    *("envelope", "granted", "requested", "computed", "proposed"),
    *("put_to_vote", "amount"),
}
RANKS = (Office.CHAIR, Office.DEPUTY)
# Shorter words stand in too many sentences to say which file is meant.
LONG_ENOUGH = 4


def content(sitting):
    """What the minutes of ``sitting`` say now: a dict for JSON, persons and files by key."""
    return Told(sitting).content()


class Told:
    """What was recorded of a sitting, read once; ten queries with its content."""

    def __init__(self, sitting):
        self.sitting = sitting
        self.points = list(_points(sitting))
        schemes = {one.application_id: one.application.scheme_id for one in self.points}
        # {key of a person: the files shut to them}
        self.shut = recused.of_files(sitting, schemes)
        self.noticed = {
            (one.person_id, one.application_id): one.noticed_at
            for one in Recusal.objects.filter(application__in=schemes)
        }
        self.seats = _seats(sitting)
        self.stays = defaultdict(list)
        for one in Presence.objects.filter(sitting=sitting):
            self.stays[one.member_id].append(one)

    def content(self):
        return _content(self)


def _content(told):
    sitting, points = told.sitting, told.points
    session = sitting.session
    return {
        "commission": session.activity.title,
        "number": sitting.number,
        "day": paris(sitting.opened_at or sitting.meets_at).date().isoformat(),
        "place": _place(session),
        "format": session.format,
        "opened_at": _moment(sitting.opened_at),
        "closed_at": _moment(sitting.closed_at),
        "second": sitting.is_second,
        "quorum": sitting.quorum_at_opening or {},
        "members": _attendance(told),
        "schemes": _schemes(sitting, points),
        "files": _files(told),
        "aside": _aside(points),
    }


def _points(sitting):
    steps = StepOut.objects.select_related("member__enrolment__person")
    rows = Point.objects.filter(sitting=sitting).select_related(
        "application__organisation",
        "application__show",
        "application__scheme",
        "opinion",
        "presided_by",
    )
    rows = rows.prefetch_related(Prefetch("steps_out", steps))
    return rows.order_by("position", "pk")


def _moment(value):
    return paris(value).isoformat(timespec="minutes") if value else None


def _sum(value):
    return None if value is None else str(value)


def _place(session):
    """Where it was held, in one line; "" when it was online alone."""
    if session.format == SessionFormat.REMOTE or session.venue is None:
        return ""
    venue = session.venue
    parts = (session.room, venue.name, venue.address, venue.city)
    return ", ".join(filter(None, parts))


# --- Who was there -----------------------------------------------------------------
def _seats(sitting):
    """Those in office on the day, and whoever was noted there; the chair first."""
    commission = sitting.session.activity_id
    day = paris(sitting.opened_at or sitting.meets_at).date()
    seated = members.in_office(commission, day).order_by().values("pk")
    noted = Presence.objects.filter(sitting=sitting).order_by().values("member")
    given = Proxy.objects.filter(sitting=sitting).order_by().values("giver")
    rows = Member.objects.filter(
        Q(pk__in=seated) | Q(pk__in=noted) | Q(pk__in=given),
        enrolment__activity=commission,
    ).select_related("enrolment__person", "college", "alternate_of__enrolment__person")
    excused = Participation.objects.filter(
        session=sitting.session_id,
        state=ParticipationState.EXCUSED,
        person=OuterRef("enrolment__person"),
    )
    rows = rows.annotate(excused=Exists(excused.order_by()))
    ranks = {office: rank for rank, office in enumerate(RANKS)}
    return sorted(rows, key=lambda one: ranks.get(one.office, len(ranks)))


def _attendance(told):
    sitting = told.sitting
    proxies = list(
        Proxy.objects.filter(sitting=sitting).select_related(
            "giver__enrolment__person", "holder__enrolment__person"
        )
    )
    return [
        {
            "person": one.person.pk,
            "name": one.person.full_name,
            "college": str(one.college or ""),
            "capacity": one.capacity,
            "alternate_of": str(one.alternate_of or ""),
            "office": one.office,
            "stays": [_stay(row, sitting) for row in told.stays.get(one.pk, ())],
            "gave": [_proxy(row, row.holder) for row in proxies if _is(row.giver, one)],
            "holds": [
                _proxy(row, row.giver) for row in proxies if _is(row.holder, one)
            ],
            "excused": one.excused,
        }
        for one in told.seats
    ]


def _is(member, seat):
    return member.pk == seat.pk


def _stay(row, sitting):
    left = row.left_at or sitting.closed_at
    return {"from": _moment(row.arrived_at), "to": _moment(left), "mode": row.mode}


def _proxy(row, other):
    return {"name": other.person.full_name, "to": _moment(row.ended_at)}


# --- Envelopes and files -----------------------------------------------------------
def _opinion(point):
    """Its opinion, of an item that is recorded; or None."""
    if point.state != PointState.RECORDED:
        return None
    return getattr(point, "opinion", None)


def _schemes(sitting, points):
    envelopes = SittingEnvelope.objects.filter(sitting=sitting).select_related("scheme")
    found = {one.scheme_id: (one.scheme.name, one.amount) for one in envelopes}
    for point in points:
        scheme = point.application.scheme
        found.setdefault(scheme.pk, (scheme.name, None))
    granted = defaultdict(Decimal)
    for point in points:
        opinion = _opinion(point)
        if opinion is not None and opinion.outcome in AIDED:
            granted[point.application.scheme_id] += opinion.amount
    return [
        {
            "scheme": key,
            "name": name,
            "envelope": _sum(envelope),
            "granted": str(granted[key]),
        }
        for key, (name, envelope) in found.items()
    ]


def _head(application):
    show = application.show.title if application.show else application.title
    return {
        "file": application.pk,
        "number": application.number,
        "organisation": application.organisation.name,
        "title": show,
        "scheme": application.scheme_id,
        "scheme_name": application.scheme.name,
    }


def _files(told):
    chairs = {one.person.pk for one in told.seats if one.office == Office.CHAIR}
    return [
        _file(point, _apart(told, point), chairs)
        for point in told.points
        if _opinion(point)
    ]


def _file(point, apart, chairs):
    application, opinion, leader = point.application, point.opinion, point.presided_by
    led = leader is None or leader.pk in chairs
    return _head(application) | {
        "block": point.block,
        "requested": _sum(application.requested),
        "computed": _sum(application.computed),
        "proposed": _sum(application.proposed),
        "put_to_vote": _sum(point.amount),
        "started_at": _moment(point.started_at),
        "ended_at": _moment(point.ended_at),
        "presided_by": "" if led else leader.full_name,
        "unled": leader is None,
        "quorum": _quorum(point.count),
        "recusals": apart,
        "vote": _vote(point),
        "outcome": opinion.outcome,
        "amount": _sum(opinion.amount),
        "told": opinion.told,
        "conditions": opinion.conditions,
        "questions": opinion.questions,
    }


def _quorum(count):
    names = ("seats", "required", "counted", "ok", "second")
    said = {name: count[name] for name in names if name in count}
    return said | {
        "present": len(count.get("present", ())),
        "represented": len(count.get("represented", ())),
    }


def _vote(point):
    """The tally; None of an opinion that was given without a ballot."""
    if not point.cast:
        return None
    return {
        "secret": point.is_secret,
        "for": point.votes_for,
        "against": point.votes_against,
        "abstentions": point.abstentions,
        "casting": point.casting,
    }


# --- Who stood back ----------------------------------------------------------------
def _apart(told, point):
    """What is said of each member who stood back from the file of ``point``."""
    steps = {one.member_id: one for one in point.steps_out.all()}
    return [
        _sentence(point, seat, steps.get(seat.pk), seat.pk in told.stays)
        for seat in told.seats
        if _stood_back(told, point, seat, seat.pk in steps)
    ]


def _stood_back(told, point, seat, left):
    """Whether ``seat`` took no part in ``point`` for an interest, as it was that day.

    What is found or lifted after the opinion was given changes nothing of it.
    """
    person, file = seat.person.pk, point.application_id
    if person in point.count.get("present", ()):
        return False
    if left or person in point.count.get("recused", ()):
        return True
    at = told.noticed.get((person, file))
    late = at is not None and point.ended_at is not None and at > point.ended_at
    return file in told.shut.get(person, ()) and not late


def _sentence(point, seat, step, is_here):
    recusal = Recusal(application=point.application, person=seat.person)
    said = {"person": seat.person.full_name, "file": str(point.application)}
    away = _("%(person)s, who has an interest in %(file)s, was not in the sitting.")
    return {
        "person": seat.person.pk,
        "sentence": interests.sentence(recusal) if is_here else away % said,
        "left_at": _moment(step.left_at) if step else None,
        "back_at": _moment(step.back_at) if step else None,
    }


# --- What was not examined ---------------------------------------------------------
def _aside(points):
    """The files that have no opinion: withdrawn, or left for another sitting."""
    left = [one.application for one in points if not _opinion(one)]
    return [
        _head(one) | {"withdrawn": one.state == ApplicationState.WITHDRAWN}
        for one in left
    ]


# --- The copy of one reader --------------------------------------------------------
def files_of(said):
    """{key of a file: key of its scheme} of all that ``said``, a content, tells of."""
    return {one["file"]: one["scheme"] for one in (*said["files"], *said["aside"])}


def without(said, shut):
    """``said`` with nothing of the files ``shut``: neither their names nor what a sum,
    taken together with the others, would tell of them.
    """
    schemes = {key for file, key in files_of(said).items() if file in shut}
    return said | {
        "files": [
            {"file": one["file"], "is_shut": True} if one["file"] in shut else one
            for one in said["files"]
        ],
        "aside": [one for one in said["aside"] if one["file"] not in shut],
        "schemes": [
            one | {"granted": None} if one["scheme"] in schemes else one
            for one in said["schemes"]
        ],
    }


def speaks_of(text, said, shut):
    """Whether ``text``, free words, names one of the files ``shut`` of ``said``."""
    words = fold(text)
    names = (
        one[name]
        for one in (*said["files"], *said["aside"])
        if one["file"] in shut
        for name in ("number", "organisation", "title")
    )
    return any(len(one) >= LONG_ENOUGH and fold(one) in words for one in names if one)


# --- As it is read -----------------------------------------------------------------
def spoken(said):
    """``said`` for a template: moments and amounts as they are, codes in their words."""
    read = _read(said)
    for one in read["members"]:
        one["capacity_word"] = Capacity(one["capacity"]).label
        one["office_word"] = Office(one["office"]).label if one["office"] else ""
    for one in read["schemes"]:
        known = one["envelope"] is not None and one["granted"] is not None
        one["left"] = one["envelope"] - one["granted"] if known else None
    for one in read["files"]:
        if "outcome" in one:
            one["opinion"] = Outcome(one["outcome"]).label
    return read


def _read(value, name=""):
    if isinstance(value, dict):
        return {key: _read(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_read(one) for one in value]
    if value and name in MOMENTS:
        return datetime.fromisoformat(value)
    if value and name in DAYS:
        return date.fromisoformat(value)
    if value and name in EUROS:
        return Decimal(value)
    return value
