"""Retained applications, for the tests of a matching wired to the database."""

from datetime import date, datetime

from agency.core.clock import PARIS, travel
from mentoring.printed import matching as printed
from mentoring.services import match_board, matching
from tests.activities.factories import SeasonFactory
from tests.mentoring.factories import EditionFactory, MentoringApplicationFactory
from tests.people.factories import PersonFactory, TerritoryFactory


def mentor(edition, *topics, **said):
    return _retained(edition, topics, mentor=True, **said)


def mentee(edition, *topics, **said):
    return _retained(edition, topics, **said)


def _retained(edition, topics, *, name="", **said):
    if name:
        given, _, family = name.partition(" ")
        said |= {"person__given_name": given, "person__family_name": family}
    if "territory" not in said:
        said["territory"] = TerritoryFactory._meta.model.objects.first()
        said["territory"] = said["territory"] or TerritoryFactory()
    if topics:
        said["topics"] = list(topics)
    return MentoringApplicationFactory(edition=edition, retained=True, **said)


def names(run):
    """{mentee: mentor} of a run, by given names."""
    rows = run.proposals.select_related("mentor__person", "mentee__person")
    return {one.mentee.person.given_name: one.mentor.person.given_name for one in rows}


def two_by_two(edition):
    """Camille for Awa, who would say budget; Sacha for Nour."""
    return {
        "camille": mentor(edition, "budget", "funding", name="Camille Roux"),
        "sacha": mentor(edition, "touring", name="Sacha Petit"),
        "awa": mentee(edition, "budget", name="Awa Diallo"),
        "nour": mentee(edition, "touring", name="Nour Belkacem"),
    }


def run(edition, **said):
    return matching.run(edition, by=edition.officer, **said)


def report():
    """That of an edition of five, one pair of which is locked, on a fixed day."""
    with travel(datetime(2026, 12, 7, 9, 30, tzinfo=PARIS)):
        maud = PersonFactory(given_name="Maud", family_name="Kerjean", officer=True)
        edition = EditionFactory(
            title="Mentorat : débuter en production",
            officer=maud,
            season=SeasonFactory(starts_on=date(2026, 9, 1)),
        )
        cast = two_by_two(edition)
        mentee(edition, "payroll", name="Lou Martin")
        two = [cast["sacha"].pk, cast["nour"].pk]
        matching.settle(edition, "lock", two, by=maud, reason="Se connaissent")
        board = match_board.load(run(edition).edition)
        # Made of numbers of rows, which no two runs of the tests share.
        board.run.fingerprint = "0123456789abcdef" * 4
        return printed.report(board, by=maud)
