"""Who is expected at the sessions: fanned out from an enrolment, and released."""

from agency.activities import emails, facts
from agency.activities.models import Participation
from agency.activities.services import announcing
from agency.activities.states import ParticipationState, SessionState
from agency.core.clock import now
from agency.core.lifecycle import move


def welcome(enrolment, *, sessions=None):
    """Expect somebody who has just got a seat at what is to come, and tell them.

    ``sessions``: those chosen, where one registers session by session.
    """
    from agency.activities.services import places  # stands on this module

    if places.by_session(enrolment.activity):
        places.choose(enrolment, sessions or (), by=enrolment.person)
        awaited = enrolment.participations.expected().values("session")
        found = enrolment.activity.sessions.filter(pk__in=awaited)
        found = list(found.order_by("starts_at", "pk").select_related("venue"))
    else:
        found = list(enrolment.activity.sessions.coming().select_related("venue"))
        expect(enrolment, sessions=found, told=True)
    emails.enrolment_confirmed(enrolment, found)


def expect(enrolment, *, sessions, told=False):
    """Fan the enrolment out: one participation for each of the ``sessions`` to come.

    On site or online as the person asked when they registered. ``told``: they know of
    these sessions from now on; of what changes later they are told.

    The caller holds the lock of the activity: nobody else writes these rows meanwhile.
    """
    whose = {"person_id": enrolment.person_id}
    known = Participation.objects.filter(session__in=sessions, **whose).order_by()
    by_session = {one.session_id: one for one in known}
    Participation.objects.bulk_create(
        Participation(
            session=session,
            enrolment=enrolment,
            mode=enrolment.mode,
            told=facts.calendar(session) if told else None,
            **whose,
        )
        for session in sessions
        if session.pk not in by_session
    )
    for session in sessions:
        one = by_session.get(session.pk)
        if one and one.state == ParticipationState.CANCELLED:
            how = {"enrolment": enrolment, "mode": enrolment.mode}
            # Who holds a letter from the first time is told of what it no longer says.
            if told and not (one.told and facts.is_letter(one.told)):
                how["told"] = facts.calendar(session)
            move(one, "expect", **how)
            if told and "told" not in how:
                one.session = session
                announcing.check_letter(one)


def release(enrolment, *, by=None, but=()):
    """The person is no longer expected at the sessions to come; the past stays.

    ``but``: keys of sessions that are left as they are. Returns the sessions freed.
    """
    coming = enrolment.participations.exclude(
        state=ParticipationState.CANCELLED
    ).filter(session__ends_at__gte=now(), session__state=SessionState.PLANNED)
    freed = []
    coming = coming.exclude(session__in=but).select_related("session")
    for participation in coming.order_by("pk"):
        move(participation, "release", by=by)
        freed.append(participation.session)
    return freed
