"""The list at the door: of open sessions alone, names and nothing that is told in private."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agency.activities.printed import reception
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from tests.activities.factories import (
    AccessNeedFactory,
    ActivityFactory,
    CharterFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
    VenueFactory,
)
from tests.documents import printed as made
from tests.documents.reading import opened, tags, words
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def url(session):
    return reverse("admin:activities_session_reception", args=[session.pk])


def names(count):
    return [(f"Prénom{n}", f"Nom{n:04d}", "", "onsite") for n in range(count)]


def text_of(session):
    session = reception.READ.get(pk=session.pk)
    return words(made.reception_list(session))


# --- What it says ------------------------------------------------------------
def test_list_says_who_is_awaited_and_where():
    text = words(made.reception_list())

    for said in (
        "Liste d’accueil",
        "Groupe communication",
        "15 vendredi janvier 2027",
        "9 h 30 – 12 h 30",
        "La Filature basse salle Navette Bréville",
        "5 personnes attendues : 4 sur place, 1 à distance.",
        "Diallo Awa Compagnie du Seuil sur place",
        "Éon Élodie Bureau Nomade à distance",
        "Sans inscription",
        "Total",
    ):
        assert said in text, said
    order = [text.index(name) for name in ("Aubrac", "Diallo", "Éon", "Zimmermann")]
    assert order == sorted(order)


def test_neither_address_nor_need_nor_telephone_is_there():
    session = made.door()
    one = session.participations.first()
    AccessNeedFactory(enrolment=one.enrolment, text="Une boucle magnétique.")
    text = text_of(session)

    assert "boucle" not in text
    for person in [row.person for row in session.participations.all()]:
        assert person.email not in text


def test_excused_are_counted_and_not_named():
    session = made.door(names(3))
    session.participations.filter(person__family_name="Nom0001").update(state="excused")

    text = text_of(session)

    assert "2 personnes attendues" in text
    assert "1 s’est excusée" in text
    assert "Nom0001" not in text


def test_nobody_awaited_leaves_room_for_those_who_come():
    text = text_of(made.door([]))

    assert "attendues :" not in text
    assert "Personne n’est attendu pour l’instant." in text
    assert "Sans inscription" in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"venue": None, "format": "onsite"}, "Lieu à préciser"),
        ({"venue": None, "format": "remote"}, "À distance"),
    ],
)
def test_session_without_a_place(fields, said):
    assert said in text_of(made.door(names(1), **fields))


def test_place_without_an_address():
    bare = VenueFactory(name="La Halle", address="", postal_code="", city="")

    text = text_of(made.door(names(1), venue=bare))

    assert "La Halle salle Navette" in text
    assert "None" not in text


def test_hostile_and_endless_words_stay_words():
    session = made.door([("<b>x</b>", "=HYPERLINK(1)" * 6, "S" * 160, "onsite")])
    session.activity.title = ("<script>x</script> & " * 20)[:300]
    session.activity.save()

    text = text_of(session)

    assert "<b>x</b>" in text
    assert "<script>x</script> &" in text


def test_characters_that_nobody_can_print():
    session = made.door(names(1))
    session.activity.title = "Groupe\0 \x1b[31m\x0c communication"

    text = words(made.reception_list(session))

    assert "communication" in text
    assert "1 personne attendue" in text


def test_no_sealed_title_for_a_list_that_is_not_made():
    assert not reception.is_open(SessionFactory(activity=PracticeCycleFactory()))
    chartered = ActivityFactory(charter=CharterFactory())
    assert not reception.is_open(SessionFactory(activity=chartered))


@pytest.mark.slow
def test_list_of_600_is_whole():
    session = made.door([])
    people = PersonFactory.create_batch(8)
    for person in people:
        ParticipationFactory(session=session, person=person)
    rows, excused = reception.people(reception.READ.get(pk=session.pk))

    data = reception.reception_list(session, rows * 75, excused)

    assert "600 personnes attendues" in words(data)
    assert len(opened(data).pages) > 20


def test_agency_without_a_short_name(settings):
    bare = dict.fromkeys(settings.AGENCY, "")
    settings.AGENCY = bare | {"name": "Agence des Lisières"}

    assert "Agence des Lisières" in words(made.reception_list())


def test_headings_and_tables_are_tagged():
    found = tags(made.reception_list())

    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= set(found)


# --- Who takes it ------------------------------------------------------------
def test_officer_takes_it_from_the_page_of_the_session(client, officer):
    session = made.door()
    client.sign_in(officer)

    page = client.get(reverse("admin:activities_session_change", args=[session.pk]))
    answer = client.get(url(session))

    assert url(session) in page.text
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "accueil-2027-01-15.pdf" in answer["Content-Disposition"]
    assert "Diallo" in words(answer.content)
    entry = JournalEntry.objects.get(action="take_list")
    assert entry.data == {
        "model": "activities.participation",
        "rows": 5,
        "format": "pdf",
    }
    assert not IssuedDocument.objects.exists()


@pytest.mark.parametrize("role", ["accountant", "superuser"])
def test_others_do_not_take_it(client, role):
    session = made.door()

    answer = client.sign_in(PersonFactory(**{role: True})).get(url(session))

    assert answer.status_code in (403, 404)
    assert not JournalEntry.objects.filter(action="take_list").exists()


@pytest.mark.parametrize("closed", ["sealed", "chartered"])
def test_closed_group_is_refused_with_a_sentence(client, officer, closed):
    activity = (
        PracticeCycleFactory(officer=officer)
        if closed == "sealed"
        else ActivityFactory(officer=officer, charter=CharterFactory())
    )
    one = ParticipationFactory(session=SessionFactory(activity=activity))
    client.sign_in(officer)
    change = reverse("admin:activities_session_change", args=[one.session_id])

    assert url(one.session) not in client.get(change).text
    answer = client.get(url(one.session), follow=True)

    assert answer.redirect_chain == [(change, 302)]
    assert "ne traîne sur aucune table" in answer.text
    assert not JournalEntry.objects.filter(action="take_list").exists()


def test_of_a_sealed_group_a_colleague_knows_nothing(client, officer):
    one = ParticipationFactory(session=SessionFactory(activity=PracticeCycleFactory()))

    assert client.sign_in(officer).get(url(one.session)).status_code == 404


def test_as_many_queries_whatever_the_names(client, officer):
    client.sign_in(officer)
    client.get(url(made.door(names(1))))  # kinds of objects are looked up once
    counts = []
    for people in (names(2), names(20)):
        session = made.door(people)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url(session))
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 15
