"""The officer's morning: what waits for whom, how soon, what comes, what has left.

An app registers what it knows: ``morning.register(load)`` where ``load(user)`` returns
the ``Thing`` objects that wait, none for who may not see them. One query is good.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core import dates
from agency.core.access import DIRECTION, OFFICER, SECRETARY, STAFF_ROLES
from agency.core.admin.permissions import visible_rows
from agency.core.clock import today
from agency.core.due import When, when
from agency.pages import contents, presence
from agency.people.models import Person

SATURDAY = 5
TEAM = "equipe"
# As many titles stand on a line, and as many people.
TITLES, PEOPLE = 3, 2
# What is folded away below so many lines of one moment; fewer when nothing presses.
SHOWN, SHOWN_LATER = 10, 5


# --- What waits ------------------------------------------------------------------
@dataclass(frozen=True, eq=False)
class Sort:
    """What waits: its name for so many, where it is done, in which word and shape.

    ``split``: its list leaves those of one moment for ``url.moment``. ``narrow``: its
    list takes ``pour=``, the officer in charge. Without ``word`` its day is told.
    """

    title: Callable
    url: str
    word: str | Callable = ""
    shape: str = "todo"
    split: bool = False
    narrow: bool = False

    def address(self, moment, officer):
        url = f"{self.url}.{moment.value}" if self.split else self.url
        if officer is None or not self.narrow:
            return url
        return f"{url}{'&' if '?' in url else '?'}pour={officer}"


@dataclass(frozen=True)
class Thing:
    """One of a sort, or ``count`` of them: whose it is and when it is due.

    Without ``officer`` it is the business of whoever may do it.
    """

    sort: Sort
    name: str
    officer: int | None = None
    officer_name: str = ""
    due: date | datetime | None = None
    count: int = 1


@dataclass
class Line:
    """All the things of one sort that are due together, as the page says them."""

    sort: Sort
    officer: int | None = None
    things: list = field(default_factory=list)

    @property
    def moment(self):
        return when(self.due)

    @property
    def count(self):
        return sum(thing.count for thing in self.things)

    @property
    def title(self):
        return self.sort.title(self.count)

    @property
    def detail(self):
        return some(dict.fromkeys(thing.name for thing in self.things if thing.name))

    @property
    def people(self):
        return some(
            dict.fromkeys(t.officer_name for t in self.things if t.officer_name), PEOPLE
        )

    @property
    def url(self):
        return self.sort.address(self.moment, self.officer)

    @property
    def due(self):
        return self.things[0].due

    @property
    def word(self):
        word = self.sort.word
        return (word(self) if callable(word) else word) or by_when(self.due)

    @property
    def shape(self):
        return "late" if self.moment == When.LATE else self.sort.shape


def some(names, most=TITLES):
    """A few of the names, and whether there are others."""
    names = list(names)
    shown = f"{dates.THIN}; ".join(names[:most])
    return _("%(titles)s and others") % {"titles": shown} if names[most:] else shown


def by_when(due):
    """Until when, or since when: 2 days late; today, 17 h; before Friday 27."""
    if due is None:
        return _("When you can")
    away = (dates.as_day(due) - today()).days
    if away < 0:
        return ngettext("%(count)s day late", "%(count)s days late", -away) % {
            "count": -away
        }
    if away == 0:
        said = _("today")
        return f"{said}, {dates.hour(due)}" if isinstance(due, datetime) else said
    parts = dates.weekday_short(due), dates.day_number(due), dates.month_short(due)
    return _("before %(day)s") % {"day": dates.NBSP.join(parts)}


_loaders: list[tuple[int, Callable]] = []


def register(load, *, order=50):
    _loaders.append((order, load))


def waiting(user):
    """What waits for somebody of the house, in the order of the loaders."""
    ordered = sorted(_loaders, key=lambda entry: entry[0])
    return [thing for _order, load in ordered for thing in load(user)]


def lines_of(things, scope):
    """The lines of ``scope``, what is late first, and the nearest of each moment."""
    found = {}
    for thing in things:
        if scope.keeps(thing.officer):
            # A list that cannot tell moments apart is one line, at its nearest one.
            moment = when(thing.due) if thing.sort.split else None
            line = Line(thing.sort, scope.officer)
            found.setdefault((thing.sort, moment), line).things.append(thing)
    for line in found.values():
        line.things.sort(key=_nearest)
    order = list(When)
    return sorted(found.values(), key=lambda line: order.index(line.moment))


def _nearest(thing):
    """The day in Paris, then the hour; what has no day comes last."""
    if thing.due is None:
        return (date.max, "")
    return (dates.as_day(thing.due), str(thing.due))


def moments(lines):
    """The lines by moment, those that are many folded below the first ones."""
    found = defaultdict(list)
    for line in lines:
        found[line.moment].append(line)
    return [_folded(moment, rows) for moment, rows in found.items()]


def _folded(moment, rows):
    most = SHOWN_LATER if moment == When.LATER else SHOWN
    return {"moment": moment, "shown": rows[:most], "folded": rows[most:]}


# --- For whom --------------------------------------------------------------------
@dataclass(frozen=True)
class Scope:
    """Whose morning: one officer's, or the team's when there is none."""

    officer: int | None
    own: bool = False
    name: str = ""

    def keeps(self, officer):
        """What is nobody's in particular is told to each, of their own morning."""
        if self.officer is None or officer == self.officer:
            return True
        return self.own and officer is None

    @property
    def query(self):
        return f"?pour={self.officer or TEAM}"


