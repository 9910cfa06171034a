"""Who may do what with an application (references/grants.md, C.5)."""

import pytest

from agency.core.clock import now
from grants.models import (
    Application,
    Extension,
    InternalNote,
    Performance,
    RateScale,
    Scheme,
)
from grants.states import APPLICATION_MOVES
from tests.grants.factories import (
    ApplicationDocumentFactory,
    ApplicationEditorFactory,
    ApplicationFactory,
    ExtensionFactory,
    InternalNoteFactory,
    PerformanceFactory,
    RateScaleFactory,
    RulesFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
TEAM = ("officer", "secretary", "direction", "decider", "accountant")
HOUSE = "officer secretary direction"
BY_ROLE = {
    "view": f"{HOUSE} decider",
    "admit": HOUSE,
    "dismiss": HOUSE,
    "ask": HOUSE,
    "close": HOUSE,
    "schedule": HOUSE,
    "unschedule": HOUSE,
    "assign": HOUSE,
    "instruct": "officer",
    "finish": "officer",
    "reopen": "officer",
    "retain": "officer",
    "write": "owner trusted collaborator",
    "answer": "owner trusted collaborator",
    "submit": "owner trusted",
    "complete": "owner trusted",
    "withdraw": f"owner trusted {HOUSE}",
    "invite": "owner",
    "discard": "owner",
    "read_bank": "owner trusted collaborator direction decider accountant",
}


def cast_of(application):
    trusted = ApplicationEditorFactory(application=application, may_submit=True)
    return {
        "owner": application.editors.get(role="owner").person,
        "trusted": trusted.person,
        "collaborator": ApplicationEditorFactory(application=application).person,
        "stranger": PersonFactory(),
        **{role: PersonFactory(**{role: True}) for role in TEAM if role == "officer"},
        **{role: person_with(role) for role in TEAM if role != "officer"},
    }


def person_with(role):
    person = PersonFactory()
    person.roles.create(role=role)
    return type(person).objects.get(pk=person.pk)


def allowed(cast, perm, obj):
    return {role for role, person in cast.items() if person.has_perm(perm, obj)}


def test_every_button_of_an_application_is_somebody_s():
    pressed = {name for name, one in APPLICATION_MOVES.items() if not one.automatic}

    assert pressed <= set(BY_ROLE)


def test_matrix_of_an_application_that_was_sent():
    application = ApplicationFactory(sent=True)
    cast = cast_of(application)

    for verb, roles in BY_ROLE.items():
        perm = f"grants.{verb}_application"
        assert (verb, allowed(cast, perm, application)) == (verb, set(roles.split()))


def test_a_draft_is_its_authors_alone():
    application = ApplicationFactory()
    cast = cast_of(application)
    house = {role: cast[role] for role in TEAM}

    for verb in BY_ROLE:
        assert not allowed(house, f"grants.{verb}_application", application), verb
    for person in house.values():
        assert application not in Application.objects.visible_to(person)
    for role in ("owner", "trusted", "collaborator"):
        assert application in Application.objects.visible_to(cast[role])
    assert not Application.objects.visible_to(cast["stranger"]).exists()


def test_a_rapporteur_studies_what_they_were_given_and_nothing_else():
    rapporteur = person_with("secretary")
    given = ApplicationFactory(instructed=True, rapporteur=rapporteur)
    other = ApplicationFactory(instructed=True)

    assert rapporteur.has_perm("grants.finish_application", given)
    assert rapporteur.has_perm("grants.change_instructionreport", given)
    assert not rapporteur.has_perm("grants.finish_application", other)


def test_bank_details_are_read_by_who_pays_and_checked_once():
    application = ApplicationFactory(sent=True, rules=RulesFactory(full=True))
    cast = cast_of(application)
    paper = ApplicationDocumentFactory(application=application, requirement="rib")
    other = ApplicationDocumentFactory(application=application, requirement="urssaf")
    authors = {"owner", "trusted", "collaborator"}
    read = "grants.read_applicationdocument"

    assert allowed(cast, read, other) == authors | {*HOUSE.split(), "decider"}
    assert allowed(cast, read, paper) == authors | set(TEAM)

    paper.check_state, paper.checked_at = "valid", now()
    assert allowed(cast, read, paper) == authors | {
        "direction",
        "decider",
        "accountant",
    }


def test_rows_are_seen_with_what_they_belong_to():
    application = ApplicationFactory()
    row = PerformanceFactory(application=application)
    rate = RateScaleFactory(category__rules=RulesFactory(draft=True))
    owner = application.editors.get().person
    officer = PersonFactory(officer=True)

    assert row in Performance.objects.visible_to(owner)
    assert row not in Performance.objects.visible_to(officer)
    assert rate in RateScale.objects.visible_to(officer)
    assert rate not in RateScale.objects.visible_to(owner)
    assert rate.category.rules.scheme not in Scheme.objects.visible_to(owner)


def test_no_applicant_reads_a_note_of_the_team():
    note = InternalNoteFactory()
    owner = note.application.editors.get().person

    assert owner.has_perm("grants.view_threadmessage", note.application)
    assert not owner.has_perm("grants.view_internalnote", note.application)
    assert not InternalNote.objects.visible_to(owner).exists()
    assert note in InternalNote.objects.visible_to(note.author)


def test_an_extension_is_known_to_the_house_and_to_whom_it_is_for():
    extension = ExtensionFactory()

    assert extension in Extension.objects.visible_to(PersonFactory(officer=True))
    assert not Extension.objects.visible_to(PersonFactory()).exists()
