"""The sittings of a commission: when one may apply for each, and when it meets."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.models import Session
from agency.activities.services import seats, sessions
from agency.core import dates, journal
from agency.core.clock import now, paris
from grants.models import Sitting


@dataclass(frozen=True)
class Moments:
    """When a sitting takes applications, is reviewed and meets; any may be missing."""

    opens_at: datetime | None = None
    deadline_at: datetime | None = None
    review_opens_at: datetime | None = None
    review_closes_at: datetime | None = None
    starts_at: datetime | None = None


def disorder(moments, *, former=None):
    """What is wrong between the moments, as (field, sentence) pairs.

    ``former``: the deadline as it stands, of a sitting that one edits.
    """
    yield from _about_deadline(moments, former)
    opens, closes = moments.review_opens_at, moments.review_closes_at
    if opens and closes and closes <= opens:
        yield "review_closes_at", _("The reviews close before they open.")
    if closes and moments.starts_at and closes > moments.starts_at:
        yield (
            "review_closes_at",
            _("The reviews close before the commission meets."),
        )


def _about_deadline(moments, former):
    opens, closes, meets = moments.opens_at, moments.deadline_at, moments.starts_at
    if closes is None:
        return
    if opens and closes <= opens:
        yield "deadline_at", _("Applications close before they open.")
    if meets and closes >= meets:
        yield (
            "deadline_at",
            _("Applications close before the commission meets, on %(day)s.")
            % {"day": dates.deadline(meets)},
        )
    if closes != former and closes <= now():
        yield (
            "deadline_at",
            _("This moment is past already: choose one that is still to come."),
        )


def taken(scheme_keys, *, year, number, but=None):
    """Why another sitting of these schemes has this number already, or ``""``."""
    others = Sitting.objects.filter(schemes__in=scheme_keys, year=year, number=number)
    other = others.exclude(pk=but).select_related("session__activity").first()
    if other is None:
        return ""
    return _("%(sitting)s of %(year)s is for one of these schemes already.") % {
        "sitting": other,
        "year": year,
    }


@transaction.atomic
def save_sitting(sitting, session, *, by):
    """Keep the sitting and its session as the form left them; return the sitting.

    Its year is that of the day on which the commission meets. Those who were convened
    are told of another day as of that of any session.
    """
    seats.lock(session.activity)
    new = session.pk is None
    if new:
        last = Session.objects.filter(activity=session.activity_id)
        last = last.order_by("-number").first()
        session.number = last.number + 1 if last else 1
    sessions.save_session(session, by=by)
    sitting.session = session
    sitting.year = paris(session.starts_at).year
    # Where it stands is written by its moves, and its turn by the room: a form that was
    # open meanwhile does not take them back.
    sitting.save(force_insert=new, update_fields=None if new else _typed())
    if new:
        journal.record(session, "add", by=by)
    return sitting


def _typed():
    """The columns of a sitting that its form writes."""
    fields = Sitting._meta.concrete_fields
    return [one.name for one in fields if one.editable and not one.primary_key]
