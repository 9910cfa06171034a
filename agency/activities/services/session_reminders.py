"""Reminders around a session: a week, a day and half an hour before; and its sheet after.

Days are those of Paris. Somebody who has just been written to about a session, by its
convocation most often, is not reminded of it in the same breath.
"""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q

from agency.activities import reminder_emails
from agency.activities.choices import ParticipationMode, SeatScope, SessionFormat
from agency.activities.models import Participation, Session
from agency.activities.models.session import LINK_BEFORE
from agency.activities.services import seats
from agency.activities.services.attendance import unknown
from agency.activities.services.roll import roll
from agency.activities.states import OFF, SessionState, SheetState
from agency.core.clock import now, paris, today
from agency.mail.choices import Topic
from agency.mail.hours import start_of
from agency.mail.models import OutgoingEmail
from agency.mail.reminders import Reminder, register

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# On the day itself it still helps, as long as one has not left home.
TOO_LATE_TO_COME = 2 * HOUR
# Who was just convened, or has just registered, knows.
CONVENED_LATELY, REGISTERED_LATELY = DAY, 3 * HOUR
CONVENED_THIS_WEEK = 3 * DAY
# A week before, and for two days more after an outage.
WEEK_BEFORE, WEEK_BEFORE_LATEST = 7, 5
MINIMUM_BEFORE = 3
SHEET_AFTER, SHEET_AGAIN_AFTER, SHEET_LATEST = 2, 9, 30
TEMPLATES = "activities/emails/"
SHEET = f"{TEMPLATES}sheet_to_lock"


def declare():
    """The most pressing first: what one run does not manage waits for the next."""
    common = {
        "about": lambda one: one.session,
        "occurrence": _day,
        "until": lambda one: one.session.starts_at,
        "lock": lambda one: seats.lock(one.session.activity),
    }
    register(
        Reminder(
            f"{TEMPLATES}link_open",
            due=links_open,
            message=reminder_emails.link_open,
            by_day=False,
            **common | {"occurrence": lambda one: str(one.session.starts_at)},
        )
    )
    register(
        Reminder(
            f"{TEMPLATES}session_tomorrow",
            due=tomorrow,
            message=reminder_emails.session_tomorrow,
            **common,
        )
    )
    register(
        Reminder(
            f"{TEMPLATES}session_in_a_week",
            due=in_a_week,
            message=reminder_emails.session_in_a_week,
            topic=Topic.WEEK_BEFORE,
            rests=True,
            **common | {"until": lambda one: one.session.starts_at - 4 * DAY},
        )
    )
    _declare_for_the_house()


def _declare_for_the_house():
    common = {"lock": lambda session: seats.lock(session.activity)}
    register(
        Reminder(
            f"{TEMPLATES}session_under_minimum",
            due=under_minimum,
            message=reminder_emails.session_under_minimum,
            readers=_who_runs,
            occurrence=lambda session: f"{paris(session.starts_at):%Y%m%d}",
            until=lambda session: session.starts_at,
            **common,
        )
    )
    register(
        Reminder(
            SHEET,
            due=sheets_to_lock,
            message=_sheet(reminder_emails.sheet_to_lock),
            readers=_who_runs,
            rests=True,
            **common,
        )
    )
    register(
        Reminder(
            f"{TEMPLATES}sheet_still_open",
            due=sheets_still_open,
            message=_sheet(reminder_emails.sheet_still_open),
            readers=lambda session: (session.activity.officer,),
            rests=True,
            **common,
        )
    )


def _day(participation):
    """Put off to another day, a session is another one to be reminded of."""
    return f"{paris(participation.session.starts_at):%Y%m%d}"


# --- To those expected -------------------------------------------------------------
def _awaited():
    planned = Participation.objects.expected().filter(
        session__state=SessionState.PLANNED, person__erased_at=None
    )
    return planned.select_related(
        "session__activity__officer", "session__venue", "person", "enrolment"
    )


