"""Mentoring in the demo: next year's edition with its call open, and those who applied."""

from datetime import timedelta
from itertools import cycle

from agency.core.clock import today
from agency.pages.demo import closed, plan
from agency.pages.demo.directory import HOST, PASSWORD
from agency.pages.demo.programme import Story
from agency.people.choices import ContractKind
from agency.people.services import accounts, directory
from mentoring.choices import Side, Stage
from mentoring.demo import matching, promotion
from mentoring.demo.prose import prose
from mentoring.services import applications, review

# The first came the day after the call opened; then so many hours apart.
FIRST, APART = -24, 18
HALF_WAY_AFTER = timedelta(days=10)
GROUPS = ("production", "administration")
ART_FORMS = (["theatre", "young"], ["dance"], ["music", "opera"], ["circus", "street"])
HOUSES = (["company"], ["company", "festival"], ["venue"], ["ensemble", "company"])
MEETINGS = ("both", "onsite", "remote")
MOBILITIES = ("region", "departement", "town")
SIDES = {"mentor": Side.MENTOR, "mentoree": Side.MENTEE}


def stories(book, script, day):
    """Note the scenes of the edition, and of each application, seen from ``day``."""
    story = EditionStory(book, script, prose()["edition"], day)
    story.tell()
    current = CurrentStory(book, script, prose()["current"], day)
    current.tell()
    script.at(current.opens_at + timedelta(minutes=20), introduce, book)
    promotion.tell(current)
    for name in SIDES:
        Candidate(story, 0, "retained", SIDES[name], account=name).tell()
    for rank, (state, side) in enumerate(_planned(book), start=1):
        Candidate(story, rank, state, side).tell()
    matching.tell(story)


def _planned(book):
    """What becomes of each application, the eldest first; now a mentor, now two mentees."""
    states = [name for name, count in prose()["plan"].items() for _n in range(count)]
    sides = cycle((Side.MENTOR, Side.MENTEE, Side.MENTEE, Side.MENTOR, Side.MENTEE))
    planned = list(zip(states, sides, strict=False))
    return planned[::3] if book.small else planned


def introduce(book):
    """The two who show their side of a pair; nothing is drawn, so others stay the same."""
    for name, entry in prose()["accounts"].items():
        given, family = entry["name"].split("/")
        person = accounts.add(
            email=f"{name}@{HOST}",
            given_name=given,
            family_name=family,
            city=entry["city"],
            by=book.by,
            **book.town(entry["city"]),
        )
        accounts.claim(person, password=PASSWORD)
        year = today().year - entry["since"]
        houses = book.organisations
        directory.affiliate(
            person,
            organisation=houses.get(entry["works_at"]) or next(iter(houses.values())),
            profession=book.professions[entry["profession"]],
            job_title=entry["job_title"],
            contract=ContractKind.PERMANENT,
            practising_since=year,
            starts_on=today().replace(year=year, month=9, day=1),
            is_primary=True,
            by=book.by,
        )
        book.accounts[name] = person


