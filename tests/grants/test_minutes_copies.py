"""Errata, and the copy of whoever stands back from a file."""

from decimal import Decimal

import pytest

from agency.core.lifecycle import MoveBlocked
from agency.documents.models import IssuedDocument
from grants.minutes_paper import MINUTES, Reading
from grants.models import (
    Application,
    Minutes,
    Scheme,
)
from grants.services import interests, minutes
from tests.documents.reading import words
from tests.grants.commission import (
    point_of,
    presented,
    revise,
    tied,
)
from tests.grants.minuted import (
    DEBATE,
    close,
    give,
    heard,
    held,
    paper,
    secretary,
    to_come,
    validated,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
MARKER = "MARQUEUR"


@pytest.fixture
def sitting():
    return held()


# --- Errata --------------------------------------------------------------------------
def test_an_erratum_is_another_version_and_changes_nothing_else(sitting):
    heard(sitting)
    sitting, row = validated(sitting)
    first, frozen = row.document, row.content

    minutes.add_erratum(sitting, "Lire 900 euros.", by=secretary())
    minutes.add_erratum(sitting, "Lire Brest.", by=sitting.chair.person)

    row.refresh_from_db()
    assert row.content == frozen
    assert (row.document.version, row.document.reference) == (3, first.reference)
    assert row.document.supersedes.supersedes == first
    text = words(paper(row))
    assert "Lire 900 euros." in text
    assert "Lire Brest." in text
    with first.file.open() as stored:
        assert "Lire" not in words(stored.read())


def test_an_erratum_waits_for_the_validation_and_for_who_may(sitting):
    heard(sitting)
    with pytest.raises(MoveBlocked):
        minutes.add_erratum(sitting, "Lire 900 euros.", by=secretary())
    sitting, row = validated(sitting)
    for person in (PersonFactory(officer=True), sitting.seats[1].person):
        with pytest.raises(MoveBlocked):
            minutes.add_erratum(sitting, "Lire 900 euros.", by=person)
    with pytest.raises(MoveBlocked):
        minutes.add_erratum(sitting, "  ", by=sitting.chair.person)

    assert not row.errata.exists()


# --- Whose copy ----------------------------------------------------------------------
def marked(sitting, outcome="favourable", **traits):
    """A file whose every word is a marker, with a recusal of the second seat."""
    application = presented(
        sitting,
        organisation__name=f"{MARKER} Compagnie",
        show__title=f"{MARKER} Spectacle",
        requested=Decimal(6543),
        **traits,
    )
    tied(application, sitting.seats[1].person)
    said = {"amount": Decimal(765)} if outcome == "favourable" else {}
    give(application, outcome, told=f"{MARKER} motif", **said)
    return application


@pytest.mark.parametrize("who", ["member", "team"])
def test_whoever_stands_back_has_a_copy_without_the_file(sitting, who):
    shut, other = marked(sitting), heard(sitting)
    rules = other.rules
    Application.objects.filter(pk=other.pk).update(scheme=shut.scheme)
    assert rules.scheme_id != shut.scheme_id
    person = sitting.seats[1].person if who == "member" else secretary()
    if who == "team":
        tied(shut, person)
    sitting, row = validated(sitting)
    minutes.add_erratum(
        sitting, "Lire 700.", by=sitting.chair.person, point=point_of(shut)
    )
    minutes.add_erratum(sitting, "Lire Brest.", by=sitting.chair.person)

    copy = minutes.for_reader(sitting, person)

    text = words(copy)
    for hidden in (MARKER, shut.number, "6 543", "765", "1 565", "Lire 700", DEBATE):
        assert hidden not in text
    assert "ne figure pas dans votre exemplaire" in text
    assert other.number in text
    assert "Lire Brest." in text
    assert Minutes.objects.get().document.reference in text
    assert MARKER in words(paper(row))
    assert minutes.for_reader(sitting, sitting.seats[2].person) == row_document()
    page = str(Reading(sitting, person).page()["minutes"])
    assert MARKER not in page
    assert shut.number not in page


def row_document():
    return Minutes.objects.select_related("document").get().document


def test_the_copy_holds_once_the_file_went_to_another_sitting(sitting):
    shut = marked(sitting, "adjourned")
    to_come(shut.scheme)
    sitting, _row = validated(sitting)
    shut.refresh_from_db()
    assert shut.sitting_id != sitting.pk

    copy = minutes.for_reader(sitting, sitting.seats[1].person)

    assert MARKER not in words(copy)


def test_the_strict_option_shuts_every_file_of_the_scheme():
    sitting = held(strict=True)
    shut = presented(sitting)
    rival = presented(sitting, rules=shut.rules)
    tied(shut, sitting.seats[1].person, "employment")
    for one in (shut, rival):
        give(one)
    sitting, _row = validated(sitting)

    text = words(minutes.for_reader(sitting, sitting.seats[1].person))

    assert rival.number not in text
    assert text.count("ne figure pas dans votre exemplaire") == 2


def test_remarks_that_name_the_file_are_not_in_the_copy(sitting):
    shut = marked(sitting)
    said = f"À propos de {shut.number}."
    minutes.save_remarks(sitting, said, version=0, by=secretary())
    sitting, _row = validated(sitting)

    text = words(minutes.for_reader(sitting, sitting.seats[1].person))

    assert shut.number not in text


def test_the_draft_says_that_it_is_one_and_is_not_kept(sitting):
    heard(sitting)

    data = minutes.for_reader(close(sitting), sitting.chair.person)

    assert "Projet" in words(data)
    assert not IssuedDocument.objects.filter(kind=MINUTES).exists()


def test_the_document_is_not_among_those_of_who_stands_back(sitting):
    shut = marked(sitting)
    officer, other = PersonFactory(officer=True), PersonFactory(officer=True)
    validated(sitting)
    interests.stand_back(shut, officer, "family", by=officer)

    seen = IssuedDocument.objects.filter(kind=MINUTES)
    assert seen.visible_to(other).exists()
    assert not seen.visible_to(officer).exists()
    assert not seen.visible_to(sitting.seats[1].person).exists()


def test_a_revision_after_the_sitting_changes_no_minutes(sitting):
    application = heard(sitting)
    sitting, _row = validated(sitting)
    before = Minutes.objects.get().content
    revise(application)
    Scheme.objects.filter(pk=application.scheme_id).update(name=MARKER)

    assert Minutes.objects.get().content == before
    assert MARKER not in str(Reading(sitting, sitting.chair.person).page()["minutes"])
