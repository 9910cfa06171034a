"""Two accounts of one person: their owner is asked, and agrees, before one is closed."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now
from agency.mail.services import send
from agency.people import consents
from agency.people.models import MergeConsent
from agency.people.services import merging
from agency.people.services.accounts import Refused


@transaction.atomic
def ask(kept, dropped, *, by):
    """Write to the owner of ``dropped``, whose account a merge would close.

    A link sent before is void. Raises Refused; returns the message.
    """
    found = merging.plan(kept, dropped, by=by)
    if found.refusals:
        raise Refused(" ".join(found.refusals))
    if not found.awaits_consent:
        raise Refused(_("There is nothing to agree to: merge the two records."))
    if not dropped.email:
        raise Refused(_("This person has no e-mail address of their own."))
    consent, created = MergeConsent.objects.get_or_create(
        owner=dropped, other=kept, defaults={"by": by}
    )
    if not created:
        again = MergeConsent.objects.filter(pk=consent.pk)
        again.update(asked=F("asked") + 1, asked_at=now(), by=by, given_at=None)
        consent.refresh_from_db()
    email = send(
        consents.TEMPLATE,
        to=dropped,
        context={"other": kept, "days": consents.days()},
        about=dropped,
        occurrence=f"{kept.pk}:{consent.asked}",
        key=consents.link(consent),
    )
    journal.record(dropped, "ask_consent", by=by, kept=kept.pk)
    return email


@transaction.atomic
def agree(consent):
    """The owner agrees. Raises Refused on a second click."""
    waiting = MergeConsent.objects.filter(
        pk=consent.pk, asked=consent.asked, given_at=None
    )
    if not waiting.update(given_at=now()):
        raise Refused(_("You have agreed already: there is nothing more to do."))
    journal.record(
        consent.owner, "agree_to_merge", by=consent.owner, kept=consent.other_id
    )
