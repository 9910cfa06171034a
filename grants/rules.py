"""Who may do what with schemes, sittings and applications (references/grants.md, C.5)."""

import rules

from agency.core.access import (
    ACCOUNTANT,
    DECIDER,
    DIRECTION,
    OFFICER,
    SECRETARY,
    has_role,
    is_staff,
)
from grants.choices import EditorRole, PaperCheck
from grants.states import BARRING

handles_grants = has_role(OFFICER, SECRETARY, DIRECTION)
# Bank details; of an accountant's files, those to which aid was granted (not yet here).
reads_bank = has_role(DIRECTION, DECIDER, ACCOUNTANT)
# What was sent; members of a commission read theirs through their own queryset.
reads_applications = has_role(OFFICER, SECRETARY, DIRECTION, DECIDER)
instructs = has_role(OFFICER)


def application_of(row):
    """The application that ``row`` belongs to; itself when it is one."""
    row = getattr(row, "request", row)  # an item of a completion
    return getattr(row, "application", row)


def editor(user, row):
    """The line of ``user`` among those who write in the application, or None."""
    if row is None or not user.is_authenticated:
        return None
    editors = application_of(row).editors.all()
    return next((one for one in editors if one.person_id == user.pk), None)


@rules.predicate
def is_editor(user, row):
    """Writes in the application, whether they are in charge of it or invited."""
    if row is None:  # whether one may at all
        return user.is_authenticated
    return editor(user, row) is not None


@rules.predicate
def is_kept_away(user, row):
    """Writes in it or stands back from it: neither handles nor studies it, whatever
    their role.
    """
    if row is None:  # whether one may at all
        return False
    application = application_of(row)
    # Rows of the desk are never shut to their reader: ``for_the_desk_of`` saw to it.
    known = getattr(application, "shut_to_reader", None)
    if known is not None:
        return known
    barred = application.recusals.filter(person_id=user.pk, state__in=BARRING)
    return editor(user, row) is not None or barred.exists()


@rules.predicate
def is_owner(user, row):
    """In charge of the application: invites the others, throws its draft away."""
    if row is None:
        return user.is_authenticated
    line = editor(user, row)
    return line is not None and line.role == EditorRole.OWNER


@rules.predicate
def may_send(user, row):
    """In charge of it, or trusted with sending it."""
    if row is None:
        return user.is_authenticated
    line = editor(user, row)
    return line is not None and (line.role == EditorRole.OWNER or line.may_submit)


@rules.predicate
def is_rapporteur_of(user, row):
    """Of the team, and the application was given to them."""
    if row is None or not user.is_staff:
        return False
    return application_of(row).rapporteur_id == user.pk


@rules.predicate
def is_sent(user, row):
    """A draft is its authors' alone, whatever one's role."""
    return row is None or not application_of(row).is_draft


@rules.predicate
def is_bank(user, paper):
    """The document holds bank details."""
    if paper is None:
        return False
    asked = paper.application.rules.requirements.all()
    return any(one.is_bank and one.key == paper.requirement for one in asked)


@rules.predicate
def is_to_check(user, paper):
    return paper is None or paper.check_state == PaperCheck.TO_CHECK


# --- Schemes, their rules, commissions and sittings --------------------------------
RULES_ROWS = (
    *("zone", "expensecategory", "ratescale", "eligibilityrule"),
    *("documentrequirement", "criterion", "criterionlevel"),
)
for model in (
    *("scheme", "schemeversion", "emissionfactor", "commission", "sitting"),
    *("extension", *RULES_ROWS),
):
    rules.add_perm(f"grants.view_{model}", is_staff)
    rules.add_perm(f"grants.add_{model}", handles_grants)
    rules.add_perm(f"grants.change_{model}", handles_grants)
for model in (*RULES_ROWS, "extension"):
    rules.add_perm(f"grants.delete_{model}", handles_grants)
