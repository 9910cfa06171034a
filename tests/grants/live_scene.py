"""A sitting that is held today: members in the room, files on its agenda."""

from datetime import timedelta
from decimal import Decimal

from agency.core.clock import now
from grants.choices import Attending
from grants.models import InterestAnswer, Member, Point, Sitting, SittingEnvelope
from grants.services import (
    live,
    opinions,
    room,
    voting,
)
from grants.services.opinions import Said
from tests.grants.commission import MemberFactory, in_review, point_of, presented
from tests.people.factories import RoleFactory

HOUR = timedelta(hours=1)


def today_sitting(**traits):
    """Reviews are closed; the commission meets now."""
    moments = {
        "session__starts_at": now(),
        "session__starts_in": None,
        "review_closes_at": now() - HOUR,
    }
    return in_review(**moments | traits)


def seats(sitting, count, **traits):
    """So many full members in office."""
    return [MemberFactory(sitting=sitting, **traits) for _ in range(count)]


def chair_of(sitting, office="chair"):
    return MemberFactory(sitting=sitting, office=office)


def secretary():
    return RoleFactory(role="secretary").person


def there(sitting, *members, mode=Attending.ONSITE, by=None):
    for one in members:
        declared(sitting, one)
        room.arrive(sitting, one, by=by or one.person, mode=mode)


def declared(sitting, member):
    """Nothing ties ``member`` to any file of the agenda."""
    for point in sitting.points.select_related("application"):
        InterestAnswer.objects.get_or_create(
            application=point.application, person=member.person
        )


def opened(sitting, by):
    """The sitting, open: half of its members are there already."""
    live.open_sitting(sitting, by=by)
    return sitting


def on_the_agenda(sitting, **traits):
    """The point of a file that asks for 2,000 euros and is proposed 1,500."""
    amounts = {
        "requested": Decimal(2000),
        "computed": Decimal(1600),
        "proposed": Decimal(1500),
    }
    point = point_of(presented(sitting, **amounts | traits))
    for member in Member.objects.filter(enrolment__activity=sitting.session.activity):
        declared(sitting, member)
    return point


def envelope(sitting, point, amount):
    return SittingEnvelope.objects.create(
        sitting=sitting, scheme=point.application.scheme, amount=Decimal(amount)
    )


def again(point):
    """The point as a page opened now shows it."""
    return Point.objects.select_related("sitting__session").get(pk=point.pk)


def state(point):
    """Where the point is, and its file."""
    one = Point.objects.select_related("application").get(pk=point.pk)
    return one.state, one.application.state


def taken_up(point, by, **given):
    live.start(again(point), by=by, **given)
    return again(point)


FAVOURABLE = Said("favourable", "Une tournée cohérente.", Decimal(1500))


def recorded(point, by):
    """Taken up, and given a favourable opinion of 1,500 euros."""
    taken_up(point, by)
    opinions.record(again(point), FAVOURABLE, by=by)


def voted(point, *choices, by):
    """Each of the voices in their order casts one of ``choices``, then the vote is closed."""
    voting.open_vote(again(point), by=by)
    voices = live.count_of(again(point)).voices
    for voice, choice in zip(voices, choices, strict=True):
        voting.cast(again(point), voice.seat.pk, choice, by=voice.by.person)
    voting.close_vote(again(point), by=by)
    return again(point)


def seat_of(person):
    return Member.objects.get(enrolment__person=person)


def read(sitting):
    return Sitting.objects.get(pk=sitting.pk)
