"""What the kernel knows of the officer's morning: what waits, of whom, until when.

Everything that waits is read in one query: each row of a list that waits, or how many
of those that belong to nobody. Requests and seats to give take two more.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    Value,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.admin.board import board_url
from agency.activities.admin.waits import ACTIVITIES, ENROLMENTS, SESSIONS
from agency.activities.choices import REVIEWED, Purpose
from agency.activities.models import (
    Activity,
    Convening,
    Convocation,
    Difficulty,
    Enrolment,
    Invitation,
    Session,
)
from agency.activities.services import calling
from agency.activities.states import (
    ConveningState,
    ConvocationState,
    EnrolmentState,
    InvitationState,
    SessionState,
)
from agency.core import dates
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now, today
from agency.mail.models import OutgoingEmail
from agency.mail.states import EmailState
from agency.pages import morning, sorts
from agency.pages.morning import Sort, Thing
from agency.pages.sorts import list_of
from agency.people.models import Person

NAMES = "activities.view_enrolment"
# Candidates are told "after the closing date": an answer is late two weeks after it.
ANSWERED_IN = timedelta(days=14)
# A letter on paper is printed and posted the day after.
POSTED_IN = timedelta(days=1)
# So long those told that a whole activity is cancelled are looked after.
TOLD = timedelta(days=30)
BATCHES = ("failed", "paper", "notice")


def _page(activity):
    """Where a sealed group says how to take charge of it."""
    return reverse("admin:activities_activity_change", args=[activity.pk])


# --- One query for all the lists ---------------------------------------------------
@dataclass(frozen=True)
class Row:
    """One row of a list that waits; ``at`` is the moment from which it is due."""

    key: str
    pk: int | None
    officer: int | None
    given: str
    family: str
    at: object
    title: str
    count: int

    @property
    def officer_name(self):
        return f"{self.given} {self.family}".strip()

    def thing(self, sort, name, due):
        return Thing(sort, name, self.officer, self.officer_name, due, self.count)


def _none(kind):
    return Cast(Value(None), kind())


def _each(key, rows, stem="", at=None, count=None):
    """A row for each of ``rows``; ``stem`` leads to its activity, ``at`` to its moment."""
    return rows.order_by().values_list(
        Value(key, CharField()),
        F("pk"),
        F(f"{stem}officer"),
        F(f"{stem}officer__given_name"),
        F(f"{stem}officer__family_name"),
        F(at) if at else _none(DateTimeField),
        F(f"{stem}title"),
        count or Value(1),
    )


def _all(key, rows):
    """One row for all of ``rows``, which are nobody's in particular."""
    empty = Value("", CharField())
    nobody, never = _none(BigIntegerField), _none(DateTimeField)
    counted = rows.order_by().annotate(of=Value(key, CharField())).values("of")
    return counted.annotate(n=Count("pk")).values_list(
        F("of"), nobody, nobody, empty, empty, never, empty, F("n")
    )


def _of_lists(user):
    """The parts of the query that this person may read."""
    if user.has_perm("activities.convene_session"):
        rows = visible_rows(Session, user).with_expected()
        yield from _waits(SESSIONS, rows, "activity__", "starts_at")
    if user.has_perm("activities.change_activity"):
        rows = visible_rows(Activity, user).with_seats().with_dates()
        yield from _waits(ACTIVITIES, rows)
        private = visible_rows(Difficulty, user).filter(settled_at=None)
        yield _each("private", private, "enrolment__activity__")
    if user.has_perm(NAMES):
        yield from _waits(ENROLMENTS, visible_rows(Enrolment, user), "activity__")
    if user.has_perm("activities.send_invitation"):
        asked = visible_rows(Invitation, user).filter(state=InvitationState.PROPOSED)
        asked = asked.exclude(sponsor=None)
        yield _each("proposal", asked, "activity__", "created_at")
    if user.has_perm("activities.resume_convening"):
        yield from _batches(user)
    if user.has_perm("mail.resend_outgoingemail"):
        messages = visible_rows(OutgoingEmail, user)
        yield _all("message", messages.filter(state=EmailState.FAILED))
    if user.has_perm("people.change_person"):
        people = visible_rows(Person, user).present()
        yield _all("address", people.exclude(email_refused_at=None))


def _waits(waits, rows, stem="", named=None):
    """``named``: the moment that names a row which is due at none."""
    for key, wait in waits.items():
        yield _each(key, rows.filter(wait.rows()), stem, wait.due or named)


