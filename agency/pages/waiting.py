"""The lines of the kernel on the officer's morning page."""

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.admin.board import board_url
from agency.activities.admin.sessions import to_convene
from agency.activities.models import (
    Activity,
    Convocation,
    Difficulty,
    Invitation,
    Session,
)
from agency.activities.services import waiting
from agency.activities.states import ActivityState, ConvocationState, InvitationState
from agency.core import dates
from agency.core.admin.permissions import visible_rows
from agency.core.clock import today
from agency.mail.models import OutgoingEmail
from agency.mail.states import EmailState
from agency.pages import morning
from agency.pages.morning import Line
from agency.people.models import Person

# From this many days on, a session that is not convened is late.
LATE = 7
NAMES = "activities.view_enrolment"
TITLES = 3


def _list(name, query=""):
    return f"{reverse(f'admin:{name}_changelist')}{query}"


def _page(activity):
    """Where a sealed group says how to take charge of it."""
    return reverse("admin:activities_activity_change", args=[activity.pk])


def _some(titles):
    shown = ", ".join(titles[:TITLES])
    if len(titles) > TITLES:
        return _("%(titles)s and others") % {"titles": shown}
    return shown


def _in_days(count):
    if not count:
        return _("today")
    return ngettext("in %(count)s day", "in %(count)s days", count) % {"count": count}


def sessions_to_convene(user):
    """Within twenty days, nobody convened."""
    if not user.has_perm("activities.convene_session"):
        return
    due = visible_rows(Session, user).filter(to_convene())
    sessions = list(due.select_related("activity").order_by("starts_at"))
    if not sessions:
        return
    first = sessions[0]
    days = (dates.as_day(first.starts_at) - today()).days
    said = {"activity": first.activity, "day": dates.day_week(first.starts_at)}
    yield Line(
        len(sessions),
        ngettext("Session to convene", "Sessions to convene", len(sessions)),
        _("First %(activity)s, %(day)s") % said,
        _list("activities_session", "?quand=a-convoquer"),
        _in_days(days),
        "late" if days <= LATE else "todo",
    )


def activities_to_move(user):
    """Requests, seats, private words, closed registrations and drafts: one query."""
    if not user.has_perm("activities.change_activity"):
        return
    asked = Q(state__in=(ActivityState.CLOSED, ActivityState.DRAFT))
    asked |= (
        Q(waiting__gt=0) | Q(offered__gt=0) | Q(to_review__gt=0) | Q(declared__gt=0)
    )
    rows = visible_rows(Activity, user).with_seats().with_dates().with_line()
    rows = rows.with_requests().annotate(declared=_declared_to(user)).filter(asked)
    rows = list(rows.order_by("closes_at", "pk"))
    yield from _requests([row for row in rows if row.to_review], user)
    yield from _offers([r for r in rows if r.offered and user.has_perm(NAMES, r)])
    yield from (_to_call(row, user) for row in waiting.to_call(rows))
    yield from _difficulties([row for row in rows if row.declared])
    yield from _closed([str(r) for r in rows if r.state == ActivityState.CLOSED])
    yield from _drafts([str(r) for r in rows if r.state == ActivityState.DRAFT])


def _requests(activities, user):
    """One line by activity, the oldest request first; the board for whose it is."""
    for activity in sorted(activities, key=lambda one: one.asked_at):
        mine = user.has_perm("activities.compose_activity", activity)
        query = f"?activity__id__exact={activity.pk}&state__exact=under_review"
        where = _list("activities_enrolment", query)
        if not user.has_perm(NAMES, activity):
            where = _page(activity)
        count = activity.to_review
        said = {"activity": activity, "day": dates.day(activity.asked_at)}
        yield Line(
            count,
            ngettext("Request to study", "Requests to study", count),
            _("%(activity)s, since %(day)s") % said,
            board_url(activity) if mine else where,
            _("To study"),
        )


def _offers(activities):
    if not activities:
        return
    first = min(activities, key=lambda one: one.lapses_at)
    said = {"activity": first, "when": dates.deadline(first.lapses_at)}
    count = sum(one.offered for one in activities)
    yield Line(
        count,
        ngettext(
            "Seat offered without an answer", "Seats offered without an answer", count
        ),
        _("%(activity)s, the first lapses on %(when)s") % said,
        _list("activities_enrolment", "?state__exact=offered"),
        _("To watch"),
        "wait",
    )


