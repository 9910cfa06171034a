"""The activities of the demo, each told from its draft to what is still to come."""

from dataclasses import dataclass
from datetime import timedelta

from agency.activities.models import (
    Activity,
    AgendaItem,
    Facilitator,
    Season,
    Session,
    Venue,
)
from agency.activities.services import (
    activities,
    enrolments,
    sessions,
)
from agency.core import journal
from agency.core.clock import today
from agency.pages.demo import closed, gatherings, lately, plan
from agency.pages.demo.directory import written
from agency.pages.demo.prose import read
from agency.people.services import roles

WRITTEN_BEFORE = timedelta(days=16)
# How long the room has been full when somebody leaves it.
FULL_FOR = timedelta(days=4)
OPEN_BEFORE = timedelta(days=60)
# The sheets of the last weeks wait for whoever led the session.
WRITING_HOURS = (8, 19)
COPIED = (
    "slug",
    "kind",
    "title",
    "audience_text",
    "confidentiality",
    "registration_mode",
    "capacity",
    "min_to_run",
    "max_per_organisation",
    "late_entry_until_session",
    "cost_text",
    "bring_text",
    "signatory_name",
    "signatory_role",
    "convene_automatically",
)
SESSION_COPIED = (
    "title",
    "break_text",
    "format",
    "room",
    "remote_url",
    "documents_text",
)


def furnish(book):
    """Seasons and places, and the texts that people sign."""
    closed.agree(book)
    year = plan.season_year(today())
    for start in range(year, year + 6):
        row = Season(
            name=f"{start}\u2013{start + 1}",
            starts_on=f"{start}-09-01",
            ends_on=f"{start + 1}-08-31",
        )
        written(row, book.by)
    for entry in read("directory")["venues"].values():
        owner = book.organisations.get(entry.get("organisation"))
        row = Venue(**(entry | {"organisation": owner}), **book.town(entry["city"]))
        written(row, book.by)


def stories(book, script, day):
    """Note every scene of every activity, seen from ``day``."""
    for entry in read("activities")["activity"]:
        Story(book, script, entry, day).tell()


