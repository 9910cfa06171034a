"""The files of the sittings that the demo tells to their end: closed, of today, being read."""

from agency.pages.demo.prose import read
from grants.demo import history, schemes
from grants.demo.days import CLOSED, READ, TODAY, Days
from grants.demo.history import ASKED, HERE, File

FIELDS = ("code", "show", "discipline", "title", "venues", "kilometres", "count", "fee")
STORIES = (CLOSED, TODAY, READ)
# One in so many is of somebody who never applied before.
NEW = 9
# Read early enough for its members to have their days.
IN_HASTE = 0.65


def prose():
    return read("seances", HERE)


def stories(book, script, day):
    """Note every file of these sittings, seen from ``day``."""
    if book.small:
        return
    for entry in schemes.prose()["commission"]:
        for row in entry["sittings"]:
            days = Days.of(day, row)
            if days.story:
                for n, file in enumerate(files(book, days.story)):
                    file.tell(script, n, days)


def files(book, story):
    told = prose()
    found = [Told(book, story, n) for n in range(len(told[story]))]
    if story == READ:
        found += [Told(book, story, n, fate) for n, fate in enumerate(told["aside"])]
        found.append(OfTheCompany(book, "company", 0, "submitted"))
    return found


class Told(File):
    """One of them: what it asks, who sends it, what its rapporteur thinks."""

    def __init__(self, book, story, n, fate="scheduled"):
        self.story, self.n = story, n
        before = STORIES[: STORIES.index(story)] if story in STORIES else STORIES
        rank = n + sum(len(prose()[one]) for one in before)
        super().__init__(book, rank, prose()[story][n][0], fate)
        if story not in (CLOSED, TODAY):
            self.pace = IN_HASTE

    def _entry(self):
        told, row = prose(), prose()[self.story][self.n]
        entry = dict(zip(FIELDS, row, strict=False)) | {"party": row[-1]}
        asked = {name: ASKED[self.code].get(name) for name in ("contract", "share")}
        entry |= {name: value for name, value in asked.items() if value}
        if self.fate in prose()["aside"]:  # another tour of a show that is there
            entry["title"] = told["again"].format(title=entry["title"])
        for name in ("purpose", "stakes", "greener"):
            kept = told[f"{name}s" if name == "purpose" else name]
            entry[name] = kept[self.rank % len(kept)]
        return entry

    def _author(self):
        company = self.book.accounts.get("compagnie")
        new = history.authors(self.book, ("production_office",))
        if new and self.story == READ and self.n % NEW == NEW - 1:
            return new[self.n // NEW % len(new)]
        music = self._entry()["discipline"] == "music"
        houses = history.authors(self.book, ("ensemble" if music else "company",))
        others = [one for one in houses if one.person != company]
        return others[self.rank % len(others)] if others else None

    def _report(self):
        told = prose()
        order = told["reports"].get(self.story, [0])
        return told["report"][order[self.n % len(order)]]


class OfTheCompany(Told):
    """What whoever shows the demo has sent: the dialogue asks them for something."""

    def _author(self):
        company = self.book.accounts.get("compagnie")
        houses = history.authors(self.book)
        return next((one for one in houses if one.person == company), None)
