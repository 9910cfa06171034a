"""What an application knows about who writes it, and how it lets them go.

An application is its organisation's: whoever leaves takes nothing out of what was sent.
"""

from functools import partial

from django.utils.translation import gettext_lazy as _

from agency.core import discretion
from agency.core.admin import words
from agency.people import privacy
from agency.people.privacy import Erasure
from grants.models import (
    AidComputation,
    Application,
    ApplicationDocument,
    ApplicationEditor,
    ApplicationRevision,
    CompletionRequest,
    Extension,
    InternalNote,
    Scheme,
    ThreadMessage,
)
from grants.services import leaving
from grants.states import RUNNING

AT_WORK = "of the team of the house, at work"


def declare():
    """Called once, when the apps are ready."""
    # What is written about a draft is read by its authors alone, as the draft is; and
    # whoever stands back from a file finds it neither in the outbox nor among documents.
    discretion.keep(Application, _hidden)
    for model in (ApplicationRevision, AidComputation, CompletionRequest):
        discretion.keep(model, partial(_of_what_is_hidden, model))
    for model, name in (
        (Scheme, "officer"),
        (Application, "rapporteur"),
        (ApplicationDocument, "checked_by"),
        (CompletionRequest, "sent_by"),
        (InternalNote, "author"),
        (Extension, "granted_by"),
    ):
        privacy.professional(model, name, AT_WORK)
    privacy.block(is_awaited)
    _who_writes()
    _what_is_sent()
    words.describe(hand_over=_("Handed over to a colleague"))


def is_awaited(person):
    if leaving.alone_in_charge(person).exists():
        yield _(
            "You alone are in charge of an application for aid that is being studied: "
            "invite a colleague to it, or withdraw it first."
        )
    if person.schemes.exists():
        yield _("You are in charge of schemes of aid: hand them over first.")
    if person.instructed_applications.filter(state__in=RUNNING).exists():
        yield _(
            "You are the rapporteur of applications that are being studied: hand them "
            "over to a colleague first."
        )


def _who_writes():
    privacy.register(
        ApplicationEditor,
        path="person",
        purpose=_("To know who writes an application for aid, and may send it"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=(
            "application",
            (_scheme, _("scheme")),
            (_organisation, _("organisation")),
            (_state, _("state")),
            "role",
            "may_submit",
            "added_at",
        ),
        erase=Erasure(
            _(
                "You are taken off; a colleague takes over, and a draft that is yours "
                "alone is deleted"
            ),
            leaving.leave,
        ),
    )


def _what_is_sent():
    proof = {"legal_basis": privacy.LEGAL_DUTY, "retention": privacy.FIVE_YEARS}
    privacy.register(
        ApplicationRevision,
        path="submitted_by",
        purpose=_("To prove what was sent, and when"),
        export=("application", "number", "reason", "submitted_at", "sha256"),
        erase=privacy.keep(),
        **proof,
    )
    privacy.register(
        ApplicationDocument,
        path="uploaded_by",
        purpose=_("To check the documents that the rules ask for"),
        export=("application", "name", "dated_on", "uploaded_at", "check_state"),
        erase=privacy.keep(),
        **proof,
    )
    privacy.register(
        ThreadMessage,
        path=_written_outside,
        purpose=_("To answer each other about an application"),
        legal_basis=privacy.CONTRACT,
        retention=privacy.FIVE_YEARS,
        export=("application", "sent_at", "body"),
        erase=privacy.keep(),
    )


def _of_what_is_hidden(model, user):
    """The rows of ``model`` about an application that ``user`` may not read."""
    return model.objects.filter(application__in=_hidden(user).order_by().values("pk"))


def _hidden(user):
    seen = Application.objects.visible_to(user).order_by()
    return Application.objects.exclude(pk__in=seen.values("pk"))


def _scheme(line):
    return line.application.scheme


def _organisation(line):
    return line.application.organisation


def _state(line):
    return line.application.get_state_display()


def _written_outside(rows, person):
    """As one of the organisation; what the team writes, it writes at work."""
    return rows.filter(author=person, from_staff=False)
