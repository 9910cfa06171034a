"""A pair from its proposal to its end: each verb is a function, in its transaction."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from agency.activities.services import seats
from agency.activities.tasks import settle_certificates
from agency.core import bell, journal
from agency.core.clock import PARIS, now, today
from agency.core.dates import as_day
from agency.core.lifecycle import MoveBlocked, MoveRefused, move
from agency.people.models import Affiliation
from mentoring import emails, nudge_emails
from mentoring.choices import EndedBy, EndReason, Side
from mentoring.models import EditionDetails, Pair, PairAgreement, Pause
from mentoring.services import gatherings, terms
from mentoring.states import JOINED, LIVING, PairState

# Both answer within five days, or the two go back to the pool.
TIME_TO_ANSWER = timedelta(days=5)


# --- Before ------------------------------------------------------------------
def hindrance(activity, mentor, mentee):
    """Why these two cannot be a pair of ``activity`` now, in a sentence, or ``""``.

    Asked again under the turn of the activity when the pair is made.
    """
    if mentor.pk == mentee.pk:
        return _("Nobody is their own mentor: choose two people.")
    for person in (mentor, mentee):
        if sentence := _barred(person):
            return sentence
    if _share_an_organisation(mentor, mentee):
        return _("They work for the same organisation: no pair is made of them.")
    living = Pair.objects.living().filter(activity=activity)
    if living.filter(mentee=mentee).exists():
        return _("%(person)s is in a pair of this edition already.") % {
            "person": mentee
        }
    if living.filter(mentor=mentor).count() >= capacity(activity):
        return _("%(person)s accompanies as many people as a mentor may.") % {
            "person": mentor
        }
    return ""


def _barred(person):
    if not person.is_active or person.erased_at:
        return _("%(person)s can no longer be half of a pair.") % {"person": person}
    if person.is_staff:
        return _(
            "%(person)s is of the agency\u2019s team: what a pair says stays between "
            "the two."
        ) % {"person": person}
    return ""


def _share_an_organisation(mentor, mentee):
    posts = Affiliation.objects.active()
    theirs = posts.filter(person=mentor).values("organisation")
    return posts.filter(person=mentee, organisation__in=theirs).exists()


def capacity(activity):
    """How many people one mentor accompanies in that edition, at most."""
    details = EditionDetails.objects.filter(activity=activity).first()
    return details.mentor_capacity if details else 1


# --- From the proposal to the answer -----------------------------------------------
@transaction.atomic
def propose(activity, mentor, mentee, *, by=None):
    """A pair in preparation: nobody is told yet. Raises MoveBlocked with a sentence."""
    seats.lock(activity)
    if sentence := hindrance(activity, mentor, mentee):
        raise MoveBlocked(sentence)
    pair = Pair.objects.create(activity=activity, mentor=mentor, mentee=mentee)
    journal.record(pair, "propose", by=by)
    return pair


@transaction.atomic
def notify(pair, *, by=None):
    """Both find the proposal in their space, and have five days to answer."""
    hold(pair)
    moment = now()
    dates = {"notified_at": moment, "answer_by": moment + TIME_TO_ANSWER}
    move(pair, "notify", by=by, **dates)
    _write(emails.pair_proposed, pair)


@transaction.atomic
def accept(pair, *, by):
    """``by`` says yes, from their own account; when both have, the pair is accepted.

    Their agreement is drawn up at once: the message that says so brings it along.
    Said twice, nothing more happens. Raises MoveBlocked with a sentence.
    """
    hold(pair)
    side = _side(pair, by)
    if pair.accepted_at(side) is not None and pair.state in LIVING:
        return
    _need_an_open_proposal(pair)
    for person in (pair.mentor, pair.mentee):
        if sentence := _barred(person):
            raise MoveBlocked(sentence)
    dates = {f"{side}_accepted_at": now()}
    other = "mentee" if side == "mentor" else "mentor"
    if pair.accepted_at(other) is not None:
        move(pair, "accept", by=by, **dates)
        _prepare(pair, None)
        return
    Pair.objects.filter(pk=pair.pk).update(**dates)
    pair.refresh_from_db(fields=list(dates))
    journal.record(pair, "accept_side", by=by)


@transaction.atomic
def decline(pair, *, by):
    """``by`` says no: both go back to the pool, and nobody is told why."""
    hold(pair)
    side = _side(pair, by)
    _need_an_open_proposal(pair)
    move(pair, "decline", by=by, declined_by=side, ended_at=now())
    _write(emails.pair_not_formed, pair, but=side)


def expire_unanswered():
    """Proposals that were not answered in time, back to the pool; how many."""
    done = 0
    for pair in Pair.objects.unanswered().order_by("pk"):
        done += _expire(pair)
    return done


@transaction.atomic
def _expire(pair):
    hold(pair)
    if pair.state != PairState.NOTIFIED or pair.answer_by > now():
        return False  # answered a moment ago
    move(pair, "expire", ended_at=now())
    _write(emails.pair_not_formed, pair)
    return True


def _need_an_open_proposal(pair):
    if pair.state != PairState.NOTIFIED:
        raise MoveBlocked(_("This proposal does not wait for an answer any more."))
    if pair.answer_by <= now():
        raise MoveBlocked(
            _("The time to answer is over: the agency looks for another pair.")
        )


def _write(message, pair, but=None):
    """To each of the two, but whoever has just pressed the button."""
    for side in Side:
        if side != but:
            message(pair, side)


def _side(pair, by):
    side = by and pair.side_of(by)
    if side is None:
        raise MoveBlocked(_("One answers for oneself, from one\u2019s own account."))
    return side


# --- The year ----------------------------------------------------------------------
@transaction.atomic
def prepare_agreement(pair, *, by=None):
    """Draw up the agreement of a pair that has none yet; asked again, nothing happens."""
    hold(pair)
    if pair.state != PairState.AGREEMENT_PENDING:
        _prepare(pair, by)


def _prepare(pair, by):
    move(pair, "prepare", by=by)
    terms.draw_up(pair, terms.usual(pair), by=by)


@transaction.atomic
def activate(pair, *, by=None, paper_on=None, reason=""):
    """The pair begins. Raises MoveBlocked when the two now work together.

    ``paper_on``: the day on which the three signed on paper, where they did.
    """
    hold(pair)
    if paper_on is not None:
        _sign_on_paper(pair, paper_on, by)
    if _share_an_organisation(pair.mentor, pair.mentee):
        raise MoveBlocked(
            _("They work for the same organisation: no pair is made of them.")
        )
    move(pair, "activate", by=by, reason=reason, activated_at=now())
    gatherings.enter(pair, by=by)


def _sign_on_paper(pair, day, by):
    """Note the sheet that the three signed; what was still to sign online is not."""
    if day > today():
        raise MoveBlocked(_("This day is still to come: write the day they signed."))
    current = PairAgreement.objects.in_force().filter(pair=pair, signed_at=None)
    at = datetime.combine(day, time(), PARIS)
    # Nobody is written to about a text that they have just signed with a pen.
    told = Coalesce("told_at", Value(now()))
    current.update(on_paper_on=day, signed_at=at, told_at=told)
    journal.record(pair, "on_paper", by=by, day=day.isoformat())


@transaction.atomic
def pause(pair, *, by=None, reason=""):
    hold(pair)
    move(pair, "pause", by=by, reason=reason, paused_at=now())
    nudge_emails.call_off_all(pair)


@transaction.atomic
def resume(pair, *, by=None, reason=""):
    hold(pair)
    _end_pause(pair)
    move(pair, "resume", by=by, reason=reason, paused_at=None)


@transaction.atomic
def wind_up(pair, *, by=None, reason=""):
    hold(pair)
    _end_pause(pair)
    move(pair, "wind_up", by=by, reason=reason, paused_at=None)


def _end_pause(pair):
    """Keep its days: they are not counted as silence."""
    if pair.paused_at is not None:
        began = as_day(pair.paused_at)
        Pause.objects.create(pair=pair, starts_on=began, ends_on=today())


@transaction.atomic
def complete(pair, *, by=None, reason=""):
    hold(pair)
    move(pair, "complete", by=by, reason=reason, ended_at=now())
    nudge_emails.call_off_all(pair)
    bell.ring(settle_certificates, pair.activity_id)


@transaction.atomic
def end_early(pair, *, by, category, together=False):
    """The pair ends today. ``category`` stays with the officer in charge and ``by``.

    ``together``: both agreed on it. By one of the two, or by the agency.
    """
    if category not in EndReason.values:
        raise MoveBlocked(_("Choose a reason in the list."))
    hold(pair)
    side = by and pair.side_of(by)
    who = EndedBy.BOTH if side and together else (side or EndedBy.AGENCY)
    changes = {"ended_by": str(who), "end_reason": category, "ended_at": now()}
    move(pair, "end_early", by=by, **changes)
    nudge_emails.call_off_all(pair)
    gatherings.leave(pair, by=by)
    _write(emails.pair_ended, pair, but=side)


@transaction.atomic
def share_goals(pair, *, by, shared):
    """``by`` shares the goals with the agency, or takes it back: both must, to be read."""
    hold(pair)
    side = _side(pair, by)
    if pair.state not in JOINED:
        raise MoveRefused(f"share_goals {pair.pk} ({pair.state})")
    name = f"{side}_shares_goals"
    if getattr(pair, name) != shared:
        Pair.objects.filter(pk=pair.pk).update(**{name: shared})
        pair.refresh_from_db(fields=[name])
        journal.record(pair, "share_goals" if shared else "unshare_goals", by=by)


def hold(pair):
    """Take the turn of the edition; the pair is read under it."""
    seats.lock(pair.activity)
    activity = pair.activity
    pair.refresh_from_db(
        from_queryset=Pair.objects.select_related("mentor", "mentee", "activity")
    )
    pair.activity = activity


# --- The end of the room -----------------------------------------------------------
# A person who leaves leaves their pairs too, in the same neutral words.
def leave(pair, *, by):
    """Whatever state it is in, the pair of ``by`` is over."""
    if pair.state == PairState.NOTIFIED:
        return _withdraw(pair, by)
    if pair.state in LIVING and pair.state != PairState.PROPOSED:
        return end_early(pair, by=by, category=EndReason.CHANGE)
    return None


@transaction.atomic
def _withdraw(pair, by):
    hold(pair)
    if pair.state == PairState.NOTIFIED:
        side = _side(pair, by)
        move(pair, "decline", by=by, declined_by=side, ended_at=now())
        _write(emails.pair_not_formed, pair, but=side)