def _to_call(activity, user):
    # Without a limit of seats, somebody still waits until a colleague leaves theirs.
    limit = activity.capacity
    count = activity.waiting if limit is None else limit - activity.taken
    return Line(
        count,
        ngettext(
            "Free seat to give by telephone", "Free seats to give by telephone", count
        ),
        str(activity),
        reverse("admin:activities_enrolment_line", args=[activity.pk])
        if user.has_perm(NAMES, activity)
        else _page(activity),
        _("To call"),
        "late",
    )


def _closed(titles):
    if not titles:
        return
    yield Line(
        len(titles),
        ngettext(
            "Activity whose registration is closed",
            "Activities whose registration is closed",
            len(titles),
        ),
        _some(titles),
        _list("activities_activity", "?state__exact=closed"),
        _("To start"),
    )


def _drafts(titles):
    if not titles:
        return
    yield Line(
        len(titles),
        ngettext("Draft to announce", "Drafts to announce", len(titles)),
        _some(titles),
        _list("activities_activity", "?state__exact=draft"),
        _("To announce"),
        "draft",
    )


def _failures(user):
    """How many letters, messages and addresses failed, and proposals wait: one query."""
    failed = []
    if user.has_perm("activities.send_invitation"):
        asked = visible_rows(Invitation, user).filter(state=InvitationState.PROPOSED)
        failed.append(("proposals", asked.exclude(sponsor=None)))
    if user.has_perm("activities.resume_convening"):
        letters = visible_rows(Convocation, user)
        failed.append(("letters", letters.filter(state=ConvocationState.FAILED)))
    if user.has_perm("mail.resend_outgoingemail"):
        messages = visible_rows(OutgoingEmail, user)
        failed.append(("messages", messages.filter(state=EmailState.FAILED)))
    if user.has_perm("people.change_person"):
        people = visible_rows(Person, user).present()
        failed.append(("addresses", people.exclude(email_refused_at=None)))
    counted = [
        rows.order_by()
        .annotate(of=Value(name))
        .values("of")
        .annotate(n=Count("pk"))
        .values_list("of", "n")
        for name, rows in failed
    ]
    return dict(counted[0].union(*counted[1:], all=True)) if counted else {}


def failures(user):
    """Whom members propose; what could not be made or sent."""
    failed = _failures(user)
    if count := failed.get("proposals"):
        yield Line(
            count,
            ngettext("Proposal to look at", "Proposals to look at", count),
            _("Members of a group propose somebody: invite them, or set aside"),
            _list("activities_invitation", "?state__exact=proposed&origine=membre"),
            _("To look at"),
        )
    if count := failed.get("letters"):
        yield Line(
            count,
            ngettext("Convocation that failed", "Convocations that failed", count),
            _("The letter was not made: its batch says why"),
            _list("activities_convening"),
            _("To try again"),
            "late",
        )
    if count := failed.get("messages"):
        yield Line(
            count,
            ngettext("Message refused", "Messages refused", count),
            _("The mail server would not have them"),
            _list("mail_outgoingemail", "?state__exact=failed"),
            _("To look at"),
            "late",
        )
    if count := failed.get("addresses"):
        yield Line(
            count,
            ngettext("Address to correct", "Addresses to correct", count),
            _("No message reaches these people any more"),
            _list("people_person", "?compte=refusee"),
            _("To call"),
            "late",
        )


def _declared_to(user):
    """How many difficulties of an activity wait for ``user``, its officer in charge."""
    own = Difficulty.objects.filter(
        enrolment__activity=OuterRef("pk"),
        enrolment__activity__officer=user,
        settled_at=None,
    )
    counted = own.order_by().values("enrolment__activity").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _difficulties(activities):
    """Declared in private, to this very officer; nobody else sees the line."""
    if not activities:
        return
    count = sum(one.declared for one in activities)
    yield Line(
        count,
        ngettext(
            "Difficulty declared in private", "Difficulties declared in private", count
        ),
        _("%(activities)s: you alone read it")
        % {"activities": _some(sorted(map(str, activities)))},
        _list("activities_difficulty", "?etat=a-traiter"),
        _("To call"),
        "late",
    )


LOADERS = (sessions_to_convene, activities_to_move, failures)
for order, load in enumerate(LOADERS):
    morning.register(load, order=order * 10)
