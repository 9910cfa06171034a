"""The lines of the kernel on the officer's morning page."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.admin.sessions import to_convene
from agency.activities.models import Activity, Convocation, Session
from agency.activities.states import ActivityState, ConvocationState
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


def _list(name, query=""):
    return f"{reverse(f'admin:{name}_changelist')}{query}"


def in_days(count):
    return ngettext("in %(count)s day", "in %(count)s days", count) % {"count": count}


def sessions_to_convene(user):
    """Within twenty days, nobody convened."""
    if not user.has_perm("activities.convene_session"):
        return None
    due = visible_rows(Session, user).filter(to_convene())
    sessions = list(due.select_related("activity").order_by("starts_at"))
    if not sessions:
        return None
    first = sessions[0]
    days = (dates.as_day(first.starts_at) - today()).days
    said = {"activity": first.activity, "day": dates.day_week(first.starts_at)}
    return Line(
        len(sessions),
        ngettext("Session to convene", "Sessions to convene", len(sessions)),
        _("First %(activity)s, %(day)s") % said,
        _list("activities_session", "?quand=a-convoquer"),
        in_days(days) if days else _("today"),
        "late" if days <= LATE else "todo",
    )


def _activities(user, state, **words):
    """A line about activities in one state; their titles are the detail."""
    if not user.has_perm("activities.change_activity"):
        return None
    titles = visible_rows(Activity, user).filter(state=state)
    titles = list(titles.order_by("closes_at", "pk").values_list("title", flat=True))
    if not titles:
        return None
    detail = ", ".join(titles[:3])
    if len(titles) > 3:
        detail = _("%(titles)s and others") % {"titles": detail}
    return Line(
        count=len(titles),
        detail=detail,
        url=_list("activities_activity", f"?state__exact={state}"),
        title=words["title"](len(titles)),
        word=words["word"],
        shape=words["shape"],
    )


def registration_closed(user):
    return _activities(
        user,
        ActivityState.CLOSED,
        title=lambda n: ngettext(
            "Activity whose registration is closed",
            "Activities whose registration is closed",
            n,
        ),
        word=_("To start"),
        shape="todo",
    )


def drafts(user):
    return _activities(
        user,
        ActivityState.DRAFT,
        title=lambda n: ngettext("Draft to announce", "Drafts to announce", n),
        word=_("To announce"),
        shape="draft",
    )


def failed_letters(user):
    if not user.has_perm("activities.resume_convening"):
        return None
    count = Convocation.objects.filter(state=ConvocationState.FAILED).count()
    return count and Line(
        count,
        ngettext("Convocation that failed", "Convocations that failed", count),
        _("The letter was not made: its batch says why"),
        _list("activities_convening"),
        _("To try again"),
        "late",
    )


def failed_messages(user):
    if not user.has_perm("mail.resend_outgoingemail"):
        return None
    failed = visible_rows(OutgoingEmail, user).filter(state=EmailState.FAILED)
    count = failed.count()
    return count and Line(
        count,
        ngettext("Message refused", "Messages refused", count),
        _("The mail server would not have them"),
        _list("mail_outgoingemail", "?state__exact=failed"),
        _("To look at"),
        "late",
    )


def refused_addresses(user):
    if not user.has_perm("people.change_person"):
        return None
    people = visible_rows(Person, user).present().exclude(email_refused_at=None)
    names = list(people.order_by("-email_refused_at")[:50])
    if not names:
        return None
    return Line(
        len(names),
        ngettext("Address to correct", "Addresses to correct", len(names)),
        ", ".join(person.full_name for person in names[:3]),
        _list("people_person", "?compte=refusee"),
        _("To call"),
        "late",
    )


for order, line in enumerate(
    (
        sessions_to_convene,
        registration_closed,
        drafts,
        failed_letters,
        failed_messages,
        refused_addresses,
    )
):
    morning.register(line, order=order * 10)
