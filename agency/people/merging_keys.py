"""Where the rows of this room, and of those below it, go when two records are merged."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext as _

from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from agency.mail.models import MailPreference, OutgoingEmail
from agency.people import merging
from agency.people.choices import MembershipState
from agency.people.models import (
    Affiliation,
    Distinct,
    ImportBatch,
    ImportLine,
    Mandate,
    Membership,
    Merge,
    MergeConsent,
    Organisation,
    Person,
    Role,
)

AN_ACCOUNT = "an account is never handed over; that of the record set aside is closed"
A_PROOF = "a proof of what was done, at that address and on that day, is not rewritten"
WHO_DID_IT = "who did it, at work: as the journal, it is not rewritten"


def declare():
    """Called once, when the apps are ready."""
    _directory()
    _documents()
    _stay()


def _directory():
    merging.move(Role, "person")
    merging.move(Role, "scope")
    merging.move(Mandate, "person")
    merging.move(
        Affiliation,
        "person",
        settle=one_main_affiliation,
        related=("organisation", "profession"),
    )
    merging.move(Affiliation, "organisation")
    merging.move(Membership, "person", settle=one_membership_a_year)
    merging.move(Membership, "organisation", settle=one_membership_a_year)
    merging.move(Organisation.labels.through, "organisation", settle=held_by_both)


def _documents():
    merging.move(IssuedDocument, "recipient")
    merging.leave(IssuedDocument, "issued_by", WHO_DID_IT)
    merging.leave(IssuedDocument, "about", A_PROOF)
    merging.leave(OutgoingEmail, "person", A_PROOF)
    merging.leave(OutgoingEmail, "about", A_PROOF)
    merging.move(MailPreference, "person", settle=both_chose)


A_FILE = "what a file said of whom, on that day; gone after a month"


def _stay():
    merging.leave(ImportBatch, "by", WHO_DID_IT)
    merging.leave(ImportLine, "person", A_FILE)
    merging.leave(ImportLine, "organisation", A_FILE)
    merging.leave(EmailAddress, "user", AN_ACCOUNT)
    merging.leave(Authenticator, "user", AN_ACCOUNT)
    merging.leave(UserSession, "user", AN_ACCOUNT)
    merging.leave(LogEntry, "user", WHO_DID_IT)
    merging.leave(JournalEntry, "by", WHO_DID_IT)
    merging.leave(JournalEntry, "about", "append-only, and chained for each object")
    for model in (Person, Organisation):
        merging.leave(model, "merged_into", "merges follow one another, step by step")
    for model, name in ((Merge, "by"), (Merge, "undone_by"), (Distinct, "by")):
        merging.leave(model, name, WHO_DID_IT)
    merging.leave(MergeConsent, "by", WHO_DID_IT)
    for name in ("owner", "other"):
        merging.leave(MergeConsent, name, "what was agreed concerns these two alone")


def one_main_affiliation(row, twin):
    said = {"affiliation": row}
    return merging.follows_with(
        _("Both have a main affiliation: \u201c%(affiliation)s\u201d is no longer one.")
        % said,
        is_primary=False,
    )


def one_membership_a_year(row, twin):
    said = {"year": row.year, "status": row.get_status_display()}
    active = MembershipState.ACTIVE
    if row.status == active and twin.status != active:
        return merging.blocks(
            _(
                "Both are members for %(year)s, and only the record that would be set "
                "aside is up to date: correct the membership of the other one first."
            )
            % said
        )
    return merging.stays(
        _(
            "Both are members for %(year)s: one membership is enough, the other "
            "(%(status)s) stays with the record set aside."
        )
        % said
    )


def both_chose(row, twin):
    return merging.stays(
        _(
            "Both chose which messages they receive: the choice of the record that "
            "stays holds."
        )
    )


def held_by_both(row, twin):
    return merging.stays()
