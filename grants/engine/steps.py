"""A step of a computation, as everybody reads it."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Step:
    """An amount before and after a rule, in a sentence, with the article it comes from."""

    rule: str
    before: Decimal
    after: Decimal
    sentence: str
    source: str = ""
    # The key of the expense that it is about.
    line: int | None = None

    @property
    def amount(self):
        return self.after

    @property
    def delta(self):
        return self.after - self.before

    @property
    def is_binding(self):
        return self.after < self.before

    def as_row(self):
        """As it is kept: plain JSON."""
        return {
            "rule": self.rule,
            "before": written(self.before),
            "after": written(self.after),
            "amount": written(self.after),
            "sentence": self.sentence,
            "source": self.source,
            "line": self.line,
        }


def written(amount):
    """With its cents, so that two equal amounts are written alike."""
    return f"{amount:.2f}"