def scope_of(user, wanted, carried):
    """The scope of the address, else one's own; the team's for who runs no activity."""
    if not user.has_perm("activities.add_activity"):
        return Scope(None)
    if wanted.isdecimal() and int(wanted) != user.pk:
        name = _name_of(int(wanted), user, carried)
        if name:
            return Scope(int(wanted), name=name)
    # Whoever is an officer beside looks after their own first.
    team = user.has_role(DIRECTION, SECRETARY) and not user.has_role(OFFICER)
    if wanted == TEAM or (team and not wanted.isdecimal()):
        return Scope(None)
    return Scope(user.pk, own=True)


def _name_of(pk, user, carried):
    """The name of a colleague; "" when there is none. Asked for who carries nothing."""
    if pk in carried:
        return carried[pk].name
    people = visible_rows(Person, user).with_role(*STAFF_ROLES).filter(pk=pk)
    return next((str(person) for person in people), "")


@dataclass
class Load:
    """What one officer carries: things that wait, those that are late, their sessions."""

    officer: int
    name: str
    waiting: int = 0
    late: int = 0
    sessions: int = 0


def loads(things, sessions):
    """What each officer carries, by name: {pk: ``Load``}."""
    found = {}
    for thing in things:
        if thing.officer is not None:
            load = Load(thing.officer, thing.officer_name)
            load = found.setdefault(thing.officer, load)
            load.waiting += thing.count
            load.late += thing.count if when(thing.due) == When.LATE else 0
    for session in sessions:
        officer = session.activity.officer
        load = found.setdefault(officer.pk, Load(officer.pk, str(officer)))
        load.sessions += 1
    return dict(sorted(found.items(), key=lambda entry: entry[1].name))


# --- The page --------------------------------------------------------------------
def context(request):
    """All that the first page of the desk shows."""
    user = request.user
    things, sessions = waiting(user), presence.around(user)
    coming = [one for one in sessions if not presence.is_before_today(one)]
    carried = loads(things, coming)
    scope = scope_of(user, request.GET.get("pour", ""), carried)
    lines = lines_of(things, scope)
    since = last_working_day()
    runs = user.has_perm("activities.add_activity")
    return {
        "today": today(),
        "scope": scope,
        "others": [load for pk, load in carried.items() if pk != user.pk],
        "lines": lines,
        "moments": moments(lines),
        "waiting_count": sum(line.count for line in lines),
        "late_count": sum(line.count for line in lines if line.moment == When.LATE),
        "loads": carried.values() if _sees_loads(user, scope) else (),
        **presence.context(user, sessions, scope),
        "making": contents.making(user),
        "outbox": contents.outbox(user, since),
        "since": since,
        "gestures": contents.gestures(request),
        "index": contents.index(request),
        "may_convene": user.has_perm("activities.convene_session"),
        "may_add": runs,
        "may_choose": runs,
    }


def _sees_loads(user, scope):
    return scope.officer is None and user.has_perm("pages.view_load")


def last_working_day():
    """Friday on a Monday and at the week-end, yesterday otherwise."""
    day = today() - timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    return day
