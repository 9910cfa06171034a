"""Each step from the desk, on one file and on many: forms, refusals, stale pages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.clock import now, today
from agency.mail.models import OutgoingEmail
from grants.models import Extension, InternalNote
from grants.services import instruction
from grants.states import ApplicationState
from tests.core.desk import form_of, texts
from tests.grants.desk import LIST, complete, page, person_with, reported, step
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationFactory,
    RulesFactory,
    SittingFactory,
)
from tests.people.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState
EXTENSIONS = "/gestion/grants/extension/"


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


def state(application):
    application.refresh_from_db()
    return application.state


# --- One after the other ----------------------------------------------------------------
def test_from_the_check_to_the_agenda(desk, officer):
    one = complete()
    desk.post(step(one, "admit"))
    desk.post(step(one, "instruct"))
    line = one.expenses.get()
    desk.post(
        page(one, "retain", line.pk),
        {"version": 0, "amount": "354,00 €", "reason": "Plafond du barème."},
    )
    desk.post(
        page(one, "report"),
        {
            "version": 0,
            "summary": "Deux dates.",
            "context": "Repérée.",
            "budget": "Tenu.",
            "opinion": "favourable",
            "amount": "",
        },
    )
    desk.post(step(one, "finish"))
    sitting = one.sitting_id
    desk.post(step(one, "schedule"), {"sitting": sitting, "reason": ""})

    assert state(one) == S.SCHEDULED
    line.refresh_from_db()
    assert (line.retained, one.rapporteur) == (354, officer)
    assert one.proposed == one.computed
    assert not OutgoingEmail.objects.exists()

    desk.post(step(one, "unschedule"))
    desk.post(step(one, "reopen"))
    assert state(one) == S.INSTRUCTION


def test_what_is_missing_is_said_before_and_needs_a_waiver(desk):
    one = ApplicationFactory(sent=True, tour=True, rules__full=True)
    url = step(one, "admit")

    said = desk.get(url).content.decode()
    refused = desk.post(url, {"reason": ""}).content.decode()

    assert "RIB\u202f: pièce manquante." in said
    assert "Il manque quelque chose" in refused
    assert state(one) == S.SUBMITTED

    desk.post(url, {"reason": "Le RIB arrive."})
    assert state(one) == S.ADMISSIBLE


def test_a_dismissal_needs_its_reason(desk):
    one = ApplicationFactory(sent=True)
    url = step(one, "dismiss")

    assert "Écrivez le motif" in desk.post(url, {"told": ""}).content.decode()
    desk.post(url, {"told": "Le siège n’est pas dans la région."})

    assert state(one) == S.INADMISSIBLE
    assert OutgoingEmail.objects.count() == 1


def test_a_refusal_of_the_service_keeps_what_was_typed(desk):
    one = ApplicationFactory(ready=True)
    session = one.sitting.session
    type(session).objects.filter(pk=session.pk).update(starts_at=now())

    said = desk.post(
        step(one, "schedule"), {"sitting": one.sitting_id, "reason": "Vite."}
    ).content.decode()

    assert "déjà commencé" in said
    assert "Vite." in said
    assert state(one) == S.READY


def test_a_report_that_is_not_written_is_said_on_the_page(desk, officer):
    one = complete(instructed=True, rapporteur=officer)

    said = desk.post(step(one, "finish")).content.decode()

    assert "n’est pas rédigée" in said
    assert state(one) == S.INSTRUCTION


def test_withdrawn_with_its_proof(desk):
    one = ApplicationFactory(admissible=True)
    url = step(one, "withdraw")

    assert desk.post(url, {"proof": ""}).status_code == 200
    desk.post(url, {"proof": "Courriel du 3 novembre."})

    assert state(one) == S.WITHDRAWN


# --- A page gone stale --------------------------------------------------------------------
@pytest.mark.parametrize("name", ["admit", "dismiss", "instruct", "finish", "schedule"])
def test_a_step_from_a_page_gone_stale_does_nothing(desk, name):
    one = ApplicationFactory(withdrawn=True)

    response = desk.post(step(one, name), {"told": "Non.", "reason": "Oui."})

    assert response.status_code == 302
    assert state(one) == S.WITHDRAWN
    assert not OutgoingEmail.objects.exists()


def test_a_report_saved_by_somebody_else_is_not_written_over(desk):
    one = reported()
    answers = {"version": 0, "summary": "La mienne.", "opinion": "", "amount": ""}

    said = desk.post(page(one, "report"), answers).content.decode()

    one.report.refresh_from_db()
    assert "Quelqu’un d’autre a enregistré" in said
    assert "La mienne." in said
    assert one.report.summary == "Une tournée de deux dates."


@pytest.mark.parametrize("trait", ["admissible", "ready", "scheduled"])
def test_what_is_closed_is_not_written(desk, trait):
    one = ApplicationFactory(tour=True, **{trait: True})
    line = one.expenses.get()

    for url in (page(one, "report"), page(one, "retain", line.pk)):
        response = desk.post(url, {"version": 0, "amount": "1", "reason": "Non."})
        assert response.status_code == 302, url
    line.refresh_from_db()
    assert line.retained is None


# --- Amounts as they are typed ---------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("100", 100),
        ("100,50", "100.50"),
        ("1\u202f00 €", 100),
        ("1 0 0,5 €", "100.50"),
        ("1\u00a000", 100),
    ],
)
def test_an_amount_is_understood(desk, typed, kept):
    one = reported()
    line = one.expenses.get()

    desk.post(
        page(one, "retain", line.pk), {"version": 0, "amount": typed, "reason": "Oui."}
    )

    line.refresh_from_db()
    assert line.retained == type(line.unit_amount)(kept)


@pytest.mark.parametrize(
    "typed", ["-1", "abc", "1,234", "999999999999999", "473", "1e3", "NaN"]
)
def test_an_amount_that_is_none_is_refused(desk, typed):
    one = reported()
    line = one.expenses.get()

    response = desk.post(
        page(one, "retain", line.pk), {"version": 0, "amount": typed, "reason": "Oui."}
    )

    line.refresh_from_db()
    assert response.status_code == 200
    assert line.retained is None


# --- Papers, notes, whose it is -------------------------------------------------------------
def test_a_paper_is_checked(desk, officer):
    one = complete()
    paper = ApplicationDocumentFactory(application=one, requirement="urssaf")
    url = page(one, "check", paper.pk)

    assert desk.post(url, {"verdict": "invalid"}).status_code == 200
    desk.post(url, {"verdict": "invalid", "comment": "Elle est de 2024."})

    paper.refresh_from_db()
    assert (paper.check_state, paper.comment) == ("invalid", "Elle est de 2024.")
    assert paper.checked_by == officer


@pytest.mark.parametrize("scan", ["infected", "pending"])
def test_what_the_scanner_has_not_let_through_is_not(desk, scan):
    paper = ApplicationDocumentFactory(
        application=complete(), requirement="urssaf", scan=scan
    )

    assert "ne s’ouvre pas" in (
        desk.get(page(paper.application, "check", paper.pk)).content.decode()
    )


def test_bank_details_are_opened_to_check_them_and_then_by_who_pays(client):
    one = complete()
    paper = one.documents.get(requirement="rib")
    address = reverse("grants:paper-file", args=[one.uuid, paper.uuid])

    for role, after in (("officer", False), ("direction", True)):
        client.sign_in(person_with(role))
        one.documents.filter(pk=paper.pk).update(check_state="to_check")
        url = page(one, "check", paper.pk)
        assert address in client.get(url).content.decode()
        one.documents.filter(pk=paper.pk).update(check_state="valid")
        assert (address in client.get(url).content.decode()) is after


def test_a_paper_of_another_file_is_not_there(desk):
    one, other = complete(), complete()

    url = page(one, "check", other.documents.first().pk)
    assert desk.get(url).status_code == 404


def test_a_note_is_kept(desk, officer):
    one = ApplicationFactory(sent=True)

    assert desk.post(page(one, "note"), {"body": ""}).status_code == 200
    desk.post(page(one, "note"), {"body": "Rappeler lundi."})

    note = InternalNote.objects.get()
    assert (note.body, note.author) == ("Rappeler lundi.", officer)


def test_it_is_given_to_a_rapporteur(desk):
    one, secretary = ApplicationFactory(sent=True), person_with("secretary")

    desk.post(page(one, "assign"), {"rapporteur": secretary.pk})
    desk.post(page(one, "assign"), {"rapporteur": PersonFactory().pk})

    one.refresh_from_db()
    assert one.rapporteur == secretary


# --- Many at once ---------------------------------------------------------------------------
def bulk(desk, action, rows, **answers):
    keys = [row.pk for row in rows]
    return desk.post(
        LIST, {"action": action, "_selected_action": keys, "index": 0, **answers}
    )


def test_those_that_may_be_are_admitted_and_the_others_say_why(desk):
    rules = RulesFactory(full=True)
    good, other = complete(rules=rules), complete(rules=rules)
    bare = ApplicationFactory(sent=True, tour=True, rules=rules)
    gone = ApplicationFactory(withdrawn=True)

    said = bulk(desk, "move_admit", [good, other, bare, gone]).content.decode()
    assert "RIB\u202f: pièce manquante." in said
    assert state(good) == S.SUBMITTED

    bulk(desk, "move_admit", [good, other, bare, gone], confirmed="1")
    assert (state(good), state(other)) == (S.ADMISSIBLE, S.ADMISSIBLE)
    assert (state(bare), state(gone)) == (S.SUBMITTED, S.WITHDRAWN)


def test_those_that_are_ready_go_on_the_agenda(desk):
    ready, late = ApplicationFactory(ready=True), ApplicationFactory(ready=True)
    session = late.sitting.session
    type(session).objects.filter(pk=session.pk).update(starts_at=now())
    early = ApplicationFactory(admissible=True)

    bulk(desk, "move_schedule", [ready, late, early], confirmed="1")

    assert state(ready) == S.SCHEDULED
    assert (state(late), state(early)) == (S.READY, S.ADMISSIBLE)


def test_many_are_given_to_one_rapporteur(desk, officer):
    rows = [ApplicationFactory(sent=True), ApplicationFactory(instructed=True)]
    over = ApplicationFactory(withdrawn=True)

    shown = bulk(desk, "assign", [*rows, over])
    assert over.number in shown.content.decode()
    response = bulk(desk, "assign", [*rows, over], confirmed="1", rapporteur=officer.pk)

    for row in (*rows, over):
        row.refresh_from_db()
    assert [row.rapporteur for row in (*rows, over)] == [officer, officer, None]
    assert "2 dossiers confiés" in texts(desk.get(response.url))[0]


def test_the_decider_has_no_action(client):
    one = complete()
    client.sign_in(person_with("decider"))

    bulk(client, "move_admit", [one], confirmed="1")
    bulk(client, "assign", [one], confirmed="1", rapporteur=1)

    assert state(one) == S.SUBMITTED


# --- Extensions -------------------------------------------------------------------------------
def test_an_extension_says_who_granted_it(desk, officer):
    sitting, house = SittingFactory(closed=True), OrganisationFactory()
    data = form_of(desk, f"{EXTENSIONS}add/") | {
        "sitting": sitting.pk,
        "organisation": house.pk,
        "until_0": (today() + timedelta(days=3)).isoformat(),
        "until_1": "18:00",
        "reason": "Panne du site.",
    }

    desk.post(f"{EXTENSIONS}add/", data)

    one = Extension.objects.get()
    assert (one.organisation, one.granted_by) == (house, officer)


@pytest.mark.parametrize("days", [-30, 90])
def test_it_ends_between_the_deadline_and_the_sitting(desk, days):
    sitting, house = SittingFactory(closed=True), OrganisationFactory()
    data = form_of(desk, f"{EXTENSIONS}add/") | {
        "sitting": sitting.pk,
        "organisation": house.pk,
        "until_0": (today() + timedelta(days=days)).isoformat(),
        "until_1": "18:00",
        "reason": "Panne du site.",
    }

    assert desk.post(f"{EXTENSIONS}add/", data).status_code == 200
    assert not Extension.objects.exists()


def test_the_list_of_those_who_may_instruct():
    names = ("officer", "secretary", "direction")
    team = {person_with(name) for name in names}
    person_with("accountant")

    assert set(instruction.rapporteurs()) == team
