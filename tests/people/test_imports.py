"""Imports: what the preview says is what is written, once, whatever happens on the way."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, IntegrityError

from agency.core.clock import now, travel
from agency.core.journal import broken_links
from agency.core.lifecycle import MoveRefused
from agency.core.models import JournalEntry
from agency.people.choices import ImportKind, OrganisationKind
from agency.people.imports import writing
from agency.people.imports.reading import Unreadable
from agency.people.models import (
    Affiliation,
    ImportBatch,
    ImportLine,
    Organisation,
    Person,
)
from agency.people.services import erasure, imports, retention
from agency.people.states import ImportState
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    OrganisationLabelFactory,
    PersonFactory,
    ProfessionFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db

HEADINGS = ("Prénom", "Nom", "Courriel")
ZOE = ("Zoé", "Lefèvre", "zoe@example.org")
SIRET, OTHER = "73282932000074", "40483304800022"


def brought(officer, *rows, headings=HEADINGS, kind=ImportKind.PEOPLE, **options):
    lines = [";".join(row) for row in (headings, *rows)]
    content = "\n".join(lines).encode()
    return imports.bring(content, kind=kind, filename="c.csv", by=officer, **options)


def houses(officer, headings, *rows):
    return brought(officer, *rows, headings=headings, kind=ImportKind.ORGANISATIONS)


def outcomes(batch):
    return list(batch.lines.order_by("number").values_list("outcome", flat=True))


def only(batch):
    return batch.lines.get()


@pytest.fixture
def written(officer, django_capture_on_commit_callbacks):
    """Confirm a batch, and let the worker do it."""

    def write(batch):
        with django_capture_on_commit_callbacks(execute=True):
            imports.confirm(batch, by=officer)
        batch.refresh_from_db()
        return batch

    return write


# --- Contacts ------------------------------------------------------------------
def test_nothing_is_written_before_somebody_confirms(officer, written):
    before = Person.objects.count()

    batch = brought(officer, ZOE)

    assert batch.state == ImportState.PREVIEWED
    assert (batch.total, batch.created, outcomes(batch)) == (1, 1, ["create"])
    assert Person.objects.count() == before
    assert written(batch).state == ImportState.DONE
    assert Person.objects.count() == before + 1


def test_person_created_waits_to_be_invited(officer, written):
    line = only(written(brought(officer, ("Zoé", "Lefèvre", "ZOE@Example.org"))))

    zoe = line.person
    assert (zoe.given_name, zoe.email) == ("Zoé", "zoe@example.org")
    assert not zoe.has_usable_password()
    assert EmailAddress.objects.get(user=zoe).verified is False
    assert Person.objects.get(folded__contains="lefevre zoe zoe@") == zoe
    entry = JournalEntry.objects.about(zoe).get()
    assert (entry.action, entry.by) == ("add", officer)
    assert entry.data["fields"] == ["email", "family_name", "given_name"]
    assert "zoe" not in str(entry.data).lower()
    assert list(broken_links()) == []


def test_person_is_met_by_address_and_completed(officer, written):
    known = PersonFactory(
        given_name="Zoé", family_name="Lefèvre", email="zoe@example.org", city="Dijon"
    )
    headings = (*HEADINGS, "Téléphone", "Ville", "Adresse", "CP")
    row = ("ZOE", "LEFEVRE", "Zoe@example.org", "0380551234", "DIJON", "", "1000")

    batch = brought(officer, row, headings=headings)

    line = only(batch)
    assert line.person == known
    assert set(line.changes) == {"phone", "postal_code"}
    assert line.changes["postal_code"] == ["", "01000"]
    assert "01000" in line.sentence
    written(batch)
    version = known.version
    known.refresh_from_db()
    assert (known.given_name, known.family_name, known.city) == (
        "Zoé",
        "Lefèvre",
        "Dijon",
    )
    assert (str(known.phone), known.postal_code) == ("+33380551234", "01000")
    assert known.version == version + 1
    assert JournalEntry.objects.about(known).get().data["fields"] == [
        "phone",
        "postal_code",
    ]


def test_empty_cell_empties_nothing_and_same_values_change_nothing(officer):
    PersonFactory(
        given_name="Zoé", family_name="Lefèvre", email="zoe@example.org", city="Dijon"
    )

    batch = brought(officer, (*ZOE, ""), headings=(*HEADINGS, "Ville"))

    assert outcomes(batch) == ["ignore"]
    assert "déjà" in only(batch).sentence


def test_address_of_somebody_else_is_never_merged(officer):
    PersonFactory(given_name="Al", family_name="Roy", email="zoe@example.org")

    batch = brought(officer, ZOE)

    assert outcomes(batch) == ["ignore"]
    assert "quelqu’un d’autre" in only(batch).sentence


def test_homonym_without_address_is_left_to_look_at(officer):
    PersonFactory(given_name="Zoé", family_name="Lefèvre", email=None)
    PersonFactory(given_name="Al", family_name="Roy", email="al@example.org")

    batch = brought(officer, ZOE, ("Zoé", "Lefèvre", ""), ("Al", "Roy", ""))

    assert outcomes(batch) == ["ignore"] * 3
    assert all(line.sentence for line in batch.lines.all())


def test_same_name_at_the_same_organisation_is_the_same_person(officer):
    post = AffiliationFactory(
        person__given_name="Zoé",
        person__family_name="Lefèvre",
        organisation__name="Le Parvis",
        job_title="Régie",
    )
    headings = ("Prénom", "Nom", "Structure", "Fonction")

    batch = brought(
        officer, ("Zoe", "LEFEVRE", "le parvis", "Direction"), headings=headings
    )

    assert only(batch).person == post.person
    assert only(batch).changes == {"job_title": ["Régie", "Direction"]}


def test_same_person_twice_in_a_file_is_taken_once(officer, written):
    batch = brought(
        officer,
        ZOE,
        ("Zoe", "Lefevre", "ZOE@example.org"),
        ("Al", "Roy", "zoe@example.org"),
        ("Lou", "Sol", ""),
        ("Lou", "Sol", ""),
    )

    assert outcomes(batch) == ["create", "ignore", "ignore", "create", "ignore"]
    said = list(batch.lines.order_by("number").values_list("sentence", flat=True))
    assert "ligne 2" in said[1]
    assert "ligne 2" in said[2]
    assert "ligne 5" in said[4]
    assert written(batch).created == 2


def test_who_was_erased_never_comes_back(officer, written):
    zoe = PersonFactory(
        given_name="Zoé", family_name="Lefèvre", email="zoe@example.org"
    )
    batch = brought(officer, (*ZOE, "Dijon"), headings=(*HEADINGS, "Ville"))
    assert outcomes(batch) == ["update"]
    other = brought(officer, ("", *ZOE[1:]))
    assert outcomes(other) == ["error"]

    erasure.erase(zoe, by=zoe)

    # What the files said of them went with them, even the line that was refused.
    assert not ImportLine.objects.exists()
    written(batch)
    zoe.refresh_from_db()
    assert (zoe.city, zoe.email) == ("", None)
    assert Person.objects.filter(city="Dijon").count() == 0


def test_lines_with_errors_say_them_all(officer):
    ProfessionFactory(name="Administratrice")
    TerritoryFactory(name="Côte-d’Or", code="21")
    headings = (*HEADINGS, "Téléphone", "Métier", "Département", "SIRET", "Depuis")
    bad = ("Zoé", "", "zoe@", "12", "Astronaute", "99", "123", "31/02/2024")

    batch = brought(officer, bad, headings=headings)

    assert outcomes(batch) == ["error"]
    said = only(batch).sentence
    for word in ("Nom de famille", "zoe@", "12", "Astronaute", "99", "SIRET", "31/02"):
        assert word in said
    assert "Administratrice" in said
    assert "Côte-d’Or" in said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("=1+1", "formule"),
        ("#REF!", "formule"),
        ("x" * 121, "121 caractères"),
        ("x" * 5000, "2000 caractères"),
        ("So\x07l", "illisibles"),
        ("https://ruse.example", "lien"),
    ],
)
def test_cell_that_is_no_name_is_refused(officer, cell, said):
    batch = brought(officer, ("Zoé", cell, ""))

    assert outcomes(batch) == ["error"]
    assert said in only(batch).sentence


@pytest.mark.parametrize("text", ["21", "cote-d'or", "CÔTE-D’OR"])
def test_territory_is_understood_by_name_or_number(officer, written, text):
    territory = TerritoryFactory(name="Côte-d’Or", code="21")

    batch = written(brought(officer, (*ZOE, text), headings=(*HEADINGS, "Département")))

    assert only(batch).person.territory == territory


# --- Where they work -----------------------------------------------------------
PLACE = (*HEADINGS, "Structure", "SIRET", "Métier", "Fonction", "Depuis le")


def test_affiliation_is_created_when_there_is_none(officer, written):
    house = OrganisationFactory(name="Compagnie du Parvis", siret=SIRET)
    profession = ProfessionFactory(name="Régie générale")
    row = (*ZOE, "compagnie du parvis", "", "regie generale", "Régisseuse", "1/9/2024")

    batch = written(brought(officer, row, headings=PLACE))

    post = Affiliation.objects.get(person=only(batch).person)
    assert (post.organisation, post.profession) == (house, profession)
    assert (post.job_title, post.starts_on) == ("Régisseuse", date(2024, 9, 1))
    assert post.is_primary
    again = brought(officer, row, headings=PLACE)
    assert outcomes(again) == ["ignore"]


def test_second_organisation_leaves_the_main_one(officer, written):
    post = AffiliationFactory(
        is_primary=True,
        person__email="zoe@example.org",
        person__given_name="Zoé",
        person__family_name="Lefèvre",
    )
    OrganisationFactory(name="Le Parvis")

    written(brought(officer, (*ZOE, "Le Parvis", *[""] * 4), headings=PLACE))

    primary = Affiliation.objects.filter(person=post.person, is_primary=True)
    assert list(primary) == [post]
    assert post.person.affiliations.count() == 2


def test_unknown_organisation_is_an_error_unless_asked_to_create_it(officer, written):
    rows = [
        (*ZOE, "Le Parvis", SIRET, "", "", ""),
        ("Al", "Roy", "al@example.org", "LE PARVIS", "", "", "", ""),
    ]

    refused = brought(officer, *rows, headings=PLACE)
    batch = brought(officer, *rows, headings=PLACE, create_organisations=True)

    assert outcomes(refused) == ["error", "error"]
    assert "cochez" in refused.lines.first().sentence
    assert outcomes(batch) == ["create", "create"]
    assert not Organisation.objects.filter(name="Le Parvis").exists()
    written(batch)
    house = Organisation.objects.get(name="Le Parvis")
    assert (house.siret, house.kind) == (SIRET, OrganisationKind.OTHER)
    assert house.affiliations.count() == 2
    assert JournalEntry.objects.about(house).get().action == "add"


def test_two_organisations_of_one_name_need_a_siret(officer):
    OrganisationFactory(name="Le Parvis", city="Dijon")
    OrganisationFactory(name="Le Parvis", city="Nevers", siret=SIRET)

    batch = brought(
        officer,
        (*ZOE, "Le Parvis", "", "", "", ""),
        ("Al", "Roy", "", "Le Parvis", SIRET, "", "", ""),
        ("Lou", "Sol", "", "", OTHER, "", "", ""),
        headings=PLACE,
    )

    assert outcomes(batch) == ["error", "create", "error"]


def test_profession_without_organisation_goes_to_the_only_post(officer):
    AffiliationFactory(
        person__email="zoe@example.org",
        person__given_name="Zoé",
        person__family_name="Lefèvre",
        job_title="Régie",
    )
    headings = (*HEADINGS, "Fonction")

    batch = brought(
        officer,
        (*ZOE, "Direction"),
        ("Al", "Roy", "al@example.org", "Régie"),
        headings=headings,
    )

    first, second = batch.lines.order_by("number")
    assert first.changes == {"job_title": ["Régie", "Direction"]}
    assert "job_title" not in second.changes
    assert "aucune n’est indiquée" in second.sentence


# --- Organisations -------------------------------------------------------------
def test_organisation_is_created_with_all_its_columns(officer, written):
    label = OrganisationLabelFactory(name="Scène nationale")
    headings = ("Nom", "Type", "SIRET", "Labels", "Ville", "Site", "Courriel")
    row = (
        *("Le Parvis", "compagnie", "732 829 320 00074", "scene nationale", "Dijon"),
        *("parvis.example", "Contact@Parvis.example"),
    )

    house = only(written(houses(officer, headings, row))).organisation

    assert (house.kind, house.siret, house.city) == ("company", SIRET, "Dijon")
    assert house.website == "https://parvis.example"
    assert house.email == "contact@parvis.example"
    assert list(house.labels.all()) == [label]
    assert Organisation.objects.get(folded="le parvis dijon") == house


def test_organisation_is_met_by_siret_then_by_name_and_town(officer):
    by_siret = OrganisationFactory(name="Ancien nom", siret=SIRET)
    by_town = OrganisationFactory(name="Le Parvis", city="Dijon")
    OrganisationFactory(name="Le Parvis", city="Nevers")
    headings = ("Nom", "Ville", "SIRET", "Téléphone")

    batch = houses(
        officer,
        headings,
        ("Nouveau nom", "Dole", SIRET, "0380551234"),
        ("LE PARVIS", "DIJON", "", "0380551234"),
        ("Le Parvis", "Dole", "", ""),
        ("Le Parvis", "", "", ""),
        ("nouveau nom", "Dole", "", ""),
    )

    assert outcomes(batch) == ["update", "update", "create", "ignore", "ignore"]
    first, second, *_rest = batch.lines.order_by("number")
    assert (first.organisation, second.organisation) == (by_siret, by_town)
    assert first.changes["name"] == ["Ancien nom", "Nouveau nom"]
    assert list(second.changes) == ["phone"]


def test_same_siret_twice_in_a_file_is_taken_once(officer):
    OrganisationFactory(name="Le Parvis", city="Dijon")

    batch = houses(
        officer,
        ("Nom", "Ville", "SIRET"),
        ("Le Parvis", "Dijon", SIRET),
        ("Autre nom", "Dijon", SIRET),
    )

    assert outcomes(batch) == ["update", "ignore"]


# --- Files that are none -------------------------------------------------------
def test_file_without_lines_or_too_heavy_leaves_nothing(officer, monkeypatch):
    with pytest.raises(Unreadable, match="aucune ligne"):
        brought(officer)
    monkeypatch.setattr("agency.people.imports.reading.MOST_BYTES", 10)
    with pytest.raises(Unreadable, match="trop lourd"):
        brought(officer, ZOE)

    assert not ImportBatch.objects.exists()


def test_file_is_deleted_once_read(officer, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    batch = brought(officer, ZOE, ("Al", "Roy", ""))
    assert batch.state == ImportState.UPLOADED
    assert ImportBatch.objects.exclude(content=None).exists()

    imports.read(batch.pk)

    assert not ImportBatch.objects.exclude(content=None).exists()
    batch.refresh_from_db()
    assert (batch.state, batch.total) == (ImportState.PREVIEWED, 2)


def test_file_that_breaks_far_below_fails_with_the_sentence(officer, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    monkeypatch.setattr("agency.people.imports.reading.MOST_LINES", 2)

    batch = brought(officer, ZOE, ("Al", "Roy", ""), ("Lou", "Sol", ""))
    imports.read(batch.pk)

    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert "plus de 2 lignes" in batch.error
    assert not ImportBatch.objects.exclude(content=None).exists()
    assert not batch.lines.exists()


# --- Twice, late, interrupted --------------------------------------------------
def test_second_tab_that_confirms_is_refused(officer, secretary, written):
    batch = brought(officer, ZOE)
    stale = ImportBatch.objects.get(pk=batch.pk)
    written(batch)

    with pytest.raises(MoveRefused):
        imports.confirm(stale, by=secretary)
    with pytest.raises(MoveRefused):
        imports.drop(ImportBatch.objects.get(pk=batch.pk), by=secretary)
    imports.run(batch.pk)

    assert Person.objects.filter(email="zoe@example.org").count() == 1
    assert JournalEntry.objects.about(batch).filter(action="confirm").count() == 1


def test_record_changed_since_the_preview_is_left(officer, written):
    known = PersonFactory(
        given_name="Zoé", family_name="Lefèvre", email="zoe@example.org", city="Dijon"
    )
    batch = brought(
        officer,
        (*ZOE, "Nevers"),
        ("Al", "Roy", "al@example.org", "Dole"),
        headings=(*HEADINGS, "Ville"),
    )
    Person.objects.filter(pk=known.pk).update(city="Lyon")
    PersonFactory(given_name="Al", family_name="Roy", email="al@example.org")

    written(batch)

    known.refresh_from_db()
    assert known.city == "Lyon"
    assert outcomes(batch) == ["ignore", "ignore"]
    assert all("depuis l’aperçu" in line.sentence for line in batch.lines.all())
    assert (batch.created, batch.updated, batch.ignored) == (0, 0, 2)


def test_killed_worker_goes_on_where_it_stood(officer, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 2)
    batch = brought(officer, *[(f"P{n}", "Roy", f"p{n}@example.org") for n in range(5)])
    imports.confirm(batch, by=officer)
    assert imports._write_some(batch.pk)
    batch.refresh_from_db()
    assert batch.lines.filter(settled_at=None).count() == 3

    with travel(now() + timedelta(minutes=3)):
        assert imports.sweep() == 1
        imports.run(batch.pk)
        assert imports.sweep() == 0

    batch.refresh_from_db()
    assert (batch.state, batch.created) == (ImportState.DONE, 5)
    assert Person.objects.filter(family_name="Roy").count() == 5


def test_long_run_rings_for_its_rest(
    officer, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(imports, "CHUNK", 1)
    batch = brought(officer, ZOE, ("Al", "Roy", "al@example.org"))
    imports.confirm(batch, by=officer)
    monkeypatch.setattr(imports, "BUDGET", -1)

    with django_capture_on_commit_callbacks() as rung:
        imports.run(batch.pk)

    assert len(rung) == 1
    assert batch.waiting().count() == 1


def test_line_that_the_database_refuses_stops_no_other(officer, written, monkeypatch):
    write = writing.write

    def refusing(batch, plans):
        if any(plan.data["family_name"] == "Roy" for plan in plans):
            raise DatabaseError("refused")
        write(batch, plans)

    monkeypatch.setattr(writing, "write", refusing)

    batch = written(brought(officer, ("Al", "Roy", ""), ZOE))

    assert (batch.state, batch.created, batch.errors) == (ImportState.DONE, 1, 1)
    assert outcomes(batch) == ["error", "create"]


def test_somebody_who_writes_the_same_at_the_same_moment(officer, written, monkeypatch):
    write, calls = writing.write, []

    def overtaken(batch, plans):
        calls.append(len(plans))
        if len(calls) == 1:
            raise IntegrityError("somebody was faster")
        write(batch, plans)

    monkeypatch.setattr(writing, "write", overtaken)

    batch = written(brought(officer, ZOE))

    assert calls[:2] == [1, 1]
    assert (batch.state, batch.created) == (ImportState.DONE, 1)


def test_reading_left_half_way_is_taken_up_again(officer, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    batch = brought(officer, ZOE)
    monkeypatch.setattr(imports, "_read", lambda batch: None)
    imports.read(batch.pk)
    monkeypatch.undo()
    batch.refresh_from_db()
    assert batch.state == ImportState.READING

    imports.read(batch.pk)
    imports.read(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.lines.count()) == (ImportState.PREVIEWED, 1)


# --- What stays ----------------------------------------------------------------
def test_lines_go_after_a_month_and_figures_stay(officer, written):
    done, waiting = written(brought(officer, ZOE)), brought(officer, ("Al", "Roy", ""))
    dropped = brought(officer, ("Lou", "Sol", ""))
    imports.drop(dropped, by=officer)

    with travel(now() + timedelta(days=29)):
        retention.forget_imports()
    assert ImportLine.objects.count() == 3
    with travel(now() + timedelta(days=31)):
        retention.forget_imports()

    assert not ImportLine.objects.exists()
    for batch in (done, waiting, dropped):
        batch.refresh_from_db()
        assert batch.emptied_at
    assert (done.state, done.created) == (ImportState.DONE, 1)
    assert waiting.state == ImportState.DROPPED


@pytest.mark.parametrize("lines", [2, 20])
def test_chunk_asks_the_same_questions_whatever_the_lines(
    officer, lines, django_assert_max_num_queries
):
    headings = (*HEADINGS, "Structure", "Ville")
    PersonFactory(given_name="P0", family_name="Roy", email="p0@example.org")
    rows = [
        (f"P{n}", "Roy", f"p{n}@example.org", f"Compagnie {n}", "Dijon")
        for n in range(lines)
    ]
    batch = brought(officer, *rows, headings=headings, create_organisations=True)
    imports.confirm(batch, by=officer)

    with django_assert_max_num_queries(42):
        imports.run(batch.pk)

    assert Person.objects.filter(city="Dijon").count() == lines
