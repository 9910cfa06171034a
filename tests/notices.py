"""What is told of a session that changes or does not take place, for ``test_letters``."""

from datetime import UTC, datetime, timedelta

from agency.activities import facts
from agency.activities.choices import Part, Purpose
from agency.activities.models import Convening, Convocation, Session
from agency.activities.services import convenings
from agency.activities.states import ActivityState, SessionState
from tests import letters_cast as cast
from tests.activities.factories import (
    AgendaItemFactory,
    ParticipationFactory,
    SessionFactory,
    VenueFactory,
)
from tests.people.factories import PersonFactory

WEEK = timedelta(days=7)
REASON = "La Filature ferme pour travaux jusqu’au printemps."


def told(about, purpose, **row):
    """One row of a batch, made as the workers do."""
    how = {"purpose": purpose, "by": PersonFactory(officer=True)}
    for name in ("before", "paragraph"):
        if name in row:
            how[name] = row.pop(name)
    name = "session" if isinstance(about, Session) else "activity"
    batch = Convening.objects.create(**{name: about}, **how)
    one = Convocation.objects.create(convening=batch, **row)
    convenings.make(batch.pk, [one.pk])
    one.refresh_from_db()
    return one


def moved(session):
    """An hour later, elsewhere."""
    session.starts_at += timedelta(hours=1)
    session.ends_at += timedelta(hours=1)
    session.venue = VenueFactory(
        name="Le Passage",
        address="4 rue du Beffroi",
        postal_code="00400",
        city="Montreval",
        step_free=True,
    )
    session.room, session.sequence = "bar du théâtre", 1
    session.save()


def first():
    return cast.cycle().sessions.get(number=1)


def expected(session, **how):
    one = cast.enrolment(session.activity)
    return ParticipationFactory(
        pk=7000, session=session, enrolment=one, person=one.person, **how
    )


def reader(**row):
    return {"person": cast.awa(), **row}


# --- A change ----------------------------------------------------------------------
def session_changed():
    """She holds a letter: it is replaced."""
    convocation = cast.convened(cast.cycle())
    one = convocation.participation
    one.refresh_from_db()
    moved(one.session)
    return told(
        one.session,
        Purpose.CHANGE,
        participation=one,
        supersedes=convocation.document,
    )


def session_changed_agenda():
    convocation = cast.convened(cast.open_group())
    one = convocation.participation
    one.refresh_from_db()
    one.session.agenda_items.all().delete()
    for title in ("Retour des essais", "Une saison sans affiche"):
        AgendaItemFactory(session=one.session, title=title)
    return told(
        one.session,
        Purpose.CHANGE,
        participation=one,
        supersedes=convocation.document,
    )


def session_changed_registered():
    """She has registered and is not convened yet."""
    session = first()
    one = expected(session, told=facts.calendar(session))
    moved(session)
    told(session, Purpose.CHANGE, participation=one)


def session_changed_leads():
    session = first()
    before = facts.letter(session)
    moved(session)
    told(session, Purpose.CHANGE, before=before, **reader(part=Part.LEADS))


# --- What does not take place --------------------------------------------------------
def off(state, **changes):
    session = first()
    Session.objects.filter(pk=session.pk).update(state=state, sequence=1, **changes)
    session.refresh_from_db()
    return session


def session_cancelled():
    session = off(SessionState.CANCELLED)
    one = expected(session)
    told(session, Purpose.CANCELLATION, paragraph=REASON, participation=one)


def session_cancelled_waits():
    session = off(SessionState.CANCELLED)
    told(session, Purpose.CANCELLATION, **reader(part=Part.WAITS))


def session_cancelled_leads():
    session = off(SessionState.CANCELLED)
    told(session, Purpose.CANCELLATION, paragraph=REASON, **reader(part=Part.LEADS))


