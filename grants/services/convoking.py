"""When a sitting is convened: in time, and a second time without its quorum.

The agenda and the papers leave five days before at the latest (decree 2006-672, art. 9); a
second convocation has the same agenda, and asks no quorum (art. 11).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.services import sessions
from agency.activities.states import SessionState
from agency.core.clock import now, paris, today
from agency.core.lifecycle import MoveBlocked, move
from grants import commission_emails
from grants.models import Presence, Proxy
from grants.services import members
from grants.services.agenda import convened_at, lock
from grants.states import SittingState


# --- In time ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Notice:
    """When the agenda and the papers go out: the last day in time, the day it was."""

    days: int
    before: date
    sent: datetime | None

    @property
    def is_short(self):
        """Whether fewer days are left, or were, than the decree asks for (art. 9)."""
        day = paris(self.sent).date() if self.sent else today()
        return day > self.before


def last_day(sitting):
    """The last day on which the convocation of ``sitting`` is in time."""
    return paris(sitting.meets_at).date() - timedelta(days=sitting.notice_days)


def notice(sitting):
    """The ``Notice`` of the convocation of ``sitting``."""
    return Notice(sitting.notice_days, last_day(sitting), convened_at(sitting))


# --- A second time ------------------------------------------------------------------------
@transaction.atomic
def reconvene(sitting, *, starts_at, ends_at, by):
    """The quorum was not met: convene again on the same agenda (art. 11).

    The kernel tells those who were convened of the new day; each member is written to
    that no quorum is asked any more. Raises MoveBlocked.
    """
    lock(sitting)
    session = sitting.session
    if why := not_reconvened(sitting, starts_at, ends_at):
        raise MoveBlocked(why)
    session.starts_at, session.ends_at = starts_at, ends_at
    sessions.save_session(session, by=by)
    for rows, ended in (
        (Presence.objects.filter(left_at=None), "left_at"),
        (Proxy.objects.filter(ended_at=None), "ended_at"),
    ):
        rows.filter(sitting=sitting).update(**{ended: now()})
    move(sitting, "reconvene", by=by, is_second=True)
    for seat in members.in_office(session.activity_id, paris(starts_at).date()):
        commission_emails.second_convocation(sitting, seat.person)
    return sitting


def not_reconvened(sitting, starts_at=None, ends_at=None):
    """Why it is not convened a second time, then, in a sentence, or ``""``."""
    if sitting.state != SittingState.PREPARING:
        return _("It has opened already: it is not convened a second time.")
    if sitting.is_second:
        return _("This is a second convocation already: change its day on its page.")
    if sitting.session.state != SessionState.PLANNED:
        return _("This sitting does not take place on that day: choose another one.")
    if paris(sitting.meets_at).date() > today():
        return _("It is convened a second time from its day on, without its quorum.")
    if starts_at is None:
        return ""
    if starts_at <= max(now(), sitting.session.starts_at):
        return _("Choose a day to come, after that of the first convocation.")
    if ends_at <= starts_at:
        return _("The session ends before it starts: check the day and the hour.")
    return ""
