"""What a second reading of aid found: each mended, each shown."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from agency.mail.models import OutgoingEmail
from grants import emails
from grants.forms.amounts import DayField
from grants.models import Application, InternalNote, Show
from grants.sections import Section
from grants.services import (
    computation,
    drafts,
    instruction,
    leaving,
    papers,
    submission,
    takeover,
    writing,
)
from tests.grants import files
from tests.grants.desk import reported
from tests.grants.factories import (
    ApplicationEditorFactory,
    ApplicationFactory,
    CompletionItemFactory,
    CompletionRequestFactory,
    ExpenseLineFactory,
    LegFactory,
    RulesFactory,
    SittingFactory,
)
from tests.grants.whole import owner, whole
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


# --- The caps of a year hold for all the files of an organisation -----------------------
def test_two_files_closed_one_after_the_other_share_the_cap_of_the_year(officer):
    rules = RulesFactory(full=True, cap_per_beneficiary_year=300)
    first = reported(rules=rules, requested=Decimal(1000))
    second = reported(
        rules=rules, requested=Decimal(1000), organisation=first.organisation
    )
    assert (first.computed, second.computed) == (210, 210)

    for one in (first, second):
        instruction.finish(one, by=one.rapporteur)

    proposed = Application.objects.values_list("proposed", flat=True).order_by("pk")
    assert list(proposed) == [210, 90]


# --- What is asked, and nothing else, holds what is sent back ---------------------------
def asked(application, *targets):
    Application.objects.filter(pk=application.pk).update(state="completion_requested")
    request = CompletionRequestFactory(application=application)
    for target in targets:
        CompletionItemFactory(request=request, target=target, answered_at=now())
    application.refresh_from_db()
    return set(targets)


def test_a_closed_paper_that_expired_meanwhile_does_not_hold_the_answer():
    one = whole()
    submission.submit(one, by=owner(one))
    opened = asked(one, "section:performances")
    one.documents.update(dated_on=today() - 200 * DAY, expires_on=today() - DAY)

    submission.complete(one, by=owner(one), opened=opened)

    one.refresh_from_db()
    assert one.state == "submitted"


def test_what_is_open_still_holds_it():
    one = whole()
    submission.submit(one, by=owner(one))
    opened = asked(one, "section:expenses", "section:incomes")
    ExpenseLineFactory(application=one, quantity=1, unit_amount=500)

    with pytest.raises(MoveBlocked):
        submission.complete(one, by=owner(one), opened=opened)


# --- Whoever works elsewhere --------------------------------------------------------------
def gone(person, organisation):
    AffiliationFactory(
        person=person,
        organisation=organisation,
        starts_on=today() - 400 * DAY,
        ends_on=today() - DAY,
    )


def test_whoever_left_neither_sends_nor_takes_over():
    draft, former = whole(), whole()
    submission.submit(former, by=owner(former))
    for one in (draft, former):
        gone(owner(one), one.organisation)

    with pytest.raises(MoveBlocked):
        submission.submit(draft, by=owner(draft))
    former.refresh_from_db()
    with pytest.raises(MoveBlocked):
        takeover.take_over(former, by=owner(former))


def test_whoever_left_reads_no_more_and_a_colleague_is_in_charge():
    one = whole()
    colleague = ApplicationEditorFactory(application=one).person
    left = owner(one)
    gone(left, one.organisation)
    alone = whole()
    gone(owner(alone), alone.organisation)

    assert leaving.take_off_who_left() == 1

    assert not Application.objects.visible_to(left).exists()
    assert one.editors.get(role="owner").person == colleague
    # Somebody is still to be reached about that one.
    assert alone.editors.exists()


def test_whoever_works_there_again_stays():
    one = whole()
    ApplicationEditorFactory(application=one)
    gone(owner(one), one.organisation)
    AffiliationFactory(person=owner(one), organisation=one.organisation)

    assert leaving.take_off_who_left() == 0


# --- Sittings that do not take place --------------------------------------------------------
@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_a_sitting_that_is_off_takes_nothing(state):
    one = whole()
    session = one.sitting.session
    type(session).objects.filter(pk=session.pk).update(state=state)

    assert list(drafts.sittings(one.scheme, one.organisation)) == []
    assert [part for part, _said in submission.missing(one)] == ["sitting"]


def test_a_commission_that_is_not_announced_takes_nothing():
    one = whole()
    activity = one.sitting.session.activity
    type(activity).objects.filter(pk=activity.pk).update(state="draft")

    assert list(drafts.sittings(one.scheme, one.organisation)) == []


# --- Papers --------------------------------------------------------------------------------
def test_the_same_file_with_another_date_is_to_check_again_and_answers():
    one = whole()
    requirement = papers.requirement_of(one, "urssaf")
    data = files.pdf()
    person = owner(one)
    paper = papers.give(
        one, requirement, files.upload(data), by=person, dated_on=today() - 90 * DAY
    )
    submission.submit(one, by=person)
    type(paper).objects.filter(pk=paper.pk).update(
        check_state="valid", checked_at=now()
    )
    asked(one, "document:urssaf")
    one.completions.get().items.update(answered_at=None)

    papers.give(one, requirement, files.upload(data), by=person, dated_on=today())

    paper.refresh_from_db()
    assert paper.check_state == "to_check"
    assert one.completions.get().items.get().answered_at is not None


def test_at_another_sitting_the_team_reads_which_papers_expire_before_it(officer):
    one = reported()
    instruction.finish(one, by=one.rapporteur)
    later = SittingFactory(schemes=[one.scheme], session__starts_in=300)
    one.documents.filter(requirement="urssaf").update(
        dated_on=today(), expires_on=today() + 180 * DAY
    )

    instruction.schedule(one, by=officer, sitting=later, reason="Tournée décalée.")

    note = InternalNote.objects.get(application=one)
    assert "Tournée décalée." in note.body
    assert "Urssaf" in note.body


# --- Drafts ----------------------------------------------------------------------------------
def test_a_draft_thrown_away_leaves_no_message_about_it():
    one = ApplicationFactory()
    emails.invited(ApplicationEditorFactory(application=one), owner(one))
    assert OutgoingEmail.objects.exists()

    drafts.discard(one, by=owner(one))

    assert not OutgoingEmail.objects.exists()


def test_a_show_said_again_with_its_date_has_it():
    one = ApplicationFactory()
    person = owner(one)
    show = writing.add_show(one, title="Marée haute", by=person, created_on=None)

    again = writing.add_show(
        one, title="marée haute", by=person, created_on=date(2026, 3, 1)
    )

    assert again == show
    assert Show.objects.get(pk=show.pk).created_on == date(2026, 3, 1)


def test_an_expense_that_is_changed_loses_what_was_retained_of_it():
    one = ApplicationFactory()
    line = ExpenseLineFactory(
        application=one, retained=100, retained_reason="Une seule voiture."
    )
    names = ("category", "label", "mode", "quantity", "unit_amount")
    values = writing.values_of(line, names)
    seen = writing.stamp(values)

    edit = writing.Edit(pk=line.pk, seen=seen, values=values | {"quantity": 2})
    writing.write_rows(
        one, Section.EXPENSES, [edit], known=[line.pk], names=names, by=owner(one)
    )

    line.refresh_from_db()
    assert (line.quantity, line.retained, line.retained_reason) == (2, None, "")


# --- Figures -----------------------------------------------------------------------------------
def test_there_by_one_way_and_back_by_another_is_both_ways():
    one = ApplicationFactory()
    for ends in (("Brest", "Toulouse"), ("Toulouse", "Brest")):
        LegFactory(
            application=one,
            origin=ends[0],
            destination=ends[1],
            distance_km=595,
            there_and_back=False,
        )

    assert computation.distance(one) == 2 * 595


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31"])
def test_a_year_half_typed_is_none(typed):
    with pytest.raises(Exception, match="calendrier"):
        DayField().clean(typed)
