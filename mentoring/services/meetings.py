"""The meetings of a pair: planned, noted by one, confirmed by the other, or not held."""

from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import dates, journal
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked, move
from mentoring import nudge_emails
from mentoring.choices import Topic, Way
from mentoring.models import EditionDetails, Pair, PairMeeting
from mentoring.models.meeting import LONGEST, OFF, SHORTEST
from mentoring.states import MeetingState


class Unfit(MoveBlocked):
    """What was typed cannot be; ``field`` is the one to mend, ``str()`` says how."""

    def __init__(self, field, sentence):
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class Facts:
    """What the agency sees of a meeting."""

    day: date
    minutes: int | None
    way: str
    topics: tuple = ()
    hour: time | None = None

    @property
    def columns(self):
        return {
            "day": self.day,
            "minutes": self.minutes,
            "way": self.way,
            "topics": list(self.topics),
            "hour": self.hour,
        }


# --- Noting it -----------------------------------------------------------------------
@transaction.atomic
def log(pair, facts, *, by):
    """``by`` notes that the two met; return (the meeting, what became of it).

    What became: ``noted``, ``known`` when they had noted that day already, or
    ``confirmed`` when the other half had: two who note at once note one meeting.
    """
    side = answer(pair, by)
    check_held(pair, facts)
    there = pair.meetings.exclude(state__in=OFF).filter(day=facts.day).first()
    if there is not None and there.is_held:
        return there, _agreed(there, side, by)
    if there is None:
        there = PairMeeting.objects.create(pair=pair, logged_by=side, **facts.columns)
    columns = facts.columns | {"hour": facts.hour or there.hour}
    told = {"logged_by": str(side), "logged_at": now(), "confirmed_at": None}
    move(there, "hold", by=by, **columns, **told)
    return there, "noted"


@transaction.atomic
def log_planned(meeting, facts, *, by):
    """The planned ``meeting`` was held, on that day or on another."""
    side = answer(meeting.pair, by)
    check_held(meeting.pair, facts)
    _need_a_free_day(meeting, facts)
    columns = facts.columns | {"hour": facts.hour or meeting.hour}
    told = {"logged_by": str(side), "logged_at": now(), "confirmed_at": None}
    return move(meeting, "hold", by=by, **columns, **told)


def _need_a_free_day(meeting, facts):
    same = meeting.pair.meetings.exclude(state__in=OFF).exclude(pk=meeting.pk)
    if same.filter(day=facts.day).exists():
        raise Unfit("day", _("You have another meeting on that day: open that one."))


def _agreed(meeting, side, by):
    if meeting.logged_by == side:
        return "known"
    if meeting.confirmed_at is None:
        _confirm(meeting, by)
    return "confirmed"


@transaction.atomic
def plan(pair, facts, *, by):
    """A meeting to come; planned twice for one day, it is that one."""
    side = answer(pair, by)
    check_planned(pair, facts)
    there = pair.meetings.exclude(state__in=OFF).filter(day=facts.day).first()
    if there is not None:
        return there
    meeting = PairMeeting.objects.create(pair=pair, logged_by=side, **facts.columns)
    journal.record(meeting, "plan", by=by)
    return meeting


@transaction.atomic
def correct(meeting, facts, *, by):
    """Other facts, on the version that was read; the other half is asked again.

    Raises Stale when somebody saved meanwhile, Unfit with a sentence.
    """
    pair = meeting.pair
    side = answer(pair, by)
    check = check_held if meeting.is_held else check_planned
    check(pair, facts)
    _need_a_free_day(meeting, facts)
    meeting.take_version(state__in=(MeetingState.HELD, MeetingState.PLANNED))
    told = {"logged_by": str(side), "logged_at": now(), "confirmed_at": None}
    changes = facts.columns | told
    PairMeeting.objects.filter(pk=meeting.pk).update(**changes)
    for name, value in changes.items():
        setattr(meeting, name, value)
    journal.record(meeting, "change", by=by, fields=sorted(facts.columns))


