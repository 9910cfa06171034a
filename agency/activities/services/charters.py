"""A charter from its draft to the names under it: publish, sign, undertake.

A version is a text that no longer changes; a signature is of one version, by the person
themselves, with the print of the very text they had before them.
"""

import re

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from agency.activities import tasks
from agency.activities.choices import CharterUse
from agency.activities.models import (
    Charter,
    CharterClause,
    CharterSignature,
    CharterVersion,
    Enrolment,
    Facilitator,
)
from agency.activities.prose import model_charter
from agency.activities.services import entering, seats, waiting
from agency.activities.states import CharterState, EnrolmentState
from agency.core import bell, journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move
from agency.core.rows import insert_unless_there
from agency.core.text import fold

SALT = "agency.activities.charters"
NOT_A_LETTER = re.compile(r"[\W_]+")


class NotSigned(MoveBlocked):
    """Nothing was signed; ``str()`` says why, and what to do, to whoever signs."""


class Lapsed(NotSigned):
    """The time to sign is over: the seat is for somebody else."""


# --- The text ----------------------------------------------------------------
def hold_draft(version):
    """Take the turn of a draft, first in its transaction; False once it is published."""
    draft = CharterVersion.objects.filter(pk=version.pk, state=CharterState.DRAFT)
    return bool(draft.update(number=F("number")))


@transaction.atomic
def publish(version, *, by, reason=""):
    """Put ``version`` in force: its text no longer changes, and is what one signs now.

    Whoever was confirmed under an older version stays, and is asked to sign this one.
    Raises MoveBlocked without a clause, and MoveRefused when it is published already.
    """
    hold_draft(version)
    if not version.clauses.exists():
        raise MoveBlocked(_("Write at least one clause: there is nothing to sign yet."))
    changes = {"published_at": now(), "sha256": version.print()}
    move(version, "publish", by=by, reason=reason, **changes)
    bell.ring(tasks.make_charter_text, version.pk)


@transaction.atomic
def new_version(charter, *, by):
    """The draft of the next version, with the clauses of the last; return it.

    The draft there is, when somebody has begun one. The first version of a charter
    begins with the articles that the field knows, to be reworded.
    """
    # Two clicks take turns: the second finds the draft of the first.
    Charter.objects.filter(pk=charter.pk).update(title=F("title"))
    last = charter.versions.order_by("-number").first()
    if last is not None and last.state == CharterState.DRAFT:
        return last
    introduction, clauses = _beginning(charter, last)
    draft = CharterVersion.objects.create(
        charter=charter,
        number=last.number + 1 if last else 1,
        introduction=introduction,
    )
    CharterClause.objects.bulk_create(
        CharterClause(version=draft, order=order, title=title, text=text)
        for order, title, text in clauses
    )
    journal.record(draft, "add", by=by)
    return draft


def _beginning(charter, last):
    """The introduction and the clauses, as (order, title, text), of a new draft."""
    if last is None:
        text = model_charter(charter.use)
        articles = enumerate(text["article"], start=1)
        return text["introduction"], [(n, a["title"], a["text"]) for n, a in articles]
    return last.introduction, last.clauses.values_list("order", "title", "text")


# --- The signature of a member -------------------------------------------------
def sign(enrolment, *, version, sha256, typed_name, address, by):
    """Sign the charter of the group, and be confirmed; return the signature.

    ``version``, ``sha256``: what was before the person's eyes; ``address``: where they
    signed from, kept as a salted print. Signed twice, the first signature comes back.
    Whoever is confirmed already signs a newer version and stays confirmed. Raises
    NotSigned with a sentence: another text is in force, another name was typed, the
    time is over, the seat is gone, or it is not the person themselves.
    """
    try:
        return _sign(enrolment, version, sha256, typed_name, address, by)
    except Lapsed:
        # Whoever is next has not waited for the next turn either.
        waiting.catch_up(enrolment.activity)
        raise


@transaction.atomic
def _sign(enrolment, version, sha256, typed_name, address, by):
    _need_oneself(enrolment, by)
    current = _locked(enrolment).charter and enrolment.activity.charter.in_force()
    if current is not None and (known := _signature(enrolment, current)):
        return known
    _need_a_seat(enrolment)
    _need_this_text(current, version, sha256)
    _need_this_name(enrolment.person, typed_name)
    signature = CharterSignature.objects.create(
        enrolment=enrolment, **_signed(enrolment.person, current, typed_name, address)
    )
    entry = journal.record(enrolment, "sign", by=by, version=current.pk)
    if enrolment.is_accepted:
        entering.confirm(enrolment, by=by, after=entry)
    # After the message that confirms: its reader waits for that one.
    bell.ring(tasks.make_signed_charter, signature.pk)
    return signature


def enter(enrolment, *, by):
    """Say yes to a seat for which there is no charter to sign, from one's own account.

    Said twice, nothing more happens. Raises NotSigned with a sentence.
    """
    try:
        _enter(enrolment, by)
    except Lapsed:
        waiting.catch_up(enrolment.activity)
        raise


@transaction.atomic
def _enter(enrolment, by):
    _need_oneself(enrolment, by)
    activity = _locked(enrolment)
    if enrolment.state == EnrolmentState.CONFIRMED:
        return
    _need_a_seat(enrolment)
    if activity.charter_id and not entering.has_signed(activity, enrolment.person):
        raise NotSigned(
            _("This group has a charter now: read it below, then sign it to confirm.")
        )
    entering.confirm(enrolment, by=by)


def _locked(enrolment):
    """Take the turn of the activity; the enrolment and its charter are read under it."""
    seats.lock(enrolment.activity)
    activity = enrolment.activity
    fresh = Enrolment.objects.select_related("person")
    enrolment.refresh_from_db(from_queryset=fresh)
    enrolment.activity = activity
    return activity


