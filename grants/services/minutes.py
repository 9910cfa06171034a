"""The minutes of a sitting: drafted, validated by the chair, then locked (C.5, T10, T14)."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.states import SessionState
from agency.core import journal
from agency.core.clock import now
from agency.core.dates import day_long, day_year
from agency.core.lifecycle import MoveBlocked, move
from grants import commission_emails as emails
from grants import minutes_paper as paper
from grants.choices import Office, Outcome, ReviewOpinion
from grants.models import Erratum, Minutes, Point, Presence, Review, Sitting
from grants.services import instruction, interests, members, reviews, room
from grants.services.minutes_content import Told
from grants.states import PRESENTED, ApplicationState, PointState, SittingState

S, T = ApplicationState, SittingState
CORRECT = "grants.run_sitting"


# --- The draft ---------------------------------------------------------------------
@transaction.atomic
def draft(sitting, *, by):
    """The row of the minutes of a sitting that is closed; the chair is told of the draft.

    Resumed and closed anew, it is the same row, and another message.
    """
    row, _new = Minutes.objects.get_or_create(sitting=sitting)
    for person in _leaders(sitting):
        emails.minutes_draft(sitting, person)
    return row


def _leaders(sitting):
    """Who is to validate: the chair; the deputy too when the chair was not there."""
    seats = list(members.in_office(sitting.session.activity_id))
    chairs = [one for one in seats if one.office == Office.CHAIR]
    there = Presence.objects.filter(sitting=sitting, member__in=chairs).exists()
    deputies = [one for one in seats if one.office == Office.DEPUTY]
    return [one.person for one in (chairs if there else [*chairs, *deputies])]


def missing(sitting, points, shut=()):
    """What keeps the minutes from being validated, a sentence each.

    ``points``: its items, as ``minutes_content.Told`` reads them. Of the files ``shut`` to
    the reader nothing is said but that there is one.
    """
    said = []
    if sitting.state in {T.PREPARING, T.IN_SESSION}:
        said.append(_("The sitting is not closed."))
    if sitting.opened_at is None or not sitting.quorum_at_opening:
        said.append(_("The quorum at the opening is not noted."))
    for point in points:
        why = _lacking(point)
        if why and point.application_id in shut:
            said.append(_("Something is missing of a file from which you stand back."))
        elif why:
            said.append(why % {"file": str(point.application)})
    return list(dict.fromkeys(said))


def _lacking(point):
    """What is not recorded of an item, with a place for its file; or ``""``."""
    application = point.application
    if point.state != PointState.RECORDED:
        waits = application.state in PRESENTED
        here = application.sitting_id == point.sitting_id
        return _("The opinion on %(file)s is not recorded.") if waits and here else ""
    if getattr(point, "opinion", None) is None:
        return _("The opinion on %(file)s is not recorded.")
    return "" if point.count else _("The quorum for %(file)s is not noted.")


@transaction.atomic
def save_remarks(sitting, text, *, version, by):
    """Keep what the secretary says beside the items, at the ``version`` that was read.

    Raises MoveBlocked once they are locked, Stale when somebody wrote in the meantime.
    """
    room.lock(sitting)
    _need_unlocked(sitting)
    row, _new = Minutes.objects.get_or_create(sitting=sitting)
    if row.remarks == text:
        return row
    row.version = version
    row.take_version()
    row.remarks = text
    row.save(update_fields=["remarks"])
    journal.record(sitting, "minutes_remarks", by=by)
    return row


def _need_unlocked(sitting):
    if sitting.state == T.VALIDATED:
        raise MoveBlocked(
            _("The minutes are validated: only an erratum may follow them.")
        )


# --- The validation ----------------------------------------------------------------
@transaction.atomic
def validate(sitting, *, by):
    """Lock the minutes: what they say is frozen and issued, adjourned files go on (T14).

    By whoever chairs the commission. Raises MoveBlocked with what is missing, MoveRefused
    when somebody validated them or resumed the sitting in the meantime.
    """
    room.lock(sitting)
    if not interests.leads(by, sitting):
        raise MoveBlocked(_("The minutes are validated by whoever chairs."))
    told = Told(sitting)
    why = missing(sitting, told.points, told.shut.get(by.pk, ()))
    if why and sitting.state == T.DELIBERATED:
        raise MoveBlocked(" ".join(why))
    move(sitting, "validate", by=by)
    row, _new = Minutes.objects.get_or_create(sitting=sitting)
    row.sitting = sitting
    row.content = told.content()
    row.validated_at, row.validated_by = now(), by
    row.save(update_fields=["content", "validated_at", "validated_by"])
    _issue(row, by)
    for point in adjourned(sitting).select_related("application__rules", "opinion"):
        _carry_over(point, by)
    _tell(sitting)
    return row


def _issue(row, by):
    row.document = paper.issue(row, by=by)
    row.save(update_fields=["document"])


def _tell(sitting):
    """The members of today; whoever validated knows."""
    for one in members.in_office(sitting.session.activity_id):
        emails.minutes_validated(sitting, one.person)


# --- Adjourned: to the next sitting (T14) ------------------------------------------
def adjourned(sitting):
    """The items of ``sitting`` whose files wait for another one."""
    return Point.objects.filter(
        sitting=sitting,
        state=PointState.RECORDED,
        opinion__outcome=Outcome.ADJOURNED,
        application__state=S.OPINION,
    ).order_by("position", "pk")


def next_sitting(application):
    """The first sitting to come of its scheme but its own, or None."""
    rows = Sitting.objects.taking_place().filter(
        schemes=application.scheme_id,
        state=T.PREPARING,
        is_second=False,  # its agenda is that of the first
        session__state=SessionState.PLANNED,
        session__starts_at__gt=now(),
    )
    rows = rows.exclude(pk=application.sitting_id).select_related("session")
    return rows.order_by("session__starts_at", "pk").first()


def _carry_over(point, by):
    """Back to its rapporteur with the questions; what was declared of it stays.

    Its reviews were of this sitting: they stay with the item at which they were told,
    what they came to is in the note, and for the next one they are given anew.
    """
    application, following = point.application, next_sitting(point.application)
    note = _questions(point, following)
    changes = {"sitting": following} if following else {}
    move(application, "carry_over", by=by, **changes)
    instruction.note(application, note, by=by)
    Review.objects.given().filter(application=application).update(point=point)


def _questions(point, following):
    said = {
        "day": day_year(point.sitting.meets_at),
        "questions": point.opinion.questions or "\u2013",
    }
    lines = [
        _("Adjourned by the commission of %(day)s. It asks: %(questions)s") % said,
        _stood(point.application),
    ]
    if following:
        said = {"day": day_long(following.meets_at)}
        lines.append(_("The file goes to the sitting of %(day)s.") % said)
    else:
        lines.append(
            _(
                "No other sitting of its scheme is to come: the file stays with the one "
                "that adjourned it until you choose another."
            )
        )
    return "\n\n".join(filter(None, lines))


def _stood(application):
    """What the reviews came to, for whoever takes the file up again; ``""`` without any."""
    standing = reviews.standings([application])[application.pk]
    if not standing.given:
        return ""
    labels = dict(ReviewOpinion.choices)
    opinions = [
        f"{labels[code]}\u00a0: {count}" for code, count in standing.opinions.items()
    ]
    said = {
        "count": standing.given,
        "mean": _figure(standing.mean),
        "median": _figure(standing.median),
        "opinions": ", ".join(opinions),
    }
    return (
        _(
            "Opinions given before that sitting: %(count)s (mean %(mean)s, median "
            "%(median)s). %(opinions)s."
        )
        % said
    )


def _figure(value):
    return "\u2013" if value is None else str(value).replace(".", ",")


def following(sitting, reader):
    """What adjourned files open to ``reader`` become: (item, next sitting or None)."""
    rows = adjourned(sitting).open_to(reader)
    rows = rows.select_related(
        "application__organisation", "application__show", "application__scheme"
    )
    found, known = [], {}
    for point in rows:
        scheme = point.application.scheme_id
        if scheme not in known:
            known[scheme] = next_sitting(point.application)
        found.append((point, known[scheme]))
    return found


# --- Errata ------------------------------------------------------------------------
def may_correct(person, sitting):
    """Whether ``person`` writes an erratum: the secretary, or whoever chairs."""
    return person.has_perm(CORRECT) or interests.leads(person, sitting)


@transaction.atomic
def add_erratum(sitting, text, *, by, point=None):
    """Set something right in minutes that are locked: a new version, never an edit.

    ``point``: the item it is about, which its text then names. Raises MoveBlocked.
    """
    room.lock(sitting)
    if not may_correct(by, sitting):
        raise MoveBlocked(_("An erratum is written by the secretary or the chair."))
    if sitting.state != T.VALIDATED:
        raise MoveBlocked(
            _("The minutes are not validated yet: set it right in them themselves.")
        )
    if not text.strip():
        raise MoveBlocked(_("Write what is set right."))
    row = Minutes.objects.select_related("document").get(sitting=sitting)
    row.sitting = sitting
    if point is not None:
        said = {"file": str(point.application), "text": text.strip()}
        text = _("%(file)s: %(text)s") % said
    erratum = Erratum.objects.create(
        minutes=row, text=text.strip(), written_at=now(), written_by=by
    )
    journal.record(sitting, "minutes_erratum", by=by, erratum=erratum.pk)
    _issue(row, by)
    return erratum


# --- Who reads ---------------------------------------------------------------------
def is_open(sitting, leads):
    """Whether members read the minutes now; whoever ``leads`` reads the draft too (C.5)."""
    return sitting.state == T.VALIDATED or (leads and sitting.state == T.DELIBERATED)


def for_reader(sitting, person):
    """The file for ``person``: the document, or the bytes of their own copy of it."""
    return paper.for_reader(sitting, person)
