"""Announcing what opens, to those who asked and whom it is for (message 1).

At once, and again a week before registration closes to who has not answered; or once a
week, on Monday morning, and not at all in a week that has nothing for the reader.
"""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, Subquery

from agency.activities import kinds, reminder_emails
from agency.activities.choices import BY_ONESELF
from agency.activities.models import Activity, Enrolment, Invitation
from agency.activities.services import seats
from agency.activities.states import ActivityState
from agency.core.clock import now, today
from agency.core.models import JournalEntry
from agency.mail.choices import Openings, Topic
from agency.mail.hours import start_of
from agency.mail.models import MailPreference, OutgoingEmail
from agency.mail.reminders import Reminder, register
from agency.people.models import Affiliation, Person

DAY = timedelta(days=1)
# News for so long; after a longer outage the reminder before it closes is left.
NEWS = 3 * DAY
CLOSING, CLOSING_LATEST = 7, 5
# Who has just read that it opens needs no reminder yet.
ANNOUNCED_LATELY = 3 * DAY
# The weekly message: on Monday, or on Tuesday after an outage.
WEEKLY_UNTIL = 1
DIGEST_BACK, DIGEST_AHEAD = 7 * DAY, 8 * DAY
OPENED = "activities/emails/registration_opened"


def declare():
    common = {
        "topic": Topic.OPENINGS,
        "rests": True,
        "until": lambda activity: activity.closes_at,
        "lock": seats.lock,
    }
    register(
        Reminder(
            OPENED,
            due=just_opened,
            message=reminder_emails.registration_opened,
            readers=at_once,
            **common,
        )
    )
    register(
        Reminder(
            "activities/emails/registration_closing",
            due=closing_soon,
            message=reminder_emails.registration_closing,
            readers=still_silent,
            **common,
        )
    )
    register(
        Reminder(
            "activities/emails/openings_digest",
            due=weekly_readers,
            message=_digest,
            about=lambda preference: None,
            occurrence=lambda preference: f"{_monday():%Y%m%d}",
            topic=Topic.OPENINGS,
            rests=True,
        )
    )


# --- What is open --------------------------------------------------------------------
def open_now():
    """What anybody may ask to join now, each with ``opened_at`` as the journal saw it."""
    moment = now()
    entries = JournalEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Activity),
        object_id=OuterRef("pk"),
        action="open",
    )
    last = entries.order_by("-seq").values("at")[:1]
    rows = Activity.objects.in_catalogue().filter(
        Q(opens_at=None) | Q(opens_at__lte=moment),
        Q(closes_at=None) | Q(closes_at__gt=moment),
        Q(registration_mode__in=BY_ONESELF) | Q(kind__in=kinds.calling()),
        state=ActivityState.OPEN,
    )
    rows = rows.annotate(opened_at=Subquery(last)).select_related("officer")
    return rows.prefetch_related("professions", "territories")


def _opened_since(moment):
    return Q(opened_at__gte=moment) | Q(opened_at__isnull=False, opens_at__gte=moment)


def _closes(first, last):
    """On a day between ``first`` and ``last`` from today, in Paris."""
    return Q(
        closes_at__gte=start_of(today() + first * DAY),
        closes_at__lt=start_of(today() + (last + 1) * DAY),
    )


def just_opened():
    return open_now().filter(_opened_since(now() - NEWS))


def closing_soon():
    return open_now().filter(_closes(CLOSING_LATEST, CLOSING))


# --- Whom it is for ------------------------------------------------------------------
def audience(activity):
    """The people in whose profession and territory it is; everybody where it says none."""
    people = Person.objects.present().filter(is_active=True)
    posts = Affiliation.objects.active().filter(person=OuterRef("pk"))
    if professions := [one.pk for one in activity.professions.all()]:
        trade = _within("profession", professions, depth=2)
        people = people.filter(Exists(posts.filter(trade)))
    if territories := [one.pk for one in activity.territories.all()]:
        at_work = _within("organisation__territory", territories, depth=3)
        at_home = _within("territory", territories, depth=3)
        people = people.filter(Exists(posts.filter(at_work)) | at_home)
    return people


def _within(path, keys, *, depth):
    """At ``path`` or in what it is a part of."""
    found = Q()
    for level in range(depth):
        found |= Q(**{f"{path}{level * '__parent'}__in": keys})
    return found


def _unanswered(activity):
    """Those of the audience who have neither asked for a seat nor been asked to come.

    Nor those whom the message about a new edition tells already.
    """
    own = Enrolment.objects.filter(person=OuterRef("pk"))
    kept = own.filter(activity=activity.renewed_from_id, keep_for_next=True)
    asked = Invitation.objects.filter(activity=activity, person=OuterRef("pk"))
    people = audience(activity).filter(
        ~Exists(own.filter(activity=activity)), ~Exists(kept), ~Exists(asked)
    )
    if applicants := activity.kind_info.applicants:
        people = people.exclude(pk__in=applicants(activity))
    return people.exclude(pk=activity.officer_id)


def at_once(activity):
    chosen = Q(mail_preference__openings=Openings.AT_ONCE)
    return _unanswered(activity).filter(chosen)


def still_silent(activity):
    """Those who were not told a moment ago that it opens."""
    told = OutgoingEmail.objects.filter(
        template=OPENED,
        content_type=ContentType.objects.get_for_model(Activity),
        object_id=activity.pk,
        person=OuterRef("pk"),
        created_at__gt=now() - ANNOUNCED_LATELY,
    )
    return at_once(activity).filter(~Exists(told))


# --- Once a week -----------------------------------------------------------------------
def _monday():
    return today() - today().weekday() * DAY


def of_the_week():
    """What opened since last Monday, or closes before the next."""
    moment = now()
    closing = Q(closes_at__lt=moment + DIGEST_AHEAD)
    return open_now().filter(_opened_since(moment - DIGEST_BACK) | closing)


def weekly_readers():
    """Who asked for one message a week, and for whom this week has something."""
    chosen = MailPreference.objects.filter(openings=Openings.WEEKLY)
    news = list(of_the_week()) if today().weekday() <= WEEKLY_UNTIL else []
    if not news:
        return chosen.none()
    concerned = Q()
    for activity in news:
        concerned |= Q(person__in=_unanswered(activity))
    return chosen.filter(concerned).select_related("person")


def _digest(preference, person, **how):
    rows = of_the_week().with_dates().order_by("closes_at", "pk")
    own = [one for one in rows if _unanswered(one).filter(pk=person.pk).exists()]
    if not own:
        return None
    opened = [one for one in own if _is_news(one)]
    closing = [one for one in own if not _is_news(one)]
    return reminder_emails.openings_digest(
        person, opened=opened, closing=closing, **how
    )


def _is_news(activity):
    since, opened = now() - DIGEST_BACK, activity.opened_at
    return opened and max(opened, activity.opens_at or opened) >= since
