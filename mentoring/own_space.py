"""What the own space shows of mentoring: the pair, applications, what is left to do."""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agency.core import dates
from agency.pages import registry
from agency.pages.registry import Task
from mentoring.choices import ReviewStage
from mentoring.models import MentoringApplication, Pair
from mentoring.services import calls
from mentoring.services.reviews import DATES, is_open
from mentoring.states import BACK, ApplicationState, PairState

SHOWN = 6


def applications(person):
    """Those of ``person``, the last first; read once for the page."""
    if not hasattr(person, "_mentoring"):
        own = MentoringApplication.objects.filter(person=person)
        own = own.select_related("edition").order_by("-created_at", "-pk")
        person._mentoring = list(own[:SHOWN])
    return person._mentoring


def panel(person):
    rows = applications(person)
    return {"applications": rows} if rows else None


def todo(person):
    for one in applications(person):
        if one.state == ApplicationState.COMPLEMENT:
            yield Task(
                title=_("Complete your mentoring application"),
                detail=str(one.edition),
                url=one.get_absolute_url(),
                word=_("To complete"),
                shape="late",
            )
        elif one.is_draft and calls.closed(one.edition) is None:
            closes = one.edition.closes_at
            yield Task(
                title=_("Send your mentoring application"),
                detail=str(one.edition),
                url=one.get_absolute_url(),
                word=_("Before %(when)s") % {"when": dates.deadline(closes)}
                if closes
                else _("To send"),
            )


def doors(user, activity):
    """What the page of an edition offers: both ways in, or where one stands."""
    own = {}
    if user.is_authenticated:
        mine = MentoringApplication.objects.filter(edition=activity, person=user)
        own = {row.side: row for row in mine.select_related("edition")}
    return {
        "own": list(own.values()),
        "refusal": calls.closed(activity)
        or (calls.barred(user) if user.is_authenticated else None),
        "mentor_url": _write(activity, "mentor"),
        "mentee_url": _write(activity, "mentoree"),
    }


def _write(activity, side):
    return reverse("mentoring:application-write", args=[activity.slug, side])


# --- The pair: one press away -----------------------------------------------------
def told(person):
    """The pairs that ``person`` was told of, with their facts; asked once in a request."""
    # The person of a request is lazy: its own dictionary is not theirs.
    if not hasattr(person, "_pairs_told"):
        rows = Pair.objects.told_to(person).exclude(state__in=BACK).with_facts()
        rows = rows.with_unconfirmed().with_pulses()
        rows = rows.with_agreement().with_reviews()
        rows = list(rows.select_related("activity__mentoring", "mentor", "mentee"))
        for pair in rows:
            pair.me = pair.side_of(person)
            pair.other = pair.other_of(pair.me)
        person._pairs_told = rows
    return person._pairs_told


def pairs(person):
    """The panel: the pairs of ``person`` that came about, those under way first."""
    rows = [pair for pair in told(person) if pair.is_joined]
    rows.sort(key=lambda pair: (pair.is_over, -pair.pk))
    return {"pairs": rows} if rows else None


def tasks(person):
    """What waits for them: an answer, a signature, a barometer, meetings, reviews, words
    that are about to go.
    """
    return [
        *_proposals(person),
        *_signatures(person),
        *_pulses(person),
        *_confirmations(person),
        *_reviews(person),
        *_farewells(person),
    ]


def _pulses(person):
    """The last barometer of each pair under way, as long as it was not answered."""
    for pair in told(person):
        if pair.is_meeting and getattr(pair, f"{pair.me}_waits_since"):
            asked = dates.day(getattr(pair, f"{pair.me}_waits_since"))
            yield Task(
                title=_("Two questions on your pair"),
                detail=_("Asked on %(day)s, read by the agency alone.")
                % {"day": asked},
                url=reverse("mentoring:pair-pulse", args=[pair.uuid]),
                word=_("To answer"),
            )


def _proposals(person):
    for pair in told(person):
        waits = pair.state == PairState.NOTIFIED and not pair.accepted_at(pair.me)
        if waits:
            yield Task(
                title=_("Answer: a pair is proposed to you"),
                detail=str(pair.activity),
                url=pair.get_absolute_url(),
                word=_("Before %(when)s") % {"when": dates.deadline(pair.answer_by)},
            )


def _confirmations(person):
    """One line a pair: the page of the pair has them all."""
    for pair in told(person):
        day = (
            pair.noted_by_mentee_on if pair.me == "mentor" else pair.noted_by_mentor_on
        )
        if day and pair.is_meeting:
            yield Task(
                title=_("Confirm a meeting of your pair"),
                detail=capfirst(dates.day_week(day)),
                url=pair.get_absolute_url(),
                word=_("To confirm"),
            )


def _farewells(person):
    for pair in told(person):
        if pair.words_until and not pair.words_erased_at:
            yield Task(
                title=_("Take away what you wrote in your pair"),
                detail=str(pair.activity),
                url=reverse("mentoring:pair-words", args=[pair.uuid]),
                word=_("Before %(when)s") % {"when": dates.deadline(pair.words_until)},
            )


def _signatures(person):
    for pair in told(person):
        waits = pair.state == PairState.AGREEMENT_PENDING and pair.agreement_since
        if waits and not getattr(pair, f"signed_by_{pair.me}"):
            yield Task(
                title=_("Sign the agreement of your pair"),
                detail=pair.other.full_name,
                url=reverse("mentoring:pair-agreement", args=[pair.uuid]),
                word=_("To sign"),
            )


def _reviews(person):
    """Those that one may write now and has not sent."""
    for pair in told(person):
        details = getattr(pair.activity, "mentoring", None)
        for stage in ReviewStage if pair.is_meeting else ():
            day = details and getattr(details, DATES[stage])
            unsent = not getattr(pair, f"{stage}_{pair.me}_sent")
            if unsent and is_open(pair, stage, day):
                yield Task(
                    title=_("Write your review: %(review)s") % {"review": stage.label},
                    detail=pair.other.full_name,
                    url=pair.review_url(stage),
                    word=_("Before %(when)s") % {"when": dates.deadline(day)}
                    if day
                    else _("To send"),
                )


def declare():
    registry.add_panel("mentoring/panels/pair.html", pairs, order=10)
    registry.add_panel("mentoring/_applications.html", panel, order=20)
    registry.add_todo(todo)
    registry.add_todo(tasks)