def postponed():
    session = first()
    start = datetime(2027, 1, 22, 8, 30, tzinfo=UTC)
    new = SessionFactory(
        activity=session.activity,
        number=3,
        starts_at=start,
        venue=session.venue,
        room=session.room,
    )
    return move_to(session, new)


def move_to(session, new):
    Session.objects.filter(pk=session.pk).update(
        state=SessionState.POSTPONED, sequence=1, postponed_to=new
    )
    session.refresh_from_db()
    return session


def session_postponed():
    session = postponed()
    one = expected(session)
    told(session, Purpose.POSTPONEMENT, paragraph=REASON, participation=one)


def session_postponed_to_come():
    session = off(SessionState.POSTPONED)
    told(session, Purpose.POSTPONEMENT, participation=expected(session))


def session_postponed_leads():
    told(postponed(), Purpose.POSTPONEMENT, **reader(part=Part.LEADS))


def cancelled_activity():
    activity = cast.cycle()
    activity.state = ActivityState.CANCELLED
    activity.save(update_fields=["state"])
    activity.sessions.update(state=SessionState.CANCELLED, sequence=1)
    keys = list(activity.sessions.values_list("pk", flat=True))
    return activity, {"before": {"sessions": keys}, "paragraph": REASON}


def activity_cancelled():
    activity, how = cancelled_activity()
    one = cast.enrolment(activity)
    for session in activity.sessions.all():
        ParticipationFactory(session=session, enrolment=one, person=one.person)
    told(activity, Purpose.CANCELLATION, person=one.person, **how)


def activity_cancelled_waits():
    activity, how = cancelled_activity()
    told(activity, Purpose.CANCELLATION, **reader(part=Part.WAITS), **how)


# --- On paper --------------------------------------------------------------------------
def without_address():
    return PersonFactory(given_name="Marthe", family_name="Collin", email=None)


def notice_of_a_cancellation():
    session = off(SessionState.CANCELLED)
    one = ParticipationFactory(session=session, person=without_address())
    return told(session, Purpose.CANCELLATION, paragraph=REASON, participation=one)


def notice_of_a_postponement():
    session = postponed()
    one = ParticipationFactory(session=session, person=without_address())
    return told(session, Purpose.POSTPONEMENT, paragraph=REASON, participation=one)


def notice_of_a_change():
    session = first()
    one = ParticipationFactory(
        session=session, person=without_address(), told=facts.calendar(session)
    )
    moved(session)
    return told(session, Purpose.CHANGE, participation=one)


def notice_of_a_cancelled_activity():
    activity, how = cancelled_activity()
    person = without_address()
    for session in activity.sessions.all():
        ParticipationFactory(session=session, person=person, enrolment=None)
    return told(activity, Purpose.CANCELLATION, person=person, **how)


MESSAGES = {
    "activities/emails/session_changed": session_changed,
    "activities/emails/session_changed#agenda": session_changed_agenda,
    "activities/emails/session_changed#registered": session_changed_registered,
    "activities/emails/session_changed#leads": session_changed_leads,
    "activities/emails/session_cancelled": session_cancelled,
    "activities/emails/session_cancelled#waits": session_cancelled_waits,
    "activities/emails/session_cancelled#leads": session_cancelled_leads,
    "activities/emails/session_postponed": session_postponed,
    "activities/emails/session_postponed#to_come": session_postponed_to_come,
    "activities/emails/session_postponed#leads": session_postponed_leads,
    "activities/emails/activity_cancelled": activity_cancelled,
    "activities/emails/activity_cancelled#waits": activity_cancelled_waits,
}
DOCUMENTS = {
    "activities/documents/session_convocation#second": session_changed,
    "activities/documents/session_notice": notice_of_a_cancellation,
    "activities/documents/session_notice#postponed": notice_of_a_postponement,
    "activities/documents/session_notice#changed": notice_of_a_change,
    "activities/documents/session_notice#activity": notice_of_a_cancelled_activity,
}
