"""Who writes in an application: its owner, and those of the organisation they invite."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.lifecycle import MoveBlocked
from agency.core.rows import insert_unless_there
from agency.people.addresses import is_claimed
from agency.people.models import Affiliation, Person
from agency.people.models.person import in_force
from grants import emails
from grants.choices import EditorRole
from grants.models import Application, ApplicationEditor
from grants.services.leaving import hand_over, has_left
from grants.states import ENDED, RUNNING

MOST = 12


@transaction.atomic
def invite(application, address, *, by):
    """Let whoever holds ``address`` write in it, if they work for the organisation.

    Says nothing of whether somebody does: no answer, whatever came of it.
    """
    if application.state in ENDED:
        raise MoveBlocked(_("This application is over: nobody writes in it any more."))
    if application.editors.count() >= MOST:
        raise MoveBlocked(_("Twelve people write in it already: take one off first."))
    person = _colleague(application.organisation, address)
    if person is None:
        return
    row = ApplicationEditor(application=application, person=person)
    if insert_unless_there(row):
        journal.record(application, "invite", by=by, person=person.pk)
        emails.invited(row, by)


def _colleague(organisation, address):
    """The person with an account under ``address``, who works there today."""
    people = Person.objects.present().filter(is_active=True)
    person = people.filter(email=address.strip().lower()).first()
    if person is None or not is_claimed(person):
        return None
    works = person.affiliations.filter(in_force(), organisation=organisation)
    return person if works.exists() else None


@transaction.atomic
def trust(editor, *, may_submit, by):
    """Give a collaborator the right to send it, or take it back."""
    rows = ApplicationEditor.objects.filter(
        pk=editor.pk, role=EditorRole.COLLABORATOR, may_submit=not may_submit
    )
    if rows.update(may_submit=may_submit):
        journal.record(
            editor.application,
            "trust" if may_submit else "distrust",
            by=by,
            person=editor.person_id,
        )


@transaction.atomic
def remove(editor, *, by):
    """Take a collaborator off; they may be the one who leaves."""
    if editor.role == EditorRole.OWNER:
        raise MoveBlocked(_("Whoever is in charge of an application stays in it."))
    application, person = editor.application, editor.person_id
    gone, _rows = ApplicationEditor.objects.filter(pk=editor.pk).delete()
    if gone:
        journal.record(application, "uninvite", by=by, person=person)


# --- The house, when nobody of the organisation is left in it -------------------------
def successors(application):
    """Who may be put in charge of it: of the organisation today, with an account."""
    works = Affiliation.objects.filter(
        in_force(), person=OuterRef("pk"), organisation=application.organisation_id
    )
    claimed = Q(last_login__isnull=False) | ~Q(
        password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    rows = Person.objects.present().filter(claimed, Exists(works), is_active=True)
    in_charge = application.editors.filter(role=EditorRole.OWNER)
    return rows.exclude(pk__in=in_charge.values("person")).order_by("folded", "pk")


@transaction.atomic
def appoint(application, person, *, by):
    """Put ``person`` in charge of a file that runs; they are told.

    Whoever was writes on as the others do, unless they work elsewhere by now.
    Raises MoveBlocked.
    """
    rows = Application.objects.filter(pk=application.pk, state__in=RUNNING)
    if not rows.update(told=F("told")):
        raise MoveBlocked(_("This application is over: nobody writes in it any more."))
    if not successors(application).filter(pk=person.pk).exists():
        raise MoveBlocked(
            _("Somebody in charge of a file has an account, and works there today.")
        )
    line, made = ApplicationEditor.objects.get_or_create(
        application=application, person=person
    )
    for before in application.editors.filter(role=EditorRole.OWNER):
        _step_aside(before, application)
    hand_over(application, line)
    journal.record(application, "appoint", by=by, person=person.pk)
    if made:
        emails.invited(line, by)
    return line


def _step_aside(editor, application):
    rows = ApplicationEditor.objects.filter(pk=editor.pk)
    if has_left(editor.person, application.organisation):
        rows.delete()
    else:
        rows.update(role=EditorRole.COLLABORATOR)
