"""The rapporteur's report, what is retained, and what closes them (C.3 T6; I2, I13)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agency.core.clock import today
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry, Stale
from grants.models import InternalNote
from grants.services import checks, instruction, report
from grants.states import ApplicationState
from tests.grants.desk import WORDS, complete, reported
from tests.grants.factories import ApplicationFactory, ExpenseLineFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


def last_entry(application):
    return JournalEntry.objects.about(application).order_by("-seq")[0]


# --- The report, and what is retained (I2, T6) -------------------------------------------
def test_a_report_is_written_on_the_version_that_was_read(officer):
    one = complete(instructed=True)
    report.write(one, WORDS, by=officer, version=0)

    with pytest.raises(Stale):
        report.write(one, WORDS | {"summary": "Autre."}, by=officer, version=0)
    report.write(one, WORDS | {"summary": "Autre."}, by=officer, version=1)

    kept = report.report_of(one)
    assert (kept.summary, kept.version) == ("Autre.", 2)


@pytest.mark.parametrize("trait", ["sent", "admissible", "ready", "scheduled"])
def test_no_report_is_written_but_under_instruction(officer, trait):
    one = ApplicationFactory(tour=True, **{trait: True})

    with pytest.raises(MoveBlocked):
        report.write(one, WORDS, by=officer, version=0)
    with pytest.raises(MoveBlocked):
        report.retain(
            one.expenses.get(), Decimal(1), by=officer, version=0, reason="Non."
        )


def test_an_amount_retained_computes_again_and_the_old_computation_stays():
    one = reported(requested=Decimal(5000))
    line, before = one.expenses.get(), one.computed

    report.retain(line, Decimal(100), by=one.rapporteur, version=0, reason="Trop.")

    one.refresh_from_db()
    line.refresh_from_db()
    assert (line.retained, line.retained_reason, line.version) == (100, "Trop.", 1)
    assert one.computed < before
    assert one.proposed == one.computed
    assert one.computations.count() == 2
    assert last_entry(one).data["amount"] == "100"


def test_nothing_given_lets_the_rules_do():
    one = reported(requested=Decimal(5000))
    line, before = one.expenses.get(), one.computed
    report.retain(line, Decimal(100), by=one.rapporteur, version=0, reason="Trop.")

    report.retain(line, None, by=one.rapporteur, version=1)

    one.refresh_from_db()
    line.refresh_from_db()
    assert (line.retained, line.retained_reason) == (None, "")
    assert one.computed == before


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("472.01", "Trop."), ("100", ""), ("-1", "Non.")],
    ids=["above what is declared", "no reason", "negative"],
)
def test_what_may_not_be_retained(amount, reason):
    one = reported()
    line = one.expenses.get()

    with pytest.raises(MoveBlocked):
        report.retain(
            line, Decimal(amount), by=one.rapporteur, version=0, reason=reason
        )

    line.refresh_from_db()
    assert (line.retained, line.version) == (None, 0)
    assert one.computations.count() == 1


def test_nothing_is_retained_of_what_the_rules_do_not_pay():
    one = reported()
    line = ExpenseLineFactory(application=one, category="payroll")

    with pytest.raises(MoveBlocked):
        report.retain(line, Decimal(1), by=one.rapporteur, version=0, reason="Si.")
    report.retain(line, Decimal(0), by=one.rapporteur, version=0, reason="Exclu.")

    line.refresh_from_db()
    assert line.retained == 0


def test_a_line_changed_meanwhile_is_not_written_over():
    one = reported()
    line = one.expenses.get()
    report.retain(line, Decimal(10), by=one.rapporteur, version=0, reason="A.")

    with pytest.raises(Stale):
        report.retain(line, Decimal(20), by=one.rapporteur, version=0, reason="B.")


def test_more_than_computed_needs_a_reason_and_more_than_asked_is_never():
    one = reported(requested=Decimal(5000))
    above = one.computed + 10
    by = one.rapporteur

    with pytest.raises(MoveBlocked):
        report.write(one, WORDS | {"amount": above}, by=by, version=1)
    report.write(
        one,
        WORDS | {"amount": above, "override_reason": "Une date de plus."},
        by=by,
        version=1,
    )
    with pytest.raises(MoveBlocked):
        report.write(
            one,
            WORDS | {"amount": Decimal(5001), "override_reason": "Tout."},
            by=by,
            version=2,
        )

    one.refresh_from_db()
    assert one.proposed == above


def test_a_report_is_closed_with_what_it_proposes():
    one = reported()

    instruction.finish(one, by=one.rapporteur)

    one.refresh_from_db()
    assert (one.state, one.proposed) == (S.READY, one.computed)


@pytest.mark.parametrize("name", report.NEEDED)
def test_a_report_with_a_gap_is_not_closed(name):
    one = reported()
    report.write(one, WORDS | {name: ""}, by=one.rapporteur, version=1)

    with pytest.raises(MoveBlocked):
        instruction.finish(one, by=one.rapporteur)


def test_a_proposal_that_a_cut_overtook_is_not_closed():
    one = reported(requested=Decimal(5000))
    by, was = one.rapporteur, one.computed
    report.write(one, WORDS | {"amount": was}, by=by, version=1)
    report.retain(one.expenses.get(), Decimal(9), by=by, version=0, reason="Non.")

    with pytest.raises(MoveBlocked):
        instruction.finish(one, by=by)


def test_a_paper_that_lapses_before_the_sitting_holds_it():
    one = reported()
    day = checks.meeting_day(one)
    papers = one.documents.filter(requirement="urssaf")
    papers.update(expires_on=day - timedelta(days=1))

    with pytest.raises(MoveBlocked, match="Attestation Urssaf"):
        instruction.finish(one, by=one.rapporteur)
    papers.update(expires_on=day)
    instruction.finish(one, by=one.rapporteur)

    one.refresh_from_db()
    assert one.state == S.READY


def test_its_validity_counts_from_the_date_that_it_bears():
    one = reported()
    day = checks.meeting_day(one)
    papers = one.documents.filter(requirement="urssaf")

    papers.update(dated_on=day - timedelta(days=180))
    assert not instruction.lapsing(one)
    papers.update(dated_on=day - timedelta(days=181))
    assert len(instruction.lapsing(type(one).objects.get(pk=one.pk))) == 1


def test_a_written_waiver_lets_it_go_on():
    one = reported()
    one.documents.filter(requirement="urssaf").update(expires_on=today())

    instruction.finish(one, by=one.rapporteur, reason="Renouvelée, en route.")

    one.refresh_from_db()
    assert one.state == S.READY
    assert InternalNote.objects.get().body == "Renouvelée, en route."


def test_what_was_closed_may_be_taken_up_again():
    one = reported()
    instruction.finish(one, by=one.rapporteur)
    instruction.reopen(one, by=one.rapporteur)

    report.write(one, WORDS | {"risks": "La jauge."}, by=one.rapporteur, version=1)

    one.refresh_from_db()
    assert one.state == S.INSTRUCTION
