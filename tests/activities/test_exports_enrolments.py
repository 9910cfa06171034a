"""What leaves the list of enrolments and for whom; the call list; who is found."""

import csv
import io

import pytest
from django.urls import reverse

from agency.activities.choices import NeedKind
from agency.activities.models import Activity, Answer
from agency.core.models import JournalEntry
from tests.activities.factories import (
    AccessNeedFactory,
    ActivityFactory,
    ApplicationFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
    QuestionFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

ENROLMENTS = "/gestion/activities/enrolment/"
MOTIVATION = "Prendre du recul."


def rows_of(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def taken(client, activity=None, kind="csv"):
    query = f"?activity__id__exact={activity.pk}" if activity else ""
    return client.get(f"{ENROLMENTS}exporter/{kind}/{query}")


@pytest.fixture
def cycle(officer):
    """A cycle of this officer: a candidate with a motivation, two answers, a need."""
    cycle = PracticeCycleFactory(officer=officer, registration_mode="application")
    person = PersonFactory(family_name="Roux", phone="+33611223344")
    one = EnrolmentFactory(activity=cycle, person=person, under_review=True)
    ApplicationFactory(enrolment=one, motivation=MOTIVATION, topic="teams")
    why = QuestionFactory(activity=cycle, order=1, label="Pourquoi maintenant ?")
    bus = QuestionFactory(activity=cycle, order=2, kind="bool", label="En train ?")
    Answer.objects.create(enrolment=one, question=why, value="=HYPERLINK(1)")
    Answer.objects.create(enrolment=one, question=bus, value=True)
    AccessNeedFactory(enrolment=one, kind=NeedKind.ACCESS, text="Boucle magnétique")
    EnrolmentFactory(activity=cycle, person=PersonFactory(family_name="Zola"))
    return cycle


# --- With the answers, for who is in charge -----------------------------------------
def test_the_officer_in_charge_takes_the_answers_along(client, officer, cycle):
    header, first, second = rows_of(taken(client.sign_in(officer), cycle))

    found = dict(zip(header, first, strict=True))
    assert found["Téléphone"] == "06\u00a011\u00a022\u00a033\u00a044"
    assert found["Motivation"] == MOTIVATION
    assert found["Type de situations"]
    assert found["En train ?"] == "oui"
    assert second[-2:] == ["", ""]


def test_no_answer_is_a_formula(client, officer, cycle):
    header, first, _second = rows_of(taken(client.sign_in(officer), cycle))

    assert dict(zip(header, first, strict=True))["Pourquoi maintenant ?"] == (
        "'=HYPERLINK(1)"
    )


@pytest.mark.parametrize("label", ["=1+1", "@SUM(A1)", "+33", "-2"])
def test_no_question_is_a_formula(client, officer, cycle, label):
    cycle.questions.filter(order=2).update(label=label)

    header, *_rows = rows_of(taken(client.sign_in(officer), cycle))

    assert header[-1] == f"'{label}"


def test_a_colleague_takes_the_list_without_the_answers(client, cycle):
    colleague = PersonFactory(officer=True)
    Activity.objects.update(kind="peer_group", confidentiality="public")

    answer = taken(client.sign_in(colleague), cycle)

    header, first, _second = rows_of(answer)
    assert first[0].startswith("Roux")
    assert "Motivation" not in header
    text = answer.content.decode()
    assert MOTIVATION not in text
    assert "HYPERLINK" not in text


def test_a_colleague_takes_no_name_of_a_sealed_group(client, cycle):
    answer = taken(client.sign_in(PersonFactory(officer=True)), cycle)

    assert len(rows_of(answer)) == 1  # the header


def test_the_list_of_every_activity_bears_no_answers(client, officer, cycle):
    answer = taken(client.sign_in(officer))

    assert MOTIVATION not in answer.content.decode()
    assert len(rows_of(answer)) == 3


@pytest.mark.parametrize("role", ["officer", "secretary", "direction"])
def test_what_people_need_never_leaves(client, cycle, request, role):
    answer = taken(client.sign_in(request.getfixturevalue(role)), cycle)

    assert "Boucle" not in answer.content.decode()


def test_the_sheet_is_made_in_both_formats(client, officer, cycle):
    answer = taken(client.sign_in(officer), cycle, "xlsx")

    assert answer.content.startswith(b"PK")
    assert JournalEntry.objects.filter(action="take_list", by=officer).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_however_many_rows(
    client, officer, count, django_assert_num_queries
):
    group = ActivityFactory(officer=officer)
    question = QuestionFactory(activity=group)
    for _n in range(count):
        one = EnrolmentFactory(activity=group, confirmed=True, affiliated=True)
        Answer.objects.create(enrolment=one, question=question, value="oui")
    client.sign_in(officer)
    taken(client, group)

    with django_assert_num_queries(15):
        taken(client, group)


# --- Whom to call -------------------------------------------------------------------
def call_list(activity):
    return reverse("admin:activities_enrolment_call_list", args=[activity.pk])


def test_the_line_is_taken_away_in_its_order(client, officer):
    group = ActivityFactory(capacity=1)
    EnrolmentFactory(activity=group, confirmed=True)
    house = OrganisationFactory(name="=Compagnie")
    for name in ("Zola", "Amrouche"):
        person = PersonFactory(
            given_name="Emma", family_name=name, phone="+33611223344"
        )
        AffiliationFactory(person=person, organisation=house)
        EnrolmentFactory(activity=group, person=person, waitlisted=True)
    line = reverse("admin:activities_enrolment_line", args=[group.pk])

    assert call_list(group) in client.sign_in(officer).get(line).text
    answer = client.get(call_list(group))

    assert answer["Content-Disposition"].startswith('attachment; filename="liste-d')
    header, *rows = rows_of(answer)
    assert header[:4] == ["Rang", "Personne", "Téléphone", "Adresse électronique"]
    assert [row[:3] for row in rows] == [
        ["1", "Zola, Emma", "06\u00a011\u00a022\u00a033\u00a044"],
        ["2", "Amrouche, Emma", "06\u00a011\u00a022\u00a033\u00a044"],
    ]
    assert rows[0][4] == "'=Compagnie"
    assert JournalEntry.objects.filter(action="take_list", by=officer).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_call_list_asks_as_much_however_long(
    client, officer, count, django_assert_num_queries
):
    group = ActivityFactory(capacity=1)
    for _n in range(count):
        EnrolmentFactory(activity=group, waitlisted=True, affiliated=True)
    client.sign_in(officer)
    client.get(call_list(group))

    with django_assert_num_queries(8):
        client.get(call_list(group))


def test_the_accountant_takes_no_call_list(client, accountant):
    group = ActivityFactory()

    assert client.sign_in(accountant).get(call_list(group)).status_code == 403


# --- Who is found -------------------------------------------------------------------
@pytest.mark.parametrize(
    "words", ["eclats", "ÉCLATS", "fabrique", "ines.roux@", "roux fabrique"]
)
def test_somebody_is_found_by_each_organisation_and_by_their_address(
    client, officer, words
):
    person = PersonFactory(family_name="Roux", email="ines.roux@lieu.example")
    main = AffiliationFactory(
        person=person, organisation=OrganisationFactory(name="Théâtre des Éclats")
    )
    AffiliationFactory(
        person=person, organisation=OrganisationFactory(name="La Fabrique")
    )
    EnrolmentFactory(person=person, affiliation=main, confirmed=True)
    EnrolmentFactory(
        person=PersonFactory(family_name="Zola"), confirmed=True, affiliated=True
    )

    page = client.sign_in(officer).get(ENROLMENTS, {"q": words}).text

    assert page.count("Roux, ") >= 1
    assert "Zola, " not in page
