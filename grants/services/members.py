"""Who sits in a commission: appointed by the house, for a mandate."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.services import appointing, enrolments
from agency.activities.states import EnrolmentState
from agency.core import journal
from agency.core.clock import today
from agency.core.dates import day_year
from agency.core.lifecycle import MoveBlocked
from grants.choices import Capacity
from grants.models import Member, Sitting
from grants.services import conflicts

AT_ONCE = 100


@transaction.atomic
def appoint(commission, person, *, by, **given):
    """Give ``person`` a seat with what is ``given`` (college, capacity, mandate).

    The kernel enrols them: they are convened as everybody is. What ties them to files
    on an agenda is looked for at once. Returns the Member; raises MoveBlocked.
    """
    enrolment = appointing.appoint(commission, person, by=by)
    if enrolment is None:
        raise MoveBlocked(
            _("The commission is over, or this person may not sit in it.")
        )
    if Member.objects.filter(pk=enrolment.pk).exists():
        raise MoveBlocked(_("This person sits in the commission already."))
    member = Member(enrolment=enrolment, **given)
    if why := objection(member):
        raise MoveBlocked(why)
    member.save(force_insert=True)
    journal.record(commission, "seat_member", by=by, person=person.pk)
    sittings = Sitting.objects.filter(session__activity=commission)
    sittings.touch()
    for sitting in sittings:
        conflicts.notice(sitting)
    return member


def objection(member):
    """What is wrong with a seat beside those that are there, in a sentence, or ``""``."""
    peers = Member.objects.filter(enrolment__activity=member.enrolment.activity_id)
    peers = peers.exclude(pk=member.pk)
    if member.office and _overlapping(peers.filter(office=member.office), member):
        return _("Another member holds this office during that time.")
    stands_for = member.alternate_of
    if stands_for is not None:
        if stands_for.capacity != Capacity.TITULAR:
            return _("An alternate stands for a full member.")
        if stands_for.enrolment.activity_id != member.enrolment.activity_id:
            return _("An alternate stands for a member of the same commission.")
    return ""


def _overlapping(rows, member):
    ends = member.ends_on
    return any(
        (ends is None or one.starts_on <= ends)
        and (one.ends_on is None or member.starts_on <= one.ends_on)
        for one in rows
    )


def in_office(commission_key, day=None):
    """The members of a commission on ``day`` (today), by college and name."""
    rows = Member.objects.in_office(day).filter(enrolment__activity=commission_key)
    return rows.select_related("enrolment__person", "college", "alternate_of")


def seat_of(person, sitting):
    """The seat of ``person`` in the commission of ``sitting`` today, or None."""
    rows = Member.objects.in_office().filter(
        enrolment__activity=sitting.session.activity_id, enrolment__person_id=person.pk
    )
    return rows.first()


def retire():
    """The job: the day after the last day of a mandate its seat is free.

    Nobody is convened any more whose mandate is over; what they declared and wrote
    stays. Returns how many.
    """
    over = Member.objects.filter(
        ends_on__lt=today(), enrolment__state=EnrolmentState.CONFIRMED
    )
    rows = list(over.select_related("enrolment__activity").order_by("pk")[:AT_ONCE])
    for member in rows:
        said = {"day": day_year(member.ends_on)}
        reason = _("The mandate ended on %(day)s.") % said
        enrolments.withdraw(member.enrolment, by=None, reason=reason)
    return len(rows)
