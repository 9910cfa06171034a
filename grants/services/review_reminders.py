"""Members are told that files are open, and reminded of the reviews they have not given.

Declared to the engine (``agency.mail.reminders``): the day the files open, then seven,
three and one day before reviews close, to whoever has a voice and something left to read.
"""

from datetime import timedelta

from django.db.models import Case, Exists, OuterRef, Value, When

from agency.core.clock import now, today
from agency.mail.hours import start_of
from agency.mail.reminders import Reminder, register
from agency.people.models import Person
from grants import commission_emails
from grants.models import Application, Member, Review, Sitting
from grants.models.reading import is_shut_to, on_the_agenda
from grants.states import PRESENTED

DAY = timedelta(days=1)
STAGES = (1, 3, 7)
# What opened longer ago than that is no news any more.
NEWS = timedelta(days=3)
FOLDER = "grants/emails"


def declare():
    """Called once, when the apps are ready."""
    register(
        Reminder(
            f"{FOLDER}/reviews_open",
            due=opened,
            readers=seated,
            message=commission_emails.reviews_open,
            about=lambda sitting: sitting.session,
            until=lambda sitting: sitting.review_opens_at + NEWS,
        )
    )
    register(
        Reminder(
            f"{FOLDER}/review_reminder",
            due=closing,
            readers=with_something_left,
            message=commission_emails.review_reminder,
            about=lambda sitting: sitting.session,
            occurrence=lambda sitting: sitting.stage,
            until=lambda sitting: sitting.review_closes_at,
            rests=True,
        )
    )


def _presented():
    """Sittings that take place and have something on their agenda."""
    agenda = Application.objects.filter(sitting=OuterRef("pk"), state__in=PRESENTED)
    rows = Sitting.objects.taking_place().filter(Exists(agenda.order_by()))
    return rows.select_related("session__activity__officer")


def opened():
    """Whose files opened within three days."""
    return _presented().filter(
        review_opens_at__lte=now(), review_opens_at__gt=now() - NEWS
    )


def closing():
    """Whose reviews close in seven, three or one day; each with its ``stage``."""
    rows = _presented().filter(
        review_opens_at__lte=now(), review_closes_at__gt=now() + timedelta(hours=1)
    )
    rows = rows.annotate(
        stage=Case(
            *(
                When(
                    review_closes_at__lt=start_of(today() + (days + 1) * DAY),
                    then=Value(str(days)),
                )
                for days in STAGES
            ),
            default=None,
        )
    )
    return rows.exclude(stage=None)


def _members(sitting):
    return Member.objects.in_office().filter(
        enrolment__activity=sitting.session.activity_id
    )


def seated(sitting):
    """Every member in office, whatever their voice: they read."""
    members = _members(sitting).values("enrolment__person")
    return Person.objects.filter(pk__in=members.order_by())


def with_something_left(sitting):
    """Members with a voice, who have not given every review that is theirs to give.

    A file that is still to declare about counts; one that is shut to them does not.
    """
    voices = _members(sitting).voting().values("enrolment__person").order_by()
    people = Person.objects.filter(pk__in=voices).order_by("pk")
    return [one for one in people if _left(sitting, one).exists()]


def _left(sitting, person):
    given = Review.objects.given().filter(application=OuterRef("pk"), person=person)
    rows = on_the_agenda(person).filter(~Exists(given.order_by()), sitting=sitting)
    return rows.exclude(is_shut_to(person))
