"""What the tables of aid refuse: formats, orders of dates, amounts, doubles."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agency.core.clock import now, today, travel
from agency.core.lifecycle import MoveRefused, move
from grants.models import Application, Commission, Sitting
from grants.models.application import check_iban, check_licence
from grants.states import (
    APPLICATION_MOVES,
    ENDED,
    PUBLIC,
    RUNNING,
    WRITABLE,
    ApplicationState,
)
from tests.grants.factories import (
    IBAN,
    LICENCE,
    SIRET,
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ApplicationFactory,
    CommissionFactory,
    CompletionRequestFactory,
    DocumentRequirementFactory,
    EmissionFactorFactory,
    ExpenseCategoryFactory,
    ExpenseLineFactory,
    ExtensionFactory,
    IncomeLineFactory,
    LegFactory,
    PartyMemberFactory,
    PerformanceFactory,
    RateScaleFactory,
    RulesFactory,
    SchemeFactory,
    SittingFactory,
    ZoneFactory,
)

pytestmark = pytest.mark.django_db
S = ApplicationState


def refused_by(field, value):
    """What is said of ``value`` in that field of a draft."""
    with pytest.raises(ValidationError) as error:
        Application(**{field: value}).clean_fields()
    return " ".join(error.value.message_dict[field])


# --- Formats ---------------------------------------------------------------------
@pytest.mark.parametrize(
    "value",
    [LICENCE, "PLATESV-R-2019-000001", "L-R-19-839", "L-D-24-123456"],
)
def test_a_show_licence(value):
    check_licence(value)


@pytest.mark.parametrize(
    "value",
    [
        "PLATESV-D-2024-1234",
        "platesv-d-2024-001234",
        "PLATESV-X-2024-001234",
        "L-R-2019-839",
        "2-1012345",
    ],
)
def test_what_is_no_show_licence(value):
    assert "récépissé" in refused_by("licence", value)


@pytest.mark.parametrize("value", [IBAN, "DE89370400440532013000"])
def test_an_iban(value):
    check_iban(value)


@pytest.mark.parametrize(
    "value",
    [
        "FR7630006000011234567890188",  # its checksum
        "FR763000600001123456789018",  # one short
        "FR76300060000112345678901890",
        "XX7630006000011234567890189",
        "12345",
    ],
)
def test_what_is_no_iban(value):
    assert "RIB" in refused_by("iban", value)


@pytest.mark.parametrize("value", ["73282932000075", "7328293200007", "ABCDEFGHIJKLMN"])
def test_what_is_no_siret(value):
    assert refused_by("siret", value)


def test_a_siret_and_nothing_at_all():
    with pytest.raises(ValidationError) as error:
        Application(siret=SIRET, licence="", iban="").clean_fields()
    assert not {"siret", "licence", "iban"} & set(error.value.message_dict)


# --- The lists of states -----------------------------------------------------------
def test_every_state_has_its_word_for_the_applicant_and_its_place():
    assert set(PUBLIC) == set(S)
    assert {S.DRAFT, *RUNNING, *ENDED} == set(S)
    assert set(WRITABLE) == {S.DRAFT, S.COMPLETION}
    # Nothing leaves what is over.
    left = {source for arrow in APPLICATION_MOVES.values() for source in arrow.sources}
    assert not left & set(ENDED)


@pytest.mark.parametrize("name", ["admit", "schedule", "withdraw"])
def test_a_draft_follows_no_arrow_of_what_is_sent(name):
    with pytest.raises(MoveRefused):
        move(ApplicationFactory(), name)


# --- What the database holds -----------------------------------------------------
def kept_out(make, **values):
    """Making it fails at the database, whoever wrote the form."""
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**values)


def test_what_is_sent_has_a_number_a_date_and_a_sitting():
    for name in ("number", "submitted_at", "sitting"):
        kept_out(ApplicationFactory, sent=True, **{name: None})


def test_what_is_over_has_its_date():
    kept_out(ApplicationFactory, withdrawn=True, ended_at=None)


def test_a_number_is_given_once():
    one = ApplicationFactory(sent=True)
    kept_out(ApplicationFactory, sent=True, number=one.number)
    assert ApplicationFactory().number is ApplicationFactory().number is None


@pytest.mark.parametrize("name", ["requested", "computed", "proposed"])
def test_no_amount_of_an_application_is_negative(name):
    kept_out(ApplicationFactory, **{name: Decimal("-0.01")})
    assert getattr(ApplicationFactory(**{name: Decimal("0")}), name) == 0


def test_an_application_has_one_owner_and_one_line_a_person():
    application = ApplicationFactory()
    kept_out(ApplicationEditorFactory, application=application, role="owner")
    other = ApplicationEditorFactory(application=application)
    kept_out(ApplicationEditorFactory, application=application, person=other.person)


def test_dates_go_forward():
    day = today()
    before = day - timedelta(days=1)
    kept_out(PerformanceFactory, day=day, last_day=before)
    kept_out(RateScaleFactory, valid_from=day, valid_until=before)
    kept_out(RulesFactory, valid_from=day, valid_until=before)
    kept_out(SittingFactory, opens_at=now(), deadline_at=now() - timedelta(days=1))
    PerformanceFactory(day=day, last_day=day)
    RulesFactory(valid_from=day, valid_until=day)


def test_amounts_of_rows_are_not_negative():
    kept_out(PerformanceFactory, fee=Decimal("-1"))
    kept_out(ExpenseLineFactory, unit_amount=Decimal("-1"))
    kept_out(ExpenseLineFactory, quantity=Decimal("-1"))
    kept_out(IncomeLineFactory, amount=Decimal("-1"))
    kept_out(RateScaleFactory, amount=Decimal("-0.01"))
    kept_out(EmissionFactorFactory, kilograms=Decimal("-1"))
    kept_out(RulesFactory, rounding=0)


def test_an_amount_that_is_retained_has_its_reason():
    kept_out(ExpenseLineFactory, retained=Decimal("100"))
    line = ExpenseLineFactory(retained=Decimal("100"), retained_reason="Devis")
    assert line.retained == 100


def test_rows_of_rules_are_given_once():
    rules = RulesFactory()
    for make, values in (
        (ZoneFactory, {"code": "regions", "from_km": 0}),
        (ExpenseCategoryFactory, {"code": "meals"}),
        (DocumentRequirementFactory, {"key": "rib"}),
    ):
        make(rules=rules, **values)
        kept_out(make, rules=rules, **values)
    # The same zone again, from further away.
    ZoneFactory(rules=rules, code="regions", from_km=1000)


def test_published_rules_and_checked_papers_are_dated():
    kept_out(RulesFactory, published_at=None)
    kept_out(ApplicationDocumentFactory, check_state="valid")


def test_one_completion_waits_at_a_time():
    waiting = CompletionRequestFactory()
    kept_out(CompletionRequestFactory, application=waiting.application)
    waiting.application.completions.update(state="answered")
    CompletionRequestFactory(application=waiting.application)


def test_one_extension_for_a_sitting_and_an_organisation():
    one = ExtensionFactory()
    kept_out(ExtensionFactory, sitting=one.sitting, organisation=one.organisation)


# --- What they say of themselves ---------------------------------------------------
def test_rules_in_force_are_the_newest_that_have_begun():
    day = date(2026, 3, 1)
    scheme = SchemeFactory()
    old = RulesFactory(scheme=scheme, valid_from=date(2024, 1, 1))
    new = RulesFactory(scheme=scheme, valid_from=day)
    RulesFactory(scheme=scheme, draft=True, valid_from=day)
    RulesFactory(
        scheme=scheme,
        valid_from=date(2026, 4, 1),
        valid_until=date(2026, 4, 30),
    )

    assert scheme.rules_on(date(2023, 12, 31)) is None
    assert scheme.rules_on(date(2026, 2, 28)) == old
    assert scheme.rules_on(day) == new
    assert scheme.rules_on(date(2026, 5, 1)) == new
    assert (old.is_frozen, RulesFactory(draft=True).is_frozen) == (True, False)


def test_a_sitting_takes_applications_to_the_very_moment_it_closes():
    sitting = SittingFactory()

    with travel(sitting.deadline_at):
        assert sitting.is_open
    with travel(sitting.deadline_at + timedelta(microseconds=1)):
        assert not sitting.is_open
        assert sitting not in Sitting.objects.coming()
    with travel(sitting.opens_at - timedelta(microseconds=1)):
        assert not sitting.is_open
        assert sitting in Sitting.objects.coming()
        assert sitting not in Sitting.objects.accepting()


def test_a_commission_is_an_activity_to_which_one_is_appointed():
    activity = CommissionFactory()
    commission = Commission.objects.get(pk=activity.pk)
    commission.registration_mode = "open"
    commission.save()

    assert (commission.kind, commission.registration_mode) == (
        "commission",
        "appointment",
    )


def test_a_leg_there_and_back_is_travelled_twice():
    assert LegFactory(distance_km=590).travelled_km == 1180
    assert LegFactory(distance_km=590, there_and_back=False).travelled_km == 590


def test_rows_say_what_they_are():
    application = ApplicationFactory(sent=True)

    assert str(application) == application.number
    assert str(ApplicationFactory(title="Tournée de mai")) == "Tournée de mai"
    assert str(PerformanceFactory()) == "Théâtre du Port, Brest"
    assert str(PartyMemberFactory(count=4)) == "4 × Artistes"
    assert str(ExpenseLineFactory(label="")) == "Transport des personnes"
    assert str(ExpenseLineFactory(label="Minibus")) == "Minibus"
    assert str(IncomeLineFactory(funder="")) == "Prix de cession"


def test_applications_of_a_queryset():
    draft, sent = ApplicationFactory(), ApplicationFactory(sent=True)
    over = ApplicationFactory(withdrawn=True)

    assert set(Application.objects.sent()) == {sent, over}
    assert set(Application.objects.running()) == {sent}
    assert (draft.is_draft, draft.is_writable, draft.is_running) == (True, True, False)
    assert (sent.is_draft, sent.is_writable, sent.is_running) == (False, False, True)
