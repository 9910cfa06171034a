"""A draft: begun once, brought under newer rules, thrown away."""

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.people.models import Affiliation, Organisation
from agency.people.models.person import in_force
from grants.choices import EditorRole
from grants.models import Application, ApplicationEditor, Sitting
from grants.models.application import check_licence
from grants.services.leaving import throw_away
from grants.states import ApplicationState

S = ApplicationState


class Refusal(MoveBlocked):
    """Why nobody begins here now: ``str()`` is the sentence that the page says."""


def organisations(person):
    """Those that ``person`` works for today: one applies for one of them."""
    rows = Affiliation.objects.filter(in_force(), person=person)
    return Organisation.objects.present().filter(pk__in=rows.values("organisation_id"))


def closed(scheme):
    """Why one does not apply to ``scheme`` here, in a sentence; or an empty string."""
    if not scheme.takes_applications:
        return _("One does not apply for this scheme here.")
    if scheme.rules_on() is None:
        return _("This scheme has no rules in force today: it takes no application.")
    return ""


def open_drafts(person, scheme):
    """What ``person`` has begun for ``scheme`` and not sent, the newest first."""
    rows = Application.objects.filter(
        scheme=scheme,
        state=S.DRAFT,
        editors__person=person,
        editors__role=EditorRole.OWNER,
    )
    return rows.select_related("organisation").order_by("-saved_at", "-pk")


def sittings(scheme, organisation):
    """Those that one may still send for: open, or kept open for ``organisation``."""
    extended = Q(
        extensions__organisation=organisation, extensions__until__gte=now()
    ) & Q(opens_at__lte=now())
    open_now = Q(opens_at__lte=now(), deadline_at__gte=now())
    rows = Sitting.objects.taking_place().filter(open_now | extended, schemes=scheme)
    rows = rows.distinct()
    return rows.select_related("session__activity").order_by("deadline_at", "pk")


@transaction.atomic
def start(scheme, *, organisation, title, by):
    """Begin an application, or give back the draft that ``by`` has begun already.

    Returns (application, whether it is new). Raises Refusal with a sentence.
    """
    if refusal := closed(scheme):
        raise Refusal(refusal)
    _take_turns(organisation, by)
    if draft := open_drafts(by, scheme).filter(organisation=organisation).first():
        return draft, False
    application = Application.objects.create(
        scheme=scheme,
        rules=scheme.rules_on(),
        sitting=sittings(scheme, organisation).first(),
        organisation=organisation,
        title=title,
        **_known_of(organisation, by),
    )
    ApplicationEditor.objects.create(
        application=application, person=by, role=EditorRole.OWNER, may_submit=True
    )
    journal.record(application, "add", by=by, after=journal.START)
    return application, True


def _take_turns(organisation, by):
    """Of two presses at once the second finds what the first has made."""
    mine = Affiliation.objects.filter(in_force(), person=by, organisation=organisation)
    if not mine.update(starts_on=F("starts_on")):
        raise Refusal(_("Choose an organisation that you work for today."))


def _known_of(organisation, by):
    """What its record says, and what ``by`` wrote of it in their last application."""
    known = {"siret": organisation.siret, "account_holder": organisation.name[:160]}
    if check_licence.regex.match(organisation.licence):
        known["licence"] = organisation.licence
    former = Application.objects.filter(organisation=organisation, editors__person=by)
    last = former.exclude(iban="").order_by("-saved_at", "-pk").first()
    if last is not None:
        names = ("licence", "licence_until", "iban", "account_holder")
        known |= {name: getattr(last, name) for name in names if getattr(last, name)}
    return known


def newer_rules(application):
    """The rules that came into force since the draft was begun, or None."""
    if not application.is_draft:
        return None
    current = application.scheme.rules_on()
    return current if current and current.pk != application.rules_id else None


@transaction.atomic
def renew(application, *, by):
    """Bring the draft under the rules in force; nothing that was written changes."""
    rules = newer_rules(application)
    drafts = Application.objects.filter(pk=application.pk, state=S.DRAFT)
    if rules is None or not drafts.filter(rules=application.rules_id).update(
        rules=rules, version=F("version") + 1, saved_at=now()
    ):
        raise MoveBlocked(_("These rules are those of your application already."))
    application.refresh_from_db()
    journal.record(application, "renew", by=by, rules=rules.pk)
    return application


@transaction.atomic
def discard(application, *, by):
    """Throw a draft away with all its rows, as if it had never been begun."""
    drafts = Application.objects.filter(pk=application.pk, state=S.DRAFT)
    if not drafts.update(saved_at=now()):
        raise MoveBlocked(
            _("This application was sent: it is not thrown away any more.")
        )
    journal.record(application, "delete", by=by)
    throw_away(application)
