"""What the desk does with a file, and what its guards refuse (references/grants.md, C.3)."""

from datetime import timedelta

import pytest

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from grants.models import InternalNote
from grants.services import checks, instruction
from grants.states import ApplicationState
from tests.grants.desk import complete, person_with
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ApplicationFactory,
    PerformanceFactory,
    RulesFactory,
    SittingFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


def last_entry(application):
    return JournalEntry.objects.about(application).order_by("-seq")[0]


# --- T5: admissible or not -----------------------------------------------------------
def test_a_complete_file_is_admitted(officer):
    one = complete()

    instruction.admit(one, by=officer)

    one.refresh_from_db()
    assert one.state == S.ADMISSIBLE
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("state", ["to_check", "invalid", "expired", None])
def test_a_paper_that_is_not_in_order_holds_it(officer, state):
    one = complete()
    paper = one.documents.get(requirement="urssaf")
    if state is None:
        paper.delete()
    else:
        one.documents.filter(pk=paper.pk).update(check_state=state)

    with pytest.raises(MoveBlocked, match="Attestation Urssaf"):
        instruction.admit(one, by=officer)

    one.refresh_from_db()
    assert one.state == S.SUBMITTED


def test_a_blocking_rule_that_is_not_met_holds_it(officer):
    one = complete()
    one.performances.all().delete()
    PerformanceFactory(application=one, count=1)

    with pytest.raises(MoveBlocked, match="Deux représentations"):
        instruction.admit(one, by=officer)


def test_a_rule_that_warns_only_does_not(officer):
    rules = RulesFactory(full=True)
    rules.eligibility_rules.update(severity="warning")
    one = complete(rules=rules)
    one.performances.update(count=1)

    instruction.admit(one, by=officer)

    assert one.state == S.ADMISSIBLE


def test_a_waiver_is_kept_where_colleagues_read_it(officer):
    one = ApplicationFactory(sent=True, tour=True, rules__full=True)

    instruction.admit(one, by=officer, reason="Le RIB arrive lundi.")

    note = InternalNote.objects.get()
    assert (note.body, note.author, note.application) == (
        "Le RIB arrive lundi.",
        officer,
        one,
    )
    assert last_entry(one).data["reason"] == "Le RIB arrive lundi."


def test_what_is_not_needed_does_not_hold_it(officer):
    rules = RulesFactory(full=True)
    rules.requirements.filter(key="urssaf").update(needed="abroad")
    one = complete(rules=rules)
    one.documents.filter(requirement="urssaf").delete()

    assert not instruction.not_admissible(one)

    PerformanceFactory(application=one, zone="europe")
    assert len(instruction.not_admissible(type(one).objects.get(pk=one.pk))) == 1


def test_a_replaced_paper_is_not_the_one_that_counts(officer):
    one = complete()
    old = one.documents.get(requirement="urssaf")
    new = ApplicationDocumentFactory(application=one, requirement="urssaf")
    one.documents.filter(pk=old.pk).update(replaced_by=new)

    line = next(x for x in checks.checklist(one) if x.requirement.key == "urssaf")

    assert [one.paper for one in line.given] == [new]
    assert line.earlier == [old]
    assert "Attestation Urssaf" in line.why


def test_dismissed_each_of_its_authors_is_told_why(officer):
    one = ApplicationFactory(sent=True)
    ApplicationEditorFactory(application=one)

    instruction.dismiss(one, by=officer, told="Le siège n’est pas dans la région.")

    one.refresh_from_db()
    assert (one.state, one.told) == (
        S.INADMISSIBLE,
        "Le siège n’est pas dans la région.",
    )
    assert one.ended_at is not None
    texts = OutgoingEmail.objects.values_list("text", flat=True)
    assert len(texts) == 2
    assert all("Le siège n’est pas dans la région." in text for text in texts)


def test_no_reason_no_dismissal(officer):
    one = ApplicationFactory(sent=True)

    with pytest.raises(MoveBlocked):
        instruction.dismiss(one, by=officer, told="")

    assert not OutgoingEmail.objects.exists()


# --- Papers ----------------------------------------------------------------------------
def test_a_check_says_who_and_when(officer):
    one = complete()
    paper = ApplicationDocumentFactory(application=one, requirement="autre")

    checks.check(paper, "invalid", by=officer, comment="Illisible.")

    paper.refresh_from_db()
    assert (paper.check_state, paper.comment) == ("invalid", "Illisible.")
    assert paper.checked_by == officer
    assert last_entry(one).action == "check_paper"


