"""Sent whole and once; what was asked comes back; taken back."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agency.core.clock import now, today, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from grants.models import Application
from grants.services import receipts, snapshots, submission
from grants.states import ApplicationState
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ApplicationFactory,
    EligibilityRuleFactory,
    PerformanceFactory,
    SittingFactory,
)
from tests.grants.whole import owner, paper, whole

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def send(application):
    return submission.submit(application, by=owner(application))


def parts(application):
    return [part for part, _sentence in submission.missing(application)]


# --- Whole ---------------------------------------------------------------------------
def test_a_whole_one_is_sent():
    application = whole()

    revision = send(application)

    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert application.number == "MOB-2026-S3-0001"
    assert application.submitted_at == revision.submitted_at
    assert (revision.number, revision.reason) == (1, "initial")
    entry = JournalEntry.objects.about(application).first()
    assert entry.action == "submit"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"title": ""}, "project"),
        ({"purpose": ""}, "project"),
        ({"show": None}, "project"),
        ({"iban": ""}, "organisation"),
        ({"iban": "FR7630006000011234567890188"}, "organisation"),
        ({"siret": "73282932000075"}, "organisation"),
        ({"licence": "2-1234567"}, "organisation"),
        ({"account_holder": ""}, "organisation"),
        ({"requested": None}, "budget"),
        ({"requested": Decimal(0)}, "budget"),
        ({"requested": Decimal("999.99")}, "budget"),
        ({"requested": Decimal("1000.01")}, "budget"),
        ({"sitting": None}, "sitting"),
    ],
)
def test_what_is_missing_says_where(changes, part):
    application = whole()
    Application.objects.filter(pk=application.pk).update(**changes)
    application.refresh_from_db()

    assert parts(application) == [part]
    with pytest.raises(MoveBlocked):
        send(application)
    application.refresh_from_db()
    assert application.is_draft


def test_a_document_that_is_needed_is_missing():
    application = whole()
    application.documents.filter(requirement="rib").delete()

    assert submission.missing(application) == [("documents", "RIB\u202f: à donner.")]


def test_a_document_that_expires_before_the_sitting_only_warns():
    application = whole()
    application.documents.filter(requirement="urssaf").delete()
    paper(application, "urssaf", dated_on=today() - timedelta(days=150))

    assert send(application).number == 1


def test_without_expenses_there_is_nothing_to_balance():
    application = whole()
    application.expenses.all().delete()

    assert parts(application) == ["expenses"]


@pytest.mark.parametrize(
    ("severity", "said"),
    [
        ("blocking", ["Condition non remplie\u202f: Neuf représentations au moins."]),
        ("warning", []),
    ],
)
def test_a_rule_that_blocks_says_its_message(severity, said):
    application = whole()
    EligibilityRuleFactory(
        rules=application.rules,
        severity=severity,
        number=9,
        message="Neuf représentations au moins.",
    )

    assert [sentence for _part, sentence in submission.missing(application)] == said


def test_a_budget_out_of_balance_is_said_once():
    application = whole(requested=Decimal("900"))
    EligibilityRuleFactory(
        rules=application.rules, subject="balanced", message="Équilibré."
    )

    assert [part for part, _said in submission.missing(application)] == ["budget"]


def test_a_sitting_of_another_scheme_is_none():
    application = whole()
    application.sitting.schemes.clear()

    assert parts(application) == ["sitting"]


# --- Once, with a number -------------------------------------------------------------
def test_numbers_follow_one_another_within_a_sitting():
    first = whole()
    sitting, rules = first.sitting, first.rules

    said = [first, *(whole(sitting=sitting, rules=rules) for _n in range(2))]
    for application in said:
        send(application)
        application.refresh_from_db()
    other = whole(sitting=SittingFactory(number=4, year=2026), rules=rules)
    send(other)
    other.refresh_from_db()

    assert [one.number[-4:] for one in said] == ["0001", "0002", "0003"]
    assert other.number == "MOB-2026-S4-0001"


def test_after_9999_comes_10000():
    application = whole()
    for number in ("MOB-2026-S3-9999", "MOB-2026-S3-10000", "MOB-2026-S33-0001"):
        ApplicationFactory(sent=True, number=number)

    send(application)

    application.refresh_from_db()
    assert application.number == "MOB-2026-S3-10001"


def test_a_number_goes_back_with_what_was_undone(monkeypatch):
    application, other = whole(), None
    monkeypatch.setattr(snapshots, "of", lambda application: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send(application)
    monkeypatch.undo()
    other = whole(sitting=application.sitting, rules=application.rules)

    send(other)

    other.refresh_from_db()
    assert other.number == "MOB-2026-S3-0001"


def test_a_second_press_is_refused_and_changes_nothing():
    application = whole()
    again = Application.objects.get(pk=application.pk)
    send(application)

    with pytest.raises(MoveRefused):
        send(again)

    assert application.revisions.count() == 1
    assert JournalEntry.objects.about(application).filter(action="submit").count() == 1


def test_a_tab_that_stays_open_writes_over_nothing():
    application = whole()
    before = application.version
    send(application)

    application.refresh_from_db()
    assert application.version > before


# --- Frozen --------------------------------------------------------------------------
def test_what_was_sent_is_frozen_with_its_print():
    application = whole()
    revision = send(application)
    application.performances.update(city="Quimper")

    revision.refresh_from_db()
    content = revision.snapshot
    assert content["rows"]["performances"][0]["city"] == "Brest"
    assert content["application"]["requested"] == "1000.00"
    assert content["application"]["number"] == "MOB-2026-S3-0001"
    assert [one["requirement"] for one in content["documents"]] == ["rib", "urssaf"]
    assert snapshots.sha256(content) == revision.sha256
    assert " " not in snapshots.canonical({"b": [1, 2], "a": "\u00e9"})
    assert snapshots.canonical({"b": 1, "a": "\u00e9"}) == '{"a":"\u00e9","b":1}'


def sent_back():
    application = whole()
    send(application)
    application.refresh_from_db()
    Application.objects.filter(pk=application.pk).update(
        state=ApplicationState.COMPLETION
    )
    application.refresh_from_db()
    return application


def test_what_is_sent_back_is_another_revision_that_says_what_changed():
    application = sent_back()
    row = application.performances.get()
    row.city = "Quimper"
    row.save()
    PerformanceFactory(application=application, venue="Le Quartz", city="Brest")
    expense = application.expenses.get()
    expense.unit_amount = Decimal("4100.50")
    expense.save()
    application.incomes.update(amount=Decimal("3100.50"))
    rib = application.documents.get(requirement="rib")
    rib.replaced_by = ApplicationDocumentFactory(
        application=application, requirement="rib", name="nouveau.pdf"
    )
    rib.save()

    with travel(now() + timedelta(days=60)):  # the deadline was kept by the first
        revision = submission.complete(application, by=owner(application))

    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert application.number == "MOB-2026-S3-0001"
    assert (revision.number, revision.reason) == (2, "completion")
    said = {
        change.label: (change.before, change.after)
        for section in submission.changes(revision)
        for change in section.changes
    }
    assert said["Théâtre du Port, Quimper, ville"] == ("Brest", "Quimper")
    assert said["Le Quartz, Brest"][0] == ""
    assert ("4\u202f000\u00a0\u20ac", "4\u202f100,50\u00a0\u20ac") in said.values()
    assert said["nouveau.pdf"] == ("", "donné")


def test_the_first_revision_changes_nothing():
    assert submission.changes(send(whole())) == []


def test_an_iban_is_not_read_in_what_changed():
    application = sent_back()
    Application.objects.filter(pk=application.pk).update(
        iban="FR1420041010050500013M02606"
    )
    application.refresh_from_db()

    revision = submission.complete(application, by=owner(application))

    (section,) = submission.changes(revision)
    assert (section.changes[0].before, section.changes[0].after) == (
        "\u20260189",
        "\u20262606",
    )


# --- The receipt ---------------------------------------------------------------------
def test_the_receipt_goes_to_all_who_write_in_it_once():
    application = whole()
    ApplicationEditorFactory(application=application)
    revision = send(application)

    receipts.make(revision.pk)
    receipts.make(revision.pk)

    revision.refresh_from_db()
    letters = OutgoingEmail.objects.filter(template="grants/emails/receipt")
    assert letters.count() == 2
    assert revision.receipt.reference.startswith("RDD-")
    assert all(one.attachments.get().document == revision.receipt for one in letters)


def test_a_receipt_that_was_lost_is_made_by_the_sweeper(monkeypatch):
    rung = []
    monkeypatch.setattr(receipts.bell, "ring", lambda task, *args: rung.append(args))
    revision = send(whole())

    assert receipts.sweep() == 0
    with travel(now() + timedelta(minutes=3)):
        assert receipts.sweep() == 1
    with travel(now() + timedelta(days=8)):
        assert receipts.sweep() == 0
    assert rung[-1] == (revision.pk,)


# --- Taken back ----------------------------------------------------------------------
def test_taken_back_it_keeps_its_number_and_everybody_is_told():
    application = whole()
    ApplicationEditorFactory(application=application)
    send(application)
    application.refresh_from_db()

    submission.withdraw(application, by=owner(application))

    application.refresh_from_db()
    assert application.state == ApplicationState.WITHDRAWN
    assert application.ended_at is not None
    assert application.number
    letters = OutgoingEmail.objects.filter(template="grants/emails/withdrawn")
    assert letters.count() == 2
    with pytest.raises(MoveRefused):
        submission.withdraw(application, by=owner(application))
