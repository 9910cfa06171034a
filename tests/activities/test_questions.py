"""The questions of a form: seven kinds, conditions, who reads the answers."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from agency.activities.choices import QuestionKind, Readers
from agency.activities.forms import EnrolmentForm
from agency.activities.forms.questions import name_of
from agency.activities.models import Activity, Answer, Enrolment
from agency.activities.services import enrolments, papers
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    PracticeCycleFactory,
    QuestionFactory,
)
from tests.core.desk import form_of
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
K = QuestionKind


@pytest.fixture
def activity():
    return ActivityFactory()


def form_for(activity, sent=None, **fields):
    """The form as a browser sends it: {question: what is typed, or a list}."""
    data = QueryDict(mutable=True)
    for question, value in (sent or {}).items():
        data.setlist(name_of(question), value if isinstance(value, list) else [value])
    fresh = Activity.objects.with_hybrid().get(pk=activity.pk)
    bound = None if sent is None else data
    return EnrolmentForm(bound, person=PersonFactory(), activity=fresh, **fields)


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "said"),
    [
        (K.TEXT, "Une ligne", "Une ligne", "Une ligne"),
        (K.LONG, "Deux\r\nlignes", "Deux\nlignes", "Deux\nlignes"),
        (K.CHOICE, "Midi", "Midi", "Midi"),
        (K.MULTI, ["Matin", "Midi"], ["Matin", "Midi"], "Matin, Midi"),
        (K.BOOL, "no", False, "non"),
        (K.BOOL, "yes", True, "oui"),
        (K.DATE, "2027-01-15", "2027-01-15", "15\u00a0janvier\u00a02027"),
        (K.NUMBER, "12", 12, "12"),
        (K.NUMBER, "2,5", 2.5, "2,5"),
    ],
)
def test_each_kind_is_kept_and_read_again(activity, kind, typed, kept, said):
    question = QuestionFactory(
        activity=activity, kind=kind, options="Matin\nMidi", required=True
    )
    form = form_for(activity, {question: typed})
    assert form.is_valid(), form.errors
    enrolment = EnrolmentFactory(activity=activity, confirmed=True)

    papers.keep(enrolment, form.papers())

    answer = Answer.objects.get()
    assert (answer.value, str(answer.said())) == (kept, said)
    data = QueryDict(mutable=True)
    data.setlist(name_of(question), typed if isinstance(typed, list) else [typed])
    again = EnrolmentForm(
        data, person=enrolment.person, activity=form.activity, enrolment=enrolment
    )
    assert not again.has_changed()


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(K.CHOICE, "Soir"), (K.MULTI, ["Soir"]), (K.DATE, "hier"), (K.NUMBER, "peu")],
)
def test_what_is_no_answer_is_told_beside_the_question(activity, kind, typed):
    question = QuestionFactory(activity=activity, kind=kind, options="Matin\nMidi")

    form = form_for(activity, {question: typed})

    assert list(form.errors) == [name_of(question)]


def test_an_answer_that_is_needed_is_needed(activity):
    question = QuestionFactory(activity=activity, required=True)
    optional = QuestionFactory(activity=activity)

    form = form_for(activity, {question: "", optional: ""})

    assert list(form.errors) == [name_of(question)]


@pytest.mark.parametrize(("value", "kept"), [(False, 1), (0, 1), ("", 0), ([], 0)])
def test_a_no_is_an_answer_from_the_start(activity, value, kept):
    question = QuestionFactory(activity=activity, kind=K.BOOL)
    given = papers.Papers(answers={question: value})

    enrolments.register(activity, person=PersonFactory(), given=given)

    assert Answer.objects.count() == kept


# --- Conditions --------------------------------------------------------------
@pytest.fixture
def car(activity):
    # Before the row that a test adds, however many questions the run has made.
    return QuestionFactory(
        activity=activity, order=1, kind=K.BOOL, label="Venez-vous en voiture ?"
    )


@pytest.fixture
def seats(activity, car):
    return QuestionFactory(
        activity=activity,
        label="Combien de places libres ?",
        required=True,
        depends_on=car,
        depends_value="oui",
    )


def test_a_condition_is_said_in_words(activity, seats):
    form = form_for(activity)

    assert form[name_of(seats)].label == (
        "Si oui\u202f: Combien de places libres\u202f?"
    )


def test_a_question_is_needed_only_when_its_condition_holds(activity, car, seats):
    assert not form_for(activity, {car: "yes", seats: ""}).is_valid()
    assert form_for(activity, {car: "no", seats: ""}).is_valid()
    assert form_for(activity, {car: "", seats: ""}).is_valid()


def test_what_is_answered_to_a_question_not_asked_is_not_kept(activity, car, seats):
    form = form_for(activity, {car: "no", seats: "trois"})

    assert form.is_valid()
    assert form.papers().answers == {car: False}


def test_a_question_that_follows_one_not_asked_is_not_asked(activity, car, seats):
    last = QuestionFactory(
        activity=activity, required=True, depends_on=seats, depends_value=""
    )

    form = form_for(activity, {car: "no", seats: "trois", last: ""})

    assert form.is_valid(), form.errors


def test_a_condition_on_a_choice_forgives_accents_and_case(activity):
    first = QuestionFactory(activity=activity, kind=K.CHOICE, options="Théâtre\nDanse")
    then = QuestionFactory(
        activity=activity, required=True, depends_on=first, depends_value="theatre"
    )

    assert not form_for(activity, {first: "Théâtre", then: ""}).is_valid()
    assert form_for(activity, {first: "Danse", then: ""}).is_valid()


def test_the_page_hides_nothing_without_scripts(client, activity, car, seats):
    client.force_login(PersonFactory())

    text = client.get(reverse("activities:enrolment-create", args=[activity.slug])).text

    assert f'data-asked-after="{name_of(car)}" data-asked-value="yes"' in text
    assert "js/questions" in text
    assert " hidden" not in text[text.index("data-questions") : text.index("</form>")]


# --- Who reads ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("readers", "said"),
    [
        (Readers.OFFICER, "et par personne d’autre."),
        (Readers.FACILITATOR, "et par la personne qui anime les séances."),
        (Readers.GROUP, "et par le groupe."),
    ],
)
def test_each_question_says_who_reads_the_answer(activity, readers, said):
    question = QuestionFactory(activity=activity, readers=readers)

    hint = form_for(activity)[name_of(question)].help_text

    assert activity.officer.full_name in hint
    assert hint.endswith(said)


def test_an_answer_is_read_by_the_officer_in_charge_and_its_author():
    question = QuestionFactory()
    enrolment = EnrolmentFactory(activity=question.activity, confirmed=True)
    Answer.objects.create(enrolment=enrolment, question=question, value="Oui")
    others = [
        PersonFactory(**{role: True})
        for role in ("officer", "secretary", "direction", "accountant", "superuser")
    ]

    assert Answer.objects.visible_to(question.activity.officer).exists()
    assert Answer.objects.visible_to(enrolment.person).exists()
    for one in (*others, PersonFactory()):
        assert not Answer.objects.visible_to(one).exists()


@pytest.fixture
def group():
    """Two members, who leads them, and what the second answered for each kind of reader."""
    activity = PracticeCycleFactory(sessions=1)
    reader, author = (
        EnrolmentFactory(activity=activity, confirmed=True) for _n in range(2)
    )
    leader = FacilitatorFactory(activity=activity).person
    for readers in Readers:
        question = QuestionFactory(activity=activity, readers=readers)
        Answer.objects.create(
            enrolment=author, question=question, value=f"Pour {readers}"
        )
    return reader, author, leader


def read(person):
    rows = Answer.objects.visible_to(person).order_by("question__order")
    return [one.value for one in rows]


def test_an_answer_is_read_by_those_whom_the_form_named(group):
    reader, author, leader = group
    other = FacilitatorFactory().person
    waiting = EnrolmentFactory(activity=reader.activity, waitlisted=True).person

    assert read(leader) == ["Pour facilitator", "Pour group"]
    assert read(reader.person) == ["Pour group"]
    assert len(read(author.person)) == 3
    assert (
        read(other)
        == read(waiting)
        == read(EnrolmentFactory(confirmed=True).person)
        == []
    )


def test_whoever_left_is_read_no_more(group):
    reader, author, leader = group

    enrolments.withdraw(author, by=author.person)
    assert read(leader) == read(reader.person) == []


def test_whoever_left_reads_no_more(group):
    reader, _author, _leader = group

    enrolments.withdraw(reader, by=reader.person)

    assert read(reader.person) == []


def test_members_find_on_their_page_what_was_written_for_the_group(client, group):
    reader, author, _leader = group
    client.sign_in(reader.person)

    page = client.get(reader.get_absolute_url()).text

    assert author.person.full_name in page
    assert "Pour group" in page
    assert "Pour facilitator" not in page
    assert "Pour officer" not in page


def test_facilitators_find_it_with_their_session(client, group):
    reader, _author, leader = group
    client.sign_in(leader)

    session = reader.activity.sessions.get()
    page = client.get(reverse("activities:animation-session", args=[session.uuid])).text

    assert "Pour group" in page
    assert "Pour facilitator" in page
    assert "Pour officer" not in page


# --- On the desk -------------------------------------------------------------
def rows(url, desk, **typed):
    """The form of the page with one new row of questions."""
    sent = form_of(desk, url)
    sent["questions-TOTAL_FORMS"] = int(sent["questions-INITIAL_FORMS"]) + 1
    at = sent["questions-INITIAL_FORMS"]
    new = {"order": 99, "kind": "text", "readers": "officer"} | typed
    return sent | {f"questions-{at}-{name}": value for name, value in new.items()}


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def test_an_officer_adds_a_question(desk, activity):
    url = f"/gestion/groups/peergroup/{activity.pk}/formulaire/"

    desk.post(url, rows(url, desk, label="D’où venez-vous ?"))

    assert activity.questions.get().label == "D’où venez-vous ?"


def test_a_condition_that_nobody_can_fulfil_is_refused(desk, activity, car):
    url = f"/gestion/groups/peergroup/{activity.pk}/formulaire/"
    typed = {"label": "Combien ?", "depends_on": car.pk, "depends_value": "peut-être"}

    page = desk.post(url, rows(url, desk, **typed))

    assert "Écrivez oui, ou non." in page.text
    assert activity.questions.count() == 1


def test_what_was_answered_does_not_become_another_question(desk, activity, car):
    enrolment = EnrolmentFactory(activity=activity, confirmed=True)
    Answer.objects.create(enrolment=enrolment, question=car, value=True)
    url = f"/gestion/groups/peergroup/{activity.pk}/formulaire/"

    page = desk.post(url, form_of(desk, url) | {"questions-0-kind": "date"})

    assert "Des personnes ont déjà répondu" in page.text
    assert Enrolment.objects.get().answers.get().said() == "oui"


def test_what_was_answered_is_read_by_nobody_more(desk, activity):
    question = QuestionFactory(activity=activity, readers=Readers.FACILITATOR)
    enrolment = EnrolmentFactory(activity=activity, confirmed=True)
    Answer.objects.create(enrolment=enrolment, question=question, value="Oui")
    url = f"/gestion/groups/peergroup/{activity.pk}/formulaire/"

    page = desk.post(url, form_of(desk, url) | {"questions-0-readers": "group"})

    question.refresh_from_db()
    assert "le formulaire annonçait moins de monde" in page.text
    assert question.readers == Readers.FACILITATOR
    desk.post(url, form_of(desk, url) | {"questions-0-readers": "officer"})
    question.refresh_from_db()
    assert question.readers == Readers.OFFICER


def test_a_rule_asks_what_its_subject_needs(desk, activity):
    url = f"/gestion/groups/peergroup/{activity.pk}/formulaire/"
    sent = form_of(desk, url) | {
        "eligibility_rules-TOTAL_FORMS": 1,
        "eligibility_rules-0-subject": "years",
        "eligibility_rules-0-force": "blocking",
    }

    page = desk.post(url, sent)

    assert "Écrivez combien d’années sont demandées" in page.text
    desk.post(url, sent | {"eligibility_rules-0-years": 2})
    assert activity.eligibility_rules.get().years == 2
