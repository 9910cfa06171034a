"""Every key of the house to a person or an organisation: it follows, or says why not."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

from agency.activities.models import Activity
from agency.core.clock import now
from agency.documents.models import IssuedDocument
from agency.mail.models import MailPreference
from agency.people import merging
from agency.people.models import Affiliation, Membership, Organisation, Person, Role
from agency.people.services import merging as service
from agency.people.services.accounts import Refused
from grants.services import reviews
from mentoring.models import AgreementSignature
from tests.activities.factories import (
    ActivityFactory,
    CharterSignatureFactory,
    DifficultyFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    InvitationFactory,
    ParticipationFactory,
    VenueFactory,
)
from tests.grants.commission import in_review, presented, tied
from tests.grants.factories import (
    ApplicationEditorFactory,
    ApplicationFactory,
    ExtensionFactory,
    SchemeFactory,
    ShowFactory,
)
from tests.mentoring.agreements import pending_pair
from tests.mentoring.factories import (
    MentoringApplicationFactory,
    PairFactory,
    VetoFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    MandateFactory,
    MembershipFactory,
    OrganisationFactory,
    OrganisationLabelFactory,
    PersonFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db

RECORDS = (Person, Organisation)


def labelled(organisation):
    organisation.labels.add(OrganisationLabelFactory())
    return Organisation.labels.through.objects.get(organisation=organisation)


def issued(**people):
    """A letter of the house: of what it says nothing is read here."""
    return IssuedDocument.objects.create(
        kind="session_convocation",
        reference="CONV-2026-0001",
        title="Convocation",
        about=VenueFactory(),
        size=1,
        sha256="0" * 64,
        content_hash="0" * 64,
        issued_at=now(),
        **people,
    )


def agreed_by(person):
    """A name for the agency under an agreement: whoever is half of a pair stays apart."""
    agreement = pending_pair().agreements.get()
    return AgreementSignature.objects.create(
        agreement=agreement, party="agency", person=person, sha256=agreement.sha256
    )


# A row of each key that follows, leading to the record that is given.
MADE = {
    "people.Role.person": lambda one: RoleFactory(person=one, role="facilitator"),
    "people.Role.scope": lambda one: RoleFactory(role="member", scope=one),
    "people.Mandate.person": lambda one: MandateFactory(person=one),
    "people.Affiliation.person": lambda one: AffiliationFactory(person=one),
    "people.Affiliation.organisation": lambda one: AffiliationFactory(organisation=one),
    "people.Membership.person": lambda one: MembershipFactory(
        organisation=None, person=one
    ),
    "people.Membership.organisation": lambda one: MembershipFactory(organisation=one),
    "people.Organisation_labels.organisation": labelled,
    "documents.IssuedDocument.recipient": lambda one: issued(recipient=one),
    "mail.MailPreference.person": lambda one: MailPreference.objects.create(person=one),
    "activities.Activity.officer": lambda one: ActivityFactory(officer=one),
    "activities.Venue.organisation": lambda one: VenueFactory(organisation=one),
    "activities.Facilitator.person": lambda one: FacilitatorFactory(person=one),
    "activities.Enrolment.person": lambda one: EnrolmentFactory(person=one),
    "activities.Participation.person": lambda one: ParticipationFactory(person=one),
    "activities.CharterSignature.person": lambda one: CharterSignatureFactory(
        enrolment=None, person=one
    ),
    "activities.Difficulty.with_person": lambda one: DifficultyFactory(with_person=one),
    "activities.Difficulty.with_organisation": lambda one: DifficultyFactory(
        with_organisation=one
    ),
    "mentoring.MentoringApplication.person": lambda one: MentoringApplicationFactory(
        person=one
    ),
    "mentoring.Veto.with_person": lambda one: VetoFactory(with_person=one),
    "mentoring.Veto.with_organisation": lambda one: VetoFactory(with_organisation=one),
    "activities.Invitation.person": lambda one: InvitationFactory(person=one),
    "activities.Invitation.sponsor": lambda one: InvitationFactory(sponsor=one),
    # Of a room that never opened: nobody is merged into one that did.
    "mentoring.Pair.mentor": lambda one: PairFactory(declined=True, mentor=one),
    "mentoring.AgreementSignature.person": agreed_by,
    "mentoring.Pair.mentee": lambda one: PairFactory(declined=True, mentee=one),
    # Aid.
    "grants.Scheme.officer": lambda one: SchemeFactory(officer=one),
    "grants.Show.organisation": lambda one: ShowFactory(organisation=one),
    "grants.Application.organisation": lambda one: ApplicationFactory(organisation=one),
    "grants.Application.rapporteur": lambda one: ApplicationFactory(
        sent=True, rapporteur=one
    ),
    "grants.ApplicationEditor.person": lambda one: ApplicationEditorFactory(person=one),
    "grants.InterestAnswer.person": lambda one: answered_by(one),
    "grants.Recusal.person": lambda one: tied(presented(in_review()), one),
    "grants.Review.person": lambda one: reviews.begin(presented(in_review()), one),
    "grants.MemberQuestion.person": lambda one: asked_by(one),
    "grants.Extension.organisation": lambda one: ExtensionFactory(organisation=one),
}
MOVED = [(key, model) for model in RECORDS for key in merging.moved(model)]


def answered_by(person):
    one = presented(in_review())
    return one.interest_answers.create(person=person)


def asked_by(person):
    one = presented(in_review())
    return one.questions.create(
        person=person, body="Est-ce signé\u202f?", asked_at=now()
    )


def two_of(model):
    if model is Organisation:
        return OrganisationFactory(), OrganisationFactory()
    return PersonFactory(unclaimed=True), PersonFactory(unclaimed=True)


def test_every_key_is_declared():
    assert merging.undeclared(*RECORDS) == []
    assert {key.label for key in merging.declared()} <= merging.leading_to(*RECORDS)


def test_every_key_that_stays_has_a_reason_and_every_other_is_made_here():
    staying = [key for key in merging.declared() if key.reason]

    assert {key.label for key in merging.declared()} - {
        k.label for k in staying
    } == set(MADE)
    assert all(len(key.reason) > 20 for key in staying)


@pytest.mark.parametrize(
    ("key", "model"), MOVED, ids=[f"{key.label}-{m.__name__}" for key, m in MOVED]
)
def test_a_key_follows_and_comes_back(key, model, direction):
    kept, dropped = two_of(model)
    row = MADE[key.label](dropped)
    before = columns(row)

    merge = service.merge(kept, dropped, by=direction)
    row.refresh_from_db()
    assert getattr(row, key.column) == kept.pk

    service.undo(merge, by=direction)
    assert columns(type(row)._base_manager.get(pk=row.pk)) == before


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.fields}


@pytest.mark.parametrize("other", RECORDS)
def test_a_generic_key_follows_one_kind_of_object_alone(other, direction):
    model = next(one for one in RECORDS if one is not other)
    kept, dropped = two_of(model)
    about = ContentType.objects.get_for_model(other)
    stranger = RoleFactory(role="member", content_type=about, object_id=dropped.pk)

    service.merge(kept, dropped, by=direction)

    stranger.refresh_from_db()
    assert stranger.object_id == dropped.pk


# --- A key of later -------------------------------------------------------------------
@pytest.fixture
def diary():
    """A model that the rooms above may add: one diary for each person."""

    class Diary(models.Model):
        person = models.OneToOneField("people.Person", models.CASCADE)
        place = models.ForeignKey("people.Organisation", models.CASCADE)

        class Meta:
            app_label = "people"
            apps = apps  # a registry of its own: other tests never hear of it

        def __str__(self):
            return ""

    yield Diary
    apps.all_models["people"].pop("diary")
    apps.clear_cache()


def test_a_key_that_nobody_declared_is_noticed(diary):
    assert merging.undeclared(*RECORDS) == [
        "people.Diary.person",
        "people.Diary.place",
    ]


@pytest.mark.parametrize("model", [Affiliation, Activity, Role])
def test_a_declaration_that_goes_is_noticed(monkeypatch, model):
    labels = [key.label for key in merging.declared() if key.model is model]
    for label in labels:
        monkeypatch.delitem(merging._keys, label)

    assert merging.undeclared(*RECORDS) == sorted(labels)


def test_what_its_room_says_nothing_about_blocks(monkeypatch, officer):
    """Two rows that cannot both follow: nobody guesses which one goes."""
    key = merging.Key(Membership, "person")
    monkeypatch.setitem(merging._keys, key.label, key)
    kept, dropped = two_of(Person)
    for person in (kept, dropped):
        MembershipFactory(organisation=None, person=person, year=2025)

    with pytest.raises(Refused, match="adhésion"):
        service.merge(kept, dropped, by=officer)


def test_proofs_are_not_rewritten(direction):
    from agency.mail.services import send

    kept, dropped = two_of(Person)
    letter = issued(issued_by=dropped)
    email = send(
        "people/emails/second_factor_reset",
        to=dropped,
        context={"by": direction},
        about=dropped,
    )

    service.merge(kept, dropped, by=direction)

    email.refresh_from_db()
    assert (email.person, email.about) == (dropped, dropped)
    assert IssuedDocument.objects.get(pk=letter.pk).issued_by == dropped
