"""What the rooms up to this one, and the parts they use, know about a person."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agency.core.access import STAFF_ROLES
from agency.core.admin import words
from agency.core.clock import now, today
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from agency.mail.models import Attachment, MailPreference, OutgoingEmail
from agency.people import privacy
from agency.people.choices import ImportKind
from agency.people.models import (
    Affiliation,
    Distinct,
    ImportBatch,
    ImportLine,
    Mandate,
    Membership,
    Merge,
    MergeConsent,
    Person,
    Role,
)
from agency.people.privacy import Erasure

# Written into the column, so that lists, PDFs and exports all say the same.
ERASED_NAME = _("Erased person")


def declare():
    """Called once, when the apps are ready."""
    _directory()
    _duplicates()
    _accounts()
    _traces()
    _correspondence()
    privacy.block(holds_a_staff_role)
    words.describe(take_over=_("Taken over by the owner of the address"))


def holds_a_staff_role(person):
    held = person.roles.in_force().filter(role__in=STAFF_ROLES)
    if person.is_superuser or held.exists():
        yield _(
            "You hold a role in the team: the direction must end it before your data "
            "can be erased."
        )


def _directory():
    privacy.register(
        Person,
        path="self",
        purpose=_("To know who you are, to write to you and to let you sign in"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.WITH_ACCOUNT,
        export=(
            "given_name",
            "family_name",
            "pronouns",
            "email",
            "phone",
            "address",
            "postal_code",
            "city",
            "territory",
            "joined_at",
            "last_login",
            "email_refused_at",
        ),
        erase=Erasure(_("Overwritten"), anonymise),
    )
    privacy.register(
        Affiliation,
        path="person",
        purpose=_("To offer you what fits your trade, and to count trades and places"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.WITH_ACCOUNT,
        export=(
            "organisation",
            "profession",
            "job_title",
            "contract",
            "is_primary",
            "practising_since",
            "starts_on",
            "ends_on",
        ),
        erase=Erasure(
            _("Kept as a fact, without what identifies you"), end_affiliations
        ),
    )
    privacy.register(
        Role,
        path="person",
        purpose=_("To give each one the access that their function needs"),
        legal_basis=privacy.INTEREST,
        retention=privacy.FIVE_YEARS,
        export=("role", "starts_on", "ends_on"),
        erase=Erasure(_("Ended, kept under a number"), end_roles),
    )
    privacy.register(
        Membership,
        path="person",
        purpose=_("To keep the roll of the members of the association"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=("year", "college", "status"),
        erase=privacy.keep(),
    )
    privacy.register(
        Mandate,
        path="person",
        purpose=_("To know who sits in the bodies of the association"),
        legal_basis=privacy.INTEREST,
        retention=privacy.FOR_EVER,
        export=("body", "role", "college", "starts_on", "ends_on"),
        erase=privacy.keep(),
    )

    privacy.professional(ImportBatch, "by", "the officer who imports, at work")
    privacy.register(
        ImportLine,
        path=read_about,
        purpose=_(
            "To write down at once the contacts that a partner or a fair gave us"
        ),
        legal_basis=privacy.INTEREST,
        retention=_("One month after the import"),
        export=(("data", _("what the file said")), "settled_at"),
        erase=privacy.delete(),
    )


def read_about(rows, person):
    """Lines of imports about the person, those that were left or refused included."""
    about = Q(person=person)
    if person.email:
        about |= Q(batch__kind=ImportKind.PEOPLE, data__email__iexact=person.email)
    return rows.filter(about)


def _duplicates():
    common = {"legal_basis": privacy.INTEREST, "retention": privacy.FIVE_YEARS}
    privacy.register(
        Merge,
        path=concerning("kept_id", "dropped_id"),
        purpose=_("To make one record of two, and to undo it for thirty days"),
        export=("at", "undone_at", "closed_at"),
        erase=privacy.blank(changes=[]),
        **common,
    )
    privacy.register(
        Distinct,
        path=concerning("first_id", "second_id"),
        purpose=_("Not to take you for somebody else of the same name"),
        export=("at",),
        erase=privacy.delete(),
        **common,
    )
    privacy.register(
        MergeConsent,
        path=lambda rows, person: rows.filter(Q(owner=person) | Q(other=person)),
        purpose=_("To close one of your two accounts only with your agreement"),
        export=("asked_at", "given_at"),
        erase=privacy.delete(),
        **common,
    )


def concerning(*columns):
    """The rows of which one of ``columns`` holds the number of the person."""

    def rows_about(rows, person):
        either = Q()
        for column in columns:
            either |= Q(**{column: person.pk})
        people = ContentType.objects.get_for_model(Person)
        return rows.filter(either, content_type=people)

    return rows_about


def _accounts():
    common = {"legal_basis": privacy.SECURITY, "erase": privacy.delete()}
    privacy.register(
        EmailAddress,
        path="user",
        purpose=_("To check that the address is yours"),
        retention=privacy.WITH_ACCOUNT,
        export=(
            ("email", _("e-mail address")),
            ("verified", _("checked")),
            ("primary", _("main address")),
        ),
        name=_("addresses to sign in with"),
        **common,
    )
    privacy.register(
        EmailConfirmation,
        path="email_address__user",
        purpose=_("To check that the address is yours"),
        retention=privacy.ONE_YEAR,
        export=(("created", _("written at")), ("sent", _("handed over at"))),
        name=_("checks of an address"),
        **common,
    )
    privacy.register(
        Authenticator,
        path="user",
        purpose=_("To let nobody else sign in to your account"),
        retention=privacy.WITH_ACCOUNT,
        export=(
            ("type", _("kind")),
            ("created_at", _("added at")),
            ("last_used_at", _("last used at")),
        ),
        name=_("second factors"),
        **common,
    )
    # Before the rows that name them: erasure goes backwards.
    privacy.register(
        UserSession,
        path="user",
        purpose=_("To show you where you are signed in"),
        retention=privacy.UNTIL_SIGN_OUT,
        export=(
            ("ip", _("network address")),
            ("user_agent", _("browser")),
            ("created_at", _("signed in at")),
            ("last_seen_at", _("last seen at")),
        ),
        name=_("places where you are signed in"),
        **common,
    )
    privacy.register(
        Session,
        path=lambda rows, person: rows.filter(
            session_key__in=UserSession.objects.filter(user=person).values(
                "session_key"
            )
        ),
        purpose=_("To keep you signed in from one page to the next"),
        retention=privacy.UNTIL_SIGN_OUT,
        export=(("expire_date", _("ends at")),),
        name=_("sessions of the site"),
        **common,
    )


def _traces():
    privacy.register(
        JournalEntry,
        path=about_or_by,
        purpose=_("To prove who decided what, and when"),
        legal_basis=privacy.LEGAL_DUTY,
        retention=privacy.FOR_EVER,
        export=("at", (said, _("action"))),
        erase=privacy.keep(),
    )
    privacy.register(
        LogEntry,
        path=lambda rows, person: rows.filter(
            Q(user=person)
            | Q(
                content_type=ContentType.objects.get_for_model(Person),
                object_id=str(person.pk),
            )
        ),
        purpose=_("To know what was changed in the management pages"),
        legal_basis=privacy.INTEREST,
        retention=privacy.ONE_YEAR,
        export=(("action_time", _("at")), ("action_flag", _("action"))),
        name=_("changes in the management pages"),
        erase=privacy.delete(),
    )


def said(entry):
    return words.action(entry, entry.content_type.model_class())


def about_or_by(rows, person):
    """Entries of the journal: what they did, and what was done about them."""
    about = ContentType.objects.get_for_model(Person)
    return rows.filter(Q(by=person) | Q(content_type=about, object_id=person.pk))


def _correspondence():
    privacy.register(
        IssuedDocument,
        path="recipient",
        purpose=_("To convene you, to certify your attendance, and to prove it"),
        legal_basis=privacy.LEGAL_DUTY,
        retention=privacy.FIVE_YEARS,
        export=("reference", "version", "title", "issued_at", "sha256"),
        erase=Erasure(_("The file is deleted, its number kept"), delete_files),
    )
    privacy.professional(
        IssuedDocument, "issued_by", "the officer who issued it, at work"
    )
    privacy.register(
        OutgoingEmail,
        path=written_to,
        purpose=_("To write to you, and to prove that we did"),
        legal_basis=privacy.LEGAL_DUTY,
        retention=privacy.TEXT_ONE_YEAR,
        export=("to", "subject", "text", "state", "created_at", "sent_at"),
        erase=Erasure(_("Kept as a fact, without its text"), empty_emails),
    )
    privacy.register(
        Attachment,
        path=lambda rows, person: rows.filter(
            email__in=written_to(OutgoingEmail.objects.all(), person)
        ),
        purpose=_("To write to you, and to prove that we did"),
        legal_basis=privacy.LEGAL_DUTY,
        retention=privacy.TEXT_ONE_YEAR,
        export=("filename", "mimetype"),
        erase=privacy.delete(),
    )

    privacy.register(
        MailPreference,
        path="person",
        purpose=_("To write to you only about what you asked for"),
        legal_basis=_("Your consent, which you take back by one press"),
        retention=privacy.WITH_ACCOUNT,
        export=("openings", "week_before", "chosen_at"),
        erase=privacy.delete(),
    )


def written_to(rows, person):
    """Messages to the person, those to their address before they were known included."""
    to_address = Q(to__iexact=person.email) if person.email else Q(pk=None)
    return rows.filter(Q(person=person) | to_address)


def anonymise(rows, person):
    empty(person, ERASED_NAME)
    person.is_active = person.is_superuser = False
    person.erased_at = person.erased_at or now()
    person.save()


def empty(person, name):
    """Leave nothing of the record but its number, under ``name``; nothing is saved yet."""
    person.given_name, person.family_name = "", str(name)
    person.email = person.email_refused_at = person.last_login = person.territory = None
    for field in ("pronouns", "phone", "address", "postal_code", "city"):
        setattr(person, field, "")
    person.set_unusable_password()


def end_affiliations(rows, person):
    rows.filter(starts_on__gt=today()).delete()
    rows.filter(Q(ends_on=None) | Q(ends_on__gt=today())).update(ends_on=today())
    rows.update(job_title="", contract="", practising_since=None, is_primary=False)


def end_roles(rows, person):
    rows.filter(starts_on__gt=today()).delete()
    rows.filter(Q(ends_on=None) | Q(ends_on__gt=today())).update(ends_on=today())


def delete_files(rows, person):
    files = [document.file for document in rows.exclude(file="")]

    def remove():
        for file in files:
            file.storage.delete(file.name)

    # A disk away now undoes nothing: files without a row are swept each day.
    transaction.on_commit(remove, robust=True)
    rows.update(title=str(ERASED_NAME), file="", size=0, printed=None)


def empty_emails(rows, person):
    """What still waits is theirs from now on, so the outbox lets none of it leave."""
    said = dict.fromkeys(("to", "subject", "text", "html", "folded", "last_error"), "")
    rows.update(**said, secret=None, person=person)
