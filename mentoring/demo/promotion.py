"""The pairs of the year under way: the two accounts of the demo, and ten others.

Nobody is drawn by lot: the eldest in the profession accompany, the youngest are
accompanied, and none of them has applied to the next edition.
"""

from datetime import time, timedelta

from agency.pages.demo import plan
from agency.people.models import Affiliation
from mentoring.demo.pairs import PairStory
from mentoring.demo.prose import prose
from mentoring.models import MentoringEdition

# Each group, and the share of it that is left out: it may have applied to the next
# edition, whose candidates are of production, then the first of administration.
GROUPS = {"development": 0, "administration": 0.6}
# Of the small demo: one in rhythm and one to watch, beside the two accounts.
SMALL = (0, 3)


def tell(story):
    """Note the scenes of every pair of ``story``, the edition under way."""
    accounts = story.book.accounts
    _tell(story, prose()["pair"], lambda: (accounts["mentor"], accounts["mentoree"]))
    entries = prose()["pairs"]
    if story.book.small:
        entries = [entries[rank] for rank in SMALL]
    for entry, halves in zip(entries, casting(story.book, entries), strict=True):
        _tell(story, entry, lambda halves=halves: halves)


def _tell(story, entry, halves):
    said = {name: value for name, value in entry.items() if name != "again"}
    began = said.pop("began_days", prose()["pair"]["began_days"])
    dated = {"meetings": [_dated(one, story.day) for one in said.pop("meetings", ())]}
    if "plan" in said:
        dated["plan"] = _planned(said.pop("plan"), story.day)
    if "paused_days" in said:
        dated["paused_on"] = _working(story.day, said.pop("paused_days"))
    for name in ("ended", "pulse", "help", "review"):
        if name in said:
            dated[name] = _dated(said.pop(name), story.day)
    PairStory(
        story.script.at,
        lambda: (MentoringEdition.objects.get(pk=story.activity.pk), *halves()),
        began_on=_working(story.day, began),
        **dated,
        **said,
    ).tell()


# --- Who ------------------------------------------------------------------------------
def casting(book, entries):
    """(mentor, mentee) for each of ``entries``; nobody is paired with a colleague.

    ``again``: the mentee of the pair that ended early, with somebody else.
    """
    people, posts = _pool(book)
    half = len(people) // 2
    mentors, mentees = people[:half], people[: half - 1 : -1]
    found, free = [], None
    for entry in entries:
        mentee = free if entry.get("again") else mentees.pop(0)
        mentor = next(one for one in mentors if not posts[one.pk] & posts[mentee.pk])
        mentors.remove(mentor)
        free = mentee if "ended" in entry else free
        found.append((mentor, mentee))
    return found


def _pool(book):
    """Those who have not applied, the longest in the profession first, and their houses."""
    groups = [(book.groups[name], share) for name, share in GROUPS.items()]
    people = [
        one
        for group, share in groups
        for one in group[round(len(group) * share) :]
        if one.email
    ]
    posts = {one.pk: set() for one in people}
    since = dict.fromkeys(posts, 9999)
    rows = Affiliation.objects.filter(person__in=posts)
    for key, house, year in rows.values_list(
        "person", "organisation", "practising_since"
    ):
        posts[key].add(house)
        since[key] = min(since[key], year or since[key])
    return sorted(people, key=lambda one: (since[one.pk], one.pk)), posts


# --- When -----------------------------------------------------------------------------
def _dated(entry, day):
    """``entry`` with its day in place of so many days from ``day``."""
    kept = {name: value for name, value in entry.items() if name != "days"}
    return kept | {"day": _working(day, entry["days"])}


def _planned(entry, day):
    dated = _dated(entry, day)
    hour = {"hour": time.fromisoformat(dated["hour"])} if "hour" in dated else {}
    return dated | hour


def _working(day, days):
    """Nobody meets, nor begins, on a holiday."""
    return plan.working(day + timedelta(days=days))
