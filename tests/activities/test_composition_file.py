"""The file of a composition: for the officer in charge alone, without what is private."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agency.activities.choices import DifficultyKind
from agency.activities.models import Application, Difficulty
from agency.activities.printed import composition
from agency.core.clock import travel
from agency.core.models import JournalEntry
from agency.documents import engine
from agency.documents.models import IssuedDocument
from agency.people.services import erasure
from tests.activities.factories import AccessNeedFactory, ActivityFactory
from tests.documents import printed as made
from tests.documents.reading import fonts, opened, tags, words
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
SECRET = "Nous avons travaillé ensemble, très mal."


def url(activity):
    return reverse("admin:activities_activity_composition_file", args=[activity.pk])


@pytest.fixture
def cycle():
    with travel(made.SIGNED_AT + timedelta(hours=1)):
        yield made.composed()


def text_of(cycle):
    return words(made.composition_file(cycle))


# --- What it says ------------------------------------------------------------
def test_file_says_who_asks_who_is_in_and_who_waits(cycle):
    text = text_of(cycle)

    for said in (
        "Dossier de composition",
        "Confidentiel, ne sort pas de l’agence",
        "Produire et diffuser, entre pairs",
        "Établi par Maud Kerjean",
        "mardi 1er décembre 2026",
        "3 sur 15",
        "L’équilibre du groupe",
        "Par territoire",
        "Par métier",
        "Par type de structure",
        "Par expérience",
        "10 à 19 ans",
        "Nièvre",
        "2 sur 5",
        "Déjà dans le groupe",
        "Paul Dedans",
        "Paul Enfile",
        "Camille Aubrac",
        "Compagnie du Seuil (compagnie), chargée de production",
        "7 ans de pratique",
        made.MOTIVATION,
        "Votre équipe compte : 4 personnes",
        "Rempli : ",
        "Motif que la personne lira : Groupe complet.",
        "Paul Enfile a demandé avant",
    ):
        assert said in text, said


def test_nothing_private_is_on_paper(cycle):
    camille, nour = (
        cycle.enrolments.get(person__family_name=name)
        for name in ("Aubrac", "Belkacem")
    )
    AccessNeedFactory(enrolment=camille, text="Une place pour un fauteuil")
    Difficulty.objects.create(
        enrolment=camille,
        kind=DifficultyKind.PERSON,
        with_person=nour.person,
        text=SECRET,
    )

    text = text_of(cycle)

    assert "fauteuil" not in text
    assert SECRET not in text
    assert "ifficulté avec" not in text
    assert "a déclaré" not in text


def test_neither_address_nor_telephone(cycle):
    text = text_of(cycle)

    for enrolment in cycle.enrolments.select_related("person"):
        assert enrolment.person.email not in text


def test_erased_candidate_is_gone(cycle):
    camille = cycle.enrolments.get(person__family_name="Aubrac").person
    erasure.erase(camille, by=camille)

    assert "Aubrac" not in text_of(cycle)


def test_markup_and_line_feeds_in_what_they_wrote(cycle):
    Application.objects.update(motivation="<b>Oui</b> & =HYPERLINK(1)\n\nEt puis ?")

    text = text_of(cycle)

    assert text.count("<b>Oui</b> & =HYPERLINK(1)") == 5


def test_characters_that_nobody_can_print(cycle):
    cycle.title = "Produire\0 \x1b[31m et diffuser"

    assert "et diffuser" in words(made.composition_file(cycle))


def test_nobody_asks(cycle):
    cycle.enrolments.all().delete()

    assert "Aucune demande n’attend de décision." in text_of(cycle)


def test_title_of_300_characters_and_a_house_without_a_name(cycle, settings):
    settings.AGENCY = dict.fromkeys(settings.AGENCY, "")
    cycle.title = ("Anticonstitutionnellement " * 12)[:300]
    cycle.save()

    assert text_of(cycle).count("Anticonstitutionnellement") >= 11


@pytest.mark.slow
def test_sixty_candidates_who_write_at_length_are_all_there():
    cycle = made.composed(motivation="Une phrase. " * 100, times=12)
    page = engine.source(
        composition.TEMPLATE, composition.context(cycle, cycle.officer)
    )

    data = engine.pdf(page)

    assert words(data).count("Une phrase.") > 5900
    assert len(opened(data).pages) > 20


def test_file_is_tagged_with_its_charts_described(cycle):
    data = made.composition_file(cycle)
    found = tags(data)

    assert {"/H1", "/H2", "/H3", "/Table", "/Caption", "/Figure"} <= set(found)
    assert opened(data).trailer["/Root"]["/Lang"] == "fr"
    assert all("/FontFile2" in one for _name, one, _way in fonts(data))
    assert b"/Alt" in b"".join(str(one.get_object()).encode() for one in figures(data))


def figures(data):
    """Every drawing of the structure tree."""
    found = []

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.append(node)
            walk(node.get("/K", []))

    walk(opened(data).trailer["/Root"]["/StructTreeRoot"])
    return found


# --- Who takes it ------------------------------------------------------------
def test_officer_in_charge_takes_it_from_the_board(client, cycle):
    client.sign_in(cycle.officer)
    board = reverse("admin:activities_activity_board", args=[cycle.pk])

    assert url(cycle) in client.get(board).text
    answer = client.get(url(cycle))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert "Camille Aubrac" in words(answer.content)
    assert not IssuedDocument.objects.exists()
    entry = JournalEntry.objects.get(action="take_list")
    assert entry.by == cycle.officer
    assert entry.data == {"model": "activities.application", "rows": 5, "format": "pdf"}


@pytest.mark.parametrize(
    "role", ["officer", "secretary", "direction", "accountant", "superuser"]
)
def test_nobody_else_does(client, cycle, role):
    client.sign_in(PersonFactory(**{role: True}))

    answer = client.get(url(cycle))

    assert answer.status_code in (403, 404)
    assert made.MOTIVATION.encode() not in answer.content
    assert b"%PDF" not in answer.content
    assert not JournalEntry.objects.filter(action="take_list").exists()


def test_professional_is_refused(client, cycle):
    candidate = cycle.enrolments.get(person__family_name="Aubrac").person

    assert client.sign_in(candidate).get(url(cycle)).status_code == 403


def test_activity_that_nobody_reviews_has_no_file(client, officer):
    activity = ActivityFactory(officer=officer, registration_mode="open")

    assert client.sign_in(officer).get(url(activity)).status_code == 404


def test_as_many_queries_for_five_candidates_as_for_fifteen():
    counts = []
    for times in (1, 3):
        cycle = made.composed(times=times)
        with CaptureQueriesContext(connection) as asked:
            composition.context(cycle, cycle.officer)
        counts.append(len(asked))

    assert counts[0] == counts[1]