for verb in ("publish", "retire"):
    rules.add_perm(f"grants.{verb}_schemeversion", handles_grants)


# --- The commission: who sits, who stands back, what they ask ------------------------
@rules.predicate
def is_their_own(user, row):
    """A recusal of one's own: somebody else decides about it."""
    return row is not None and row.person_id == user.pk


keeps_the_commission = has_role(SECRETARY, DIRECTION)
for model in ("college", "member"):
    rules.add_perm(f"grants.view_{model}", is_staff)
    rules.add_perm(f"grants.add_{model}", handles_grants)
    rules.add_perm(f"grants.change_{model}", handles_grants)
rules.add_perm("grants.view_recusal", handles_grants)
# A sitting is run by its secretary; members vote by their mandate (services.live).
rules.add_perm("grants.view_sittingenvelope", is_staff)
# They name files and what was said of them: for who may read files.
for model in ("point", "minutes"):
    rules.add_perm(f"grants.view_{model}", reads_applications)
for model in ("sittingenvelope",):
    for verb in ("add", "change", "delete"):
        rules.add_perm(f"grants.{verb}_{model}", handles_grants)
rules.add_perm("grants.prepare_sitting", handles_grants)
rules.add_perm("grants.run_sitting", keeps_the_commission)
# The chair decides on the site, by mandate (services.interests.leads).
for verb in ("confirm", "reject", "lift", "impose"):
    rules.add_perm(f"grants.{verb}_recusal", keeps_the_commission & ~is_their_own)

# --- The authors of an application -------------------------------------------------
for verb in ("write", "answer"):
    rules.add_perm(f"grants.{verb}_application", is_editor)
for verb in ("submit", "complete"):
    rules.add_perm(f"grants.{verb}_application", may_send)
for verb in ("invite", "discard"):
    rules.add_perm(f"grants.{verb}_application", is_owner)

# --- The house: what was sent, and what one does with it ---------------------------
is_read = is_sent & ~is_kept_away
handles = handles_grants & is_read
studies = (is_rapporteur_of | instructs) & is_read

for model in ("application", "applicationrevision", "aidcomputation"):
    rules.add_perm(f"grants.view_{model}", reads_applications & is_read)
for model in ("completionrequest", "internalnote", "instructionreport"):
    rules.add_perm(f"grants.view_{model}", reads_applications & is_read)
rules.add_perm("grants.view_memberquestion", reads_applications & is_read)
rules.add_perm("grants.view_show", reads_applications)
for verb in ("admit", "dismiss", "schedule", "unschedule", "close", "assign"):
    rules.add_perm(f"grants.{verb}_application", handles)
# By its authors; by the house when they asked for it, with the proof (C.3, T15).
rules.add_perm("grants.withdraw_application", handles | may_send)
rules.add_perm(
    "grants.ask_application", handles | (is_rapporteur_of & is_sent & ~is_kept_away)
)
for verb in ("instruct", "finish", "reopen", "retain"):
    rules.add_perm(f"grants.{verb}_application", studies)
rules.add_perm("grants.change_instructionreport", studies)
rules.add_perm("grants.check_applicationdocument", handles | studies)
rules.add_perm("grants.add_internalnote", handles | studies)
for verb in ("answer", "change"):
    rules.add_perm(f"grants.{verb}_memberquestion", handles | studies)
# Both sides read the thread, and write in it.
rules.add_perm("grants.view_threadmessage", is_editor | (reads_applications & is_read))
rules.add_perm("grants.add_threadmessage", is_editor | handles | studies)
# Bank details: whoever gave them, who pays, and who checks them until they did.
rules.add_perm("grants.read_bank_application", is_editor | (reads_bank & is_read))
rules.add_perm(
    "grants.read_applicationdocument",
    is_editor
    | (is_bank & is_read & (reads_bank | (handles_grants & is_to_check)))
    | (~is_bank & reads_applications & is_read),
)