@dataclass
class Story:
    """One activity and the scenes of its life."""

    book: object
    script: object
    entry: dict
    day: object

    def tell(self):
        self.officer = self.book.accounts[self.entry["officer"]]
        self.rows = self._rows()
        self.opens_at, self.closes_at = self._window()
        self.script.at(self._written_at(), self.write)
        if "announced_days" in self.entry:
            self._at("announced_days", self.announce)
        if self.opens_at:
            self._registration()
        for number, (day, row) in enumerate(self.rows, start=1):
            gatherings.story(self, number, day, row)

    # --- When ---------------------------------------------------------------
    def _rows(self):
        """Each session as its day and what the prose says of it."""
        if "calendar" not in self.entry:
            rows = self.entry.get("session", [])
            return list(zip(plan.session_days(rows, self.day), rows, strict=True))
        days = plan.CALENDARS[self.entry["calendar"]](self.day)
        return [(day, self._row(rank)) for rank, day in enumerate(days)]

    def _row(self, rank):
        """A session of a cycle: the same hours and agenda, one place after another."""
        venue, room = self.entry["venues"][rank % len(self.entry["venues"])]
        return {
            **{name: self.entry[name] for name in ("start", "end", "welcome")},
            "break_text": self.entry["break_text"],
            "venue": venue,
            "room": room,
            "agenda": [[title, None] for title in self.entry["agenda"]],
        }

    def _window(self):
        """When registration opens and closes; nothing for what is only announced."""
        if "enrolled" not in self.entry:
            return None, None
        first = self.rows[0][0]
        ago = self.entry.get("opens_days")
        opens = self.day + timedelta(days=ago) if ago else first - OPEN_BEFORE
        early = first - timedelta(days=14)
        closes = early if early > self.day + timedelta(days=10) else first - plan.DAY
        if "closes_days" in self.entry:
            closes = self.day + timedelta(days=self.entry["closes_days"])
        return plan.on(plan.working(opens), "10:00"), plan.on(
            plan.working(closes), "18:00"
        )

    def _written_at(self):
        if "draft_days" in self.entry:
            return self.moment(self.entry["draft_days"])
        if self.opens_at:
            return self.opens_at - WRITTEN_BEFORE
        return self.moment(self.entry["announced_days"]) - WRITTEN_BEFORE

    def moment(self, days, clock="11:00"):
        return plan.on(plan.working(self.day + timedelta(days=days)), clock)

    def _at(self, key, action, **kwargs):
        self.script.at(self.moment(self.entry[key]), action, **kwargs)

    def _charter(self):
        """What its people sign, where what is said stays in the room."""
        return self.book.charters["group"]

    # --- The activity -------------------------------------------------------
    def write(self):
        """The draft: what the officer types into the admin."""
        said = plan.words([day for day, _row in self.rows])
        whole = {name: self.entry[name] for name in COPIED if name in self.entry}
        activity = Activity(
            **whole,
            season=self._season(),
            officer=self.officer,
            charter=self._charter() if self._is_sealed() else None,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            **{
                name: self.entry.get(name, "").strip().format(**said)
                for name in ("summary", "description", "announcement")
            },
        )
        activity.full_clean()
        self.activity = written(activity, self.officer)
        professions = self.entry.get("professions", [])
        activity.professions.set(self.book.professions[slug] for slug in professions)
        activity.territories.set([self.book.territories["LIS"]])
        for name, values in self.entry.get("details", {}).items():
            model = Activity._meta.get_field(name).related_model
            model.objects.create(activity=activity, **values)
        closed.ask(activity, self.entry, self.book)
        self._facilitators()
        self.sessions = [
            self._written(number, day, row)
            for number, (day, row) in enumerate(self.rows, start=1)
        ]

    def _season(self):
        """The season of the next session, or of the last when all are past."""
        days = [day for day, _row in self.rows] or [self.day + timedelta(days=120)]
        coming = [day for day in days if day >= self.day] or days[-1:]
        start = plan.season_year(coming[0])
        return Season.objects.get(starts_on=f"{start}-09-01")

    def _facilitators(self):
        for name, qualification in self.entry.get("facilitators", []):
            person = self.book.people[name]
            Facilitator.objects.create(
                activity=self.activity, person=person, qualification=qualification
            )
            roles.give_role(person, "facilitator", scope=self.activity, by=self.book.by)
            closed.undertake(person)

    def _written(self, number, day, row):
        session = Session(
            activity=self.activity,
            number=number,
            starts_at=plan.on(day, row["start"]),
            ends_at=plan.on(day, row["end"]),
            welcome_at=row.get("welcome"),
            venue=self._venue(row),
            **{name: row[name] for name in SESSION_COPIED if name in row},
        )
        session.full_clean()
        sessions.save_session(session)
        journal.record(session, "add", by=self.officer)
        AgendaItem.objects.bulk_create(
            AgendaItem(session=session, order=order, title=title, minutes=minutes)
            for order, (title, minutes) in enumerate(row["agenda"], start=1)
        )
        return session

    def _venue(self, row):
        if "venue" not in row:
            return None
        name = read("directory")["venues"][row["venue"]]["name"]
        return Venue.objects.get(name=name)

    def announce(self):
        activities.announce(self.activity, by=self.officer)

    # --- Registration -------------------------------------------------------
    def _registration(self):
        self.script.at(self.opens_at, self.open)
        first = plan.on(self.rows[0][0], self.rows[0][1]["start"])
        until = min(self.closes_at, self.script.until) - timedelta(hours=3)
        if "waiting" in self.entry:
            until -= FULL_FOR
        moments = self._moments(until)
        if "unsigned_days" in self.entry:
            moments[self._count() - 1] = self.moment(self.entry["unsigned_days"])
        self.script.at(self.closes_at, self.close)
        self.script.at(first, self.start)
        last = plan.on(self.rows[-1][0], "18:30")
        self.script.at(last, self.complete)
        leaving = self.entry.get("withdrawn", 0)
        people = self._people()
        for rank, person in enumerate(people[: self._count()]):
            self.script.at(moments[rank], self.register, person, rank)
            self._signature(moments[rank], person, rank)
            if rank < leaving:
                later = moments[leaving + rank + 2] + timedelta(minutes=5)
                self.script.at(later, self.withdraw, person)
        self._line(until, people)
        if "decided" in self.entry:
            morning = plan.on(self.day - plan.DAY, "10:10")
            self.script.at(morning, closed.decide, self)
        self._asked_to_join()

    def _signature(self, moment, person, rank):
        """Whoever comes last tells the officer something, and has not signed yet."""
        if not self._is_sealed():
            return
        if "unsigned_days" in self.entry and rank == self._count() - 1:
            self.script.at(moment + lately.SAID_AFTER, lately.confide, self, person)
        else:
            self.script.at(moment + closed.SIGNED_AFTER, self.sign, person)

    def _asked_to_join(self):
        """Those whom the agency invites, and whom the members propose."""
        if "invited" in self.entry:
            self._at("invited_days", lately.invite, story=self)
        if "proposal" in self.entry:
            self._at("coopts_days", lately.open_to_proposals, story=self)
            self._at("proposed_days", lately.propose, story=self)

    def _line(self, until, people):
        """Who comes when it is full, and the seat that frees itself yesterday."""
        late = people[self._count() :]
        for rank, person in enumerate(late, start=1):
            moment = _awake(until + timedelta(hours=14)) + timedelta(minutes=25 * rank)
            self.script.at(moment, self.register, person)
        if late:
            yesterday = plan.on(self.day - plan.DAY, "11:20")
            self.script.at(yesterday, self.withdraw, people[self._count() - 1])

    def _people(self):
        """Those who leave come first; everybody from another house when it is sealed."""
        trades = self.entry["from"]
        trades = [trades] if isinstance(trades, str) else trades
        group = [person for trade in trades for person in self.book.groups[trade]]
        self.book.dice.shuffle(group)
        if guest := self.entry.get("guest"):
            group.insert(3, self.book.accounts[guest])
        if "decided" in self.entry:  # who comes from the same house is for the board
            group = [person for person in group if person.email]
        elif self._is_sealed():
            group = _one_per_house(group)
        waiting = 0 if self.book.small else self.entry.get("waiting", 0)
        return group[: self._count() + waiting]

    def _is_sealed(self):
        return self.entry.get("confidentiality") == "sealed"

    def _count(self):
        wanted = self.entry["enrolled"] + self.entry.get("withdrawn", 0)
        return min(5, wanted) if self.book.small else wanted

    def _moments(self, until):
        """Spread from the opening to ``until``, at hours when people write."""
        span = (until - self.opens_at).total_seconds()
        dice = self.book.dice
        drawn = sorted(dice.random() ** 1.4 for _n in range(self._count() + 1))
        moments = [self.opens_at + timedelta(seconds=span * d) for d in drawn]
        return sorted(min(_awake(moment), until) for moment in moments)

    def open(self):
        activities.open_registration(self.activity, by=self.officer)

    def register(self, person, rank=0):
        """Oneself by the site; by an officer, on the telephone, without an address."""
        enrolments.register(
            self.activity,
            person=person,
            affiliation=person.affiliations.active().first(),
            by=person if person.email else self.officer,
            given=closed.papers(self.activity, self.entry, rank, person),
        )

    def sign(self, person):
        shown = person in self.book.accounts.values()
        closed.sign(self.activity, person, copied=shown)

    def withdraw(self, person):
        enrolment = self.activity.enrolments.running().get(person=person)
        enrolments.withdraw(enrolment, by=person)

    def close(self):
        activities.close_registration(self.activity)

    def start(self):
        activities.start(self.activity)

    def complete(self):
        activities.complete(self.activity, by=self.officer)


def _awake(moment):
    """The same day at an hour when people write."""
    early, late = WRITING_HOURS
    if moment.hour < early:
        return moment.replace(hour=early)
    return moment.replace(hour=late) if moment.hour > late else moment


def _one_per_house(people):
    seen, kept = set(), []
    for person in people:
        house = (
            person.affiliations.order_by("-is_primary", "pk").first().organisation_id
        )
        if person.email and house not in seen:
            seen.add(house)
            kept.append(person)
    return kept
