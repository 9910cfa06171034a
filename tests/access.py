"""Every URL, every role, the expected answer: the table that the tests walk."""

from dataclasses import dataclass

from agency.core.admin import site
from tests.answers import (
    EVERYBODY,
    LEADER,
    NOBODY,
    OWNER,
    POSTED,
    SIGNED_IN,
    VISITORS,
)
from tests.grants import access as grants

# What a GET answers, in the order of ROLES.
#    visitor  stranger  enrolled  facilitator | officer  secretary  direction  accountant  superuser
ACCESS = {
    # What is on.
    "pages:home": EVERYBODY,
    "pages:activity-list": EVERYBODY,
    "pages:kind-cycles": (302,) * 9,
    "pages:kind-groupes": (302,) * 9,
    "pages:kind-co-developpement": (302,) * 9,
    "pages:kind-mentorat": (302,) * 9,
    "pages:agenda": EVERYBODY,
    "pages:agenda-ics": EVERYBODY,
    "pages:agenda-rss": EVERYBODY,
    "pages:icon": (302,) * 9,
    "pages:theme": (302,) * 9,
    "activities:activity-detail": EVERYBODY,
    "activities:activity-calendar": EVERYBODY,
    "activities:session-calendar": EVERYBODY,
    "activities:season-programme": EVERYBODY,
    # What the house pays for.
    "grants:scheme-list": EVERYBODY,
    "grants:scheme-detail": EVERYBODY,
    "grants:scheme-version": EVERYBODY,
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
    "mail:preferences": SIGNED_IN,
    # By the link of a message, signed in or not.
    "mail:unsubscribe": EVERYBODY,
    "people:profile-edit": SIGNED_IN,
    "people:affiliation-create": SIGNED_IN,
    "people:affiliation-edit": OWNER,
    "people:affiliation-end": POSTED,
    "people:personal-data": SIGNED_IN,
    "people:personal-data-export": SIGNED_IN,
    "people:personal-data-erase": SIGNED_IN,
    # The enrolled person is led to the enrolment there is.
    "activities:enrolment-create": (302, 200, 302, *[200] * 6),
    "activities:enrolment-detail": OWNER,
    "activities:enrolment-withdraw": OWNER,
    "activities:enrolment-answer": POSTED,
    "activities:enrolment-propose": OWNER,
    "activities:invitation-decline": OWNER,
    "activities:enrolment-change": OWNER,
    "activities:participation-excuse": OWNER,
    "activities:own-calendar": SIGNED_IN,
    "activities:enrolment-calendar": OWNER,
    # An application to mentoring: its author alone; the team reads why it may not apply.
    "mentoring:application-write": SIGNED_IN,
    "mentoring:application-detail": OWNER,
    "mentoring:application-withdraw": OWNER,
    "mentoring:application-submit": POSTED,
    "mentoring:application-resume": POSTED,
    # Whoever has the secret reads it, signed in or not: calendars are not.
    "activities:calendar-feed": EVERYBODY,
    "activities:enrolment-keep": POSTED,
    # Of a closed group: who is in it, and its charter.
    "activities:enrolment-sign": OWNER,
    "activities:enrolment-charter": OWNER,
    "activities:undertaking-text": LEADER,
    "activities:difficulty-declare": POSTED,
    "activities:difficulty-withdraw": POSTED,
    "activities:undertaking": (302, 404, 404, 200, *[404] * 5),
    # The link of an offer, good for whoever reads the mail: its address then bears no token.
    "activities:offer-answer": (302,) * 9,
    # The workspace of facilitators: by the row that assigns them, and by no role.
    "activities:animation": SIGNED_IN,
    "activities:animation-session": LEADER,
    "activities:animation-tablet": LEADER,
    "activities:animation-sign": LEADER,
    "activities:animation-paper": LEADER,
    "activities:animation-filled": LEADER,
    "activities:animation-scan": LEADER,
    # The room of a pair: its two halves, and no role.
    "mentoring:pair-detail": OWNER,
    "mentoring:pair-answer": POSTED,
    "mentoring:pair-words": OWNER,
    "mentoring:pair-words-file": OWNER,
    "mentoring:pair-tell": OWNER,
    "mentoring:pair-end": OWNER,
    "mentoring:pair-pulse": OWNER,
    "mentoring:pair-help": OWNER,
    "mentoring:pair-rest": OWNER,
    # The link of a reminder, good for whoever reads the mail: its address then bears no token.
    "mentoring:nudge-answer": (302,) * 9,
    "mentoring:pair-share": POSTED,
    "mentoring:pair-agreement": OWNER,
    "mentoring:pair-agreement-file": OWNER,
    "mentoring:pair-review": OWNER,
    "mentoring:meeting-log": OWNER,
    "mentoring:meeting-plan": OWNER,
    "mentoring:meeting-detail": OWNER,
    "mentoring:meeting-correct": OWNER,
    "mentoring:meeting-press": POSTED,
    "mentoring:meeting-shared-note": OWNER,
    "mentoring:meeting-private-note": OWNER,
    "mentoring:goal-create": OWNER,
    "mentoring:goal-edit": OWNER,
    "mentoring:goal-press": POSTED,
    # What the house grants.
    **grants.SITE,
    # About a sealed group: for its reader, and for the officer in charge of it.
    "documents:document-file": (302, 404, 200, 404, 200, *[404] * 4),
    # Whoever holds a certificate asks whether it is ours.
    "documents:document-verify": EVERYBODY,
    "documents:document-check": EVERYBODY,
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
    "admin:presences": (302, 403, 403, 403, *[200] * 5),
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
    "mail.quietperiod": room(OFFICE, OFFICE, delete=OFFICE),
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
    "mentoring.mentoringedition": OPEN,
    # Written to the officer in charge of the edition, and read by nobody else.
    "mentoring.mentoringapplication": room({"officer"}, export=()),
    # Facts, for the officer in charge of that very edition; no sealed model is here.
    "mentoring.pair": room(IN_CHARGE, add=()),
    "mentoring.review": room(IN_CHARGE, add=(), export=()),
    "mentoring.agencynote": room(IN_CHARGE, add=(), export=()),
    "mentoring.pairalert": room(IN_CHARGE, add=(), export=()),
    # Schemes, their rules, commissions and sittings.
    "grants.scheme": OPEN,
    "grants.schemeversion": room(ALL, OFFICE, add=(), export=()),
    "grants.expensecategory": room(ALL, OFFICE, add=(), export=()),
    "grants.criterion": room(ALL, OFFICE, add=(), export=()),
    "grants.emissionfactor": OPEN,
    "grants.commission": OPEN,
    "grants.sitting": OPEN,
    "grants.college": OPEN,
    "grants.member": OPEN,
    "grants.recusal": room(OFFICE, add=()),
    "grants.memberquestion": room(OFFICE, OFFICE, add=()),
    # --- desk of applications: what was sent; deciders read too (tests/grants/test_rules).
    "grants.application": room(OFFICE, add=()),
    "grants.extension": room(ALL, OFFICE, delete=OFFICE),
    # --- dialogue
    "grants.completionrequest": room(OFFICE, add=()),
    "grants.threadmessage": room(OFFICE, add=(), export=()),
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
    "admin:activities_session_postpone": OFFICE,
    "admin:activities_session_reception": OFFICE,
    "admin:activities_charter_new_version": OFFICE,
    "admin:activities_session_attendance": IN_CHARGE,
    "admin:activities_session_scan": IN_CHARGE,
    "admin:activities_session_sheet": IN_CHARGE,
    "admin:activities_activity_certificates": IN_CHARGE,
    "admin:activities_convening_live": IN_CHARGE,
    "admin:activities_convening_letters": IN_CHARGE,
    "admin:activities_difficulty_settle": set(),
    "admin:activities_enrolment_enrol": OFFICE,
    "admin:activities_enrolment_line": IN_CHARGE,
    "admin:programmes_practicecycle_form": ALL,
    "admin:groups_peergroup_form": ALL,
    "admin:groups_codevelopmentgroup_form": ALL,
    "admin:mentoring_mentoringedition_form": ALL,
    # Names for its officer; sums, none under five, for direction.
    "admin:mentoring_mentoringedition_dashboard": IN_CHARGE | DIRECTION,
    "admin:mentoring_mentoringedition_report": set(),
    "admin:mentoring_mentoringapplication_link": IN_CHARGE,
    # Scores and their reasons: of that very edition.
    **{
        f"admin:mentoring_mentoringedition_{page}": IN_CHARGE
        for page in ("match", "match_for", "match_publish", "match_report")
    },
    "admin:mentoring_pair_agreement": IN_CHARGE,
    "admin:mentoring_pair_terms": IN_CHARGE,
    "admin:mentoring_pair_agreement_file": IN_CHARGE,
    # Schemes, their rules, commissions and sittings.
    "admin:grants_scheme_new_version": OFFICE,
    "admin:grants_schemeversion_preview": ALL,
    "admin:grants_commission_form": ALL,
    # --- desk of applications: the instruction is the officers', and the rapporteur's.
    "admin:grants_application_pipeline": OFFICE,
    **{
        f"admin:grants_sitting_{page}": OFFICE
        for page in (
            *("progress", "minutes", "minutes_file", "agenda", "reconvene"),
            *("summary", "summary_pdf", "summary_xlsx"),
        )
    },
    "admin:grants_application_assign": OFFICE,
    "admin:grants_application_appoint": OFFICE,
    "admin:grants_application_check": OFFICE,
    "admin:grants_application_note": OFFICE,
    "admin:grants_application_report": IN_CHARGE,
    "admin:grants_application_retain": IN_CHARGE,
    # --- dialogue
    "admin:grants_threadmessage_file": OFFICE,
    "admin:grants_completionrequest_ask": OFFICE,
    "admin:grants_completionrequest_close": OFFICE,
    # What candidates wrote was written to the officer in charge, who is one of them.
    "admin:activities_activity_board": IN_CHARGE,
    "admin:activities_activity_apply": IN_CHARGE,
    "admin:activities_activity_composition_file": IN_CHARGE,
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