def _told_since(moment):
    """Whether the person was written to about the session since then."""
    written = OutgoingEmail.objects.filter(
        content_type=ContentType.objects.get_for_model(Session),
        object_id=OuterRef("session"),
        person=OuterRef("person"),
        created_at__gte=moment,
    )
    return Exists(written)


def _registered_before(moment):
    known = Q(enrolment=None) | Q(enrolment__confirmed_at=None)
    return known | Q(enrolment__confirmed_at__lte=moment)


def tomorrow():
    """Everybody expected at a session of tomorrow, or of today while it still helps."""
    moment = now()
    return _awaited().filter(
        ~_told_since(moment - CONVENED_LATELY),
        _registered_before(moment - REGISTERED_LATELY),
        session__starts_at__gt=moment + TOO_LATE_TO_COME,
        session__starts_at__lt=start_of(today() + 2 * DAY),
    )


def in_a_week():
    """The members of a group that meets in a week; who comes once has the day before."""
    moment, day = now(), today()
    return _awaited().filter(
        ~_told_since(moment - CONVENED_THIS_WEEK),
        _registered_before(moment - CONVENED_THIS_WEEK),
        session__activity__seat_scope=SeatScope.WHOLE,
        enrolment__isnull=False,
        session__starts_at__gte=start_of(day + WEEK_BEFORE_LATEST * DAY),
        session__starts_at__lt=start_of(day + (WEEK_BEFORE + 1) * DAY),
    )


def links_open():
    """Those who join online, and they alone, as soon as their page shows the link."""
    moment = now()
    online = Q(session__format=SessionFormat.REMOTE) | Q(mode=ParticipationMode.REMOTE)
    return (
        _awaited()
        .exclude(session__remote_url="")
        .filter(
            online,
            session__starts_at__gt=moment,
            session__starts_at__lte=moment + LINK_BEFORE,
        )
    )


# --- To those who run it -----------------------------------------------------------
def _who_runs(session):
    """The officer in charge and the facilitators, each once."""
    activity = session.activity
    people = [activity.officer, *(one.person for one in activity.facilitators.all())]
    return tuple({person.pk: person for person in people}.values())


def _sessions():
    rows = Session.objects.exclude(state__in=OFF)
    return rows.select_related("activity__officer", "venue").prefetch_related(
        "activity__facilitators__person"
    )


def under_minimum():
    """Sessions in three days at which fewer are expected than they need to take place."""
    counted = _sessions().with_expected().with_excused()
    return counted.filter(
        state=SessionState.PLANNED,
        expected__lt=F("activity__min_to_run"),
        starts_at__gt=now() + TOO_LATE_TO_COME,
        starts_at__lt=start_of(today() + (MINIMUM_BEFORE + 1) * DAY),
    )


def _unlocked():
    """Sessions at which people were expected, and whose sheet may still change."""
    expected = Participation.objects.expected().filter(session=OuterRef("pk"))
    rows = _sessions().filter(Exists(expected))
    return rows.exclude(attendance_sheet__state=SheetState.LOCKED)


def _ended(first, last):
    """Ended so many days ago, the later ``last`` included."""
    day = today()
    return Q(
        ends_at__lt=start_of(day - (first - 1) * DAY),
        ends_at__gte=start_of(day - last * DAY),
    )


def sheets_to_lock():
    return _unlocked().filter(_ended(SHEET_AFTER, SHEET_AGAIN_AFTER - 1))


def sheets_still_open():
    """Those of which the first reminder is a week old; a month later nobody insists."""
    told = OutgoingEmail.objects.filter(
        template=SHEET,
        content_type=ContentType.objects.get_for_model(Session),
        object_id=OuterRef("pk"),
        created_at__lte=now() - (SHEET_AGAIN_AFTER - SHEET_AFTER) * DAY,
    )
    return _unlocked().filter(_ended(SHEET_AGAIN_AFTER, SHEET_LATEST), Exists(told))


def _sheet(message):
    def write(session, person, **how):
        return message(session, person, missing=unknown(roll(session)), **how)

    return write
