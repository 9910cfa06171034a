"""Somebody who writes in applications goes: what becomes of theirs."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.lifecycle import MoveBlocked
from agency.mail.models import OutgoingEmail
from agency.people.models import Affiliation
from agency.people.models.person import in_force
from grants.choices import EditorRole
from grants.models import Application, ApplicationDocument, ApplicationEditor
from grants.states import ENDED, ApplicationState

AT_ONCE = 200
# The one who may send it already comes first, then who was there first.
HEIRS = ("-may_submit", "added_at", "pk")


def alone_in_charge(person):
    """Applications that were sent, are not over, and would be nobody's without them."""
    lines = person.edited_applications.filter(role=EditorRole.OWNER)
    lines = lines.exclude(application__state__in=(ApplicationState.DRAFT, *ENDED))
    others = ApplicationEditor.objects.exclude(person=person).values("application")
    return lines.exclude(application__in=others)


@transaction.atomic
def leave(rows, person):
    """Take them off: a colleague takes over, a draft that is theirs alone goes."""
    rows = rows.select_related("application").order_by("application_id")
    for line in rows:
        application = line.application
        line.delete()
        heir = application.editors.order_by(*HEIRS).first()
        if heir is None and application.is_draft:
            throw_away(application)
        elif heir is not None and line.role == EditorRole.OWNER:
            hand_over(application, heir)


# --- Somebody works elsewhere -------------------------------------------------------
def has_left(person, organisation):
    """Whether they worked there, and do not any more."""
    known = person.affiliations.filter(organisation=organisation)
    return known.exists() and not known.filter(in_force()).exists()


def refuse_who_left(person, organisation):
    """Raise MoveBlocked: one sends and takes over for a place where one works."""
    if has_left(person, organisation):
        raise MoveBlocked(
            _("You do not work for this organisation any more: a colleague goes on.")
        )


def take_off_who_left():
    """The job: whoever left an organisation reads its applications no more.

    Where nobody else of it writes in one, they stay: the house must reach somebody.
    Returns how many lines went.
    """
    own = Affiliation.objects.filter(
        person=OuterRef("person"), organisation=OuterRef("application__organisation")
    )
    others = ApplicationEditor.objects.filter(application=OuterRef("application"))
    gone = ApplicationEditor.objects.filter(
        Exists(own),
        ~Exists(own.filter(in_force())),
        Exists(others.exclude(pk=OuterRef("pk"))),
    )
    lines = list(gone.select_related("person").order_by("pk")[:AT_ONCE])
    done = 0
    for line in lines:
        with transaction.atomic():
            rows = ApplicationEditor.objects.filter(pk=line.pk)
            if line.application.editors.exclude(pk=line.pk).exists():
                leave(rows, line.person)
                done += 1
    return done


def hand_over(application, heir):
    """``heir`` is in charge of it from now on; it has no owner at this moment."""
    lines = ApplicationEditor.objects.filter(pk=heir.pk)
    lines.update(role=EditorRole.OWNER, may_submit=True)
    journal.record(application, "hand_over", person=heir.person_id)


def throw_away(draft):
    """A draft goes with its rows and its files."""
    papers = ApplicationDocument.objects.filter(application=draft)
    files = [(paper.file.storage, paper.file.name) for paper in papers]
    # Of what nobody at the house may read no message is left in the outbox either.
    kind = ContentType.objects.get_for_model(Application)
    OutgoingEmail.objects.filter(content_type=kind, object_id=draft.pk).delete()
    draft.computations.all().delete()
    draft.delete()
    # A disk away now undoes nothing.
    transaction.on_commit(
        lambda: [storage.delete(name) for storage, name in files], robust=True
    )
