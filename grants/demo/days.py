"""The days of a sitting of the demo, seen from the day on which it is loaded."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from agency.pages.demo import plan

HERE = Path(__file__).resolve().parent
DAY = timedelta(days=1)
# The sittings that the demo tells from end to end.
CLOSED, TODAY, READ = "closed", "today", "read"
# So many days before the sitting reviews close, unless its row says otherwise.
REVIEWS = 2


@dataclass(frozen=True)
class Days:
    """When one applies, when reviews close, when it meets; ``story``: one of those above."""

    opens: date
    deadline: date
    meets: date
    closes: date
    story: str = ""

    @classmethod
    def of(cls, day, row):
        """``row``: days from ``day`` on (opens, deadline, meets), then what is its own.

        One that meets on ``day`` does so whatever the day of the week.
        """
        opens, deadline, meets, *own = row
        reviews, story = own or (REVIEWS, "")
        first, last = (plan.working(day + n * DAY) for n in (opens, deadline))
        then = day if meets == 0 else plan.working(day + meets * DAY)
        return cls(first, last, then, plan.working(then - reviews * DAY), story)

    def lasts(self):
        """How many days the house has between the deadline and the end of the reviews."""
        return max((self.closes - self.deadline).days, 20)

    def after(self, share):
        """The day by which ``share`` of these is over."""
        return plan.working(self.deadline + int(self.lasts() * share) * DAY)
