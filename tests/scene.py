"""A house in use, small: what the walk over every address meets."""

from functools import cached_property
from urllib.parse import urlsplit

from django.core.files.base import ContentFile

from agency.activities import offers
from agency.activities.services import charters, convenings, feeds
from agency.mail import preferences
from agency.people import claims, consents
from agency.people.models import MergeConsent
from agency.people.services import merging
from tests.access import ACCESS
from tests.activities.factories import (
    AccessNeedFactory,
    ActivityFactory,
    AgendaItemFactory,
    ApplicationFactory,
    AttendanceSheetFactory,
    CharterFactory,
    ConveningFactory,
    ConvocationFactory,
    DifficultyFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    InvitationFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.grants import (
    commission_scene,
    desk_scene,
    dialogue_scene,
    drafts_scene,
    schemes_scene,
    simulator_scene,
    submission_scene,
)
from tests.mentoring import scene as mentoring
from tests.people.factories import (
    AffiliationFactory,
    ImportBatchFactory,
    OrganisationFactory,
    PersonFactory,
    RoleFactory,
)


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
        self.open_session = SessionFactory(activity=coopts)
        self.invitation = InvitationFactory(email=member.email, sent=True)
        chartered = PracticeCycleFactory(charter=self.charter)
        self.to_sign = EnrolmentFactory(
            activity=chartered, person=member, accepted=True
        )
        self.codevelopment = ActivityFactory(kind="codevelopment")
        mentoring.set_up(self, member)
        schemes_scene.set_up(self)
        dialogue_scene.set_up(self, member)
        simulator_scene.set_up(self)
        drafts_scene.set_up(self, member)
        submission_scene.set_up(self, member)
        desk_scene.set_up(self)
        commission_scene.set_up(self, member)
        unknown = PersonFactory(given_name="Inconnue", unclaimed=True)
        self.duplicates(unknown)
        self.careful = PersonFactory(mfa=True)
        self.undertake()
        feeds.open_feed(member)
        self.secret = feeds.address(feeds.of(member)).split("/")[-1][: -len(".ics")]
        self.letter, self.present = None, 0
        self.imported = ImportBatchFactory()
        scan = ContentFile(b"%PDF-1.7", "feuille.pdf")
        self.sheet = AttendanceSheetFactory(session=self.session, scan=scan)

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
        # Any file will do: who may read the sheet is what is asked.
        self.sheet.document = self.letter
        self.sheet.save(update_fields=["document"])
        self.present = convocation.participation_id
        self.on_paper = ConveningFactory(session=self.session, done=True)
        paper = ConvocationFactory(
            convening=self.on_paper, participation__person__email=None
        )
        convenings.make_one(paper)
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

    def pair_arguments(self):
        """What stands in the addresses of the room of a pair."""
        room, meeting = [self.pair.uuid], [self.pair.uuid, self.met.pk]
        names = {name for name in ACCESS if name.startswith("mentoring:")}
        found = dict.fromkeys(names, room)
        found |= {name: meeting for name in names if ":meeting-" in name}
        found |= {f"mentoring:meeting-{page}": room for page in ("log", "plan")}
        goal = [self.pair.uuid, self.goal.pk]
        found |= {f"mentoring:goal-{page}": goal for page in ("edit", "press")}
        found |= {"mentoring:nudge-answer": mentoring.press_arguments(self)}
        found["mentoring:pair-review"] = [self.pair.uuid, "mi-parcours"]
        pages = ("agreement", "terms", "agreement_file")
        pending = [self.pending.pk]
        found |= {f"admin:mentoring_pair_{page}": pending for page in pages}
        edition = [self.pair.activity_id]
        match = [self.match.edition_id]
        names = ("match", "match_publish", "match_report")
        found |= {f"admin:mentoring_mentoringedition_{page}": match for page in names}
        found["admin:mentoring_mentoringedition_match_for"] = [*match, self.sought.pk]
        return found | {"admin:mentoring_mentoringedition_form": edition}

    def arguments(self, name):
        """What stands in the address ``name`` of this scene."""
        unclaimed = PersonFactory._meta.model.objects.get(given_name="Inconnue")
        claim = urlsplit(claims.link(unclaimed)).path.split("/")[-3:-1]
        consent = urlsplit(consents.link(self.consent)).path.split("/")[-3:-1]
        return {
            "activities:activity-detail": [self.cycle.slug],
            "activities:activity-calendar": [self.cycle.slug],
            "activities:session-calendar": [self.session.uuid],
            "activities:calendar-feed": [self.secret],
            "activities:enrolment-calendar": [self.enrolment.uuid],
            "activities:season-programme": [self.cycle.season.slug],
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
            "activities:enrolment-charter": [self.to_sign.uuid],
            "activities:difficulty-declare": [self.enrolment.uuid],
            "activities:difficulty-withdraw": [self.enrolment.uuid, self.declared.pk],
            "activities:offer-answer": [self.offer.uuid, offers.token(self.offer)],
            **self.pair_arguments(),
            **schemes_scene.arguments(self),
            **dialogue_scene.arguments(self),
            **simulator_scene.arguments(self),
            **drafts_scene.arguments(self),
            **submission_scene.arguments(self),
            **desk_scene.arguments(self),
            **commission_scene.arguments(self),
            "activities:animation-session": [self.session.uuid],
            "activities:animation-tablet": [self.session.uuid],
            "activities:animation-sign": [self.session.uuid, self.present, "morning"],
            "activities:animation-paper": [self.session.uuid],
            "activities:animation-filled": [self.session.uuid],
            "activities:animation-scan": [self.session.uuid],
            "admin:activities_session_attendance": [self.session.pk],
            "admin:activities_session_scan": [self.session.pk],
            "admin:activities_session_sheet": [self.session.pk],
            "admin:activities_activity_certificates": [self.cycle.pk],
            "documents:document-check": ["ABCD-EFGH-JKMN-PQRS"],
            "admin:activities_session_reception": [self.open_session.pk],
            "documents:document-file": [self.letter and self.letter.uuid],
            "mail:unsubscribe": [
                urlsplit(preferences.link(self.leader, "openings")).path.split("/")[-2]
            ],
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
            "admin:activities_session_postpone": [self.session.pk + 1],
            "admin:activities_activity_renew": [self.cycle.pk],
            "admin:activities_enrolment_line": [self.cycle.pk],
            "admin:activities_activity_board": [self.composed.pk],
            "admin:activities_activity_apply": [self.composed.pk],
            "admin:activities_activity_composition_file": [self.composed.pk],
            "admin:activities_enrolment_call_list": [self.cycle.pk],
            "admin:activities_invitation_resend": [self.invitation.pk],
            "admin:activities_charter_new_version": [self.charter.pk],
            "admin:activities_difficulty_settle": [self.declared.pk],
            "admin:programmes_practicecycle_form": [self.cycle.pk],
            "admin:groups_peergroup_form": [self.offer.activity_id],
            "admin:groups_codevelopmentgroup_form": [self.codevelopment.pk],
            "admin:mentoring_mentoringedition_form": [self.edition.pk],
            "admin:mentoring_mentoringedition_dashboard": [self.pair.activity_id],
            "admin:mentoring_mentoringedition_report": [self.pair.activity_id],
            "admin:mentoring_mentoringapplication_link": [self.veto.application_id],
            "mentoring:application-write": [self.edition.slug, "mentoree"],
            "mentoring:application-detail": [self.application.uuid],
            "mentoring:application-withdraw": [self.application.uuid],
            "mentoring:application-submit": [self.application.uuid],
            "mentoring:application-resume": [self.application.uuid],
            "admin:activities_convening_live": [self.letter and self.convening.pk],
            "admin:activities_convening_letters": [self.letter and self.on_paper.pk],
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
