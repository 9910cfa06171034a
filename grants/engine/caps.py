"""What limits an aid, in the order of C.6; each limit that there is gives a step."""

from dataclasses import dataclass
from decimal import Decimal

from grants.choices import IncomeKind
from grants.engine import sentences
from grants.engine.inputs import ZERO, cents
from grants.engine.steps import Step


@dataclass(frozen=True)
class Limit:
    """The most that an aid may be under a rule."""

    rule: str
    most: Decimal
    sentence: str
    source: str = ""

    def step(self, amount):
        kept = min(amount, self.most)
        told = sentences.limited(self.sentence, kept < amount)
        return Step(self.rule, amount, kept, told, self.source)


def limits(inputs):
    """Every ``Limit`` of an application, in order."""
    for limit in (_deficit, _performance, _application, _season, _year, _public):
        yield from limit(inputs, inputs.rules)
    if inputs.requested is not None:
        most = max(ZERO, inputs.requested)
        yield Limit("requested", most, sentences.requested(most))


def income_of(inputs, *kinds):
    return sum((one.amount for one in inputs.incomes if one.kind in kinds), ZERO)


def _deficit(inputs, rules):
    if rules.cap_to_deficit:
        spent, income = inputs.expenses, income_of(inputs, *IncomeKind.values)
        most = max(ZERO, spent - income)
        told = sentences.deficit(spent, income, most)
        yield Limit("deficit", most, told, rules.source)


def _performance(inputs, rules):
    if rules.cap_per_performance is not None:
        counted = inputs.count
        if rules.performances_counted is not None:
            counted = min(counted, rules.performances_counted)
        most = rules.cap_per_performance * counted
        told = sentences.per_performance(inputs, counted, most)
        yield Limit("performances", most, told, rules.source)


def _application(inputs, rules):
    if (most := rules.cap_per_application) is not None:
        yield Limit("application", most, sentences.per_application(most), rules.source)


def _season(inputs, rules):
    if (cap := rules.cap_per_show_season) is not None:
        already = inputs.already_show_season
        most = max(ZERO, cap - already)
        yield Limit(
            "show_season", most, sentences.per_season(cap, already), rules.source
        )


def _year(inputs, rules):
    if (cap := rules.cap_per_beneficiary_year) is not None:
        already = inputs.already_beneficiary_year
        most = max(ZERO, cap - already)
        yield Limit(
            "beneficiary_year", most, sentences.per_year(cap, already), rules.source
        )


def _public(inputs, rules):
    if (share := rules.public_ceiling) is not None:
        others = income_of(inputs, IncomeKind.PUBLIC_AID)
        most = max(ZERO, cents(inputs.expenses * share / 100) - others)
        told = sentences.public(inputs.expenses, share, others)
        yield Limit("public", most, told, rules.source)