def _batches(user):
    """Of what is still to come: what failed, what is on paper, what is about to be told."""
    batches = visible_rows(Convening, user)
    asks = Q(purpose__in=(Purpose.CONVENE, Purpose.CHANGE))
    stands = ~asks | Q(session__state=SessionState.PLANNED)
    yield from _letters_of(
        batches.filter(stands, session__ends_at__gte=now()), "session__activity__"
    )
    lately = batches.filter(activity__isnull=False, created_at__gte=now() - TOLD)
    yield from _letters_of(lately, "activity__")
    told = batches.filter(state=ConveningState.SCHEDULED)
    yield _each("notice", told, "session__activity__", "due_at")


def _letters_of(batches, stem):
    for key, rows, state in (
        ("failed", batches, ConvocationState.FAILED),
        ("paper", batches.filter(posted_at=None), ConvocationState.PAPER),
    ):
        letters = Convocation.objects.filter(convening=OuterRef("pk"), state=state)
        count = Count("convocations", filter=Q(convocations__state=state))
        rows = rows.filter(Exists(letters)).annotate(letters=count)
        yield _each(key, rows, stem, "created_at", F("letters"))


def lists(user):
    """Whatever waits in a list, a batch or the outbox."""
    parts = list(_of_lists(user))
    if not parts:
        return
    first, *others = parts
    found = first.union(*others, all=True) if others else first
    known = sorts.by_key()
    for row in (Row(*values) for values in found):
        if row.count:
            yield _thing(row, known)


def _thing(row, known):
    if row.key in BATCHES:
        return _letters(row)
    sort, days = known[row.key]
    if days is None:
        return row.thing(sort, _named(row), today())
    if row.at is None or not days:
        return row.thing(sort, _named(row), row.at)
    due = dates.as_day(row.at) + timedelta(days=days)
    return row.thing(sort, _named(row), due)


def _named(row):
    """The activity, and the day of a session."""
    if row.key in SESSIONS and row.at:
        said = {"activity": row.title, "day": dates.day_week(row.at)}
        return _("%(activity)s, %(day)s") % said
    if row.key == "private":
        return _("%(activities)s: you alone read it") % {"activities": row.title}
    return sorts.NAMED[row.key]() if row.key in sorts.NAMED else row.title


def _letters(row):
    """One line for each batch: its page says why, and shows what to print."""
    url = reverse("admin:activities_convening_change", args=[row.pk])
    if row.key == "failed":
        return row.thing(sorts.failed(url), row.title, today())
    if row.key == "notice":
        return row.thing(sorts.notice(url), row.title, row.at)
    return row.thing(sorts.paper(url), row.title, dates.as_day(row.at) + POSTED_IN)


# --- Requests, and seats that only a call can give -------------------------------------
def activities_to_move(user):
    """Of each activity: requests to study, seats to give by telephone."""
    if not user.has_perm("activities.change_activity"):
        return
    states = (EnrolmentState.WAITLISTED, EnrolmentState.UNDER_REVIEW)
    there = Enrolment.objects.filter(activity=OuterRef("pk"), state__in=states)
    rows = visible_rows(Activity, user).filter(Exists(there)).select_related("officer")
    rows = rows.with_seats().with_dates().with_line().with_requests()
    rows = list(rows.order_by("closes_at", "pk"))
    yield from (_requests(row, user) for row in rows if row.to_review)
    yield from (_to_call(row, user) for row in calling.to_call(rows))


def _requests(activity, user):
    """One line by activity; the board for whose it is."""
    query = f"?activity__id__exact={activity.pk}&state__exact=under_review"
    url = list_of("activities_enrolment", query)
    composed = activity.registration_mode in REVIEWED
    if composed and user.has_perm("activities.compose_activity", activity):
        url = board_url(activity)
    elif not user.has_perm(NAMES, activity):
        url = _page(activity)
    said = {"activity": activity, "day": dates.day(activity.asked_at)}
    due = max(activity.closes_at or activity.asked_at, activity.asked_at)
    return Thing(
        Sort(lambda n: ngettext("Request to study", "Requests to study", n), url),
        _("%(activity)s, since %(day)s") % said,
        activity.officer_id,
        str(activity.officer),
        dates.as_day(due + ANSWERED_IN),
        activity.to_review,
    )


def _to_call(activity, user):
    # Without a limit of seats, somebody still waits until a colleague leaves theirs.
    limit, waits = activity.capacity, activity.waiting
    url = reverse("admin:activities_enrolment_line", args=[activity.pk])
    sort = Sort(
        lambda n: ngettext(
            "Free seat to give by telephone", "Free seats to give by telephone", n
        ),
        url if user.has_perm(NAMES, activity) else _page(activity),
        _("To call"),
        "late",
    )
    return Thing(
        sort,
        str(activity),
        activity.officer_id,
        str(activity.officer),
        today(),
        waits if limit is None else min(waits, limit - activity.taken),
    )


LOADERS = (activities_to_move, lists)
for order, load in enumerate(LOADERS):
    morning.register(load, order=order * 10)