def test_what_is_wrong_is_said(officer):
    with pytest.raises(MoveBlocked):
        checks.check(
            ApplicationDocumentFactory(application=complete()), "invalid", by=officer
        )


def test_neither_a_replaced_paper_nor_one_of_a_file_that_is_over_is_checked(officer):
    one = complete()
    old, new = one.documents.all()
    one.documents.filter(pk=old.pk).update(replaced_by=new)
    over = ApplicationDocumentFactory(application=ApplicationFactory(withdrawn=True))

    for paper in (old, over):
        with pytest.raises(MoveBlocked):
            checks.check(paper, "valid", by=officer)


# --- Whose it is -------------------------------------------------------------------------
def test_who_takes_it_up_is_its_rapporteur(officer):
    one = ApplicationFactory(admissible=True)

    instruction.instruct(one, by=officer)

    one.refresh_from_db()
    assert (one.state, one.rapporteur) == (S.INSTRUCTION, officer)


def test_it_is_given_to_somebody_of_the_team_alone(officer):
    one = ApplicationFactory(sent=True)
    secretary = person_with("secretary")

    instruction.assign(one, secretary, by=officer)

    one.refresh_from_db()
    assert one.rapporteur == secretary
    assert last_entry(one).action == "assign_rapporteur"
    for other in (PersonFactory(), person_with("accountant")):
        with pytest.raises(MoveBlocked):
            instruction.assign(one, other, by=officer)


def test_of_two_who_give_it_the_second_is_told(officer):
    one = ApplicationFactory(sent=True)
    stale = type(one).objects.get(pk=one.pk)
    instruction.assign(one, officer, by=officer)

    with pytest.raises(MoveBlocked):
        instruction.assign(stale, person_with("direction"), by=officer)


# --- The agenda (T7) ---------------------------------------------------------------------
def test_it_goes_on_the_agenda_of_its_sitting(officer):
    one = ApplicationFactory(ready=True)
    own = one.sitting_id

    instruction.schedule(one, by=officer)
    instruction.unschedule(one, by=officer)

    one.refresh_from_db()
    assert (one.state, one.sitting_id) == (S.READY, own)


def test_a_sitting_that_has_begun_or_is_off_takes_nothing_more(officer):
    one = ApplicationFactory(ready=True)
    session = one.sitting.session
    for change in ({"starts_at": now() - timedelta(hours=1)}, {"state": "cancelled"}):
        type(session).objects.filter(pk=session.pk).update(**change)
        one = type(one).objects.get(pk=one.pk)
        with pytest.raises(MoveBlocked):
            instruction.schedule(one, by=officer)


def test_another_sitting_of_its_scheme_needs_a_reason(officer):
    one = ApplicationFactory(ready=True)
    later, foreign = SittingFactory(schemes=[one.scheme]), SittingFactory()

    with pytest.raises(MoveBlocked):
        instruction.schedule(one, by=officer, sitting=later)
    with pytest.raises(MoveBlocked):
        instruction.schedule(one, by=officer, sitting=foreign, reason="Plein.")
    instruction.schedule(one, by=officer, sitting=later, reason="Plein.")

    one.refresh_from_db()
    assert (one.state, one.sitting) == (S.SCHEDULED, later)


# --- T15 -----------------------------------------------------------------------------------
def test_it_is_withdrawn_with_a_proof(officer):
    one = ApplicationFactory(scheduled=True)

    with pytest.raises(MoveBlocked):
        instruction.withdraw(one, by=officer, proof="")
    instruction.withdraw(one, by=officer, proof="Courriel du 3 novembre.")

    one.refresh_from_db()
    assert one.state == S.WITHDRAWN
    assert one.ended_at is not None
    assert last_entry(one).data["reason"] == "Courriel du 3 novembre."
    letter = OutgoingEmail.objects.get(template="grants/emails/withdrawn")
    assert letter.person == one.editors.get().person


def test_a_stale_copy_moves_nothing(officer):
    one = complete()
    stale = type(one).objects.get(pk=one.pk)
    instruction.admit(one, by=officer)

    with pytest.raises(MoveRefused):
        instruction.admit(stale, by=officer)