class EditionStory(Story):
    """Nobody registers: the call takes applications, and draws no lots."""

    def write(self):
        super().write()
        days = [day for day, _row in self.rows]
        details = self.activity.mentoring
        details.starts_on, details.ends_on = days[0], days[-1] + plan.WEEK
        details.mid_term_on, details.final_on = days[len(days) // 2], days[-1]
        details.save()

    def _charter(self):
        if "pair" not in self.book.charters:
            closed.agree_on(self.book, "pair", prose()["charter"])
        return self.book.charters["pair"]

    def _people(self):
        return []

    def _moments(self, until):
        return []


class CurrentStory(EditionStory):
    """The year under way: its call is over, and its pairs meet."""

    def write(self):
        super().write()
        details = self.activity.mentoring
        details.starts_on = self._begins_at().date()
        # Its review is written by now by one, and awaited from the others.
        written = self.day + timedelta(days=prose()["pair"]["review"]["days"])
        details.mid_term_on = plan.working(written) + HALF_WAY_AFTER
        details.save()

    def _begins_at(self):
        return self.moment(prose()["pair"]["began_days"] - 2)

    def _registration(self):
        self.script.at(self.opens_at, self.open)
        self.script.at(self.closes_at, self.close)
        self.script.at(self._begins_at(), self.start)


class Candidate:
    """One application, told from its first line to where it stands."""

    def __init__(self, story, rank, state, side, account=""):
        self.story, self.rank, self.state, self.side = story, rank, state, side
        self.account = account

    def tell(self):
        """The scenes of its life; what is later than now has not happened."""
        written = plan.on(self.story.day, "10:40") + timedelta(
            days=FIRST, hours=APART * self.rank
        )
        written = _by_day(written)
        self._at(written, self.write)
        if self.state == "draft":
            return
        self._at(written + timedelta(minutes=9), self.submit)
        for number, verb in enumerate(STEPS[self.state], start=1):
            day = plan.working(written.date() + timedelta(days=2 * number))
            moment = max(plan.on(day, "11:30"), written + timedelta(hours=number))
            self._at(moment, getattr(self, verb))

    def _at(self, moment, action):
        self.story.script.at(moment, action)

    @property
    def person(self):
        if self.account:
            return self.story.book.accounts[self.account]
        groups = self.story.book.groups
        people = [one for group in GROUPS for one in groups[group] if one.email]
        return people[self.rank - 1]

    def write(self):
        said = prose()[self.side.value]
        rank = self.rank + (3 if self.account else 0)
        vetoes = [_turn(said["vetoes"], rank)] if "vetoes" in said else []
        self.application = applications.write(
            self.story.activity,
            person=self.person,
            side=self.side,
            answers=self._answers(said, rank),
            vetoes=[words for words in vetoes if words],
        )

    def _answers(self, said, rank):
        book, person = self.story.book, self.person
        mentor = self.side == Side.MENTOR
        post = person.affiliations.active().order_by("-is_primary", "pk").first()
        answers = {
            "profession": post.profession if post else book.professions["production"],
            "years": 8 + rank % 9 if mentor else rank % 4,
            "experience": _turn(said["experience"], rank),
            "art_forms": _turn(ART_FORMS, rank),
            "organisation_kinds": _turn(HOUSES, rank),
            "territory": person.territory,
            "mobility": _turn(MOBILITIES, rank),
            "meeting": _turn(MEETINGS, rank),
            "availability": _turn(said["availability"], rank),
            "topics": _turn(said["topics"], rank),
            "expectations": _turn(said["expectations"], rank),
            "motivation": _turn(said["motivation"], rank),
            "keep_for_next": rank % 3 == 0,
        }
        if mentor:
            return answers | {"capacity": 1 + (rank % 7 == 0)}
        return answers | {"stage": Stage(_turn(said["stages"], rank))}

    # --- Its steps ------------------------------------------------------------------
    def submit(self):
        applications.submit(self.application, by=self.person)

    def qualify(self):
        review.qualify(self.application, by=self.story.officer)

    def ask(self):
        asked = prose()["said"]["asked"]
        review.ask(self.application, by=self.story.officer, reason=asked)

    def interview(self):
        note = prose()["said"]["note"]
        review.interview(self.application, by=self.story.officer, note=note)

    def retain(self):
        review.retain(self.application, by=self.story.officer)

    def waitlist(self):
        review.waitlist(self.application, by=self.story.officer)

    def refuse(self):
        said = prose()["said"]
        told, note = _turn(said["refusals"], self.rank), said["note_to_self"]
        review.refuse(self.application, by=self.story.officer, told=told, note=note)

    def withdraw(self):
        applications.withdraw(self.application, by=self.person)


# What the officer, or the person, did with an application that is in this state.
STEPS = {
    "submitted": (),
    "complement": ("ask",),
    "eligible": ("qualify",),
    "interviewed": ("qualify", "interview"),
    "retained": ("qualify", "interview", "retain"),
    "waitlisted": ("qualify", "interview", "waitlist"),
    "refused": ("qualify", "refuse"),
    "withdrawn": ("withdraw",),
}


def _turn(rows, rank):
    return rows[rank % len(rows)]


def _by_day(moment):
    """The same day at an hour when people write."""
    return moment.replace(hour=min(max(moment.hour, 8), 19))
