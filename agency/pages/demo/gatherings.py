"""The sessions of the demo: convened, held, moved, cancelled, postponed; letters made at once."""

from datetime import timedelta

from agency.activities.models import Convening, Session
from agency.activities.services import (
    announcing,
    convenings,
    postponing,
    sessions,
)
from agency.activities.states import ConveningState, ConvocationState
from agency.pages.demo import closed, plan

# A session that waits for the end of the summer was convened before it.
AT_LEAST_BEFORE = timedelta(hours=5)
READ_AFTER = timedelta(hours=2)


class Unmade(Exception):
    """A letter of the demo could not be made: its past would have a hole."""


def story(story, number, day, row):
    """Note what happens to one session of an activity."""
    at, until = story.script.at, story.script.until
    if "cancelled_days" in row:
        at(story.moment(row["cancelled_days"]), cancel, story, number, row)
    elif "postponed_days" in row:
        at(story.moment(row["postponed_days"]), postpone, story, number, day, row)
    else:
        at(plan.on(day, "18:00"), hold, story, number)
    if "convened_days" in row and not (story.book.small and day < story.day):
        moment = plan.on(day, "14:20") + timedelta(days=row["convened_days"])
        moment = min(moment, until - AT_LEAST_BEFORE)
        at(moment, convene, story, number, row.get("paragraph", ""))
        if "moved_room" in row:
            later = plan.on(day, "10:05") + timedelta(days=row["moved_days"])
            later = max(moment + READ_AFTER, min(later, until - READ_AFTER))
            at(later, move_room, story, number, row["moved_room"])
            at(later + announcing.QUIET, tell, story)


def hold(story, number):
    """It took place: who was there; the last sheets still wait for their countersignature."""
    closed.attend(story, story.sessions[number - 1])


def convene(story, number, paragraph):
    make(
        convenings.convene(
            story.sessions[number - 1], by=story.officer, paragraph=paragraph
        )
    )


def move_room(story, number, room):
    session = Session.objects.get(pk=story.sessions[number - 1].pk)
    session.room = room
    sessions.save_session(session, by=story.officer)


def tell(story):
    """What a change has prepared leaves, as beat would let it."""
    announcing.start_due()
    make_what_runs()


def cancel(story, number, row):
    sessions.cancel_session(
        story.sessions[number - 1],
        by=story.officer,
        reason=row["cancelled_reason"],
        told_reason=row["cancelled_reason"],
    )
    make_what_runs()


def postpone(story, number, day, row):
    session = story.sessions[number - 1]
    session.refresh_from_db()
    later = plan.snap(day + row["postponed_weeks"] * plan.WEEK, day.weekday())
    postponing.postpone(
        session,
        by=story.officer,
        starts_at=plan.on(later, row["start"]),
        ends_at=plan.on(later, row["end"]),
        told_reason=row["postponed_reason"],
    )
    make_what_runs()


def make_what_runs():
    for batch in Convening.objects.filter(state=ConveningState.RUNNING).order_by("pk"):
        make(batch)


def make(convening):
    """The letters are made here and now, as a worker would."""
    waiting = convening.convocations.order_by("pk")
    convenings.make(convening.pk, list(waiting.values_list("pk", flat=True)))
    failed = convening.convocations.filter(state=ConvocationState.FAILED).first()
    if failed:
        raise Unmade(failed.error)
