"""What mentoring knows about a person, and how it lets them go."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from agency.core import discretion
from agency.core.clock import now
from agency.core.lifecycle import move
from agency.people import privacy
from agency.people.privacy import Erasure
from mentoring.models import MentoringApplication, Veto
from mentoring.services import retention
from mentoring.states import RUNNING, ApplicationState

SIX_MONTHS = _("Five years; six months when the application was not retained")


def declare():
    """Called once, when the apps are ready."""
    # Messages about an application are read by the officer in charge alone.
    discretion.keep(MentoringApplication, partial(_hidden, MentoringApplication))
    privacy.register(
        MentoringApplication,
        path="person",
        purpose=_("To make the pairs; read by the officer in charge alone"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        export=(
            "edition",
            "side",
            "state",
            "profession",
            "years",
            "stage",
            "experience",
            ("art_forms_said", _("art forms")),
            ("organisation_kinds_said", _("kinds of organisation")),
            "territory",
            "mobility",
            "meeting",
            "availability",
            ("topics_said", _("topics")),
            "capacity",
            "expectations",
            "motivation",
            "asked",
            "told",
            "interview_note",
            "note",
            "submitted_at",
        ),
        erase=Erasure(_("Withdrawn, and emptied of what you wrote"), leave),
    )
    privacy.register(
        Veto,
        path=_written,
        purpose=_("To make pairs in which you can speak"),
        legal_basis=privacy.CONTRACT,
        retention=SIX_MONTHS,
        # One's own alone: that somebody wrote a name is theirs.
        export=("words", "with_person", "with_organisation"),
        erase=Erasure(_("Deleted for good"), forget_vetoes),
    )


def _hidden(model, user):
    return model.objects.exclude(edition__officer=user.pk)


def leave(rows, person):
    """The row stays as a number; drafts are deleted, what was sent is withdrawn."""
    rows.filter(state=ApplicationState.DRAFT).delete()
    for application in rows.filter(state__in=RUNNING):
        move(application, "withdraw", by=person, ended_at=now())
    retention.empty(rows)


def _written(rows, person):
    return rows.filter(application__person=person)


def forget_vetoes(rows, person):
    """What one wrote, and what others wrote about whoever is no longer there."""
    rows.delete()
    Veto.objects.filter(with_person=person).delete()