def _signature(enrolment, version):
    return CharterSignature.objects.filter(enrolment=enrolment, version=version).first()


def _need_oneself(enrolment, by):
    if by is None or by.pk != enrolment.person_id:
        raise NotSigned(_("One signs for oneself, from one's own account."))


def _need_a_seat(enrolment):
    inside = (EnrolmentState.ACCEPTED, EnrolmentState.CONFIRMED)
    if enrolment.state not in inside:
        raise NotSigned(_("This seat no longer waits for your signature."))
    due = enrolment.signature_due_at
    if enrolment.is_accepted and due is not None and due <= now():
        raise Lapsed(
            _("The time to sign is over: the seat is offered to the next person.")
        )
    if why := waiting.barred(enrolment.activity, enrolment.person):
        raise NotSigned(why.label)


def _need_this_text(current, version, sha256):
    """What was read is what is in force, to the letter."""
    if current is None:
        raise NotSigned(_("There is no charter to sign any more."))
    if version is None or version.pk != current.pk or sha256 != current.sha256:
        raise NotSigned(
            _(
                "The charter was changed while you were reading it: nothing was signed. "
                "Here is the text in force; read it, then sign."
            )
        )


def _need_this_name(person, typed_name):
    if not is_name_of(person, typed_name):
        raise NotSigned(
            _("Sign with your own name, as your profile has it: %(name)s.")
            % {"name": person.full_name}
        )


def is_name_of(person, typed):
    """Whether ``typed`` is their name, whatever its accents, case, hyphens and order."""
    given, family = _letters(person.given_name), _letters(person.family_name)
    return bool(given + family) and _letters(typed) in (given + family, family + given)


def _letters(text):
    return NOT_A_LETTER.sub("", fold(text))


def _signed(person, version, typed_name, address):
    """The columns that every signature has."""
    return {
        "person": person,
        "version": version,
        "typed_name": typed_name.strip()[:240],
        "signed_at": now(),
        "sha256": version.sha256,
        "address_hash": address_print(address),
    }


def address_print(address):
    """Tells two places apart and leads to none; empty when the place is not known."""
    if not address:
        return ""
    return salted_hmac(
        SALT, address, secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


# --- Who has to sign -----------------------------------------------------------
def to_answer(person):
    """Their seats that are offered, wait for a signature, or have a newer charter to sign.

    Each with its activity, the most urgent first; in one query.
    """
    current = CharterVersion.objects.filter(
        charter=OuterRef("activity__charter"), state=CharterState.PUBLISHED
    ).order_by("-number")
    signed = CharterSignature.objects.filter(
        version=OuterRef("current"),
        person=OuterRef("person"),
        enrolment__activity=OuterRef("activity"),
    )
    rows = person.enrolments.annotate(current=Subquery(current.values("pk")[:1]))
    again = Q(state=EnrolmentState.CONFIRMED, current__isnull=False) & ~Exists(signed)
    again &= ~Q(activity__state__in=("completed", "cancelled"))
    kept = Q(state__in=(EnrolmentState.OFFERED, EnrolmentState.ACCEPTED))
    urgent = Coalesce("offer_expires_at", "signature_due_at").asc(nulls_last=True)
    return rows.filter(kept | again).select_related("activity").order_by(urgent, "pk")


def signed_by(enrolment):
    """The last signature of this person for this activity, with its version, or None."""
    own = CharterSignature.objects.filter(
        person=enrolment.person_id, enrolment__activity=enrolment.activity_id
    )
    own = own.select_related("version__charter")
    return own.order_by("-version__number", "-signed_at", "-pk").first()


# --- The undertaking of a facilitator --------------------------------------------
def undertaking():
    """The version that facilitators sign now, for all that they lead, or None."""
    versions = CharterVersion.objects.select_related("charter")
    published = versions.filter(
        charter__use=CharterUse.FACILITATOR, state=CharterState.PUBLISHED
    )
    return published.order_by("-published_at", "-pk").first()


def undertaken(person, version):
    """The signature of ``person`` under that very undertaking, or None."""
    own = CharterSignature.objects.filter(person=person, enrolment=None)
    return own.filter(version=version).first()


def has_undertaken(person):
    """False only when an undertaking is in force that ``person`` has not signed."""
    version = undertaking()
    return version is None or undertaken(person, version) is not None


def has_to_undertake(person):
    """Whether they lead something and have not signed what is in force; in one query."""
    leads = Facilitator.objects.filter(person=person)
    latest = CharterVersion.objects.filter(
        charter__use=CharterUse.FACILITATOR, state=CharterState.PUBLISHED
    ).order_by("-published_at", "-pk")[:1]
    signed = CharterSignature.objects.filter(
        version=OuterRef("pk"), person=person, enrolment=None
    )
    waits = CharterVersion.objects.filter(~Exists(signed), Exists(leads))
    return waits.filter(pk__in=Subquery(latest.values("pk"))).exists()


@transaction.atomic
def undertake(person, *, version, sha256, typed_name, address):
    """Sign the undertaking of the facilitators; return the signature.

    Signed twice, the first signature comes back. Raises NotSigned with a sentence.
    """
    current = undertaking()
    if current is not None and (known := undertaken(person, current)):
        return known
    _need_this_text(current, version, sha256)
    _need_this_name(person, typed_name)
    signature = CharterSignature(**_signed(person, current, typed_name, address))
    if not insert_unless_there(signature):
        return undertaken(person, current)  # a double click, a moment ago
    journal.record(person, "undertake", by=person, version=current.pk)
    bell.ring(tasks.make_signed_charter, signature.pk)
    return signature
