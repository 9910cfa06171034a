"""What attendance comes to, over the sheets that are locked: hours, share, threshold."""

from dataclasses import dataclass

from django.db.models import Prefetch

from agency.activities.choices import ATTENDED
from agency.activities.models import Attendance, Participation, Session
from agency.activities.services.halfdays import minutes
from agency.activities.services.roll import ON_THE_ROLL
from agency.activities.states import OFF, SheetState


@dataclass(frozen=True)
class Followed:
    """One session of one person: half-days there, of those planned; the same in minutes."""

    session: Session
    attended: int
    planned: int
    minutes: int
    planned_minutes: int


@dataclass(frozen=True)
class Assiduity:
    """What somebody followed of the sessions they were expected at, on locked sheets.

    A half-day counts whole or not at all, as one signs for it; so do its minutes. A
    session that was cancelled was not planned.
    """

    sessions: tuple[Followed, ...]
    threshold: int

    @property
    def attended(self):
        return sum(one.attended for one in self.sessions)

    @property
    def planned(self):
        return sum(one.planned for one in self.sessions)

    @property
    def minutes(self):
        return sum(one.minutes for one in self.sessions)

    @property
    def planned_minutes(self):
        return sum(one.planned_minutes for one in self.sessions)

    @property
    def by_session(self):
        """Whether each session is one half-day: they are then counted as sessions."""
        return all(one.planned == 1 for one in self.sessions)

    @property
    def percent(self):
        """Rounded down: eighty is not reached by almost."""
        return self.attended * 100 // self.planned if self.planned else 0

    @property
    def reached(self):
        """Enough for a certificate: somebody who was never there has none."""
        return self.minutes > 0 and (
            self.attended * 100 >= self.threshold * self.planned
        )


def kept(activity):
    """The sessions of ``activity`` that take place or took place, in order."""
    sessions = activity.sessions.exclude(state__in=OFF)
    return sessions.order_by("starts_at", "pk")


def by_person(activity, people=None):
    """{key of a person: their ``Assiduity``}, for those on a locked sheet.

    ``people``: keys of those looked for, else everybody. As many queries for one as
    for a thousand.
    """
    sessions = kept(activity).filter(attendance_sheet__state=SheetState.LOCKED)
    known = Attendance.objects.order_by("pk")
    found = Participation.objects.filter(
        session__in=sessions, state__in=ON_THE_ROLL
    ).prefetch_related(Prefetch("attendances", known))
    if people is not None:
        found = found.filter(person__in=people)
    every = {}
    for one in found.order_by("session__starts_at", "session", "pk"):
        if one.attendances.all():
            every.setdefault(one.person_id, []).append(one)
    whole = {one.pk: one for one in sessions} if every else {}
    lengths = {}
    return {
        person: Assiduity(
            tuple(_followed(whole[one.session_id], one, lengths) for one in rows),
            activity.attendance_threshold,
        )
        for person, rows in every.items()
    }


def _followed(session, participation, lengths):
    """``lengths``: what was reckoned already, {(session, half-day): minutes}."""
    known = list(participation.attendances.all())
    for one in known:
        key = session.pk, one.half_day
        if key not in lengths:
            lengths[key] = minutes(session, one.half_day)
    there = [one for one in known if one.status in ATTENDED]
    return Followed(
        session,
        attended=len(there),
        planned=len(known),
        minutes=sum(lengths[session.pk, one.half_day] for one in there),
        planned_minutes=sum(lengths[session.pk, one.half_day] for one in known),
    )


def assiduity(enrolment):
    """The ``Assiduity`` of the person of ``enrolment`` in its activity."""
    activity, person = enrolment.activity, enrolment.person_id
    found = by_person(activity, [person])
    return found.get(person) or Assiduity((), activity.attendance_threshold)
