"""The desk of aid."""

from django.utils.translation import gettext_lazy as _

from agency.core.admin.words import describe
from grants.admin.application import ApplicationAdmin
from grants.admin.body import (
    CollegeAdmin,
    MemberAdmin,
    MemberQuestionAdmin,
    RecusalAdmin,
)
from grants.admin.commissions import CommissionAdmin, SittingAdmin
from grants.admin.completions import CompletionRequestAdmin
from grants.admin.extension import ExtensionAdmin
from grants.admin.rows import CriterionAdmin, ExpenseCategoryAdmin
from grants.admin.ruleset import SchemeVersionAdmin
from grants.admin.schemes import EmissionFactorAdmin, SchemeAdmin
from grants.admin.thread import ThreadMessageAdmin

__all__ = [
    "ApplicationAdmin",
    "CollegeAdmin",
    "CommissionAdmin",
    "CompletionRequestAdmin",
    "CriterionAdmin",
    "EmissionFactorAdmin",
    "ExpenseCategoryAdmin",
    "ExtensionAdmin",
    "MemberAdmin",
    "MemberQuestionAdmin",
    "RecusalAdmin",
    "SchemeAdmin",
    "SchemeVersionAdmin",
    "SittingAdmin",
    "ThreadMessageAdmin",
]

# What the history of a file says of what is no move.
describe(
    check_paper=_("Document checked"),
    write_report=_("Report written"),
    retain=_("Amount retained"),
    assign_rapporteur=_("Given to a rapporteur"),
    appoint=_("Somebody else of the organisation in charge"),
    note=_("Internal note"),
)
# --- Of the commission.
describe(
    seat_member=_("Member appointed"),
    notice=_("Tie found"),
    arrange=_("Agenda arranged by the opinions"),
    order_agenda=_("Agenda put in order"),
    question=_("Question of a member"),
    answer_question=_("Question answered"),
)
# --- Of what its authors do with a draft.
describe(
    renew=_("Newer rules taken over"),
    invite=_("Somebody invited to write"),
    uninvite=_("Somebody taken off"),
    trust=_("May send it"),
    distrust=_("May not send it any more"),
)
