"""To change what one gave, by oneself: for whom one comes, how, when, one's answers.

Nothing here gives a seat to somebody before those who wait for it: sessions go through
``places``, and an affiliation is looked at again as on the first day.
"""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agency.activities.choices import REVIEWED
from agency.activities.models import Enrolment
from agency.activities.services import (
    eligibility,
    papers,
    places,
    seats,
    waiting,
)
from agency.activities.states import (
    ActivityState,
    EnrolmentState,
    ParticipationState,
    SessionState,
)
from agency.core import dates, journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked

OVER = (ActivityState.COMPLETED, ActivityState.CANCELLED)
ALIVE = (
    ParticipationState.EXPECTED,
    ParticipationState.EXCUSED,
    ParticipationState.WAITING,
)


# What the journal says was changed; never what it was changed to.
NAMES = {
    "affiliation": gettext_lazy("comes for"),
    "mode": gettext_lazy("takes part"),
    "sessions": gettext_lazy("sessions"),
    "motivation": gettext_lazy("motivation"),
    "topic": gettext_lazy("category of situations"),
    "answers": gettext_lazy("answers"),
    "keep_for_next": gettext_lazy("kept for the next edition"),
}


# --- Until when --------------------------------------------------------------
def changes_end(activity):
    """Until when one changes by oneself, or None while no session is to come.

    Before the next session; where one registers session by session, before the last.
    """
    coming = activity.sessions.filter(
        starts_at__gt=now(), state=SessionState.PLANNED
    ).order_by("starts_at", "pk")
    one = coming.last() if places.by_session(activity) else coming.first()
    return one and one.starts_at - timedelta(hours=activity.change_until_hours)


def is_fixed(session, activity):
    """Whether ``session`` is so near that nobody joins or leaves it by a form."""
    return session.starts_at - timedelta(hours=activity.change_until_hours) <= now()


def why_not(enrolment):
    """Why one no longer changes ``enrolment`` by oneself, in a sentence, or ``""``."""
    activity = enrolment.activity
    if enrolment.is_over or activity.state in OVER:
        return _("This is over: there is nothing left to change.")
    if enrolment.is_under_review:
        return ""
    end = changes_end(activity)
    if end is None or now() < end:
        return ""
    hours = activity.change_until_hours
    said = ngettext(
        "The next session is in less than %(count)s hour: write to %(officer)s, who "
        "changes it for you.",
        "The next session is in less than %(count)s hours: write to %(officer)s, who "
        "changes it for you.",
        hours,
    )
    return said % {"count": hours, "officer": activity.officer.full_name}


# --- What happens ------------------------------------------------------------
@transaction.atomic
def change(enrolment, *, affiliation, mode, given, by):
    """Write what the person changed of ``enrolment``; the journal gets the names alone.

    ``mode`` None leaves it as it is; ``given`` the ``Papers`` of the whole form. Returns
    the sessions at which the person now waits. Raises MoveBlocked, whose sentence says
    why nothing was changed: it is over or too near, a rule or the limit of an
    organisation stands against the new affiliation, a session can no longer be left.
    """
    activity = _locked(enrolment)
    if sentence := why_not(enrolment):
        raise MoveBlocked(sentence)
    changed = _change_affiliation(enrolment, affiliation)
    if mode and mode != enrolment.mode:
        enrolment.mode = mode
        _take_part(enrolment, activity)
        changed.append("mode")
    if changed:
        enrolment.save(update_fields=changed)
    changed += papers.keep(enrolment, given)
    full = _change_sessions(enrolment, given.sessions, by=by, changed=changed)
    if changed:
        journal.record(enrolment, "amend", by=by, changed=sorted(changed))
    return full


@transaction.atomic
def keep_for_next(enrolment, *, keep, by):
    """Let a file that was refused serve for the next edition, or no longer.

    Raises MoveBlocked when nobody decides on requests there, or none was refused.
    """
    _locked(enrolment)
    refused = enrolment.state == EnrolmentState.REFUSED
    if not refused or enrolment.activity.registration_mode not in REVIEWED:
        raise MoveBlocked(_("Only a request that was refused is kept for later."))
    if enrolment.keep_for_next != keep:
        enrolment.keep_for_next = keep
        enrolment.save(update_fields=["keep_for_next"])
        journal.record(enrolment, "amend", by=by, changed=["keep_for_next"])


def _locked(enrolment):
    """Take the turn of the activity, and read the enrolment anew under it."""
    activity = enrolment.activity
    seats.lock(activity)
    fresh = Enrolment.objects.select_related("person", "affiliation")
    enrolment.refresh_from_db(from_queryset=fresh)
    enrolment.activity = activity
    return activity


def _change_affiliation(enrolment, affiliation):
    if affiliation == enrolment.affiliation:
        return []
    if affiliation is not None:
        _check_affiliation(enrolment, affiliation)
    enrolment.affiliation = affiliation
    return ["affiliation"]


def _check_affiliation(enrolment, affiliation):
    activity, person = enrolment.activity, enrolment.person
    # An officer who let somebody in against a rule has written why: it stands.
    against = [] if enrolment.exception else eligibility.barring(activity, person)
    if against:
        rules = "; ".join(verdict.wants for verdict in against)
        raise MoveBlocked(
            _("With this affiliation you no longer fulfil: %(rules)s.")
            % {"rules": rules}
        )
    limit = activity.max_per_organisation
    if limit is None or enrolment not in activity.enrolments.holding():
        return
    others = activity.enrolments.holding().exclude(pk=enrolment.pk)
    seated = waiting.houses(others.values_list("person", flat=True))
    counted = Counter(house for some in seated.values() for house in some)
    if counted[affiliation.organisation_id] >= limit:
        raise MoveBlocked(
            _(
                "Somebody of %(organisation)s has a seat already, and their number is "
                "limited: your registration stays as it was."
            )
            % {"organisation": affiliation.organisation}
        )


def _take_part(enrolment, activity):
    """On site or online at the sessions to come, those that are too near left alone."""
    from_then = now() + timedelta(hours=activity.change_until_hours)
    rows = enrolment.participations.filter(
        session__starts_at__gt=from_then, state__in=ALIVE
    )
    rows.update(mode=enrolment.mode)


def _change_sessions(enrolment, chosen, *, by, changed):
    """Where one registers session by session; returns those at which one now waits."""
    activity = enrolment.activity
    if not places.by_session(activity):
        return []
    kept = enrolment.participations.filter(
        state__in=ALIVE, session__ends_at__gte=now()
    ).select_related("session")
    had = {one.session for one in kept}
    wanted = set(chosen)
    # Begun already: no box of the form stood for it.
    wanted |= {session for session in had if session.starts_at <= now()}
    if not wanted:
        raise MoveBlocked(
            _("Keep one date at least. To come to none of them, withdraw.")
        )
    for session in sorted(had ^ wanted, key=lambda one: one.starts_at):
        if is_fixed(session, activity):
            raise MoveBlocked(_too_near(session, left=session in had))
    if places.shut(activity, wanted - had):
        raise MoveBlocked(_("A date that you add is full: choose another one."))
    if had != wanted:
        changed.append("sessions")
    return places.choose(enrolment, wanted, by=by)


def _too_near(session, *, left):
    said = (
        _("The session of %(day)s is too near to be left here: tell of your absence.")
        if left
        else _("The session of %(day)s is too near to be joined here: write to us.")
    )
    return said % {"day": dates.day(session.starts_at)}
