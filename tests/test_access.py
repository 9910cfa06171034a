"""Every URL, every role, the expected answer. A URL missing from the table fails.

The answers are asked for in tests/test_walk.py, in one walk over a house in use.
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import pytest
import rules
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import get_resolver

from agency.activities import offers
from agency.activities.services import charters, convenings
from agency.core.admin import site
from agency.people import claims, consents
from agency.people.models import MergeConsent
from agency.people.services import merging
from tests.activities.factories import (
    AccessNeedFactory,
    ActivityFactory,
    AgendaItemFactory,
    ApplicationFactory,
    AttendanceSheetFactory,
    CharterFactory,
    DifficultyFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    InvitationFactory,
    PracticeCycleFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    ImportBatchFactory,
    OrganisationFactory,
    PersonFactory,
    RoleFactory,
)

ROLES = (
    "anonymous",
    "stranger",
    "enrolled",
    "facilitator",
    "officer",
    "secretary",
    "direction",
    "accountant",
    "superuser",
)
STAFF = ROLES[4:]
EVERYBODY = (200,) * 9
SIGNED_IN = (302, *[200] * 8)
VISITORS = (200, *[302] * 8)
NOBODY = (302, *[404] * 8)
OWNER = (302, 404, 200, *[404] * 6)
LEADER = (302, 404, 404, 200, *[404] * 5)

# What a GET answers, in the order of ROLES.
#    visitor  stranger  enrolled  facilitator | officer  secretary  direction  accountant  superuser
ACCESS = {
    # What is on.
    "pages:home": EVERYBODY,
    "pages:activity-list": EVERYBODY,
    "pages:kind-cycles": (302,) * 9,
    "pages:kind-groupes": (302,) * 9,
    "pages:kind-co-developpement": (302,) * 9,
    "pages:agenda": EVERYBODY,
    "pages:icon": (302,) * 9,
    "pages:theme": (302,) * 9,
    "activities:activity-detail": EVERYBODY,
    "activities:activity-calendar": EVERYBODY,
    "activities:session-calendar": EVERYBODY,
    # The house.
    "pages:health": EVERYBODY,
    "pages:legal": EVERYBODY,
    "pages:privacy": EVERYBODY,
    "pages:accessibility": EVERYBODY,
    "pages:components": (302, 403, 403, 403, 200, 200, 200, 200, 403),
    # There is no such folder outside the demonstration.
    "pages:demo-mailbox": (404,) * 9,
    "pages:demo-mailbox-html": (404,) * 9,
    "pages:demo-mailbox-part": (404,) * 9,
    # One's own.
    "pages:own-space": SIGNED_IN,
    "pages:own-documents": SIGNED_IN,
    "people:profile-edit": SIGNED_IN,
    "people:affiliation-create": SIGNED_IN,
    "people:affiliation-edit": OWNER,
    "people:affiliation-end": (302, *[405] * 8),
    "people:personal-data": SIGNED_IN,
    "people:personal-data-export": SIGNED_IN,
    "people:personal-data-erase": SIGNED_IN,
    # The enrolled person is led to the enrolment there is.
    "activities:enrolment-create": (302, 200, 302, *[200] * 6),
    "activities:enrolment-detail": OWNER,
    "activities:enrolment-withdraw": OWNER,
    "activities:enrolment-answer": (302, *[405] * 8),
    "activities:enrolment-propose": OWNER,
    "activities:invitation-decline": OWNER,
    "activities:enrolment-change": OWNER,
    "activities:participation-excuse": OWNER,
    "activities:enrolment-keep": (302, *[405] * 8),
    # Of a closed group: who is in it, and its charter.
    "activities:enrolment-sign": OWNER,
    "activities:difficulty-declare": (302, *[405] * 8),
    "activities:difficulty-withdraw": (302, *[405] * 8),
    "activities:undertaking": (302, 404, 404, 200, *[404] * 5),
    # The link of an offer, good for whoever reads the mail: its address then bears no token.
    "activities:offer-answer": (302,) * 9,
    # The workspace of facilitators: by the row that assigns them, and by no role.
    "activities:animation": SIGNED_IN,
    "activities:animation-session": LEADER,
    "activities:animation-tablet": LEADER,
    "activities:animation-sign": LEADER,
    "activities:animation-paper": LEADER,
    "activities:animation-scan": LEADER,
    # About a sealed group: for its reader, and for the officer in charge of it.
    "documents:document-file": (302, 404, 200, 404, 200, *[404] * 4),
    # The link leads to a form whose address bears no token.
    "people:claim": (302,) * 9,
    "people:merge-consent": (302,) * 9,
    # Accounts.
    "account_login": VISITORS,
    "account_signup": VISITORS,
    "account_request_login_code": VISITORS,
    "account_confirm_login_code": (302,) * 9,
    "account_logout": (302, *[200] * 8),
    "account_inactive": EVERYBODY,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_email_verification_sent": (302,) * 9,
    "account_change_password": SIGNED_IN,
    "account_set_password": (302,) * 9,
    "account_reset_password": EVERYBODY,
    "account_reset_password_done": EVERYBODY,
    "account_reset_password_from_key": EVERYBODY,
    "account_reset_password_from_key_done": EVERYBODY,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": (302,) * 9,
    "mfa_reauthenticate": (302,) * 9,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": NOBODY,
    "mfa_view_recovery_codes": NOBODY,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": NOBODY,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": (302,) * 9,
    "mfa_remove_webauthn": NOBODY,
    "mfa_edit_webauthn": NOBODY,
    "mfa_login_webauthn": (302,) * 9,
    "usersessions_list": SIGNED_IN,
    # The desk; its rooms are in DESK.
    "admin:index": (302, 403, 403, 403, *[200] * 5),
    "admin:login": (302, 403, 403, 403, *[302] * 5),
    "admin:autocomplete": (302, *[403] * 8),
    "admin:jsi18n": (302, 403, 403, 403, *[200] * 5),
    "admin:app_list": (302, 403, 403, 403, *[200] * 4, 404),
}  # fmt: skip

# --- The desk, by rule, model by role ----------------------------------------
OFFICE = {"officer", "secretary", "direction"}
ALL = OFFICE | {"accountant"}
DIRECTION = {"direction"}
# Of the very activity: who is in the sealed cycle of the scene is known to one officer.
IN_CHARGE = {"officer"}


@dataclass(frozen=True)
class Room:
    """Who reads a model on the desk, who writes it, who removes a row of it."""

    view: frozenset
    change: frozenset = frozenset()
    add: frozenset = frozenset()
    delete: frozenset = frozenset()
    export: frozenset = frozenset()


def room(view, change=(), *, add=None, delete=(), export=None):
    adding = change if add is None else add
    taking = view if export is None else export
    return Room(*(frozenset(who) for who in (view, change, adding, delete, taking)))


# What everybody of the house reads and the office writes.
OPEN = room(ALL, OFFICE)
# The same, but names by the hundred leave with the office alone.
NAMES = room(ALL, OFFICE, export=OFFICE)
DESK = {
    "core.journalentry": room({"direction", "superuser"}),
    "documents.issueddocument": room(OFFICE),
    "mail.outgoingemail": room(OFFICE),
    "people.person": NAMES,
    "people.organisation": NAMES,
    "people.membership": NAMES,
    "people.mandate": NAMES,
    "people.importbatch": room(OFFICE, add=OFFICE),
    "people.profession": OPEN,
    "people.territory": OPEN,
    "people.organisationlabel": OPEN,
    "activities.activity": OPEN,
    "activities.season": OPEN,
    "activities.venue": OPEN,
    "activities.session": OPEN,
    # The rows of sealed groups are left out for all but their officer (visible_to).
    "activities.enrolment": room(OFFICE, add=()),
    # Health: the officer in charge and the disability officer, nobody else, no list taken.
    "activities.accessneed": room({"officer"}, export=()),
    "activities.convening": room(OFFICE),
    "activities.invitation": room(OFFICE, add=()),
    "activities.charter": OPEN,
    "activities.charterversion": room(ALL, OFFICE, add=(), export=()),
    "activities.chartersignature": room(OFFICE, add=()),
    # The officer in charge of that very activity; in this house it is somebody else.
    # Whoever is in charge of the activity: one of the officers here.
    "activities.difficulty": room({"officer"}, export=()),
    "programmes.practicecycle": OPEN,
    "groups.peergroup": OPEN,
    "groups.codevelopmentgroup": OPEN,
}
# A page that leads elsewhere: an activity, to the room of its kind.
LEADS = {"admin:activities_activity_change"}
# What one room alone has: who may open it, for a row that allows it.
DOORS = {
    "admin:activities_activity_renew": OFFICE,
    "admin:activities_enrolment_call_list": IN_CHARGE,
    "admin:activities_invitation_invite": OFFICE,
    "admin:activities_invitation_resend": OFFICE,
    "admin:activities_session_convene": IN_CHARGE,
    "admin:activities_session_preview": IN_CHARGE,
    "admin:activities_charter_new_version": OFFICE,
    "admin:activities_session_attendance": IN_CHARGE,
    "admin:activities_session_scan": IN_CHARGE,
    "admin:activities_convening_live": IN_CHARGE,
    "admin:activities_difficulty_settle": set(),
    "admin:activities_enrolment_enrol": OFFICE,
    "admin:activities_enrolment_line": IN_CHARGE,
    "admin:programmes_practicecycle_form": ALL,
    "admin:groups_peergroup_form": ALL,
    "admin:groups_codevelopmentgroup_form": ALL,
    # What candidates wrote was written to the officer in charge, who is one of them.
    "admin:activities_activity_board": IN_CHARGE,
    "admin:activities_activity_apply": IN_CHARGE,
    "admin:mail_outgoingemail_address": IN_CHARGE,
    "admin:people_importbatch_live": OFFICE,
    "admin:people_importbatch_left": OFFICE,
    "admin:people_importbatch_model": OFFICE,
    "admin:people_person_invite": OFFICE,
    "admin:people_person_reset_second_factor": DIRECTION,
    "admin:people_person_give_role": DIRECTION,
    "admin:people_person_end_role": DIRECTION,
    **{
        f"admin:people_{model}_{page}": OFFICE
        for model in ("person", "organisation")
        for page in ("merge", "merge_with", "undo_merge", "duplicates")
    },
}


# --- The scene ---------------------------------------------------------------
class Scene:
    """One of everything that an address may name, and one person of each role."""

    def __init__(self):
        # Sealed: who is in it is known to its officer alone.
        self.cycle = PracticeCycleFactory(
            sessions=2, title="Cycle de la traversée", officer=self.person("officer")
        )
        self.session = self.cycle.sessions.get(number=1)
        AgendaItemFactory(session=self.session)
        self.leader = PersonFactory(given_name="Nour", family_name="Belkacem")
        self.role = RoleFactory(person=self.leader, role="facilitator")
        FacilitatorFactory(activity=self.cycle, person=self.leader)
        self.affiliation = AffiliationFactory()
        self.enrolment = EnrolmentFactory(
            activity=self.cycle,
            person=self.affiliation.person,
            affiliation=self.affiliation,
            confirmed=True,
        )
        self.offer = EnrolmentFactory(offered=True)
        self.composed = PracticeCycleFactory(
            registration_mode="application", officer=self.person("officer")
        )
        candidate = EnrolmentFactory(activity=self.composed, under_review=True)
        ApplicationFactory(enrolment=candidate, selection="select")
        AccessNeedFactory(enrolment=candidate)
        self.charter = CharterFactory()
        DifficultyFactory(enrolment__activity=self.composed)
        self.declared = DifficultyFactory()
        coopts = ActivityFactory(registration_mode="cooptation")
        member = self.affiliation.person
        self.member = EnrolmentFactory(activity=coopts, person=member, confirmed=True)
        self.invitation = InvitationFactory(email=member.email, sent=True)
        self.codevelopment = ActivityFactory(kind="codevelopment")
        unknown = PersonFactory(given_name="Inconnue", unclaimed=True)
        self.duplicates(unknown)
        self.careful = PersonFactory(mfa=True)
        self.undertake()
        self.letter, self.present = None, 0
        self.imported = ImportBatchFactory()
        scan = ContentFile(b"%PDF-1.7", "feuille.pdf")
        AttendanceSheetFactory(session=self.session, scan=scan)

    def undertake(self):
        """The facilitator has signed what every facilitator signs."""
        version = charters.undertaking()
        if version is not None:
            said = {"typed_name": self.leader.full_name, "address": ""}
            charters.undertake(
                self.leader, version=version, sha256=version.sha256, **said
            )

    def duplicates(self, unknown):
        """Two records that were merged, two to compare, and an owner who is asked."""
        by = PersonFactory(officer=True)
        twin = PersonFactory(given_name="Sosie", unclaimed=True)
        place, self.other_organisation = OrganisationFactory.create_batch(2)
        self.merges = [
            merging.merge(unknown, twin, by=by),
            merging.merge(place, OrganisationFactory(), by=by),
        ]
        self.consent = MergeConsent.objects.create(
            owner=PersonFactory(), other=PersonFactory(), by=by
        )

    def convene(self):
        """The letter that the enrolled person receives, through the real service."""
        from agency.activities.services import sessions  # as an officer would

        for session in self.cycle.sessions.all():
            sessions.fan_out(session)
        batch = convenings.convene(self.session, by=self.person("officer"))
        waiting = batch.convocations.order_by("pk").values_list("pk", flat=True)
        convenings.make(batch.pk, list(waiting))
        self.convening = batch
        convocation = batch.convocations.get()
        self.letter, self.email = convocation.document, convocation.email
        self.present = convocation.participation_id
        return self

    @cached_property
    def people(self):
        return {}

    def person(self, role):
        """The one person of that role; None for the visitor."""
        if role == "anonymous":
            return None
        if role not in self.people:
            self.people[role] = self.make(role)
        return self.people[role]

    def make(self, role):
        if role == "enrolled":
            return self.enrolment.person
        if role == "facilitator":
            return self.leader
        return PersonFactory(**({} if role == "stranger" else {role: True}))

    def arguments(self, name):
        """What stands in the address ``name`` of this scene."""
        unclaimed = PersonFactory._meta.model.objects.get(given_name="Inconnue")
        claim = urlsplit(claims.link(unclaimed)).path.split("/")[-3:-1]
        consent = urlsplit(consents.link(self.consent)).path.split("/")[-3:-1]
        return {
            "activities:activity-detail": [self.cycle.slug],
            "activities:activity-calendar": [self.cycle.slug],
            "activities:session-calendar": [self.session.uuid],
            "activities:enrolment-create": [self.cycle.slug],
            "activities:enrolment-detail": [self.enrolment.uuid],
            "activities:enrolment-withdraw": [self.enrolment.uuid],
            "activities:enrolment-answer": [self.enrolment.uuid],
            "activities:enrolment-propose": [self.member.uuid],
            "activities:invitation-decline": [self.invitation.uuid],
            "activities:enrolment-change": [self.enrolment.uuid],
            "activities:participation-excuse": [self.present],
            "activities:enrolment-keep": [self.enrolment.uuid],
            "activities:enrolment-sign": [self.enrolment.uuid],
            "activities:difficulty-declare": [self.enrolment.uuid],
            "activities:difficulty-withdraw": [self.enrolment.uuid, self.declared.pk],
            "activities:offer-answer": [self.offer.uuid, offers.token(self.offer)],
            "activities:animation-session": [self.session.uuid],
            "activities:animation-tablet": [self.session.uuid],
            "activities:animation-sign": [self.session.uuid, self.present, "morning"],
            "activities:animation-paper": [self.session.uuid],
            "activities:animation-scan": [self.session.uuid],
            "admin:activities_session_attendance": [self.session.pk],
            "admin:activities_session_scan": [self.session.pk],
            "documents:document-file": [self.letter and self.letter.uuid],
            "people:affiliation-edit": [1],
            "people:affiliation-end": [1],
            "people:claim": claim,
            "people:merge-consent": consent,
            "pages:demo-mailbox-html": ["message"],
            "pages:demo-mailbox-part": ["message", 0],
            "account_reset_password_from_key": ["1", "forged"],
            "mfa_remove_webauthn": [1],
            "mfa_edit_webauthn": [1],
            "admin:app_list": ["activities"],
            # The second session: nobody is convened to it yet.
            "admin:activities_session_convene": [self.session.pk + 1],
            "admin:activities_session_preview": [self.session.pk + 1],
            "admin:activities_activity_renew": [self.cycle.pk],
            "admin:activities_enrolment_line": [self.cycle.pk],
            "admin:activities_activity_board": [self.composed.pk],
            "admin:activities_activity_apply": [self.composed.pk],
            "admin:activities_enrolment_call_list": [self.cycle.pk],
            "admin:activities_invitation_resend": [self.invitation.pk],
            "admin:activities_charter_new_version": [self.charter.pk],
            "admin:activities_difficulty_settle": [self.declared.pk],
            "admin:programmes_practicecycle_form": [self.cycle.pk],
            "admin:groups_peergroup_form": [self.offer.activity_id],
            "admin:groups_codevelopmentgroup_form": [self.codevelopment.pk],
            "admin:activities_convening_live": [self.letter and self.convening.pk],
            "admin:mail_outgoingemail_address": [self.letter and self.email.pk],
            "admin:people_importbatch_live": [self.imported.pk],
            "admin:people_importbatch_left": [self.imported.pk],
            "admin:people_importbatch_model": ["people", "csv"],
            "admin:people_person_invite": [unclaimed.pk],
            "admin:people_person_reset_second_factor": [self.careful.pk],
            "admin:people_person_give_role": [self.careful.pk],
            "admin:people_person_end_role": [self.leader.pk, self.role.pk],
            "admin:people_person_merge": [unclaimed.pk],
            "admin:people_person_merge_with": [self.careful.pk, unclaimed.pk],
            "admin:people_person_undo_merge": [self.merges[0].uuid],
            "admin:people_organisation_merge": [self.affiliation.organisation.pk],
            "admin:people_organisation_merge_with": [
                self.affiliation.organisation.pk,
                self.other_organisation.pk,
            ],
            "admin:people_organisation_undo_merge": [self.merges[1].uuid],
        }.get(name, [])


# --- The table is whole ------------------------------------------------------
def url_names(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from url_names(pattern, prefix + namespace)
        else:
            yield prefix + (pattern.name or "")


def room_of(name):
    """``admin:activities_session_change`` as (``activities.session``, ``change``)."""
    for model in site._registry:
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(label):
            return model._meta.label_lower, name.removeprefix(label)
    return None


def test_every_url_is_in_the_table():
    names = {name for name in url_names(get_resolver()) if name not in ("admin:", "")}

    assert {name for name in names if not room_of(name)} == set(ACCESS)


def test_every_room_of_the_desk_is_in_the_table():
    assert {model._meta.label_lower for model in site._registry} == set(DESK)


def test_every_page_of_a_room_is_walked():
    from tests.test_walk import DESK_PAGES  # it needs this module

    names = {name for name in url_names(get_resolver()) if room_of(name)}

    assert {n for n in names if room_of(n)[1] not in DESK_PAGES} == set(DOORS)


@pytest.mark.parametrize("label", sorted(DESK))
def test_room_of_the_desk_has_a_rule_for_all_it_allows(label):
    meta = apps.get_model(label)._meta

    for verb in ("view", "add", "change"):
        assert rules.perm_exists(f"{meta.app_label}.{verb}_{meta.model_name}") or (
            meta.proxy or not getattr(DESK[label], verb)
        )