@transaction.atomic
def confirm(meeting, *, by):
    """The other half agrees, in one press; pressed twice, nothing more happens."""
    side = lock(meeting.pair, by)
    meeting.refresh_from_db(fields=["state", "logged_by", "confirmed_at"])
    if not meeting.is_held:
        raise MoveBlocked(_("This meeting is not noted as held any more."))
    if meeting.logged_by == side:
        raise MoveBlocked(_("You noted it: the other one confirms."))
    if meeting.confirmed_at is None:
        _confirm(meeting, by)


def _confirm(meeting, by):
    PairMeeting.objects.filter(pk=meeting.pk).update(confirmed_at=now())
    meeting.refresh_from_db(fields=["confirmed_at"])
    journal.record(meeting, "confirm", by=by)


def cancel(meeting, *, by):
    _settle(meeting, "cancel", by)


def miss(meeting, *, by):
    """It was planned, the day has come, and the two did not meet."""
    if meeting.day > today():
        raise MoveBlocked(_("It is still to come: cancel it, or plan another day."))
    _settle(meeting, "miss", by)


def retract(meeting, *, by):
    """Noted by mistake: only until the other half has confirmed it."""
    if meeting.is_confirmed:
        raise MoveBlocked(_("Both of you have confirmed it: it stays."))
    _settle(meeting, "retract", by)


@transaction.atomic
def _settle(meeting, name, by):
    answer(meeting.pair, by)
    move(meeting, name, by=by)


# --- What cannot be ------------------------------------------------------------------
def check_held(pair, facts):
    """Raise Unfit when the two cannot have met so."""
    if facts.day > today():
        raise Unfit(
            "day", _("This day is still to come: plan the meeting, note it once held.")
        )
    if pair.activated_at and facts.day < dates.as_day(pair.activated_at):
        said = {"day": dates.day_year(pair.activated_at)}
        raise Unfit(
            "day", _("Your pair began on %(day)s: choose a day since then.") % said
        )
    if facts.minutes is None or facts.minutes < SHORTEST:
        raise Unfit("minutes", _("A meeting lasts a quarter of an hour at least."))
    _check_all(pair, facts)


def check_planned(pair, facts):
    if facts.day < today():
        raise Unfit("day", _("This day is past: note the meeting as held instead."))
    _check_all(pair, facts)


def _check_all(pair, facts):
    details = EditionDetails.objects.filter(activity=pair.activity_id).first()
    if details and not details.holds(facts.day):
        raise Unfit(
            "day",
            _("This day is outside the year of the pairs: check the date."),
        )
    if facts.minutes is not None and not SHORTEST <= facts.minutes <= LONGEST:
        raise Unfit(
            "minutes",
            _("A meeting lasts from a quarter of an hour to eight hours: check it."),
        )
    if facts.way not in Way.values:
        raise Unfit("way", _("Say how you met."))
    if set(facts.topics) - set(Topic.values):
        raise Unfit("topics", _("Choose topics in the list."))


def lock(pair, by, **signs):
    """Take the turn of the pair, for one of its halves, while it meets: their side.

    What was read before is read again: it may have ended a moment ago. ``signs``:
    ``answered_at``, where what follows answers the reminders.
    """
    side = by and not by.is_staff and pair.side_of(by)
    if not side:
        raise MoveBlocked(_("Only the two of a pair write in it."))
    Pair.objects.filter(pk=pair.pk).update(turn=F("turn") + 1, **signs)
    pair.refresh_from_db(fields=["state", "activated_at", "turn"])
    if not pair.is_meeting:
        raise MoveBlocked(_("This pair does not note meetings now."))
    return side


def answer(pair, by):
    """The same, by a gesture: a reminder that has not left yet stays."""
    side = lock(pair, by, answered_at=now())
    nudge_emails.call_off_nudges(pair)
    return side
